"""The register's side of the mirror: what comes from the LAN server is taken in here, and pairing is asked for here.

The network is the mirror's thread's (`appliance.mirror.thread`); this part has none. It takes in the entries that the
thread puts into the queue, has shown what they changed, and remembers how the mirror is. An open ticket stays as it is:
its lines have the prices at which they were rung up. Whoever was let go elsewhere is signed out.
"""

import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final, NamedTuple, NoReturn

import msgspec

from appliance import __version__, views
from appliance.journal.device_kinds import BadgeGiven, BadgeTaken
from appliance.journal.entry import Entry
from appliance.journal.kinds import (
    BarcodeSet,
    CategoryAdded,
    CategoryChanged,
    EmployeeAdded,
    EmployeeChanged,
    ProductChanged,
    ProductsAdded,
    SalePaid,
    ShopChanged,
    StockMoved,
    TaxClassDefined,
)
from appliance.journal.mirror_kinds import RegisterRevoked
from appliance.journal.pairing_wire import NotAPairingCode, is_pairing_code
from appliance.journal.trust_kinds import OriginKnown
from appliance.messages import (
    AnyJob,
    Applicant,
    CloseServer,
    EntriesCame,
    EntriesTaken,
    Fields,
    FindServers,
    ForgetServer,
    FoundServerView,
    HistoriesPart,
    LookForServers,
    MirrorChanged,
    NoticeLevel,
    OpenServer,
    PairByCode,
    PairingStepped,
    PairNow,
    Scan,
    ServerForgotten,
    ServerPaired,
    ServersFound,
    ServerView,
    ShipEntries,
    UnpairNow,
)
from appliance.problems import Refusal
from appliance.services import origins, people, pepper, shop
from appliance.services.people import Pins
from appliance.store import anew
from appliance.till import Handlers, MirrorFacts, Till
from appliance.words import Words

BEHIND_TICKS: Final = 5
"""Entries that are not on the server after so many seconds are worth a word."""

SHOWN_EVERY_S: Final = 0.5
"""While thousands of entries come in, the page is drawn no more often than this."""

_PEOPLE: Final = (views.session_view, views.badges_view)
_TILES: Final = (views.catalogue_view, views.search_view)
_CHANGES: Final[dict[str, tuple[views.View, ...]]] = {
    ShopChanged.kind: views.ALL,
    TaxClassDefined.kind: views.ALL,
    EmployeeAdded.kind: _PEOPLE,
    EmployeeChanged.kind: _PEOPLE,
    BadgeGiven.kind: _PEOPLE,
    BadgeTaken.kind: _PEOPLE,
    CategoryAdded.kind: _TILES,
    CategoryChanged.kind: _TILES,
    ProductsAdded.kind: _TILES,
    ProductChanged.kind: _TILES,
    BarcodeSet.kind: _TILES,
    StockMoved.kind: _TILES,
    SalePaid.kind: _TILES,
}
"""What other devices' entries change of what is shown here. All else is looked up anew when it is looked at."""


class ScanPairingCodeThere(Refusal):
    """A pairing code was scanned, and the sheet where that means something is not open."""

    code = "scan_pairing_code_there"


class AlreadyPaired(Refusal):
    """A server is paired: it must be forgotten before another one is."""

    code = "already_paired"


class MirrorBusy(Refusal):
    """The mirror has too much to do, or there is none: try again."""

    code = "mirror_busy"


@dataclass(slots=True)
class _Sheet:
    """What the sheet of the server shows. Lost with the power."""

    open: bool = False
    step: str = ""
    searching: bool = False
    found: tuple[FoundServerView, ...] = ()
    problem: str = ""
    problem_fields: Fields = ()


class Says(NamedTuple):
    """The notice bar: something for a while, something until a person has read it, and nothing."""

    notice: Callable[[NoticeLevel, str, Fields], None]
    must_read: Callable[[str, Fields], None]
    clear: Callable[[], None]


class Mirroring:
    """The mirror, as the register knows it. Each method does one command or event."""

    def __init__(
        self,
        till: Till,
        keeper: Pins,
        run: Callable[[AnyJob], bool],
        says: Says,
        now_ms: Callable[[], int],
    ) -> None:
        """Nothing is paired, as far as is known. `run` takes jobs of the mirror and never blocks."""
        self._till: Final = till
        self._keeper: Final = keeper
        self._run: Final = run
        self._notice: Final = says.notice
        self._must_read: Final = says.must_read
        self._clear: Final = says.clear
        self._now_ms: Final = now_ms
        self._sheet = _Sheet()
        self._paired: ServerPaired | None = None
        self._progress = (0, 0)
        self._shipped_seq = 0
        self._seqs: deque[int] = deque(maxlen=BEHIND_TICKS + 1)
        self._stale: set[views.View] = set()
        self._shown_at = 0.0

    @property
    def handlers(self) -> Handlers:
        """What each message does, but for entries that came."""
        return {
            OpenServer: self.open,
            CloseServer: self.close,
            FindServers: self.find,
            PairByCode: self.pair_by_code,
            ForgetServer: self.forget,
            MirrorChanged: self.changed,
            ServerPaired: self.paired,
            ServerForgotten: self.forgotten,
            HistoriesPart: self.part,
            PairingStepped: self.stepped,
            ServersFound: self.found,
        }

    def around_scan(self, sell: Callable[[Scan], object]) -> Callable[[Scan], None]:
        """What a scan does: while the sheet is open it is a pairing code or nothing, and else never one."""

        def scan(event: Scan) -> None:
            text = _without_aim(event.text)
            if self._sheet.open and self._paired is None:
                self._pair_by_scan(text)
            elif is_pairing_code(text):
                raise ScanPairingCodeThere
            else:
                sell(event)

        return scan

    # ------------------------------------------------------------------ what came

    def came(self, event: EntriesCame) -> tuple[views.View, ...]:
        """Take entries in, and tell the mirror what became of it. Answers which snapshots may be others now."""
        began_ns = time.monotonic_ns()
        entries = [Entry._make(one) for one in event.entries]
        try:
            self._till.desk.book.receive(entries)
        except Refusal as no:
            self._run(EntriesTaken(event.number, 0, no.code, tuple(no.fields.items())))
            return ()
        except BaseException:
            self._run(EntriesTaken(event.number, 0, "defect"))
            raise
        came = {entry.kind for entry in entries}
        for kind in came & _CHANGES.keys():
            self._stale.update(_CHANGES[kind])
        if came & {ShopChanged.kind, TaxClassDefined.kind}:
            self._till.facts = shop.read(self._till.desk.db)
            self._till.words = Words(self._till.facts.language)
        stale = self.stale()
        took_us = (time.monotonic_ns() - began_ns) // 1000
        self._run(EntriesTaken(event.number, took_us))
        return stale

    def stale(self) -> tuple[views.View, ...]:
        """The snapshots that entries from elsewhere may have changed since they were shown, not too often."""
        if not self._stale or time.monotonic() - self._shown_at < SHOWN_EVERY_S:
            return ()
        self._shown_at = time.monotonic()
        stale = tuple(view for view in views.ALL if view in self._stale)
        self._stale.clear()
        return stale

    def after_commit(self) -> None:
        """Something may have been recorded here: the mirror ships it."""
        seq = self._own_seq()
        if self._paired is not None and seq != self._shipped_seq:
            self._shipped_seq = seq
            self._run(ShipEntries())

    def tick(self) -> None:
        """Once a second: whether what was recorded some seconds ago is on the server by now."""
        mirror = self._till.mirror
        self._seqs.append(self._own_seq())
        has_waited = len(self._seqs) > BEHIND_TICKS and self._seqs[0] > mirror.acked
        state = mirror.state
        if state in {"connected", "behind"}:
            state = "behind" if has_waited else "connected"
        behind = 0 if state in {"off", "connected"} else max(0, self._seqs[-1] - mirror.acked)
        self._till.mirror = replace(
            mirror,
            state=state,
            behind=behind,
            since_ms=mirror.since_ms if state == mirror.state else self._now_ms(),
        )

    # ------------------------------------------------------------------ how the mirror is

    def changed(self, event: MirrorChanged) -> None:
        """The mirror is otherwise than before."""
        before = self._till.mirror
        state = event.state
        if state == "connected" and before.state == "behind" and event.acked < self._own_seq():
            state = "behind"
        self._progress = (event.pulled, event.total)
        is_news = (state, event.code) != (before.state, before.code)
        self._till.mirror = MirrorFacts(
            state=state,
            acked=event.acked,
            since_ms=self._now_ms() if state != before.state else before.since_ms,
            code=event.code,
            fields=event.fields,
            behind=0 if state == "connected" else max(0, self._own_seq() - event.acked),
        )
        if is_news and state == "trouble":
            self._notice(NoticeLevel.WARN, event.code, event.fields)

    def part(self, event: HistoriesPart) -> None:
        """Two histories of one origin are known: that is put right at the next start, before anybody sells."""
        db = self._till.desk.db
        with db.transaction():
            anew.request_apart(db, event.origin, event.seq)

    def paired(self, event: ServerPaired) -> None:
        """A server is paired: it is one of the shop's devices, and its keys for PINs are ours too."""
        is_new = self._sheet.step != ""
        self._paired = event
        self._sheet.step, self._sheet.problem = "", ""
        desk = self._till.desk
        self._keeper.ring.follow(pepper.from_hex(event.peppers))
        if event.server not in origins.known(desk.db):
            actor = "" if self._till.employee is None else self._till.employee.id
            word = OriginKnown(device=event.server, place="web", name=event.shop)
            desk.book.record(actor, word)
        if self._till.mirror.state == "off":
            self._till.mirror = MirrorFacts(state="alone", since_ms=self._now_ms())
        if is_new:
            self._notice(NoticeLevel.DONE, "server_paired", (("shop", event.shop),))

    def forgotten(self, event: ServerForgotten) -> None:
        """Nothing is paired any more; that the certificate is gone, the shop hears when it is paired anew."""
        desk = self._till.desk
        actor = "" if self._till.employee is None else self._till.employee.id
        if event.fingerprint:
            gone = RegisterRevoked(desk.origin, event.fingerprint, "forgotten at the register")
            desk.book.record(actor, gone)
        self._paired, self._progress = None, (0, 0)
        self._till.mirror = MirrorFacts()
        self._notice(NoticeLevel.DONE, "server_forgotten", ())

    # ------------------------------------------------------------------ the sheet

    def open(self, _command: OpenServer) -> None:
        """Show the sheet and look which servers there are. Raises `ManagersOnly`."""
        self._refuse_but_managers()
        self._sheet = _Sheet(open=True, step=self._sheet.step)
        # Perhaps it says where the code that was scanned belongs: here.
        self._clear()
        self._look()

    def close(self, _command: CloseServer | None = None) -> None:
        """Leave the sheet. A pairing that is under way goes on."""
        self._sheet = _Sheet(step=self._sheet.step)

    def find(self, _command: FindServers) -> None:
        """Look again, and try a server that is away at once."""
        self._refuse_but_managers()
        self._look()

    def found(self, event: ServersFound) -> None:
        """Which servers there are."""
        self._sheet.searching, self._sheet.found = False, event.found

    def _look(self) -> None:
        self._sheet.searching = self._run(LookForServers())

    def pair_by_text(self, text: str) -> None:
        """Pair by what stands in a square code. Raises as a scan of it does."""
        self._pair_by_scan(text)

    def _pair_by_scan(self, text: str) -> None:
        self._refuse_but_managers()
        if not is_pairing_code(text):
            self._refuse(NotAPairingCode())
        self._pair(PairNow(self._applicant(), text=text))

    def pair_by_code(self, command: PairByCode) -> None:
        """Pair by the digits that the server shows."""
        self._refuse_but_managers()
        self._pair(
            PairNow(
                self._applicant(), host=command.host.strip(), port=command.port, code=command.code
            )
        )

    def _pair(self, job: PairNow) -> None:
        if self._paired is not None:
            self._refuse(AlreadyPaired())
        if self._sheet.step or not self._run(job):
            self._refuse(MirrorBusy())
        self._sheet.step, self._sheet.problem = "asking", ""

    def stepped(self, event: PairingStepped) -> None:
        """The pairing goes on, or failed."""
        self._sheet.step = event.step
        self._sheet.problem, self._sheet.problem_fields = event.code, event.fields
        if event.code and (self._sheet.open or self._till.setting_up):
            self._notice(NoticeLevel.REFUSED, event.code, event.fields)
        elif event.code:
            # By the file on the card: whoever wrote it may be far away.
            self._must_read(event.code, event.fields)

    def forget(self, _command: ForgetServer) -> None:
        """Work alone from now on."""
        self._refuse_but_managers()
        if not self._run(UnpairNow()):
            self._refuse(MirrorBusy())

    @property
    def is_paired(self) -> bool:
        """Whether this register has a server."""
        return self._paired is not None

    def view(self) -> ServerView:
        """The sheet, and what is paired."""
        sheet, paired = self._sheet, self._paired
        pulled, total = self._progress
        shown = ServerView(
            open=sheet.open,
            step=sheet.step,
            searching=sheet.searching,
            found=sheet.found if sheet.open else (),
            problem=sheet.problem,
            problem_fields=sheet.problem_fields,
            pulled=pulled,
            total=total,
        )
        if paired is None:
            return shown
        return msgspec.structs.replace(
            shown,
            shop=paired.shop,
            address=paired.address,
            name=paired.name,
            server=paired.server,
            since_ms=paired.since_ms,
            replaces=paired.replaces,
        )

    # ------------------------------------------------------------------ the rest

    def _refuse_but_managers(self) -> None:
        """Whoever sets up a register at which nobody works yet cannot sign in, and may pair it."""
        if people.active(self._till.desk.db) and not self._till.setting_up:
            people.refuse_but_managers(self._till.employee)

    def _refuse(self, no: Refusal) -> NoReturn:
        self._sheet.problem, self._sheet.problem_fields = no.code, tuple(no.fields.items())
        raise no

    def _applicant(self) -> Applicant:
        desk = self._till.desk
        seq, head = desk.book.head(desk.origin)
        return Applicant(
            origin=desk.origin,
            program=__version__,
            seq=seq,
            head=head.hex() if seq else "",
            peppers=pepper.to_hex(self._keeper.ring.keys),
        )

    def _own_seq(self) -> int:
        desk = self._till.desk
        return desk.book.head(desk.origin)[0]


def _without_aim(text: str) -> str:
    """What was scanned, without the AIM identifier before it, such as `]Q1`."""
    return text[3:] if text.startswith("]") else text
