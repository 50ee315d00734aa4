"""Pairing a scanner: it reads one code off the screen, and how it is set follows from what it types."""

from typing import Final

from appliance.messages import FoundView, OptionValue, PairingView, WorkshopView
from kiosk_ui.presenters.workshop.form import Draft, device_of, text_of
from kiosk_ui.presenters.workshop.views import PairView
from kiosk_ui.strings import Words

QUIET_MODULES: Final = 10
"""Code 128 wants so much white on both sides (ISO/IEC 15417)."""

SEPARATOR: Final = "\x1d"
FNC1: Final = "\xf1"
"""As the library for barcodes has it."""

LEARNT: Final = frozenset(
    {
        *("vendor", "product", "serial", "path", "port", "name"),
        *("layout", "variant", "prefix", "suffix", "baud", "data_bits", "parity"),
    }
)
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
    """The scanner that is set up already and is this one, as it was now found; None where there is none."""
    if device_of(seen, found.used_by) is None:
        return None
    changed: dict[str, OptionValue | None] = dict.fromkeys(sorted(LEARNT))
    return Draft(
        found.used_by,
        found.kind,
        found.type,
        was=found.used_by,
        changed={**changed, **found.options},
    )


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
        if pairing.also_fits:
            said += "\n" + words("workshop.also_fits", name=pairing.also_fits)
        if not pairing.sends_aim:
            said += "\n" + words("workshop.switch_aim_on")
        return said, "brand_ink"
    if pairing.misread_by:
        key = f"workshop.misread_{pairing.misread_why}"
        key = key if words.has(key) else "workshop.misread_another_code"
        return words(key, label=pairing.misread_by, text=pairing.misread), "amber_ink"
    return words("workshop.pair_waiting"), "muted"
