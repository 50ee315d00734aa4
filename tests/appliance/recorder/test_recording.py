"""A camera, a journal and a disk: what happened at the till is on the video of that moment."""

import io
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import av
import numpy as np
import pytest

from appliance.clock import SystemClock
from appliance.journal.device_kinds import DrawerForced
from appliance.journal.entry import Entry
from appliance.recorder import clips
from appliance.recorder.events import Rule
from appliance.recorder.eye import Eye
from appliance.recorder.index import Clip, Index, Row
from appliance.recorder.keeper import Keeper, Plan
from appliance.recorder.motion import Motion, Zone
from appliance.recorder.ring import Policy
from appliance.recorder.vault import Limits
from appliance.store.shelf import DiskLimits, Shelf
from drivers.camera import _picture_clock
from drivers.camera.simulated import Driver, Options

SECOND = 1_000_000_000
SHORT = {"drawer_forced": Rule(before_ns=2 * SECOND, after_ns=2 * SECOND)}


class Recorder:
    """Cameras, their eyes, the keeper, and a till's journal."""

    def __init__(
        self, folder: Path, policy: Policy, quota: int = 10**9, still_ns: int = 10 * SECOND
    ) -> None:
        self.folder = folder / "recordings"
        self.shelf = Shelf(folder / "shop", limits=DiskLimits(0, 0, 0))
        self.clock = SystemClock(always_ok=True)
        self.book = self.shelf.book(self.clock)
        self.hashed: list[tuple[str, str, str]] = []
        self.given_up: list[str] = []
        plan = Plan({"door": policy}, Limits(quota, 0), SHORT)
        self.keeper = Keeper(
            self.folder, folder / "shop", plan, self.clock, lambda *told: self.hashed.append(told)
        )
        self.camera = Driver(Options(width=320, height=240))
        motion = Motion(60, (Zone(*_picture_clock.ZONE),))
        self.eye = Eye(
            "door", self.camera, motion, self.keeper.take, self.given_up.append, still_ns
        )
        self._threads = [
            threading.Thread(target=each.run, daemon=True) for each in (self.keeper, self.eye)
        ]
        for thread in self._threads:
            thread.start()
        assert self.keeper.ready.wait(20)

    def stop(self) -> None:
        """Twice is no mistake."""
        self.eye.stop()
        self._threads[1].join(20)
        self.keeper.stop()
        self._threads[0].join(20)
        assert not any(thread.is_alive() for thread in self._threads)
        self.shelf.close()

    def forced(self) -> Entry:
        """The drawer comes open, and there is a flash."""
        until(lambda: self.keeper.follows)
        before = self.camera.flashed_at_ns
        self.camera.flash()
        (entry,) = self.book.record("", DrawerForced("drawer"))
        until(lambda: self.camera.flashed_at_ns != before)
        return entry

    def rows(self) -> list[Row]:
        index = Index(self.folder, read_only=True)
        try:
            return index.oldest(1000) + index.oldest(1000, protected=True)
        finally:
            index.close()

    def clip(self, entry: Entry) -> Clip:
        index = Index(self.folder, read_only=True)
        try:
            (found,) = index.clips(entry.id)
            return found
        finally:
            index.close()


Begin = Callable[..., Recorder]


@pytest.fixture
def begin(tmp_path: Path) -> Iterator[Begin]:
    """Begins one, with what is to be kept; it is stopped, whatever comes."""
    made: list[Recorder] = []

    def one(policy: Policy, **more: int) -> Recorder:
        made.append(Recorder(tmp_path, policy, **more))
        return made[-1]

    yield one
    for each in made:
        each.stop()


def until(is_so: Callable[[], object], patience_s: float = 40) -> None:
    limit = time.monotonic() + patience_s
    while not is_so():
        assert time.monotonic() < limit
        time.sleep(0.05)


def seen(folder: Path, clip: Clip) -> list[tuple[int, float]]:
    """The pictures of a clip: the time that each carries, in milliseconds of boot time, and how bright it is."""
    index = Index(folder, read_only=True)
    try:
        found = clips.parts(folder, index.of(clip))
    finally:
        index.close()
    pictures = []
    for part in found:
        with av.open(io.BytesIO(part.data), "r", format="mpegts") as container:
            for frame in container.decode(video=0):
                bright = frame.to_ndarray(format="gray").astype(np.uint8)
                pictures.append(
                    (_picture_clock.read(bright), float(bright[: bright.shape[0] * 3 // 4].mean()))
                )
    return pictures


def test_the_clip_of_an_entry_shows_what_happened_then_and_just_before(begin: Begin) -> None:
    recorder = begin("events")
    until(lambda: recorder.eye.state.is_ok)
    # So that there is something before it.
    time.sleep(3)
    entry = recorder.forced()
    until(lambda: recorder.hashed)
    recorder.eye.stop()
    clip = recorder.clip(entry)
    pictures = seen(recorder.folder, clip)
    at_ms = entry.boot_ns // 1_000_000
    white = [time_ms for time_ms, brightness in pictures if brightness > 200]
    assert white == [recorder.camera.flashed_at_ns // 1_000_000]
    assert pictures[0][0] <= at_ms - 1500
    assert pictures[-1][0] >= at_ms + 1500
    assert recorder.hashed == [(entry.id, "door", clip.sha256)]


def test_where_nothing_happens_nothing_is_written(begin: Begin) -> None:
    recorder = begin("events")
    until(lambda: recorder.eye.state.is_ok)
    time.sleep(5)
    assert recorder.rows() == []
    assert recorder.keeper.counts.kept == 0


def test_an_entry_makes_a_clip_though_the_till_began_after_the_recorder(begin: Begin) -> None:
    recorder = begin("continuous")
    until(lambda: recorder.keeper.counts.kept)
    entry = recorder.forced()
    until(lambda: recorder.hashed)
    assert recorder.clip(entry).sha256


def test_who_walks_by_is_kept(begin: Begin) -> None:
    recorder = begin("motion")
    until(lambda: recorder.eye.state.is_ok)
    time.sleep(3)
    assert recorder.keeper.counts.kept == 0
    recorder.camera.walk()
    until(lambda: recorder.keeper.counts.kept >= 2)
    assert max(row.motion for row in recorder.rows()) > 30


def test_a_camera_that_is_pulled_out_and_put_back_goes_on(begin: Begin) -> None:
    recorder = begin("continuous")
    until(lambda: recorder.keeper.counts.kept)
    recorder.camera.unplug()
    until(lambda: recorder.eye.state.code == "device_absent")
    recorder.camera.plug()
    until(lambda: recorder.eye.state.is_ok)
    kept = recorder.keeper.counts.kept
    until(lambda: recorder.keeper.counts.kept > kept + 1)
    assert len({row.run_ns for row in recorder.rows()}) >= 2
    assert recorder.given_up == []


def test_a_camera_that_freezes_has_its_encoder_begun_anew(begin: Begin) -> None:
    recorder = begin("continuous", still_ns=SECOND)
    until(lambda: recorder.eye.state.is_ok)
    before = recorder.eye.restarts
    recorder.camera.freeze()
    until(lambda: recorder.eye.restarts > before)
    until(lambda: recorder.eye.state.is_ok)


def test_one_that_nothing_helps_is_given_up_and_asked_on(begin: Begin) -> None:
    recorder = begin("continuous", still_ns=SECOND)
    until(lambda: recorder.eye.state.is_ok)
    recorder.camera.hang()
    until(lambda: recorder.given_up == ["door"])
    recorder.camera.thaw()
    until(lambda: recorder.eye.state.is_ok)


def test_with_no_room_at_all_it_is_said_and_the_camera_goes_on(begin: Begin) -> None:
    recorder = begin("continuous", quota=10)
    until(lambda: recorder.keeper.trouble == "recordings_full")
    assert recorder.eye.state.is_ok
    assert recorder.rows() == []


def test_a_recorder_that_begins_in_the_middle_of_a_clip_keeps_the_rest(begin: Begin) -> None:
    first = begin("events")
    until(lambda: first.eye.state.is_ok)
    entry = first.forced()
    until(lambda: first.keeper.counts.kept)
    first.stop()
    index = Index(first.folder)
    # As long as it takes to begin anew on a busy machine.
    index._db.execute("UPDATE clip SET end_ns = end_ns + ?", (60 * SECOND,))
    index.close()
    before = {row.path for row in first.rows()}
    second = begin("events")
    until(lambda: second.keeper.counts.kept)
    later = [row for row in second.rows() if row.path not in before]
    clip = second.clip(entry)
    assert later
    assert all(row.begin_ns < clip.end_ns for row in later)


def test_a_store_that_came_back_from_a_backup_is_followed(begin: Begin, tmp_path: Path) -> None:
    recorder = begin("continuous")
    recorder.forced()
    until(lambda: recorder.hashed)
    recorder.shelf.close()
    (tmp_path / "shop").rename(tmp_path / "before")
    recorder.shelf = Shelf(tmp_path / "shop", limits=DiskLimits(0, 0, 0))
    recorder.book = recorder.shelf.book(recorder.clock)
    entry = recorder.forced()
    until(lambda: len(recorder.hashed) > 1)
    assert recorder.hashed[-1][0] == entry.id
