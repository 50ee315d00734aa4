"""Draws every page and overlay to a picture: `python -m tests.screens [--out DIR] [--all] [NAME ...]`.

Without `--all`, the typical ones are drawn at three sizes and the others at 1280 x 800, which is what is kept
in `pictures/`. Names choose scenes of `tests/kiosk_ui/scenes.py`; `customer-ticket` and so on are those of the second
screen, in `tests/kiosk_ui/customer/scenes.py`, kept at 1024 x 600.
"""

import argparse
import time
from pathlib import Path
from typing import Any

from tests.kiosk_ui.customer.scenes import SCENES as CUSTOMER_SCENES
from tests.kiosk_ui.customer.stage import SIZES as CUSTOMER_SIZES
from tests.kiosk_ui.customer.stage import CustomerStage
from tests.kiosk_ui.scenes import SCENES
from tests.kiosk_ui.stage import SIZES, Stage

PICTURES = Path(__file__).parent / "pictures"
MIDDLE = SIZES[1]


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.screens", description=__doc__)
    parser.add_argument("--out", type=Path, default=PICTURES, help="where the pictures go")
    parser.add_argument("--all", action="store_true", help="every scene at every size")
    parser.add_argument("names", nargs="*", help="only these scenes")
    wanted = parser.parse_args()
    wanted.out.mkdir(parents=True, exist_ok=True)
    began = time.monotonic()
    count = draw_till(wanted) + draw_customer(wanted)
    print(f"{count} pictures in {wanted.out}, {time.monotonic() - began:.0f} s")


def draw_till(wanted: argparse.Namespace) -> int:
    """Draw the till's own pages; answers how many."""
    looks: list[tuple[tuple[int, int], str, dict[str, Any]]] = [(size, "", {}) for size in SIZES]
    looks += [(MIDDLE, "-dark", {"dark": True}), (MIDDLE, "-large", {"text_scale": 1.25})]
    count = 0
    for size, suffix, look in looks:
        for name, (snapshots, gestures) in SCENES.items():
            if wanted.names and name not in wanted.names:
                continue
            is_kept = "-" not in name or (size == MIDDLE and not suffix)
            if not (wanted.all or is_kept):
                continue
            stage = Stage(size, draws=True, **look)
            stage.show(*snapshots)
            gestures(stage.presenters)
            stage.step(4)
            stage.picture(wanted.out / f"{name}{suffix}_{size[0]}x{size[1]}.png")
            stage.close()
            count += 1
    return count


def draw_customer(wanted: argparse.Namespace) -> int:
    """Draw the second screen, towards the customer; answers how many pictures."""
    count = 0
    for size in CUSTOMER_SIZES if wanted.all else (CUSTOMER_SIZES[1],):
        for scene, shown in CUSTOMER_SCENES.items():
            name = f"customer-{scene}"
            if wanted.names and name not in wanted.names:
                continue
            stage = CustomerStage(size, draws=True)
            stage.show(shown)
            stage.picture(wanted.out / f"{name}_{size[0]}x{size[1]}.png")
            stage.close()
            count += 1
    return count


if __name__ == "__main__":
    main()
