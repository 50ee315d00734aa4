"""A till that an installer prepared on the card: a ticket that a power cut finds, and updates, good and bad ones."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.image.card import Card
from tests.image.machine import Gone
from tests.image.shop import BARCODE, PREPARED, signed_in, sold_for_cash
from tests.image.stick import stick
from tests.image.till import Till
from tests.image.updating import installs, restarts, told, version
from tests.image.variant import VERSIONS, Variant, variant


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


def begins_to_install(till: Till, bundle: Path, version: str = VERSIONS["good"]) -> None:
    """The till starts with a stick in it that has an update."""
    till.pull_the_plug()
    till.switch_on(bundle)
    installs(till, version, "please leave the stick in")


def test_a_prepared_card_asks_nothing(till: Till, card: Card) -> None:
    card.write(1, "open-pos.toml", PREPARED.encode())
    till.switch_on()
    till.sees("Who is at the register")
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
    sold_for_cash(till)


def test_a_good_update_is_tried_and_kept(till: Till, bundle: Callable[[Variant], Path]) -> None:
    assert version(till).endswith("rauc.slot=A")
    begins_to_install(till, bundle("good"))
    till.sees("9.9.1 is installed", "9.9.1is installed")
    till.keep("installed")
    restarts(till)
    till.sees("Who is at the register")
    assert version(till) == "9.9.1 rauc.slot=B"
    assert "9.9.1" in told(till, "kept")
    till.keep("kept")
    till.pull_the_plug()
    till.switch_on()
    till.sees("Who is at the register")
    assert version(till) == "9.9.1 rauc.slot=B"


@pytest.mark.parametrize("kind", ["broken", "no-kernel"])
def test_a_system_that_does_not_get_to_the_till_is_returned_from(
    till: Till, bundle: Callable[[Variant], Path], kind: Variant
) -> None:
    begins_to_install(till, bundle(kind), VERSIONS[kind])
    if kind == "broken":
        restarts(till)
        till.comes_back()
    else:
        with pytest.raises(Gone):
            restarts(till)
        # Whoever waits long enough in front of a dark screen pulls the plug.
        till.switch_on()
    till.sees("Who is at the register")
    assert version(till) == "9.9.1 rauc.slot=B"
    assert told(till, "returned")
    till.keep(f"{kind}-returned")


@pytest.mark.parametrize("moment", ["30", "60", "trial"])
def test_power_that_goes_during_an_update_leaves_what_ran(
    till: Till, bundle: Callable[[Variant], Path], moment: str
) -> None:
    begins_to_install(till, bundle("good"))
    if moment == "trial":
        restarts(till)
        till.on.wait(r"# $")
    else:
        report = "/run/open-pos-caretaker/update.json"
        till.sh(
            f"until [ $(grep -so 'percent\": [0-9]*' {report} | grep -o '[0-9]*$' || echo 0) -ge {moment} ]; "
            "do sleep 0.2; done"
        )
    till.pull_the_plug()
    till.switch_on()
    till.sees("Who is at the register")
    assert version(till) == "9.9.1 rauc.slot=B"
    assert not till.sh("journalctl -b -q -p crit --no-pager").strip()
