"""The page as a whole: its parts, what it shows, and what came of a task."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from msgspec.structs import replace

from appliance import __version__, backup_plan, screen_settings
from appliance.clock import Clock
from appliance.config import BadConfiguration
from appliance.messages import (
    AnyJob,
    BackupPlanView,
    CloseUpkeep,
    EndedView,
    Fields,
    MachineSeen,
    NoticeLevel,
    OpenUpkeep,
    ScreenFacts,
    SupportView,
    TaskView,
    UpkeepEnded,
    UpkeepStepped,
    UpkeepView,
    WatchMachine,
)
from appliance.problems import Refusal
from appliance.services import tickets
from appliance.till import Handlers, Till
from appliance.upkeep.backups import Backups
from appliance.upkeep.desk import Notice, Page, UpkeepDesk
from appliance.upkeep.power import Power
from appliance.upkeep.software import Software
from appliance.upkeep.support import Support

_SAID_WHEN_DONE: Final = frozenset({"backup", "journal", "log", "let_go"})
_NO_TASK: Final = frozenset({"brightness", "drop_software", "support_close"})
"""Done at once, whatever else is under way."""


class Upkeep:
    """The page. Each method does one command or event; jobs are given away after what was noted."""

    def __init__(
        self,
        till: Till,
        clock: Clock,
        run: Callable[[AnyJob], bool],
        notice: Notice,
        must_read: Callable[[str, Fields], None],
        file: Path | None,
    ) -> None:
        """Nothing is open, and nothing is known of the machine yet.

        `run` gives a job away, `notice` says something for a while, `must_read` until a person has read it.
        """
        self._desk: Final = UpkeepDesk(till, clock, run, notice, must_read, file)
        self._desk.file_was_there = file is not None and file.exists()
        self._backups: Final = Backups(self._desk)
        self._software: Final = Software(self._desk)
        self._support: Final = Support(self._desk)
        self._power: Final = Power(self._desk)
        self._has_seen = False
        self._told_failed_ms = 0

    @property
    def handlers(self) -> Handlers:
        """What each message does."""
        parts = (self._backups, self._software, self._support, self._power)
        asked = {kind: act for part in parts for kind, act in part.handlers.items()}
        return {
            OpenUpkeep: self.open,
            CloseUpkeep: self.close,
            **{kind: self._and_answer(act) for kind, act in asked.items()},
            MachineSeen: self.seen,
            UpkeepStepped: self.stepped,
            UpkeepEnded: self.ended,
        }

    def _and_answer(self, act: Callable[[Any], object]) -> Callable[[Any], object]:
        """The page learns what became of each command, and why it was refused. All of them are for managers."""

        def do(command: Any) -> None:  # noqa: ANN401 - a command of any kind
            page = self._desk.page
            page.answered += 1
            page.problem, page.problem_fields = "", ()
            try:
                self._desk.manager()
                act(command)
            except Refusal as no:
                page.problem, page.problem_fields = no.code, tuple(no.fields.items())
                raise

        return do

    # ------------------------------------------------------------------ the page

    @property
    def is_open(self) -> bool:
        """Whether somebody looks at the page: then scans are not sold."""
        return self._desk.page.open

    def open(self, _command: OpenUpkeep) -> None:
        """Show the page. Raises `ManagersOnly`, `FinishPaymentFirst`."""
        self._desk.manager()
        tickets.refuse_while_paying(self._desk.till.desk)
        self._desk.page = Page(open=True)
        if not self._desk.task.name:
            self._desk.ended = EndedView()
        self._read_files()
        self._desk.run(WatchMachine(on=True))

    def close(self, _command: CloseUpkeep | None = None) -> None:
        """Leave the page; a new key that was not kept is forgotten. What is under way goes on."""
        if self._desk.page.open:
            self._desk.run(WatchMachine(on=False))
        self._desk.page = Page()

    def _read_files(self) -> None:
        """What is planned, and how the screen is set; a file that a hand spoilt is told beside the plan."""
        page = self._desk.page
        if self._desk.file is None:
            return
        try:
            page.plan = backup_plan.load(backup_plan.beside(self._desk.file))
        except BadConfiguration as no:
            page.plan_problem, page.plan_problem_fields = no.code, tuple(no.fields.items())
        try:
            held = screen_settings.read(self._desk.file)
        except BadConfiguration as no:
            page.problem, page.problem_fields = no.code, tuple(no.fields.items())
        else:
            page.screen = ScreenFacts(held.rotation, held.text_percent, held.dark)

    # ------------------------------------------------------------------ what comes of it

    def seen(self, event: MachineSeen) -> None:
        """The machine is otherwise than before; what nobody here asked for is noted and said."""
        before, self._desk.machine = self._desk.machine, event
        is_first, self._has_seen = not self._has_seen, True
        self._desk.till.support_until_ms = event.support.until_ms
        if is_first or bool(before.support.until_ms) != bool(event.support.until_ms):
            self._support.seen(event.support)
        if is_first or before.update != event.update:
            self._software.seen(event)
        failed = event.backups
        if failed.failed_code and failed.failed_at_ms != self._told_failed_ms:
            self._told_failed_ms = failed.failed_at_ms
            fields = (*failed.failed_fields, ("why_code", failed.failed_code))
            self._desk.must_read("nightly_backup_failed", (("at_ms", failed.failed_at_ms), *fields))

    def stepped(self, event: UpkeepStepped) -> None:
        """So far is what is being done."""
        if event.name == self._desk.task.name:
            self._desk.task = replace(self._desk.task, step=event.step, percent=event.percent)

    def ended(self, event: UpkeepEnded) -> None:
        """A task came to its end: what was made is noted, and what came of it said."""
        desk = self._desk
        if event.name == desk.task.name:
            desk.task = TaskView()
        if event.name not in _NO_TASK or event.code:
            desk.ended = EndedView(event.name, event.code, event.fields)
        self._backups.ended(event)
        self._software.ended(event)
        self._support.ended(event)
        if event.code:
            desk.notice(NoticeLevel.WARN, event.code, event.fields)
        elif event.name in _SAID_WHEN_DONE:
            desk.notice(NoticeLevel.DONE, f"upkeep_{event.name}", event.fields)

    def day_closed(self) -> None:
        """The business day was closed: now what waited for it is done."""
        self._power.day_closed()

    def tick(self) -> None:
        """Once a second."""
        self._software.tick()
        self._support.tick()
        self._backups.tick()

    def view(self) -> UpkeepView:
        """The page."""
        page, machine = self._desk.page, self._desk.machine
        if not page.open:
            return UpkeepView()
        support = machine.support
        return UpkeepView(
            open=True,
            answered=page.answered,
            problem=page.problem,
            problem_fields=page.problem_fields,
            is_owner=self._desk.is_owner,
            sticks=machine.sticks,
            backups=machine.backups,
            plan=BackupPlanView(page.plan.nightly, page.plan.recipients, page.plan.keep),
            plan_problem=page.plan_problem,
            plan_problem_fields=page.plan_problem_fields,
            new_key="" if page.key is None else page.key.secret,
            version=__version__,
            bundles=machine.bundles,
            update=machine.update,
            restarts_at_close=self._power.restarts_at_close,
            support=support if self._desk.is_owner else SupportView(support.until_ms),
            screen=replace(
                page.screen,
                brightness_percent=machine.brightness_percent,
                waits=self._desk.screen_waits,
            ),
            task=self._desk.task,
            ended=self._desk.ended,
        )
