"""A till that needs help: the rescue screen where it does not start, and somebody who is let in over the network."""

import subprocess
from pathlib import Path

import pytest

from tests.image.card import Card
from tests.image.shop import MENU, PREPARED, signed_in
from tests.image.stick import stick
from tests.image.till import Till

FILE = "/etc/open-pos/open-pos.toml"
DOOR = "ss -Hltn 'sport = :22' | wc -l"
AGAIN, TEST, SAVE, HOME = (990, 105), (990, 398), (990, 543), (250, 718)
CLOSE = (640, 752)
"""Buttons whose words are too pale or too red for the program that reads the screen."""


@pytest.fixture(scope="module")
def plugged_in(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty stick."""
    return stick(tmp_path_factory.mktemp("stick") / "stick.img")


def test_a_setting_that_is_wrong_is_told_on_a_plain_screen(
    till: Till, card: Card, plugged_in: Path
) -> None:
    card.write(1, "open-pos.toml", PREPARED.encode())
    till.switch_on()
    till.sees("Who is at the register")
    till.sh(f"printf '\\n[sreen]\\ndark = true\\n' >> {FILE}; sync")
    till.pull_the_plug()
    till.switch_on(plugged_in)
    till.sees("The till does not start")
    assert "sreen" in till.text()
    till.keep("rescue")


def test_the_journal_is_saved_to_a_stick(till: Till) -> None:
    till.taps_at(*SAVE)
    till.sees("The journal is saved")
    till.keep("saved")
    till.taps_at(*HOME)
    till.sees("The till does not start")
    till.taps_at(*TEST)
    till.sees("Self-test: done")
    till.keep("self-test")
    till.taps_at(*HOME)
    till.sees("The till does not start")


def test_when_it_is_mended_it_is_tried_again(till: Till, plugged_in: Path) -> None:
    till.sh(f"sed -i '/sreen/,$d' {FILE}; sync")
    till.taps_at(*AGAIN)
    till.sees("Who is at the register")
    till.pull_the_plug()
    listed = subprocess.run(
        ["mdir", "-i", str(plugged_in), "-/", "-b", "::"],
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    assert "shop.db" in listed


def test_somebody_is_let_in_for_some_hours_and_no_longer_than_wanted(till: Till) -> None:
    till.switch_on()
    signed_in(till)
    assert till.sh(DOOR).strip() == "0"
    till.taps_at(*MENU)
    till.taps("This register")
    till.taps("Support")
    till.taps("Open for 8 hours")
    _, question = till.sees("Let somebody in?")
    till.taps("Open for 8 hours", below=question)
    till.sees_together("Support access is open", "10.0.2.15", "Password")
    till.keep("support")
    assert till.sh(DOOR).strip() != "0"
    till.taps_at(*CLOSE)
    till.sees("Nobody can sign in")
    assert till.sh(f"sleep 10; {DOOR}").strip() == "0"
    assert till.sh("systemctl --failed --no-legend").strip() == ""
