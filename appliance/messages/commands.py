"""What a person (or a script) asks of the register."""

from appliance.messages.values import AtMs, Command, Number


class SignIn(Command, frozen=True, tag="sign_in"):
    """`employee` is an employee's id or number."""

    employee: str
    pin: str

    def __repr__(self) -> str:
        """Without the PIN."""
        return f"SignIn(employee={self.employee!r})"


class SignOut(Command, frozen=True, tag="sign_out"):
    """Lock the register. An open ticket stays open."""


class Scan(Command, frozen=True, tag="scan"):
    """A barcode as the scanner sent it, with its AIM identifier if it has one."""

    text: str
    device: str = "screen"
    read_ns: int = 0
    """`time.monotonic_ns()` when the terminator arrived; 0 where unknown. Only for measuring."""


class KeyQuantity(Command, frozen=True, tag="key_quantity"):
    """Hold a quantity for the next scan or tile; 0 forgets it."""

    qty_milli: Number


class AddProduct(Command, frozen=True, tag="add_product"):
    """Sell a product by its id, as a tile does. The held quantity is used up."""

    product: str


class SelectLine(Command, frozen=True, tag="select_line"):
    """Mark a line of the open ticket; None marks none."""

    line: str | None = None


class ChangeQuantity(Command, frozen=True, tag="change_quantity"):
    """Set the quantity of one line of the open ticket; None means the selected line."""

    line: str | None
    qty_milli: Number


class RemoveLine(Command, frozen=True, tag="remove_line"):
    """Take a line off the open ticket; None means the selected line. The journal keeps it."""

    line: str | None = None


class AbandonTicket(Command, frozen=True, tag="abandon_ticket"):
    """Give up the whole open ticket. The journal keeps it."""


class StartTender(Command, frozen=True, tag="start_tender"):
    """The customer wants to pay: lines are fixed from here."""


class CancelTender(Command, frozen=True, tag="cancel_tender"):
    """Back to the lines."""


class TenderCash(Command, frozen=True, tag="tender_cash"):
    """The customer hands over this much in cash. Starts the tender if it was not started."""

    amount_minor: Number


class ChooseReceipt(Command, frozen=True, tag="choose_receipt"):
    """What to do about a sale's receipt: `print` or `none`; None means the last sale."""

    sale: str | None
    choice: str


class Reprint(Command, frozen=True, tag="reprint"):
    """Print a sale's receipt again, marked COPY if one was printed before; None means the last sale."""

    sale: str | None = None


class NewSale(Command, frozen=True, tag="new_sale"):
    """Leave the change-due page (a scan or a tile does so too)."""


class DismissResume(Command, frozen=True, tag="dismiss_resume"):
    """The cashier has read what was found at start-up."""


class ShowCategory(Command, frozen=True, tag="show_category"):
    """Which tiles to show; None shows the favourites. `page` counts from 0."""

    category: str | None = None
    page: Number = 0


class Search(Command, frozen=True, tag="search"):
    """Search as you type over names in every language; empty text ends the search."""

    text: str


class CountStock(Command, frozen=True, tag="count_stock"):
    """What was counted of a product, as a stock move to that figure."""

    product: str
    qty_milli: Number


class OpenDay(Command, frozen=True, tag="open_day"):
    """Open the business day. Signing in does so too when none is open."""


class CloseDay(Command, frozen=True, tag="close_day"):
    """Close the business day. Refused while a ticket is open."""


class SetLanguage(Command, frozen=True, tag="set_language"):
    """The language of the screen and of receipts from now on: `en`, `de` or `es`."""

    language: str


class DismissNotice(Command, frozen=True, tag="dismiss_notice"):
    """Take a notice off the bar."""

    notice: Number


class SetClock(Command, frozen=True, tag="set_clock"):
    """Set the shop's clock. Only where time is simulated (`open-pos play`)."""

    at_ms: AtMs


class ZeroScale(Command, frozen=True, tag="zero_scale"):
    """The empty scale is at zero."""


class TareScale(Command, frozen=True, tag="tare_scale"):
    """What lies on the scale now is the container."""


class ClearTare(Command, frozen=True, tag="clear_tare"):
    """There is no container any more."""


class GiveBadge(Command, frozen=True, tag="give_badge"):
    """The next badge that is read belongs to this employee (id or number); None stops waiting. Managers only."""

    employee: str | None


class TakeBadge(Command, frozen=True, tag="take_badge"):
    """An employee's badges are no longer theirs. Managers only."""

    employee: str
