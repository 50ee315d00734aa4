"""Ringing up and paying: what each command of a sale does, and what follows from it for devices."""

from collections.abc import Callable
from typing import Final

from appliance.journal.kinds import ScaleShowed
from appliance.messages import (
    AbandonTicket,
    AddProduct,
    AnyJob,
    Beep,
    CancelTender,
    ChangeQuantity,
    ChooseReceipt,
    KeyQuantity,
    NewSale,
    RemoveLine,
    Reprint,
    ResumeView,
    Scan,
    SelectLine,
    StartTender,
    TenderCash,
    Weighed,
)
from appliance.problems import Refusal
from appliance.services import checkout
from appliance.slips import Slips
from appliance.store.database import DiskFull
from appliance.till import Handlers, Till
from appliance.weighing import Asked, Weighing, showed


class LeavePageFirst(Refusal):
    """Nothing is sold while another page lies over the sale."""

    code = "leave_page_first"


class Selling:
    """One sale after another. Each method does one command or event; jobs go to `give` after the commit."""

    def __init__(
        self,
        till: Till,
        slips: Slips,
        weighing: Weighing,
        *,
        give: Callable[[AnyJob], None],
        clear: Callable[[], None],
        has_scale: Callable[[], bool],
        is_closed: Callable[[], bool],
        release_ballast: Callable[[], None],
    ) -> None:
        """`clear` empties the notice bar, `is_closed` says whether another page than the sale is open.

        `release_ballast` makes room on a full disk, for a customer who stands there with the money.
        """
        self._till: Final = till
        self._slips: Final = slips
        self._weighing: Final = weighing
        self._give: Final = give
        self._clear: Final = clear
        self._has_scale: Final = has_scale
        self._is_closed: Final = is_closed
        self._release_ballast: Final = release_ballast

    @property
    def handlers(self) -> Handlers:
        """What each message does."""
        return {
            Scan: self.scan,
            AddProduct: self.add_product,
            Weighed: self.weighed,
            KeyQuantity: self.key_quantity,
            SelectLine: self.select_line,
            ChangeQuantity: self.change_quantity,
            RemoveLine: self.remove_line,
            AbandonTicket: self.abandon,
            StartTender: self.start_tender,
            CancelTender: self.cancel_tender,
            TenderCash: self.tender_cash,
            ChooseReceipt: self.choose_receipt,
            Reprint: self.reprint,
            NewSale: self.new_sale,
        }

    # ------------------------------------------------------------------ the ticket

    def scan(self, scan: Scan) -> None:
        """Sell what was scanned, or weigh it first. Raises `SignInFirst`, `LeavePageFirst`, and as `checkout`."""
        actor = self._till.signed_in()
        if self._is_closed():
            raise LeavePageFirst
        try:
            self._add_scanned(scan.text, self._till.held_milli, actor)
        except checkout.WeighIt as no:
            if not self._has_scale():
                raise
            self._weighing.ask(Asked(str(no.fields["name"]), scanned=scan.text))
            return
        self._till.read_ns = scan.read_ns
        self._give(Beep(good=True))

    def add_product(self, command: AddProduct) -> None:
        """A tile or a search hit was tapped; likewise."""
        actor = self._till.signed_in()
        try:
            self._add_by_id(command.product, self._till.held_milli, actor)
        except checkout.WeighIt as no:
            if not self._has_scale():
                raise
            self._weighing.ask(Asked(str(no.fields["name"]), product=command.product))

    def weighed(self, event: Weighed) -> None:
        """The weight of what was scanned or tapped, if somebody still waits for it."""
        asked = self._weighing.weighed(event)
        if asked is None:
            return
        actor, weighing = self._till.signed_in(), showed(event)
        if asked.scanned:
            self._add_scanned(asked.scanned, event.net_milli_kg, actor, weighing)
        else:
            self._add_by_id(asked.product, event.net_milli_kg, actor, weighing)
        self._give(Beep(good=True))

    def _add_scanned(
        self, text: str, qty_milli: int, actor: str, weighing: ScaleShowed | None = None
    ) -> None:
        desk, language = self._till.desk, self._till.words.language
        room = self._till.disk != "full"
        line = checkout.add_scanned(
            desk, text, qty_milli, language, actor, room=room, weighing=weighing
        )
        self._added(line)
        self._till.search = ""

    def _add_by_id(
        self, product: str, qty_milli: int, actor: str, weighing: ScaleShowed | None = None
    ) -> None:
        desk, language = self._till.desk, self._till.words.language
        room = self._till.disk != "full"
        line = checkout.add_product(
            desk, product, qty_milli, language, actor, room=room, weighing=weighing
        )
        self._added(line)

    def _added(self, line: str) -> None:
        self._till.newest = self._till.selected = line
        self._till.held_milli = 0
        self._till.done = None
        self._till.resume = ResumeView(show=False)
        self._clear()

    def key_quantity(self, command: KeyQuantity) -> None:
        """Hold a quantity for the next product."""
        self._till.signed_in()
        self._till.held_milli = max(0, command.qty_milli)

    def select_line(self, command: SelectLine) -> None:
        """Mark a line."""
        self._till.selected = command.line

    def change_quantity(self, command: ChangeQuantity) -> None:
        """Another quantity of the line that is named, or marked."""
        line = command.line or self._till.selected or ""
        checkout.change_quantity(self._till.desk, line, command.qty_milli, self._till.signed_in())
        self._till.selected = line
        self._till.held_milli = 0
        self._clear()

    def remove_line(self, command: RemoveLine) -> None:
        """Take a line off the ticket."""
        line = command.line or self._till.selected or ""
        checkout.remove_line(self._till.desk, line, self._till.signed_in())
        if self._till.selected == line:
            self._till.selected = None
        self._clear()

    def abandon(self, _command: AbandonTicket) -> None:
        """Give the ticket up."""
        checkout.abandon(self._till.desk, self._till.signed_in())
        self._till.forget_lines()
        self._clear()

    # ------------------------------------------------------------------ paying

    def start_tender(self, _command: StartTender) -> None:
        """The customer wants to pay."""
        checkout.start_tender(self._till.desk, self._till.signed_in())
        self._till.search = ""
        self._clear()

    def cancel_tender(self, _command: CancelTender) -> None:
        """Back to the lines."""
        checkout.cancel_tender(self._till.desk, self._till.signed_in())
        self._clear()

    def tender_cash(self, command: TenderCash) -> None:
        """Settle with cash; the drawer opens after the commit."""
        actor = self._till.signed_in()
        try:
            sale, _settled, kick = checkout.pay_cash(self._till.desk, command.amount_minor, actor)
        except DiskFull:
            # The customer stands there with the money: the ballast is for this.
            self._release_ballast()
            sale, _settled, kick = checkout.pay_cash(self._till.desk, command.amount_minor, actor)
        self._till.done = sale
        self._till.forget_lines()
        self._clear()
        self._give(kick)

    def choose_receipt(self, command: ChooseReceipt) -> None:
        """What the customer wants."""
        self._slips.choose(command.sale, command.choice, self._till.signed_in())

    def reprint(self, command: Reprint) -> None:
        """Once more, marked COPY."""
        self._till.signed_in()
        self._slips.reprint(command.sale)

    def new_sale(self, _command: NewSale) -> None:
        """Leave the page with the change."""
        self._till.done = None
        self._clear()
