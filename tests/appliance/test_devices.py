"""Hosts of devices, with real threads on the simulated twins: nothing blocks a sale, every trouble is said once."""

import queue
import time
from collections.abc import Callable, Iterator
from typing import TypeVar

import pytest

from appliance.config import BadConfiguration, DeviceConfig
from appliance.devices import Devices
from appliance.domain.receipt import Cut, TextLine
from appliance.hosts import QUEUE_LENGTH
from appliance.messages import (
    Beep,
    DeviceChanged,
    DeviceState,
    DrawerFailed,
    DropSlips,
    Event,
    KickDrawer,
    PrintFailed,
    PrintFinished,
    PrintSlip,
    Scan,
)

_Sought = TypeVar("_Sought", bound=Event | Scan)
PATIENCE_S = 20

SCANNER = DeviceConfig("scanner", "scanner", "simulated")
PRINTER = DeviceConfig("printer", "printer", "simulated")
DRAWER = DeviceConfig("drawer", "drawer", "simulated")
ON_THE_PRINTER = DeviceConfig("drawer", "drawer", "printer_kick", {"printer": "printer"})


class Room:
    """Devices that were started, and what they said."""

    def __init__(self, *configured: DeviceConfig) -> None:
        self.said: queue.Queue[Event | Scan] = queue.Queue()
        self.devices = Devices(configured, self.said.put)
        self.drivers = self.devices.drivers
        self.devices.start()

    def hear(
        self, kind: type[_Sought], wanted: Callable[[_Sought], bool] = lambda _said: True
    ) -> _Sought:
        """The next message of a kind that is wanted; others are passed over."""
        while True:
            said = self.said.get(timeout=PATIENCE_S)
            if isinstance(said, kind) and wanted(said):
                return said


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
        Devices([wrong], lambda _said: None)
    assert says in str(refused.value.fields["why"])


def test_two_devices_of_one_name_are_refused() -> None:
    with pytest.raises(BadConfiguration, match="two devices"):
        Devices([PRINTER, PRINTER], lambda _said: None)
