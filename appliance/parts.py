"""The parts of the register: each is made here, once, and handed what it needs of the others.

The register itself (`register.py`) only takes messages to them and shows what they have to show.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from pathlib import Path

from appliance.alarms import Alarms
from appliance.attached import Attached
from appliance.clock import Clock
from appliance.config import DeviceConfig
from appliance.device_file import DeviceFile
from appliance.door import Door
from appliance.first_start import FirstStart
from appliance.first_start_card import Around
from appliance.labelling import Labelling
from appliance.messages import AnyJob, CorrectPunch, Fields, NoticeLevel, Scan, Snapshot
from appliance.mirroring import Mirroring, Says
from appliance.paying import Paying
from appliance.selling import Selling
from appliance.services.first_start import Goods
from appliance.services.people import Pins
from appliance.slips import Devices, Slips
from appliance.staff.hours import HoursPart
from appliance.staff.pay import Pay
from appliance.staff.people import People
from appliance.staff.planning import Planning
from appliance.staff.rules import Rules
from appliance.staffing import Staffing
from appliance.takeover import Takeover
from appliance.till import Handlers, Till
from appliance.timekeeping import Timekeeping
from appliance.upkeep import Upkeep
from appliance.weighing import Weighing
from appliance.workshop import Workshop


@dataclass(frozen=True, slots=True)
class RegisterOptions:
    """What a register needs to know besides its store.

    `columns` is the width of the receipt paper; `file` the configuration file, in which the `configured` devices stand.
    `place` is `till`, or `door` where this is a time clock and sells nothing; `acts` says where each act of the time
    clock is possible, if not where it usually is. With `begins` a register at which nobody works yet begins with its
    first start; `goods` are products to try with, and `card` is the file on the card that says how it is set up.
    `restart` ends the process, to begin with another store.
    """

    tiles_at_once: int = 15
    columns: int = 42
    demo: bool = False
    file: Path | None = None
    configured: tuple[DeviceConfig, ...] = ()
    place: str = "till"
    acts: Mapping[str, Collection[str]] | None = None
    begins: bool = False
    goods: Goods | None = None
    card: Path | None = None
    restart: Callable[[], None] = lambda: None


@dataclass(frozen=True, slots=True, kw_only=True)
class Shared:
    """What the register lends its parts. `give` takes jobs for devices, handed out after the commit.

    `show` shows a snapshot at once, for what takes long.
    """

    till: Till
    keeper: Pins
    clock: Clock
    devices: Devices
    notice: Callable[[NoticeLevel, str, Fields], None]
    must_read: Callable[[str, Fields], None]
    clear_notice: Callable[[], None]
    give: Callable[[AnyJob], None]
    show: Callable[[Snapshot], None]
    sign_out: Callable[[], None]
    release_ballast: Callable[[], None]

    @property
    def says(self) -> Says:
        """The notice bar."""
        return Says(self.notice, self.must_read, self.clear_notice)

    def now_ms(self) -> int:
        """The time of day in UTC milliseconds."""
        return self.clock.now().at_ms


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """The parts that the register itself speaks to; `handlers` is what all of them do with each message."""

    slips: Slips
    timekeeping: Timekeeping
    alarms: Alarms
    attached: Attached
    weighing: Weighing
    labelling: Labelling
    workshop: Workshop
    people: People
    staffing: Staffing
    selling: Selling
    door: Door
    mirroring: Mirroring
    takeover: Takeover
    upkeep: Upkeep
    first_start: FirstStart
    handlers: Handlers


def make_parts(shared: Shared, options: RegisterOptions) -> Parts:
    """All of them. Nothing is open, and nothing is waited for."""
    till, keeper, devices, notice = shared.till, shared.keeper, shared.devices, shared.notice
    slips, weighing = Slips(till, devices), Weighing(devices.run, notice)
    timekeeping = Timekeeping(till, keeper, shared.now_ms, notice, shared.give, options.acts)
    alarms = Alarms(till, keeper, shared.clock.now, notice, timekeeping.place)
    attached = Attached(till, keeper, devices, notice, timekeeping.tapped, alarms)
    labelling = Labelling(till, devices, notice, shared.now_ms)
    file = DeviceFile(options.file, options.configured)
    workshop = Workshop(till, shared.give, file)
    takeover = Takeover(till, file, workshop.use, notice)
    upkeep = Upkeep(till, shared.clock, devices.run, notice, shared.must_read, options.file)
    people = People(till, keeper, shared.now_ms, notice, shared.sign_out)
    pay = Pay(till, shared.now_ms, notice, devices.run, timekeeping.place)
    staffing = _staffing(shared, timekeeping, people, pay)
    selling = Selling(
        till,
        slips,
        weighing,
        give=shared.give,
        clear=shared.clear_notice,
        has_scale=lambda: devices.has("scale"),
        is_closed=lambda: any(part.is_open for part in (workshop, staffing, upkeep, first_start)),
        release_ballast=shared.release_ballast,
    )
    mirroring = Mirroring(till, keeper, devices.run, shared.says, shared.now_ms)
    first_start = _first_start(shared, options, file, workshop, mirroring)
    door = _door(shared, timekeeping, workshop, attached, mirroring)
    paying = Paying(till, shared.now_ms, options.acts)
    handlers: Handlers = {
        **selling.handlers,
        Scan: mirroring.around_scan(selling.scan),
        **mirroring.handlers,
        **first_start.handlers,
        **attached.handlers,
        **labelling.handlers,
        **weighing.handlers,
        **staffing.answering({**timekeeping.handlers, **paying.handlers}),
        **staffing.handlers,
        **pay.heard,
        **upkeep.handlers,
        **(door.around(workshop.handlers) if till.place == "door" else workshop.handlers),
    }
    return Parts(
        slips=slips,
        timekeeping=timekeeping,
        alarms=alarms,
        attached=attached,
        weighing=weighing,
        labelling=labelling,
        workshop=workshop,
        people=people,
        staffing=staffing,
        selling=selling,
        door=door,
        mirroring=mirroring,
        takeover=takeover,
        upkeep=upkeep,
        first_start=first_start,
        handlers=handlers,
    )


def _staffing(shared: Shared, timekeeping: Timekeeping, people: People, pay: Pay) -> Staffing:
    """The page of the staff with its parts."""
    planning = Planning(shared.till, shared.now_ms, shared.notice, timekeeping.place)
    hours = HoursPart(shared.till, shared.now_ms, timekeeping.handlers[CorrectPunch])
    return Staffing(
        shared.till,
        {
            "people": people,
            "hours": hours,
            "pay": pay,
            "plan": planning,
            "rules": Rules(shared.till, shared.now_ms),
        },
    )


def _first_start(
    shared: Shared,
    options: RegisterOptions,
    file: DeviceFile,
    workshop: Workshop,
    mirroring: Mirroring,
) -> FirstStart:
    """The page on which a register is set up, which also has devices taken over and servers joined."""
    return FirstStart(
        shared.till,
        shared.keeper,
        shared.devices.run,
        shared.notice,
        shared.show,
        Around(
            file,
            workshop.use,
            mirroring.pair_by_code,
            mirroring.pair_by_text,
            options.restart,
            shared.must_read,
            options.goods,
            options.card,
        ),
        begins=options.begins,
    )


def _door(
    shared: Shared,
    timekeeping: Timekeeping,
    workshop: Workshop,
    attached: Attached,
    mirroring: Mirroring,
) -> Door:
    """The time clock by the door: what of all the others works there."""
    return Door(
        shared.till,
        timekeeping.here_by_pin,
        timekeeping.has_gone,
        shared.now_ms,
        timekeeping.handlers,
        workshop.handlers,
        attached.handlers,
        mirroring.handlers,
    )
