"""Icons of the project's own font, Material Design Icons 7, served from where it is installed."""

import functools
import importlib
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Final

_PACKAGE: Final = "fonticon_mdi7"
_FILE: Final = "materialdesignicons-webfont.ttf"


@functools.cache
def glyph(name: str) -> str:
    """One character of the icon font, such as `store-outline`; empty where the font has no such icon."""
    try:
        font = importlib.import_module(_PACKAGE).MDI7
    except ImportError:
        return ""
    return str(getattr(font, name.replace("-", "_"), ""))[-1:]


def font_file() -> Traversable:
    """The font itself, a megabyte that a browser keeps for a year."""
    return files(_PACKAGE).joinpath("fonts", _FILE)
