"""A camera without a lens does what one with a lens does, and its world is a method."""

import itertools
import threading
import time
from collections.abc import Callable, Iterator

import av
import msgspec
import numpy as np
import pytest
from numpy.typing import NDArray

from appliance.recorder.motion import Motion, Zone
from drivers import DeviceAbsent, DeviceSilent
from drivers.camera import CameraStopped, Packet, Shot, Small, _picture_clock
from drivers.camera.simulated import Driver, Options

CLOCK = (Zone(*_picture_clock.ZONE),)


@pytest.fixture
def camera() -> Iterator[Driver]:
    made = Driver(Options(width=320, height=240, fps=15))
    yield made
    made.close()


def taken(
    camera: Driver, enough: Callable[[list[Shot]], bool], patience_s: float = 20
) -> list[Shot]:
    """Shots until there are enough."""
    found: list[Shot] = []
    until = time.monotonic() + patience_s
    while not enough(found):
        assert time.monotonic() < until
        found += camera.shots(2000)
    return found


def packets(found: list[Shot]) -> list[Packet]:
    return [one for one in found if isinstance(one, Packet)]


def smalls(found: list[Shot]) -> list[Small]:
    return [one for one in found if isinstance(one, Small)]


def many(count: int) -> Callable[[list[Shot]], bool]:
    return lambda found: len(packets(found)) >= count


def bright(one: Small) -> NDArray[np.uint8]:
    values = np.frombuffer(one.data, np.uint8, one.width * one.height)
    return values.reshape(one.height, one.width)


def decoded(found: list[Packet]) -> list[NDArray[np.uint8]]:
    """The brightness of each picture of the video."""
    codec = av.CodecContext.create("h264", "r")
    frames = [frame for one in found for frame in codec.decode(av.Packet(one.data))]
    frames += codec.decode(None)
    return [frame.to_ndarray(format="gray").astype(np.uint8) for frame in frames]


def test_the_video_begins_with_a_key_frame_and_has_one_each_second(camera: Driver) -> None:
    found = packets(taken(camera, many(46)))
    keys = [place for place, one in enumerate(found) if one.is_key]
    assert keys[:3] == [0, 15, 30]


def test_pictures_come_as_often_as_they_should_and_never_back_in_time(camera: Driver) -> None:
    found = packets(taken(camera, many(20)))
    steps = [later.at_ns - one.at_ns for one, later in itertools.pairwise(found)]
    # Whoever is slow to fetch them does not get them all; those that come are a fifteenth apart, or more.
    assert all(step >= 1_000_000_000 // 15 - 1000 for step in steps)


def test_each_picture_says_when_it_was_taken(camera: Driver) -> None:
    found = taken(camera, many(10))
    for one, picture in zip(packets(found), decoded(packets(found)), strict=True):
        assert abs(_picture_clock.read(picture) - one.at_ns // 1_000_000) <= 1
    for each in smalls(found):
        assert _picture_clock.read(bright(each)) == each.at_ns // 1_000_000


def test_the_time_can_be_read_of_a_picture_of_another_size(camera: Driver) -> None:
    (one, *_) = smalls(taken(camera, lambda found: bool(smalls(found))))
    doubled = np.repeat(np.repeat(bright(one), 2, axis=0), 2, axis=1)
    assert _picture_clock.read(doubled) == one.at_ns // 1_000_000


def test_who_walks_by_moves_and_lamps_do_not(camera: Driver) -> None:
    motion = Motion(50, CLOCK)

    def moved(count: int) -> int:
        found = smalls(taken(camera, lambda shots: len(smalls(shots)) >= count))
        return max(motion.look(one).motion for one in found)

    moved(5)
    assert moved(5) == 0
    camera.light(60)
    assert moved(5) == 0
    camera.walk()
    assert moved(8) > 30


def test_a_hand_before_the_lens_covers_it(camera: Driver) -> None:
    camera.cover()
    (one, *_) = smalls(taken(camera, lambda found: bool(smalls(found))))
    assert Motion(50, CLOCK).look(one).is_covered
    camera.uncover()
    (one, *_) = smalls(taken(camera, lambda found: bool(smalls(found))))
    assert not Motion(50, CLOCK).look(one).is_covered


def test_a_flash_is_one_white_picture(camera: Driver) -> None:
    found = packets(taken(camera, many(20)))
    camera.flash()
    found += packets(taken(camera, lambda _found: bool(camera.flashed_at_ns)))
    found += packets(taken(camera, many(5)))
    seen = zip(found, decoded(found), strict=True)
    white = [one.at_ns // 1000 for one, picture in seen if picture[:200].mean() > 200]
    assert white == [camera.flashed_at_ns // 1000]


def test_without_its_cable_it_is_absent_and_with_it_there_again(camera: Driver) -> None:
    taken(camera, many(2))
    camera.unplug()
    with pytest.raises(DeviceAbsent):
        camera.shots(1000)
    camera.plug()
    assert packets(taken(camera, many(1)))[0].is_key


def test_an_encoder_that_gives_nothing_is_silent_until_it_is_restarted(camera: Driver) -> None:
    taken(camera, many(2))
    camera.freeze()
    assert not packets(taken(camera, lambda found: len(smalls(found)) > 3))
    camera.restart()
    assert packets(taken(camera, many(1)))[0].is_key
    camera.hang()
    camera.restart()
    with pytest.raises(DeviceSilent):
        camera.shots(100)
    camera.thaw()
    assert taken(camera, many(1))


def test_it_is_woken_by_another_thread(camera: Driver) -> None:
    camera.hang()
    threading.Timer(0.1, camera.wake).start()
    with pytest.raises(CameraStopped):
        camera.shots(30_000)


def test_whoever_did_not_fetch_for_a_while_gets_what_is_now(camera: Driver) -> None:
    taken(camera, many(2))
    time.sleep(1.5)
    found = packets(list(camera.shots(1000)))
    assert len(found) <= 2
    now_ns = time.clock_gettime_ns(time.CLOCK_BOOTTIME)
    assert now_ns - found[0].at_ns < 5_000_000_000


@pytest.mark.parametrize("wrong", [{"width": 100}, {"height": 481}, {"fps": 0}, {"fps": 31}])
def test_sizes_that_no_encoder_takes_are_refused(wrong: dict[str, int]) -> None:
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert(wrong, Options)
