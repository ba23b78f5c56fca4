"""No text becomes a formula when a spreadsheet program opens it."""

import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from auditapp.documents.cells import safe_cell

PLAIN = ("=1+1", "+1", "-1", "@SUM(A1)", "|1", "%1")
DISGUISED = (" =1", "\t=1", "\r=1", "\n=1", "\x00=1", "＝1", "＋1", "\u200b=1", "\ufeff=1", "\u3000＝1")


@pytest.mark.parametrize("text", [*PLAIN, *DISGUISED])
def test_what_would_begin_a_formula_gets_an_apostrophe(text: str) -> None:
    assert safe_cell(text) == "'" + text.replace("\x00", "")


@pytest.mark.parametrize("text", ["", "58 audits", "a=b", "00417732", "'=1", "é", "“quoted”"])
def test_other_text_stays_as_it_is(text: str) -> None:
    assert safe_cell(text) == text


@given(st.text(alphabet=st.sampled_from("=+-@ \t\r\n\x00\u200b＝a1"), max_size=8))
@example("\x00\x00=")
def test_no_cell_begins_with_a_formula_after_what_programs_skip(text: str) -> None:
    cell = unicodedata.normalize("NFKC", safe_cell(text)).lstrip(" \t\r\n\x00\u200b")
    assert not cell.startswith(("=", "+", "-", "@"))
