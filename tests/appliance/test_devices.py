"""Hosts of devices, with real threads on the simulated twins: nothing blocks a sale, every trouble is said once."""

import queue
import random
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

import msgspec
import pytest

import drivers
from appliance.config import BadConfiguration, DeviceConfig
from appliance.devices import Devices, refuse_wrong_devices, sort_out
from appliance.domain.receipt import Cut, TextLine
from appliance.health import Finding
from appliance.hosts import (
    QUEUE_LENGTH,
    DrawerHost,
    JobHost,
    PrinterHost,
    ReadHost,
    ScaleHost,
    printers,
    workshop,
)
from appliance.hosts.selftest import with_driver
from appliance.messages import (
    AskScale,
    BadgeRead,
    Beep,
    ChecksEnded,
    CheckStepped,
    Command,
    DeviceChanged,
    DevicesFound,
    DeviceState,
    DrawerFailed,
    DrawerMoved,
    DropSlips,
    Event,
    HealthChecked,
    KickDrawer,
    ListenForPairing,
    LookForDevices,
    PrintFailed,
    PrintFinished,
    PrintSlip,
    Reconfigure,
    RunChecks,
    Scan,
    ScanVoided,
    SettleScale,
    ShowCustomer,
    Weighed,
    WeighFailed,
)
from drivers import DeviceTrouble
from drivers.drawer import WatchLimits
from drivers.scale import Reading, ScaleState, ScaleTooFine, WrongUnit
from drivers.scale import simulated as simulated_scale

_Sought = TypeVar("_Sought", bound=Event | Scan)
PATIENCE_S = 20

SCANNER = DeviceConfig("scanner", "scanner", "simulated")
PRINTER = DeviceConfig("printer", "printer", "simulated")
DRAWER = DeviceConfig("drawer", "drawer", "simulated")
ON_THE_PRINTER = DeviceConfig("drawer", "drawer", "printer_kick", {"printer": "printer"})


class Room:
    """Devices that were started, and what they said."""

    def __init__(self, *configured: DeviceConfig) -> None:
        self.said: queue.Queue[Command | Event] = queue.Queue()
        self.devices = Devices(configured, self.said.put)
        self.drivers = self.devices.drivers
        self.start()

    def start(self) -> None:
        self.devices.start()

    def hear(
        self, kind: type[_Sought], wanted: Callable[[_Sought], bool] = lambda _said: True
    ) -> _Sought:
        """The next message of a kind that is wanted; others are passed over."""
        while True:
            said = self.said.get(timeout=PATIENCE_S)
            if isinstance(said, kind) and wanted(said):
                return said

    def is_well(self, device: str) -> None:
        """Wait for a device to be there, and have it looked at often."""
        host = self.devices.hosts[device]
        until(lambda: host.is_well)
        if isinstance(host, JobHost):
            host.idle_s = 0.05
            host.lend(lambda: None)
        self.rest()

    def rest(self) -> list[Command | Event]:
        """What else was said so far."""
        return [self.said.get_nowait() for _ in range(self.said.qsize())]


@pytest.fixture
def room() -> Iterator[Room]:
    opened = Room(SCANNER, PRINTER, DRAWER)
    yield opened
    opened.devices.stop()


def until(true: Callable[[], bool]) -> None:
    """Wait for another thread to have done something."""
    give_up_at = time.monotonic() + PATIENCE_S
    while not true():
        assert time.monotonic() < give_up_at
        time.sleep(0.01)


def is_ok(said: DeviceChanged) -> bool:
    return said.state is DeviceState.OK


def is_unusable(said: object) -> bool:
    return isinstance(said, DeviceChanged) and said.code == "bad_configuration"


def changed(device: DeviceConfig) -> DeviceConfig:
    return msgspec.structs.replace(device, options={"label": "another"})


def slip(copy: int = 0, text: str = "hello") -> PrintSlip:
    return PrintSlip("K7Q2-9", copy, (TextLine(text), Cut()))


def test_a_scan_becomes_a_message_with_the_time_of_its_reading(room: Room) -> None:
    room.hear(DeviceChanged, lambda said: said.device == "scanner")
    room.drivers["scanner"].feed("4006381333931")
    scan = room.hear(Scan)
    assert (scan.text, scan.device) == ("4006381333931", "scanner")
    assert scan.read_ns > 0


def test_a_scanner_is_found_again_after_its_cable_was_pulled(room: Room) -> None:
    room.hear(DeviceChanged, lambda said: said.device == "scanner")
    room.drivers["scanner"].unplug()
    gone = room.hear(DeviceChanged, lambda said: said.device == "scanner")
    assert (gone.state, gone.code) == (DeviceState.ABSENT, "device_absent")
    room.drivers["scanner"].plug()
    back = room.hear(DeviceChanged, lambda said: said.device == "scanner")
    assert back.state is DeviceState.OK
    room.drivers["scanner"].feed("96385074")
    assert room.hear(Scan).text == "96385074"


def test_a_slip_is_printed_and_confirmed(room: Room) -> None:
    assert room.devices.run(slip(copy=1))
    done = room.hear(PrintFinished)
    assert (done.sale, done.copy) == ("K7Q2-9", 1)
    assert room.drivers["printer"].texts == ("hello",)


def test_a_slip_waits_for_paper_and_is_then_printed_once(room: Room) -> None:
    room.drivers["printer"].take_paper()
    room.devices.run(slip())
    assert room.hear(PrintFailed).code == "paper_out"
    assert room.devices.waiting("printer") == 1
    room.drivers["printer"].load_paper()
    room.hear(PrintFinished)
    assert room.drivers["printer"].texts == ("hello",)


def test_a_slip_that_waits_can_be_dropped(room: Room) -> None:
    room.drivers["printer"].take_paper()
    room.devices.run(slip(text="unwanted"))
    room.hear(PrintFailed)
    assert room.devices.run(DropSlips("K7Q2-9"))
    assert not room.devices.run(DropSlips("K7Q2-9"))
    room.drivers["printer"].load_paper()
    room.devices.run(slip(copy=1, text="wanted"))
    room.hear(PrintFinished)
    assert room.drivers["printer"].texts == ("wanted",)


def test_one_trouble_is_said_once_however_often_it_is_tried(room: Room) -> None:
    room.drivers["printer"].take_paper()
    room.devices.run(slip())
    room.hear(PrintFailed)
    room.drivers["printer"].open_cover()
    assert room.hear(PrintFailed).code == "cover_open"
    room.drivers["printer"].close_cover()
    room.drivers["printer"].load_paper()
    room.hear(PrintFinished)
    left = [room.said.get_nowait() for _ in range(room.said.qsize())]
    assert not [said for said in left if isinstance(said, PrintFailed)]


def test_the_same_trouble_is_not_said_again_with_each_try(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(printers, "IDLE_S", 0.03)
    room.drivers["printer"].take_paper()
    room.devices.run(slip())
    room.hear(PrintFailed)
    time.sleep(0.3)
    assert not [said for said in room.rest() if isinstance(said, PrintFailed)]


def test_a_slip_of_which_nobody_knows_is_not_tried_again(room: Room) -> None:
    room.drivers["printer"].lose_next_answer()
    room.devices.run(slip(text="first"))
    assert room.hear(PrintFailed).code == "print_unconfirmed"
    room.devices.run(slip(text="second"))
    room.hear(PrintFinished)
    assert room.drivers["printer"].texts == ("first", "second")


def test_a_slip_that_ran_out_of_paper_in_the_middle_is_not_tried_again(room: Room) -> None:
    room.drivers["printer"].take_paper_after(1)
    room.devices.run(slip())
    failed = room.hear(PrintFailed)
    assert (failed.code, failed.maybe_on_paper) == ("paper_out", True)
    room.drivers["printer"].load_paper()
    room.devices.run(slip(copy=1))
    assert room.hear(PrintFinished).copy == 1
    assert len(room.drivers["printer"].texts) == 1


@pytest.mark.filterwarnings("ignore:Falling back")
def test_a_drawer_whose_wires_cannot_be_claimed_stops_no_sale() -> None:
    room = Room(DeviceConfig("drawer", "drawer", "gpio_relay", {"pin": 17}))
    try:
        assert room.devices.run(KickDrawer("K7Q2-9"))
        assert room.hear(DrawerFailed).sale == "K7Q2-9"
    finally:
        room.devices.stop()


def test_the_drawer_is_kicked_once_and_a_failure_is_not_repeated(room: Room) -> None:
    room.devices.run(KickDrawer("K7Q2-9"))
    until(lambda: room.drivers["drawer"].kicks == 1)
    room.drivers["drawer"].unplug()
    room.devices.run(KickDrawer("K7Q2-10"))
    assert room.hear(DrawerFailed).sale == "K7Q2-10"
    room.drivers["drawer"].plug()
    room.devices.run(KickDrawer("K7Q2-11"))
    room.hear(DeviceChanged, lambda said: said.device == "drawer" and said.state is DeviceState.OK)
    assert room.drivers["drawer"].kicks == 2


def test_a_drawer_on_the_printer_opens_though_a_slip_waits_for_paper() -> None:
    room = Room(PRINTER, ON_THE_PRINTER)
    try:
        room.drivers["printer"].take_paper()
        room.devices.run(slip())
        room.hear(PrintFailed)
        room.devices.run(KickDrawer("K7Q2-9"))
        room.devices.run(KickDrawer("K7Q2-10"))
        room.drivers["printer"].load_paper()
        room.hear(PrintFinished)
        room.devices.run(slip(copy=1))
        room.hear(PrintFinished)
        assert len(room.drivers["printer"].kicks) == 2
    finally:
        room.devices.stop()


def test_a_full_queue_is_refused_and_never_blocks(room: Room) -> None:
    room.drivers["printer"].take_paper()
    taken = [room.devices.run(slip()) for _ in range(QUEUE_LENGTH + 5)]
    assert not all(taken)
    assert taken[:QUEUE_LENGTH] == [True] * QUEUE_LENGTH


def test_a_job_for_a_device_that_the_shop_has_not_is_refused() -> None:
    none = Devices((), lambda _said: None)
    assert not none.run(slip())
    assert not none.run(KickDrawer("K7Q2-9"))
    assert not none.run(Beep(good=True))


def test_an_idle_printers_trouble_is_said_before_the_next_sale(room: Room) -> None:
    room.hear(DeviceChanged, lambda said: said.device == "printer")
    room.drivers["printer"].open_cover()
    said = room.hear(DeviceChanged, lambda said: said.device == "printer")
    assert (said.state, said.code) == (DeviceState.TROUBLE, "cover_open")


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        (DeviceConfig("s", "scaner", "evdev"), "scanner"),
        (DeviceConfig("s", "scanner", "evdef"), "evdev"),
        (DeviceConfig("p", "printer", "simulated", {"colums": 42}), "columns"),
        (ON_THE_PRINTER, "no printer named 'printer'"),
    ],
)
def test_a_wrong_device_is_named_with_the_nearest_right_word(
    wrong: DeviceConfig, says: str
) -> None:
    with pytest.raises(BadConfiguration) as refused:
        refuse_wrong_devices([wrong])
    assert says in str(refused.value.fields["why"])
    # As wrong as it was before, it keeps nobody from changing another.
    refuse_wrong_devices([wrong, SCANNER], before=[wrong])


PORT = {"port": "/dev/ttyUSB0"}
READER = {"vendor": "ffff", "product": "0035"}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (DeviceConfig("a", "scale", "sma", PORT), DeviceConfig("b", "display", "pole", PORT)),
        (
            DeviceConfig("a", "scanner", "evdev", READER),
            DeviceConfig("b", "badge", "keyboard", READER),
        ),
        (
            DeviceConfig("a", "printer", "usb", {"vendor": "0A5F"}),
            DeviceConfig("b", "label", "zpl_usb", {"vendor": "0a5f"}),
        ),
        (
            DeviceConfig("a", "printer", "file", {"path": "/dev/usb/lp0"}),
            DeviceConfig("b", "printer", "file", {"path": "/dev/usb/lp0"}),
        ),
    ],
)
def test_two_devices_in_one_place_are_refused_by_both_names(
    one: DeviceConfig, other: DeviceConfig
) -> None:
    with pytest.raises(BadConfiguration, match="'a' and 'b'"):
        refuse_wrong_devices([one, other], before=[one])
    usable, wrong = sort_out([one, other])
    assert (set(usable), set(wrong)) == ({"a"}, {"b"})
    # Whoever comes to the place of another is refused, though the other stands behind it.
    away = msgspec.structs.replace(one, options={**one.options, next(iter(one.options)): "1234"})
    with pytest.raises(BadConfiguration, match="'a' and 'b'"):
        refuse_wrong_devices([one, other], before=[away, other])


def test_devices_that_share_nothing_or_may_share_it_are_not_refused() -> None:
    host = {"host": "192.0.2.7", "port": 9100}
    refuse_wrong_devices(
        [
            DeviceConfig("a", "printer", "network", host),
            DeviceConfig("b", "label", "zpl_network", host),
            DeviceConfig("c", "printer", "usb"),
            DeviceConfig("d", "label", "zpl_usb"),
            DeviceConfig("e", "scanner", "evdev", READER | {"serial": "1"}),
            DeviceConfig("f", "scanner", "evdev", READER | {"serial": "2"}),
            DeviceConfig("g", "scale", "cas", PORT),
            # Wrong already, it holds no place.
            DeviceConfig("h", "scale", "cas", PORT | {"baud": 7}),
        ],
        before=[DeviceConfig("h", "scale", "cas", PORT | {"baud": 7})],
    )


def test_a_wrong_device_is_told_and_the_others_work() -> None:
    unreadable = DeviceConfig("device 2", "", "", wrong="key 'name' is missing")
    wrong = DeviceConfig("label", "label", "simulated", {"widht_mm": 3})
    room = Room(wrong, unreadable, PRINTER, ON_THE_PRINTER)
    try:
        told = {
            said.device: said
            for said in (
                room.hear(DeviceChanged, is_unusable),
                room.hear(DeviceChanged, is_unusable),
            )
        }
        assert set(told) == {"label", "device 2"}
        assert "did you mean 'width_mm'" in str(dict(told["label"].fields)["why"])
        assert told["label"].state is DeviceState.TROUBLE
        room.devices.run(slip())
        room.hear(PrintFinished)
        assert room.devices.configured == (wrong, unreadable, PRINTER, ON_THE_PRINTER)
        # Mended, it works; what is wrong as before is told again.
        room.devices.reconfigure([DeviceConfig("label", "label", "simulated"), unreadable])
        room.is_well("label")
        assert [said.device for said in room.devices.unusable] == ["device 2"]
    finally:
        room.devices.stop()


# --------------------------------------------------------------------------- a second printer

SECOND = DeviceConfig("second", "printer", "simulated")


@pytest.fixture
def two() -> Iterator[Room]:
    """Two printers that are well, looked at often."""
    opened = Room(PRINTER, SECOND)
    for name in ("printer", "second"):
        opened.is_well(name)
    yield opened
    opened.devices.stop()


def printed(room: Room) -> list[str]:
    return sorted(text for name in ("printer", "second") for text in room.drivers[name].texts)


def test_the_second_printer_prints_what_the_first_one_cannot(two: Room) -> None:
    two.drivers["printer"].take_paper()
    two.devices.run(slip())
    done = two.hear(PrintFinished)
    assert (done.device, printed(two)) == ("second", ["hello"])
    # From now on it is not even tried on the first one.
    two.devices.run(slip(copy=1, text="again"))
    assert two.hear(PrintFinished).device == "second"
    assert not [said for said in two.rest() if isinstance(said, PrintFailed)]


def test_a_printer_that_is_known_to_be_away_is_passed_over(two: Room) -> None:
    two.drivers["printer"].unplug()
    two.hear(DeviceChanged, lambda said: said.state is DeviceState.ABSENT)
    two.devices.run(slip())
    assert two.hear(PrintFinished).device == "second"
    two.drivers["printer"].plug()
    two.is_well("printer")
    two.devices.run(slip(copy=1, text="back"))
    assert two.hear(PrintFinished).device == "printer"


@pytest.mark.parametrize("first_back", ["printer", "second"])
def test_with_both_away_a_slip_waits_and_comes_out_once(two: Room, first_back: str) -> None:
    for name in ("printer", "second"):
        two.drivers[name].unplug()
    until(lambda: not any(host.is_well for host in two.devices.hosts.values()))
    two.devices.run(slip())
    two.hear(PrintFailed)
    two.drivers[first_back].plug()
    assert two.hear(PrintFinished).device == first_back
    for name in ("printer", "second"):
        two.drivers[name].plug()
        two.devices.hosts[name].lend(lambda: None)
    two.devices.run(slip(copy=1, text="next"))
    two.hear(PrintFinished)
    assert printed(two) == ["hello", "next"]


@pytest.mark.parametrize("lever", ["lose_next_answer", "half"])
def test_a_slip_that_may_be_on_paper_is_never_handed_over(two: Room, lever: str) -> None:
    first = two.drivers["printer"]
    if lever == "half":
        first.take_paper_after(1)
    else:
        first.lose_next_answer()
    two.devices.run(slip())
    assert two.hear(PrintFailed).maybe_on_paper
    two.devices.run(slip(copy=1, text="copy"))
    two.hear(PrintFinished)
    assert two.drivers["second"].texts in ((), ("copy",))


def test_low_paper_stays_said_though_slips_come_out(room: Room) -> None:
    room.is_well("printer")
    room.drivers["printer"].wear_paper()
    room.hear(DeviceChanged, lambda said: said.code == "paper_low")
    room.devices.run(slip())
    room.hear(PrintFinished)
    room.drivers["printer"].take_paper()
    after = room.hear(DeviceChanged, lambda said: said.device == "printer")
    assert after.code == "paper_out"


# --------------------------------------------------------------------------- other devices in the place of these


def test_what_did_not_change_goes_on_undisturbed_and_keeps_its_queue(room: Room) -> None:
    before = dict(room.devices.hosts)
    room.drivers["printer"].take_paper()
    room.devices.run(slip())
    room.hear(PrintFailed)
    room.devices.reconfigure([SCANNER, PRINTER, SECOND])
    assert room.devices.hosts["scanner"] is before["scanner"]
    assert room.devices.hosts["printer"] is before["printer"]
    assert set(room.devices.hosts) == {"scanner", "printer", "second"}
    assert not before["drawer"].lend(lambda: None)
    assert not room.devices.run(KickDrawer("K7Q2-9"))
    # The new printer is well, so it has what waited for paper.
    assert room.hear(PrintFinished).device == "second"


def test_a_changed_printer_takes_over_what_waits_in_its_order() -> None:
    room = Room(PRINTER)
    try:
        before = room.drivers["printer"]
        before.take_paper()
        for number in range(5):
            room.devices.run(slip(copy=number, text=f"slip {number}"))
        room.hear(PrintFailed)
        room.devices.reconfigure([changed(PRINTER)])
        assert [room.hear(PrintFinished).copy for _ in range(5)] == [0, 1, 2, 3, 4]
        assert before.texts == ()
        texts = room.devices.drivers["printer"].texts
        assert texts == tuple(f"slip {number}" for number in range(5))
    finally:
        room.devices.stop()


def test_what_came_out_before_the_change_does_not_come_out_again() -> None:
    room = Room(PRINTER)
    try:
        before = room.drivers["printer"]
        room.devices.run(slip(text="old"))
        room.devices.reconfigure([changed(PRINTER)])
        room.devices.run(slip(copy=1, text="new"))
        room.hear(PrintFinished, lambda said: said.copy == 1)
        assert sorted(before.texts + room.devices.drivers["printer"].texts) == ["new", "old"]
    finally:
        room.devices.stop()


@pytest.mark.parametrize("there_is_another", [True, False])
def test_what_waits_for_a_printer_that_is_renamed_is_not_lost(*, there_is_another: bool) -> None:
    room = Room(PRINTER)
    try:
        room.drivers["printer"].take_paper()
        room.devices.run(slip())
        room.hear(PrintFailed)
        if not there_is_another:
            room.devices.reconfigure([])
            assert not room.devices.run(slip(copy=1, text="refused"))
        room.devices.reconfigure([SECOND])
        assert room.hear(PrintFinished).device == "second"
        assert room.devices.drivers["second"].texts == ("hello",)
    finally:
        room.devices.stop()


def test_what_waits_for_no_printer_can_be_dropped() -> None:
    room = Room(PRINTER)
    try:
        room.drivers["printer"].take_paper()
        room.devices.run(slip(text="unwanted"))
        room.hear(PrintFailed)
        room.devices.reconfigure([])
        assert room.devices.run(DropSlips("K7Q2-9"))
        room.devices.reconfigure([SECOND])
        room.devices.run(slip(copy=1, text="wanted"))
        room.hear(PrintFinished)
        assert room.devices.drivers["second"].texts == ("wanted",)
    finally:
        room.devices.stop()


def test_a_slip_that_comes_back_from_a_printer_that_has_gone_waits_for_another(room: Room) -> None:
    gone = room.devices.hosts["printer"]
    assert isinstance(gone, PrinterHost)
    room.devices.reconfigure([])
    assert gone.hand_over(slip())
    room.devices.reconfigure([SECOND])
    assert room.hear(PrintFinished).device == "second"
    assert room.devices.drivers["second"].texts == ("hello",)


def test_a_slip_given_to_a_printer_that_stops_is_for_its_successor(room: Room) -> None:
    host = room.devices.hosts["printer"]
    assert isinstance(host, PrinterHost)
    host.stop()
    assert host.print(slip())
    assert host.leave() == (slip(),)
    assert host.leave() == ()


@pytest.mark.parametrize(
    "wrong",
    [
        DeviceConfig("drawer", "drawer", "simulated", {"lable": ""}),
        DeviceConfig("drawer", "drawer", "printer_kick", {"printer": "nobody"}),
        DeviceConfig("drawer", "drawer", "", wrong="unknown key"),
    ],
)
def test_a_device_that_became_wrong_disturbs_no_other(room: Room, wrong: DeviceConfig) -> None:
    before = dict(room.devices.hosts)
    room.devices.reconfigure([SCANNER, PRINTER, wrong])
    assert dict(room.devices.hosts) == {name: before[name] for name in ("scanner", "printer")}
    assert room.hear(DeviceChanged, is_unusable).device == "drawer"
    room.devices.run(slip())
    room.hear(PrintFinished)


def test_a_drawer_on_a_printer_follows_its_printer() -> None:
    room = Room(PRINTER, ON_THE_PRINTER)
    try:
        room.devices.reconfigure([changed(PRINTER), ON_THE_PRINTER])
        room.devices.run(KickDrawer("K7Q2-9"))
        until(lambda: len(room.devices.drivers["printer"].kicks) == 1)
        assert room.drivers["printer"].kicks == ()
    finally:
        room.devices.stop()


def test_a_display_in_the_place_of_another_shows_the_same() -> None:
    display = DeviceConfig("display", "display", "simulated")
    room = Room(display)
    try:
        room.devices.run(ShowCustomer("ticket", "Corner", total="1.20"))
        room.is_well("display")
        room.devices.reconfigure([changed(display)])
        until(lambda: room.devices.drivers["display"].shown is not None)
        assert room.devices.drivers["display"].shown.total == "1.20"
    finally:
        room.devices.stop()


# --------------------------------------------------------------------------- the drawer's switch

SENSING = DeviceConfig(
    "drawer", "drawer", "printer_kick", {"printer": "printer", "sense_open_high": True}
)


class Till:
    """A room with one drawer: on its own wires, or on a printer's socket."""

    def __init__(self, *, on_printer: bool) -> None:
        self.room = Room(PRINTER, SENSING if on_printer else DRAWER)
        self.host = self.room.devices.hosts["printer" if on_printer else "drawer"]
        if on_printer:
            assert isinstance(self.host, PrinterHost)
            self.host.idle_s = 0.02
        self.printer = self.room.drivers["printer"]
        self.drawer = None if on_printer else self.room.drivers["drawer"]
        # Looked at twice, it is known to be shut.
        self.look()

    def look(self) -> None:
        for _ in range(2):
            for work in (lambda: None,) * 2:
                self.host.lend(work)
            time.sleep(0.3 if self.drawer is not None else 0.1)

    def pull_open(self) -> None:
        if self.drawer is not None:
            self.drawer.pull_open()
        else:
            # The key, as the printer sees it: its own kick is not the register's.
            self.printer.kick(2, 100, 500, 0)

    def push_shut(self) -> None:
        if self.drawer is not None:
            self.drawer.push_shut()
        else:
            self.printer.shut_drawer()

    def news(self) -> str:
        return self.room.hear(DrawerMoved).what


@pytest.fixture(params=[False, True], ids=["own wires", "on a printer"])
def till(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[Till]:
    limits = WatchLimits(asked_ms=400, left_open_ms=getattr(request, "left_open_ms", None))
    monkeypatch.setattr(DrawerHost, "limits", limits)
    opened = Till(on_printer=request.param)
    yield opened
    opened.room.devices.stop()


def test_a_kicked_drawer_is_no_burglary_and_one_opened_by_hand_is(till: Till) -> None:
    till.room.devices.run(KickDrawer("K7Q2-9"))
    assert till.news() == "opened"
    till.push_shut()
    assert till.news() == "closed"
    time.sleep(0.5)
    till.pull_open()
    assert till.news() == "opened_unasked"
    till.push_shut()
    assert till.news() == "closed"


@pytest.mark.parametrize("on_printer", [False, True])
def test_a_drawer_that_is_left_open_is_told_of_again_and_again(
    monkeypatch: pytest.MonkeyPatch, *, on_printer: bool
) -> None:
    monkeypatch.setattr(DrawerHost, "limits", WatchLimits(left_open_ms=10))
    till = Till(on_printer=on_printer)
    try:
        till.room.devices.run(KickDrawer("K7Q2-9"))
        assert [till.news() for _ in range(3)] == ["opened", "left_open", "left_open"]
    finally:
        till.room.devices.stop()


def test_a_jammed_drawer_is_told_once_for_each_kick(room: Room) -> None:
    room.is_well("drawer")
    room.drivers["drawer"].jam()
    room.devices.run(KickDrawer("K7Q2-9"))
    assert room.hear(DrawerFailed).code == "drawer_jammed"
    room.drivers["drawer"].clear_jam()
    room.devices.run(KickDrawer("K7Q2-10"))
    until(lambda: room.drivers["drawer"].opened)
    assert not [said for said in room.rest() if isinstance(said, DrawerFailed)]


def test_a_drawer_that_was_taken_off_its_printer_is_heard_of_no_more() -> None:
    till = Till(on_printer=True)
    try:
        till.room.devices.reconfigure([PRINTER])
        assert isinstance(till.host, PrinterHost)
        till.host.idle_s = 0.02
        till.room.rest()
        till.pull_open()
        till.look()
        assert not [said for said in till.room.rest() if isinstance(said, DrawerMoved)]
    finally:
        till.room.devices.stop()


@pytest.mark.filterwarnings("ignore:Falling back")
def test_a_drawer_whose_wires_cannot_be_claimed_says_so_and_can_be_tested() -> None:
    room = Room(DeviceConfig("drawer", "drawer", "gpio_relay", {"pin": 17}))
    try:
        assert room.hear(DeviceChanged).state is not DeviceState.OK
        with pytest.raises(DeviceTrouble):
            with_driver(room.devices.hosts["drawer"], lambda driver: driver.level(100))
    finally:
        room.devices.stop()


# --------------------------------------------------------------------------- what is read


def test_half_a_scan_is_told_of_even_if_the_cable_was_pulled_in_the_middle(room: Room) -> None:
    room.is_well("scanner")
    room.drivers["scanner"].feed_half()
    room.drivers["scanner"].unplug()
    assert room.hear(ScanVoided).device == "scanner"
    room.drivers["scanner"].plug()
    room.is_well("scanner")
    room.drivers["scanner"].feed_half()
    room.drivers["scanner"].feed("96385074")
    room.hear(ScanVoided)
    assert room.hear(Scan).text == "96385074"
    assert not [said for said in room.rest() if isinstance(said, ScanVoided)]


def test_a_badge_is_told_with_all_that_lesser_readers_would_say_of_it() -> None:
    room = Room(DeviceConfig("reader", "badge", "simulated"))
    try:
        room.is_well("reader")
        room.drivers["reader"].tap("62E3086CED")
        read = room.hear(BadgeRead)
        assert (read.device, read.ids[0]) == ("reader", ("em4100", "62E3086CED"))
        assert len(read.ids) > 1
        room.drivers["reader"].unplug()
        assert room.hear(DeviceChanged).state is DeviceState.ABSENT
        room.drivers["reader"].plug()
        room.is_well("reader")
    finally:
        room.devices.stop()


def test_a_scanner_that_is_let_go_of_hears_nothing_until_it_is_taken_again(room: Room) -> None:
    room.is_well("scanner")
    host = room.devices.hosts["scanner"]
    assert isinstance(host, ReadHost)
    for _ in range(2):
        assert host.release(PATIENCE_S)
        assert not room.drivers["scanner"].feed("4006381333931")
        host.resume()
        until(lambda: room.drivers["scanner"].feed("96385074"))
        assert room.hear(Scan).text == "96385074"


def test_a_scanner_that_is_let_go_of_can_be_stopped(room: Room) -> None:
    room.is_well("scanner")
    host = room.devices.hosts["scanner"]
    assert isinstance(host, ReadHost)
    assert host.release(PATIENCE_S)
    host.stop()
    assert f"device {host.name}" not in [thread.name for thread in threading.enumerate()]


# --------------------------------------------------------------------------- what stands on the counter


def one_device(kind: str) -> Room:
    return Room(DeviceConfig(kind, kind, "simulated"))


def test_a_scale_weighs_and_what_it_cannot_is_told_with_what_was_asked() -> None:
    room = one_device("scale")
    try:
        scale = room.drivers["scale"]
        scale.put(1250)
        room.devices.run(AskScale("apples"))
        assert room.hear(Weighed) == Weighed(
            "scale", "apples", 1250, shown="01.250", unit="kg", tare_milli=0
        )
        scale.overload()
        room.devices.run(AskScale("pears"))
        failed = room.hear(WeighFailed)
        assert (failed.asked, failed.device) == ("pears", "scale")
        # Too much weight is no fault of the scale.
        assert room.devices.hosts["scale"].is_well
        scale.unplug()
        room.devices.run(AskScale("plums"))
        assert room.hear(WeighFailed).code == "device_absent"
        assert not room.devices.hosts["scale"].is_well
    finally:
        room.devices.stop()


@pytest.mark.parametrize("trouble", ["wrong unit", "fault", "too fine"])
def test_a_scale_that_cannot_be_sold_by_is_in_trouble_before_anybody_weighs(trouble: str) -> None:
    class Wrong(simulated_scale.Driver):
        def look(self, timeout_ms: int) -> Reading:
            if trouble == "fault":
                return Reading(ScaleState.FAULT, is_stable=True)
            if trouble == "wrong unit":
                raise WrongUnit(device=self.label, expected="kg", found="lb")
            raise ScaleTooFine(device=self.label, shown=f"{timeout_ms * random.random()} kg")

    class Quick(ScaleHost):
        idle_s = 0.01

    said: queue.Queue[Command | Event] = queue.Queue()
    host = Quick("scale", Wrong(simulated_scale.Options()), said.put)
    host.start()
    try:
        news = said.get(timeout=PATIENCE_S)
        assert isinstance(news, DeviceChanged)
        assert (news.state, news.code) == (
            DeviceState.TROUBLE,
            f"scale_{trouble.replace(' ', '_')}",
        )
        assert not host.is_well
        # Many looks later nothing new was told.
        for _ in range(3):
            with_driver(host, lambda _driver: time.sleep(0.02))
        told = [said.get() for _ in range(said.qsize())]
        assert not [one for one in told if isinstance(one, DeviceChanged)]
    finally:
        host.stop()


def test_a_scale_is_zeroed_and_tared_and_says_why_not() -> None:
    room = one_device("scale")
    try:
        scale = room.drivers["scale"]
        scale.put(100)
        room.devices.run(SettleScale("zero"))
        until(lambda: not room.devices.waiting("scale"))
        scale.put(350)
        room.devices.run(SettleScale("tare"))
        until(lambda: not room.devices.waiting("scale"))
        scale.put(850)
        room.devices.run(AskScale("apples"))
        assert room.hear(Weighed).net_milli_kg == 500
        room.devices.run(SettleScale("zero"))
        failed = room.hear(WeighFailed)
        assert (failed.asked, failed.code) == ("", "scale_not_zeroed")
    finally:
        room.devices.stop()


def test_a_display_shows_the_newest_and_again_after_its_cable_was_pulled() -> None:
    room = one_device("display")
    try:
        display = room.drivers["display"]
        for number in range(2 * QUEUE_LENGTH):
            assert room.devices.run(ShowCustomer("ticket", "Corner", total=str(number)))
        newest = str(2 * QUEUE_LENGTH - 1)
        until(lambda: display.shown is not None and display.shown.total == newest)
        display.unplug()
        room.hear(DeviceChanged, lambda said: not is_ok(said))
        display.plug()
        until(lambda: display.shown is not None and display.shown.total == newest)
        told = [said for said in room.rest() if isinstance(said, DeviceChanged)]
        assert [said.state for said in told if not is_ok(said)] == []
    finally:
        room.devices.stop()


def test_a_beeper_beeps_and_a_missing_one_is_told_once() -> None:
    room = one_device("beeper")
    try:
        beeper = room.drivers["beeper"]
        # It is known to be there before anything was scanned.
        assert room.hear(DeviceChanged).state is DeviceState.OK
        room.devices.run(Beep(good=True))
        until(lambda: beeper.beeps == (True,))
        beeper.unplug()
        for _ in range(3):
            until(lambda: room.devices.run(Beep(good=False)))
        until(lambda: not room.devices.waiting("beeper"))
        told = [said for said in room.rest() if isinstance(said, DeviceChanged)]
        assert [said.state for said in told] == [DeviceState.ABSENT]
    finally:
        room.devices.stop()


# --------------------------------------------------------------------------- the workshop's thread


class Shop(Room):
    """A room with a workshop, and a machine that is as `findings` say."""

    def __init__(self, *configured: DeviceConfig) -> None:
        self.findings = (Finding("network", "ok", "network_ok"),)
        self._may_look = threading.Lock()
        super().__init__(*configured)

    def start(self) -> None:
        self.devices.add_workshop(self, simulated=True)
        super().start()

    @contextmanager
    def busy(self) -> Iterator[None]:
        """Keep the workshop's thread at its look at the machine."""
        with self._may_look:
            self.rest()
            yield

    def glance(self) -> bool:
        return False

    def look(self) -> tuple[Finding, ...]:
        with self._may_look:
            return self.findings


@pytest.fixture
def shop(monkeypatch: pytest.MonkeyPatch) -> Iterator[Shop]:
    monkeypatch.setattr(workshop, "HEALTH_EVERY_S", 0.0)
    opened = Shop(SCANNER, PRINTER)
    yield opened
    opened.devices.stop()


def test_how_the_machine_is_is_told_once_for_each_change(shop: Shop) -> None:
    assert [one.code for one in shop.hear(HealthChecked).findings] == ["network_ok"]
    for _ in range(3):
        shop.devices.run(LookForDevices())
        shop.hear(DevicesFound)
    shop.findings = (Finding("network", "warn", "network_down"),)
    seen = shop.hear(HealthChecked)
    assert [one.level for one in seen.findings] == ["warn"]


def test_every_class_of_devices_can_be_chosen(shop: Shop) -> None:
    shop.devices.run(LookForDevices())
    found = shop.hear(DevicesFound)
    # Cameras are the recorder's.
    assert {kind.kind for kind in found.kinds} == set(drivers.kinds()) - {"camera"}
    assert all("simulated" in {one.type for one in kind.types} for kind in found.kinds)


def test_scanners_are_let_go_of_while_pairing_and_taken_again_when_it_is_called_off(
    shop: Shop,
) -> None:
    shop.is_well("scanner")
    scanner = shop.drivers["scanner"]
    shop.devices.run(ListenForPairing(on=True))
    until(lambda: not scanner.feed("4006381333931"))
    shop.devices.run(ListenForPairing(on=False))
    until(lambda: scanner.feed("96385074"))
    shop.hear(Scan, lambda scan: scan.text == "96385074")


def test_pairing_that_was_called_off_before_it_began_does_not_begin(shop: Shop) -> None:
    shop.is_well("scanner")
    with shop.busy():
        shop.devices.run(ListenForPairing(on=True))
        shop.devices.run(ListenForPairing(on=False))
    shop.devices.run(LookForDevices())
    shop.hear(DevicesFound)
    assert shop.drivers["scanner"].feed("96385074")


def test_whatever_else_is_asked_of_the_workshop_ends_pairing(shop: Shop) -> None:
    shop.is_well("scanner")
    shop.devices.run(ListenForPairing(on=True))
    until(lambda: not shop.drivers["scanner"].feed("4006381333931"))
    shop.devices.run(Reconfigure((("printer", "printer", "simulated", {}),)))
    until(lambda: set(shop.devices.hosts) == {"printer"})


def test_taps_on_look_again_leave_room_for_what_was_saved(shop: Shop) -> None:
    with shop.busy():
        shop.devices.run(Reconfigure((("p", "printer", "simulated", {}),)))
        assert all(shop.devices.run(LookForDevices()) for _ in range(100))
        assert shop.devices.run(Reconfigure((("q", "printer", "simulated", {}),)))
        assert shop.devices.run(LookForDevices())
    until(lambda: set(shop.devices.hosts) == {"q"})
    shop.hear(DevicesFound)
    shop.hear(DevicesFound)


def test_the_workshop_changes_the_devices_and_says_which_are_wrong(shop: Shop) -> None:
    shop.devices.run(
        Reconfigure(
            (("p", "printer", "simulated", {"columns": 32}), ("q", "printer", "simulatd", {})),
            wrong=(("r", "printer", "unknown key"),),
        )
    )
    until(lambda: set(shop.devices.hosts) == {"p"})
    told = [shop.hear(DeviceChanged, is_unusable) for _ in range(2)]
    assert sorted(said.device for said in told) == ["q", "r"]


def test_a_wrong_device_is_a_fault_of_the_self_test(shop: Shop) -> None:
    shop.devices.run(Reconfigure((), (("r", "printer", "unknown key"),)))
    shop.devices.run(RunChecks(devices=("r",), machine=False))
    step = shop.hear(CheckStepped).step
    assert (step.device, step.step, step.state) == ("r", "is_set_up", "failed")
    assert step.code == "bad_configuration"
    shop.hear(ChecksEnded)
