"""Letters: the standard library reads back what was written, whatever somebody is called."""

from datetime import UTC, datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default

import pytest

from auditapp.mail.letters import Letter, Sender, as_email

SENDER = Sender("audits@example.org", "Case-file audits", "Exampleshire County Council", "https://audits.example.org")
AT = datetime(2026, 12, 1, 7, tzinfo=UTC)


def letter(
    *, name: str = "Nora Example", body: str = "Due today:\n- QOP-2026-12-01\n\nLate:\n- QOP-2026-11-02"
) -> Letter:
    return Letter("abc234", name, "nora@example.org", "2 things for you", body, "/", "Sign in to see them", AT)


def read_back(written: EmailMessage) -> EmailMessage:
    raw = written.as_bytes()
    raw.decode("ascii")
    assert b"\n" not in raw.replace(b"\r\n", b"")
    mail = message_from_bytes(raw, policy=default)
    assert not mail.defects
    assert not any(part.defects for part in mail.walk())
    return mail


def test_a_letter_is_plain_text_and_html_with_one_link() -> None:
    mail = read_back(as_email(letter(), SENDER))
    assert mail["Subject"] == "2 things for you - Case-file audits"
    assert mail["To"] == "Nora Example <nora@example.org>"
    assert mail["Message-ID"] == "<abc234@audits.example.org>"
    assert mail["Date"].datetime == AT
    assert mail["Auto-Submitted"] == "auto-generated"
    plain, html = (mail.get_body((kind,)) for kind in ("plain", "html"))
    assert plain is not None
    assert html is not None
    assert "- QOP-2026-12-01" in plain.get_content()
    assert "https://audits.example.org/" in plain.get_content()
    assert '<a href="https://audits.example.org/">Sign in to see them</a>' in html.get_content()


@pytest.mark.parametrize(
    "name", ['Zoë "Zed" Exämple', "Bcc: evil@example.org", "A\r\nBcc: evil@example.org", "O'Example, Ann", ""]
)
def test_no_name_begins_another_header(name: str) -> None:
    mail = read_back(as_email(letter(name=name), SENDER))
    assert mail["Bcc"] is None
    assert [address.addr_spec for address in mail["To"].addresses] == ["nora@example.org"]


def test_words_are_words_in_html_too() -> None:
    html = read_back(as_email(letter(body='<script>alert("x")</script> & more'), SENDER)).get_body(("html",))
    assert html is not None
    assert "<script>" not in html.get_content()
    assert "&lt;script&gt;" in html.get_content()


def test_an_address_with_a_line_end_is_refused() -> None:
    bad = Letter("abc234", "Nora", "nora@example.org\r\nBcc: x@example.org", "s", "b", "/", "l", AT)
    with pytest.raises(ValueError, match="CR or LF"):
        as_email(bad, SENDER)
