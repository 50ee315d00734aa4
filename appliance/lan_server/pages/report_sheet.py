"""A report on paper: its grid on A4, page after page, with the shop's name and what it is of."""

from collections.abc import Sequence
from typing import Final

from appliance.lan_server.pages.report_grids import Figure, Grid
from appliance.paper import SIZES, Paper, wrapped

ROW_MM: Final = 5.6
SMALL_MM: Final = 3.2
TEXT_MM: Final = 3.6
HEAD_MM: Final = 6.4
MOST_ROWS: Final = 2_000
_GREY: Final = 238


def pdf(grid: Grid, head: Sequence[str], cut: str, *, foot: str) -> bytes:
    """The report as PDF. `head` are lines below the title; `cut` is said where rows were left out.

    Raises `FontsMissing`.
    """
    sheet = _Sheet(grid, head, foot)
    sheet.begin()
    for row in grid.rows[:MOST_ROWS]:
        sheet.row(row)
    if len(grid.rows) > MOST_ROWS:
        sheet.say(cut)
    if grid.rows:
        sheet.total(grid.total)
    for note in grid.notes:
        sheet.say(note)
    return sheet.paper.finished()


class _Sheet:
    """The pages while they are drawn, from above to below."""

    def __init__(self, grid: Grid, head: Sequence[str], foot: str) -> None:
        self.paper = Paper(*SIZES["a4"])
        self._grid = grid
        self._head = head
        self._foot = foot
        self._y = 0.0
        self._page = 0
        numbers = len(grid.columns) - 1
        room = self.paper.right - self.paper.left
        # A name takes three columns; beside many or only one, two or one.
        share = {1: 1, 6: 2, 7: 2}.get(numbers, 3)
        first = room * share / (share + numbers)
        self._widths = [first, *([(room - first) / numbers] * numbers)]

    def begin(self) -> None:
        paper = self.paper
        paper.begin()
        self._page += 1
        self._y = paper.left
        if self._page == 1:
            paper.text(paper.left, self._y, self._grid.title, size=HEAD_MM, bold=True)
            self._y += HEAD_MM + 3
            for line in self._head:
                paper.text(paper.left, self._y, line, size=TEXT_MM, width=paper.right - paper.left)
                self._y += ROW_MM
            self._y += 3
        paper.text(
            paper.right, paper.bottom + 3, f"{self._foot} · {self._page}", size=SMALL_MM, right=True
        )
        self._titles()

    def row(self, cells: Sequence[Figure], *, bold: bool = False) -> None:
        """A row; on a new page where this one is full."""
        if self._y + ROW_MM > self.paper.bottom:
            self.begin()
        x = self.paper.left
        for width, cell, (_, kind) in zip(self._widths, cells, self._grid.columns, strict=True):
            if kind == "number":
                self.paper.text(
                    x + width,
                    self._y,
                    cell.text,
                    size=TEXT_MM,
                    width=width - 1,
                    right=True,
                    bold=bold,
                )
            else:
                self.paper.text(x, self._y, cell.text, size=TEXT_MM, width=width - 2, bold=bold)
            x += width
        self._y += ROW_MM

    def total(self, cells: Sequence[Figure]) -> None:
        """The last row."""
        if self._y + ROW_MM + 1 > self.paper.bottom:
            self.begin()
        self.paper.rule(self._y)
        self._y += 1
        self.row(cells, bold=True)

    def say(self, sentence: str) -> None:
        """A sentence below the table."""
        self._y += 2
        for line in wrapped(sentence, SMALL_MM, self.paper.right - self.paper.left):
            if self._y + ROW_MM > self.paper.bottom:
                self.begin()
            self.paper.text(self.paper.left, self._y, line, size=SMALL_MM)
            self._y += ROW_MM

    def _titles(self) -> None:
        paper = self.paper
        paper.bar(paper.left - 1, self._y - 1, paper.right - paper.left + 2, ROW_MM + 0.4, _GREY)
        x = paper.left
        for width, (title, kind) in zip(self._widths, self._grid.columns, strict=True):
            is_right = kind == "number"
            paper.text(
                x + width if is_right else x,
                self._y,
                title,
                size=SMALL_MM,
                width=width - 1,
                right=is_right,
                bold=True,
            )
            x += width
        self._y += ROW_MM + 1
