"""Pairing a scanner: it reads one code off the screen, and how it is set follows from what it types."""

from itertools import chain
from typing import Final

from appliance.messages import (
    DeviceSetupView,
    FoundView,
    Options,
    OptionValue,
    PairingView,
    WorkshopView,
)
from kiosk_ui.presenters.workshop.form import Draft, text_of, values_of
from kiosk_ui.presenters.workshop.views import PairView
from kiosk_ui.strings import Words

QUIET_MODULES: Final = 10
"""Code 128 wants so much white on both sides (ISO/IEC 15417)."""

SEPARATOR: Final = "\x1d"
FNC1: Final = "\xf1"
"""As the library for barcodes has it."""

CHOOSING: Final = frozenset({"vendor", "product", "serial", "path", "port", "name"})
"""Options that say which scanner it is."""

LEARNT: Final = CHOOSING | {"layout", "variant", "prefix", "suffix", "baud", "data_bits", "parity"}
"""What pairing finds out: of these, what was set before counts no longer."""


def modules_of(code: str) -> str:
    """The bars of a Code 128 symbol as ones and zeros, its quiet zones with them; empty for no text.

    A text with the separator 0x1D in it is a GS1-128, which has FNC1 in front and in the separator's place.
    """
    if not code:
        return ""
    # It brings its own drawing with it, and takes a tenth of a second that only pairing needs.
    import barcode  # noqa: PLC0415

    text = FNC1 + code.replace(SEPARATOR, FNC1) if SEPARATOR in code else code
    bars: str = barcode.get("code128", text).build()[0]
    quiet = "0" * QUIET_MODULES
    return f"{quiet}{bars.strip('0')}{quiet}"


def pair_view(words: Words, pairing: PairingView, modules: str) -> PairView:
    """The code, and what was heard."""
    note, colour = _heard(words, pairing)
    return PairView(
        modules=modules,
        text=words("workshop.pair_text"),
        note=note,
        note_colour=colour,
        use=words("workshop.use"),
        can_use=pairing.found is not None,
        again=words("workshop.pair_again"),
    )


def paired(seen: WorkshopView, found: FoundView) -> Draft | None:
    """The scanner that is set up already and is this one, as it was now found; None where there is none.

    One for which nothing was chosen yet is meant, too.
    """
    of_its_kind = [one for one in seen.devices if one.kind == found.kind]
    named = (one for one in of_its_kind if one.name == found.used_by or _is_it(one, found))
    unchosen = (one for one in of_its_kind if one.type == found.type and not _chosen(one))
    device = next(chain(named, unchosen), None)
    if device is None:
        return None
    changed: dict[str, OptionValue | None] = dict.fromkeys(sorted(LEARNT))
    return Draft(
        device.name, found.kind, found.type, was=device.name, changed={**changed, **found.options}
    )


def _chosen(device: DeviceSetupView) -> Options:
    return {key: one for key, one in values_of(device).items() if key in CHOOSING}


def _is_it(device: DeviceSetupView, found: FoundView) -> bool:
    chosen = _chosen(device)
    return bool(chosen) and all(_same(found.options.get(key), one) for key, one in chosen.items())


def _same(one: OptionValue | None, other: OptionValue) -> bool:
    return text_of(one).lower() == text_of(other).lower()


def _heard(words: Words, pairing: PairingView) -> tuple[str, str]:
    if pairing.found is not None:
        options = pairing.found.options
        suffix = text_of(options.get("suffix")) or "enter"
        said = words(
            "workshop.paired",
            label=pairing.found.label,
            layout=text_of(options.get("layout")) or "us",
            suffix=words(f"choice.{suffix}"),
        )
        advice = "" if pairing.sends_aim else f"\n{words('workshop.switch_aim_on')}"
        return said + advice, "brand_ink"
    if pairing.misread_by:
        key = f"workshop.misread_{pairing.misread_why}"
        key = key if words.has(key) else "workshop.misread_another_code"
        return words(key, label=pairing.misread_by, text=pairing.misread), "amber_ink"
    return words("workshop.pair_waiting"), "muted"
