"""Slips in bytes, and the pictures that stand in them."""

from PIL import Image

from drivers.printer import (
    CODE_PAGES,
    Slip,
    SlipLine,
)
from drivers.printer._escpos import Builder, Job
from drivers.printer._pictures import (
    Lettering,
)
from tests.drivers.printer.wire import Command, read

LETTERING = Lettering(48)
DRAWING = {
    columns: {
        page: Builder(columns, page, lettering=Lettering(columns))
        for page in (*CODE_PAGES, "CP862")
    }
    for columns in (32, 42, 48)
}
PLAINLY = Builder(48, "CP858")
GREEK, CYRILLIC, CHINESE, ARABIC = "Ελληνικός καφές", "Кофе", "龍井茶", "قهوة"


def job(*lines: SlipLine, columns: int = 48, code_page: str = "CP858") -> Job:
    return DRAWING[columns][code_page].slip(Slip(lines))


def commands(*lines: SlipLine, columns: int = 48, code_page: str = "CP858") -> list[Command]:
    found, rest = read(job(*lines, columns=columns, code_page=code_page).message)
    assert rest == b""
    return found


def pictures(found: list[Command]) -> list[Image.Image]:
    """The rasters among the commands, black is 0 as a paper is white."""
    made = []
    for command in found:
        if command.name == b"\x1dv0":
            assert command.parameters[0] == 0
            across, down = (int.from_bytes(command.parameters[i : i + 2], "little") for i in (1, 3))
            made.append(Image.frombytes("1", (across * 8, down), command.data, "raw", "1;I"))
    return made


def ink(picture: Image.Image) -> tuple[int, int, int, int]:
    """Where the black dots are: left, top, right, bottom."""
    box = picture.convert("L").point(lambda level: 255 - level).getbbox()
    assert box, "nothing is drawn"
    return box


def black(picture: Image.Image) -> int:
    return picture.convert("L").histogram()[0]
