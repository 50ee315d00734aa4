"""Putting a register together, with a screen that only notes what it is shown."""

import queue
from collections.abc import Callable
from pathlib import Path

from appliance import station
from appliance.bench import Bench
from appliance.config import Config, DeviceConfig, ScreenConfig, StoreConfig
from appliance.messages import Command, Scan, SignIn, Snapshot, StartingView, TicketView
from appliance.store.shelf import Shelf
from tests.appliance.counter import COFFEE, set_up_shop
from tests.appliance.trading import ROOMY

PATIENCE_S = 20


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


def test_a_mistake_in_a_device_is_said_on_the_screen(tmp_path: Path) -> None:
    said: list[Snapshot] = []

    def play(glance: Glance, _send: Callable[[Command], bool]) -> None:
        said.append(glance.wait_for(lambda shown: isinstance(shown, StartingView)))

    wrong = DeviceConfig("front", "printer", "netwrok")
    station.run_register(config(tmp_path, wrong), Glance(play))
    (starting,) = said
    assert isinstance(starting, StartingView)
    assert starting.problem == "bad_configuration"
    assert "network" in str(dict(starting.fields)["why"])


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
