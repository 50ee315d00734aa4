"""A screen that hangs upside down, by the card's file; and a till that draws on it without an X server."""

from tests.image.card import Card
from tests.image.shop import BARCODE, PREPARED, signed_in, sold_for_cash
from tests.image.till import Till

FILE = "/etc/open-pos/open-pos.toml"


def sells(till: Till) -> None:
    """Taps land where the picture is, and the scanner's keys in the program and nowhere else."""
    signed_in(till)
    till.scans(BARCODE)
    till.sees("2.80")
    sold_for_cash(till)


def test_it_is_turned_by_the_card_s_file_before_anybody_taps(till: Till, card: Card) -> None:
    card.write(1, "open-pos.toml", (PREPARED + "\n[screen]\nrotation = 180\n").encode())
    till.hangs_upside_down = True
    till.switch_on()
    till.sees("Who is at the register")
    assert "rotation = 180" in till.sh(f"cat {FILE}")
    assert till.sh("pgrep -c Xorg").strip() == "1"
    sells(till)
    till.keep("turned")


def test_it_is_drawn_without_an_x_server(till: Till) -> None:
    till.sh(f"sed -i 's/^rotation = 180/&\\ndriver = \"kmsdrm\"/' {FILE}; sync")
    till.pull_the_plug()
    till.taps_upside_down = True
    till.switch_on()
    till.sees("Who is at the register")
    assert till.sh("pgrep -c Xorg").strip() == "0"
    sells(till)
    till.keep("without-x")


def test_it_begins_anew_without_an_x_server_and_with_it_again(till: Till) -> None:
    till.sh("systemctl restart open-pos-x.service")
    till.sees("Who is at the register")
    till.taps_upside_down = False
    till.sh(f"sed -i '/^driver/d' {FILE}; systemctl restart open-pos-x.service")
    till.sees("Who is at the register")
    assert till.sh("pgrep -c Xorg").strip() == "1"
    sells(till)
    assert till.sh("systemctl is-system-running").strip() == "running"
