"""The colours of the till's tiles as CSS: `python -m tests.appliance.lan_server.tints` writes them anew."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Final

FILE: Final = Path("appliance/lan_server/static/tints.css")
_TILL: Final = Path("kiosk_ui/theme.py")
_TINT: Final = re.compile(
    r'^    "([a-z]+)": \("(#[0-9A-F]{6})", "(#[0-9A-F]{6})"\),$', re.MULTILINE
)


def tints() -> Mapping[str, tuple[str, str]]:
    """The soft and the strong colour of each tint, from the till's own file: importing it would start Kivy."""
    text = _TILL.read_text(encoding="utf-8")
    return {name: (soft.lower(), strong.lower()) for name, soft, strong in _TINT.findall(text)}


def css() -> str:
    """The whole file. In the dark the two change places, as at the till."""
    light = "".join(
        f".tint-{name} {{ background: {soft}; color: {strong}; }}\n"
        for name, (soft, strong) in tints().items()
    )
    dark = "".join(
        f"  .tint-{name} {{ background: {strong}40; color: {soft}; }}\n"
        for name, (soft, strong) in tints().items()
    )
    return (
        "/* Made from kiosk_ui/theme.py by `python -m tests.appliance.lan_server.tints`; a test compares. */\n\n"
        f"{light}\n@media (prefers-color-scheme: dark) {{\n{dark}}}\n"
    )


if __name__ == "__main__":
    FILE.write_text(css(), encoding="utf-8")
