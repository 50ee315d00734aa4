"""In the real window: the time clock of a configuration file with a real reader, and a correction that is contested."""

import json
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.flows import window
from tests.flows.far_ends import Cable, silent

pytestmark = [
    pytest.mark.skipif(
        bool(window.missing_programs()),
        reason=f"not installed: {', '.join(window.missing_programs())}",
    ),
    pytest.mark.timeout(300),
]

HOUR_MS = 3_600_000
FRAME = b"\x0262E3086CED08\x03"
ANAS_BADGE = "62E3086CED"


def play(store: Path, *lines: dict[str, object]) -> None:
    """A demo shop in which this happened before."""
    script = store.parent / "before.jsonl"
    script.write_text("".join(json.dumps(line) + "\n" for line in lines))
    command = (sys.executable, "-m", "appliance", "play", str(script), "--demo", "--store")
    subprocess.run((*command, str(store)), check=True, capture_output=True, timeout=60)


def test_the_kiosk_of_a_configuration_greets_whoever_holds_a_fob_to_its_reader(
    tmp_path: Path,
) -> None:
    store, file = tmp_path / "shop", tmp_path / "open-pos.toml"
    play(
        store,
        {"do": "sign_in", "employee": "2", "pin": "2222"},
        {"do": "give_badge", "employee": "1"},
        {"do": "badge", "id": ANAS_BADGE},
    )
    cable = Cable(silent)
    try:
        file.write_text(
            f'[store]\nfolder = "{store}"\n[screen]\nfullscreen = false\n'
            '[[device]]\nname = "reader"\nkind = "badge"\ntype = "rdm6300"\n'
            f'options = {{ port = "{cable.port}" }}\n'
        )
        with (
            window.screen((1280, 800)) as shown,
            window.till(shown, store, file=file, more=("--timeclock",)) as till,
        ):
            till.read("Hold your badge to the reader")
            till.read("Nobody is in.")

            def is_asked() -> bool:
                # A reader that was just opened may not hear the first.
                cable.write(FRAME)
                time.sleep(1)
                return till.find(key="clock:in") is not None

            till.wait(is_asked, "Ana being asked")
            till.press_until("clock:in", "In at")
            till.read("1 person is in")
            assert till.end() == 0
            assert "Traceback" not in till.log.read_text()
            assert ANAS_BADGE not in till.log.read_text()
    finally:
        cable.close()


def test_a_correction_is_shown_with_both_values_and_whose_it_is_contests_it(
    tmp_path: Path,
) -> None:
    store = tmp_path / "shop"
    now_ms = time.time_ns() // 1_000_000
    came_ms = now_ms - 3 * HOUR_MS
    play(
        store,
        {"do": "set_clock", "at_ms": came_ms},
        {"do": "punch", "what": "in", "employee": "1", "pin": "1111"},
        {"do": "set_clock", "at_ms": now_ms - 2 * HOUR_MS},
        {"do": "punch", "what": "out", "employee": "1", "pin": "1111"},
        {"do": "sign_in", "employee": "2", "pin": "2222"},
        {
            "do": "correct_punch", "employee": "1", "what": "in", "at_ms": came_ms + HOUR_MS // 2,
            "reason": "Seen on the camera",
        },
    )  # fmt: skip
    with (
        window.screen((800, 480)) as shown,
        window.till(shown, store, (800, 480)) as till,
    ):
        till.tap("chip:bench_counter")
        till.tap("chip:badge:Ana")
        till.press_until("clock:hours", "Hours of Ana")
        till.tap("chip:said")
        till.read("Seen on the camera")
        till.read("no punch")
        till.tap(till.key_of("hours:", "I do not agree"))
        till.tap("choice:longer")
        till.read("You do not agree: I worked longer")
        till.tap("hours_close")
        till.tap("pin_back")  # the badge has chosen Ana on the page behind
        till.sign_in("Ben", "2222")
        till.tap("menu")
        till.tap("menu_staff")
        till.tap("chip:hours")
        till.read("is contested: “I worked longer”")
        assert till.end() == 0
        assert "Traceback" not in till.log.read_text()
