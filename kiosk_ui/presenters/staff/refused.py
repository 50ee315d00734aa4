"""What the time clock refused, and which devices are the shop's own: a list, and a sheet for a device."""

from collections.abc import Mapping
from typing import Final

from appliance.messages import KnowOrigin, PlanView, RefusedView
from kiosk_ui.presenters.ask import Question
from kiosk_ui.presenters.formats import Formats
from kiosk_ui.presenters.sheet import Field, Sheet
from kiosk_ui.presenters.workshop.views import RowView
from kiosk_ui.strings import Words

PLACES: Final = ("till", "door", "web")
STRANGER: Final = "stranger:"
DEVICE: Final = "device:"
"""Before the mark of a device in the key of its line."""

_ICONS: Final[Mapping[str, str]] = {
    "not_here": "web",
    "pin_locked": "lock-outline",
    "taken_badge": "card-remove-outline",
    "left": "account-off-outline",
}


def lines(seen: PlanView, words: Words, formats: Formats) -> tuple[RowView, ...]:
    """Devices that are not known, what was refused, the newest first, and the shop's devices."""
    strangers = (
        RowView(
            STRANGER + one.origin,
            "help-network-outline",
            "danger_ink",
            words("plan.stranger", origin=one.origin),
            words.count("plan.stranger_text", one.punches)
            if one.punches
            else words("plan.stranger_quiet"),
            "danger_ink",
        )
        for one in seen.strangers
    )
    refused = [_refused(one, words, formats) for one in seen.refused]
    nothing = RowView(
        "none",
        "shield-check-outline",
        "brand_ink",
        words("plan.nothing_refused"),
        back="clear",
        border="clear",
        enabled=False,
    )
    devices = (
        RowView(
            DEVICE + one.origin,
            "door" if one.place == "door" else "cash-register",
            "muted",
            one.name or words("plan.this_device" if one.is_own else "plan.unnamed"),
            " · ".join(filter(None, (one.origin, _place(one.place, words)))),
        )
        for one in seen.devices
    )
    return (*strangers, *(refused or [nothing]), *devices)


def device_sheet(origin: str, seen: PlanView, words: Words) -> Sheet:
    """To say what a device is called and where it stands; another one of the shop's can be disowned."""
    held = next((one for one in seen.devices if one.origin == origin), None)
    name, place = ("", "") if held is None else (held.name, held.place)
    place = place or PLACES[0]
    removing = None
    if held is not None and not held.is_own:
        removing = Question(
            words("plan.disown_title"),
            words("plan.disown_text", name=name or origin),
            words("plan.disown_yes"),
            words("plan.drop_no"),
            KnowOrigin(origin, name, place, known=False),
        )
    return Sheet(
        title=words("plan.device", origin=origin),
        text=words("plan.admit_text") if held is None else "",
        fields=(
            Field("name", words("plan.device_name"), value=name, required=True),
            Field(
                "place",
                words("plan.device_place"),
                "choice",
                place,
                tuple((one, words(f"plan.place.{one}")) for one in PLACES),
                required=True,
            ),
        ),
        save=words("plan.admit" if held is None else "plan.save"),
        command=lambda filled: KnowOrigin(origin, filled["name"], filled["place"]),
        remove=words("plan.disown"),
        removing=removing,
    )


def _refused(one: RefusedView, words: Words, formats: Formats) -> RowView:
    by = {"": "", "pin": words("plan.by_pin")}.get(one.by, words("plan.by_badge"))
    parts = (
        words("plan.when", day=formats.day(one.day), times=one.time),
        one.name,
        by,
        one.device,
        _place(one.place, words),
        words("plan.more") if one.more else "",
    )
    return RowView(
        f"refused:{one.id}",
        _ICONS.get(one.why, "card-off-outline"),
        "amber_ink",
        words(f"plan.why.{one.why}"),
        " · ".join(filter(None, parts)),
        enabled=False,
    )


def _place(place: str, words: Words) -> str:
    return words(f"plan.place.{place}") if place in PLACES else place
