"""The menu behind the three dots, and the card that start-up shows: both are about the last sale."""

from collections.abc import Callable
from typing import Final, NamedTuple

import msgspec

from appliance.messages import (
    AbandonTicket,
    CloseDay,
    DismissResume,
    LastSaleView,
    OpenFirstStart,
    OpenStaff,
    OpenWorkshop,
    ReceiptState,
    Reprint,
    ResumeView,
    SessionView,
    SetLanguage,
    ShopView,
    SignOut,
    TicketView,
)
from kiosk_ui.navigation import Overlay
from kiosk_ui.presenters.ask import Ask, Question
from kiosk_ui.presenters.base import NowMs, Open, Presenter, Send
from kiosk_ui.presenters.tiles import ChipView, chip
from kiosk_ui.strings import LANGUAGES, Words

MANAGERS: Final = frozenset({"manager", "owner"})
LANGUAGE_NAMES: Final = {"en": "English", "de": "Deutsch", "es": "Español"}


class Ways(NamedTuple):
    """What opens the card of shelf labels, that of the time clock, and the page "This register"."""

    labels: Callable[[], None]
    clock: Callable[[], None]
    upkeep: Callable[[], None]


class MenuView(msgspec.Struct, frozen=True):
    """The menu, with the last sale's receipt beside it."""

    title: str
    last_title: str
    last_facts: str
    receipt: str
    has_last: bool
    has_none: bool
    no_last: str
    reprint: str
    can_reprint: bool
    abandon: str
    can_abandon: bool
    close_day: str
    can_close_day: bool
    lock: str
    devices: str
    can_devices: bool
    set_up: str
    labels: str
    staff: str
    upkeep: str
    language_label: str
    languages: tuple[ChipView, ...]
    about: str
    close: str
    time_clock: str


class MenuPresenter(Presenter[MenuView]):
    """What a cashier needs less often."""

    topics = (LastSaleView, TicketView, ShopView, SessionView)

    def __init__(
        self,
        send: Send,
        words: Words,
        ask: Ask,
        ways: Ways,
        *,
        open_overlay: Open,
        now_ms: NowMs,
        version: str = "",
    ) -> None:
        """`ways` lead to what opens elsewhere. `version` is what the menu says about the program."""
        self._ask = ask
        self._ways = ways
        self._version = version
        super().__init__(send, words, open_overlay=open_overlay, now_ms=now_ms)

    def reprint(self) -> None:
        """Print the last sale's receipt again."""
        self.send(Reprint())

    def abandon(self) -> None:
        """Ask whether to give up the open ticket."""
        words = self.words
        self._ask(
            Question(
                title=words("ask.abandon.title"),
                text=words.count("ask.abandon.text", len(self.seen.ticket.lines)),
                yes=words("ask.abandon.yes"),
                no=words("ask.abandon.no"),
                command=AbandonTicket(),
            )
        )

    def close_day(self) -> None:
        """Ask whether to close the business day."""
        words = self.words
        self._ask(
            Question(
                title=words("ask.close_day.title"),
                text=words("ask.close_day.text"),
                yes=words("ask.close_day.yes"),
                no=words("ask.close_day.no"),
                command=CloseDay(),
                destroys=False,
            )
        )

    def lock(self) -> None:
        """Sign out; an open ticket stays."""
        self.open_overlay(Overlay.NONE)
        self.send(SignOut())

    def devices(self) -> None:
        """The page of devices."""
        self.open_overlay(Overlay.NONE)
        self.send(OpenWorkshop())

    def staff(self) -> None:
        """The page of the staff."""
        self.open_overlay(Overlay.NONE)
        self.send(OpenStaff())

    def upkeep(self) -> None:
        """The page "This register"."""
        self.open_overlay(Overlay.NONE)
        self._ways.upkeep()

    def set_up(self) -> None:
        """The page on which a register is set up."""
        self.open_overlay(Overlay.NONE)
        self.send(OpenFirstStart())

    def open_labels(self) -> None:
        """Shelf labels."""
        self._ways.labels()

    def time_clock(self) -> None:
        """Punch without a badge."""
        self._ways.clock()

    def tap_chip(self, language: str) -> None:
        """Speak another language."""
        self.send(SetLanguage(language))

    def close(self) -> None:
        """Back to the sale."""
        self.open_overlay(Overlay.NONE)

    def draw(self) -> MenuView:
        """The menu for now."""
        last, shop, words = self.seen.last_sale, self.seen.shop, self.words
        has_last, has_lines = last.sale is not None, bool(self.seen.ticket.lines)
        version = words("menu.version", version=self._version)
        offered = [name for name in (shop.languages if shop else ()) if name in LANGUAGES]
        return MenuView(
            title=words("menu.title"),
            last_title=words("menu.last", number=last.number)
            if has_last
            else words("menu.no_last"),
            last_facts=self._facts() if has_last else "",
            receipt="\n".join(last.receipt_text),
            has_last=has_last,
            has_none=not has_last,
            no_last=words("menu.no_last_text"),
            reprint=words("menu.copy" if _was_printed(last) else "menu.print"),
            can_reprint=has_last and last.receipt is not ReceiptState.PRINTING,
            abandon=words("menu.abandon"),
            can_abandon=has_lines,
            close_day=words("menu.close_day"),
            can_close_day=not has_lines,
            lock=words("menu.lock"),
            devices=words("menu.devices"),
            can_devices=self._is_manager(),
            set_up=words("menu.set_up"),
            labels=words("menu.labels"),
            staff=words("menu.staff"),
            upkeep=words("upkeep.title"),
            language_label=words("menu.language"),
            languages=tuple(
                chip(name, LANGUAGE_NAMES[name], active=name == words.language)
                for name in offered or LANGUAGES
            ),
            about=f"{version}  ·  {shop.name}, {shop.register}" if shop else version,
            close=words("common.close"),
            time_clock=words("time_clock.title"),
        )

    def _is_manager(self) -> bool:
        session = self.seen.session
        employee = session.employee if session else None
        return employee is not None and employee.role in MANAGERS

    def _facts(self) -> str:
        last, formats = self.seen.last_sale, self.formats
        return self.words(
            "menu.last_facts",
            time=formats.clock(last.at_ms),
            total=formats.money(last.total_minor),
            change=formats.money(last.change_minor),
        )


class ResumeCardView(msgspec.Struct, frozen=True):
    """What start-up found."""

    title: str
    has_sale: bool
    sale_label: str
    sale_total: str
    sale_facts: str
    receipt_text: str
    receipt_icon: str
    receipt_colour: str
    has_lines: bool
    lines_text: str
    reprint: str
    can_reprint: bool
    fine: str


class ResumePresenter(Presenter[ResumeCardView]):
    """Tells what was paid last, so that nobody rings it up twice."""

    topics = (ResumeView, LastSaleView)

    def reprint(self) -> None:
        """The receipt did not come out: print it, and those before it that did not."""
        resume = self.seen.resume
        for one in resume.earlier:
            self.send(Reprint(one.sale))
        if resume.receipt_unknown or not resume.earlier:
            self.send(Reprint())
        self.send(DismissResume())

    def fine(self) -> None:
        """All is as it should be."""
        self.send(DismissResume())

    def draw(self) -> ResumeCardView:
        """The card."""
        last, resume = self.seen.last_sale, self.seen.resume
        words, formats = self.words, self.formats
        has_sale = last.sale is not None
        state, icon, colour = "none", "receipt-text-outline", "muted"
        if resume.receipt_unknown:
            state, icon, colour = "unknown", "alert-outline", "amber_ink"
        elif _was_printed(last):
            state, icon, colour = "printed", "check-circle", "brand_ink"
        receipt_text = words(f"resume.receipt_{state}")
        if resume.earlier:
            icon, colour = "alert-outline", "amber_ink"
            numbers = ", ".join(str(one.number) for one in resume.earlier)
            earlier = words.count("resume.earlier", len(resume.earlier), numbers)
            receipt_text = f"{receipt_text}\n{earlier}"
        print_it = "resume.copy" if _was_printed(last) else "resume.print"
        facts = words(
            "resume.facts",
            time=formats.clock(last.at_ms),
            change=formats.money(last.change_minor),
        )
        return ResumeCardView(
            title=words("resume.title"),
            has_sale=has_sale,
            sale_label=words("resume.sale", number=last.number) if has_sale else "",
            sale_total=formats.money(last.total_minor) if has_sale else "",
            sale_facts=facts if has_sale else words("resume.no_sale"),
            receipt_text=receipt_text if has_sale else "",
            receipt_icon=icon,
            receipt_colour=colour,
            has_lines=resume.ticket_lines > 0,
            lines_text=words.count("resume.lines", resume.ticket_lines),
            reprint=words("resume.print_all" if resume.earlier else print_it),
            can_reprint=has_sale,
            fine=words("resume.fine"),
        )


def _was_printed(last: LastSaleView) -> bool:
    return last.receipt is ReceiptState.PRINTED or last.copies > 0
