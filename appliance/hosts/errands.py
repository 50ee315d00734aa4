"""The errands' thread: what the machine is asked that takes seconds, such as joining a Wi-Fi or reading a stick.

One thread and a short queue. Nothing that a sale needs waits for it.
"""

import logging
import queue
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final, NamedTuple

from appliance import removable
from appliance.clock import Clock
from appliance.hosts.base import Post
from appliance.machine.card import CardKeeper, SimulatedCardKeeper, SystemCardKeeper
from appliance.machine.local_server import LocalServer, SimulatedServer, SystemServer
from appliance.machine.locality import Locality, SimulatedLocality, SystemLocality
from appliance.machine.network import Network, NetworkManager, SimulatedNetwork
from appliance.machine.sticks import of_people
from appliance.messages import (
    AnyJob,
    BringBack,
    BroughtBack,
    ErrandFailed,
    FilesSeen,
    JoinNetwork,
    NetworkJoined,
    NetworkSeen,
    NetworkView,
    SeeFiles,
    SeeNetwork,
    ServerStarted,
    StartServer,
    StickFileView,
    TellCard,
    TellLocality,
    WifiView,
)
from appliance.problems import Refusal
from appliance.store import archive, restore, swap
from appliance.store.archive import Opener
from appliance.store.backup import SUFFIX

log = logging.getLogger(__name__)

STOP_S: Final = 2.0
_JOBS: Final = 8
_MOST_FILES: Final = 50
_OURS: Final = (SeeNetwork, JoinNetwork, TellLocality, TellCard, SeeFiles, BringBack, StartServer)
_TOLD_EVERY_S: Final = 0.5
_KEY_BEGINS: Final = "AGE-SECRET-KEY-1"
_KINDS: Final = {".csv": "csv", SUFFIX: "backup"}


class Machine(NamedTuple):
    """What of the machine is asked here, real or simulated. `sticks` answers where sticks are mounted."""

    network: Network
    locality: Locality
    card: CardKeeper
    server: LocalServer
    sticks: Callable[[], tuple[Path, ...]]


def real_machine(store: Path) -> Machine:
    """This machine; `store` is the folder of the store."""
    return Machine(
        NetworkManager(), SystemLocality(), SystemCardKeeper(store), SystemServer(), mounted_sticks
    )


def simulated_machine(stick: Path) -> Machine:
    """A machine that is played; the folder `stick` is its USB stick, if it is there."""
    return Machine(
        SimulatedNetwork(),
        SimulatedLocality(),
        SimulatedCardKeeper(),
        SimulatedServer(),
        lambda: (stick,) if stick.is_dir() else (),
    )


def mounted_sticks() -> tuple[Path, ...]:
    """Where the sticks of this machine are mounted."""
    found = of_people(removable.sticks())
    return tuple(one.mounted_at for one in found if one.mounted_at is not None)


class Errands:
    """The thread, which takes jobs as devices do."""

    def __init__(self, machine: Machine, post: Post, store: Path, clock: Clock) -> None:
        """Nothing is begun. `store` is the folder of the store, beside which another one may be put together."""
        self._machine = machine
        self._store = store
        self._clock = clock
        self._told_s = 0.0
        self._post = post
        self._jobs: queue.Queue[AnyJob | None] = queue.Queue(_JOBS)
        self._thread = threading.Thread(target=self._work, name="errands", daemon=True)

    def start(self) -> None:
        """Begin to work."""
        self._thread.start()

    def stop(self) -> None:
        """End the thread; one that waits for a program of the system is left behind."""
        try:
            self._jobs.put_nowait(None)
        except queue.Full:
            return
        if self._thread.is_alive():
            self._thread.join(STOP_S)

    def take(self, job: AnyJob) -> bool:
        """Queue a job; False where it is none of these, or too many wait. Never blocks."""
        if not isinstance(job, _OURS):
            return False
        try:
            self._jobs.put_nowait(job)
        except queue.Full:
            return False
        return True

    def _work(self) -> None:
        while (job := self._jobs.get()) is not None:
            match job:
                case SeeNetwork():
                    self._see(again=job.again)
                case JoinNetwork():
                    self._join(job)
                case TellLocality():
                    self._tell(job)
                case TellCard():
                    self._tell_card(job)
                case SeeFiles():
                    self._find()
                case StartServer():
                    self._start_server()
                case BringBack():
                    self._bring_back(job)

    def _see(self, *, again: bool) -> None:
        try:
            seen = self._machine.network.look(again=again)
        except Refusal as no:
            self._post(NetworkSeen(NetworkView(known=True), no.code, tuple(no.fields.items())))
            return
        networks = tuple(WifiView(*one) for one in seen.networks)
        self._post(
            NetworkSeen(
                NetworkView(
                    known=True,
                    wired=seen.wired,
                    wifi=seen.wifi,
                    joined=seen.joined,
                    addresses=seen.addresses,
                    networks=networks,
                )
            )
        )

    def _join(self, job: JoinNetwork) -> None:
        try:
            self._machine.network.join(job.name, job.password, job.security, keep=job.keep)
        except Refusal as no:
            log.info("the Wi-Fi was not joined: %s", no.code)
            self._post(NetworkJoined(job.name, no.code, tuple(no.fields.items())))
        else:
            self._post(NetworkJoined(job.name))
        self._see(again=False)

    def _tell(self, job: TellLocality) -> None:
        try:
            if job.zone:
                self._machine.locality.set_zone(job.zone)
            if job.country:
                self._machine.locality.set_country(job.country)
        except Refusal as no:
            self._post(ErrandFailed(no.code, tuple(no.fields.items())))

    def _tell_card(self, job: TellCard) -> None:
        try:
            self._machine.card.tell(job.digest, job.state, job.text)
        except Refusal as no:
            self._post(ErrandFailed(no.code, tuple(no.fields.items())))

    def _start_server(self) -> None:
        try:
            made = self._machine.server.begin()
        except Refusal as no:
            self._post(ServerStarted(code=no.code, fields=tuple(no.fields.items())))
        else:
            self._post(ServerStarted(made.qr, made.url, made.code))

    def _bring_back(self, job: BringBack) -> None:
        try:
            opener = opener_of(Path(job.path), job.passphrase)
            coming = swap.place(self._store)
            restore.restore(Path(job.path), coming, opener, self._clock, self._tell_progress)
            swap.ready(self._store)
        except Refusal as no:
            self._post(BroughtBack(code=no.code, fields=tuple(no.fields.items())))
        except OSError as why:
            # The stick was pulled out, or its file system is broken.
            named = (("file", Path(job.path).name), ("why", why.strerror or str(why)))
            self._post(BroughtBack(code="stick_file_gone", fields=named))
        else:
            self._post(BroughtBack(ready=True))

    def _tell_progress(self, what: str, done: int, total: int) -> None:
        if time.monotonic() - self._told_s >= _TOLD_EVERY_S:
            self._told_s = time.monotonic()
            self._post(BroughtBack(what, done, total))

    def _find(self) -> None:
        sticks = self._machine.sticks()
        files = [file for stick in sticks for file in useful_files(stick)]
        self._post(FilesSeen(len(sticks), tuple(files[:_MOST_FILES])))


def opener_of(path: Path, typed: str) -> Opener:
    """What opens a backup, typed or scanned: its passphrase, or the key off the paper, in whatever groups it was typed.

    Raises `NotABackup`, `OSError`.
    """
    key = "".join(typed.split())
    if key.upper().startswith(_KEY_BEGINS) or not archive.is_for_a_passphrase(path):
        return Opener(key=key)
    return Opener(passphrase=typed)


def useful_files(stick: Path) -> Iterator[StickFileView]:
    """Catalogues and backups on a stick, in its top folder or one below; the newest first."""
    found = []
    for pattern in ("*", "*/*"):
        try:
            candidates = sorted(stick.glob(pattern))
        except OSError:
            # Pulled out meanwhile, or its file system is broken.
            continue
        for file in candidates:
            kind = _KINDS.get(file.suffix.lower())
            if kind is None or file.name.startswith("."):
                continue
            try:
                facts = file.stat()
            except OSError:
                continue
            at_ms = facts.st_mtime_ns // 1_000_000
            found.append(StickFileView(str(file), file.name, kind, facts.st_size, at_ms))
    yield from sorted(found, key=lambda one: (-one.at_ms, one.name))
