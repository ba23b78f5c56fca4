"""A mail server of this machine's own for tests: it keeps what it takes, and can refuse, be away, or vanish."""

import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session


@dataclass
class Mailbox:
    """What the server took, and how it answers.

    `welcomes` is said to whoever says who they are, `knows` to whoever names an address, and `answer` to whoever has
    handed a letter over: 421 closes the way, and 'vanish' takes the letter and says nothing.
    """

    welcomes: Callable[[str], str] = lambda _: "250 Welcome"
    knows: Callable[[str], str] = lambda _: "250 Known"
    answer: Callable[[EmailMessage], str] = lambda _: "250 Taken"
    taken: list[EmailMessage] = field(default_factory=list)
    sent_to: list[str] = field(default_factory=list)
    port: int = 0

    @property
    def url(self) -> str:
        """Its address."""
        return f"smtp://127.0.0.1:{self.port}"

    async def handle_MAIL(  # noqa: N802  # aiosmtpd's own name
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Let somebody send, or not."""
        envelope.mail_from = address
        return self.welcomes(address)

    async def handle_RCPT(  # noqa: N802  # aiosmtpd's own name
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Know an address, or not."""
        answer = self.knows(address)
        if answer.startswith("250"):
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802  # aiosmtpd's own name
        """Take a letter, or not; the letter is read back by the standard library, which names every defect."""
        assert isinstance(envelope.content, bytes)
        mail = message_from_bytes(envelope.content, policy=default)
        answer = self.answer(mail)
        if answer.startswith("250"):
            self.taken.append(mail)
            self.sent_to.extend(envelope.rcpt_tos)
        if answer == "vanish":
            self.taken.append(mail)
            assert server.transport is not None
            server.transport.close()
        if answer.startswith("421"):
            await server.push(answer)
            assert server.transport is not None
            server.transport.close()
        return answer


def free_port() -> int:
    """Return a port on which nothing listens."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        port: int = server.getsockname()[1]
        return port


@contextmanager
def mail_server() -> Iterator[Mailbox]:
    """Start a mail server on a free port, and end it."""
    box = Mailbox(port=free_port())
    controller = Controller(box, hostname="127.0.0.1", port=box.port)
    controller.start()
    try:
        yield box
    finally:
        controller.stop()
