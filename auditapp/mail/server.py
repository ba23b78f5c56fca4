"""The mail server: hands a letter over, and says which of three things came of it: taken, not taken, nobody knows."""

import smtplib
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from email.message import EmailMessage
from typing import Final, Self
from urllib.parse import unquote, urlsplit

from auditapp.domain.errors import SettingsError

LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
SECONDS = 30
PERMANENT = range(500, 600)
CLOSES = 421
PORTS = {"smtp": 587, "smtps": 465}


class NotTaken(Exception):
    """The server did not take a letter. `is_final`: it never will; `is_away`: it takes none at the moment."""

    def __init__(self, problem: str, *, is_final: bool = False, is_away: bool = False) -> None:
        super().__init__(problem)
        self.problem, self.is_final, self.is_away = problem, is_final, is_away


class Unknown(Exception):
    """The server went away after it had the letter and before it said so."""


@dataclass(frozen=True, slots=True)
class MailServer:
    """Where letters are handed over: smtp://USER:PASSWORD@HOST:PORT, encrypted before anything is said, or smtps://."""

    scheme: str
    host: str
    port: int
    user: str = ""
    password: str = ""

    @classmethod
    def parse(cls, url: str) -> Self:
        """Read an address; raise `SettingsError` with what to set."""
        wrong = SettingsError(
            "AUDITAPP_SMTP_URL is no address of a mail server. Set it to smtp://USER:PASSWORD@HOST:587 or smtps://…:465"
        )
        try:
            parts = urlsplit(url)
            port = parts.port or PORTS.get(parts.scheme, 0)
        except ValueError:
            raise wrong from None
        if parts.scheme not in PORTS or not parts.hostname or parts.path not in {"", "/"}:
            raise wrong
        return cls(parts.scheme, parts.hostname, port, unquote(parts.username or ""), unquote(parts.password or ""))

    @contextmanager
    def connected(self) -> Iterator["Connection"]:
        """Connect, encrypt and sign in; raise `NotTaken` where that fails. Only this machine's own may be plain."""
        try:
            client = self._connect()
        # A ValueError: a name or a password that no connection can be made with.
        except (OSError, ValueError, smtplib.SMTPException) as problem:
            raise NotTaken(f"The mail server cannot be used: {_say(problem)}.", is_away=True) from problem
        try:
            yield Connection(client)
        finally:
            _leave(client)

    def _connect(self) -> smtplib.SMTP:
        context = ssl.create_default_context()
        if self.scheme == "smtps":
            client: smtplib.SMTP = smtplib.SMTP_SSL(self.host, self.port, timeout=SECONDS, context=context)
        else:
            client = smtplib.SMTP(self.host, self.port, timeout=SECONDS)
        try:
            client.ehlo_or_helo_if_needed()
            if self.scheme == "smtp" and (client.has_extn("starttls") or self.host not in LOOPBACK):
                client.starttls(context=context)
                client.ehlo()
            if self.user:
                client.login(self.user, self.password)
        except BaseException:
            client.close()
            raise
        return client


@dataclass(frozen=True, slots=True)
class Connection:
    """An open way to the mail server."""

    client: smtplib.SMTP

    def hand_over(self, mail: EmailMessage, *, sender: str, to: str) -> None:
        """Hand one letter over. Returns where the server took it; raises `NotTaken` or `Unknown` where not."""
        try:
            # Whatever is wrong before a reader was named is wrong with us, and with every other letter too.
            self._check(self.client.mail(sender)[0], is_about_us=True)
            self._check(self.client.rcpt(to)[0])
        except ValueError as problem:
            raise NotTaken("Its address is none that a mail server takes.", is_final=True) from problem
        except (OSError, smtplib.SMTPException) as problem:
            # Nothing of the letter has been said yet: it was certainly not taken.
            raise NotTaken(f"The mail server broke off: {_say(problem)}.", is_away=True) from problem
        try:
            code, _ = self.client.data(mail.as_bytes())
        except smtplib.SMTPDataError as refusal:
            code = refusal.smtp_code
        except (OSError, smtplib.SMTPException) as problem:
            raise Unknown(f"The mail server went away while it had the letter: {_say(problem)}.") from problem
        self._check(code)

    def _check(self, code: int, *, is_about_us: bool = False) -> None:
        """Raise `NotTaken` for an answer that is a refusal, and begin anew for the next letter."""
        if code in range(200, 300):
            return
        with suppress(OSError, smtplib.SMTPException):  # a server that closes has refused it all the same
            self.client.rset()
        is_away = is_about_us or code == CLOSES
        is_final = code in PERMANENT and not is_away
        said = "takes nothing from this service now" if is_away else "refused it"
        raise NotTaken(f"The mail server {said}: {code}.", is_final=is_final, is_away=is_away)


# What went wrong, in the words of somebody who has to set it right; the first that fits.
WRONG: Final = (
    (smtplib.SMTPAuthenticationError, "it does not accept the name and the password"),
    (smtplib.SMTPResponseException, "it refused"),
    (smtplib.SMTPNotSupportedError, "it does not offer what is needed, such as signing in or encryption"),
    (smtplib.SMTPServerDisconnected, "it ended the connection"),
    (ssl.SSLCertVerificationError, "its certificate is not one that this machine trusts"),
    (ssl.SSLError, "no encrypted connection could be made"),
    (socket.gaierror, "its name is not known"),
    (TimeoutError, "it does not answer"),
    (ConnectionRefusedError, "nothing listens there"),
    (ConnectionError, "it ended the connection"),
    (smtplib.SMTPException, "it offers no way to sign in that this service knows"),
    (OSError, "it cannot be reached from here"),
    (ValueError, "its name, the user or the password is none that a connection is made with"),
)


def _say(problem: Exception) -> str:
    words = next(words for kind, words in WRONG if isinstance(problem, kind))
    code = getattr(problem, "smtp_code", 0)
    return f"{words} ({code})" if code > 0 else words


def _leave(client: smtplib.SMTP) -> None:
    try:
        client.quit()
    except (OSError, smtplib.SMTPException):
        client.close()
