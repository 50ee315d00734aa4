"""The register is killed at random moments under load: what was answered is there, and the ticket goes on.

Each life of the register is played a second time on a copy of its store, without a kill. What the killed one left must
be a beginning of what the twin recorded, byte for byte, and hold all that was answered; the killed one's answers must
be the twin's. Besides, sales and lines are counted from the answers alone, by a witness who knows no journal.

`OPEN_POS_CRASH_SEED` repeats the script and the plan, though not the machine's timing; `OPEN_POS_CRASH_KILLS` says how
many kills there are.
"""

import json
import os
import random
import shutil
import sqlite3
import time
from collections import Counter as Counts
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import pytest

from appliance.clock import ScriptedClock
from appliance.journal.entry import Entry
from appliance.messages import Scan, Snapshot, TenderCash, TicketView
from appliance.play import Player
from appliance.store.shelf import Shelf
from tests.crash import load
from tests.crash.judge import THIN, Truth, judge
from tests.crash.nursery import Nursery, Till, start_alone
from tests.flows.corner_shop import ANA, COFFEE, Counter, furnish

# CI repeats itself, so that a red build is about the change; a developer looks further with each run.
_ANY: Final = 2026 if os.environ.get("CI") else random.SystemRandom().randrange(1 << 32)
SEED: Final = int(os.environ.get("OPEN_POS_CRASH_SEED") or _ANY)
KILLS: Final = int(os.environ.get("OPEN_POS_CRASH_KILLS", "30"))
AHEAD: Final = 12
"""How many commands are sent before their answers are awaited: a pipe holds more."""

pytestmark = pytest.mark.timeout(60 + 5 * KILLS)


@dataclass(frozen=True)
class Plan:
    """When a register is killed: after so many answers, or so long after it began, whichever comes first."""

    answers: int
    within_s: float
    mid_line: bool


@dataclass
class Witness:
    """Remembers what the screen showed, and nothing else."""

    sales: dict[str, tuple[int, int]] = field(default_factory=dict)
    """Number and total by the sale's id."""
    lines: set[str] = field(default_factory=set)
    """Every line that was ever on the ticket."""

    def sees(self, answer: dict[str, Any]) -> None:
        """One answer."""
        shows = answer["shows"]
        if (done := shows.get("done")) and done["sale"]:
            self.sales[done["sale"]] = (done["number"], done["total_minor"])
        if "ticket" in shows:
            self.lines |= {line["id"] for line in shows["ticket"]["lines"]}

    def misses(self, store: Path) -> str:
        """What was seen and is not stored; read with Python's own SQLite."""
        with closing(sqlite3.connect(store / "shop.db")) as db:
            stored = {
                sale: (number, total)
                for sale, number, total in db.execute("SELECT id, number, total_minor FROM sale")
            }
            known = {row[0] for row in db.execute("SELECT id FROM ticket_line")}
        gone = [sale for sale, figures in self.sales.items() if stored.get(sale) != figures]
        return " ".join(map(str, gone + [line for line in self.lines if line not in known]))


@pytest.fixture
def chance(request: pytest.FixtureRequest) -> random.Random:
    print(f"OPEN_POS_CRASH_SEED={SEED}")
    return random.Random(f"{SEED} {request.node.name}")


@pytest.fixture(scope="module")
def nursery() -> Iterator[Nursery]:
    with Nursery() as nursery:
        yield nursery


def test_a_killed_register_loses_and_doubles_nothing(
    tmp_path: Path, chance: random.Random, nursery: Nursery
) -> None:
    sums = _kill_again_and_again(nursery.start, tmp_path, chance, KILLS)
    assert sums["half_done"], (
        "no kill fell between a commit and its answer: raise OPEN_POS_CRASH_KILLS"
    )


def test_so_it_is_with_the_whole_program(tmp_path: Path, chance: random.Random) -> None:
    """The same with `python -m appliance play -` started by the system each time."""
    _kill_again_and_again(start_alone, tmp_path, chance, max(1, KILLS // 20), begins_in_s=1.0)


def test_a_register_killed_at_its_first_start_sells_after_the_next(
    tmp_path: Path, chance: random.Random, nursery: Nursery
) -> None:
    """Half a store, half a pepper: whatever the first start left is made whole by the second."""
    found: Counts[str] = Counts()
    for life in range(KILLS // 4):
        store = tmp_path / str(life)
        till = nursery.start(store)
        till.hear(chance.uniform(0, 0.1))
        till.kill()
        found.update(
            part for part in ("shop.lock", "shop.db", "pepper.key") if (store / part).exists()
        )
        shelf = Shelf(store, limits=THIN)
        furnish(shelf)
        shelf.close()
        counter = Counter(store)
        counter.do(ANA, Scan(text=COFFEE), TenderCash(amount_minor=500))
        counter.holds_together()
        counter.shelf.close()
        shutil.rmtree(store)
    print(f"{KILLS // 4} first starts, after which there was {dict(found)}")


# --------------------------------------------------------------------------- parts


def _kill_again_and_again(
    start: Callable[[Path], Till],
    folder: Path,
    chance: random.Random,
    kills: int,
    begins_in_s: float = 0.0,
) -> Counts[str]:
    """One store, as many lives as kills. Returns how often what was seen."""
    store, twin = folder / "store", folder / "twin"
    shelf = Shelf(store, limits=THIN)
    furnish(shelf)
    truth, witness, sums = Truth(), Witness(), Counts[str]()
    truth.note(shelf.entries(), None)
    shelf.close()
    for life in range(kills):
        _copy(store, twin)
        plan = _plan(chance, begins_in_s)
        sent, answers = _live(start(store), load.lines(chance), plan)
        shown = _play_twin(twin, truth, sent, answers)
        for answer in answers:
            witness.sees(json.loads(answer))
        _copy(store, twin)
        found, wrong = judge(twin, truth, shown, thoroughly=life % 10 == 9)
        assert not wrong, (life, plan, len(answers), found, wrong)
        assert not witness.misses(twin), (life, plan)
        truth.cut(found)
        sums.update(
            {
                "kills": 1,
                "answers": len(answers),
                "half_done": found > shown > 0 and bool(answers),
                "unborn": not answers,
            }
        )
    print(f"{dict(sums)}, {len(truth.entries)} entries, {len(witness.sales)} sales seen")
    with _opened(store) as shelf:
        assert shelf.book(ScriptedClock(0)).verify().bad is None
        assert shelf.differences() == ()
        assert shelf.unapplied() == ()
        assert len(list(shelf.entries())) == len(truth.entries)
    return sums


def _plan(chance: random.Random, begins_in_s: float) -> Plan:
    """A third dies young, a third after some time, a third after some answers."""
    within_s = chance.choice([chance.uniform(0, 0.08), chance.uniform(0.08, 0.5), 20.0])
    return Plan(
        answers=chance.randrange(1, 60),
        within_s=begins_in_s + within_s,
        mid_line=chance.random() < 0.3,
    )


def _live(till: Till, script: Iterator[str], plan: Plan) -> tuple[list[str], list[bytes]]:
    """One life: the commands that were sent whole, and the answers that came before the end."""
    until = time.monotonic() + plan.within_s
    sent: list[str] = []
    answers: list[bytes] = []
    while len(answers) < plan.answers and (left_s := until - time.monotonic()) > 0:
        while len(sent) < len(answers) + AHEAD:
            sent.append(next(script))
            till.say(f"{sent[-1]}\n".encode())
        answers += till.hear(left_s)
    if plan.mid_line:
        till.say(next(script)[:20].encode())
    return sent, answers + till.kill()


def _play_twin(folder: Path, truth: Truth, sent: list[str], answers: list[bytes]) -> int:
    """Play the same on a copy, adding to the truth. Returns how many entries had been shown by the answers."""
    shown = len(truth.entries)
    with _opened(folder) as shelf:
        player = Player(shelf)
        ticket = player._shown["ticket"]
        _note(truth, shelf, ticket)
        for number, answer in enumerate(player.play(sent)):
            ticket = player._shown.get("ticket", ticket)
            _note(truth, shelf, ticket)
            if number < len(answers):
                assert answers[number].decode() == answer
                shown = len(truth.entries)
    assert len(answers) <= len(sent)
    return shown


def _note(truth: Truth, shelf: Shelf, ticket: Snapshot) -> None:
    assert isinstance(ticket, TicketView)
    since = (len(truth.entries),)
    new = shelf.db.sql("SELECT * FROM entry WHERE seq > ? ORDER BY seq", since)
    truth.note(map(Entry._make, new), ticket)


def _copy(store: Path, target: Path) -> None:
    """What a store consists of, as it lies there."""
    shutil.rmtree(target, ignore_errors=True)
    target.mkdir()
    for name in ("shop.db", "shop.db-wal", "pepper.key", "incarnation"):
        if (store / name).exists():
            shutil.copy(store / name, target / name)


@contextmanager
def _opened(folder: Path) -> Iterator[Shelf]:
    shelf = Shelf(folder, limits=THIN)
    try:
        yield shelf
    finally:
        shelf.close()
