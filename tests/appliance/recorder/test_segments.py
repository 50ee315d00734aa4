"""Pieces of video, cut from what an encoder gives."""

import io
import itertools
import random

import av
import pytest

from appliance.recorder.segments import GAP_NS, MOST_NS, Cutter, Segment
from appliance.recorder.vault import measured
from drivers.camera import Packet
from tests.appliance.recorder.video import BEGAN_NS, FORM, FRAME_NS, packets, pictures

SECOND = 1_000_000_000


def cut(shots: list[Packet]) -> list[Segment]:
    cutter = Cutter("door", FORM)
    found = [one for shot in shots for one in cutter.take(shot)]
    return [*found, *cutter.end()]


@pytest.fixture(scope="module")
def minute() -> list[Packet]:
    return list(packets(15 * 60))


def test_each_piece_begins_with_a_key_frame_and_has_two_seconds(minute: list[Packet]) -> None:
    found = cut(minute)
    assert [one.frames for one in found] == [30] * 30
    assert all(measured(one.data).frames == pictures(one.data) == 30 for one in found)


def test_nothing_is_missing_between_two_pieces(minute: list[Packet]) -> None:
    found = cut(minute)
    assert found[0].begin_ns == BEGAN_NS
    for one, following in itertools.pairwise(found):
        assert one.end_ns == following.begin_ns
    assert found[-1].end_ns == minute[-1].at_ns + FRAME_NS
    assert {one.run_ns for one in found} == {BEGAN_NS}


def test_times_go_on_from_piece_to_piece_so_that_a_player_may_put_them_together(
    minute: list[Packet],
) -> None:
    whole = b"".join(one.data for one in cut(minute))
    with av.open(io.BytesIO(whole), "r", format="mpegts") as container:
        times = [one.pts for one in container.demux(video=0) if one.pts is not None]
    steps = {later - earlier for earlier, later in itertools.pairwise(times)}
    assert len(times) == len(minute)
    # 1/15 s is 6000 of 90000, and a nanosecond is lost now and then.
    assert steps <= {5999, 6000, 6001}


def test_a_silence_ends_a_piece_and_begins_another_run() -> None:
    shots = [*packets(20), *packets(20, began_ns=BEGAN_NS + 20 * FRAME_NS + GAP_NS)]
    first, second = cut(shots)
    assert (first.frames, second.frames) == (20, 20)
    assert first.end_ns < second.begin_ns
    assert (first.run_ns, second.run_ns) == (first.begin_ns, second.begin_ns)


def test_a_camera_whose_time_goes_back_begins_another_run() -> None:
    first, second = cut([*packets(20), *packets(20, began_ns=BEGAN_NS - SECOND)])
    assert (first.begin_ns, second.begin_ns) == (BEGAN_NS, BEGAN_NS - SECOND)
    assert all(pictures(one.data) == 20 for one in (first, second))


def test_what_comes_before_a_key_frame_is_of_no_use_and_counted() -> None:
    cutter = Cutter("door", FORM)
    shots = list(packets(40))
    assert not any(cutter.take(shot) for shot in shots[1:16] if not shot.is_key)
    assert cutter.lost == 14
    cutter.take(shots[15])
    assert [one.frames for one in cutter.end()] == [1]


def test_an_encoder_that_sends_no_key_frames_any_more_does_not_fill_the_memory() -> None:
    cutter = Cutter("door", FORM)
    first = next(packets(1))
    found: list[Segment] = []
    for number in range(15 * 60):
        shot = Packet(first.at_ns + number * FRAME_NS, number == 0, first.data)
        found += cutter.take(shot)
    (only,) = found
    assert MOST_NS <= only.end_ns - only.begin_ns <= MOST_NS + 2 * FRAME_NS
    assert cutter.end() == ()
    assert cutter.lost > 700


def test_most_motion_of_a_piece_is_told_with_it() -> None:
    cutter = Cutter("door", FORM)
    found: list[Segment] = []
    for number, shot in enumerate(packets(61)):
        found += cutter.take(shot)
        cutter.moved(7 if number == 3 else 0)
    assert [one.motion for one in found] == [7, 0]


def test_of_a_file_that_power_has_cut_all_but_the_last_pictures_can_be_seen(
    minute: list[Packet],
) -> None:
    """At a random place cut off, or filled with zeros from there: what a card may hold after that."""
    chance = random.Random(7)
    whole = cut(minute)[3].data
    for _ in range(60):
        at = chance.randrange(len(whole) // 4, len(whole))
        left = sum(1 for _ in _before(whole, at))
        for broken in (whole[:at], whole[:at] + bytes(min(16_384, len(whole) - at))):
            assert pictures(broken) >= left - 15
            assert measured(broken).frames >= left - 15


def _before(data: bytes, at: int) -> list[int]:
    """The pictures of which the last byte lies before `at`: each has its own packets of 188 bytes."""
    with av.open(io.BytesIO(data), "r", format="mpegts") as container:
        places = [one.pos for one in container.demux(video=0) if one.pos is not None]
    return [place for place in places[1:] if place <= at]


@pytest.mark.parametrize("rubbish", [b"", b"G", bytes(1880), b"rubbish" * 1000, b"G" + bytes(187)])
def test_rubbish_has_no_pictures(rubbish: bytes) -> None:
    assert measured(rubbish).frames == 0
