"""Every scene at every size: nothing out of place, nothing too small to read, no amount cut off."""

from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from kiosk_ui.customer.picture import load
from tests.kiosk_ui.customer.scenes import SCENES, TICKET, TWELVE, replace
from tests.kiosk_ui.customer.stage import SIZES, CustomerStage

from kivy.uix.label import Label  # isort: skip

MORE_SIZES = ((600, 1024), (1024, 768), (480, 800), (1920, 480))
LEAST_FONT = 10
"""In the rare case of an amount of millions beside a weight on the smallest display."""
SLACK = 1.5


@pytest.mark.parametrize("size", [*SIZES, *MORE_SIZES], ids=str)
def test_everything_can_be_read(size: tuple[int, int]) -> None:
    stage = CustomerStage(size)
    wrong = []
    for name, shown in SCENES.items():
        stage.show(shown)
        wrong += [f"{name}: {what}" for label in stage.widgets() for what in all_wrong(label, size)]
    stage.close()
    assert wrong == []


def all_wrong(label: object, size: tuple[int, int]) -> list[str]:
    if not isinstance(label, Label) or not label.text:
        return []
    wrong = []
    x, y = label.to_window(label.x, label.y)
    if (
        min(x, y) < -SLACK
        or x + label.width > size[0] + SLACK
        or y + label.height > size[1] + SLACK
    ):
        wrong.append(f"{label.text!r} is out of place")
    if label.font_size < LEAST_FONT:
        wrong.append(f"{label.text!r} is {label.font_size} small")
    if label.texture_size[0] > label.width + SLACK or label.texture_size[1] > label.height + SLACK:
        wrong.append(f"{label.text!r} is {label.texture_size}, its place {label.size}")
    if type(label).__name__ == "FitBlock":
        rows = ("".join(word.text for word in row.words) for row in label._label._cached_lines)
        if " ".join(rows).split() != label.text.split():
            wrong.append(f"{label.text!r} is broken within a word or cut")
    if any(digit in label.text for digit in "€0123456789") and not label.shorten:
        lines = len(label._label._cached_lines)
        name = type(label).__name__
        if name in {"Fit", "Hug"} and lines != 1:
            wrong.append(f"{label.text!r} is in {lines} lines")
    return wrong


@pytest.mark.parametrize("size", [*SIZES, *MORE_SIZES], ids=str)
def test_what_is_to_be_paid_is_the_largest_thing(size: tuple[int, int]) -> None:
    stage = CustomerStage(size)
    for name in ("ticket", "ticket-many", "tender", "done"):
        stage.show(SCENES[name])
        view = stage.presenter.view
        labels = [widget for widget in stage.widgets() if isinstance(widget, Label) and widget.text]
        largest = max(labels, key=lambda label: float(label.font_size))
        assert largest.text == view.figure
    stage.close()


def test_twelve_lines_fit_on_usual_displays() -> None:
    for size in SIZES:
        stage = CustomerStage(size)
        stage.show(replace(TICKET, lines=TWELVE))
        assert {line.name for line in TWELVE} <= set(stage.texts())
        stage.close()


def test_of_many_lines_the_newest_is_in_sight() -> None:
    stage = CustomerStage((800, 480))
    stage.show(SCENES["ticket-many"])
    assert "Deposit returned" in stage.texts()
    assert stage.presenter.view.earlier in stage.texts()
    stage.close()


def test_rows_are_made_once_and_filled_again() -> None:
    stage = CustomerStage()
    stage.show(replace(TICKET, lines=TWELVE))
    before = {id(widget) for widget in stage.widgets() if type(widget).__name__ == "CustomerLine"}
    for _ in range(3):
        stage.show(SCENES["done"])
        stage.show(replace(TICKET, lines=TWELVE))
    after = {id(widget) for widget in stage.widgets() if type(widget).__name__ == "CustomerLine"}
    assert after == before
    stage.close()


def test_the_picture_stands_in_the_place_of_the_name_only_between_sales(tmp_path: Path) -> None:
    Image.new("RGB", (300, 200), "#B40F6E").save(tmp_path / "logo.png")
    size = (800, 480)
    stage = CustomerStage(size, draws=True, picture=load(tmp_path / "logo.png", size))
    stage.show(SCENES["idle"])
    stage.picture(tmp_path / "idle.png")
    assert stage.texts() == []
    with Image.open(tmp_path / "idle.png") as seen:
        assert seen.convert("RGB").getpixel((400, 240)) == (0xB4, 0x0F, 0x6E)
    stage.show(SCENES["ticket"])
    stage.picture(tmp_path / "ticket.png")
    with Image.open(tmp_path / "ticket.png") as seen:
        assert (0xB4, 0x0F, 0x6E) not in {colour for _, colour in colours(seen)}
    stage.close()


def colours(image: Image.Image) -> list[tuple[int, Any]]:
    return image.convert("RGB").getcolors(1 << 20) or []
