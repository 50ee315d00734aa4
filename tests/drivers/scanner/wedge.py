"""How a scanner types that is set to some country's keyboard: which keys, for which character.

Made from XKB's own description of each layout. The easiest way to a character is taken: without
AltGr before with it, and a character of its own before a dead key and Space.
"""

import functools

import evdev.ecodes as e
from xkbcommon import xkb

from drivers.scanner._keys import DEAD_KEYS, XKB_OFFSET, compile_layout

Chord = tuple[int, tuple[int, ...]]
"""A key, and the modifiers that are held meanwhile."""

PRINTABLE = "".join(chr(code) for code in range(0x20, 0x7F))
PLACES = (
    *(*range(e.KEY_1, e.KEY_EQUAL + 1), *range(e.KEY_Q, e.KEY_RIGHTBRACE + 1)),
    *(*range(e.KEY_A, e.KEY_GRAVE + 1), *range(e.KEY_BACKSLASH, e.KEY_SLASH + 1)),
    *(e.KEY_SPACE, e.KEY_102ND, e.KEY_RO, e.KEY_YEN),
)
SHIFT, ALTGR = (e.KEY_LEFTSHIFT,), (e.KEY_RIGHTALT,)


keymap_of = functools.cache(compile_layout)


@functools.cache
def ways(layout: str, variant: str = "") -> dict[str, tuple[Chord, ...]]:
    """The chords for each printable character of ASCII that the layout can type."""
    keymap = keymap_of(layout, variant)
    found: dict[str, tuple[Chord, ...]] = {}
    for modifiers in (((), SHIFT), (ALTGR, ALTGR + SHIFT)):
        chords = [(place, held) for held in modifiers for place in PLACES]
        for chord in chords:
            text = _symbol(keymap, chord)[0]
            if text and text in PRINTABLE:
                found.setdefault(text, (chord,))
        for chord in chords:
            accent, _ = DEAD_KEYS.get(_symbol(keymap, chord)[1], ("", ""))
            if accent and accent in PRINTABLE:
                found.setdefault(accent, (chord, (e.KEY_SPACE, ())))
    return found


def chords_of(text: str, layout: str, variant: str = "") -> list[Chord]:
    """All chords of a text, one after the other."""
    table = ways(layout, variant)
    return [chord for character in text for chord in table[character]]


def _symbol(keymap: xkb.Keymap, chord: Chord) -> tuple[str, int]:
    key, held = chord
    state = keymap.state_new()
    for modifier in held:
        state.update_key(modifier + XKB_OFFSET, xkb.KeyDirection.XKB_KEY_DOWN)
    return state.key_get_string(key + XKB_OFFSET), state.key_get_one_sym(key + XKB_OFFSET)
