"""What every ESC/POS printer must be told about itself."""

from typing import Literal

import msgspec

from drivers.printer._escpos import Builder


class Layout(msgspec.Struct, frozen=True, kw_only=True):
    """The paper and the characters.

    `columns` of the normal font: 48 or 42 on 80 mm paper, 32 on 58 mm. `code_page` as python-escpos
    names it; CP858 has the euro sign and western Europe's letters, CP1252 is the next to try, CP852
    is for central Europe.
    """

    columns: Literal[32, 42, 48] = 48
    code_page: str = "CP858"

    def __post_init__(self) -> None:
        """Refuse a code page that there is not. The sentence begins with the key."""
        try:
            self.builder()
        except (KeyError, ValueError) as trouble:
            message = f"code_page {self.code_page!r} is unknown; try CP858, CP1252 or CP852"
            raise ValueError(message) from trouble

    def builder(self) -> Builder:
        """What makes bytes for this printer."""
        return Builder(self.columns, self.code_page)
