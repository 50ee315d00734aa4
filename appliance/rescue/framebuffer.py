"""The kernel's framebuffer, `/dev/fb0`: a picture on the display without a display server.

Wire format (`include/uapi/linux/fb.h`): FBIOGET_VSCREENINFO tells size, bits a pixel and where in it each colour lies,
FBIOGET_FSCREENINFO how many bytes a row takes, which may be more than its pixels. Where the device does not answer,
`/sys/class/graphics/fb0` tells the same, without the colours' places, which are the usual ones then.
"""

import fcntl
import os
import struct
from pathlib import Path
from typing import Final, NamedTuple

from PIL import Image, ImageChops

_GET_VARIABLE: Final = 0x4600
_GET_FIXED: Final = 0x4602
_VARIABLE: Final = struct.Struct("=8I12I20I")
_FIXED: Final = struct.Struct("@16sLIIIIHHHIL")
_FIXED_ROOM: Final = 80
_ROW: Final = 9
"""Which of the fixed values is the bytes of a row."""
_USUAL: Final = {16: (11, 5, 0), 24: (16, 8, 0), 32: (16, 8, 0)}
"""Where red, green and blue begin, in bits, on nearly every machine."""

TURNS: Final = {
    90: Image.Transpose.ROTATE_90,
    180: Image.Transpose.ROTATE_180,
    270: Image.Transpose.ROTATE_270,
}
"""Degrees against the clock, as the till's own screen is turned."""


class Geometry(NamedTuple):
    """A display: pixels, bits a pixel, bytes a row, bytes before the part that shows, and where the colours lie."""

    width: int
    height: int
    bits: int
    row: int
    start: int = 0
    colours: tuple[int, int, int] = (16, 8, 0)


class NoDisplay(OSError):
    """There is no framebuffer here, or one of a kind that nobody has any more."""


class Framebuffer:
    """A display that is open. `rotation` in degrees against the clock."""

    def __init__(self, path: Path, rotation: int = 0, sys: Path = Path("/sys")) -> None:
        """Open it and ask what it is like. Raises `OSError`."""
        self._descriptor = os.open(path, os.O_RDWR | os.O_CLOEXEC)
        self.rotation = rotation if rotation in TURNS else 0
        try:
            self.geometry = ask(self._descriptor, sys / "class/graphics" / path.name)
        except OSError:
            os.close(self._descriptor)
            raise

    @property
    def size(self) -> tuple[int, int]:
        """Of the picture, as it is read."""
        width, height = self.geometry.width, self.geometry.height
        return (height, width) if self.rotation in {90, 270} else (width, height)

    def show(self, image: Image.Image) -> None:
        """Write a picture of `size`. Raises `OSError`."""
        if self.rotation:
            image = image.transpose(TURNS[self.rotation])
        frame = as_bytes(image, self.geometry)
        written = 0
        while written < len(frame):
            written += os.pwrite(self._descriptor, frame[written:], self.geometry.start + written)

    def close(self) -> None:
        """Let go of it; the picture stays."""
        os.close(self._descriptor)


def ask(descriptor: int, told: Path) -> Geometry:
    """What the display is like, by the kernel, or else by its files in `told`. Raises `NoDisplay`."""
    try:
        variable = _VARIABLE.unpack(fcntl.ioctl(descriptor, _GET_VARIABLE, bytes(_VARIABLE.size)))
        fixed = _FIXED.unpack_from(fcntl.ioctl(descriptor, _GET_FIXED, bytes(_FIXED_ROOM)))
    except OSError:
        return _told(told)
    width, height, _, _, x, y, bits, _ = variable[:8]
    row = fixed[_ROW]
    start = y * row + x * bits // 8
    return _checked(
        Geometry(width, height, bits, row, start, (variable[8], variable[11], variable[14]))
    )


def _told(folder: Path) -> Geometry:
    try:
        width, height = (int(n) for n in (folder / "virtual_size").read_text().split(","))
        bits = int((folder / "bits_per_pixel").read_text())
        row = int((folder / "stride").read_text())
    except (OSError, ValueError) as why:
        raise NoDisplay(f"no display to draw on: {why}") from why
    return _checked(Geometry(width, height, bits, row, 0, _USUAL.get(bits, (0, 0, 0))))


def _checked(found: Geometry) -> Geometry:
    if found.bits not in _USUAL or not found.width or not found.height:
        raise NoDisplay(
            f"a display of {found.width} x {found.height} with {found.bits} bits a pixel"
        )
    return found._replace(row=max(found.row, found.width * found.bits // 8))


def as_bytes(image: Image.Image, geometry: Geometry) -> bytes:
    """A picture as the display wants it, each row filled up to its length."""
    red, green, blue = image.convert("RGB").split()
    if geometry.bits == 16:  # noqa: PLR2004 - bits
        pixels = _in_16_bits((red, green, blue), geometry.colours)
    else:
        planes = [Image.new("L", image.size)] * (geometry.bits // 8)
        for plane, offset in zip((red, green, blue), geometry.colours, strict=True):
            planes[offset // 8] = plane
        pixels = Image.merge("RGBX" if len(planes) == 4 else "RGB", planes).tobytes()  # noqa: PLR2004 - bytes
    width = image.width * geometry.bits // 8
    if width == geometry.row:
        return pixels
    filling = bytes(geometry.row - width)
    return b"".join(pixels[y * width : (y + 1) * width] + filling for y in range(image.height))


def _in_16_bits(
    planes: tuple[Image.Image, Image.Image, Image.Image], colours: tuple[int, int, int]
) -> bytes:
    """Five bits of red and blue, six of green; the low byte first."""
    red, green, blue = planes if colours[0] > colours[2] else planes[::-1]
    high = ImageChops.add(red.point(lambda v: v & 0xF8), green.point(lambda v: v >> 5))
    low = ImageChops.add(green.point(lambda v: (v & 0x1C) << 3), blue.point(lambda v: v >> 3))
    return Image.merge("LA", (low, high)).tobytes()
