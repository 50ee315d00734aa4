"""The time, drawn into a picture so that a program can read it back, also after it was encoded or made smaller.

The lowest sixteenth of the rows are 48 blocks, black for 0 and white for 1, that count the milliseconds of boot time,
most significant first.
"""

from typing import Final

import numpy as np
from numpy.typing import NDArray

ZONE: Final = (0, 937, 1000, 1000)
"""Where it stands: left, top, right, bottom in thousandths of the picture. It moves, of course."""

_BITS: Final = 48
_STRIP: Final = 16
_WHITE, _BLACK, _GREY = 235, 16, 128


def write(bright: NDArray[np.uint8], at_ms: int) -> None:
    """Draw it; `bright` is the picture's brightness, row by row."""
    high, wide = bright.shape
    strip = bright[high - high // _STRIP :]
    for bit in range(_BITS):
        lit = at_ms >> (_BITS - 1 - bit) & 1
        strip[:, bit * wide // _BITS : (bit + 1) * wide // _BITS] = _WHITE if lit else _BLACK


def read(bright: NDArray[np.uint8]) -> int:
    """The boot time in milliseconds that a picture of any size carries."""
    high, wide = bright.shape
    row = bright[high - high // _STRIP // 2 - 1]
    at_ms = 0
    for bit in range(_BITS):
        at_ms = at_ms << 1 | int(row[(2 * bit + 1) * wide // (2 * _BITS)] > _GREY)
    return at_ms
