"""Draws the picture of the demo for the README: `python -m tests.flows.pictures`."""

import tempfile
from pathlib import Path

from PIL import Image

from tests.flows import window
from tests.flows.selling import begin_next_sale, first, pay, scan

PICTURE = Path(__file__).parents[1] / "screens" / "pictures" / "demo_1640x800.png"


def main() -> None:
    size = (1280, 800)
    with (
        tempfile.TemporaryDirectory() as folder,
        window.screen(size) as shown,
        window.till(shown, Path(folder) / "shop", size) as till,
    ):
        till.sign_in("Ana", "1111")
        scan(till, 0, 2, 7)
        pay(till, quick=1)
        till.tap("receipt_print")
        till.read("Receipt 1 of 1")
        till.tap("bench_pull:drawer")
        begin_next_sale(till)
        scan(till, 4)
        till.keys("2")
        for place in (0, 5, 12):
            till.tap(first(till, "tile:", place))
        till.read("Subtotal  ·  5 items")
        till.ask("idle")
        shot = Path(folder) / "shot.png"
        shown.picture(shot)
        with Image.open(shot) as whole:
            small = whole.convert("RGB").quantize(224, dither=Image.Dither.NONE)
            small.save(PICTURE, optimize=True)
    print(PICTURE)


if __name__ == "__main__":
    main()
