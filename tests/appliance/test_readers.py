"""Hosts of scanners and badge readers, and pairing: nothing read is lost, and no badge's number is told."""

import queue
from collections.abc import Iterator
from pathlib import Path

import pytest

from appliance.config import DeviceConfig
from appliance.hosts import BadgeHost, ScannerHost, workshop
from appliance.hosts.paired import Known, known
from appliance.hosts.workshop import WorkshopHost, busy_ports, misread
from appliance.messages import (
    AnyJob,
    BadgeRead,
    BadgeVoided,
    Command,
    DeviceChanged,
    DeviceState,
    Event,
    ListenForPairing,
    PairingHeard,
    RunChecks,
)
from drivers import DeviceAbsent, DeviceRefused, DeviceTrouble
from drivers.badge import simulated as badge_simulated
from drivers.input_devices import InputDevice
from drivers.scanner import simulated
from drivers.scanner._code import Found, Misread
from tests.appliance.test_devices import Room, Shop, until

READER = DeviceConfig("reader", "badge", "simulated")
SCANNER = DeviceConfig("scanner", "scanner", "simulated")

# ------------------------------------------------------------------ badges that are not understood


def test_a_badge_that_is_not_understood_is_told_each_time_it_happens() -> None:
    room = Room(READER)
    try:
        room.is_well("reader")
        for _ in range(2):
            room.drivers["reader"].tap_badly()
            assert room.hear(BadgeVoided).device == "reader"
        room.drivers["reader"].tap("62E3086CED")
        room.hear(BadgeRead)
        assert not [said for said in room.rest() if isinstance(said, BadgeVoided)]
    finally:
        room.devices.stop()


def test_while_a_reader_is_tried_out_the_till_hears_nothing_of_what_it_does_not_understand() -> (
    None
):
    heard: list[str | None] = []
    said: list[Command | Event] = []
    driver = badge_simulated.Driver(badge_simulated.Options())
    host = BadgeHost("reader", driver, said.append)
    host.tap = heard.append
    host.start()
    until(lambda: host.is_well)
    driver.tap_badly()
    driver.tap("62E3086CED")
    until(lambda: len(heard) == 2)
    host.stop()
    assert set(heard) == {None, "em4100"}
    assert not [one for one in said if isinstance(one, (BadgeVoided, BadgeRead))]


# ------------------------------------------------------------------ readers that come and go


class PatientHost(ScannerHost):
    """A host that notes how often it waited, and does not wait."""

    pauses = 0

    def _pause(self) -> None:
        self.pauses += 1
        if self.pauses >= 3:
            self._stopping.set()


class Failing(simulated.Driver):
    """A scanner that cannot be opened, or read, and says so at once."""

    def __init__(
        self, opens: DeviceTrouble | None = None, reads: DeviceTrouble | None = None
    ) -> None:
        super().__init__(simulated.Options())
        self.tries = 0
        self._opens, self._reads = opens, reads

    def open(self, timeout_ms: int) -> None:
        self.tries += 1
        if self._opens is not None:
            raise self._opens
        super().open(timeout_ms)

    def read(self, timeout_ms: int) -> None:
        del timeout_ms
        if self._reads is not None:
            raise self._reads


@pytest.mark.parametrize(
    ("opens", "reads"),
    [
        (DeviceRefused(device="scanner", why="no"), None),
        (DeviceAbsent(device="scanner"), None),
        (None, DeviceAbsent(device="scanner")),
    ],
)
def test_a_reader_that_fails_at_once_is_not_tried_without_end(
    opens: DeviceTrouble | None, reads: DeviceTrouble | None
) -> None:
    driver = Failing(opens, reads)
    host = PatientHost("scanner", driver, lambda _said: None)
    host.start()
    until(lambda: host.pauses >= 3)
    host.stop()
    assert driver.tries == 3


def test_a_reader_that_went_away_is_waited_for_by_opening_it_and_by_nothing_else(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("appliance.hosts.base.OPENED_S", 0.0)
    said: queue.Queue[Command | Event] = queue.Queue()
    driver = simulated.Driver(simulated.Options())
    host = PatientHost("scanner", driver, said.put)
    host.start()
    for _ in range(3):
        until(lambda: host.is_well)
        driver.unplug()
        until(lambda: not host.is_well)
        driver.plug()
    until(lambda: host.is_well)
    host.stop()
    assert host.pauses == 0
    states = [one.state for one in said.queue if isinstance(one, DeviceChanged)]
    assert states == [DeviceState.OK, *3 * [DeviceState.ABSENT, DeviceState.OK]]


# ------------------------------------------------------------------ pairing


@pytest.fixture
def shop(monkeypatch: pytest.MonkeyPatch) -> Iterator[Shop]:
    monkeypatch.setattr(workshop, "HEALTH_EVERY_S", 0.0)
    opened = Shop(SCANNER, READER)
    yield opened
    opened.devices.stop()


def test_while_a_scanner_is_paired_badges_are_read_as_ever(shop: Shop) -> None:
    for name in ("scanner", "reader"):
        shop.is_well(name)
    shop.devices.run(ListenForPairing(on=True))
    until(lambda: not shop.drivers["scanner"].feed("4006381333931"))
    assert shop.drivers["reader"].tap("62E3086CED")
    shop.hear(BadgeRead)


def test_every_port_of_a_device_that_is_no_scanner_is_left_alone() -> None:
    devices = [
        DeviceConfig("s", "scanner", "serial", {"port": "/dev/a"}),
        DeviceConfig("b", "badge", "rdm6300", {"port": "/dev/b"}),
        DeviceConfig("p", "printer", "serial", {"port": "/dev/c"}),
        DeviceConfig("k", "badge", "keyboard", {"vendor": "ffff"}),
    ]
    assert busy_ports(devices) == ("/dev/b", "/dev/c")


@pytest.mark.parametrize(
    "number",
    [
        "62E3086CED", "62e3086ced", "3808980205", "0424758078701", "62E3086C", "14968,27885", "008,27885",
        "07302202", "E3086CED3808980205", "3808980205 008,27885", "\x0262E3086CED08\x03", ";3808980205?",
        "04A1B2C3D4E5F6", "6F6C3A",
    ],
)  # fmt: skip
def test_what_may_be_a_badge_is_never_told_by_pairing(number: str) -> None:
    told = misread(Misread(label="Sycreader", text=number))
    assert told == PairingHeard(misread_by="Sycreader", misread_why="maybe_badge")


@pytest.mark.parametrize("text", ["4006381333931", "]E04006381333931", "pos;open", "https://a.b"])
def test_another_code_is_told_by_pairing(text: str) -> None:
    assert misread(Misread(label="x", text=text)).misread == text


class TurnComesAtOnce(queue.Queue[AnyJob]):
    """A queue whose reader is faster than whoever puts something in."""

    def __init__(self, host: WorkshopHost) -> None:
        super().__init__()
        self._host = host
        self.was_pairing: list[bool] = []

    def put_nowait(self, item: AnyJob) -> None:
        del item
        self.was_pairing.append(self._host._is_pairing)


def test_pairing_begins_however_soon_its_turn_comes(shop: Shop) -> None:
    host = shop.devices._workshop
    assert host is not None
    host._jobs = TurnComesAtOnce(host)
    assert host.take(ListenForPairing(on=True))
    assert host._jobs.was_pairing == [True]


def test_pairing_that_was_refused_because_too_much_waits_never_begins(shop: Shop) -> None:
    shop.is_well("scanner")
    with shop.busy():
        while shop.devices.run(RunChecks(devices=(), machine=False)):
            """Until it takes no more."""
        assert not shop.devices.run(ListenForPairing(on=True))
        host = shop.devices._workshop
        assert host is not None
        assert not host._is_pairing


# ------------------------------------------------------------------ which scanner it is


def keyboard(number: int, side: str, *, serial: str = "", product: str = "0b61") -> InputDevice:
    node = f"/dev/input/event{number}"
    path = f"/dev/input/by-path/pci-{side}-event-kbd"
    return InputDevice(
        node=node,
        name="Honeywell 1900",
        vendor="0c2e",
        product=product,
        serials=(serial,) if serial else (),
        paths=(path, node),
        number=serial,
    )


LEFT, RIGHT = keyboard(3, "left"), keyboard(4, "right")
MODEL = {"vendor": "0c2e", "product": "0b61"}


def scanner(name: str, **options: object) -> DeviceConfig:
    return DeviceConfig(name, "scanner", "evdev", options)


def heard(device: InputDevice) -> Found:
    return Found(type="evdev", label=device.name, options={}, aim=True, node=device.node)


@pytest.mark.parametrize(
    ("configured", "is_known"),
    [
        ([], Known()),
        # By whatever names it.
        ([scanner("bar", path="/dev/input/by-path/pci-left-event-kbd")], Known(used_by="bar")),
        ([scanner("bar", **{**MODEL, "vendor": "0C2E", "layout": "de"})], Known(also_fits="bar")),
        # The other one has a configuration of its own, so this is what the loose one means.
        (
            [
                scanner("bar", **MODEL),
                scanner("tea", path="/dev/input/by-path/pci-right-event-kbd"),
            ],
            Known(used_by="bar"),
        ),
        # A badge reader of the same make takes keys from either of them.
        ([DeviceConfig("reader", "badge", "keyboard", MODEL)], Known(also_fits="reader")),
        # Nothing was chosen yet.
        ([scanner("new", layout="de")], Known(used_by="new")),
        ([scanner("new"), scanner("bar", **MODEL)], Known(also_fits="bar")),
        ([scanner("other", **{**MODEL, "product": "9999"})], Known()),
        ([DeviceConfig("demo", "scanner", "simulated")], Known()),
    ],
)
def test_a_paired_scanner_is_known_by_the_device_itself(
    configured: list[DeviceConfig], is_known: Known
) -> None:
    assert known(heard(LEFT), configured, (LEFT, RIGHT)) == is_known


def test_the_only_one_of_a_model_is_the_one_that_is_set_up() -> None:
    assert known(heard(LEFT), [scanner("bar", **MODEL)], (LEFT,)) == Known(used_by="bar")


def test_a_serial_scanner_is_known_by_where_its_name_leads(tmp_path: Path) -> None:
    node, link = tmp_path / "ttyACM0", tmp_path / "usb-Zebra-if00"
    node.touch()
    link.symlink_to(node)
    found = Found(
        type="serial", label="Zebra", options={"port": str(link)}, aim=True, node=str(node)
    )
    devices = [
        DeviceConfig("reader", "badge", "rdm6300", {"port": str(node)}),
        DeviceConfig("other", "scanner", "serial", {"port": str(tmp_path / "ttyUSB0")}),
        DeviceConfig("bar", "scanner", "serial", {"port": str(node)}),
    ]
    assert known(found, devices) == Known(used_by="bar")
    assert known(found, devices[:2]) == Known()
