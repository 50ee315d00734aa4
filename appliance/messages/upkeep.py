"""The page "This register": backups, software, support access, the screen, restarting.

It is for managers, support access for owners only. A person asks (`…(Command)`), a thread beside the register does
what takes time and tells (`…(Event)`), and the page shows `UpkeepView`. Words are made by presenters: codes name their
sentences.
"""

from typing import Annotated, Literal

import msgspec

from appliance.messages.values import Command, Event, Fields, Job, Snapshot

TaskName = Literal[
    "backup",
    "journal",
    "log",
    "let_go",
    "fetch",
    "install",
    "drop_software",
    "support_open",
    "support_close",
    "restart",
    "off",
    "screen",
    "brightness",
]
"""What is done beside the register, one at a time."""

Rotation = Literal[0, 90, 180, 270]
Percent = Annotated[int, msgspec.Meta(ge=0, le=100)]
TextPercent = Annotated[int, msgspec.Meta(ge=80, le=150)]
Keep = Annotated[int, msgspec.Meta(ge=1, le=1000)]


# --------------------------------------------------------------------------- what it is about


class StickView(msgspec.Struct, frozen=True):
    """A USB stick. `ready` False where it is not mounted: let go of, or unreadable.

    `backups` of this register lie on it.
    """

    device: str
    name: str
    ready: bool
    read_only: bool = False
    size_bytes: int = 0
    free_bytes: int = 0
    backups: int = 0


class BundleView(msgspec.Struct, frozen=True):
    """Software on a stick, by its file name; `version` is what that says.

    With a `sha256` (hex) it lies at the LAN server; `path` is where it will lie once it was fetched.
    """

    path: str
    file: str
    version: str
    size_bytes: int
    stick: str = ""
    sha256: str = ""


class BackupsView(msgspec.Struct, frozen=True):
    """What is known of the backups: as `services.backups.BackupState`."""

    made_at_ms: int = 0
    made_file: str = ""
    proven_at_ms: int = 0
    proven_file: str = ""
    wrong: tuple[str, ...] = ()
    failed_at_ms: int = 0
    failed_code: str = ""
    failed_fields: Fields = ()


class UpdateView(msgspec.Struct, frozen=True):
    """How an installation goes: `state` as in `machine.updates`, empty where there is none."""

    state: str = ""
    percent: int = 0
    version: str = ""
    why: str = ""
    fields: Fields = ()


class SupportView(msgspec.Struct, frozen=True):
    """The support access: open until `until_ms`, or 0. What signs in is for owners only."""

    until_ms: int = 0
    user: str = ""
    password: str = ""
    addresses: tuple[str, ...] = ()

    def __repr__(self) -> str:
        """Without the password."""
        return f"SupportView(until_ms={self.until_ms}, user={self.user!r})"


class BackupPlanView(msgspec.Struct, frozen=True):
    """Whether a backup is made every night, for which public keys, and how many are kept on the stick."""

    nightly: bool = False
    recipients: tuple[str, ...] = ()
    keep: int = 14


class ScreenFacts(msgspec.Struct, frozen=True):
    """The screen as it is set; `waits` where it must begin anew for it to be so.

    `brightness_percent` is -1 where it cannot be set.
    """

    rotation: int = 0
    text_percent: int = 100
    dark: bool = False
    brightness_percent: int = -1
    waits: bool = False


class TaskView(msgspec.Struct, frozen=True):
    """What is being done: `name`, its `step`, and how far that is. Empty where nothing is."""

    name: TaskName | Literal[""] = ""
    step: str = ""
    percent: int = 0
    can_stop: bool = False


class EndedView(msgspec.Struct, frozen=True):
    """What was done last: it went well (`code` empty), or why it did not. `fields` fill either sentence."""

    name: TaskName | Literal[""] = ""
    code: str = ""
    fields: Fields = ()


class UpkeepView(Snapshot, frozen=True, tag="upkeep"):
    """The page; `open` False where nobody looks at it, and the rest is empty then.

    `answered` counts the commands that were done or refused; `problem` is why the last one was refused.
    """

    open: bool = False
    answered: int = 0
    problem: str = ""
    problem_fields: Fields = ()
    is_owner: bool = False
    sticks: tuple[StickView, ...] = ()
    backups: BackupsView = BackupsView()
    plan: BackupPlanView = BackupPlanView()
    plan_problem: str = ""
    plan_problem_fields: Fields = ()
    new_key: str = ""
    """The secret of a key that was just made, to be written down. Nobody can be shown it again."""
    version: str = ""
    bundles: tuple[BundleView, ...] = ()
    update: UpdateView = UpdateView()
    restarts_at_close: bool = False
    support: SupportView = SupportView()
    screen: ScreenFacts = ScreenFacts()
    task: TaskView = TaskView()
    ended: EndedView = EndedView()

    def __repr__(self) -> str:
        """Without the key."""
        return f"UpkeepView(open={self.open}, task={self.task!r}, ended={self.ended!r})"


# --------------------------------------------------------------------------- commands


class OpenUpkeep(Command, frozen=True, tag="open_upkeep"):
    """Show the page. Managers only, and not while a ticket is being paid."""


class CloseUpkeep(Command, frozen=True, tag="close_upkeep"):
    """Leave the page. What is under way goes on; a new key that was not kept is forgotten."""


class BackUpNow(Command, frozen=True, tag="back_up_now"):
    """Back the shop up onto a stick, for the shop's key, or with a `passphrase`, and prove it."""

    stick: str
    passphrase: str = ""

    def __repr__(self) -> str:
        """Without the passphrase."""
        return f"BackUpNow(stick={self.stick!r})"


class StopUpkeep(Command, frozen=True, tag="stop_upkeep"):
    """Stop the backup, the copy or the fetching that is under way; no half of a backup is left."""


class MakeBackupKey(Command, frozen=True, tag="make_backup_key"):
    """Make a key for backups and show it. It is used once `KeepBackupKey` says that it was written down."""


class PrintBackupKey(Command, frozen=True, tag="print_backup_key"):
    """Print the new key, as a QR code and as text."""


class KeepBackupKey(Command, frozen=True, tag="keep_backup_key"):
    """The new key was written down: backups are made for it from now on. `ending` is typed off the paper."""

    ending: str

    def __repr__(self) -> str:
        """Without what was typed."""
        return "KeepBackupKey()"


class DropBackupKey(Command, frozen=True, tag="drop_backup_key"):
    """Forget the new key; all stays as it was."""


class PlanBackups(Command, frozen=True, tag="plan_backups"):
    """Whether a backup is made every night, and how many are kept on the stick."""

    nightly: bool
    keep: Keep = 14


class CopyOut(Command, frozen=True, tag="copy_out"):
    """Copy the journal, or the machine's log, onto a stick, not encrypted."""

    what: Literal["journal", "log"]
    stick: str


class LetStickGo(Command, frozen=True, tag="let_stick_go"):
    """Write what is still to be written, so that the stick may be pulled out."""

    stick: str


class InstallSoftware(Command, frozen=True, tag="install_software"):
    """Install a bundle, by its path as the page shows it; one that lies at the LAN server is fetched first."""

    path: str


class OpenSupport(Command, frozen=True, tag="open_support"):
    """Let support in over the network for so many hours. Owners only."""

    hours: Literal[1, 8]


class CloseSupport(Command, frozen=True, tag="close_support"):
    """Close the support access now. Managers too."""


class RestartMachine(Command, frozen=True, tag="restart_machine"):
    """Restart: `now`, when the business day is `closed`, or after all not then (`never`).

    With a day or a ticket open it is refused unless `anyway`; both are stored, and are there again afterwards.
    """

    when: Literal["now", "closed", "never"] = "now"
    anyway: bool = False


class SwitchOff(Command, frozen=True, tag="switch_off"):
    """Switch the register off; refused as `RestartMachine`."""

    anyway: bool = False


class RestartScreen(Command, frozen=True, tag="restart_screen"):
    """Have screen and program begin anew, which takes some seconds. What is open stays stored."""


class SetScreen(Command, frozen=True, tag="set_screen"):
    """Set the screen; None stays as it is. It is so when the screen begins anew."""

    rotation: Rotation | None = None
    text_percent: TextPercent | None = None
    dark: bool | None = None


class SetBrightness(Command, frozen=True, tag="set_brightness"):
    """Set how bright the screen is, at once."""

    percent: Percent


# --------------------------------------------------------------------------- jobs


class WatchMachine(Job, frozen=True):
    """Somebody looks at the page, or no longer: look at the sticks each second, or seldom."""

    on: bool


class BackUp(Job, frozen=True):
    """Make a backup and prove it; answered by `UpkeepStepped` and `UpkeepEnded`."""

    stick: str
    recipients: tuple[str, ...]
    passphrase: str
    keep: int

    def __repr__(self) -> str:
        """Without the passphrase."""
        return f"BackUp(stick={self.stick!r})"


class StopTask(Job, frozen=True):
    """Stop the backup, the copy or the fetching that is under way."""


class FetchSoftware(Job, frozen=True):
    """Fetch a bundle from the LAN server and begin to install it; answered by `UpkeepStepped` and `UpkeepEnded`."""

    file: str
    size: int
    sha256: str


class CopyToStick(Job, frozen=True):
    """Copy the journal or the log; answered by `UpkeepEnded`."""

    what: Literal["journal", "log"]
    stick: str
    origin: str


class DoToMachine(Job, frozen=True):
    """Something that takes seconds at most; answered by `UpkeepEnded`. `of` is a stick's device, or a bundle's path.

    `number` is the hours of support, or the percent of brightness.
    """

    name: TaskName
    of: str = ""
    number: int = 0


# --------------------------------------------------------------------------- events


class MachineSeen(Event, frozen=True, tag="machine_seen"):
    """How the machine is, told when it is otherwise than before."""

    sticks: tuple[StickView, ...] = ()
    bundles: tuple[BundleView, ...] = ()
    update: UpdateView = UpdateView()
    support: SupportView = SupportView()
    brightness_percent: int = -1
    backups: BackupsView = BackupsView()


class UpkeepStepped(Event, frozen=True, tag="upkeep_stepped"):
    """So far is the task that is under way."""

    name: TaskName
    step: str
    percent: int


class UpkeepEnded(Event, frozen=True, tag="upkeep_ended"):
    """A task came to its end; `code` is why not well. `file`, `size`, `entries` and `sha256` are of what was made.

    With a file and a code, there is a backup, but it is not proven.
    """

    name: TaskName
    code: str = ""
    fields: Fields = ()
    file: str = ""
    size: int = 0
    entries: int = 0
    sha256: str = ""
