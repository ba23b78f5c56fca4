"""A message of the outbox as e-mail: the same words as plain text and as HTML, and one link into the service."""

from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from html import escape
from urllib.parse import urlsplit

# Any server on the way may be an old one.
SEVEN_BIT = SMTP.clone(cte_type="7bit")


@dataclass(frozen=True, slots=True)
class Sender:
    """Who writes: the address that letters come from, the service by its name, and where it is."""

    address: str
    service_name: str
    council_name: str
    base_url: str

    @property
    def host(self) -> str:
        """The host that makes the identifiers of letters ours."""
        return urlsplit(self.base_url).hostname or "localhost"


@dataclass(frozen=True, slots=True)
class Letter:
    """What to write to whom: paragraphs with an empty line between them, and the page that the link leads to.

    `identifier` stays the same however often a letter is sent, so that a mail program knows it again.
    """

    identifier: str
    to_name: str
    to_address: str
    subject: str
    body: str
    path: str
    link_text: str
    at: datetime


def as_email(letter: Letter, sender: Sender) -> EmailMessage:
    """Return a letter as e-mail. Nothing in a header can begin another one: the standard library refuses it."""
    mail = EmailMessage(policy=SEVEN_BIT)
    mail["From"] = _address(sender.service_name, sender.address)
    mail["To"] = _address(letter.to_name, letter.to_address)
    mail["Subject"] = f"{letter.subject} - {sender.service_name}"
    mail["Date"] = format_datetime(letter.at)
    mail["Message-ID"] = f"<{letter.identifier}@{sender.host}>"
    mail["Auto-Submitted"] = "auto-generated"  # so that no out-of-office note answers it
    link = f"{sender.base_url}{letter.path}"
    mail.set_content(_plain(letter, sender, link))
    mail.add_alternative(_html(letter, sender, link), subtype="html")
    return mail


def _address(name: str, address: str) -> Address:
    """Return a name and an address as a header holds them; the parts of an address are kept apart, never parsed."""
    user, _, domain = address.rpartition("@")
    return Address(display_name=" ".join(name.split()), username=user, domain=domain)


def _plain(letter: Letter, sender: Sender, link: str) -> str:
    return f"{letter.body}\n\n{letter.link_text}:\n{link}\n\n{_foot(sender)}\n"


def _html(letter: Letter, sender: Sender, link: str) -> str:
    """Lay out as little as possible: mail programs differ, and a reader may have any of them."""
    paragraphs = "".join(f"<p>{escape(part).replace(chr(10), '<br>')}</p>" for part in letter.body.split("\n\n"))
    anchor = f'<p><a href="{escape(link)}">{escape(letter.link_text)}</a></p>'
    head = f'<head><meta charset="utf-8"><title>{escape(letter.subject)}</title></head>'
    body = f"{paragraphs}{anchor}<hr><p>{escape(_foot(sender))}</p>"
    return f'<!DOCTYPE html><html lang="en-GB">{head}<body>{body}</body></html>\n'


def _foot(sender: Sender) -> str:
    return (
        f"{sender.service_name}, {sender.council_name}. The service wrote this message by itself. It holds nothing "
        "about any case: sign in to read more. Your account there says when such messages come."
    )
