"""What follows from what was just committed, done by devices."""

import msgspec

from appliance.domain.receipt import ReceiptLine
from appliance.messages.values import Job


class PrintSlip(Job, frozen=True):
    """Print a receipt: at least once, and every slip after a first possible one says COPY (`copy` > 0)."""

    sale: str
    copy: int
    lines: tuple[ReceiptLine, ...]


class DropSlips(Job, frozen=True):
    """Forget the slips of a sale that wait for the printer; one that is being printed comes out."""

    sale: str


class KickDrawer(Job, frozen=True):
    """Open the cash drawer: at most once."""

    sale: str


class Beep(Job, frozen=True):
    """Tell by ear that a scan was taken (`good`) or not."""

    good: bool


class AskScale(Job, frozen=True):
    """Weigh; `asked` comes back with the answer (`Weighed`, `WeighFailed`)."""

    asked: str


class SettleScale(Job, frozen=True):
    """Set the scale to `zero`, take what lies on it for the `tare`, or `clear` the tare."""

    what: str


class ShownLine(msgspec.Struct, frozen=True):
    """A line as the customer sees it."""

    name: str
    quantity: str
    amount: str


class ShowCustomer(Job, frozen=True):
    """What the customer's display shows from now on, in finished words. `state`: idle, ticket, tender or done."""

    state: str
    title: str
    lines: tuple[ShownLine, ...] = ()
    total_label: str = ""
    total: str = ""
    due_label: str = ""
    due: str = ""
