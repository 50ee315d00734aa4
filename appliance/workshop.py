"""The workshop: where a manager finds, pairs, sets up and tests devices. Its state, and what each command does to it.

What takes time (looking for devices, listening, testing, stopping a driver) is done by the devices' own threads; here
only the configuration file is written and what was done is noted in the journal.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

import drivers
from appliance import device_schema
from appliance.config import BadConfiguration, DeviceConfig
from appliance.device_file import DeviceFile
from appliance.journal.device_kinds import CheckResult, DeviceRemoved, DevicesChecked
from appliance.journal.entry import Entry
from appliance.messages import (
    AnswerCheck,
    AnswerToCheck,
    AnyJob,
    CheckDevices,
    ChecksEnded,
    CheckStepped,
    CheckStepView,
    CloseWorkshop,
    DeviceSetupView,
    DevicesFound,
    DeviceState,
    EndChecks,
    Fields,
    FindDevices,
    FindingView,
    FoundView,
    HealthChecked,
    KindView,
    ListenForPairing,
    LookForDevices,
    OpenWorkshop,
    OptionView,
    PairingHeard,
    PairingView,
    PairScanner,
    PrintChecks,
    PrintSlip,
    Reconfigure,
    RemoveDevice,
    RunChecks,
    SetDevice,
    StopChecks,
    WorkshopView,
)
from appliance.problems import Refusal
from appliance.services import check_slip, people, set_up, tickets
from appliance.till import Handlers, Till
from drivers.scanner._pairing import CODE

_MOST_STEPS: Final = 200


class FinishChecksFirst(Refusal):
    """Devices stay as they are while the self-test works with them."""

    code = "finish_checks_first"


@dataclass(slots=True)
class _Page:
    """What the workshop knows. Lost with the power."""

    open: bool = False
    searching: bool = False
    found: tuple[FoundView, ...] = ()
    kinds: tuple[KindView, ...] = ()
    pairing: PairingView = field(default_factory=lambda: PairingView(on=False))
    checking: bool = False
    steps: list[CheckStepView] = field(default_factory=list)
    noted: Entry | None = None
    """The entry of the test that was done last, whose steps are still shown."""
    problem: str = ""
    problem_fields: Fields = ()


class Workshop:
    """The page of devices. Each method does one command or event; jobs go to `give` after the commit."""

    def __init__(
        self,
        till: Till,
        give: Callable[[AnyJob], None],
        file: DeviceFile,
    ) -> None:
        """Nothing is open."""
        self._till: Final = till
        self._give: Final = give
        self._file: Final = file
        self._page = _Page()
        self._health: tuple[FindingView, ...] = ()

    @property
    def handlers(self) -> Handlers:
        """What each message does, but for the machine's health."""
        return {
            OpenWorkshop: self.open,
            CloseWorkshop: self.close,
            FindDevices: self.find,
            DevicesFound: self.found,
            PairScanner: self.pair,
            PairingHeard: self.heard,
            SetDevice: self.set_device,
            RemoveDevice: self.remove,
            CheckDevices: self.check,
            AnswerCheck: self.answer,
            StopChecks: self.stop,
            PrintChecks: self.print_checks,
            CheckStepped: self.stepped,
            ChecksEnded: self.ended,
        }

    # ------------------------------------------------------------------ the page

    def open(self, _command: OpenWorkshop) -> None:
        """Show the page and look what is plugged in. Raises `ManagersOnly`, `FinishPaymentFirst`."""
        self._manager()
        tickets.refuse_while_paying(self._till.desk)
        self._page = _Page(open=True)
        self.find(FindDevices())

    def close(self, _command: CloseWorkshop | None = None) -> None:
        """Leave the page; pairing and testing end, and so does the wait for a badge to be given."""
        self._till.badge_for = None
        if self._page.pairing.on:
            self._give(ListenForPairing(on=False))
        if self._page.checking:
            self._give(EndChecks())
        self._page = _Page()

    def find(self, _command: FindDevices) -> None:
        """Look again, into the configuration file too: a hand may have changed it."""
        self._manager()
        try:
            self._read_again()
            self._page.problem, self._page.problem_fields = "", ()
        except Refusal as no:
            self.refused(no)
        self._look()

    def _read_again(self) -> None:
        """What a hand wrote meanwhile counts. Raises what the file raises; then all stays as it was."""
        if not self._page.checking and self._file.read_again():
            # Used before it is noted: a full disk must not keep a mended device from working.
            self.use()
            self.note()

    def note(self) -> None:
        """What stands in the file was read: the journal says so too. Raises `DiskFull`."""
        if self._file.path:
            right = (one for one in self._file.configured if not one.wrong)
            set_up.note(self._till.desk, right)

    def _look(self) -> None:
        """The workshop does one thing at a time: whoever listens for a scanner listens no longer."""
        if self._page.pairing.on:
            self._page.pairing = PairingView(on=False)
        self._page.searching = True
        self._give(LookForDevices())

    def found(self, event: DevicesFound) -> None:
        """What is plugged in; what is in use says by which device."""
        self._page.searching = False
        self._page.found = event.found
        self._page.kinds = event.kinds
        if self._file.path:
            # A device that was taken out may have had a last word, before it stopped and after it was forgotten.
            self._forget_the_gone()

    def _forget_the_gone(self) -> None:
        names = {device.name for device in self._file.configured}
        for gone in self._till.devices.keys() - names:
            del self._till.devices[gone]

    @property
    def is_open(self) -> bool:
        """Whether somebody looks at the page: then scans are not sold."""
        return self._page.open

    # ------------------------------------------------------------------ pairing

    def pair(self, command: PairScanner) -> None:
        """Listen for a scanner, or stop."""
        self._manager()
        self._page.pairing = PairingView(on=command.on, code=CODE if command.on else "")
        self._give(ListenForPairing(on=command.on))

    def heard(self, event: PairingHeard) -> None:
        """A scanner read the code, or another one."""
        if not self._page.pairing.on:
            return
        self._page.pairing = PairingView(
            on=event.found is None,
            code=CODE,
            found=event.found,
            sends_aim=event.sends_aim,
            misread_by=event.misread_by,
            misread=event.misread,
            misread_why=event.misread_why,
            also_fits=event.also_fits,
        )

    # ------------------------------------------------------------------ setting up

    def set_device(self, command: SetDevice) -> None:
        """Set a device up or change it.

        Raises `BadConfiguration`, `FinishChecksFirst` and what the file raises; then nothing has changed.
        """
        actor = self._may_change()
        options = command.options
        try:
            options = device_schema.typed(command.kind, command.type, command.options)
        except drivers.UnknownDriver as why:
            raise BadConfiguration(where=f"device {command.name!r}", why=str(why)) from why
        device = DeviceConfig(command.name.strip(), command.kind, command.type, dict(options))
        if not device.name:
            raise BadConfiguration(where="name", why="a device needs a name")
        with self._file.setting(device, command.was) as written:
            self._till.desk.book.record(
                actor,
                *(set_up.told(one.device, one.was) for one in written),
            )
        self._use()

    def remove(self, command: RemoveDevice) -> None:
        """Take a device out. Raises `FinishChecksFirst` and what the file raises; then nothing has changed."""
        actor = self._may_change()
        with self._file.removing(command.name):
            self._till.desk.book.record(actor, DeviceRemoved(device=command.name))
        self._use()

    def _may_change(self) -> str:
        """Who asks; the file is read again, so that nothing is written over what a hand wrote."""
        actor = self._manager()
        if self._page.checking:
            raise FinishChecksFirst
        self._read_again()
        return actor

    def _use(self) -> None:
        self._page.problem, self._page.problem_fields = "", ()
        self.use()
        self._look()

    def use(self) -> None:
        """Have the devices used that stand in the file now."""
        devices = self._file.configured
        self._forget_the_gone()
        for known in tuple(self._till.devices.values()):
            if known.code == BadConfiguration.code:
                # Whatever is still wrong is told again.
                del self._till.devices[known.id]
        self._give(
            Reconfigure(
                tuple(
                    (one.name, one.kind, one.type, one.options) for one in devices if not one.wrong
                ),
                tuple((one.name, one.kind, one.wrong) for one in devices if one.wrong),
            )
        )

    def refused(self, no: Refusal) -> None:
        """Why the last thing asked was not done, to stand beside the field."""
        self._page.problem = no.code
        self._page.problem_fields = tuple(no.fields.items())

    # ------------------------------------------------------------------ testing

    def check(self, command: CheckDevices) -> None:
        """Exercise one device, or everything. Raises `NoSuchDevice`."""
        self._manager()
        if self._page.checking:
            return
        if command.name is not None:
            names: tuple[str, ...] = (self._file.of(command.name).name,)
        else:
            names = tuple(device.name for device in self._file.configured)
        if self._page.pairing.on:
            self._page.pairing = PairingView(on=False)
        self._page.checking, self._page.steps, self._page.noted = True, [], None
        self._give(RunChecks(devices=names, machine=command.name is None))

    def answer(self, command: AnswerCheck) -> None:
        """The answer to the step that asks."""
        self._manager()
        self._give(AnswerToCheck(yes=command.yes, text=command.text))

    def stop(self, _command: StopChecks) -> None:
        """End the self-test."""
        self._manager()
        self._give(EndChecks())

    def stepped(self, event: CheckStepped) -> None:
        """A step began, asks or ended: it takes the place of what was said of it before."""
        if not self._page.checking:
            # Whoever asked has left the page.
            return
        steps = self._page.steps
        for place, step in enumerate(steps):
            if (step.device, step.step) == (event.step.device, event.step.step):
                steps[place] = event.step
                return
        if len(steps) < _MOST_STEPS:
            steps.append(event.step)

    def ended(self, event: ChecksEnded) -> None:
        """The self-test is over: noted in the journal, and what was learnt goes into the configuration."""
        if not self._page.checking:
            # Whoever asked has left the page, and perhaps signed out: there is nobody to change anything for.
            return
        self._page.checking = False
        results = tuple(
            CheckResult(device=step.device, step=step.step, state=step.state, code=step.code)
            for step in self._page.steps
        )
        actor = self._till.employee.id if self._till.employee is not None else ""
        if results:
            (self._page.noted,) = self._till.desk.book.record(
                actor, DevicesChecked(results=results)
            )
        for name, key, value in event.learnt:
            self._learn(name, key, value)

    def _learn(self, name: str, key: str, value: str | int | bool | tuple[str, ...]) -> None:  # noqa: FBT001 - an option's value
        device = self._file.of(name)
        if device.options.get(key) != value:
            options = {**device.options, key: value}
            self.set_device(SetDevice(name, device.kind, device.type, options, was=name))

    def print_checks(self, _command: PrintChecks) -> None:
        """Print what the self-test found."""
        self._manager()
        employee, noted = self._till.employee, self._page.noted
        if noted is not None:
            # At the first start nobody is signed in yet.
            person = "" if employee is None else employee.name
            lines = check_slip.compose(
                self._page.steps, noted, person, self._till.facts, self._till.words
            )
            self._give(PrintSlip(sale="", copy=0, lines=lines))

    # ------------------------------------------------------------------ the rest

    def health(self, event: HealthChecked) -> tuple[FindingView, ...]:
        """How the machine is; what is newly wrong."""
        before = {finding.code for finding in self._health}
        self._health = event.findings
        return tuple(
            finding
            for finding in event.findings
            if finding.level in {"warn", "bad"} and finding.code not in before
        )

    @property
    def findings(self) -> tuple[FindingView, ...]:
        """How the machine was when it was last looked at."""
        return self._health

    def view(self) -> WorkshopView:
        """The page."""
        page = self._page
        if not page.open:
            return WorkshopView(open=False)
        return WorkshopView(
            open=True,
            devices=tuple(map(self._setup, self._file.configured)),
            kinds=page.kinds,
            searching=page.searching,
            found=page.found,
            pairing=page.pairing,
            checking=page.checking,
            steps=tuple(page.steps),
            health=self._health,
            problem=page.problem,
            problem_fields=page.problem_fields,
            file=self._file.path,
        )

    def _setup(self, device: DeviceConfig) -> DeviceSetupView:
        state = self._till.devices.get(device.name)
        types = next((one.types for one in self._page.kinds if one.kind == device.kind), ())
        options = next((one.options for one in types if one.type == device.type), ())
        if self._page.kinds and not options:
            # No such driver: what is set is kept for the right one.
            options = tuple(OptionView(key, "text", None) for key in device.options)
        return DeviceSetupView(
            name=device.name,
            kind=device.kind,
            type=device.type,
            options=device_schema.with_values(options, device.options),
            state=DeviceState.STARTING if state is None else state.state,
            code="" if state is None else state.code,
            fields=() if state is None else state.fields,
            can_check=state is None or state.code != BadConfiguration.code,
        )

    def _manager(self) -> str:
        """Who asks: a manager, or nobody in particular at a register that is being set up."""
        if not self._till.setting_up:
            people.refuse_but_managers(self._till.employee)
        return "" if self._till.employee is None else self._till.employee.id
