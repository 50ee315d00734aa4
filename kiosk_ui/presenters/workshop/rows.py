"""The lines of the page of devices: what is set up, how the machine is, what is plugged in or can be added by hand."""

from collections.abc import Iterator
from typing import Final

from appliance.messages import (
    DeviceSetupView,
    FindingView,
    FoundView,
    KindView,
    ServerView,
    StatusView,
    TypeView,
    WorkshopView,
)
from kiosk_ui.presenters.formats import Formats
from kiosk_ui.presenters.strip import ICONS, colour_of, mirror_icon, mirror_text, wants_a_word
from kiosk_ui.presenters.workshop.views import RowView
from kiosk_ui.strings import Words

KINDS: Final = ("scanner", "badge", "printer", "drawer", "scale", "display", "label", "beeper")
"""In the order in which a shop needs them."""

LEVEL_COLOURS: Final = {
    "ok": "brand_ink",
    "warn": "amber_ink",
    "bad": "danger_ink",
    "unknown": "muted",
}
WELL_ICONS: Final = {
    "clock": "clock-outline",
    "network": "lan-connect",
    "power": "flash-outline",
    "temperature": "thermometer",
}
"""Of what has another icon when something is wrong with it."""

UNKNOWN_ICON: Final = "help-circle-outline"
SERIAL: Final = "serial"
"""Not a class of devices but a line on which one hangs."""

USUAL_ON_A_LINE: Final = "toledo_8217"
"""What most scales speak; of the other classes the first is proposed."""


def kind_name(words: Words, kind: str) -> str:
    """A class of devices in words."""
    key = f"device.{kind}"
    return words(key) if words.has(key) else kind


def type_name(words: Words, kind: str, type_: str) -> str:
    """A driver in words."""
    key = f"driver.{kind}_{type_}"
    return words(key) if words.has(key) else type_


def trouble_of(formats: Formats, device: DeviceSetupView) -> str:
    """What is wrong with a device and how to mend it; empty where nothing is."""
    if not wants_a_word(device):
        return ""
    return formats.problem(device.code or "device_absent", device.fields)


def device_row(formats: Formats, device: DeviceSetupView, *, chosen: bool) -> RowView:
    """A device that is set up. While its options are not known it cannot be opened, unless it is to be mended."""
    trouble = trouble_of(formats, device)
    return RowView(
        key=f"device:{device.name}",
        icon=ICONS.get(device.kind, UNKNOWN_ICON),
        colour=colour_of(device),
        title=device.name,
        text=trouble or formats.words(f"status.{device.state}"),
        text_colour="amber_ink" if trouble else "muted",
        back="brand_soft" if chosen else "surface",
        border="brand" if chosen else "line",
        enabled=bool(device.options) or not device.can_check,
    )


def server_row(formats: Formats, server: ServerView, status: StatusView, now_ms: int) -> RowView:
    """The way to the sheet of the LAN server."""
    icon = mirror_icon(status)
    return RowView(
        key="server:",
        icon=icon.icon,
        colour=icon.colour if server.shop else "blue_ink",
        title=formats.words("server.title"),
        text=mirror_text(formats, status, now_ms) if server.shop else formats.words("server.hint"),
    )


def finding_rows(formats: Formats, findings: tuple[FindingView, ...]) -> Iterator[RowView]:
    """How the machine is: what is wrong first, with how to mend it."""
    order = ("bad", "warn", "ok", "unknown")
    for finding in sorted(findings, key=lambda one: order.index(one.level)):
        wrong = finding.level in {"bad", "warn"}
        mend = f"health.{finding.code}_mend"
        yield RowView(
            key=f"health:{finding.check}",
            icon=ICONS.get(finding.check, "raspberry-pi")
            if wrong
            else WELL_ICONS.get(finding.check, ICONS.get(finding.check, "raspberry-pi")),
            colour=LEVEL_COLOURS[finding.level],
            title=formats.sentence(f"health.{finding.code}", finding.fields),
            text=formats.sentence(mend, finding.fields) if wrong else "",
            text_colour=LEVEL_COLOURS[finding.level],
            back="clear",
            border="clear",
            enabled=False,
        )


def offers(
    words: Words, seen: WorkshopView, doubtful: FoundView | None, by_hand: str
) -> tuple[RowView, ...]:
    """What can be added: what a `doubtful` thing may be, one class by hand, or whatever there is."""
    if doubtful is not None:
        kinds = sorted(ways_of(seen.kinds, doubtful), key=_place)
        label = "" if doubtful.kind == SERIAL else doubtful.label
        return tuple(_kind_row(words, kind, label) for kind in kinds)
    kind = next((one for one in seen.kinds if one.kind == by_hand), None)
    return tuple(_all_rows(words, seen) if kind is None else _type_rows(words, kind))


def ways_of(kinds: tuple[KindView, ...], found: FoundView) -> dict[str, str]:
    """The classes that something may be of, with the driver that is proposed for each.

    On a serial line may hang whatever has a driver that wants one.
    """
    if found.kind != SERIAL:
        known = {one.kind for one in kinds}
        ways = ((found.kind, found.type), *found.also)
        return {kind: type_ for kind, type_ in ways if kind in known}
    on_a_line = {}
    for kind in kinds:
        types = [one.type for one in kind.types if _wants_a_line(one)]
        if types:
            usual = USUAL_ON_A_LINE in types
            on_a_line[kind.kind] = USUAL_ON_A_LINE if usual else types[0]
    return on_a_line


def _all_rows(words: Words, seen: WorkshopView) -> Iterator[RowView]:
    """Pairing first, then what is plugged in, then what can be set up by hand."""
    yield RowView(
        key="pair:",
        icon=ICONS["scanner"],
        colour="brand_ink",
        title=words("workshop.pair"),
        text=words("workshop.pair_hint"),
        back="brand_soft",
        border="brand",
    )
    for number, found in enumerate(seen.found):
        yield _found_row(words, number, found)
    by_hand = words("workshop.by_hand")
    for kind in sorted((one.kind for one in seen.kinds), key=_place):
        yield _kind_row(words, kind, by_hand)


def _type_rows(words: Words, kind: KindView) -> Iterator[RowView]:
    """The drivers of a class of devices."""
    for type_ in kind.types:
        yield RowView(
            key=f"type:{type_.type}",
            icon=ICONS.get(kind.kind, UNKNOWN_ICON),
            colour="blue_ink",
            title=type_name(words, kind.kind, type_.type),
            text=type_.type,
        )


def _wants_a_line(type_: TypeView) -> bool:
    """Whether an option is the serial line; a port of a network is a number."""
    return any(option.key == "port" and option.takes == "text" for option in type_.options)


def _place(kind: str) -> int:
    return KINDS.index(kind) if kind in KINDS else len(KINDS)


def _found_row(words: Words, number: int, found: FoundView) -> RowView:
    is_line, hides = found.kind == SERIAL, not found.type
    key = "workshop.found_line" if is_line else f"workshop.found_{found.kind}"
    key = f"{key}_hides" if hides else key
    text = words(key) if words.has(key) else kind_name(words, found.kind)
    if found.used_by:
        text = words("workshop.used_by", name=found.used_by)
    return RowView(
        key=f"found:{number}",
        icon="serial-port" if is_line else ICONS.get(found.kind, UNKNOWN_ICON),
        colour="muted" if found.used_by or hides else "blue_ink",
        title=found.label,
        text=text,
        text_colour="amber_ink" if hides else "muted",
        back="soft" if found.used_by else "surface",
        enabled=not hides,
    )


def _kind_row(words: Words, kind: str, text: str) -> RowView:
    return RowView(
        key=f"kind:{kind}",
        icon=ICONS.get(kind, UNKNOWN_ICON),
        colour="muted",
        title=kind_name(words, kind),
        text=text,
    )
