"""The thread of the page "This register": sticks are pulled out, fill up, and the power fails; the till sells on."""

import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from pyrage import x25519

from appliance.clock import SystemClock
from appliance.hosts import UpkeepHost
from appliance.machine.kit import real_kit
from appliance.messages import (
    BackUp,
    Command,
    CopyToStick,
    DoToMachine,
    Event,
    MachineSeen,
    Scan,
    StopTask,
    UpkeepEnded,
    UpkeepStepped,
    WatchMachine,
)
from appliance.store.archive import Opener
from appliance.store.proof import report
from appliance.store.restore import look
from tests.appliance.counter import COFFEE
from tests.appliance.store.test_database import SmallDisk, needs_a_mount, on_small_disk
from tests.appliance.test_removable import mounts
from tests.appliance.upkeep_desk import (
    MachineDesk,
    nobody,
    open_machine,
    pull_out,
    put_in_stick,
)

__all__ = ["on_small_disk"]

KEY = x25519.Identity.generate()
BACK_UP = BackUp("sda1", (str(KEY.to_public()),), "", 14)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[MachineDesk]:
    made = open_machine(tmp_path / "machine")
    yield made
    made.counter.register.close()


class Host:
    """A host whose messages are kept; `at` does something when a step is told for the first time."""

    def __init__(self, desk: MachineDesk) -> None:
        self.events: list[Event] = []
        self.at: dict[str, Callable[[], object]] = {}
        self.ended = threading.Event()
        self.host = UpkeepHost(
            desk.root / "shop",
            desk.file,
            real_kit(desk.root),
            SystemClock(),
            self.post,
            connect=nobody,
        )

    def post(self, event: Command | Event) -> None:
        assert isinstance(event, Event)
        self.events.append(event)
        if isinstance(event, UpkeepStepped):
            self.at.pop(event.step, lambda: None)()
        if isinstance(event, UpkeepEnded):
            self.ended.set()

    def do(self, job: BackUp | CopyToStick | DoToMachine) -> UpkeepEnded:
        return self.host.do(job)


def older(place: Path) -> Path:
    file = place / "open-pos-Corner-ZZZZ-20200101-000000.backup"
    file.write_text("an older one")
    return file


def names(place: Path) -> list[str]:
    return sorted(file.name for file in place.iterdir())


def test_a_backup_is_made_step_by_step_and_opens(desk: MachineDesk) -> None:
    place, host = put_in_stick(desk.root), Host(desk)
    ended = host.do(BACK_UP)
    assert (ended.code, ended.size > 0, len(ended.sha256)) == ("", True, 64)
    steps = [event.step for event in host.events if isinstance(event, UpkeepStepped)]
    assert list(dict.fromkeys(steps)) == ["copying", "writing", "reading", "verifying"]
    percents = [one.percent for one in host.events if isinstance(one, UpkeepStepped)]
    assert all(0 <= percent <= 100 for percent in percents)
    manifest = look(place / ended.file, Opener(identity=KEY))
    assert manifest.entries == ended.entries
    assert ("config/open-pos.toml", desk.file.stat().st_size) in manifest.parts


@pytest.mark.parametrize("step", ["copying", "writing"])
def test_a_backup_that_is_stopped_leaves_the_older_ones_and_nothing_else(
    desk: MachineDesk, step: str
) -> None:
    place, host = put_in_stick(desk.root), Host(desk)
    kept = older(place)
    host.at[step] = lambda: host.host.take(StopTask())
    assert host.do(BACK_UP).code == "upkeep_stopped"
    assert names(place) == [kept.name]
    assert not (desk.root / "shop/copying").exists() or not any(
        (desk.root / "shop/copying").iterdir()
    )
    host.host.take(BACK_UP)
    assert host.do(BACK_UP).code == ""


def test_a_proof_that_is_stopped_leaves_a_backup_that_is_not_proven(desk: MachineDesk) -> None:
    place, host = put_in_stick(desk.root), Host(desk)
    host.at["reading"] = lambda: host.host.take(StopTask())
    assert host.do(BACK_UP).code == "upkeep_stopped"
    assert len(names(place)) == 1
    assert report(desk.root / "shop").proven is None
    assert not (desk.root / "shop/proving").exists()


@pytest.mark.parametrize("step", ["copying", "writing", "reading", "verifying"])
def test_a_stick_that_is_pulled_out_in_the_middle_is_told_as_that(
    desk: MachineDesk, step: str
) -> None:
    place, host = put_in_stick(desk.root), Host(desk)

    def pull() -> None:
        place.rename(place.with_name("pulled out"))
        pull_out(desk.root)

    host.at[step] = pull
    ended = host.do(BACK_UP)
    if step in {"reading", "verifying"}:
        # This small one is open by then, and read to its end.
        assert ended.code == ""
    else:
        assert ended.code in {"backup_target_gone", "stick_gone"}
    assert desk.do(Scan(COFFEE)) == ""


def test_a_stick_that_cannot_be_read_or_is_not_there_is_told(desk: MachineDesk) -> None:
    place, host = put_in_stick(desk.root), Host(desk)
    pull_out(desk.root)
    assert host.do(BACK_UP).code == "stick_gone"
    mounts(desk.root, f"/dev/sda1 {place}/broken")
    assert host.do(BACK_UP).code == "stick_gone"
    assert host.do(DoToMachine("let_go", "sdz9")).code == "stick_gone"


FULL = """
import sys
from pathlib import Path
sys.path.insert(0, {here!r})
from tests.appliance import test_upkeep_host as t
from tests.appliance.upkeep_desk import open_machine, put_in_stick
from tests.appliance.test_removable import mounts
root, stick = Path({root!r}), Path(sys.argv[1])
desk = open_machine(root)
put_in_stick(root)
mounts(root, f"/dev/sda1 {{stick}}")
(stick / "older.backup").write_text("an older one")
(stick / "photos").write_bytes(bytes({photos}))
host = t.Host(desk)
ended = host.do(t.BACK_UP)
print(ended.code, *sorted(file.name for file in stick.iterdir()))
(stick / "photos").unlink()
print(host.do(t.BACK_UP).code, len(list(stick.iterdir())))
"""


@needs_a_mount
def test_a_full_stick_is_told_and_the_older_backups_stay(
    on_small_disk: SmallDisk, tmp_path: Path
) -> None:
    here = str(Path(__file__).parents[2])
    script = FULL.format(here=here, root=str(tmp_path / "machine"), photos=7_900_000)
    assert on_small_disk.run("8m", script).splitlines() == [
        "not_enough_room older.backup photos",
        " 2",
    ]


CUT = """
import os, signal, sys
from pathlib import Path
from tests.appliance import test_upkeep_host as t
from tests.appliance.upkeep_desk import open_machine
desk = open_machine(Path(sys.argv[1]))
host = t.Host(desk)
host.at[sys.argv[2]] = lambda: os.kill(os.getpid(), signal.SIGKILL)
host.do(t.BACK_UP)
"""


@pytest.mark.parametrize("step", ["copying", "writing", "reading", "verifying"])
def test_a_power_cut_during_a_backup_leaves_the_shop_and_the_older_ones(
    tmp_path: Path, step: str
) -> None:
    root = tmp_path / "machine"
    root.mkdir()
    place = put_in_stick(root)
    kept = older(place)
    done = subprocess.run(
        [sys.executable, "-c", CUT, str(root), step], check=False, cwd=Path(__file__).parents[2]
    )
    assert done.returncode == -9
    assert kept.read_text() == "an older one"
    whole = [name for name in names(place) if name.endswith(".backup") and name != kept.name]
    assert len(whole) == (step in {"reading", "verifying"})
    desk = open_machine(root)
    assert desk.do(Scan(COFFEE)) == ""
    ended = Host(desk).do(BACK_UP)
    assert ended.code == ""
    assert not [name for name in names(place) if name.startswith(".")]
    assert look(place / ended.file, Opener(identity=KEY)).entries == ended.entries
    desk.counter.register.close()


def test_a_copy_of_the_journal_that_is_stopped_leaves_nothing(desk: MachineDesk) -> None:
    place, host = put_in_stick(desk.root), Host(desk)
    host.at["writing"] = lambda: host.host.take(StopTask())
    assert host.do(CopyToStick("journal", "sda1", "K7Q2")).code == "upkeep_stopped"
    assert names(place) == []


def test_the_till_sells_while_the_thread_makes_a_backup(desk: MachineDesk) -> None:
    put_in_stick(desk.root)
    host, is_writing, has_sold = Host(desk), threading.Event(), threading.Event()

    def wait() -> None:
        is_writing.set()
        assert has_sold.wait(30)

    host.at["writing"] = wait
    host.host.start()
    assert host.host.take(WatchMachine(on=True))
    assert host.host.take(BACK_UP)
    assert is_writing.wait(30)
    assert desk.do(Scan(COFFEE)) == ""
    # More than one waits its turn, and too many are not taken.
    taken = [host.host.take(DoToMachine("let_go", "sdz1")) for _ in range(6)]
    assert taken == [True] * 4 + [False] * 2
    # What must not wait is done meanwhile.
    assert host.host.take(DoToMachine("brightness", number=50))
    assert host.ended.wait(30)
    assert [one.name for one in host.events if isinstance(one, UpkeepEnded)] == ["brightness"]
    host.ended.clear()
    has_sold.set()
    assert host.ended.wait(30)
    ended = [event for event in host.events if isinstance(event, UpkeepEnded)][1]
    assert (ended.name, ended.code) == ("backup", "")
    for _ in range(200):
        seen = [event for event in host.events if isinstance(event, MachineSeen)]
        if seen and seen[-1].sticks and seen[-1].sticks[0].backups == 1:
            break
        time.sleep(0.05)
    else:
        raise AssertionError(seen)
    host.host.stop()


def test_a_program_that_ends_gives_a_backup_up(desk: MachineDesk) -> None:
    place, host, is_writing = put_in_stick(desk.root), Host(desk), threading.Event()

    def wait() -> None:
        is_writing.set()
        time.sleep(0.2)

    host.at["writing"] = wait
    host.host.start()
    host.host.take(BACK_UP)
    assert is_writing.wait(30)
    host.host.stop()
    assert names(place) == []


def test_what_is_no_job_of_this_thread_is_not_taken(desk: MachineDesk) -> None:
    from appliance.messages import LookForDevices

    assert not Host(desk).host.take(LookForDevices())
