"""Backups onto a stick, the shop's key for them, what is done every night, copies of journal and log, and sticks."""

from typing import Final

from msgspec.structs import replace

from appliance import backup_plan
from appliance.backup_plan import Plan
from appliance.journal.upkeep_kinds import BackupMade, BackupPlanned, CopiedOut
from appliance.messages import (
    BackUp,
    BackUpNow,
    CopyOut,
    CopyToStick,
    DoToMachine,
    DropBackupKey,
    KeepBackupKey,
    LetStickGo,
    MakeBackupKey,
    PlanBackups,
    PrintBackupKey,
    PrintSlip,
    StopTask,
    StopUpkeep,
    UpkeepEnded,
)
from appliance.problems import Refusal
from appliance.services import backup_key
from appliance.services.backup_key import BackupKey
from appliance.slips import NoPrinter
from appliance.till import Handlers
from appliance.upkeep.desk import NoFile, UpkeepDesk

HOUR_MS: Final = 3_600_000
DAY_MS: Final = 24 * HOUR_MS
LONGEST_MS: Final = 2 * DAY_MS
"""So long a shop that wants a backup every night goes without one before it is told."""
SHORTEST: Final = 8
"""A shorter passphrase protects nothing."""


class NoBackupKeyYet(Refusal):
    """The shop has no key for backups, and no passphrase was typed."""

    code = "no_backup_key_yet"


class PassphraseTooShort(Refusal):
    """A passphrase of fewer than `least` characters protects nothing."""

    code = "passphrase_too_short"


class NoNewKey(Refusal):
    """There is no new key to be kept or printed."""

    code = "no_new_backup_key"


class Backups:
    """The part about backups and sticks."""

    def __init__(self, desk: UpkeepDesk) -> None:
        """Nothing is being made."""
        self._desk: Final = desk
        self._lock = ""
        self._look_at_ms = 0

    @property
    def handlers(self) -> Handlers:
        """What each command does; all of them are for managers."""
        return {
            BackUpNow: self.back_up,
            StopUpkeep: self.stop,
            MakeBackupKey: self.make_key,
            PrintBackupKey: self.print_key,
            KeepBackupKey: self.keep_key,
            DropBackupKey: self.drop_key,
            PlanBackups: self.plan,
            CopyOut: self.copy_out,
            LetStickGo: self.let_go,
        }

    def back_up(self, command: BackUpNow) -> None:
        """Begin a backup. Raises `UpkeepBusy`, `NoBackupKeyYet`, `PassphraseTooShort`."""
        plan = self._desk.page.plan
        if not command.passphrase and not plan.recipients:
            raise NoBackupKeyYet
        if command.passphrase and len(command.passphrase) < SHORTEST:
            raise PassphraseTooShort(least=SHORTEST)
        recipients = () if command.passphrase else plan.recipients
        self._desk.begin("backup", BackUp(command.stick, recipients, command.passphrase, plan.keep))
        self._lock = "passphrase" if command.passphrase else "key"

    def stop(self, _command: StopUpkeep) -> None:
        """Stop what can be stopped."""
        if self._desk.task.can_stop:
            self._desk.run(StopTask())

    def make_key(self, _command: MakeBackupKey) -> None:
        """Make a new key, which is shown until it is kept or dropped."""
        self._desk.page.key = backup_key.new()

    def print_key(self, _command: PrintBackupKey) -> None:
        """Print the new key. Raises `NoNewKey`, `NoPrinter`."""
        till = self._desk.till
        lines = backup_key.slip(
            self._new_key(), till.desk.origin, self._desk.now_ms(), till.facts, till.words
        )
        if not self._desk.run(PrintSlip(sale="", copy=0, lines=lines)):
            raise NoPrinter

    def keep_key(self, command: KeepBackupKey) -> None:
        """The key is on paper: use it from now on. Raises `NotOnPaper`, `NoNewKey`, `CannotSavePlan`."""
        key = self._new_key()
        backup_key.refuse_unless_on_paper(key, command.ending)
        self._plan(replace(self._desk.page.plan, recipients=(key.recipient,)))
        self._desk.page.key = None

    def drop_key(self, _command: DropBackupKey) -> None:
        """Forget the new key."""
        self._desk.page.key = None

    def plan(self, command: PlanBackups) -> None:
        """Set whether a backup is made every night. Raises `NoBackupKeyYet`, `CannotSavePlan`."""
        if command.nightly and not self._desk.page.plan.recipients:
            raise NoBackupKeyYet
        self._plan(replace(self._desk.page.plan, nightly=command.nightly, keep=command.keep))

    def _plan(self, plan: Plan) -> None:
        if self._desk.file is None:
            raise NoFile
        backup_plan.save(backup_plan.beside(self._desk.file), plan)
        self._desk.record(BackupPlanned(plan.nightly, plan.recipients, plan.keep))
        self._desk.page.plan, self._desk.page.plan_problem = plan, ""

    def _new_key(self) -> BackupKey:
        if self._desk.page.key is None:
            raise NoNewKey
        return self._desk.page.key

    def copy_out(self, command: CopyOut) -> None:
        """Begin to copy the journal or the log. Raises `UpkeepBusy`."""
        job = CopyToStick(command.what, command.stick, self._desk.till.desk.origin)
        self._desk.begin(command.what, job)

    def let_go(self, command: LetStickGo) -> None:
        """Have a stick let go of. Raises `UpkeepBusy`."""
        self._desk.begin("let_go", DoToMachine("let_go", command.stick))

    def tick(self) -> None:
        """Once a second, at work once an hour: where one is planned and none was made for days, it is said each day.

        A night's backup that failed says so itself; this is for those that were not even tried.
        """
        now_ms = self._desk.now_ms()
        if now_ms < self._look_at_ms or self._desk.file is None or not self._desk.till.clock_ok:
            return
        self._look_at_ms = now_ms + HOUR_MS
        path = backup_plan.beside(self._desk.file)
        try:
            plan, planned_ms = backup_plan.load(path), int(path.stat().st_mtime * 1000)
        except (Refusal, OSError):
            # Whoever opens the page is told.
            return
        last_ms = max(self._desk.machine.backups.made_at_ms, planned_ms)
        if plan.nightly and now_ms - last_ms > LONGEST_MS:
            self._look_at_ms = now_ms + DAY_MS
            days_ago = (now_ms - last_ms) // DAY_MS
            self._desk.must_read("backup_missing", (("count", days_ago),))

    def ended(self, event: UpkeepEnded) -> None:
        """What was made is noted, with who wanted it."""
        desk = self._desk
        record = desk.till.desk.book.record
        if event.name == "backup" and event.file:
            made = BackupMade(
                event.file,
                event.size,
                event.entries,
                event.sha256,
                self._lock,
                proven=not event.code,
            )
            record(desk.actor, made)
        elif event.name in {"journal", "log"} and event.file:
            record(desk.actor, CopiedOut(event.name, event.file))
