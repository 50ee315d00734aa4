"""A shop that an installer prepared on the card, and what its owner does all day."""

from typing import Final

from tests.image.till import Till

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
MENU: Final = (372, 32)
"""Where the three dots are: a picture has no words to be found by."""
NAMES: Final = 120
"""Above this line stand the names of shop and register."""


def signed_in(till: Till) -> None:
    """Olga, by the screen's own keys: the only keyboard there is is the scanner's."""
    keys_her_pin(till)
    if till.sees_any("The register was restarted", "Search products") == 0:
        till.taps("It is fine")


def keys_her_pin(till: Till) -> None:
    """The name of the register has digits, too, and stands above the keys."""
    till.sees("Who is at the register")
    till.taps("Owner")
    for digit in "4711":
        till.taps(digit, below=NAMES)
    till.taps("Sign in")


def sold_for_cash(till: Till) -> None:
    """What is on the ticket, for 2.80, is paid with a note of five; the page of the change goes by itself."""
    till.taps("Cash")
    till.taps("€5.00")
    till.taps("Take cash")
    till.sees("€2.20")
    till.sees("Ready for the next customer")
