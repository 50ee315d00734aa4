"""How an update gets onto a till, by its owner's hands on the screen."""

from tests.image.shop import MENU, signed_in
from tests.image.till import Till


def version(till: Till) -> str:
    """Of the system that runs, and which half of the card it is on."""
    told = till.sh(
        ". /etc/open-pos-image; echo $OPEN_POS_VERSION; grep -o 'rauc.slot=.' /proc/cmdline"
    )
    return " ".join(told.split())


def installs(till: Till, version: str, warned: str) -> None:
    """Who is at the register signs in: menu, This register, Software, Install, and Install where it is `warned`."""
    signed_in(till)
    till.taps_at(*MENU)
    till.taps("This register")
    till.taps("Software")
    till.taps(f"Install {version}")
    _, question = till.sees(warned)
    till.taps("Install", below=question)


def restarts(till: Till) -> None:
    """When it is written, the person restarts it."""
    till.taps("Restart now")
    _, question = till.sees("It takes about a minute")
    till.taps("Restart now", below=question)
    till.comes_back()


def told(till: Till, state: str) -> str:
    """Waits for what is told of the update."""
    file = "/run/open-pos-caretaker/update.json"
    return till.sh(f"for i in $(seq 400); do grep -s {state} {file} && break; sleep 1; done")
