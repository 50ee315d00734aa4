"""The workshop's thread: finds what is plugged in, listens for a scanner to pair, runs the self-test, swaps devices.

All of it may take seconds, so none of it happens in the register's thread.
"""

import logging
import queue
import threading
import time
from collections.abc import Iterable, Mapping
from typing import Any, Final, Protocol

from appliance import device_schema, health
from appliance.config import DeviceConfig
from appliance.hosts.base import Host, Post
from appliance.hosts.files import write_file
from appliance.hosts.found import found_devices
from appliance.hosts.paired import known
from appliance.hosts.readers import ScannerHost
from appliance.hosts.selftest import Reply, SelfTest
from appliance.hosts.sheets import SheetTable
from appliance.messages import (
    AnswerToCheck,
    AnyJob,
    ChecksEnded,
    CheckState,
    CheckStepped,
    CheckStepView,
    DeviceChanged,
    DevicesFound,
    EndChecks,
    FindingView,
    FoundView,
    HealthChecked,
    LaySheets,
    ListenForPairing,
    LookForDevices,
    PairingHeard,
    Reconfigure,
    RunChecks,
    WriteFile,
)
from drivers import DeviceTrouble
from drivers.badge._wedge_texts import may_be_badge
from drivers.scanner._pairing import Found, Listener, Misread

log = logging.getLogger(__name__)

HEALTH_EVERY_S: Final = 60.0
GLANCE_EVERY_S: Final = 1.0
"""The kernel forgets too low a voltage after two seconds."""
LISTEN_MS: Final = 500
RELEASE_S: Final = 3.0
_JOBS: Final = 20


class Devices(Protocol):
    """The devices of the register, as the workshop needs them."""

    @property
    def hosts(self) -> Mapping[str, Host]:
        """The hosts by the names of their devices."""
        ...

    @property
    def configured(self) -> tuple[DeviceConfig, ...]:
        """The devices as they are configured now."""
        ...

    @property
    def unusable(self) -> tuple[DeviceChanged, ...]:
        """What is told of the devices that cannot be used as they are configured."""
        ...

    def reconfigure(self, configured: Iterable[DeviceConfig]) -> None:
        """Have these devices from now on."""
        ...


class Machine(Protocol):
    """The machine itself; `health.Machine` is one. Any thread may ask."""

    def glance(self) -> bool:
        """Whether something has just become wrong that is over before the next look: the voltage."""
        ...

    def look(self) -> tuple[health.Finding, ...]:
        """How everything is, with what the glances saw."""
        ...


class WorkshopHost:
    """One thread for all that takes time about devices, and for a look at the machine every minute.

    A second one glances at the power each second: it fails when a printer or a drawer draws much, while the first
    waits for that very device.
    """

    def __init__(
        self,
        devices: Devices,
        post: Post,
        machine: Machine,
        *,
        simulated: bool,
    ) -> None:
        """Nothing is begun. `simulated` says whether simulated devices may be chosen."""
        self._devices = devices
        self._post = post
        self._machine = machine
        self._look_at = 0.0
        self._simulated = simulated
        self._jobs: queue.Queue[AnyJob] = queue.Queue(_JOBS)
        self._replies: queue.Queue[Reply] = queue.Queue(1)
        self._stopping = threading.Event()
        self._end_checks = threading.Event()
        self._is_pairing = False
        self._sheets = SheetTable()
        self._told: tuple[FindingView, ...] | None = None
        self._thread = threading.Thread(target=self._work, name="workshop", daemon=True)
        self._glancing = threading.Thread(target=self._glance, name="machine", daemon=True)

    def start(self) -> None:
        """Begin to work."""
        self._thread.start()
        self._glancing.start()

    def stop(self) -> None:
        """End the thread."""
        self._stopping.set()
        self._end_checks.set()
        for thread in (self._thread, self._glancing):
            if thread.is_alive():
                thread.join(RELEASE_S + 1)

    def take(self, job: AnyJob) -> bool:
        """Queue a job of the workshop; False where it is not one, or too many wait. Never blocks."""
        match job:
            case AnswerToCheck():
                self._answer(Reply(job.yes, job.text))
            case EndChecks():
                self._end_checks.set()
            case ListenForPairing(on=False):
                self._is_pairing = False
            case (
                LookForDevices()
                | ListenForPairing()
                | Reconfigure()
                | RunChecks()
                | LaySheets()
                | WriteFile()
            ):
                # Here and not when its turn comes: it may be called off while it still waits for its turn. And before
                # it is queued: its turn may come, and end, before the next line of this thread.
                before = self._is_pairing
                if not isinstance(job, (LaySheets, WriteFile)):
                    self._is_pairing = isinstance(job, ListenForPairing)
                try:
                    if not self._will_do(job):
                        self._jobs.put_nowait(job)
                except queue.Full:
                    self._is_pairing = before
                    return False
            case _:
                return False
        return True

    def _will_do(self, job: AnyJob) -> bool:
        """Whether it looks as the next thing anyway: impatient taps must not crowd out what was saved."""
        with self._jobs.mutex:
            waiting = self._jobs.queue
            return isinstance(job, LookForDevices) and bool(waiting) and waiting[-1] == job

    # ------------------------------------------------------------------ the thread

    def _work(self) -> None:
        while not self._stopping.is_set():
            if time.monotonic() >= self._look_at:
                # Before the look: a glance may want another one meanwhile.
                self._look_at = time.monotonic() + HEALTH_EVERY_S
                self._check_health()
            try:
                job = self._jobs.get(timeout=1.0)
            except queue.Empty:
                continue
            self._do(job)

    def _do(self, job: AnyJob) -> None:
        match job:
            case LookForDevices():
                self._find()
            case ListenForPairing():
                self._pair()
            case Reconfigure():
                self._reconfigure(job)
            case RunChecks():
                self._run_checks(job)
            case LaySheets():
                self._post(self._sheets.lay(job))
            case WriteFile():
                self._post(write_file(job))

    def _find(self) -> None:
        found = found_devices(self._devices.configured)
        kinds = device_schema.kinds(simulated=self._simulated)
        self._post(DevicesFound(found=found, kinds=kinds))

    def _reconfigure(self, job: Reconfigure) -> None:
        usable = [
            DeviceConfig(name, kind, type_, dict(options))
            for name, kind, type_, options in job.devices
        ]
        wrong = [DeviceConfig(name, kind, "", wrong=why) for name, kind, why in job.wrong]
        self._devices.reconfigure((*usable, *wrong))

    # ------------------------------------------------------------------ pairing

    def _pair(self) -> None:
        """Listen to all keyboards and serial lines that nobody else uses, with our own scanners let go of.

        Badge readers keep what they hold: what a badge says is nobody's business here.
        """
        if not self._is_pairing:
            return
        held = [host for host in self._devices.hosts.values() if isinstance(host, ScannerHost)]
        for host in held:
            host.release(RELEASE_S)
        try:
            self._listen()
        finally:
            for host in held:
                host.resume()

    def _listen(self) -> None:
        listener = Listener(busy_ports=busy_ports(self._devices.configured))
        try:
            listener.open()
            while self._is_pairing and not self._stopping.is_set():
                heard = listener.listen(LISTEN_MS)
                if isinstance(heard, Found):
                    self._is_pairing = False
                    self._post(self._paired(heard))
                elif heard is not None:
                    self._post(misread(heard))
        except DeviceTrouble as trouble:
            log.warning("pairing: %s", trouble)
        finally:
            listener.close()

    def _paired(self, found: Found) -> PairingHeard:
        who = known(found, self._devices.configured)
        options = _plain(found.options)
        view = FoundView("scanner", found.type, found.label, options, used_by=who.used_by)
        return PairingHeard(found=view, sends_aim=found.aim, also_fits=who.also_fits)

    # ------------------------------------------------------------------ the self-test

    def _run_checks(self, job: RunChecks) -> None:
        self._end_checks.clear()
        while not self._replies.empty():
            self._replies.get_nowait()
        if job.machine:
            self._tell_findings()
        for said in self._devices.unusable:
            if said.device in job.devices:
                self.tell(wrongly_set_up(said))
        test = SelfTest(
            self._devices.hosts, self, {one.name: one for one in self._devices.configured}
        )
        test.run(job.devices)
        self._post(ChecksEnded(learnt=tuple(test.learnt)))

    @property
    def shows_symbols(self) -> bool:
        """The page of devices shows them; see `selftest.Talk`."""
        return True

    def tell(self, step: CheckStepView) -> None:
        """A step began, asks or ended; see `selftest.Talk`."""
        self._post(CheckStepped(step))

    def reply(self, step: CheckStepView, within_s: float) -> Reply | None:
        """The person's answer; see `selftest.Talk`."""
        del step
        until = time.monotonic() + within_s
        while not self.is_stopped() and time.monotonic() < until:
            try:
                return self._replies.get(timeout=0.1)
            except queue.Empty:
                continue
        return None

    def is_stopped(self) -> bool:
        """Whether the person has had enough, or the program ends."""
        return self._end_checks.is_set() or self._stopping.is_set()

    def _answer(self, reply: Reply) -> None:
        # Only the newest answer counts; the step that asks takes it within a tenth of a second.
        while True:
            try:
                self._replies.put_nowait(reply)
            except queue.Full:
                try:
                    self._replies.get_nowait()
                except queue.Empty:
                    continue
            else:
                return

    # ------------------------------------------------------------------ the machine

    def _glance(self) -> None:
        while not self._stopping.wait(GLANCE_EVERY_S):
            if self._machine.glance():
                self._look_at = 0.0

    def _findings(self) -> tuple[FindingView, ...]:
        return tuple(
            FindingView(check=one.check, level=one.level, code=one.code, fields=one.fields)
            for one in self._machine.look()
        )

    def _check_health(self) -> None:
        findings = self._findings()
        if findings != self._told:
            self._told = findings
            self._post(HealthChecked(findings))

    def _tell_findings(self) -> None:
        for one in self._findings():
            bad = one.level in {"warn", "bad"}
            state: CheckState = "failed" if bad else "skipped"
            if one.level == "ok":
                state = "passed"
            self.tell(
                CheckStepView(
                    device="",
                    kind="machine",
                    step=one.check,
                    state=state,
                    code=one.code,
                    fields=one.fields,
                )
            )


def wrongly_set_up(said: DeviceChanged) -> CheckStepView:
    """The only step of the self-test of a device that cannot be used as it is configured."""
    return CheckStepView(said.device, said.kind, "is_set_up", "failed", said.code, said.fields)


def busy_ports(configured: Iterable[DeviceConfig]) -> tuple[str, ...]:
    """The serial ports of all devices that are no scanners: pairing does not even open them."""
    return tuple(
        str(device.options["port"])
        for device in configured
        if device.kind != "scanner" and "port" in device.options
    )


def misread(heard: Misread) -> PairingHeard:
    """What was heard instead of the code; never the number of a badge."""
    if may_be_badge(heard.text):
        return PairingHeard(misread_by=heard.label, misread_why="maybe_badge")
    return PairingHeard(misread_by=heard.label, misread=heard.text, misread_why=heard.why)


def _plain(options: Mapping[str, Any]) -> dict[str, Any]:
    return {
        key: tuple(value) if isinstance(value, list) else value for key, value in options.items()
    }
