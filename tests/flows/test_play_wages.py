"""A week of work from the badge to what is owed, as a script that `open-pos play` plays in a process of its own."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from appliance.play import NotACommand, Player
from appliance.store.shelf import Shelf
from tests.appliance.trading import ROOMY

MONDAY_9_MS = 1_772_442_000_000
"""Monday, 2 March 2026, 09:00 UTC."""
HOUR_MS = 3_600_000
ANAS_BADGE = "0A1B2C3D4E"
LENGTHS = (8, 8, 8, 8, 8, 6)
"""29 CFR 778.110: 46 hours at 12.00 are 588.00."""


def at(hours: float) -> dict[str, object]:
    return {"do": "set_clock", "at_ms": MONDAY_9_MS + round(hours * HOUR_MS)}


def week() -> list[dict[str, object]]:
    lines: list[dict[str, object]] = [
        at(-1),
        {"do": "sign_in", "employee": "2", "pin": "2222"},
        {"do": "set_pay_rules", "zone": "UTC", "overtime": "us_federal"},
        {"do": "set_rate", "employee": "1", "from_day": "2026-01-01", "rate_minor": 1200},
        {"do": "sign_out"},
    ]
    for day, hours in enumerate(LENGTHS):
        for after, what in ((0, "in"), (hours, "out")):
            lines += [at(24 * day + after), {"do": "badge", "id": ANAS_BADGE}]
            lines.append({"do": "punch", "what": what})
    return lines


def test_a_week_by_badge_is_owed_to_the_cent(tmp_path: Path) -> None:
    script, store = tmp_path / "week.jsonl", tmp_path / "shop"
    script.write_text("\n".join(map(json.dumps, week())))
    program = [sys.executable, "-m", "appliance"]
    played = subprocess.run(
        [*program, "play", str(script), "--store", str(store), "--demo"],
        capture_output=True, text=True, check=True, timeout=60,
    )  # fmt: skip
    answers = [json.loads(line) for line in played.stdout.splitlines()]
    assert [one for one in answers if one["refused"]] == []
    assert ANAS_BADGE not in played.stdout + played.stderr
    greeted = answers[-1]["shows"]["timeclock"]["made"]
    assert (greeted["what"], greeted["slip"]["week_ms"]) == ("out", 46 * HOUR_MS)
    report = subprocess.run(
        [*program, "report", "wages", "--store", str(store),
         "--from", "2026-03-02", "--to", "2026-03-08", "--json"],
        capture_output=True, text=True, check=True, timeout=60,
    )  # fmt: skip
    (ana,) = json.loads(report.stdout)
    assert (ana["name"], ana["total_minor"]) == ("Ana", 58_800)


@pytest.mark.parametrize(
    "line",
    [
        '{"do": "badge", "id": "0A1B2C3D4"}',
        '{"do": "badge", "id": "0a1b2c3d4e"}',
        '{"do": "badge", "id": "0A1B2C3D4E", "form": "loyalty"}',
        '{"do": "badge"}',
    ],
)
def test_what_is_no_badge_is_no_command(tmp_path: Path, line: str) -> None:
    shelf = Shelf(tmp_path, limits=ROOMY)
    with pytest.raises(NotACommand) as refused:
        Player(shelf).do(line, 7)
    assert "0A1B2C3D4" not in str(refused.value)
    shelf.close()


def test_a_badge_of_nobody_is_refused(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path, limits=ROOMY)
    answer = Player(shelf).do('{"do": "badge", "id": "FFFFFFFFFF"}', 1)
    assert answer.refused is not None
    assert answer.refused["code"] == "unknown_badge"
    shelf.close()
