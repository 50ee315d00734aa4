"""What all hosts share: one thread a device, a bounded queue of jobs, and every trouble reported once."""

import logging
import threading
import time
from collections import deque
from collections.abc import Callable, Container
from typing import Any, Final, Protocol

from appliance.messages import Command, DeviceChanged, DeviceState, Event, Fields
from drivers import DeviceAbsent, DeviceTrouble

log = logging.getLogger(__name__)

QUEUE_LENGTH: Final = 100
"""Jobs that wait for one device; a longer queue is refused, and that is shown."""

OPEN_MS: Final = 2_000
STATUS_MS: Final = 2_000
IDLE_S: Final = 3.0
"""How often an idle device is asked how it is, and how soon one that is away is tried again."""

OPENED_S: Final = 1.0
"""A reader that was open for so long was really there; so long is waited for before one that was not is tried again."""

Post = Callable[[Command | Event], None]
Work = Callable[[], None]


class Host(Protocol):
    """What all hosts can do. Any thread may call; only `stop` waits."""

    name: str
    kind: str
    driver: Any

    @property
    def is_well(self) -> bool:
        """Whether the device worked when it was last used or looked at."""
        ...

    @property
    def waiting(self) -> int:
        """Jobs not finished yet."""
        ...

    def start(self) -> None:
        """Begin to work in a thread of its own."""
        ...

    def stop(self) -> None:
        """End the thread, within the time limit of the driver's running call."""
        ...

    def lend(self, work: Work) -> bool:
        """Do some work with `driver` in the host's own thread, between two jobs; False where too much waits.

        The work may raise nothing but `DeviceTrouble`, which is reported.
        """
        ...


class JobHost:
    """A thread that works through a bounded queue; urgent jobs overtake, even one that waits for paper."""

    kind: str
    idle_s: float = IDLE_S

    def __init__(self, name: str, driver: Any, post: Post) -> None:  # noqa: ANN401 - a driver of any class
        """Host `driver` under `name`."""
        self.name = name
        self.driver: Any = driver
        self.report = Reporter(name, self.kind, post)
        self._post = post
        self._jobs: deque[Work] = deque()
        self._urgent: deque[Work] = deque()
        self._changed = threading.Condition()
        self._working = 0
        self._stopping = False
        self._thread = threading.Thread(target=self._work, name=f"device {name}", daemon=True)

    @property
    def is_well(self) -> bool:
        """Whether the device worked when it was last used or looked at."""
        return self.report.is_well

    @property
    def waiting(self) -> int:
        """Jobs not finished yet."""
        return len(self._jobs) + self._working

    def start(self) -> None:
        """Begin to work."""
        self._thread.start()

    def stop(self) -> None:
        """End the thread."""
        with self._changed:
            self._stopping = True
            self._changed.notify_all()
        if self._thread.is_alive():
            self._thread.join(OPEN_MS / 1000 + 1)

    def take(self, job: Work, *, urgent: bool = False) -> bool:
        """Queue a job; False where the queue is full, or where this host stops and nobody would do it."""
        with self._changed:
            jobs = self._urgent if urgent else self._jobs
            if self._stopping or len(jobs) >= QUEUE_LENGTH:
                return False
            jobs.append(job)
            self._changed.notify_all()
        return True

    def lend(self, work: Work) -> bool:
        """Do some work with the driver between two jobs; see `Host.lend`."""
        return self.take(lambda: self._lent(work), urgent=True)

    def _lent(self, work: Work) -> None:
        try:
            work()
        except DeviceTrouble as trouble:
            self.report.trouble(trouble)

    def _work(self) -> None:
        self._look()
        while not self._stopping:
            job = self._next(self._urgent, self._jobs, within_s=self.idle_s)
            if job is None:
                self._look()
            else:
                self._working = 1
                job()
                self._working = 0
        self._close()

    def _pause(self, seconds: float) -> None:
        """Wait before a job is tried again; urgent ones are done meanwhile."""
        until = time.monotonic() + seconds
        while not self._stopping and (left := until - time.monotonic()) > 0:
            job = self._next(self._urgent, within_s=left)
            if job is not None:
                job()

    def _next(self, *queues: deque[Work], within_s: float) -> Work | None:
        until = time.monotonic() + within_s
        with self._changed:
            while not self._stopping:
                for jobs in queues:
                    if jobs:
                        return jobs.popleft()
                left = until - time.monotonic()
                if left <= 0:
                    return None
                self._changed.wait(left)
        return None

    def _look(self) -> None:
        """See how the device is, while nothing is to be done."""

    def _tell(self, work: Work) -> None:
        """Do something with the driver, and tell how the device is by how it went."""
        try:
            work()
        except DeviceTrouble as trouble:
            self.report.trouble(trouble)
        else:
            self.report.well()

    def _close(self) -> None:
        self.driver.close()


class ReadHost:
    """A thread that opens a reader, reads it for ever, and finds it again after it was away."""

    kind: str

    def __init__(self, name: str, driver: Any, post: Post) -> None:  # noqa: ANN401 - a driver of any class
        """Host `driver` under `name`."""
        self.name = name
        self.driver: Any = driver
        self.report = Reporter(name, self.kind, post)
        self._post = post
        self._stopping = threading.Event()
        self._lent: deque[Work] = deque(maxlen=QUEUE_LENGTH)
        self._released = threading.Event()
        self._may_hold = threading.Event()
        self._may_hold.set()
        self._thread = threading.Thread(target=self._work, name=f"device {name}", daemon=True)

    @property
    def is_well(self) -> bool:
        """Whether the reader is open."""
        return self.report.is_well

    @property
    def waiting(self) -> int:
        """A reader has no jobs."""
        return 0

    def start(self) -> None:
        """Begin to read."""
        self._thread.start()

    def stop(self) -> None:
        """End reading."""
        self._stopping.set()
        self._may_hold.set()
        self.driver.wake()
        if self._thread.is_alive():
            self._thread.join(OPEN_MS / 1000 + 1)

    def lend(self, work: Work) -> bool:
        """Do some work with the driver between two reads; see `Host.lend`."""
        self._lent.append(work)
        self.driver.wake()
        return True

    def release(self, within_s: float) -> bool:
        """Let go of the device until `resume`; True when it is let go of."""
        self._released.clear()
        self._may_hold.clear()
        self.driver.wake()
        return self._released.wait(within_s)

    def resume(self) -> None:
        """Take the device again."""
        self._may_hold.set()

    def _work(self) -> None:
        while not self._stopping.is_set():
            if not self._may_hold.is_set():
                self.driver.close()
                self._released.set()
                self._may_hold.wait()
                continue
            if self._hold():
                self._pause()
        self.driver.close()

    def _hold(self) -> bool:
        """Open the reader and read until it is in trouble. Answers whether to wait before the next try.

        A reader that went away is waited for by opening it, which finds it in the moment in which it comes back. One
        that cannot be opened, or goes as soon as it has come, would be tried again without end.
        """
        until = time.monotonic() + OPENED_S
        try:
            self.driver.open(OPEN_MS)
            self.report.well()
            until = time.monotonic() + OPENED_S
            while self._may_hold.is_set() and not self._stopping.is_set():
                while self._lent:
                    self._lent.popleft()()
                self._read()
        except DeviceTrouble as trouble:
            self.report.trouble(trouble)
            return not isinstance(trouble, DeviceAbsent) or time.monotonic() < until
        return False

    def _pause(self) -> None:
        """Wait before what cannot be opened is tried again."""
        self._stopping.wait(OPENED_S)

    def _read(self) -> None:
        """Read once, for a limited time, and post what came."""
        raise NotImplementedError


class Reporter:
    """Tells the register when a device's state changes, and only then."""

    def __init__(self, name: str, kind: str, post: Post) -> None:
        """Nothing was told yet."""
        self._name = name
        self._kind = kind
        self._post = post
        self._told: tuple[DeviceState, str, Fields] | None = None

    @property
    def is_well(self) -> bool:
        """Whether the last that was told is that it works."""
        return self._told is not None and self._told[0] is DeviceState.OK

    def well(self) -> None:
        """It works."""
        self.state(DeviceState.OK, "", ())

    def trouble(self, trouble: DeviceTrouble) -> None:
        """It does not."""
        away = isinstance(trouble, DeviceAbsent)
        self.state(
            DeviceState.ABSENT if away else DeviceState.TROUBLE,
            trouble.code,
            fields_of(trouble),
            passing=trouble.passing,
        )

    def state(
        self, state: DeviceState, code: str, fields: Fields, passing: Container[str] = ()
    ) -> None:
        """How it is; the same again is not told again, though fields that are `passing` differ."""
        lasting = tuple(one for one in fields if one[0] not in passing)
        if (state, code, lasting) == self._told:
            return
        self._told = (state, code, lasting)
        log.info("%s: %s %s", self._name, state, code)
        self._post(
            DeviceChanged(device=self._name, kind=self._kind, state=state, code=code, fields=fields)
        )


def fields_of(trouble: DeviceTrouble) -> Fields:
    """A trouble's fields, without the device, which every message names already."""
    return tuple((key, value) for key, value in trouble.fields.items() if key != "device")
