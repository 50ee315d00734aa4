"""What the parts of the page share: what is known of the machine, the one task, and who may do what."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from appliance.backup_plan import Plan
from appliance.clock import Clock
from appliance.device_file import SettingsGone
from appliance.journal.body import Body
from appliance.messages import (
    AnyJob,
    EndedView,
    Fields,
    MachineSeen,
    NoticeLevel,
    ScreenFacts,
    TaskName,
    TaskView,
)
from appliance.problems import Refusal
from appliance.services import people
from appliance.services.backup_key import BackupKey
from appliance.services.staff import OWNER, OwnersOnly
from appliance.till import Till

_CAN_STOP: Final = frozenset({"backup", "journal", "fetch"})

Notice = Callable[[NoticeLevel, str, Fields], None]


class UpkeepBusy(Refusal):
    """One thing at a time: something is being done already."""

    code = "upkeep_busy"


class NoFile(Refusal):
    """This register was started without a configuration file, so nothing can be set."""

    code = "not_from_a_file"


@dataclass(slots=True)
class Page:
    """What the page knows while it is open. Lost with the power."""

    open: bool = False
    answered: int = 0
    problem: str = ""
    problem_fields: Fields = ()
    key: BackupKey | None = None
    plan: Plan = field(default_factory=Plan)
    plan_problem: str = ""
    plan_problem_fields: Fields = ()
    screen: ScreenFacts = field(default_factory=ScreenFacts)


@dataclass(slots=True)
class UpkeepDesk:
    """Lent to each part. `run` gives a job away, `notice` says something for a while, `must_read` until it was read.

    `file` is the configuration file, if the register was started with one; `actor` is who began the task.
    """

    till: Till
    clock: Clock
    run: Callable[[AnyJob], bool]
    notice: Notice
    must_read: Callable[[str, Fields], None]
    file: Path | None
    page: Page = field(default_factory=Page)
    machine: MachineSeen = field(default_factory=MachineSeen)
    task: TaskView = field(default_factory=TaskView)
    ended: EndedView = field(default_factory=EndedView)
    actor: str = ""
    screen_waits: bool = False
    file_was_there: bool = False

    def settings_file(self) -> Path:
        """The configuration file, to be changed. Raises `NoFile`, `SettingsGone`."""
        if self.file is None:
            raise NoFile
        if self.file_was_there and not self.file.exists():
            # A new one would hold nothing but the last change, and no device.
            raise SettingsGone(path=str(self.file))
        return self.file

    def now_ms(self) -> int:
        """The time of day in UTC milliseconds."""
        return self.clock.now().at_ms

    def begin(self, name: TaskName, job: AnyJob) -> None:
        """Begin a task. Raises `UpkeepBusy`."""
        self.refuse_while_busy()
        if not self.run(job):
            raise UpkeepBusy
        self.actor = self.manager()
        self.ended = EndedView()
        self.task = TaskView(name, can_stop=name in _CAN_STOP)

    def refuse_while_busy(self) -> None:
        """Raises `UpkeepBusy` while a task is under way."""
        if self.task.name:
            raise UpkeepBusy

    def record(self, body: Body) -> None:
        """Note what the person at the register does."""
        self.till.desk.book.record(self.manager(), body)

    def manager(self) -> str:
        """Who is signed in. Raises `ManagersOnly`."""
        people.refuse_but_managers(self.till.employee)
        assert self.till.employee is not None
        return self.till.employee.id

    def refuse_but_owners(self) -> None:
        """Raises `ManagersOnly`, `OwnersOnly`."""
        self.manager()
        if not self.is_owner:
            raise OwnersOnly

    @property
    def is_owner(self) -> bool:
        """Whether an owner is signed in. The demo shop has none, and nothing to protect: there, a manager will do."""
        employee = self.till.employee
        enough = people.MANAGERS if self.till.demo else (OWNER,)
        return employee is not None and employee.role in enough
