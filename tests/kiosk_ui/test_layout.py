"""Every page and overlay at every size: big enough to touch, big enough to read, nothing cut off or out of place."""

import gc
from collections.abc import Iterator

import pytest

from tests.kiosk_ui.scenes import SCENES
from tests.kiosk_ui.stage import SIZES, Stage

from kivy.uix.behaviors import ButtonBehavior  # isort: skip
from kivy.uix.label import Label  # isort: skip
from kivy.uix.scrollview import ScrollView  # isort: skip
from kivy.uix.widget import Widget  # isort: skip

LOOKS = [
    *(pytest.param(size, 1.0, id=f"{size[0]}x{size[1]}") for size in SIZES),
    pytest.param(SIZES[1], 1.25, id="large-text"),
]
SLACK = 1.5
"""Lengths are rounded to whole pixels."""
AT_ONCE = 60
"""So many scenes share a stage: pages that were shown once stay, and follow all that the next ones say."""


def said(widget: Widget) -> str:
    return f"{type(widget).__name__} {getattr(widget, 'key', '') or getattr(widget, 'text', '')!r}"


def is_shown(widget: Widget) -> bool:
    while widget is not None and hasattr(widget, "opacity"):
        if not widget.opacity:
            return False
        if widget.parent is widget:
            break
        widget = widget.parent
    return True


def scrolls(widget: Widget) -> bool:
    """Whether a part of it may be out of sight on purpose."""
    return isinstance(widget, ScrollView) or (
        widget.parent is not None
        and widget.parent is not widget
        and hasattr(widget.parent, "parent")
        and scrolls(widget.parent)
    )


def is_looked_at(name: str, size: tuple[int, int], text_scale: float) -> bool:
    """Everything at the tightest size; where there is more room, or larger text, what is typical or longest."""
    is_tight = size == SIZES[0] and text_scale == 1.0
    return is_tight or "-" not in name or "longest" in name


@pytest.mark.timeout(300)
@pytest.mark.parametrize(("size", "text_scale"), LOOKS)
def test_every_screen_can_be_used_and_read(size: tuple[int, int], text_scale: float) -> None:
    wrong = []
    names = [name for name in SCENES if is_looked_at(name, size, text_scale)]
    for first in range(0, len(names), AT_ONCE):
        stage = Stage(size, text_scale=text_scale)
        for name in names[first : first + AT_ONCE]:
            snapshots, gestures = SCENES[name]
            stage.show(*snapshots)
            gestures(stage.presenters)
            stage.step(4)
            wrong += [f"{name}: {what}" for what in all_wrong(stage)]
            stage.reset()
        stage.close()
        del stage
        gc.collect()
    assert wrong == []


def all_wrong(stage: Stage) -> Iterator[str]:
    for widget in stage.widgets():
        if not is_shown(widget):
            continue
        if isinstance(widget, ButtonBehavior):
            if min(widget.size) < 48 * stage.theme.scale - SLACK:
                yield f"{said(widget)} is {widget.size}, too small to touch"
        elif isinstance(widget, Label) and widget.text:
            yield from hard_to_read(widget, stage)
        else:
            continue
        if not scrolls(widget):
            yield from out_of_place(widget, stage)


def hard_to_read(label: Widget, stage: Stage) -> Iterator[str]:
    if label.font_size < 13 * stage.theme.scale * stage.theme.text_scale - SLACK:
        yield f"{said(label)} is {label.font_size}, too small to read"
    line_height = label._label.get_extents("Hg")[1]
    if max(line_height, label.texture_size[1]) > label.height + SLACK:
        yield f"{said(label)} is cut: {label.height} for {line_height}, {label.texture_size[1]}"


def out_of_place(widget: Widget, stage: Stage) -> Iterator[str]:
    """Where it leaves the register's area or the box it belongs to."""
    x, y = widget.to_window(*widget.pos)
    if x < -SLACK or y < -SLACK:
        yield f"{said(widget)} begins outside at {x}, {y}"
    if x + widget.width > stage.size[0] + SLACK or y + widget.height > stage.size[1] + SLACK:
        yield f"{said(widget)} ends outside at {x + widget.width}, {y + widget.height}"
    box = widget.parent
    if widget.y < box.y - SLACK or widget.top > box.top + SLACK:
        yield f"{said(widget)} sticks out of its {said(box)}"
    if widget.x < box.x - SLACK or widget.right > box.right + SLACK:
        yield f"{said(widget)} is wider than its {said(box)}"
