"""A till that an installer prepared on the card: a ticket that a power cut finds, and updates, good and bad ones."""

from collections.abc import Callable
from pathlib import Path
from typing import Final

import pytest

from tests.image.card import Card
from tests.image.stick import stick
from tests.image.till import Till
from tests.image.variant import Variant, variant

BARCODE: Final = "9521230451116"
PREPARED: Final = """
language = "en"
country = "IE"
demo_products = true

[shop]
name = "Corner"
address = ["Main 1", "Town"]

[owner]
name = "Olga"
pin = "4711"

[[device]]
name = "scanner"
kind = "scanner"
type = "evdev"
options = { name = "QEMU QEMU USB Keyboard" }
"""


@pytest.fixture(scope="module")
def bundle(built: Path, tmp_path_factory: pytest.TempPathFactory) -> Callable[[Variant], Path]:
    """Makes a stick with an update on it."""
    made: dict[Variant, Path] = {}

    def make(kind: Variant) -> Path:
        if kind not in made:
            folder = tmp_path_factory.mktemp(kind)
            made[kind] = stick(folder / "stick.img", variant(kind, built, folder))
        return made[kind]

    return make


def signed_in(till: Till) -> None:
    """Olga, by the screen's own keys: the only keyboard there is is the scanner's."""
    till.taps("Olga")
    for digit in "4711":
        till.taps(digit)
    till.taps("Sign in")


def version(till: Till) -> str:
    """Of the system that runs, and which half of the card it is on."""
    told = till.sh(
        ". /etc/open-pos-image; echo $OPEN_POS_VERSION; grep -o 'rauc.slot=.' /proc/cmdline"
    )
    return " ".join(told.split())


def installed(till: Till) -> None:
    """By hand: menu, This register, Software, Install."""
    till.taps("This register")
    till.taps("Software")
    till.taps("Install")
    till.sees("It takes some minutes")
    till.taps("Install", nth=-1)
    till.sees("Restart now")


def test_a_prepared_card_asks_nothing(till: Till, card: Card) -> None:
    card.write(1, "open-pos.toml", PREPARED.encode())
    till.switch_on()
    till.sees("Olga")
    till.keep("sign-in")


def test_what_is_secret_was_taken_off_the_card(till: Till) -> None:
    file = "/boot/open-pos/open-pos.toml"
    till.sh(f"for i in $(seq 60); do grep -q 4711 {file} || break; sleep 1; done")
    left = till.sh(f"cat {file}")
    assert "4711" not in left
    assert 'name = "Olga"' in left


def test_a_scan_is_on_the_ticket_and_the_plug_changes_nothing(till: Till) -> None:
    signed_in(till)
    till.sees("Flat white")
    till.scans(BARCODE)
    till.sees("2.80")
    till.pull_the_plug()
    till.switch_on()
    signed_in(till)
    till.sees("Cola 0.33")
    till.keep("after-the-plug")


def test_a_good_update_is_tried_and_kept(till: Till, bundle: Callable[[Variant], Path]) -> None:
    before = version(till)
    assert before.endswith("rauc.slot=A")
    till.pull_the_plug()
    till.switch_on(bundle("good"))
    signed_in(till)
    installed(till)
    till.keep("software")
    till.taps("Restart now")
    till.comes_back()
    till.sees("Olga")
    assert version(till) == "9.9.1 rauc.slot=B"
    till.sh("until grep -q kept /run/open-pos-caretaker/update.json; do sleep 2; done")
    till.pull_the_plug()
    till.switch_on()
    till.sees("Olga")
    assert version(till) == "9.9.1 rauc.slot=B"


def test_a_till_that_does_not_start_is_returned_from(
    till: Till, bundle: Callable[[Variant], Path]
) -> None:
    till.pull_the_plug()
    till.switch_on(bundle("broken"))
    signed_in(till)
    installed(till)
    till.taps("Restart now")
    till.comes_back()
    till.comes_back()
    till.sees("Olga")
    assert version(till) == "9.9.1 rauc.slot=B"
    assert "returned" in till.sh("cat /run/open-pos-caretaker/update.json")
    till.keep("returned")


@pytest.mark.parametrize("moment", ["30", "60", "trial"])
def test_power_that_goes_during_an_update_leaves_what_ran(
    till: Till, bundle: Callable[[Variant], Path], moment: str
) -> None:
    till.pull_the_plug()
    till.switch_on(bundle("good"))
    signed_in(till)
    till.taps("This register")
    till.taps("Software")
    till.taps("Install")
    till.taps("Install", nth=-1)
    if moment == "trial":
        till.sees("Restart now")
        till.taps("Restart now")
        till.comes_back()
        till.on.wait(r"# $")
    else:
        till.sh(
            f"until [ $(sed 's/.*percent\": \\([0-9]*\\).*/\\1/' "
            f"/run/open-pos-caretaker/update.json || echo 0) -ge {moment} ]; do sleep 0.2; done"
        )
    till.pull_the_plug()
    till.switch_on()
    till.sees("Olga")
    assert version(till) == "9.9.1 rauc.slot=B"
    assert not till.sh("journalctl -b -q -p crit --no-pager").strip()
