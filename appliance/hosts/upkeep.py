"""The thread of the page "This register": backups, copies, updates, support, power; and one that looks at the machine.

A backup takes minutes on a slow stick, so nothing else waits for this thread: the till sells on, and the workshop finds
devices. It reads the store by a connection of its own. One task at a time; it can be stopped, and then leaves nothing
half done. Beside it, a second thread looks which sticks are in and what the caretaker says of updates and support: each
second while somebody looks at the page, seldom else. What must not wait for a backup is done by the second one too:
closing support access, and the light. What the LAN server has for this register, a third thread asks (`served.py`): a
server that does not answer keeps nobody waiting. Fetching it is a task like a backup.
"""

import logging
import queue
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from appliance import whole_file
from appliance.clock import Clock
from appliance.hosts import fetching
from appliance.hosts.base import Post
from appliance.hosts.fetching import Connect
from appliance.hosts.seen import seen
from appliance.hosts.served import Served
from appliance.journal.lines import to_line
from appliance.machine.kit import Kit
from appliance.machine.sticks import StickFacts
from appliance.messages import (
    AnyJob,
    BackUp,
    CopyToStick,
    DoToMachine,
    FetchSoftware,
    MachineSeen,
    StopTask,
    TaskName,
    UpkeepEnded,
    UpkeepStepped,
    WatchMachine,
)
from appliance.problems import Refusal
from appliance.store import backup, proven, shelf
from appliance.store.archive import Lock
from appliance.store.sqlite import SqliteDatabase

log = logging.getLogger(__name__)

LOOK_EVERY_S: Final = 1.0
SELDOM_S: Final = 5.0
STOP_S: Final = 5.0
_JOBS: Final = 4
_AT_ONCE: Final = frozenset({"support_close", "brightness"})
"""What is done by the eyes, and waits for no backup."""


class TaskStopped(Refusal):
    """Somebody stopped it, or the program ends."""

    code = "upkeep_stopped"


class FetchStopped(Refusal):
    """Fetching software was stopped; what came so far is kept."""

    code = "software_fetch_stopped"


class StickGone(Refusal):
    """The stick `device` is not there, or cannot be read."""

    code = "stick_gone"


class UpkeepHost:
    """Works beside the till. Any thread may call; nothing blocks but `stop`."""

    def __init__(
        self,
        folder: Path,
        configuration: Path | None,
        kit: Kit,
        clock: Clock,
        post: Post,
        *,
        connect: Connect,
    ) -> None:
        """Nothing is begun. `folder` is the store; `configuration` goes into its backups.

        `connect` makes a connection to the LAN server, for software.
        """
        self._folder = folder
        self._configuration = configuration
        self._kit = kit
        self._clock = clock
        self._post = post
        self._connect = connect
        self._jobs: queue.Queue[AnyJob] = queue.Queue(_JOBS)
        self._at_once: queue.Queue[AnyJob] = queue.Queue(_JOBS)
        self._stopping = threading.Event()
        self._stop_task = threading.Event()
        self._look_now = threading.Event()
        self._is_watched = False
        self._told: MachineSeen | None = None
        self._stepped: tuple[str, int] = ("", -1)
        self.served: Final = Served(connect, kit.updates, self._look_now.set)
        self._thread = threading.Thread(target=self._work, name="upkeep", daemon=True)
        self._looking = threading.Thread(target=self._look, name="upkeep eyes", daemon=True)

    def start(self) -> None:
        """Begin to work."""
        self._thread.start()
        self._looking.start()
        self.served.start()

    def stop(self) -> None:
        """End the threads; a backup that is under way is given up, and leaves nothing half done."""
        self._stopping.set()
        self._stop_task.set()
        self._look_now.set()
        self.served.stop()
        for thread in (self._thread, self._looking):
            if thread.is_alive():
                thread.join(STOP_S)

    def take(self, job: AnyJob) -> bool:
        """Queue a job; False where it is not one of these, or too many wait. Never blocks."""
        match job:
            case WatchMachine():
                self._is_watched = job.on
                self.served.watch(on=job.on)
                self._look_now.set()
            case StopTask():
                self._stop_task.set()
            case DoToMachine(name=name) if name in _AT_ONCE:
                taken = _put(self._at_once, job)
                self._look_now.set()
                return taken
            case BackUp() | CopyToStick() | FetchSoftware() | DoToMachine():
                # Here and not when its turn comes: it may be stopped while it still waits for its turn.
                self._stop_task.clear()
                return _put(self._jobs, job)
            case _:
                return False
        return True

    # ------------------------------------------------------------------ the eyes

    def _look(self) -> None:
        while not self._stopping.is_set():
            self._look_now.clear()
            while not self._at_once.empty():
                self._post(self.do(self._at_once.get_nowait()))
            now = seen(self._kit, self._folder, self.served.bundles, watched=self._is_watched)
            if now != self._told:
                self._told = now
                self._post(now)
            self._look_now.wait(LOOK_EVERY_S if self._is_watched else SELDOM_S)

    # ------------------------------------------------------------------ the work

    def _work(self) -> None:
        while not self._stopping.is_set():
            try:
                job = self._jobs.get(timeout=1.0)
            except queue.Empty:
                continue
            self._post(self.do(job))
            self._look_now.set()

    def do(self, job: AnyJob) -> UpkeepEnded:
        """Do a job now, in this thread; what became of it."""
        match job:
            case BackUp():
                return self._guarded("backup", lambda: self._back_up(job))
            case CopyToStick():
                return self._guarded(job.what, lambda: self._copy(job))
            case FetchSoftware():
                return self._guarded("fetch", lambda: self._fetch(job))
            case DoToMachine():
                return self._guarded(job.name, lambda: self._do_to_machine(job))
        raise AssertionError(job)

    def _guarded(self, name: TaskName, work: Callable[[], UpkeepEnded]) -> UpkeepEnded:
        try:
            return work()
        except Refusal as no:
            log.warning("%s: %s", name, no)
            return UpkeepEnded(name, no.code, tuple(no.fields.items()))

    def _step(self, name: TaskName, step: str, done: int, total: int) -> None:
        """Tell how far it is, each percent once. Raises `TaskStopped`."""
        if self._stop_task.is_set():
            raise TaskStopped
        percent = 100 * done // total if total else 0
        if (step, percent) != self._stepped:
            self._stepped = (step, percent)
            self._post(UpkeepStepped(name, step, percent))

    # ------------------------------------------------------------------ backups and copies

    def _back_up(self, job: BackUp) -> UpkeepEnded:
        with self._on_stick(job.stick) as place:
            return self._back_up_to(place, job)

    def _back_up_to(self, place: Path, job: BackUp) -> UpkeepEnded:
        self._step("backup", "copying", 0, 0)
        done = proven.make(
            self._folder,
            place,
            Lock(job.recipients, job.passphrase),
            self._clock.now().at_ms,
            keep=job.keep,
            configuration=self._configuration,
            progress=lambda done, total: self._step("backup", "writing", done, total),
            steps=lambda what, done, total: self._step("backup", what, done, total),
        )
        made = done.made
        return UpkeepEnded(
            "backup",
            "" if done.proof.is_right else "backup_not_proven",
            (("file", made.file.name), ("count", made.manifest.entries)),
            file=made.file.name,
            size=made.size,
            entries=made.manifest.entries,
            sha256=made.sha256,
        )

    def _copy(self, job: CopyToStick) -> UpkeepEnded:
        ending = "jsonl" if job.what == "journal" else "txt"
        moment = time.strftime("%Y%m%d-%H%M%S", time.gmtime(self._clock.now().at_ms // 1000))
        self._step(job.what, "writing", 0, 0)
        with self._on_stick(job.stick) as place:
            file = place / f"open-pos-{job.what}-{job.origin}-{moment}.{ending}"
            with backup.named(file):
                whole_file.clear(place)
                with whole_file.written(file) as out:
                    if job.what == "journal":
                        for line in self._journal():
                            out.write(line)
                    else:
                        self._kit.log.write(out)
        return UpkeepEnded(job.what, fields=(("file", file.name),), file=file.name)

    def _journal(self) -> Iterator[bytes]:
        """All entries as lines, as `open-pos journal export` writes them."""
        db = SqliteDatabase(self._folder, read_only=True)
        try:
            total = sum(seq for seq, _ in shelf.heads(db).values())
            for done, entry in enumerate(shelf.entries(db)):
                self._step("journal", "writing", done, total)
                yield (to_line(entry) + "\n").encode()
        finally:
            db.close()

    @contextmanager
    def _on_stick(self, device: str) -> Iterator[Path]:
        """Where a stick is mounted. That it was pulled out is told as that, whatever the kernel said."""
        place = self._stick(device).place
        if place is None:
            raise StickGone(device=device)
        try:
            with backup.named(place / "backup"):
                yield place
        except (backup.CannotWriteBackup, backup.BackupDiskFilled) as why:
            if all(one.place != place for one in self._kit.sticks.look()):
                raise backup.BackupTargetGone(path=str(place)) from why
            raise

    def _stick(self, device: str) -> StickFacts:
        for stick in self._kit.sticks.look():
            if stick.device == device:
                return stick
        raise StickGone(device=device)

    # ------------------------------------------------------------------ software

    def _fetch(self, job: FetchSoftware) -> UpkeepEnded:
        """Fetch a bundle, and begin to install it."""

        def step(name: str, done: int, total: int) -> None:
            self._step("fetch", name, done, total)

        def pause(seconds: float) -> None:
            if self._stop_task.wait(seconds):
                raise TaskStopped

        try:
            step("fetching", 0, 0)
            file = fetching.fetch(job, self._folder, self._connect, step, pause)
        except TaskStopped as why:
            raise FetchStopped from why
        self._kit.updates.install(file)
        return UpkeepEnded("fetch", file=job.file)

    # ------------------------------------------------------------------ the machine

    def _do_to_machine(self, job: DoToMachine) -> UpkeepEnded:
        kit = self._kit
        match job.name:
            case "let_go":
                stick = self._stick(job.of)
                kit.sticks.let_go(stick)
                return UpkeepEnded(job.name, fields=(("name", stick.name),))
            case "install":
                kit.updates.install(Path(job.of))
            case "drop_software":
                fetching.drop_whole(self._folder)
            case "support_open":
                kit.support.open(job.number)
            case "support_close":
                kit.support.close()
            case "restart":
                kit.power.restart()
            case "off":
                kit.power.switch_off()
            case "screen":
                kit.power.restart_screen()
            case "brightness":
                kit.backlight.set_percent(job.number)
            case _:
                raise AssertionError(job)
        return UpkeepEnded(job.name)


def _put(jobs: "queue.Queue[AnyJob]", job: AnyJob) -> bool:
    try:
        jobs.put_nowait(job)
    except queue.Full:
        return False
    return True
