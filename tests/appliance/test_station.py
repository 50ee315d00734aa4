"""Putting a register together, with a screen that only notes what it is shown."""

import queue
from collections.abc import Callable
from pathlib import Path

import pytest

from appliance import backup_plan, station
from appliance.backup_plan import Plan
from appliance.bench import Bench
from appliance.clock import SystemClock
from appliance.config import BadConfiguration, Config, DeviceConfig, ScreenConfig, StoreConfig
from appliance.devices import Devices
from appliance.hosts import workshop
from appliance.messages import (
    Command,
    DeviceState,
    Event,
    HealthChecked,
    Scan,
    SignIn,
    Snapshot,
    StartingView,
    StatusView,
    TicketView,
)
from appliance.store.shelf import Shelf
from tests.appliance.counter import COFFEE, set_up_shop
from tests.appliance.trading import ROOMY

PATIENCE_S = 20


def test_what_was_backed_up_every_night_is_so_again_where_a_shop_came_back(
    tmp_path: Path,
) -> None:
    restored, plan = tmp_path / "restored.toml", tmp_path / "backup.toml"
    station._plan_as_before(restored, plan)
    assert not plan.exists()
    restored.write_text("nightly = maybe")
    station._plan_as_before(restored, plan)
    assert not plan.exists()
    backup_plan.save(restored, Plan(True, ("age1x",), 7))
    station._plan_as_before(restored, plan)
    assert backup_plan.load(plan) == Plan(True, ("age1x",), 7)
    backup_plan.save(plan, Plan())
    station._plan_as_before(restored, plan)
    assert backup_plan.load(plan) == Plan()


class Glance:
    """A screen that does what a test says and closes."""

    def __init__(self, play: Callable[["Glance", Callable[[Command], bool]], None]) -> None:
        self.seen: queue.Queue[Snapshot] = queue.Queue()
        self.bench: Bench | None = None
        self._play = play

    def __call__(
        self,
        send: Callable[[Command], bool],
        attach: station.Attach,
        *,
        beat: Callable[[], None],
        screen: ScreenConfig,
        bench: Bench | None,
    ) -> None:
        beat()
        assert screen.width == 1280
        self.bench = bench
        attach(self.seen.put)
        self._play(self, send)

    def wait_for(self, wanted: Callable[[Snapshot], bool]) -> Snapshot:
        while True:
            snapshot = self.seen.get(timeout=PATIENCE_S)
            if wanted(snapshot):
                return snapshot


def config(folder: Path, *devices: DeviceConfig) -> Config:
    return Config(store=StoreConfig(str(folder), 0, 0, 1), device=devices)


def test_a_dip_of_the_power_between_two_looks_is_told_and_not_forgotten(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workshop, "GLANCE_EVERY_S", 0.01)
    alarm = tmp_path / "root/sys/class/hwmon/hwmon1/in0_lcrit_alarm"
    alarm.parent.mkdir(parents=True)
    (alarm.parent / "name").write_text("rpi_volt\n")
    alarm.write_text("0\n")
    said: queue.Queue[Command | Event] = queue.Queue()

    def power() -> str:
        while True:
            event = said.get(timeout=PATIENCE_S)
            if isinstance(event, HealthChecked):
                return next(one.code for one in event.findings if one.check == "power")

    devices = Devices((), said.put)
    machine = station.machine_of(config(tmp_path / "store"), SystemClock(), tmp_path / "root")
    devices.add_workshop(machine, simulated=True)
    devices.start()
    try:
        assert power() == "power_ok"
        # A minute before the next look, and as long as the kernel remembers it.
        alarm.write_text("1\n")
        assert power() in {"power_low", "power_was_low"}
        alarm.write_text("0\n")
        assert [one.code for one in machine.look() if one.check == "power"] == ["power_was_low"]
    finally:
        devices.stop()


def test_a_dip_that_only_a_look_saw_is_remembered_by_the_next(tmp_path: Path) -> None:
    alarm = tmp_path / "root/sys/class/hwmon/hwmon1/in0_lcrit_alarm"
    alarm.parent.mkdir(parents=True)
    (alarm.parent / "name").write_text("rpi_volt\n")
    machine = station.machine_of(config(tmp_path / "store"), SystemClock(), tmp_path / "root")
    found = []
    for level in (0, 1, 0):
        alarm.write_text(f"{level}\n")
        found += [one.code for one in machine.look() if one.check == "power"]
    assert found == ["power_ok", "power_low", "power_was_low"]


def test_a_register_sells_and_leaves_its_store_to_the_next_program(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path, limits=ROOMY)
    set_up_shop(shelf)
    shelf.close()

    def play(glance: Glance, send: Callable[[Command], bool]) -> None:
        send(SignIn("1", "1111"))
        send(Scan(COFFEE))
        glance.wait_for(lambda shown: isinstance(shown, TicketView) and len(shown.lines) == 1)

    station.run_register(config(tmp_path), Glance(play))
    again = Shelf(tmp_path, limits=ROOMY)
    assert again.db.sql("SELECT count(*) FROM ticket_line") == [(1,)]
    again.close()


def test_a_wrong_device_is_shown_in_trouble_and_selling_goes_on(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path, limits=ROOMY)
    set_up_shop(shelf)
    shelf.close()

    def is_told(shown: Snapshot) -> bool:
        return isinstance(shown, StatusView) and any(
            device.id == "front" and device.state is DeviceState.TROUBLE for device in shown.devices
        )

    def play(glance: Glance, send: Callable[[Command], bool]) -> None:
        status = glance.wait_for(is_told)
        assert isinstance(status, StatusView)
        (front,) = status.devices
        assert front.code == "bad_configuration"
        assert "network" in str(dict(front.fields)["why"])
        send(SignIn("1", "1111"))
        send(Scan(COFFEE))
        glance.wait_for(lambda shown: isinstance(shown, TicketView) and len(shown.lines) == 1)

    wrong = DeviceConfig("front", "printer", "netwrok")
    station.run_register(config(tmp_path, wrong), Glance(play))


def test_a_file_that_cannot_be_used_is_said_on_a_screen_that_needs_no_store() -> None:
    def play(glance: Glance, _send: Callable[[Command], bool]) -> None:
        starting = glance.wait_for(lambda shown: isinstance(shown, StartingView))
        assert isinstance(starting, StartingView)
        assert starting.problem == "bad_configuration"
        assert dict(starting.fields) == {"where": "open-pos.toml", "why": "line 3"}

    station.show_refusal(BadConfiguration(where="open-pos.toml", why="line 3"), Glance(play))


def test_the_demo_is_played_from_its_bench(tmp_path: Path) -> None:
    def play(glance: Glance, send: Callable[[Command], bool]) -> None:
        glance.wait_for(lambda shown: isinstance(shown, StartingView) and shown.done)
        send(SignIn("1", "1111"))
        bench = glance.bench
        assert bench is not None
        article = bench.articles[0]
        while not bench.scan(article.barcode):
            pass
        glance.wait_for(lambda shown: isinstance(shown, TicketView) and len(shown.lines) == 1)

    station.run_demo(config(tmp_path), Glance(play))
