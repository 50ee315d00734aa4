"""Recordings on the disk: whole or not there, never more than is allowed, and found again after a power cut."""

import os
import random
import subprocess
import sys
import textwrap
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from appliance.clock import Moment, ScriptedClock
from appliance.recorder.index import NAME, Clip, Index
from appliance.recorder.segments import Cutter, Segment
from appliance.recorder.vault import Deleted, Limits, NoRoom, Vault
from tests.appliance.recorder.video import BEGAN_NS, FORM, packets

START_MS = 1_764_000_000_000
ROOMY = Limits(quota_bytes=10**9, floor_bytes=0)
SECOND = 1_000_000_000
DAY_MS = 86_400_000


def fresh_segments(camera: str = "door", count: int = 10) -> list[Segment]:
    cutter = Cutter(camera, FORM)
    found = [one for shot in packets(30 * count) for one in cutter.take(shot)]
    return [*found, *cutter.end()]


SEGMENTS = fresh_segments()
SIZE = max(len(one.data) for one in SEGMENTS)


class Shelf:
    """A vault, what it deleted, and its clock, which a test sets."""

    def __init__(self, folder: Path, limits: Limits = ROOMY, boot: str = "b00t") -> None:
        self.folder = folder
        self.gone: list[Deleted] = []
        self.clock = ScriptedClock(START_MS, boot)
        self.vault = Vault(folder, limits, self.clock, self.gone.append)
        self.index = self.vault.index

    def put(self, *segments: Segment) -> None:
        for one in segments:
            self.vault.put(one)

    def paths(self) -> list[str]:
        return sorted(self.index.paths())

    def files(self) -> list[str]:
        return sorted(str(one.relative_to(self.folder)) for one in self.folder.glob("*/*/*"))


@pytest.fixture
def shelf(tmp_path: Path) -> Iterator[Shelf]:
    made = Shelf(tmp_path / "recordings")
    yield made
    made.vault.close()


def test_what_is_put_there_is_there(shelf: Shelf) -> None:
    shelf.put(*SEGMENTS)
    assert (
        shelf.files() == shelf.paths() == sorted(f"door/b00t/{one.begin_ns}.ts" for one in SEGMENTS)
    )
    rows = shelf.index.between("door", 0, 2 * START_MS)
    assert [(shelf.folder / row.path).read_bytes() for row in rows] == [
        one.data for one in SEGMENTS
    ]
    assert [(row.frames, row.run_ns) for row in rows] == [(30, BEGAN_NS)] * 10
    assert shelf.index.total_bytes() == sum(len(one.data) for one in SEGMENTS)
    assert all(oct(file.stat().st_mode)[-2:] == "00" for file in shelf.folder.glob("*/*/*"))


def test_a_segment_that_comes_twice_is_there_once(shelf: Shelf) -> None:
    shelf.put(SEGMENTS[0], SEGMENTS[0])
    assert len(shelf.paths()) == 1


# ------------------------------------------------------------------ room


def test_the_oldest_goes_when_the_quota_is_reached(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path, Limits(quota_bytes=3 * SIZE, floor_bytes=0))
    shelf.put(*SEGMENTS)
    kept = [f"door/b00t/{one.begin_ns}.ts" for one in SEGMENTS[-3:]]
    assert shelf.files() == shelf.paths() == sorted(kept)
    assert {one.why for one in shelf.gone} == {"room"}
    assert sum(len(one.rows) for one in shelf.gone) == 7


def test_what_a_clip_needs_goes_last_and_that_is_told(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path, Limits(quota_bytes=3 * SIZE, floor_bytes=0))
    shelf.put(*SEGMENTS[:2])
    first = SEGMENTS[0]
    shelf.index.keep(Clip("K7Q2-9", "refund", "door", "b00t", first.begin_ns + 1, first.end_ns))
    shelf.put(*SEGMENTS[2:6])
    assert f"door/b00t/{first.begin_ns}.ts" in shelf.files()
    assert {one.why for one in shelf.gone} == {"room"}
    shelf.index.keep(Clip("K7Q2-10", "void", "door", "b00t", 0, 10**12))
    shelf.put(SEGMENTS[6])
    assert shelf.gone[-1].why == "protected"
    assert [row.begin_ns for row in shelf.gone[-1].rows] == [first.begin_ns]


def test_what_is_larger_than_all_room_is_refused_and_nothing_is_left_of_it(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path, Limits(quota_bytes=SIZE // 2, floor_bytes=0))
    with pytest.raises(NoRoom):
        shelf.put(SEGMENTS[0])
    assert shelf.files() == shelf.paths() == []


def test_the_floor_of_the_disk_is_kept_free(tmp_path: Path) -> None:
    free = os.statvfs(tmp_path)
    more_than_there_is = free.f_frsize * free.f_blocks * 2
    shelf = Shelf(tmp_path / "r", Limits(quota_bytes=10**12, floor_bytes=more_than_there_is))
    with pytest.raises(NoRoom):
        shelf.put(SEGMENTS[0])


def test_what_is_older_than_its_days_goes_if_the_clock_can_be_trusted(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path, ROOMY._replace(days=2))
    shelf.put(*SEGMENTS[:3])
    shelf.clock.set(START_MS + 3 * DAY_MS)
    shelf.put(SEGMENTS[3]._replace(begin_ns=3 * 86_400 * SECOND, end_ns=3 * 86_400 * SECOND + 1))
    assert [one.why for one in shelf.gone] == ["age"]
    assert len(shelf.gone[0].rows) == 3


def test_of_a_boot_whose_time_was_never_known_nothing_is_too_old(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path, ROOMY._replace(days=2))
    shelf.put(*SEGMENTS[:3])
    shelf.index._db.execute("UPDATE boot SET ok = 0")
    shelf.vault.close()
    later = Shelf(tmp_path, ROOMY._replace(days=2), boot="later")
    later.clock.set(START_MS + 30 * DAY_MS)
    later.put(SEGMENTS[4])
    assert later.gone == []
    assert len(later.paths()) == 4


def test_by_a_clock_that_cannot_be_trusted_nothing_is_too_old(tmp_path: Path) -> None:
    class Wrong(ScriptedClock):
        def now(self) -> Moment:
            return super().now()._replace(ok=False)

    shelf = Shelf(tmp_path, ROOMY._replace(days=2))
    shelf.put(*SEGMENTS[:3])
    wrong = Wrong(START_MS, "b00t")
    wrong.set(START_MS + 30 * DAY_MS)
    shelf.vault._clock = wrong  # type: ignore[misc]
    shelf.put(SEGMENTS[3])
    assert shelf.gone == []
    assert len(shelf.paths()) == 4


# ------------------------------------------------------------------ the clock


def test_a_clock_that_is_put_right_puts_right_what_was_recorded_before(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path)
    shelf.put(SEGMENTS[0])
    index = shelf.index
    index._db.execute("UPDATE boot SET ok = 0, offset_ms = 0")
    (row,) = index.between("door", 0, 10_000_000)
    assert (row.at_ms, row.clock_ok) == (BEGAN_NS // 1_000_000, False)
    index.tell_boot("b00t", START_MS, ok=True)
    assert index.between("door", 0, 10_000_000) == []
    (row,) = index.between("door", START_MS, START_MS + 10_000)
    assert (row.at_ms, row.clock_ok) == (START_MS + BEGAN_NS // 1_000_000, True)
    index.tell_boot("b00t", 5, ok=False)
    assert index.between("door", START_MS, START_MS + 10_000) == [row]


# ------------------------------------------------------------------ power cuts


def test_files_without_a_row_are_found_and_rows_without_a_file_go(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path)
    shelf.put(*SEGMENTS)
    before = shelf.index.between("door", 0, 2 * START_MS)
    shelf.vault.close()
    (tmp_path / before[0].path).unlink()
    (tmp_path / "door" / "b00t" / ".123.ts.abcd").write_bytes(b"half")
    (tmp_path / "door" / "b00t" / "77.ts").write_bytes(bytes(4000))
    (tmp_path / "door" / "b00t" / "rubbish").write_bytes(b"x")
    for suffix in ("", "-wal", "-shm"):
        (tmp_path / f"{NAME}{suffix}").unlink(missing_ok=True)
    again = Shelf(tmp_path, boot="later")
    found = again.index.between("door", 0, 2 * START_MS)
    assert [(one.path, one.begin_ns, one.frames, one.bytes) for one in found] == [
        (one.path, one.begin_ns, one.frames, one.bytes) for one in before[1:]
    ]
    for one, known in zip(found, before[1:], strict=True):
        # A stream counts in 1/90000 s.
        assert abs(one.end_ns - known.end_ns) < 30 * 12_000
        assert abs(one.run_ns - known.run_ns) < 12_000
    assert again.files() == again.paths()
    again.vault.close()


def test_a_broken_index_is_put_aside_and_made_anew(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path)
    shelf.put(*SEGMENTS)
    shelf.vault.close()
    (tmp_path / f"{NAME}-wal").unlink(missing_ok=True)
    (tmp_path / NAME).write_bytes(b"rubbish" * 1000)
    again = Shelf(tmp_path)
    assert len(again.paths()) == len(SEGMENTS)
    assert (tmp_path / f"broken-{NAME}").exists()


def test_who_only_reads_sees_what_is_there_while_it_is_written(shelf: Shelf) -> None:
    shelf.put(*SEGMENTS[:2])
    reader = Index(shelf.folder, read_only=True)
    assert len(reader.paths()) == 2
    shelf.put(SEGMENTS[2])
    assert len(reader.paths()) == 3
    reader.close()


def puts_and_tells(folder: str) -> None:
    """In a process of its own: puts segments there until it is killed, and says which are."""
    shelf = Shelf(Path(folder), Limits(quota_bytes=30 * SIZE, floor_bytes=0))
    for number in range(10_000):
        one = SEGMENTS[number % len(SEGMENTS)]
        begin_ns = BEGAN_NS + number * 2 * SECOND
        shelf.put(one._replace(begin_ns=begin_ns, end_ns=begin_ns + 2 * SECOND))
        print(begin_ns, flush=True)


@pytest.mark.parametrize("seed", range(4))
def test_whatever_was_kept_is_there_after_a_kill_at_any_moment(tmp_path: Path, seed: int) -> None:
    folder = tmp_path / "recordings"
    script = f"from {__name__} import puts_and_tells; puts_and_tells({str(folder)!r})"
    with subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE) as writer:
        assert writer.stdout is not None
        kept = [int(writer.stdout.readline())]
        time.sleep(random.Random(seed).uniform(0.05, 0.8))
        writer.kill()
        kept += [int(line) for line in writer.stdout.read().split()]
    shelf = Shelf(folder, Limits(quota_bytes=30 * SIZE, floor_bytes=0))
    there = {row.begin_ns for row in shelf.index.between("door", 0, 2**62)}
    # The quota lets thirty stay; one more may have come, and have made one go, of which nobody was told.
    assert set(kept[-29:]) <= there
    assert shelf.files() == shelf.paths()
    assert shelf.index.total_bytes() <= 30 * SIZE
    shelf.vault.close()


FULL = """
    import subprocess, sys
    from pathlib import Path
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=" + sys.argv[2], "none", sys.argv[1]], check=True)
    from appliance.recorder.vault import Limits
    from tests.appliance.recorder.test_vault import SEGMENTS, SIZE, Shelf
    folder = Path(sys.argv[1])
    shelf = Shelf(folder, Limits(quota_bytes=10**12, floor_bytes=4 * SIZE))
    shelf.put(*SEGMENTS)
    kept = len(shelf.paths())
    assert 0 < kept < len(SEGMENTS), kept
    assert shelf.files() == shelf.paths()
    # Others fill the disk to the last byte.
    with (folder / "others").open("wb", 0) as others:
        try:
            while others.write(bytes(4096)):
                pass
        except OSError:
            pass
    try:
        shelf.put(SEGMENTS[0]._replace(begin_ns=1))
    except Exception as no:
        print("refused", type(no).__name__)
    (folder / "others").unlink()
    shelf.put(*[one._replace(begin_ns=one.begin_ns + 10**12) for one in SEGMENTS[:2]])
    assert shelf.files() == shelf.paths()
    print("went on")
"""


def _may_mount() -> bool:
    asked = ["unshare", "--mount", "mount", "-t", "tmpfs", "none", "/mnt"]
    return not subprocess.run(asked, check=False, capture_output=True).returncode


@pytest.mark.skipif(
    not _may_mount(), reason="needs the right to mount a small disk of its own (root)"
)
def test_on_a_full_disk_room_is_made_or_the_segment_is_lost_and_it_goes_on(tmp_path: Path) -> None:
    size = f"{10 * SIZE // 1024}k"
    script = textwrap.dedent(FULL)
    done = subprocess.run(
        ["unshare", "--mount", sys.executable, "-c", script, str(tmp_path), size],
        check=False,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[-1] == "went on"
