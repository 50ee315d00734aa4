"""Motion: how much of a small picture is not as it was, leaving out light that goes on and zones that do not count.

The picture is looked at in blocks. A block moved when its brightness left a slowly learned background by more than
`sensitivity` allows, after the change that all blocks have in common (their median) was taken away: a lamp that goes on
changes them all, a person some. What moves is told in thousandths of the blocks that count.
"""

from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from drivers.camera import Small

ACROSS: Final = 32
DOWN: Final = 24
"""Blocks of the grid in which zones are told."""

WHOLE: Final = 1000
_LEARNS: Final = 0.05
"""How much of what is new goes into the background with each picture: at five a second, most of it in ten seconds."""
_LEAST_STEP: Final = 4.0
_MOST_STEP: Final = 40.0
_COVERED: Final = 2.5
"""A picture whose blocks differ by no more than this has something before its lens."""


class Zone(NamedTuple):
    """A rectangle in thousandths of the picture, from the top left."""

    left: int
    top: int
    right: int
    bottom: int


class Seen(NamedTuple):
    """What one picture shows: how much moved (0 to 1000), and whether the lens is covered."""

    motion: int
    is_covered: bool


class Motion:
    """Looks at the small pictures of one camera, in their order."""

    def __init__(self, sensitivity_percent: int, ignored: tuple[Zone, ...] = ()) -> None:
        """`sensitivity_percent` from 0, only great changes, to 100; what moves in `ignored` zones does not count."""
        share = min(max(sensitivity_percent, 0), 100) / 100
        self._step: Final = _MOST_STEP + (_LEAST_STEP - _MOST_STEP) * share
        self._counts: Final = ~mask(ignored)
        self._background: NDArray[np.float32] | None = None

    def look(self, small: Small) -> Seen:
        """How much moved since the pictures before. The first one has none before it."""
        blocks = means(small)
        before = self._background
        if not self._counts.any():
            return Seen(0, is_covered=False)
        # Words that are written into the picture are not before the lens; whoever writes them has a zone for them.
        is_covered = bool(blocks[self._counts].std() < _COVERED)
        if before is None:
            self._background = blocks
            return Seen(0, is_covered)
        change = blocks - before
        # Great steps are learned in bits, so that who comes is not yet background when he goes.
        before += _LEARNS * change
        change -= np.median(change)
        moved = np.abs(change) > self._step
        return Seen(round(WHOLE * float(moved[self._counts].mean())), is_covered)


def means(small: Small) -> NDArray[np.float32]:
    """The mean brightness of each block, `DOWN` by `ACROSS`. What is left over at the edges is not looked at."""
    wide, high = small.width // ACROSS, small.height // DOWN
    brightness = np.frombuffer(small.data, np.uint8, small.width * small.height)
    rows = brightness.reshape(small.height, small.width)[: high * DOWN, : wide * ACROSS]
    found: NDArray[np.float32] = rows.reshape(DOWN, high, ACROSS, wide).mean(
        axis=(1, 3), dtype=np.float32
    )
    return found


def mask(zones: tuple[Zone, ...]) -> NDArray[np.bool_]:
    """Which blocks a zone touches, `DOWN` by `ACROSS`."""
    touched = np.zeros((DOWN, ACROSS), np.bool_)
    for zone in zones:
        top, bottom = zone.top * DOWN // WHOLE, -(-zone.bottom * DOWN // WHOLE)
        left, right = zone.left * ACROSS // WHOLE, -(-zone.right * ACROSS // WHOLE)
        touched[top:bottom, left:right] = True
    return touched
