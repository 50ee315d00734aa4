"""A register of `test_shop.py` in a process of its own: all that a shop runs but the window, and a quick cashier.

The cashier sells what is weighed, at 10.00 a kilogram, so that a sale's serial number is its weight in grams. A sale
that the screen shows as paid is written down, with a flush to the disk, before the next one begins: that list is what
the judge holds everybody to.
"""

import ctypes
import logging
import os
import queue
import random
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TypeVar

from appliance import station
from appliance.bench import Bench
from appliance.config import ScreenConfig, load
from appliance.messages import (
    AbandonTicket,
    CloseFirstStart,
    CloseServer,
    Command,
    DoneView,
    FirstStartView,
    KeyQuantity,
    NoticeLevel,
    NoticeView,
    OpenServer,
    Scan,
    ServerView,
    SessionView,
    SignIn,
    Snapshot,
    StartingView,
    StatusView,
    TenderCash,
    TicketView,
)
from appliance.mirror import https_link, thread

TOKEN: Final = "2000000000039"
"""What is sold by weight, so that each sale has a number of its own."""
NAME: Final = "Token"
COFFEE: Final = "4006381333931"
MANAGER: Final = SignIn(employee="2", pin="2222")
PATIENCE_S: Final = 5.0
BEAT_S: Final = 0.2
NEW_NETWORK: Final = 0x40000000
"""`CLONE_NEWNET` of Linux's sched.h: Python 3.11 has no setns."""

_Topic = TypeVar("_Topic", bound=Snapshot)
log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Order:
    """What a register shall do in this life.

    Files beside `config` of the same name: `.done` is the list of sales, `.defects` of defects, `.problem` says why it
    could not start, `.wary` is there while an open ticket may have been paid in another history, `.log` is its log.
    `first` is the first serial number, `sales` how many to sell at most, `pace_s` the longest pause after each.
    `network` is the file of its network namespace, `pairing` a pairing code to scan.
    """

    config: Path
    first: int
    sales: int
    pace_s: float = 0.0
    network: str = ""
    pairing: str = ""


def live(order: Order) -> None:
    """One life. Blocks until the cashier goes, or somebody kills it."""
    descriptor = os.open(order.config.with_suffix(".log"), os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    os.dup2(descriptor, 1)
    os.dup2(descriptor, 2)
    if order.network:
        with open(order.network) as namespace:  # noqa: PTH123
            if ctypes.CDLL(None, use_errno=True).setns(namespace.fileno(), NEW_NETWORK):
                raise OSError(ctypes.get_errno(), "setns")
    logging.basicConfig(
        level=logging.INFO,
        format="%(asctime)s %(levelname)s %(threadName)s %(name)s: %(message)s",
        force=True,
    )
    # A shop may wait for a minute; here the next trouble comes before.
    thread.LONGEST_WAIT_S = 1.0  # type: ignore[misc]
    https_link.READ_S = 4.0  # type: ignore[misc]
    station.run_register(load(order.config), Cashier(order), order.config)


class Cashier:
    """Looks at snapshots and gives commands, as a screen would."""

    def __init__(self, order: Order) -> None:
        """Nothing is seen yet."""
        self._order = order
        self._chance = random.Random(order.first)
        self._seen: queue.Queue[Snapshot] = queue.Queue()
        self._newest: dict[type[Snapshot], Snapshot] = {}
        self._serial = 0
        self._paid: str | None = None
        self._refused = 0

    def __call__(
        self,
        send: Callable[[Command], bool],
        attach: station.Attach,
        *,
        beat: Callable[[], None],
        screen: ScreenConfig,  # noqa: ARG002
        bench: Bench | None,  # noqa: ARG002
    ) -> None:
        """A `station.Screen`."""
        self._send, self._beat = send, beat
        attach(self._seen.put)
        while not self._see(StartingView, lambda shown: shown.done):
            starting = self._newest.get(StartingView)
            if isinstance(starting, StartingView) and starting.problem:
                self._note(".problem", starting.problem)
                return
        if self._order.pairing:
            self._pair()
        for serial in range(self._order.first, self._order.first + self._order.sales):
            while not self._is_signed_in():
                self._send(MANAGER)
                self._see(SessionView, lambda shown: shown.employee is not None)
            self._leave_the_first_start()
            self._clear()
            self._sell(serial)
            time.sleep(self._chance.uniform(0, self._order.pace_s))
        while True:
            self._look(BEAT_S)

    # ------------------------------------------------------------------ one thing after another

    def _pair(self) -> None:
        while not self._see(ServerView, lambda shown: bool(shown.shop)):
            if self._is_anybody_known() and not self._is_signed_in():
                self._send(MANAGER)
                self._see(SessionView, lambda shown: shown.employee is not None)
            self._send(OpenServer())
            self._send(Scan(self._order.pairing))
        self._send(CloseServer())

    def _leave_the_first_start(self) -> None:
        """A register that was empty asks how it is to be set up, until somebody leaves that for later."""
        shown = self._newest.get(FirstStartView)
        if isinstance(shown, FirstStartView) and shown.open:
            self._send(CloseFirstStart())
            self._see(FirstStartView, lambda now: not now.open)

    def _clear(self) -> None:
        """What an earlier life left on the ticket is paid or given up, by chance."""
        wary = self._order.config.with_suffix(".wary")
        while (ticket := self._ticket()) is not None:
            if wary.exists() or not ticket.lines or self._chance.random() < 0.5:
                self._send(AbandonTicket())
            else:
                self._send(TenderCash(ticket.total_minor + 1000))
            self._see(TicketView, lambda shown: not shown.lines)
        wary.unlink(missing_ok=True)

    def _sell(self, serial: int) -> None:
        if self._chance.random() < 0.3:
            self._send(Scan(COFFEE))
        self._send(KeyQuantity(serial))
        self._send(Scan(TOKEN))
        if not self._see(
            TicketView, lambda shown: any(line.qty_milli == serial for line in shown.lines)
        ):
            return
        ticket = self._ticket()
        assert ticket is not None
        self._send(TenderCash(ticket.total_minor + self._chance.choice([0, 500])))
        self._see(DoneView, lambda shown: shown.sale is not None and self._serial == 0)

    # ------------------------------------------------------------------ what the screen shows

    def _see(self, topic: type[_Topic], wanted: Callable[[_Topic], bool]) -> bool:
        """Whether the newest snapshot of a topic is as wanted, within a while and before something is refused."""
        until, refused = time.monotonic() + PATIENCE_S, self._refused
        while True:
            newest = self._newest.get(topic)
            if isinstance(newest, topic) and wanted(newest):
                return True
            if time.monotonic() > until or self._refused != refused:
                return False
            self._look(BEAT_S)

    def _look(self, timeout_s: float) -> None:
        self._beat()
        try:
            shown = self._seen.get(timeout=timeout_s)
        except queue.Empty:
            return
        self._newest[type(shown)] = shown
        self._notice(shown)

    def _notice(self, shown: Snapshot) -> None:
        match shown:
            case TicketView():
                for line in shown.lines:
                    if line.name == NAME:
                        self._serial = line.qty_milli
            case DoneView(sale=str()) if shown.sale != self._paid:
                self._paid = shown.sale
                if self._serial:
                    self._note(".done", f"{self._serial} {shown.sale} {shown.total_minor}")
                self._serial = 0
            case NoticeView(level=NoticeLevel.DEFECT):
                self._note(".defects", shown.code)
                self._refused += 1
            case NoticeView(level=NoticeLevel.REFUSED):
                self._refused += 1
            case StatusView():
                log.info("mirror %s %s", shown.mirror, shown.mirror_code)
            case StartingView() if shown.problem:
                self._refused += 1

    def _ticket(self) -> TicketView | None:
        ticket = self._newest.get(TicketView)
        return ticket if isinstance(ticket, TicketView) and ticket.id is not None else None

    def _is_signed_in(self) -> bool:
        session = self._newest.get(SessionView)
        return isinstance(session, SessionView) and session.employee is not None

    def _is_anybody_known(self) -> bool:
        session = self._newest.get(SessionView)
        return isinstance(session, SessionView) and bool(session.people)

    def _note(self, kind: str, text: str) -> None:
        with self._order.config.with_suffix(kind).open("a") as file:
            file.write(f"{text}\n")
            file.flush()
            os.fsync(file.fileno())
