"""Numbers with their nouns, as people write them, names as they list them, and words that begin a sentence."""

from collections.abc import Sequence


def say_count(n: int, one: str, many: str = "") -> str:
    """'1 team', '1,204 teams'; `many` where the plural, or what follows it, is not made with an s."""
    return f"{n:,} {one if n == 1 else many or f'{one}s'}"


def begin(words: str) -> str:
    """'Audits of themes': words with a capital, as at the beginning of a sentence; the rest stays as it is."""
    return words[:1].upper() + words[1:]


def say_list(names: Sequence[str]) -> str:
    """'Fieldwork', 'Fieldwork and Safeguarding', 'Fieldwork, Permanence and Safeguarding'."""
    *most, last = names or ("",)
    return f"{', '.join(most)} and {last}" if most else last
