"""Kicks that fail or come too late: told at once, never repeated, and nobody who uses the key is a burglar."""

import threading
import time
from collections.abc import Iterator

import pytest

from appliance.hosts import DrawerHost, drawers
from appliance.messages import DeviceChanged, DrawerFailed, KickDrawer
from drivers.drawer import WatchLimits
from tests.appliance.test_devices import PATIENCE_S, Room, Till, is_ok, room

__all__ = ["room"]


@pytest.fixture
def till(monkeypatch: pytest.MonkeyPatch) -> Iterator[Till]:
    """A drawer on its own wires, whose kick answers for an opening for a moment only."""
    monkeypatch.setattr(DrawerHost, "limits", WatchLimits(asked_ms=400))
    opened = Till(on_printer=False)
    yield opened
    opened.room.devices.stop()


def test_that_its_switch_answers_does_not_mean_that_a_jammed_drawer_opens(room: Room) -> None:
    room.is_well("drawer")
    room.drivers["drawer"].jam()
    room.devices.run(KickDrawer("K7Q2-9"))
    room.hear(DrawerFailed)
    # Looked at again and again, shut.
    time.sleep(0.5)
    assert not room.devices.hosts["drawer"].is_well
    room.drivers["drawer"].clear_jam()
    room.devices.run(KickDrawer("K7Q2-10"))
    room.hear(DeviceChanged, lambda said: said.device == "drawer" and is_ok(said))


def test_who_opens_a_jammed_drawer_by_its_key_forces_nothing(till: Till) -> None:
    assert till.drawer is not None
    till.drawer.jam()
    till.room.devices.run(KickDrawer("K7Q2-9"))
    till.room.hear(DrawerFailed)
    # Longer than a kick answers for.
    time.sleep(0.5)
    till.drawer.clear_jam()
    till.pull_open()
    assert till.news() == "opened"


@pytest.mark.parametrize("on_printer", [False, True])
def test_a_kick_that_cannot_be_given_in_time_is_told_at_once_and_never_given(
    monkeypatch: pytest.MonkeyPatch, *, on_printer: bool
) -> None:
    monkeypatch.setattr(drawers, "KICK_WITHIN_MS", 50)
    till = Till(on_printer=on_printer)
    freed = threading.Event()

    def held_up() -> None:
        freed.wait(PATIENCE_S)

    try:
        # The thread that kicks is held up by whatever it does.
        till.host.lend(held_up)
        till.room.devices.run(KickDrawer("K7Q2-9"))
        if on_printer:
            failed = till.room.hear(DrawerFailed)
            freed.set()
        else:
            time.sleep(0.1)
            freed.set()
            failed = till.room.hear(DrawerFailed)
        assert (failed.sale, failed.code) == ("K7Q2-9", "kick_too_late")
        monkeypatch.setattr(drawers, "KICK_WITHIN_MS", 5000)
        till.room.devices.run(KickDrawer("K7Q2-10"))
        assert till.news() == "opened"
        kicks = till.printer.kicks if till.drawer is None else range(till.drawer.kicks)
        assert len(kicks) == 1
        assert not [said for said in till.room.rest() if isinstance(said, DrawerFailed)]
    finally:
        freed.set()
        till.room.devices.stop()
