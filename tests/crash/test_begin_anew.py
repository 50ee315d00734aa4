"""Power cuts and kills while a store gets its marks, forks off, is backed up and is restored.

A power cut at any moment never gives a store another origin; what was begun is done or not done.
"""

import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections import Counter as Counts
from collections.abc import Callable
from pathlib import Path
from typing import Final

import pytest
from pyrage import x25519

from appliance.clock import ScriptedClock
from appliance.journal.kinds import ShopChanged
from appliance.services import people
from appliance.store import anew, backup, restore, schema
from appliance.store.archive import Lock, Opener
from appliance.store.shelf import DiskLimits, Shelf
from tests.appliance.trading import START_MS, open_trader, sell, trade
from tests.crash import disk, load
from tests.crash.nursery import start_alone
from tests.flows.corner_shop import ROOMY, furnish

_ANY: Final = 2026 if os.environ.get("CI") else random.SystemRandom().randrange(1 << 32)
SEED: Final = int(os.environ.get("OPEN_POS_CRASH_SEED") or _ANY)
KILLS: Final = int(os.environ.get("OPEN_POS_CRASH_KILLS", "100"))
STATES: Final = int(os.environ.get("OPEN_POS_CRASH_STATES", "200"))
KEY: Final = x25519.Identity.generate()
LOCK: Final = Lock(recipients=(str(KEY.to_public()),))
THIN: Final = DiskLimits(warn_bytes=0, stop_bytes=0, ballast_bytes=4096)

pytestmark = [pytest.mark.alone, pytest.mark.timeout(300)]


@pytest.fixture
def chance(request: pytest.FixtureRequest) -> random.Random:
    print(f"OPEN_POS_CRASH_SEED={SEED}")
    return random.Random(f"{SEED} {request.node.name}")


# --------------------------------------------------------------------------- the power fails


def test_a_power_cut_while_a_store_is_opened_never_gives_it_another_origin(
    tmp_path: Path, chance: random.Random
) -> None:
    """After single operations of the disk, over many openings, with every fate of what was not synced."""
    store = tmp_path / "store"
    with disk.recording(store) as tape:
        for number in range(6):
            shelf = Shelf(store, limits=THIN)
            origin = shelf.origin
            shelf.book(ScriptedClock(number)).record("", ShopChanged(name=f"{number}"))
            if (
                number == 3
            ):  # the power failed once before: the log is still there at the next start
                shelf.db.peewee.close = lambda: None
            shelf.close()
    begun = next(n for n, done in enumerate(tape.operations) if done.what == "put")
    all_places = range(begun + 1, len(tape.operations) + 1)
    places = sorted(chance.choices(all_places, k=STATES // 3))
    fates: Counts[str] = Counts()
    for place in places:
        (state,) = disk.states_at(tape, [place], disk.FATES, chance)
        cut = tmp_path / "cut"
        _lay(cut, state.files)
        fates[state.fate] += 1
        for _ in range(2):
            shelf = Shelf(cut, limits=THIN)
            found = shelf.origin
            begins = shelf.db.sql("SELECT count(*) FROM entry WHERE kind = 'origin_begun'")
            had = _has_entries(shelf)
            shelf.close()
            assert begins == [(0,)], (place, state.fate)
            # Without an entry there is no shop yet, and the name means nothing.
            assert found == origin or not had, (place, state.fate)
    print(f"{len(places)} places, {dict(fates)}")


def test_a_database_from_an_earlier_opening_is_always_found(
    tmp_path: Path, chance: random.Random
) -> None:
    """The negative control: the same states of the disk, the file beside from a later opening."""
    store = tmp_path / "store"
    with disk.recording(store) as tape:
        ends = []
        for number in range(5):
            shelf = Shelf(store, limits=THIN)
            shelf.book(ScriptedClock(number)).record("", ShopChanged(name=f"{number}"))
            origin = shelf.origin
            shelf.close()
            ends.append(len(tape.operations))
    for early, late in ((0, 2), (1, 3), (2, 4), (0, 4)):
        (before,) = disk.states_at(tape, [ends[early]], ("all",), chance)
        (after,) = disk.states_at(tape, [ends[late]], ("all",), chance)
        cut = tmp_path / "cut"
        _lay(cut, before.files | {disk.BESIDE: after.files[disk.BESIDE]})
        shelf = Shelf(cut, limits=THIN)
        assert shelf.origin != origin
        shelf.close()


def _lay(folder: Path, files: dict[str, bytes]) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    for name, data in files.items():
        (folder / name).write_bytes(data)


def _has_entries(shelf: Shelf) -> bool:
    return bool(shelf.db.sql("SELECT 1 FROM entry LIMIT 1"))


# --------------------------------------------------------------------------- kill -9


def _killed(work: Callable[[], object], within_s: float) -> bool:
    """Do it in a child that is killed so long after it began. True if it was killed before the end."""
    child = os.fork()
    if child == 0:
        try:
            work()
        finally:
            os._exit(0)
    process = os.pidfd_open(child)
    time.sleep(within_s)
    signal.pidfd_send_signal(process, signal.SIGKILL)
    os.close(process)
    return os.WIFSIGNALED(os.waitpid(child, 0)[1])


def test_a_fork_that_is_killed_is_done_or_not_done(tmp_path: Path, chance: random.Random) -> None:
    trader = open_trader(tmp_path / "shop", "BBBB")
    schema.put_meta(trader.shelf.db, "origin", "BBBB")
    trade(trader, [0, 1, 11])
    for _ in range(15):
        sell(trader, 1, 2, 3)
    after_seq = trader.book.head("BBBB")[0] - 40
    anew.request_apart(trader.shelf.db, "BBBB", after_seq)
    whole, held = trader.book.head("BBBB"), trader.shelf.db.sql("SELECT sum(total_minor) FROM sale")
    trader.shelf.close()
    started = time.monotonic()
    _open_and_close(_copied(tmp_path))
    took_s = time.monotonic() - started
    seen: Counts[str] = Counts()
    for _ in range(KILLS // 4):
        store = _copied(tmp_path)
        _killed(lambda store=store: _open_and_close(store), chance.uniform(0, 2 * took_s))  # type: ignore[misc]
        for _ in range(2):
            shelf = Shelf(store, limits=THIN)
            assert shelf.origin != "BBBB"
            assert shelf.heads()["BBBB"][0] == after_seq
            assert shelf.heads()[shelf.origin][0] == whole[0] - after_seq + 1
            assert shelf.db.sql("SELECT sum(total_minor) FROM sale") == held
            assert shelf.db.sql("SELECT count(*) FROM quarantined") == [(40,)]
            assert shelf.book(ScriptedClock(0)).verify().bad is None
            assert len(shelf.heads()) == 2
            assert anew.requested(shelf.db) == {}
            with pytest.raises(Exception, match="never changed or deleted"):
                shelf.db.sql("DELETE FROM entry")
            seen[f"{shelf.rebuilt}"] += 1
            shelf.close()
    print(f"{dict(seen)}; one fork takes {took_s:.3f} s")


def _copied(folder: Path) -> Path:
    shutil.rmtree(folder / "copy", ignore_errors=True)
    return Path(shutil.copytree(folder / "shop", folder / "copy"))


def _open_and_close(store: Path) -> None:
    Shelf(store, limits=THIN).close()


def test_a_restore_that_is_killed_leaves_no_store_or_a_whole_one(
    tmp_path: Path, chance: random.Random
) -> None:
    shelf = Shelf(tmp_path / "shop", limits=ROOMY)
    furnish(shelf)
    origin, head = shelf.origin, shelf.heads()
    made = backup.make(tmp_path / "shop", tmp_path / "a", LOCK, START_MS, spare_bytes=0)
    shelf.close()
    pepper = people.pins(tmp_path / "shop").pepper

    def back() -> None:
        restore.restore(made.file, tmp_path / "b", Opener(key=str(KEY)), ScriptedClock(START_MS))

    started = time.monotonic()
    back()
    took_s = time.monotonic() - started
    seen: Counts[str] = Counts()
    for _ in range(KILLS // 4):
        shutil.rmtree(tmp_path / "b")
        _killed(back, chance.uniform(0, 2 * took_s))
        is_there = (tmp_path / "b" / "shop.db").exists()
        seen["store" if is_there else "no store"] += 1
        if not is_there:
            back()
        shelf = Shelf(tmp_path / "b", limits=THIN)
        assert shelf.origin != origin
        assert shelf.heads()[origin] == head[origin]
        assert shelf.db.sql("SELECT count(*) FROM entry WHERE kind = 'origin_begun'") == [(1,)]
        assert people.pins(tmp_path / "b").pepper == pepper
        shelf.close()
    print(dict(seen))
    assert seen["no store"]


def test_a_backup_that_is_killed_is_not_there_and_the_shop_has_not_noticed(
    tmp_path: Path, chance: random.Random
) -> None:
    shelf = Shelf(tmp_path / "shop", limits=ROOMY)
    furnish(shelf)
    (tmp_path / "stick").mkdir()
    shelf.close()

    def save() -> backup.Made:
        return backup.make(tmp_path / "shop", tmp_path / "stick", LOCK, START_MS, spare_bytes=0)

    started = time.monotonic()
    name = save().file.name
    took_s = time.monotonic() - started
    seen: Counts[str] = Counts()
    for _ in range(KILLS // 4):
        (tmp_path / "stick" / name).unlink()
        _killed(save, chance.uniform(0, 2 * took_s))
        is_there = (tmp_path / "stick" / name).exists()
        seen["made" if is_there else "not made"] += 1
        if is_there:
            restore.look(tmp_path / "stick" / name, Opener(key=str(KEY)))
        save()
        assert [file.name for file in (tmp_path / "stick").iterdir()] == [name]
        assert not (tmp_path / "shop" / "copying").exists()
    print(dict(seen))
    assert seen["not made"]
    _open_and_close(tmp_path / "shop")


# --------------------------------------------------------------------------- while it sells


def test_a_register_sells_on_in_its_own_process_while_backups_are_made_and_each_is_whole(
    tmp_path: Path, chance: random.Random
) -> None:
    """`open-pos play` under load, `open-pos backup` beside it; each backup is proven at once."""
    store = tmp_path / "shop"
    shelf = Shelf(store, limits=THIN)
    furnish(shelf)
    shelf.close()
    till, script, answers = start_alone(store), load.lines(chance), 0
    till.say((next(script) + "\n").encode())
    while not answers:  # it takes a while to begin
        answers += len(till.hear(20))
    counts = []
    for number in range(3):
        saving = subprocess.Popen(
            [
                *(sys.executable, "-m", "appliance", "backup", "--store", store),
                *(tmp_path / f"{number}.backup", "--recipient", LOCK.recipients[0], "--proven"),
            ],
            cwd=Path(__file__).parents[2],
            stdout=subprocess.PIPE,
            text=True,
        )
        before = answers
        while saving.poll() is None:
            till.say((next(script) + "\n").encode())
            answers += len(till.hear(1))
        assert saving.returncode == 0, saving.communicate()
        assert answers > before
        counts.append(restore.look(tmp_path / f"{number}.backup", Opener(key=str(KEY))).entries)
    till.kill()
    assert sorted(set(counts)) == counts, counts
    shelf = Shelf(store, limits=THIN)
    assert shelf.book(ScriptedClock(0)).verify().bad is None
    assert shelf.differences() == ()
    assert len(shelf.heads()) == 1
    shelf.close()
    print(f"{answers} answers while 3 backups were made, of {counts} entries")
