"""The power fails: whatever the disk then holds, nothing that was shown is lost, and nothing is half there.

`OPEN_POS_CRASH_SEED` repeats a run, `OPEN_POS_CRASH_STATES` says how many states of the disk are looked at.
"""

import gc
import itertools
import os
import random
from collections import Counter as Counts
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pytest

from appliance.journal.entry import Entry
from appliance.messages import TicketView
from appliance.services import people
from appliance.store.shelf import Shelf
from tests.crash import disk, load
from tests.crash.disk import Operation, State, Tape
from tests.crash.judge import THIN, Truth, judge
from tests.flows.corner_shop import ROOMY, Counter, furnish

# CI repeats itself, so that a red build is about the change; a developer looks further with each run.
_ANY: Final = 2026 if os.environ.get("CI") else random.SystemRandom().randrange(1 << 32)
SEED: Final = int(os.environ.get("OPEN_POS_CRASH_SEED") or _ANY)
STATES: Final = int(os.environ.get("OPEN_POS_CRASH_STATES", "200"))
WAL: Final = "shop.db-wal"

pytestmark = pytest.mark.timeout(300)


@dataclass
class Traded:
    """A shop that traded on a recorded disk: what happened, and what the disk was asked to do."""

    truth: Truth
    tape: Tape
    pepper: bytes


@pytest.fixture
def chance(request: pytest.FixtureRequest) -> random.Random:
    print(f"OPEN_POS_CRASH_SEED={SEED}")
    return random.Random(f"{SEED} {request.node.name}")


def trade(
    folder: Path,
    chance: random.Random,
    *,
    commands: int = 150,
    checkpoint_pages: int = 1000,
    synchronous: str | None = None,
) -> Traded:
    """Set up a shop and trade, recorded from the first byte of the store on.

    `checkpoint_pages` brings checkpoints about more often than a day's trade would; `synchronous` weakens the store.
    """
    truth = Truth()
    with disk.recording(folder) as tape:
        shelf = Shelf(folder, limits=ROOMY)
        _tune(shelf, checkpoint_pages, synchronous)
        furnish(shelf)
        shelf.close()
        counter = Counter(folder)
        _tune(counter.shelf, checkpoint_pages, synchronous)
        _note(truth, tape, counter)
        for command in itertools.islice(load.commands(chance), commands):
            counter.ask(command)
            _note(truth, tape, counter)
        counter.holds_together()
        counter.shelf.close()
    return Traded(truth, tape, (folder / "pepper.key").read_bytes())


# --------------------------------------------------------------------------- nothing is lost


@pytest.mark.parametrize("checkpoint_pages", [1000, 20])
def test_a_power_cut_loses_nothing_that_was_shown(
    tmp_path: Path, chance: random.Random, checkpoint_pages: int
) -> None:
    traded = trade(tmp_path / "store", chance, checkpoint_pages=checkpoint_pages)
    fates: Counts[str] = Counts()
    for number, state in enumerate(disk.states(traded.tape, STATES // 2, chance)):
        found, wrong = _judged(tmp_path / "cut", traded, state, thoroughly=number % 2 == 0)
        assert not wrong, (state.at, state.fate, found, wrong)
        fates[state.fate] += 1
    print(f"{sum(fates.values())} states, {dict(fates)}, {len(traded.truth.entries)} entries")
    assert sum(fates.values()) == STATES // 2


def test_a_checkpoint_that_stops_half_way_loses_nothing(
    tmp_path: Path, chance: random.Random
) -> None:
    """Cuts while pages go from the log into the file, each page written, not written, torn or rubbish."""
    traded = trade(tmp_path / "store", chance, commands=100, checkpoint_pages=20)
    operations = traded.tape.operations
    places = [
        place
        for place, done in enumerate(operations)
        if done.what == "write" and done.file == "shop.db"
    ]
    # Not the first ones: those make the file, before it has a log.
    places = chance.sample(places[len(places) // 4 :], STATES // 5)
    for place in places:
        (state,) = disk.states_at(traded.tape, [place + 1], ("any", "torn", "rubbish"), chance)
        found, wrong = _judged(tmp_path / "cut", traded, state)
        assert not wrong, (state.at, state.fate, found, wrong)


@pytest.mark.parametrize("synchronous", ["NORMAL", "OFF"])
def test_without_syncing_each_commit_a_power_cut_loses_sales_and_the_judge_sees_it(
    tmp_path: Path, chance: random.Random, synchronous: str
) -> None:
    """The negative control: were the store opened with less than FULL, these tests would fail."""
    traded = trade(tmp_path / "store", chance, commands=60, synchronous=synchronous)
    verdicts = [
        _judged(tmp_path / "cut", traded, state)[1]
        for state in disk.states(traded.tape, STATES // 10, chance)
    ]
    lost = [wrong for wrong in verdicts if wrong.startswith("lost")]
    assert len(lost) >= len(verdicts) // 4, verdicts


def test_a_log_cut_short_leaves_a_beginning_of_what_happened(
    tmp_path: Path, chance: random.Random
) -> None:
    """A disk that lied about its syncs: sales are lost, and what is left is whole."""
    traded = trade(tmp_path / "store", chance, commands=60)
    whole, marked = _before_closing(traded)
    log = whole.files[WAL]
    lost = 0
    for number in range(STATES // 5):
        # A quarter of the cuts are at what was synced when the last thing was shown: those must lose nothing.
        length = len(log) if number % 4 == 0 else chance.randrange(marked, len(log))
        rubbish = chance.randbytes(chance.choice([0, 1, 100, 5000]))
        seen = whole.seen if length == len(log) else 0
        cut = State(whole.files | {WAL: log[:length] + rubbish}, seen, "cut short", length)
        found, wrong = _judged(tmp_path / "cut", traded, cut)
        assert not wrong, (length, found, wrong)
        lost += found < whole.seen
    print(f"{lost} of {STATES // 5} lost something")
    assert lost


def test_a_log_that_lost_its_opening_goes_on_under_another_origin(
    tmp_path: Path, chance: random.Random
) -> None:
    """A disk that lied about the first sync of an opening: others may hold later entries of that origin."""
    traded = trade(tmp_path / "store", chance, commands=10)
    whole, marked = _before_closing(traded)
    log = whole.files[WAL]
    for length in (0, 1, *chance.sample(range(2, marked), STATES // 20)):
        cut = tmp_path / f"cut at {length}"
        _lay(cut, traded, whole.files | {WAL: log[:length]})
        shelf = Shelf(cut, limits=THIN)
        found, differences = list(shelf.entries()), shelf.differences()
        shelf.close()
        origin = traded.truth.entries[0].origin
        old = [entry for entry in found if entry.origin == origin]
        new = [entry for entry in found if entry.origin != origin]
        assert [entry.hash for entry in old] == [
            entry.hash for entry in traded.truth.entries[: len(old)]
        ]
        assert [entry.kind for entry in new] == ["origin_begun"], length
        assert not differences


def _before_closing(traded: Traded) -> tuple[State, int]:
    """The disk when the last thing was shown, and how long the log was when the last opening was marked in it."""
    operations = traded.tape.operations
    shown = max(place for place, done in enumerate(operations) if done.what == "seen")
    marked = max(place for place, done in enumerate(operations) if done.what == "put")
    whole, opened = (
        next(disk.states_at(traded.tape, [place], ("all",), random.Random(SEED)))
        for place in (shown + 1, marked)
    )
    return whole, len(opened.files[WAL])


# --------------------------------------------------------------------------- why nothing is lost


def test_each_commit_is_synced_before_it_is_shown(tmp_path: Path, chance: random.Random) -> None:
    """Between what is written to the log and what is shown there is always a sync, and rarely more than one."""
    traded = trade(tmp_path / "store", chance)
    unsynced = commits = 0
    for done in _trading(traded.tape):
        if done.file == WAL:
            unsynced = {"write": unsynced + 1, "sync": 0}.get(done.what, unsynced)
        elif done.what == "seen":
            assert unsynced == 0, done
            commits += 1
    moments = {(entry.boot_ns, entry.kind == "register_started") for entry in traded.truth.entries}
    syncs = traded.tape.count("sync", WAL)
    print(f"{syncs} syncs of the log for {len(moments)} commits, {commits} times shown")
    assert len(moments) <= syncs <= 2 * len(moments)


def test_a_closed_store_needs_no_log(tmp_path: Path, chance: random.Random) -> None:
    traded = trade(tmp_path / "store", chance, commands=30)
    everything = len(traded.tape.operations)
    (state,) = disk.states_at(traded.tape, [everything], ("none",), chance)
    kept = {name: state.files[name] for name in ("shop.db", "incarnation")}
    bare = State(kept, state.seen, state.fate, everything)
    assert _judged(tmp_path / "cut", traded, bare) == (len(traded.truth.entries), "")


def test_a_file_left_open_may_be_collected_after_its_recording(tmp_path: Path) -> None:
    """What stands in for a plug that is pulled: the last reference goes, and SQLite closes the file by itself."""
    with disk.recording(tmp_path / "store"):
        shelf = Shelf(tmp_path / "store", limits=THIN)
        furnish(shelf)
        shelf.db.peewee.close = lambda: None
        shelf.close()
    del shelf
    gc.collect()
    assert not (tmp_path / "store" / WAL).exists()


def test_a_pepper_of_which_nothing_was_written_is_made_anew(tmp_path: Path) -> None:
    """The file is there and empty after a power cut: an empty pepper would be none."""
    (tmp_path / "pepper.key").touch()
    pepper = people.pins(tmp_path).pepper
    assert len(pepper) == 32
    assert people.pins(tmp_path).pepper == pepper


# --------------------------------------------------------------------------- parts


def _judged(
    folder: Path, traded: Traded, state: State, *, thoroughly: bool = True
) -> tuple[int, str]:
    _lay(folder, traded, state.files)
    return judge(folder, traded.truth, state.seen, thoroughly=thoroughly)


def _lay(folder: Path, traded: Traded, files: dict[str, bytes]) -> None:
    """What the disk holds, and the pepper, which was there before."""
    folder.mkdir(exist_ok=True)
    for leftover in folder.iterdir():
        leftover.unlink()
    for name, data in (files | {"pepper.key": traded.pepper}).items():
        (folder / name).write_bytes(data)


def _note(truth: Truth, tape: Tape, counter: Counter) -> None:
    new = counter.shelf.db.sql(
        "SELECT * FROM entry WHERE seq > ? ORDER BY seq", (len(truth.entries),)
    )
    truth.note(map(Entry._make, new), counter.sees(TicketView))
    tape.operations.append(Operation("seen", at=len(truth.entries)))


def _tune(shelf: Shelf, checkpoint_pages: int, synchronous: str | None) -> None:
    shelf.db.sql(f"PRAGMA wal_autocheckpoint={checkpoint_pages}")
    if synchronous is not None:
        shelf.db.sql(f"PRAGMA synchronous={synchronous}")


def _trading(tape: Tape) -> list[Operation]:
    """The tape from the first time that something was shown."""
    first = next(place for place, done in enumerate(tape.operations) if done.what == "seen")
    return tape.operations[first:]
