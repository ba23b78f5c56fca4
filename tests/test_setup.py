"""The set-up: what the build puts into static/build, and whether the harness of the tests itself can fail."""

import json
import os
import re
import shutil
from pathlib import Path

import psycopg
import pytest

import hatch_build
from tests.pages import Document, check_page, page_problems, parse
from tests.postgres import PostgresServer

ROOT = Path(__file__).resolve().parents[1]
PAGE = "<!DOCTYPE html><html lang='en'><head><title>Teams</title></head><body><main>{}</main></body></html>"


@pytest.fixture(scope="module")
def assets() -> dict[str, bytes]:
    return hatch_build.compile_assets(ROOT)


def page(body: str) -> Document:
    return parse(PAGE.format(body))


class TestAssets:
    def test_the_styles_name_neither_the_government_font_nor_its_emblems(self, assets: dict[str, bytes]) -> None:
        hatch_build.check_reserved(assets)
        assert b"system-ui" in assets["app.css"]
        assert b"@font-face" not in assets["app.css"]

    def test_a_style_with_the_crest_is_refused_by_name(self) -> None:
        with pytest.raises(hatch_build.AssetsError, match=r"app\.css names 'govuk-crest'"):
            hatch_build.check_reserved({"app.css": b"a{background:url(govuk-crest.svg)}"})

    def test_the_styles_ask_for_no_file_that_is_not_built(self, assets: dict[str, bytes]) -> None:
        assert re.findall(rb"url\((?!data:|\"data:)([^)]*)\)", assets["app.css"]) == []

    def test_no_module_asks_for_a_neighbour_that_is_not_built(self, assets: dict[str, bytes]) -> None:
        linked = hatch_build.link_modules(assets, hatch_build.versions_of(assets))
        assert b"./govuk-frontend.min.js?v=" in linked["app.js"]

    def test_pages_and_neighbours_ask_for_a_module_at_the_same_address(self) -> None:
        sources = {"a.js": b"import { b } from './b.js'\n", "b.js": b"export const b = 1\n"}
        versions = hatch_build.versions_of(sources)
        linked = hatch_build.link_modules(sources, versions)
        assert linked["a.js"].decode() == f"import {{ b }} from './b.js?v={versions['b.js']}'\n"

    def test_a_changed_module_changes_the_version_of_those_that_import_it(self) -> None:
        before = hatch_build.versions_of({"a.js": b"import './b.js'", "b.js": b"1"})
        after = hatch_build.versions_of({"a.js": b"import './b.js'", "b.js": b"2"})
        assert before["a.js"] != after["a.js"]

    def test_what_is_built_is_what_the_manifest_says(self) -> None:
        built = ROOT / "static/build"
        manifest: dict[str, str] = json.loads((built / "manifest.json").read_text())
        files = {file.relative_to(built).as_posix() for file in built.rglob("*") if file.is_file()}
        assert files == {*manifest, "manifest.json"}

    def test_building_again_touches_nothing_and_removes_strangers(self, tmp_path: Path) -> None:
        hatch_build.write_assets(tmp_path, {"app.css": b"a{}", "fonts/a.ttf": b"font"})
        os.utime(tmp_path / "app.css", (1, 1))
        (tmp_path / "stranger.css").write_text("b{}")
        hatch_build.write_assets(tmp_path, {"app.css": b"a{}", "fonts/a.ttf": b"another"})
        assert (tmp_path / "app.css").stat().st_mtime == 1
        assert (tmp_path / "fonts/a.ttf").read_bytes() == b"another"
        assert not (tmp_path / "stranger.css").exists()

    def test_styles_that_do_not_compile_are_named_with_their_line(self, tmp_path: Path) -> None:
        (tmp_path / "app.scss").write_text("a {\n  color: $missing;\n}\n")
        with pytest.raises(hatch_build.AssetsError, match=r"Undefined variable[\s\S]*2:10"):
            hatch_build.compile_styles(tmp_path, tmp_path)


class TestPackages:
    @pytest.fixture
    def checkout(self, tmp_path: Path) -> Path:
        (tmp_path / "node_modules").mkdir()
        shutil.copy(ROOT / "package-lock.json", tmp_path)
        shutil.copy(ROOT / "node_modules/.package-lock.json", tmp_path / "node_modules")
        return tmp_path

    def test_packages_as_in_the_lock_file_are_not_fetched_again(self, checkout: Path) -> None:
        assert hatch_build.has_packages(checkout, for_tests=True)

    @pytest.mark.parametrize(
        ("package", "with_tests", "without"), [("govuk-frontend", False, False), ("axe-core", False, True)]
    )
    def test_a_changed_package_is_fetched_where_it_is_needed(
        self, checkout: Path, package: str, with_tests: bool, without: bool
    ) -> None:
        lock = json.loads((checkout / "package-lock.json").read_text())
        lock["packages"][f"node_modules/{package}"]["integrity"] = "sha512-another"
        (checkout / "package-lock.json").write_text(json.dumps(lock))
        assert hatch_build.has_packages(checkout, for_tests=True) is with_tests
        assert hatch_build.has_packages(checkout, for_tests=False) is without

    def test_a_fetch_that_fails_says_what_is_missing(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        (tmp_path / "package.json").write_text('{"name": "nothing-locked"}')
        monkeypatch.setenv("npm_config_offline", "true")
        with pytest.raises(hatch_build.AssetsError, match="The design system of the pages is missing"):
            hatch_build.fetch_packages(tmp_path, for_tests=True)

    def test_a_home_folder_that_takes_nothing_gets_a_cache_beside_the_tools(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("HOME", str(tmp_path / "not-there"))
        environment = hatch_build.npm_environment(tmp_path)
        assert environment["npm_config_cache"] == str(tmp_path / ".tools/cache/npm")


class TestPages:
    def test_a_page_that_does_not_parse_is_refused_with_its_line(self) -> None:
        with pytest.raises(AssertionError, match=r"line 2: .*\n +</span>"):
            parse("<!DOCTYPE html><html lang='en'><head><title>x</title></head><body>\n</span></body></html>")

    def test_a_selector_finds_by_tag_class_identifier_attribute_and_place(self) -> None:
        found = page("<ul id='a' class='b c'><li><a href='/x'>One</a></li></ul><a href='/x'>Two</a>")
        assert found.texts("ul.c#a a[href=/x]") == ["One"]
        assert found.texts("a") == ["One", "Two"]
        assert found.one("[class]").tag == "ul"

    def test_a_sound_page_has_no_problems(self) -> None:
        check_page(page("<h1>Teams</h1>"))

    @pytest.mark.parametrize(
        ("body", "problem"),
        [
            ("<p>Teams</p>", "0 h1"),
            ("<h1>Teams</h1><h1>People</h1>", "2 h1"),
            ("<h1 id='a'>Teams</h1><p id='a'>x</p>", "'a' is used 2 times"),
            ("<h1>Teams</h1><a href='#gone'>x</a>", "leads to '#gone'"),
            ("<h1>Teams</h1><form action='/x'></form>", "no novalidate"),
            ("<h1>Teams</h1><script>1</script>", "a script stands inside the page"),
            ("<h1 style='color:red'>Teams</h1>", "<h1> holds a style"),
            ("<h1 onclick='x()'>Teams</h1>", "<h1> holds a style or a script"),
            ("<h1>Teams</h1><input name='n'>", "<input name='n'> has no label"),
            ("<h1>Teams</h1><label for='n'></label><input id='n' name='n'>", "has no label"),
            ("<h1>Teams</h1><label for='r'>Yes</label><input id='r' type='radio' name='r'>", "have no question"),
            ("<h1>Teams</h1><p aria-describedby='hint'>x</p>", "names 'hint', which is not there"),
            ("<div class='govuk-error-summary'>x</div><h1>Teams</h1>", "the page has a summary of errors"),
        ],
    )
    def test_what_is_wrong_with_a_page_is_named(self, body: str, problem: str) -> None:
        problems = list(page_problems(page(body)))
        assert len(problems) == 1
        assert problem in problems[0]


class TestPostgres:
    def test_a_clone_has_what_its_template_has_and_keeps_its_own(self, postgres: PostgresServer) -> None:
        def count(database: str) -> int:
            with psycopg.connect(host=str(postgres.folder), user="postgres", dbname=database) as connection:
                row = connection.execute("SELECT count(*) FROM team").fetchone()
                assert row
                return int(row[0])

        postgres.create("pattern")
        with psycopg.connect(host=str(postgres.folder), user="postgres", dbname="pattern") as connection:
            connection.execute("CREATE TABLE team (name text)")
        assert "host=" in postgres.clone("pattern", "first")
        with psycopg.connect(host=str(postgres.folder), user="postgres", dbname="first") as connection:
            connection.execute("INSERT INTO team VALUES ('North')")
        postgres.clone("pattern", "second")
        assert (count("first"), count("second")) == (1, 0)
        postgres.drop("first")
        with pytest.raises(psycopg.OperationalError, match="does not exist"):
            count("first")
