"""The screen: brightness at once; size of text, colours and rotation when the screen begins anew."""

from typing import Final

from appliance.messages import RestartScreen, Rotation, SetBrightness, SetScreen
from kiosk_ui.presenters.tiles import chip
from kiosk_ui.presenters.upkeep.views import Around, PartView, strong
from kiosk_ui.presenters.workshop.views import FieldView

BRIGHTNESSES: Final = (20, 40, 60, 80, 100)
TEXTS: Final = (100, 110, 125)
ROTATIONS: Final[tuple[Rotation, ...]] = (0, 90, 180, 270)


def draw(around: Around) -> PartView:
    """The part for now."""
    seen, say = around.seen, around.say
    screen = seen.screen
    fields = [
        _field(around, "text_percent", TEXTS, screen.text_percent),
        _field(around, "dark", ("no", "yes"), "yes" if screen.dark else "no"),
        _field(around, "rotation", ROTATIONS, screen.rotation),
    ]
    if screen.brightness_percent >= 0:
        nearest = min(BRIGHTNESSES, key=lambda one: abs(one - screen.brightness_percent))
        fields.insert(0, _field(around, "brightness", BRIGHTNESSES, nearest))
    anew = strong("screen", "monitor-shimmer", say("screen.begin_anew"))
    return PartView(
        intro=say("screen.intro_waits" if screen.waits else "screen.intro"),
        fields=tuple(fields),
        actions=(anew,) if screen.waits else (),
    )


def tapped(key: str, around: Around) -> None:
    """A chip, `rotation=90`, or a button."""
    name, _, value = key.partition("=")
    if name == "brightness":
        around.send(SetBrightness(int(value)))
    elif name == "dark":
        around.send(SetScreen(dark=value == "yes"))
    elif name == "text_percent":
        around.send(SetScreen(text_percent=int(value)))
    elif name == "rotation":
        around.send(SetScreen(rotation=next(one for one in ROTATIONS if str(one) == value)))
    elif name == "screen":
        around.send(RestartScreen())


def _field(around: Around, name: str, values: tuple[int | str, ...], held: int | str) -> FieldView:
    say = around.say
    return FieldView(
        key=name,
        label=say(f"screen.{name}"),
        name=say(f"screen.{name}_when"),
        has_chips=True,
        chips=tuple(
            chip(f"{name}={value}", say(f"screen.{name}_{value}"), active=value == held)
            for value in values
        ),
    )
