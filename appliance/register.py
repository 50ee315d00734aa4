"""The register: the one that owns the ticket and writes the store.

`Register` takes commands and events one at a time, lets services turn them into entries, publishes what changed as
snapshots and hands out jobs to devices, in this order: commit, show, do. It has no thread of its own, so a script can
drive it (`open-pos play`); `appliance.owner` runs it behind a bounded queue.
"""

import functools
import logging
from collections.abc import Callable
from typing import Any, Final

from appliance import __version__, customer, views
from appliance.clock import Clock, ScriptedClock
from appliance.domain import calendar
from appliance.journal.kinds import ClockFixed, RegisterStarted, ShopChanged
from appliance.messages import (
    AbandonTicket,
    AddEmployee,
    AddOwner,
    AddProduct,
    AnyJob,
    BadgeRead,
    BadgeVoided,
    Beep,
    ChangeEmployee,
    ChangeQuantity,
    ChooseFirstLanguage,
    CloseDay,
    CloseWorkshop,
    Command,
    CountStock,
    DeviceChanged,
    DeviceState,
    DeviceView,
    DismissNotice,
    DismissResume,
    DoneView,
    DrawerFailed,
    DrawerMoved,
    EndEmployment,
    EntriesCame,
    Event,
    Fields,
    GiveBadge,
    HealthChecked,
    KeyQuantity,
    ListenForPairing,
    LookForDevices,
    MachineSeen,
    MirrorChanged,
    NoticeLevel,
    NoticeView,
    OpenDay,
    OpenWorkshop,
    PrintFailed,
    PrintFinished,
    PrintSlip,
    Reconfigure,
    RemoveDevice,
    RemoveLine,
    ResumeEmployment,
    ResumeView,
    RunChecks,
    Scan,
    ScanVoided,
    Search,
    SelectLine,
    ServerForgotten,
    ServerPaired,
    SetClock,
    SetDevice,
    SetLanguage,
    ShowCategory,
    ShowCustomer,
    SignIn,
    SignOut,
    Snapshot,
    StartingView,
    StartTender,
    TakeBadge,
    TakeCountry,
    TakeGoods,
    TakeOneBadge,
    TakeShop,
    TenderCash,
    TenderView,
    TicketView,
    UnconfirmedView,
    Weighed,
)
from appliance.parts import RegisterOptions, Shared, make_parts
from appliance.problems import Refusal
from appliance.services import days, pay_rules, people, receipts, shop, staff, stock, tickets
from appliance.services.desk import Desk
from appliance.slips import Devices, NoPrinter
from appliance.store.database import DiskFull
from appliance.store.shelf import Shelf
from appliance.till import Handlers, Till
from appliance.unread import Unread
from appliance.weighing import WEIGHING
from appliance.words import Words

log = logging.getLogger(__name__)

DISK_EVERY_TICKS: Final = 10
_COARSE: Final = 1 << 28


class FinishSaleFirst(Refusal):
    """The day cannot be closed while a ticket is open."""

    code = "finish_sale_first"


class NotSimulated(Refusal):
    """The clock can be set only where time is simulated."""

    code = "not_simulated"


class Register:
    """The till. Used by one thread; every method returns soon, but for the time of its commits."""

    def __init__(
        self,
        shelf: Shelf,
        clock: Clock,
        devices: Devices,
        publish: Callable[[Snapshot], None],
        options: RegisterOptions | None = None,
    ) -> None:
        """Take up the ticket where the store has it, and publish everything once."""
        self._shelf = shelf
        self._clock = clock
        self._devices = devices
        self._publish = publish
        options = options or RegisterOptions()
        facts = shop.read(shelf.db)
        self._keeper = people.pins(shelf.db.folder)
        self._shown: dict[type[Snapshot], Snapshot] = {}
        self._jobs: list[AnyJob] = []
        self.till: Final = Till(
            desk=Desk(shelf.db, shelf.book(clock)),
            facts=facts,
            words=Words(facts.language),
            tiles_at_once=options.tiles_at_once,
            columns=options.columns,
            demo=options.demo,
            waiting=devices.waiting,
            place=options.place,
        )
        self._parts: Final = make_parts(
            Shared(
                till=self.till,
                keeper=self._keeper,
                clock=clock,
                devices=devices,
                notice=self._notice,
                must_read=self._must_be_known,
                clear_notice=self._clear_notice,
                give=self._jobs.append,
                show=self._show,
                sign_out=lambda: self._sign_out(SignOut()),
                release_ballast=shelf.release_ballast,
            ),
            options,
        )
        self._handlers: Final[Handlers] = {
            **{kind: functools.partial(handle, self) for kind, handle in _OWN.items()},
            **self._parts.handlers,
        }
        self._all_change: Final = {*_OWN, *self._parts.selling.handlers}
        self._customer_sees: ShowCustomer | None = None
        self._notices = 0
        self._unread = Unread()
        self._ticks = 0
        self._begin()

    def _begin(self) -> None:
        """Note the start, say what was found, and show everything once."""
        moment = self._clock.now()
        self.till.clock_ok = moment.ok
        self._set_today(moment.at_ms)
        self._note_the_start()
        self.till.resume = self._what_was_found()
        self._look_at_disk()
        unapplied = len(self._shelf.unapplied())
        if unapplied:
            self._notice(NoticeLevel.WARN, "entries_unapplied", (("count", unapplied),))
        self._parts.takeover.look()
        self._parts.first_start.begin()
        self._show_all()

    # ------------------------------------------------------------------ in

    def handle(self, message: Command | Event) -> None:
        """Do what a message asks. A refusal becomes a notice; a defect is raised."""
        handler = self._handlers[type(message)]
        self.till.read_ns = 0
        try:
            if self.till.place == "door":
                self._parts.door.refuse(message)
            handler(message)
        except Refusal as no:
            self._refuse(no)
            if isinstance(message, (Scan, Weighed, BadgeRead)):
                self._jobs.append(Beep(good=False))
            if self._parts.workshop.is_open:
                self._parts.workshop.refused(no)
        else:
            if type(message) in _ENDS_WEIGHING:
                self._stop_weighing()
        self._show_changed(message)
        self._hand_out_jobs()
        self._parts.mirroring.after_commit()

    def tick(self) -> None:
        """Once a second: the disk, the clock's trust, waiting jobs."""
        self._ticks += 1
        moment = self._clock.now()
        if self._ticks % DISK_EVERY_TICKS == 0:
            self._look_at_disk()
            self._look_who_is_here(moment.at_ms)
            self._show_parts()
        self._parts.timekeeping.tick()
        self._parts.upkeep.tick()
        if self._parts.door.is_left_alone():
            self.handle(CloseWorkshop())
        if moment.ok and not self.till.clock_ok:
            self.till.desk.book.record(
                "", ClockFixed(boot=moment.boot, boot_ns=moment.boot_ns, at_ms=moment.at_ms)
            )
        self.till.clock_ok = moment.ok
        self._parts.mirroring.after_commit()
        self._parts.mirroring.tick()
        self._show_stale(self._parts.mirroring.stale())
        self._show(views.status_view(self.till))
        self._show_clock()

    def reload_after_defect(self, code: str) -> None:
        """Forget everything but the store, and say so."""
        self.till.forget_lines()
        self.till.done = None
        self.till.search = ""
        self._parts.weighing.forget()
        self._jobs.clear()
        self._parts.labelling.forget()
        self._notice(NoticeLevel.DEFECT, code, ())
        self._show_all()

    def show_refusal(self, no: Refusal) -> None:
        """Say why something that nobody asked for (a tick) could not be done."""
        self._refuse(no)

    def close(self) -> None:
        """Close the store."""
        self._shelf.close()

    @property
    def origin(self) -> str:
        """The origin of this register's entries."""
        return self.till.desk.origin

    # ------------------------------------------------------------------ signing in and out

    def _sign_in(self, command: SignIn) -> None:
        now_ms = self._clock.now().at_ms
        self._set_today(now_ms)
        try:
            staff.refuse_after_last_day(self.till.desk, command.employee, self.till.today)
            person = people.sign_in(
                self.till.desk, self._keeper, command.employee, command.pin, now_ms
            )
        except (people.WrongPin, people.WaitBeforePin, people.NoSuchEmployee) as no:
            until_ms = int(no.fields.get("until_ms", 0))
            self.till.sign_in_refused, self.till.sign_in_until_ms = no.code, until_ms
            raise
        self.till.sign_in_refused, self.till.sign_in_until_ms = "", 0
        self.till.sign_in_as = None
        self.till.employee = person
        if days.current(self.till.desk.db, self.till.desk.origin) is None:
            days.open_day(self.till.desk, person.id)
        self._clear_notice()
        self._parts.alarms.tell(person)

    def _sign_out(self, _command: SignOut) -> None:
        if self.till.employee is not None:
            people.sign_out(self.till.desk, self.till.employee.id)
        self._parts.workshop.close()
        self._parts.mirroring.close()
        self._parts.staffing.close()
        self._parts.labelling.close()
        self._parts.upkeep.close()
        self._parts.first_start.close()
        self.till.employee = None
        self.till.sign_in_refused, self.till.sign_in_until_ms = "", 0
        self.till.search = ""

    def _look_who_is_here(self, now_ms: int) -> None:
        """A day may have begun, and whoever is signed in may have been let go at another register."""
        self._set_today(now_ms)
        before = self.till.employee
        self._parts.people.sign_out_the_gone()
        if self.till.employee is not before:
            self._show_all()

    def _set_today(self, now_ms: int) -> None:
        zone = pay_rules.read(self.till.desk.db).zone
        self.till.today = calendar.day_of(now_ms, zone).isoformat()

    def _stop_weighing(self) -> None:
        """The ticket, the person or the page is another: a weight that comes now must land nowhere."""
        shown = self._shown.get(NoticeView)
        if (
            self._parts.weighing.forget()
            and isinstance(shown, NoticeView)
            and shown.code == WEIGHING
        ):
            self._clear_notice()

    def _voided(self, event: ScanVoided | BadgeVoided) -> None:
        code = "scan_again" if isinstance(event, ScanVoided) else "badge_again"
        self._notice(NoticeLevel.WARN, code, (("device", event.device),))
        self._jobs.append(Beep(good=False))

    # ------------------------------------------------------------------ the rest

    def _show_category(self, command: ShowCategory) -> None:
        self.till.category, self.till.page = command.category, max(0, command.page)

    def _look_up(self, command: Search) -> None:
        self.till.search = command.text.strip()

    def _count_stock(self, command: CountStock) -> None:
        stock.count(self.till.desk, command.product, command.qty_milli, self.till.signed_in())

    def _open_day(self, _command: OpenDay) -> None:
        days.open_day(self.till.desk, self.till.signed_in())

    def _close_day(self, _command: CloseDay) -> None:
        actor = self.till.signed_in()
        if tickets.unpaid(self.till.desk) is not None:
            raise FinishSaleFirst
        try:
            days.close_day(self.till.desk, actor)
        except DiskFull:
            self._shelf.release_ballast()
            days.close_day(self.till.desk, actor)
        self.till.done = None
        self._parts.workshop.close()
        self._parts.mirroring.close()
        self._parts.staffing.close()
        self._parts.labelling.close()
        self._parts.upkeep.day_closed()
        self._parts.upkeep.close()
        self._parts.first_start.close()
        people.sign_out(self.till.desk, actor)
        self.till.employee = None
        self._notice(NoticeLevel.DONE, "day_closed", ())

    def _set_language(self, command: SetLanguage) -> None:
        shop.change(self.till.desk, ShopChanged(language=command.language), self.till.signed_in())
        self.till.facts = shop.read(self.till.desk.db)
        self.till.words = Words(command.language)

    def _set_clock(self, command: SetClock) -> None:
        if not isinstance(self._clock, ScriptedClock):
            raise NotSimulated
        self._clock.set(command.at_ms)

    def _dismiss_notice(self, command: DismissNotice) -> None:
        shown = self._shown.get(NoticeView)
        if isinstance(shown, NoticeView) and shown.id == command.notice:
            self._unread.dismissed(shown)
            self._clear_notice()

    def _dismiss_resume(self, _command: DismissResume) -> None:
        self.till.resume = ResumeView(show=False)

    # ------------------------------------------------------------------ events

    def _device_changed(self, event: DeviceChanged) -> None:
        before = self.till.devices.get(event.device)
        self.till.devices[event.device] = DeviceView(
            id=event.device,
            kind=event.kind,
            state=event.state,
            code=event.code,
            fields=event.fields,
            waiting=self._devices.waiting(event.device),
        )
        if event.state is DeviceState.OK and not event.code:
            if event.kind == "drawer":
                # Its host says so only when it came open.
                self._unread.mended(event.device)
            self._clear_notice_of(event.device)
        if event.state is DeviceState.ABSENT:
            self._parts.weighing.lost(event.device)
        if (
            event.state in {DeviceState.TROUBLE, DeviceState.ABSENT}
            and (before is None or before.code != event.code)
            and not self._says_why(event.device)
        ):
            self._notice(NoticeLevel.WARN, event.code, (*event.fields, ("device", event.device)))

    def _print_finished(self, event: PrintFinished) -> None:
        self._parts.slips.finished(event)
        if event.sale:
            self._unread.printed(event.sale)
            self._clear_notice_of(event.device)

    def _print_failed(self, event: PrintFailed) -> None:
        self._parts.slips.failed(event)
        if event.maybe_on_paper:
            self._must_be_read(event)
        else:
            self._notice(NoticeLevel.WARN, event.code, (*event.fields, ("device", event.device)))

    def _drawer_moved(self, event: DrawerMoved) -> None:
        self._parts.attached.drawer_moved(event)
        if event.what == "closed":
            self._clear_notice_of(event.device)

    def _health_checked(self, event: HealthChecked) -> None:
        for finding in self._parts.workshop.health(event):
            self._notice(NoticeLevel.WARN, finding.code, finding.fields)
        self.till.health = tuple(one for one in event.findings if one.level in {"warn", "bad"})

    def _entries_came(self, event: EntriesCame) -> None:
        """Entries of other devices; what they changed is shown, and whoever was let go elsewhere is signed out."""
        self._show_stale(self._parts.mirroring.came(event))
        self._parts.takeover.look()

    def _show_stale(self, stale: tuple[views.View, ...]) -> None:
        if views.session_view in stale:
            self._look_who_is_here(self._clock.now().at_ms)
        for view in stale:
            self._show(view(self.till))

    def _drawer_failed(self, event: DrawerFailed) -> None:
        self._must_be_read(event)

    # ------------------------------------------------------------------ out

    def _refuse(self, no: Refusal) -> None:
        log.info("refused: %s", no)
        self._notice(NoticeLevel.REFUSED, no.code, tuple(no.fields.items()))

    def _notice(self, level: NoticeLevel, code: str, fields: Fields) -> None:
        shown = self._shown.get(NoticeView)
        # A device's trouble comes twice: how the device is, and what became of its job.
        if (
            level is NoticeLevel.WARN
            and isinstance(shown, NoticeView)
            and (shown.level, shown.code, shown.fields) == (level, code, fields)
        ):
            return
        self._notices += 1
        self._show(NoticeView(id=self._notices, level=level, code=code, fields=fields))

    def _must_be_read(self, event: PrintFailed | DrawerFailed) -> None:
        self._notices += 1
        notice = NoticeView(
            id=self._notices,
            level=NoticeLevel.WARN,
            code=event.code,
            fields=(*event.fields, ("device", event.device)),
            stays=True,
        )
        self._unread.keep(event.device, event.sale, notice)
        self._show(notice)

    def _must_be_known(self, code: str, fields: Fields) -> None:
        """What happened to the machine while nobody looked: it stays until somebody has read it."""
        self._notices += 1
        notice = NoticeView(
            id=self._notices, level=NoticeLevel.WARN, code=code, fields=fields, stays=True
        )
        self._unread.keep(code, "", notice)
        self._show(notice)

    def _clear_notice(self) -> None:
        self._show(self._unread.newest())

    def _clear_notice_of(self, device: str) -> None:
        """A device works again: what the bar says of it is no longer true."""
        notice = self._shown.get(NoticeView)
        if (
            isinstance(notice, NoticeView)
            and ("device", device) in notice.fields
            and not self._unread.has(notice)
        ):
            self._clear_notice()

    def _says_why(self, device: str) -> bool:
        """Whether the bar says what came of a job of the device, and why: how the device is, the strip says."""
        notice = self._shown.get(NoticeView)
        named = dict(notice.fields) if isinstance(notice, NoticeView) else {}
        return "why_code" in named and named.get("device") == device

    def _hand_out_jobs(self) -> None:
        jobs = tuple(self._jobs)
        self._jobs.clear()
        for job in jobs:
            if not self._devices.run(job) and _MISSED.get(type(job)):
                self._notice(NoticeLevel.REFUSED, _MISSED[type(job)], ())

    def _show(self, snapshot: Snapshot) -> None:
        if self._shown.get(type(snapshot)) != snapshot:
            self._shown[type(snapshot)] = snapshot
            self._publish(snapshot)

    def _show_all(self) -> None:
        for view in views.ALL:
            self._show(view(self.till))
        self._show_parts()
        self._show(StartingView(done=True))

    def _show_parts(self) -> None:
        self._show(self._parts.workshop.view())
        self._show(self._parts.mirroring.view())
        self._show(self._parts.upkeep.view())
        self._show(self._parts.weighing.view())
        self._show(self._parts.labelling.view)
        self._show(self._parts.first_start.view())
        for view in self._parts.staffing.views():
            self._show(view)
        self._show_clock()

    def _show_clock(self) -> None:
        self._show(self._parts.timekeeping.view())
        self._show(self._parts.timekeeping.hours())

    def _show_changed(self, message: Command | Event) -> None:
        for view in _VIEWS_AFTER.get(
            type(message), views.ALL if type(message) in self._all_change else ()
        ):
            self._show(view(self.till))
        self._show_parts()
        if self._devices.has("display"):
            self._show_customer()

    def _show_customer(self) -> None:
        ticket, tender, done = (self._shown[topic] for topic in (TicketView, TenderView, DoneView))
        assert isinstance(ticket, TicketView)
        assert isinstance(tender, TenderView)
        assert isinstance(done, DoneView)
        facts = self.till.facts
        picture = customer.shown(ticket, tender, done, facts.name, facts.currency, self.till.words)
        if picture != self._customer_sees:
            self._customer_sees = picture
            self._jobs.append(picture)

    def _note_the_start(self) -> None:
        """On a full disk the register starts without the note: the day must still be closed."""
        started = RegisterStarted(program=__version__, sqlite=self._shelf.db.sqlite_version)
        try:
            self.till.desk.book.record("", started)
            self._parts.workshop.note()
        except DiskFull:
            log.warning("the disk is full: the ballast goes, so that the day can be closed")
            self._shelf.release_ballast()

    def _look_at_disk(self) -> None:
        before, self.till.disk = self.till.disk, self._shelf.disk_state()
        free = self._shelf.free_bytes()
        # In coarse steps while there is room, so that the strip does not change with every sale.
        self.till.disk_free_bytes = free if self.till.disk != "ok" else free - free % _COARSE
        if self.till.disk not in {before, "ok"}:
            free_mb = self.till.disk_free_bytes // (1024 * 1024)
            self._notice(NoticeLevel.WARN, f"disk_is_{self.till.disk}", (("free_mb", free_mb),))
        if self.till.disk == "ok":
            self._shelf.lay_ballast()

    def _what_was_found(self) -> ResumeView:
        last = receipts.last(self.till.desk)
        ticket = tickets.at_hand(self.till.desk)
        day = days.current(self.till.desk.db, self.till.desk.origin)
        asked = () if day is None else receipts.unconfirmed(self.till.desk, day.id)
        return ResumeView(
            show=last is not None or ticket is not None,
            ticket_lines=0 if ticket is None else len(ticket.lines),
            receipt_unknown=last is not None and last.receipt != "none" and last.copies == 0,
            # Slips that wait for a printer are not kept over a restart.
            earlier=tuple(
                UnconfirmedView(sale=sale, number=number)
                for sale, number in asked
                if last is not None and sale != last.id
            ),
        )


_MISSED: Final[dict[type[AnyJob], str]] = {
    PrintSlip: NoPrinter.code,
    LookForDevices: "busy",
    ListenForPairing: "busy",
    Reconfigure: "busy",
    RunChecks: "busy",
}
"""What is said of a job that no device took; who asks for a receipt hears it from `Slips`."""

_ENDS_WEIGHING: Final = frozenset(
    {AbandonTicket, CloseDay, OpenWorkshop, SignIn, SignOut, StartTender, TenderCash}
)
"""After these a weight that was asked for before is nobody's."""

_VIEWS_AFTER: Final[dict[type[Command | Event], tuple[views.View, ...]]] = {
    Scan: views.AFTER_LINES,
    AddProduct: views.AFTER_LINES,
    Weighed: views.AFTER_LINES,
    ChangeQuantity: (views.ticket_view,),
    RemoveLine: (views.ticket_view,),
    SelectLine: (views.ticket_view,),
    KeyQuantity: (views.ticket_view,),
    Search: (views.search_view,),
    ShowCategory: (views.catalogue_view,),
    DismissNotice: (),
    DismissResume: (views.resume_view,),
    DeviceChanged: (views.status_view,),
    DrawerFailed: (),
    DrawerMoved: (),
    HealthChecked: (views.status_view,),
    EntriesCame: (),
    MachineSeen: (views.status_view,),
    MirrorChanged: (views.status_view,),
    ServerPaired: (views.status_view,),
    ServerForgotten: (views.status_view,),
    ScanVoided: (),
    BadgeVoided: (),
    BadgeRead: (views.session_view, views.badges_view),
    GiveBadge: (views.badges_view,),
    TakeBadge: (views.badges_view,),
    OpenWorkshop: (views.session_view, views.badges_view),
    CloseWorkshop: (views.session_view, views.badges_view),
    AddEmployee: (views.session_view,),
    ChangeEmployee: (views.session_view,),
    EndEmployment: views.ALL,
    ResumeEmployment: (views.session_view,),
    TakeOneBadge: (views.badges_view,),
    SetDevice: (views.status_view,),
    RemoveDevice: (views.status_view,),
    ChooseFirstLanguage: views.ALL,
    TakeCountry: views.ALL,
    TakeShop: views.ALL,
    AddOwner: (views.session_view, views.badges_view),
    TakeGoods: (views.catalogue_view, views.search_view),
}
"""Which of the shop's snapshots a message may change, where it is not all of them (the register's own and a sale's) or
none (other parts')."""

_OWN: Final[dict[type[Command | Event], Callable[[Register, Any], None]]] = {
    SignIn: Register._sign_in,
    SignOut: Register._sign_out,
    DismissResume: Register._dismiss_resume,
    ShowCategory: Register._show_category,
    Search: Register._look_up,
    CountStock: Register._count_stock,
    OpenDay: Register._open_day,
    CloseDay: Register._close_day,
    SetLanguage: Register._set_language,
    DismissNotice: Register._dismiss_notice,
    SetClock: Register._set_clock,
    DeviceChanged: Register._device_changed,
    PrintFinished: Register._print_finished,
    PrintFailed: Register._print_failed,
    DrawerFailed: Register._drawer_failed,
    DrawerMoved: Register._drawer_moved,
    HealthChecked: Register._health_checked,
    EntriesCame: Register._entries_came,
    ScanVoided: Register._voided,
    BadgeVoided: Register._voided,
}
"""What the register does itself; its parts name the rest (`handlers`)."""
