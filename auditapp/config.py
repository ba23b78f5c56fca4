"""The settings of the service: read once from the environment, frozen, refused where they are unsafe."""

import os
import re
import secrets
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from importlib.metadata import version
from pathlib import Path
from tempfile import mkstemp
from urllib.parse import urlsplit

from auditapp.clocks import clock_of
from auditapp.domain.errors import SettingsError
from auditapp.mail.server import LOOPBACK, MailServer

PACKAGE = Path(__file__).parent
SHORTEST_SECRET = 32
LONGEST_CONTACT = 200
_ADDRESS = re.compile(r"[^@\s<>\"]+@[^@\s<>\"]+")


def resources() -> Path:
    """Return the folder that holds `templates`, `static` and `migrations`: the package's, or the checkout's."""
    return PACKAGE if (PACKAGE / "templates").is_dir() else PACKAGE.parent


@dataclass(frozen=True)
class Settings:
    """What the service is told from outside. An address that is not this machine's makes it a production start."""

    database_url: str
    secret_key: str
    base_url: str = "http://127.0.0.1:5000"
    council_name: str = "Exampleshire County Council"
    service_name: str = "Case-file audits"
    classification: str = "OFFICIAL-SENSITIVE"
    contact: str = ""
    instance: Path = Path("instance")
    upload_megabytes: int = 50
    proxies: int = 0
    smtp_url: str = ""
    mail_from: str = ""
    clock: str = ""

    @property
    def host(self) -> str:
        """The host that people type: the only one that requests may name."""
        return urlsplit(self.base_url).hostname or ""

    @property
    def port(self) -> int:
        """The port that `auditapp run` listens on."""
        return urlsplit(self.base_url).port or 5000

    @property
    def is_production(self) -> bool:
        """Whether people other than this machine's user are served."""
        return self.host not in LOOPBACK

    @property
    def is_secure(self) -> bool:
        """Whether pages travel encrypted, so that cookies may be bound to that."""
        return self.base_url.startswith("https://")

    @property
    def version(self) -> str:
        """The installed version of the product."""
        return version("auditapp")

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] = os.environ) -> "Settings":
        """Read `AUDITAPP_*`; raise `SettingsError` with a sentence that says what to set."""
        instance = Path(environment.get("AUDITAPP_INSTANCE", _default_instance()))
        base_url = environment.get("AUDITAPP_BASE_URL", cls.base_url).rstrip("/")
        given = cls(
            database_url=environment.get("AUDITAPP_DATABASE_URL", f"sqlite:///{instance.resolve() / 'auditapp.db'}"),
            secret_key=environment.get("AUDITAPP_SECRET_KEY", ""),
            base_url=base_url,
            council_name=environment.get("AUDITAPP_COUNCIL_NAME", cls.council_name),
            service_name=environment.get("AUDITAPP_SERVICE_NAME", cls.service_name),
            classification=environment.get("AUDITAPP_CLASSIFICATION", cls.classification),
            contact=environment.get("AUDITAPP_CONTACT", cls.contact).strip(),
            instance=instance,
            upload_megabytes=_whole_number(
                environment, "AUDITAPP_UPLOAD_MEGABYTES", default=cls.upload_megabytes, least=1
            ),
            proxies=_whole_number(environment, "AUDITAPP_PROXIES", default=cls.proxies, least=0),
            smtp_url=environment.get("AUDITAPP_SMTP_URL", ""),
            mail_from=environment.get("AUDITAPP_MAIL_FROM", ""),
            clock=environment.get("AUDITAPP_CLOCK", ""),
        )
        given.check()
        if not given.secret_key:
            return _with_own_secret(given)
        return given

    def make_instance(self) -> None:
        """Make the folder of the instance where there is none; refuse a place where there can be none."""
        try:
            self.instance.mkdir(parents=True, exist_ok=True)
        except OSError as problem:
            raise _unusable(self.instance, problem) from problem

    def check(self) -> None:
        """Refuse a start that would be unsafe."""
        if not _is_address(self.base_url):
            raise SettingsError(
                f"AUDITAPP_BASE_URL is '{self.base_url}'. Set it to the address people type, such as https://audits.example.gov.uk"
            )
        if self.is_production and not self.is_secure:
            raise SettingsError(
                "AUDITAPP_BASE_URL names another host than this machine, unencrypted. Set it to an https:// address."
            )
        if self.is_production and not self.secret_key:
            raise SettingsError(
                "AUDITAPP_SECRET_KEY is not set. Set it to at least 32 random characters, kept outside the code: "
                "python3 -c 'import secrets; print(secrets.token_urlsafe(48))' makes one."
            )
        if self.is_production and not self.proxies:
            # The service listens on this machine alone, so that something must stand before it.
            raise SettingsError(
                "AUDITAPP_PROXIES is not set. Set it to how many proxies of yours stand before the service, such as 1: "
                "without it everybody seems to come from one address, and counts as one at signing in."
            )
        if self.is_production and self.clock:
            raise SettingsError("AUDITAPP_CLOCK is set: it is for tests alone. Unset it, and the time is what it is.")
        clock_of(self.clock)
        self._check_post()
        if self.secret_key and len(self.secret_key) < SHORTEST_SECRET:
            raise SettingsError(
                f"AUDITAPP_SECRET_KEY is too short. Set it to at least {SHORTEST_SECRET} random characters."
            )
        if len(self.contact) > LONGEST_CONTACT or not self.contact.isprintable():
            raise SettingsError(
                "AUDITAPP_CONTACT is not one short line. Set it to an e-mail address or a telephone number."
            )
        if self.database_url in {"sqlite:///", "sqlite:///:memory:"}:
            raise SettingsError(
                "AUDITAPP_DATABASE_URL names a database in memory, which forgets everything. Set it to sqlite:///PATH."
            )
        if not _has_readable_port(self.database_url):
            raise SettingsError(
                "AUDITAPP_DATABASE_URL has a port that is no number. Set it to HOST:PORT, such as :5432."
            )
        if not self.database_url.startswith(("sqlite:///", "postgresql+psycopg://")):
            raise SettingsError(
                "AUDITAPP_DATABASE_URL names a database this service does not know. "
                "Set it to sqlite:///PATH or postgresql+psycopg://USER:PASSWORD@HOST/NAME."
            )

    def _check_post(self) -> None:
        """Refuse post that could not be answered, or that would go out unencrypted by somebody's mistake."""
        if self.smtp_url:
            MailServer.parse(self.smtp_url)
            if not _ADDRESS.fullmatch(self.mail_from):
                raise SettingsError(
                    "AUDITAPP_MAIL_FROM is not set to an e-mail address. Set it to the one that post comes from, such "
                    "as case-file-audits@example.gov.uk"
                )


def _default_instance() -> str:
    """The checkout's `instance/`, or the working folder's where the package is installed."""
    root = resources()
    return str((root if root != PACKAGE else Path.cwd()) / "instance")


def _is_address(text: str) -> bool:
    """Whether a text is a scheme and a host, with or without a port, and nothing else."""
    try:
        parts = urlsplit(text)
        is_bare = parts.port != 0 and text == f"{parts.scheme}://{parts.netloc}" and "@" not in parts.netloc
    except ValueError:
        return False
    return is_bare and bool(parts.hostname) and parts.scheme in {"http", "https"}


def _has_readable_port(url: str) -> bool:
    try:
        return urlsplit(url).port != 0
    except ValueError:
        return False


def _whole_number(environment: Mapping[str, str], name: str, *, default: int, least: int) -> int:
    text = environment.get(name, str(default))
    if not text.isascii() or not text.isdigit() or int(text) < least:
        raise SettingsError(f"{name} is '{text}'. Set it to a whole number from {least}.")
    return int(text)


def _with_own_secret(settings: Settings) -> Settings:
    """Give a start on this machine alone a secret of its own, kept beside its database."""
    path = settings.instance / "secret_key"
    settings.make_instance()
    try:
        if not path.exists():
            _write_once(path, secrets.token_urlsafe(48))
        secret = path.read_text()
    except (OSError, UnicodeDecodeError) as problem:
        raise _unusable(path, problem) from problem
    if len(secret) < SHORTEST_SECRET:
        raise SettingsError(f"The secret in {path} is too short. Remove the file: the next start makes a new one.")
    return replace(settings, secret_key=secret)


def _unusable(place: Path, problem: OSError | UnicodeDecodeError) -> SettingsError:
    """Say that the folder of the instance cannot be what it is set to."""
    why = problem.strerror if isinstance(problem, OSError) else "it is no text"
    return SettingsError(
        f"AUDITAPP_INSTANCE cannot be used, because of {place}: {why}. Set it to a folder the service may write in."
    )


def _write_once(path: Path, content: str) -> None:
    """Create a file whole and readable by its owner only, or leave the one that another process made first."""
    descriptor, own = mkstemp(dir=path.parent, prefix=path.name)  # mode 0600, and a name that nobody else has
    with os.fdopen(descriptor, "w") as file:
        file.write(content)
        file.flush()
        os.fsync(descriptor)
    with suppress(FileExistsError):
        os.link(own, path)
    Path(own).unlink()
