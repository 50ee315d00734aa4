"""The colours of the till as CSS: `python -m tests.appliance.lan_server.palette` writes them anew."""

from dataclasses import fields
from pathlib import Path
from typing import Final

from kiosk_ui.palette import DARK, LIGHT, Palette, Rgba

FILE: Final = Path("appliance/lan_server/static/palette.css")


def css() -> str:
    """The whole file."""
    light, dark = (_declared(one) for one in (LIGHT, DARK))
    return (
        "/* Made from kiosk_ui/palette.py by `python -m tests.appliance.lan_server.palette`; a test compares. */\n\n"
        f":root {{\n{light}}}\n\n@media (prefers-color-scheme: dark) {{\n:root {{\n{dark}}}\n}}\n"
    )


def code(colour: Rgba) -> str:
    red, green, blue, alpha = (round(part * 255) for part in colour)
    text = f"#{red:02x}{green:02x}{blue:02x}"
    return text if alpha == 255 else f"{text}{alpha:02x}"


def _declared(palette: Palette) -> str:
    return "".join(f"  --{one.name}: {code(palette[one.name])};\n" for one in fields(Palette))


if __name__ == "__main__":
    FILE.write_text(css(), encoding="utf-8")
