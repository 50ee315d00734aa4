"""The host of a label printer, with a real thread: it tells how the printer is, and how far it came."""

from collections.abc import Callable, Iterator

import pytest

from appliance.config import DeviceConfig
from appliance.hosts.labels import LabelHost
from appliance.messages import (
    DeviceChanged,
    DeviceState,
    GiveUpLabels,
    LabelsFailed,
    LabelsPrinted,
    LabelText,
    PrintLabelTexts,
)
from drivers.label import COPIES_MOST, Label, simulated, zpl_network
from tests.appliance.test_devices import Room, is_ok, until
from tests.drivers.label.contract import BREAD
from tests.drivers.label.far_end import FarEnd, copies

LABELS = DeviceConfig("labels", "label", "simulated")


def texts(*names: str) -> tuple[LabelText, ...]:
    return tuple(LabelText(name, "1.00") for name in names)


@pytest.fixture
def room() -> Iterator[Room]:
    opened = Room(LABELS)
    opened.is_well("labels")
    yield opened
    opened.devices.stop()


class SlowFarEnd(FarEnd):
    """A printer that prints a label each time it is asked how it is, as a real one does each second."""

    def go_on(self) -> None:
        if self.others_waiting:
            self.others_waiting -= 1
        if self.waiting and not self.others_waiting:
            rest, self.waiting = self.waiting[1:], self.waiting[:1]
            before = len(self.formats)
            super().go_on()
            self.waiting += rest
            self.others_waiting = sum(map(copies, self.formats[before:]))


@pytest.fixture
def far_end() -> Iterator[SlowFarEnd]:
    opened = SlowFarEnd()
    yield opened
    opened.unplug()


def at_the_end_of(far_end: FarEnd) -> Room:
    options = {"host": "127.0.0.1", "port": far_end.port}
    opened = Room(DeviceConfig("labels", "label", "zpl_network", options))
    until(lambda: opened.devices.hosts["labels"].is_well)
    opened.rest()
    return opened


def test_labels_are_counted_with_every_copy(room: Room) -> None:
    room.devices.run(PrintLabelTexts(texts("a", "b"), 7))
    assert room.hear(LabelsPrinted).count == 14
    assert [one.name for one in room.drivers["labels"].labels] == ["a"] * 7 + ["b"] * 7


def test_what_does_not_come_out_is_told_once_with_how_many_did_and_not_tried_again(
    room: Room,
) -> None:
    room.drivers["labels"].take_labels_after(7)
    room.devices.run(PrintLabelTexts(texts("a", "b", "c"), 3))
    failed = room.hear(LabelsFailed)
    assert (failed.printed, failed.code) == (6, "labels_out")
    told = room.hear(DeviceChanged)
    assert (told.state, told.code, told.fields) == (DeviceState.TROUBLE, "labels_out", ())
    room.drivers["labels"].load_labels()
    assert is_ok(room.hear(DeviceChanged))
    room.devices.run(PrintLabelTexts(texts("d"), 1))
    room.hear(LabelsPrinted)
    assert [one.name for one in room.drivers["labels"].labels] == [*"aaabbb", "c", "d"]
    assert not [said for said in room.rest() if isinstance(said, DeviceChanged)]


@pytest.mark.parametrize(
    ("trouble", "mend", "code"),
    [
        ("take_labels", "load_labels", "labels_out"),
        ("take_ribbon", "load_ribbon", "ribbon_out"),
        ("open_head", "close_head", "head_open"),
        ("pause", "resume", "label_printer_paused"),
        ("overheat", "cool_down", "label_printer_fault"),
        ("unplug", "plug", "device_absent"),
    ],
)
def test_how_an_idle_label_printer_is_is_told(
    room: Room, trouble: str, mend: str, code: str
) -> None:
    getattr(room.drivers["labels"], trouble)()
    told = room.hear(DeviceChanged)
    assert (told.state is not DeviceState.OK, told.code) == (True, code)
    getattr(room.drivers["labels"], mend)()
    assert is_ok(room.hear(DeviceChanged))
    assert not room.rest()


def test_however_many_copies_are_wanted_a_slow_printer_gets_the_time_for_them(
    far_end: SlowFarEnd,
) -> None:
    room = at_the_end_of(far_end)
    try:
        room.devices.run(PrintLabelTexts(texts("a"), 20))
        assert room.hear(LabelsPrinted).count == 20
        assert far_end.names() == ["a"] * 20
    finally:
        room.devices.stop()


def test_a_thousand_labels_get_more_time_than_one_and_pictures_more_than_letters() -> None:
    simple = simulated.Driver(simulated.Options())
    real = zpl_network.Driver(zpl_network.Options(host="127.0.0.1"))
    large = zpl_network.Driver(zpl_network.Options(host="127.0.0.1", width_mm=100, height_mm=150))
    for driver in (simple, real, large):
        one = driver.print_ms((BREAD,), 1)
        # A slow printer needs a second a label, and two a picture.
        assert driver.print_ms((BREAD,), COPIES_MOST) > one + 1000 * (COPIES_MOST - 1)
        assert driver.print_ms((BREAD,) * 1000, 1) > one + 1000 * 999
    assert large.print_ms((BREAD,), 1) > real.print_ms((BREAD,), 1)


def printing(far_end: FarEnd, at_least: int) -> Callable[[], bool]:
    return lambda: len(far_end.names()) >= at_least


def test_a_run_can_be_stopped_and_the_next_one_is_printed(far_end: SlowFarEnd) -> None:
    room = at_the_end_of(far_end)
    try:
        assert not room.devices.run(GiveUpLabels())
        room.devices.run(PrintLabelTexts(texts("a", "b", "c"), 100))
        until(printing(far_end, 6))
        assert room.devices.run(GiveUpLabels())
        failed = room.hear(LabelsFailed)
        assert failed.code == "labels_stopped"
        assert failed.printed == len(far_end.names()) < 100
        room.devices.run(PrintLabelTexts(texts("d"), 1))
        assert room.hear(LabelsPrinted).count == 1
        assert not room.devices.run(GiveUpLabels())
        assert far_end.names()[-1] == "d"
    finally:
        room.devices.stop()


def test_a_run_ends_when_the_device_is_set_up_anew_and_only_the_new_one_prints(
    far_end: SlowFarEnd,
) -> None:
    room = at_the_end_of(far_end)
    options = {"host": "127.0.0.1", "port": far_end.port, "width_mm": 40.0}
    try:
        room.devices.run(PrintLabelTexts(texts("old"), 200))
        room.devices.run(PrintLabelTexts(texts("waits"), 1))
        until(printing(far_end, 6))
        room.devices.reconfigure([DeviceConfig("labels", "label", "zpl_network", options)])
        stopped, waited = room.hear(LabelsFailed), room.hear(LabelsFailed)
        assert (stopped.code, waited.code) == ("labels_stopped", "labels_stopped")
        assert (stopped.printed, waited.printed) == (far_end.names().count("old"), 0)
        room.devices.run(PrintLabelTexts(texts("new"), 3))
        assert room.hear(LabelsPrinted).count == 3
        assert far_end.names() == ["old"] * stopped.printed + ["new"] * 3
    finally:
        room.devices.stop()


def test_it_tells_how_far_it_is_but_not_of_every_label() -> None:
    said: list[object] = []
    printer = simulated.Driver(simulated.Options())
    host = LabelHost("labels", printer, said.append)
    host.print_now(PrintLabelTexts(texts(*(["a"] * 100)), 1))
    assert len(said) < 10
    assert len(printer.labels) == 100
    assert printer.labels[0] == Label("a", "1.00")
