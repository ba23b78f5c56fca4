"""Pieces laid out on pages: what belongs together stays together, and what is taller than a page goes on.

ReportLab's own layout gives up on what does not fit; a record of what somebody wrote may not. Lengths in points.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from auditapp.documents.look import BODY_HEIGHT, MEASURE, SHEET, SIDE, TOP
from auditapp.documents.structure import TaggedCanvas


class Flow(Protocol):
    """What can stand on a page. The names are ReportLab's."""

    def wrap(self, width: float, height: float) -> tuple[float, float]:
        """The room it takes at this width."""

    def split(self, width: float, height: float) -> "Sequence[Flow]":
        """The part that fits and the part that goes on; one or none where it does not split there."""

    def drawOn(self, canvas: TaggedCanvas, x: float, y: float) -> None:  # noqa: N802 - ReportLab's name
        """Draw with the lower left corner here."""

    def getSpaceBefore(self) -> float:  # noqa: N802 - ReportLab's name
        """Air above, except at the top of a page."""

    def getSpaceAfter(self) -> float:  # noqa: N802 - ReportLab's name
        """Air below."""

    def start_height(self, width: float) -> float:
        """The least room in which it may begin."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A flow and what holds it: it `leads` what follows onto the same page, stays `whole`, or turns the page."""

    flow: Flow
    leads: bool = False
    whole: bool = False
    new_page: bool = False

    def need(self) -> float:
        """The least room in which it may begin."""
        if self.whole:
            return self.flow.getSpaceBefore() + self.flow.wrap(MEASURE, BODY_HEIGHT)[1]
        return self.flow.start_height(MEASURE)


def hold_together(pieces: Sequence[Piece]) -> list[Piece]:
    """The same pieces, so bound that they all begin and end on one page."""
    return [replace(piece, whole=True, leads=piece is not pieces[-1] or piece.leads) for piece in pieces]


def lay_out(pieces: Sequence[Piece], canvas: TaggedCanvas) -> None:
    """Draw the pieces one under another on as many pages as they take."""
    page = _Page(canvas)
    for piece, need in zip(pieces, _needs(pieces), strict=True):
        if piece.new_page or page.room < need <= BODY_HEIGHT:
            page.turn()
        page.put(piece.flow)
    page.turn()


def _needs(pieces: Sequence[Piece]) -> list[float]:
    """The room each piece needs to begin, together with all that it leads."""
    needs: list[float] = []
    for piece in reversed(pieces):
        led = needs[-1] + piece.flow.getSpaceAfter() if piece.leads and needs else 0.0
        needs.append(piece.need() + led)
    return needs[::-1]


class _Page:
    """The page being filled from the top down."""

    def __init__(self, canvas: TaggedCanvas) -> None:
        self._canvas = canvas
        self.room: float = BODY_HEIGHT

    def turn(self) -> None:
        """Begin a new page, unless this one is still empty."""
        if not self._is_empty():
            self._canvas.showPage()
            self.room = BODY_HEIGHT

    def put(self, flow: Flow) -> None:
        """Draw a flow here and, where it does not fit, on the pages that follow."""
        rest: Flow | None = flow
        while rest is not None:
            rest = self._put_part(rest)

    def _put_part(self, flow: Flow) -> Flow | None:
        """Draw what fits; what is left goes to the next page."""
        room = self.room - self._gap(flow)
        if flow.wrap(MEASURE, room)[1] <= room:
            self._draw(flow)
            return None
        parts = flow.split(MEASURE, room)
        if len(parts) == 2:
            self._draw(parts[0])
            self.turn()
            return parts[1]
        if self._is_empty():
            self._draw(flow)
            return None
        self.turn()
        return flow

    def _draw(self, flow: Flow) -> None:
        height = self._gap(flow) + flow.wrap(MEASURE, self.room)[1]
        flow.drawOn(self._canvas, SIDE, SHEET[1] - TOP - BODY_HEIGHT + self.room - height)
        self.room -= height + flow.getSpaceAfter()

    def _gap(self, flow: Flow) -> float:
        return 0.0 if self._is_empty() else flow.getSpaceBefore()

    def _is_empty(self) -> bool:
        return self.room == BODY_HEIGHT
