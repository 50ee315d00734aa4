"""The picture between sales, made as small as the display before it goes to the graphics memory."""

import logging
import struct
from pathlib import Path
from typing import NamedTuple

from PIL import Image, ImageOps

log = logging.getLogger(__name__)


class Picture(NamedTuple):
    """Rows of red, green and blue bytes, the top one first."""

    width: int
    height: int
    pixels: bytes


def load(path: Path, within: tuple[int, int]) -> Picture | None:
    """The picture, at most `within` wide and high; nothing, with a line in the log, if it is none.

    A photograph of a modern camera is larger than a Pi's graphics chip can hold in one texture.
    """
    try:
        with Image.open(path) as image:
            image.draft("RGB", within)
            upright = ImageOps.exif_transpose(image).convert("RGBA")
        upright.thumbnail(within)
        ground = Image.new("RGBA", upright.size, "white")
        ground.alpha_composite(upright)
    except (
        OSError,
        SyntaxError,
        ValueError,
        struct.error,
        Image.DecompressionBombError,
    ) as trouble:
        log.error("the picture %s cannot be shown: %s", path, trouble)  # noqa: TRY400
        return None
    return Picture(ground.width, ground.height, ground.convert("RGB").tobytes())
