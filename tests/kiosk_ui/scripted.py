"""A register of a hundred lines that answers commands with snapshots: enough to try the screen, and nothing more."""

from collections.abc import Callable

from appliance import messages as m
from tests.kiosk_ui import samples as s

PIN = "1234"


class ScriptedRegister:
    """Answers on the caller's thread. It keeps no store and knows no rules but these."""

    def __init__(self, publish: Callable[[m.Snapshot], None]) -> None:
        self.publish = publish
        self.sent: list[m.Command] = []
        self.lines: list[m.LineView] = []
        self.selected: str | None = None
        self.keyed_milli = 0
        self.number = 1042
        self.made = 0
        self.tendering = False

    def start(self) -> None:
        for snapshot in (s.SHOP, s.SIGNED_OUT, s.CATALOGUE, s.STATUS, s.LAST_SALE):
            self.publish(snapshot)
        self.show_ticket()

    def send(self, command: m.Command) -> bool:
        self.sent.append(command)
        handle = getattr(self, "do_" + str(command.__struct_config__.tag), None)
        if handle is not None:
            handle(command)
        return True

    def show_ticket(self, newest: str | None = None) -> None:
        ticket = s.ticket(tuple(self.lines), self.selected, self.keyed_milli)
        self.publish(s.replace(ticket, number=self.number, newest_line=newest))

    def total(self) -> int:
        return sum(line.amount_minor for line in self.lines)

    def do_sign_in(self, command: m.SignIn) -> None:
        if command.pin == PIN:
            self.publish(s.SIGNED_IN)
        else:
            self.publish(s.replace(s.SIGNED_OUT, refused="wrong_pin"))

    def do_sign_out(self, _: m.SignOut) -> None:
        self.publish(s.SIGNED_OUT)

    def do_add_product(self, command: m.AddProduct) -> None:
        if not self.lines:
            self.publish(m.DoneView(sale=None))
        tile = next(one for one in s.TILES if one.product == command.product)
        self.made += 1
        quantity = max(1, self.keyed_milli // 1000)
        self.lines.append(s.line(self.made, tile.name, quantity, tile.price_minor))
        self.keyed_milli = 0
        self.show_ticket(self.lines[-1].id)

    def do_scan(self, _: m.Scan) -> None:
        self.publish(s.UNKNOWN_BARCODE)

    def do_key_quantity(self, command: m.KeyQuantity) -> None:
        self.keyed_milli = command.qty_milli
        self.show_ticket()

    def do_select_line(self, command: m.SelectLine) -> None:
        self.selected = command.line
        self.show_ticket()

    def do_change_quantity(self, command: m.ChangeQuantity) -> None:
        for place, line in enumerate(self.lines):
            if line.id == command.line:
                number, quantity = int(line.id[1:]), command.qty_milli // 1000
                self.lines[place] = s.line(number, line.name, quantity, line.price_minor)
        self.show_ticket()

    def do_remove_line(self, command: m.RemoveLine) -> None:
        self.lines = [line for line in self.lines if line.id != command.line]
        self.show_ticket()

    def do_abandon_ticket(self, _: m.AbandonTicket) -> None:
        self.lines, self.selected = [], None
        self.show_ticket()

    def do_start_tender(self, _: m.StartTender) -> None:
        total = self.total()
        self.publish(
            m.TenderView(
                open=True, total_minor=total, due_minor=total, quick_minor=(total, 1000, 2000)
            )
        )

    def do_cancel_tender(self, _: m.CancelTender) -> None:
        self.publish(m.TenderView(open=False))

    def do_tender_cash(self, command: m.TenderCash) -> None:
        total = self.total()
        change = command.amount_minor - total
        done = s.replace(
            s.DONE, number=self.number, total_minor=total, rounding_minor=0,
            tendered_minor=command.amount_minor, change_minor=change, change_pieces=((10, 1),),
        )  # fmt: skip
        self.done = done
        self.lines, self.selected = [], None
        self.number += 1
        self.publish(done)
        self.publish(m.TenderView(open=False))
        self.show_ticket()

    def do_choose_receipt(self, command: m.ChooseReceipt) -> None:
        printed = command.choice == "print"
        state = m.ReceiptState.PRINTED if printed else m.ReceiptState.NONE
        self.publish(s.replace(self.done, receipt=state))

    def do_new_sale(self, _: m.NewSale) -> None:
        self.publish(m.DoneView(sale=None))

    def do_search(self, command: m.Search) -> None:
        hits = tuple(one for one in s.TILES if command.text and command.text in one.name.lower())
        self.publish(m.SearchView(command.text, hits))

    def do_set_language(self, command: m.SetLanguage) -> None:
        self.publish(s.replace(s.SHOP, language=command.language))

    def do_dismiss_notice(self, _: m.DismissNotice) -> None:
        self.publish(m.NoticeView(id=0))
