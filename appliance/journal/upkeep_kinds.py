"""The kinds of entries about the machine itself: backups, software, support, power; see `kinds` for what holds for all.

All are facts of the register that recorded them. Where a person did it, the entry's actor is that person.
"""

from typing import ClassVar, Final

from msgspec import UNSET, UnsetType

from appliance.journal.body import Body


class BackupMade(Body, frozen=True):
    """Somebody had a backup made: `file` of `size` bytes with `entries` entries and its SHA-256 (hex).

    `lock` is `key` or `passphrase`; `proven` whether it was restored and compared, and all was equal.
    """

    kind: ClassVar[str] = "backup_made"
    file: str
    size: int
    entries: int
    sha256: str
    lock: str
    proven: bool


class BackupPlanned(Body, frozen=True):
    """Whether a backup is made every night, for whom (`recipients`, public keys), and how many are kept."""

    kind: ClassVar[str] = "backup_planned"
    nightly: bool
    recipients: tuple[str, ...]
    keep: int


class CopiedOut(Body, frozen=True):
    """Something of the register was copied into `file` on a stick, in the clear: `what` is `journal` or `log`."""

    kind: ClassVar[str] = "copied_out"
    what: str
    file: str


class SoftwareChosen(Body, frozen=True):
    """Somebody had a bundle of software installed; `program` is the version that its name says."""

    kind: ClassVar[str] = "software_chosen"
    file: str
    program: str = ""


class SoftwareEnded(Body, frozen=True):
    """What became of an installation: `kept`, `returned` (the old system is back) or `failed`; `why` is a code.

    Or it was `not_fetched` from the LAN server, and nothing was installed. `boot` is the boot in which it was known.
    """

    kind: ClassVar[str] = "software_ended"
    state: str
    program: str = ""
    why: str = ""
    boot: str = ""


class SoftwareCame(Body, frozen=True):
    """Somebody put a bundle onto the LAN server, for its registers: `file` of `size` bytes with its SHA-256 (hex)."""

    kind: ClassVar[str] = "software_came"
    file: str
    program: str
    size: int
    sha256: str


class SoftwareRemoved(Body, frozen=True):
    """Somebody removed a bundle from the LAN server."""

    kind: ClassVar[str] = "software_removed"
    file: str


class SupportOpened(Body, frozen=True):
    """An owner let support in over the network, for so many hours."""

    kind: ClassVar[str] = "support_opened"
    hours: int


class SupportClosed(Body, frozen=True):
    """Support access is closed: `asked` by somebody, its `time` was up, or it could not be opened (`failed`)."""

    kind: ClassVar[str] = "support_closed"
    why: str


class PowerAsked(Body, frozen=True):
    """Somebody had the machine restarted (`restart`), switched `off`, or the `screen` begin anew.

    `lines` are those of the ticket that was open, which stays stored.
    """

    kind: ClassVar[str] = "power_asked"
    what: str
    lines: int = 0


class ScreenChanged(Body, frozen=True):
    """The screen was set: its rotation in degrees, size of text and brightness in percent, dark or not.

    `driver` is who puts the picture on it: `x11` or `kmsdrm`.
    """

    kind: ClassVar[str] = "screen_changed"
    rotation: int | UnsetType = UNSET
    text_percent: int | UnsetType = UNSET
    dark: bool | UnsetType = UNSET
    brightness_percent: int | UnsetType = UNSET
    driver: str | UnsetType = UNSET


UPKEEP_KINDS: Final[tuple[type[Body], ...]] = (
    BackupMade,
    BackupPlanned,
    CopiedOut,
    SoftwareChosen,
    SoftwareEnded,
    SoftwareCame,
    SoftwareRemoved,
    SupportOpened,
    SupportClosed,
    PowerAsked,
    ScreenChanged,
)
