"""Bar charts as SVG: columns for what follows in time, rows for what has names. Whole numbers only.

A picture has an address of its own (`<img src>`), so it brings its colours along: those of `static/palette.css`, light
or dark as the machine wishes. What it shows stands beside it in words or in a table, for those who do not see it.
"""

import functools
from collections.abc import Callable, Sequence
from html import escape
from importlib.resources import files
from typing import Final, NamedTuple

WIDE: Final = 960
HIGH: Final = 300
TOP: Final = 16
LEFT: Final = 128
BELOW: Final = 34
ROW: Final = 34
NAME: Final = 300
FIGURE: Final = 150
STEPS: Final = 4
MOST_LABELS: Final = 16
_LETTERS: Final = 30
_STYLE: Final = (
    "text{font:14px Inter,system-ui,sans-serif;fill:var(--muted)}.end{text-anchor:end}.mid{text-anchor:middle}"
    ".name{fill:var(--ink)}.now{fill:var(--brand_ink)}.then{fill:var(--faint);opacity:.55}.line{stroke:var(--line)}"
    ".loss{fill:var(--danger_ink)}"
    # On a phone the picture is a third as wide: letters that can be read, and each second label.
    "@media (max-width:520px){text{font-size:25px}.odd{display:none}}"
)


class Bar(NamedTuple):
    """One bar, and what it is compared with (None: with nothing)."""

    label: str
    figure: int
    before: int | None = None


def columns(bars: Sequence[Bar], written: Callable[[int], str]) -> str:
    """Upright bars side by side; `written` says what a figure at the edge is called."""
    most = max((max(one.figure, one.before or 0) for one in bars), default=0)
    step = _step(most)
    whole = step * STEPS
    parts = [
        f'<line class="line" x1="{LEFT}" x2="{WIDE}" y1="{y}" y2="{y}"/>'
        f'<text class="end" x="{LEFT - 10}" y="{y + 5}">{escape(written(step * place))}</text>'
        for place in range(STEPS + 1)
        for y in (TOP + HIGH - HIGH * place // STEPS,)
    ]
    count = max(1, len(bars))
    every = -(-count // MOST_LABELS)
    for place, one in enumerate(bars):
        begin = LEFT + (WIDE - LEFT) * place // count
        slot = (WIDE - LEFT) // count
        gap = max(1, slot // 8)
        width = max(1, slot - 2 * gap)
        if one.before is not None:
            width = max(1, width // 2)
            parts.append(_upright("then", begin + gap, width, one.before, whole))
        shift = width if one.before is not None else 0
        parts.append(_upright("now", begin + gap + shift, width, one.figure, whole))
        if place % every == 0:
            middle = begin + slot // 2
            odd = " odd" if place // every % 2 else ""
            parts.append(
                f'<text class="mid{odd}" x="{middle}" y="{TOP + HIGH + 24}">{escape(one.label)}</text>'
            )
    return _picture(TOP + HIGH + BELOW, parts)


def rows(bars: Sequence[Bar], written: Callable[[int], str]) -> str:
    """Bars that lie below one another, each with its name before it and its figure behind."""
    most = max((abs(one.figure) for one in bars), default=0) or 1
    room = WIDE - NAME - FIGURE
    parts = []
    for place, one in enumerate(bars):
        y = ROW * place
        name = one.label if len(one.label) <= _LETTERS else one.label[: _LETTERS - 1] + "…"
        length = max(2, room * abs(one.figure) // most) if one.figure else 0
        kind = "now" if one.figure >= 0 else "loss"
        parts.append(
            f'<text class="name end" x="{NAME - 12}" y="{y + 22}">{escape(name)}</text>'
            f'<rect class="{kind}" x="{NAME}" y="{y + 6}" width="{length}" height="{ROW - 12}" rx="4"/>'
            f'<text x="{NAME + length + 10}" y="{y + 22}">{escape(written(one.figure))}</text>'
        )
    return _picture(max(ROW, ROW * len(bars)), parts)


def _upright(kind: str, x: int, width: int, figure: int, whole: int) -> str:
    height = HIGH * max(0, figure) // whole
    place = f'x="{x}" y="{TOP + HIGH - height}" width="{width}" height="{height}"'
    return f'<rect class="{kind}" {place} rx="{min(4, width // 3)}"/>'


def _step(most: int) -> int:
    """The smallest round number of which `STEPS` reach up to the highest bar."""
    power = 1
    while True:
        for digit in (1, 2, 5):
            if digit * power * STEPS >= most:
                return digit * power
        power *= 10


@functools.cache
def _palette() -> str:
    return (
        files("appliance.lan_server").joinpath("static", "palette.css").read_text(encoding="utf-8")
    )


def _picture(height: int, parts: Sequence[str]) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDE} {height}" width="{WIDE}" height="{height}">'
        f"<style>{_palette()}{_STYLE}</style>{''.join(parts)}</svg>"
    )
