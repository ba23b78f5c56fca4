"""Numbers with their nouns, as people write them."""


def say_count(n: int, one: str, many: str = "") -> str:
    """'1 team', '1,204 teams'; `many` where the plural, or what follows it, is not made with an s."""
    return f"{n:,} {one if n == 1 else many or f'{one}s'}"
