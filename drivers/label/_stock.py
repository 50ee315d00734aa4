"""What every printer of labels must be told about the labels in it."""

from typing import Annotated, Literal

import msgspec

from drivers.label._zpl import Builder

Width = Annotated[float, msgspec.Meta(ge=15, le=220)]
Height = Annotated[float, msgspec.Meta(ge=10, le=300)]


class Stock(msgspec.Struct, frozen=True, kw_only=True):
    """The labels: `width_mm` across the printer, `height_mm` along the paper, and `dpmm`, dots a millimetre.

    8 is what is sold as 203 dpi, 12 as 300 dpi. Wrong numbers print too large or too small.
    """

    width_mm: Width = 57.0
    height_mm: Height = 32.0
    dpmm: Literal[8, 12] = 8

    def builder(self) -> Builder:
        """What makes bytes for these labels."""
        return Builder(self.width_mm, self.height_mm, self.dpmm)
