"""Clips: what is handed out plays, at its own time, and whatever was changed is noticed."""

import io
from collections.abc import Iterator
from pathlib import Path

import av
import pytest

from appliance.recorder import clips
from appliance.recorder.clips import ClipUnreadable, Part
from appliance.recorder.index import Clip
from tests.appliance.recorder.test_vault import SEGMENTS, Shelf

SECOND = 1_000_000_000
FROM_NS = SEGMENTS[2].begin_ns + SECOND
CLIP = Clip("K7Q2-9", "drawer_forced", "door", "b00t", FROM_NS, FROM_NS + 6 * SECOND)


@pytest.fixture
def shelf(tmp_path: Path) -> Iterator[Shelf]:
    made = Shelf(tmp_path / "recordings")
    made.put(*SEGMENTS)
    made.index.keep(CLIP)
    yield made
    made.vault.close()


def noted(shelf: Shelf) -> Clip:
    """The clip, with its hash in the index."""
    now = clips.check(shelf.folder, shelf.index, CLIP).sha256
    shelf.index.hashed(CLIP.entry, CLIP.camera, now)
    (clip,) = shelf.index.clips(CLIP.entry)
    return clip


def shown(file: Path) -> list[float]:
    """When each picture of a file is shown, in seconds."""
    with av.open(str(file), "r") as container:
        return [float(frame.time) for frame in container.decode(video=0)]


def test_a_clip_is_the_segments_that_it_reaches_into(shelf: Shelf) -> None:
    rows = shelf.index.of(CLIP)
    assert [row.begin_ns for row in rows] == [one.begin_ns for one in SEGMENTS[2:6]]


def test_it_is_handed_out_as_a_file_that_plays_from_its_begin(shelf: Shelf, tmp_path: Path) -> None:
    file = tmp_path / "clip.mp4"
    found = clips.parts(shelf.folder, shelf.index.of(CLIP))
    assert clips.write_mp4(found, file) == 120
    times = shown(file)
    assert (len(times), times[0]) == (120, 0.0)
    assert abs(times[-1] - 119 / 15) < 0.001
    head = file.read_bytes()
    # Browsers begin to play when the index comes before the pictures.
    assert head.index(b"moov") < head.index(b"mdat")


def test_where_the_camera_gave_nothing_the_time_goes_on(tmp_path: Path) -> None:
    found = [Part(one.begin_ns, one.data) for one in (SEGMENTS[0], SEGMENTS[4])]
    clips.write_mp4(found, tmp_path / "clip.mp4")
    times = shown(tmp_path / "clip.mp4")
    assert len(times) == 60
    gap = (SEGMENTS[4].begin_ns - SEGMENTS[0].begin_ns) / SECOND
    assert abs(times[30] - gap) < 0.001


@pytest.mark.parametrize("broken", [b"", b"rubbish" * 400, bytes(4000)])
def test_a_broken_segment_costs_itself_alone(tmp_path: Path, broken: bytes) -> None:
    found = [
        Part(SEGMENTS[0].begin_ns, SEGMENTS[0].data),
        Part(SEGMENTS[1].begin_ns, broken),
        Part(SEGMENTS[2].begin_ns, SEGMENTS[2].data[: len(SEGMENTS[2].data) // 2]),
    ]
    assert clips.write_mp4(found, tmp_path / "clip.mp4") > 30
    with pytest.raises(ClipUnreadable):
        clips.write_mp4(found[1:2], tmp_path / "none.mp4")
    assert not (tmp_path / "none.mp4").exists()


def test_it_can_be_stopped_and_leaves_no_file(tmp_path: Path) -> None:
    found = [Part(one.begin_ns, one.data) for one in SEGMENTS]
    with pytest.raises(ClipUnreadable):
        clips.write_mp4(found, tmp_path / "clip.mp4", lambda done: done < 3)
    assert not (tmp_path / "clip.mp4").exists()


def test_a_clip_that_nobody_touched_is_whole(shelf: Shelf) -> None:
    assert clips.check(shelf.folder, shelf.index, CLIP).state == "open"
    assert clips.check(shelf.folder, shelf.index, noted(shelf)).state == "whole"


def test_one_byte_that_was_changed_is_noticed(shelf: Shelf) -> None:
    clip = noted(shelf)
    row = shelf.index.of(clip)[1]
    file = shelf.folder / row.path
    data = bytearray(file.read_bytes())
    data[len(data) // 2] ^= 1
    file.write_bytes(data)
    assert clips.check(shelf.folder, shelf.index, clip).state == "changed"


def test_a_segment_that_was_put_in_the_place_of_another_is_noticed(shelf: Shelf) -> None:
    clip = noted(shelf)
    first, second = shelf.index.of(clip)[:2]
    one, other = (shelf.folder / row.path for row in (first, second))
    data = one.read_bytes(), other.read_bytes()
    one.write_bytes(data[1])
    other.write_bytes(data[0])
    assert clips.check(shelf.folder, shelf.index, clip).state == "changed"


def test_a_file_that_is_gone_is_noticed(shelf: Shelf) -> None:
    clip = noted(shelf)
    (shelf.folder / shelf.index.of(clip)[-1].path).unlink()
    assert clips.check(shelf.folder, shelf.index, clip).state == "missing"
    for row in shelf.index.of(clip):
        (shelf.folder / row.path).unlink(missing_ok=True)
    assert clips.check(shelf.folder, shelf.index, clip).state == "missing"


def test_a_clip_of_which_there_never_was_a_picture_is_missing_and_not_whole(shelf: Shelf) -> None:
    early = Clip("K7Q2-1", "punched", "door", "b00t", 0, SECOND)
    shelf.index.keep(early)
    shelf.index.hashed(early.entry, "door", clips.check(shelf.folder, shelf.index, early).sha256)
    (noted_so,) = shelf.index.clips(early.entry)
    assert clips.check(shelf.folder, shelf.index, noted_so).state == "missing"


def test_the_hash_says_the_same_as_anybody_s_own_program(shelf: Shelf) -> None:
    import hashlib

    told = io.BytesIO()
    for one in SEGMENTS[2:6]:
        told.write(one.begin_ns.to_bytes(8, "big") + one.data)
    assert (
        clips.check(shelf.folder, shelf.index, CLIP).sha256
        == hashlib.sha256(told.getvalue()).hexdigest()
    )
