"""What commands are given, read as the field writes it: months and quarters. What is none is a wrong usage."""

import click

from auditapp.domain.calendar import Month, Quarter
from auditapp.domain.errors import Refused


class _Written(click.ParamType[Month | Quarter]):
    """Something that is parsed from what was typed."""

    def __init__(self, name: str, kind: type[Month] | type[Quarter]) -> None:
        self.name, self._kind = name, kind

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> Month | Quarter:
        """Return what was meant, or end the command and say how it is written."""
        if isinstance(value, self._kind):
            return value
        try:
            return self._kind.parse(str(value))
        except Refused as refusal:
            self.fail(refusal.message, param, ctx)


MONTH = _Written("month", Month)
QUARTER = _Written("quarter", Quarter)
