"""Draws the boot splash's pictures, in the image's own tree with its own font: `splash.py FOLDER`."""

import sys
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

FONT = Path("/usr/share/fonts")
WHITE = (255, 255, 255, 255)


def main(folder: Path) -> int:
    """The name, and a dot."""
    files = sorted(FONT.rglob("Inter*SemiBold*")) or sorted(FONT.rglob("Inter*.ttc"))
    font = ImageFont.truetype(str(files[0]), 72)
    left, top, right, bottom = font.getbbox("open-pos")
    name = Image.new("RGBA", (int(right - left) + 8, int(bottom - top) + 8))
    ImageDraw.Draw(name).text((4 - left, 4 - top), "open-pos", font=font, fill=WHITE)
    name.save(folder / "name.png")
    large = Image.new("RGBA", (64, 64))
    ImageDraw.Draw(large).ellipse((2, 2, 61, 61), fill=WHITE)
    large.resize((16, 16), Image.Resampling.LANCZOS).save(folder / "dot.png")
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
