"""A card that dies: a backup on a stick, and a blank card in another computer that becomes the same shop."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.image.card import Card
from tests.image.shop import MENU, PREPARED, keys_her_pin, signed_in
from tests.image.stick import stick
from tests.image.till import Till

PASSPHRASE = "correct horse"
OK, TAKE_OVER = (955, 752), (1055, 748)
"""Words on green, which the program that reads the screen overlooks beside so many keys."""
KEYBOARD: str = PREPARED.partition("[[device]]")[0]
"""The same shop without a scanner: what is typed goes to the screen."""


@pytest.fixture(scope="module")
def plugged_in(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A stick for the backup."""
    return stick(tmp_path_factory.mktemp("stick") / "stick.img")


@pytest.fixture(scope="module")
def blank(built: Path, card: Card) -> Iterator[Till]:
    """Another computer with a card that was just flashed."""
    folder = card.path.parent / "blank"
    folder.mkdir()
    made = Till(Card(folder / "card.img", built / "open-pos.img"), folder)
    yield made
    made.pull_the_plug()
    made.card.path.unlink()


def test_a_backup_is_made_and_proven(till: Till, card: Card, plugged_in: Path) -> None:
    card.write(1, "open-pos.toml", KEYBOARD.encode())
    till.switch_on(plugged_in)
    signed_in(till)
    till.taps("Flat white")
    till.sees("3.60")
    till.taps_at(*MENU)
    till.taps("This register")
    till.taps("With a passphrase")
    for _ in range(2):
        till.taps("needed")
        till.sees("Space")
        till.types(PASSPHRASE)
        till.taps_at(*OK)
    till.taps("Back up now")
    till.sees("The backup is made and proven")
    till.keep("backup")
    till.taps("Pull the stick out")
    till.sees("You may pull it out")
    till.pull_the_plug()


def test_a_blank_card_and_that_stick_are_the_same_shop(blank: Till, plugged_in: Path) -> None:
    blank.switch_on(plugged_in)
    blank.taps("Tap here to go on in English")
    blank.taps("This shop has a backup")
    blank.sees("Plug the stick in and tap the backup")
    blank.keep("backups")
    blank.taps("on the stick")
    blank.sees("Space")
    blank.types(PASSPHRASE)
    blank.taps_at(*TAKE_OVER)
    blank.sees("Who is at the register")
    keys_her_pin(blank)
    blank.sees("Flat white")
    blank.keep("the-same-shop")
    assert int(blank.sh("ls /var/lib/open-pos/*.db | wc -l").split()[-1]) >= 1
