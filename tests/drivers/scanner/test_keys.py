"""Dead keys, which need two keys for one character."""

import evdev.ecodes as e
import pytest

from drivers.scanner._keys import Keys, compile_layout
from tests.drivers.scanner.wedge import PRINTABLE, Chord, chords_of, keymap_of, ways

LAYOUTS_WITH_DEAD_KEYS = [
    *(("de", ""), ("fr", ""), ("es", ""), ("pt", ""), ("ch", ""), ("se", ""), ("be", "")),
    *(("us", "intl"), ("gb", "intl"), ("br", ""), ("nl", ""), ("ca", "")),
]


def typed(chords: list[Chord], layout: str, variant: str = "") -> str:
    keys = Keys(keymap_of(layout, variant), frozenset())
    said = ""
    for key, held in chords:
        for modifier in held:
            said += keys.press(modifier)
        said += keys.press(key) + (keys.release(key) or "")
        for modifier in held:
            said += keys.release(modifier) or ""
    return said + keys.rest()


@pytest.mark.parametrize(("layout", "variant"), LAYOUTS_WITH_DEAD_KEYS)
def test_all_of_ascii_can_be_read_on_keyboards_with_dead_keys(layout: str, variant: str) -> None:
    assert set(PRINTABLE) - set(ways(layout, variant)) <= set("~`")
    text = "".join(character for character in PRINTABLE if character in ways(layout, variant))
    assert typed(chords_of(text, layout, variant), layout, variant) == text


ACCENT: Chord = (e.KEY_APOSTROPHE, ())


@pytest.mark.parametrize(
    ("chords", "reads"),
    [
        ([ACCENT, (e.KEY_SPACE, ())], "'"),
        ([ACCENT, (e.KEY_E, ())], "é"),
        ([ACCENT, (e.KEY_T, ())], "'t"),
        ([ACCENT, (e.KEY_7, ())], "'7"),
        ([ACCENT, ACCENT, (e.KEY_SPACE, ())], "''"),
        ([ACCENT, (e.KEY_E, (e.KEY_LEFTSHIFT,))], "É"),
        ([(e.KEY_7, ()), ACCENT], "7'"),
        ([ACCENT, (e.KEY_SPACE, ()), (e.KEY_E, ())], "'e"),
    ],
)
def test_no_accent_is_lost(chords: list[Chord], reads: str) -> None:
    assert typed(chords, "us", "intl") == reads


def test_an_accent_does_not_outlive_its_scan() -> None:
    keys = Keys(compile_layout("us", "intl"), frozenset())
    keys.press(e.KEY_APOSTROPHE)
    keys.reset()
    assert keys.press(e.KEY_E) == "e"
    assert keys.rest() == ""
