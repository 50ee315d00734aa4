"""What every ESC/POS printer must be told about itself."""

from typing import Literal

import msgspec
from PIL import Image

from drivers.printer import _pictures as pictures
from drivers.printer._escpos import Builder


class Layout(msgspec.Struct, frozen=True, kw_only=True):
    """The paper, the characters and the logo.

    `columns` of the normal font: 48 or 42 on 80 mm paper, 32 on 58 mm. `code_page` as python-escpos
    names it; CP858 has the euro sign and western Europe's letters, CP1252 is the next to try, CP852
    is for central Europe. With `pictures`, rows that the code page cannot say are drawn; without,
    letters lose their accents or become "?". `logo` is the path of a PNG picture, made smaller if it
    is wider than the paper or higher than 400 dots (50 mm); it is read once, at the start.
    """

    columns: Literal[32, 42, 48] = 48
    code_page: str = "CP858"
    pictures: bool = True
    logo: str = ""

    def __post_init__(self) -> None:
        """Refuse a code page or a logo that there is not. The sentence begins with the key."""
        self.builder()

    def builder(self) -> Builder:
        """What makes bytes for this printer. Reads the logo; raises `ValueError` if it cannot."""
        lettering = pictures.Lettering(self.columns) if self.pictures else None
        logo = read_logo(self.logo, self.columns)
        try:
            return Builder(self.columns, self.code_page, lettering=lettering, logo=logo)
        except ValueError as trouble:
            message = f"code_page {self.code_page!r} is unknown; try CP858, CP1252 or CP852"
            raise ValueError(message) from trouble


def read_logo(path: str, columns: int) -> Image.Image | None:
    """The logo for paper of so many columns; nothing without a path. Raises `ValueError`."""
    if not path:
        return None
    try:
        return pictures.logo(path, columns)
    except ValueError as trouble:
        message = f"logo {path!r}: {trouble}"
        raise ValueError(message) from trouble
