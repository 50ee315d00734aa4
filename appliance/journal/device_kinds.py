"""The kinds of entries of devices, badges and shelf labels; see `kinds` for what holds for all kinds."""

from typing import ClassVar, Final

import msgspec

from appliance.journal.body import Body


class DrawerForced(Body, frozen=True):
    """The cash drawer came open though nobody told it to: by its key, or by force."""

    kind: ClassVar[str] = "drawer_forced"
    device: str


class DeviceSet(Body, frozen=True):
    """A device was set up or changed; `was` is the name that it had before.

    `options` are its driver's, all of them: a register that replaces this one sets it up with them. A driver whose
    options held a secret would have to keep it elsewhere.
    """

    kind: ClassVar[str] = "device_set"
    device: str
    device_kind: str
    type: str
    was: str | None = None
    options: dict[str, str | int | bool | tuple[str, ...]] = msgspec.field(default_factory=dict)


class DeviceRemoved(Body, frozen=True):
    """A device was taken out of the configuration."""

    kind: ClassVar[str] = "device_removed"
    device: str


class DevicesTakenOver(Body, frozen=True):
    """The devices of the register that this one replaces, whose last origin is `was`, were set up here.

    Those `left` could not be: somebody has to set them up.
    """

    kind: ClassVar[str] = "devices_taken_over"
    was: str
    devices: tuple[str, ...]
    left: tuple[str, ...] = ()


class CheckResult(msgspec.Struct, frozen=True, omit_defaults=True):
    """One step of a self-test: what was tried, and the code of what was wrong (empty for nothing)."""

    device: str
    step: str
    state: str
    code: str = ""


class DevicesChecked(Body, frozen=True):
    """A self-test came to its end."""

    kind: ClassVar[str] = "devices_checked"
    results: tuple[CheckResult, ...]


class BadgeGiven(Body, frozen=True):
    """A badge belongs to an employee from now on. `marks` are keyed hashes (HMAC) of its id in each of its forms."""

    kind: ClassVar[str] = "badge_given"
    employee: str
    marks: tuple[str, ...]


class BadgeTaken(Body, frozen=True):
    """These badges are no longer the employee's."""

    kind: ClassVar[str] = "badge_taken"
    employee: str
    marks: tuple[str, ...]


class LabelMade(msgspec.Struct, frozen=True, omit_defaults=True):
    """What a product's label says: its `name` as printed, and its price for a piece or, by `unit`, a kilogram."""

    product: str
    name: str
    price_minor: int
    unit: str = "piece"


class LabelsMade(Body, frozen=True):
    """Shelf labels came out of the label printer, or were laid on sheets (`on`: `printer` or `sheets`)."""

    kind: ClassVar[str] = "labels_made"
    on: str
    labels: tuple[LabelMade, ...]


DEVICE_KINDS: Final[tuple[type[Body], ...]] = (
    DrawerForced,
    DeviceSet,
    DeviceRemoved,
    DevicesTakenOver,
    DevicesChecked,
    BadgeGiven,
    BadgeTaken,
    LabelsMade,
)
