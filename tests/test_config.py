"""The settings: read from the environment, and every unsafe one refused with a sentence that says what to set."""

import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from auditapp.config import SHORTEST_SECRET, Settings
from auditapp.domain.errors import SettingsError

ROOT = Path(__file__).resolve().parents[1]
SECRET = "s" * SHORTEST_SECRET
READ_SECRET = "from auditapp.config import Settings; print(Settings.from_environment().secret_key)"


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """Return what a start on this machine needs: a place of its own, and nothing else."""
    return {"AUDITAPP_INSTANCE": str(tmp_path / "instance")}


def refusal(environment: Mapping[str, str], **given: str) -> str:
    with pytest.raises(SettingsError) as refused:
        Settings.from_environment({**environment, **{f"AUDITAPP_{name}": value for name, value in given.items()}})
    return refused.value.message


class TestAStartOnThisMachine:
    def test_needs_nothing_set(self, environment: dict[str, str], tmp_path: Path) -> None:
        settings = Settings.from_environment(environment)
        assert settings.database_url == f"sqlite:///{tmp_path / 'instance' / 'auditapp.db'}"
        assert (settings.host, settings.port) == ("127.0.0.1", 5000)
        assert not settings.is_production
        assert not settings.is_secure
        assert len(settings.secret_key) >= SHORTEST_SECRET

    def test_keeps_its_secret_and_no_two_places_have_the_same(self, tmp_path: Path) -> None:
        first, second = ({"AUDITAPP_INSTANCE": str(tmp_path / name)} for name in ("a", "b"))
        secret = Settings.from_environment(first).secret_key
        assert Settings.from_environment(first).secret_key == secret
        assert Settings.from_environment(second).secret_key != secret

    def test_its_secret_is_readable_by_its_owner_only_and_lies_alone(
        self, environment: dict[str, str], tmp_path: Path
    ) -> None:
        Settings.from_environment(environment)
        (file,) = (tmp_path / "instance").iterdir()
        assert file.name == "secret_key"
        assert file.stat().st_mode & 0o777 == 0o600

    def test_many_that_start_at_once_agree_on_one_secret(self, environment: dict[str, str], tmp_path: Path) -> None:
        command = [sys.executable, "-c", READ_SECRET]
        starting = [
            subprocess.Popen(command, cwd=ROOT, env={**environment, "PYTHONPATH": str(ROOT)}, stdout=subprocess.PIPE)
            for _ in range(6)
        ]
        secrets = {process.communicate(timeout=60)[0] for process in starting}
        assert len(secrets) == 1
        assert len(secrets.pop().strip()) >= SHORTEST_SECRET
        assert [file.name for file in (tmp_path / "instance").iterdir()] == ["secret_key"]

    def test_a_secret_that_was_cut_short_is_refused_and_the_file_named(
        self, environment: dict[str, str], tmp_path: Path
    ) -> None:
        (tmp_path / "instance").mkdir()
        (tmp_path / "instance/secret_key").write_text("")
        assert str(tmp_path / "instance/secret_key") in refusal(environment)
        assert "Remove the file" in refusal(environment)


class TestAProductionStart:
    def test_takes_everything_from_the_environment(self, environment: dict[str, str]) -> None:
        settings = Settings.from_environment(
            {
                **environment,
                "AUDITAPP_BASE_URL": "https://audits.example.gov.uk/",
                "AUDITAPP_SECRET_KEY": SECRET,
                "AUDITAPP_DATABASE_URL": "postgresql+psycopg://audits@db/audits",
                "AUDITAPP_COUNCIL_NAME": "Westshire",
                "AUDITAPP_SERVICE_NAME": "Audits",
                "AUDITAPP_CLASSIFICATION": "OFFICIAL",
                "AUDITAPP_UPLOAD_MEGABYTES": "7",
                "AUDITAPP_PROXIES": "1",
            }
        )
        assert settings.base_url == "https://audits.example.gov.uk"
        assert settings.host == "audits.example.gov.uk"
        assert settings.is_production
        assert settings.is_secure
        assert (settings.secret_key, settings.upload_megabytes, settings.proxies) == (SECRET, 7, 1)
        assert (settings.council_name, settings.service_name, settings.classification) == (
            "Westshire",
            "Audits",
            "OFFICIAL",
        )

    def test_without_its_secret_is_refused_and_writes_none(self, environment: dict[str, str], tmp_path: Path) -> None:
        said = refusal(environment, BASE_URL="https://audits.example.gov.uk")
        assert said.startswith("AUDITAPP_SECRET_KEY is not set. Set it to at least 32 random characters")
        assert not (tmp_path / "instance").exists()

    def test_unencrypted_is_refused(self, environment: dict[str, str]) -> None:
        said = refusal(environment, BASE_URL="http://audits.example.gov.uk", SECRET_KEY=SECRET)
        assert said.endswith("unencrypted. Set it to an https:// address.")

    def test_without_its_proxy_is_refused(self, environment: dict[str, str]) -> None:
        said = refusal(environment, BASE_URL="https://audits.example.gov.uk", SECRET_KEY=SECRET)
        assert said.startswith("AUDITAPP_PROXIES is not set. Set it to how many proxies of yours")

    @pytest.mark.parametrize("clock", ["2026-12-01T07:00", "@/tmp/now"])
    def test_with_a_clock_for_tests_is_refused(self, environment: dict[str, str], clock: str) -> None:
        said = refusal(
            environment, BASE_URL="https://audits.example.gov.uk", SECRET_KEY=SECRET, PROXIES="1", CLOCK=clock
        )
        assert said.startswith("AUDITAPP_CLOCK")


@pytest.mark.parametrize(
    "address",
    [
        "audits.example.gov.uk",
        "ftp://audits.example.gov.uk",
        "https://",
        "https://audits.example.gov.uk/audits",
        "https://audits.example.gov.uk?a=b",
        "https://audits.example.gov.uk#a",
        "https://me:secret@audits.example.gov.uk",
        "https://audits.example.gov.uk:99999",
        "https://audits.example.gov.uk:a",
        "https://[audits",
        "javascript:alert(1)",
        "",
    ],
)
def test_what_is_no_bare_address_is_refused(environment: dict[str, str], address: str) -> None:
    said = refusal(environment, BASE_URL=address, SECRET_KEY=SECRET)
    shown = address.rstrip("/")
    assert said.startswith(f"AUDITAPP_BASE_URL is '{shown}'. Set it to the address people type")


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("SECRET_KEY", "s" * (SHORTEST_SECRET - 1), "AUDITAPP_SECRET_KEY is too short. Set it to at least 32"),
        ("DATABASE_URL", "postgresql+psycopg://a@db:port/a", "AUDITAPP_DATABASE_URL has a port that is no number. Set"),
        ("DATABASE_URL", "mysql://db/audits", "AUDITAPP_DATABASE_URL names a database this service does not know. Set"),
        ("DATABASE_URL", "postgresql://db/audits", "AUDITAPP_DATABASE_URL names a database this service does not know"),
        ("DATABASE_URL", "", "AUDITAPP_DATABASE_URL names a database this service does not know. Set it to sqlite:///"),
        ("DATABASE_URL", "sqlite:///", "AUDITAPP_DATABASE_URL names a database in memory, which forgets everything"),
        ("DATABASE_URL", "sqlite:///:memory:", "AUDITAPP_DATABASE_URL names a database in memory"),
        ("UPLOAD_MEGABYTES", "0", "AUDITAPP_UPLOAD_MEGABYTES is '0'. Set it to a whole number from 1."),
        ("UPLOAD_MEGABYTES", "lots", "AUDITAPP_UPLOAD_MEGABYTES is 'lots'. Set it to a whole number from 1."),
        ("PROXIES", "-1", "AUDITAPP_PROXIES is '-1'. Set it to a whole number from 0."),
        ("PROXIES", "²", "AUDITAPP_PROXIES is '²'. Set it to a whole number from 0."),
    ],
)
def test_an_unsafe_setting_is_refused_with_what_to_set(
    environment: dict[str, str], name: str, value: str, sentence: str
) -> None:
    assert refusal(environment, **{name: value}).startswith(sentence)


@pytest.mark.parametrize("address", ["http://127.0.0.1:5000", "http://localhost:8080", "http://[::1]:5000"])
def test_this_machine_may_be_served_unencrypted(environment: dict[str, str], address: str) -> None:
    assert not Settings.from_environment({**environment, "AUDITAPP_BASE_URL": address}).is_production


def test_a_refusal_never_quotes_the_secret_or_the_address_of_the_database(environment: dict[str, str]) -> None:
    assert "hush" not in refusal(environment, SECRET_KEY="hush")
    assert "hush" not in refusal(environment, DATABASE_URL="mysql://me:hush@db/audits")


def test_settings_never_change(environment: dict[str, str]) -> None:
    with pytest.raises(AttributeError):
        Settings.from_environment(environment).secret_key = "another"  # type: ignore[misc]  # what is refused here


class TestTheContact:
    def test_is_none_unless_it_is_set(self, environment: dict[str, str]) -> None:
        assert Settings.from_environment(environment).contact == ""
        set_to = Settings.from_environment({**environment, "AUDITAPP_CONTACT": " qa@example.gov.uk "})
        assert set_to.contact == "qa@example.gov.uk"

    @pytest.mark.parametrize("wrong", ["qa@example.gov.uk\nsecond line", "x" * 201])
    def test_is_one_short_line(self, environment: dict[str, str], wrong: str) -> None:
        assert "AUDITAPP_CONTACT" in refusal(environment, CONTACT=wrong)
