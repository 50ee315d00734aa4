"""Pictures of products: whatever a phone or a supplier gives becomes a small square JPEG, or is refused.

The picture is scaled so that it fits into a square and stands in its middle on white, upright as the camera was held.
All that a file carries besides its pixels (where it was taken, by whom) is left behind. The pixels are decoded only
after the file's head said how many there are, so that a small file cannot fill the memory.
"""

import io
import warnings
from base64 import b64decode, b64encode
from typing import Final, NamedTuple

from PIL import Image, ImageOps

from appliance.journal.catalogue_kinds import PictureSet
from appliance.problems import Refusal
from appliance.services import catalogue
from appliance.services.catalogue import NoSuchProduct
from appliance.services.desk import Desk
from appliance.store.database import Database

MOST_BYTES: Final = 8_000_000
"""The largest file taken."""

MOST_PIXELS: Final = 50_000_000
"""More than any phone's camera has today at its usual setting."""

SIDE: Final = 256
MOST_JPEG: Final = 20_000
"""How long a stored picture is at most, in bytes."""

_FORMATS: Final = ("JPEG", "PNG", "WEBP")
_QUALITIES: Final = (82, 70, 58, 46, 34, 22, 12)
_SMALLER: Final = (256, 192, 128)
_WHITE: Final = (255, 255, 255)
_FIND: Final = "SELECT id, jpeg FROM picture WHERE product = ? AND jpeg IS NOT NULL"
_BROKEN: Final = (OSError, ValueError, SyntaxError, EOFError, IndexError, KeyError, TypeError)
"""What Pillow raises for files that are damaged or lie."""


class NotAPicture(Refusal):
    """A file is no picture that can be read."""

    code = "not_a_picture"


class PictureTooLarge(Refusal):
    """A picture has too many bytes or pixels: at most `most`."""

    code = "picture_too_large"


class Picture(NamedTuple):
    """A stored picture; `id` is the entry that set it."""

    id: str
    jpeg: bytes


def of(db: Database, product: str) -> Picture | None:
    """The picture of a product, if it has one."""
    found = db.sql(_FIND, (product,))
    return Picture(str(found[0][0]), b64decode(found[0][1])) if found else None


def small(file: bytes) -> bytes:
    """A file as the small JPEG that is stored. Takes some 100 ms for a phone's picture.

    Raises `NotAPicture`, `PictureTooLarge`.
    """
    if len(file) > MOST_BYTES:
        raise PictureTooLarge(most=f"{MOST_BYTES // 1_000_000} MB")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            opened = Image.open(io.BytesIO(file), formats=_FORMATS)
            if opened.width * opened.height > MOST_PIXELS:
                raise PictureTooLarge(most=f"{MOST_PIXELS // 1_000_000} MP")
            # A JPEG can be decoded at a fraction of its size, which is all that is needed.
            opened.draft("RGB", (2 * SIDE, 2 * SIDE))
            square = _square(opened)
    except (Image.DecompressionBombError, MemoryError):
        raise PictureTooLarge(most=f"{MOST_PIXELS // 1_000_000} MP") from None
    except _BROKEN as why:
        raise NotAPicture from why
    return _jpeg(square)


def set_picture(desk: Desk, product: str, jpeg: bytes, actor: str) -> None:
    """A product gets a picture (as `small` made it), or none with empty bytes. Raises `NoSuchProduct`."""
    if catalogue.find(desk.db, product) is None:
        raise NoSuchProduct(product=product)
    assert len(jpeg) <= MOST_JPEG, len(jpeg)
    held = of(desk.db, product)
    if jpeg != (b"" if held is None else held.jpeg):
        desk.book.record(actor, PictureSet(product=product, jpeg=b64encode(jpeg).decode()))


def _square(opened: Image.Image) -> Image.Image:
    upright = ImageOps.exif_transpose(opened)
    upright.thumbnail((SIDE, SIDE), Image.Resampling.LANCZOS, reducing_gap=3.0)
    with_alpha = upright.convert("RGBA")
    square = Image.new("RGB", (SIDE, SIDE), _WHITE)
    left, top = (SIDE - with_alpha.width) // 2, (SIDE - with_alpha.height) // 2
    square.paste(with_alpha, (left, top), with_alpha)
    return square


def _jpeg(square: Image.Image) -> bytes:
    for side in _SMALLER:
        scaled = square if side == SIDE else square.resize((side, side), Image.Resampling.LANCZOS)
        for quality in _QUALITIES:
            out = io.BytesIO()
            scaled.save(out, "JPEG", quality=quality, optimize=True)
            if out.tell() <= MOST_JPEG:
                return out.getvalue()
    raise PictureTooLarge(most=f"{MOST_PIXELS // 1_000_000} MP")
