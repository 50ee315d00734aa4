"""The workshop: finding, pairing, setting up and testing devices. For managers only.

A person asks (`…(Command)`), a thread beside the register does it and tells (`…(Event)`), and the page shows
`WorkshopView`. Words are made by presenters: `step`, `code` and option keys name their sentences.
"""

from typing import Literal

import msgspec

from appliance.messages.values import Command, DeviceState, Event, Fields, Job, Snapshot

OptionValue = str | int | bool | tuple[str, ...]
"""A value of a driver's option, as TOML has it."""

Options = dict[str, OptionValue]

CheckState = Literal["waiting", "running", "asking", "passed", "failed", "skipped"]


# --------------------------------------------------------------------------- what it is about


class FoundView(msgspec.Struct, frozen=True):
    """Something that is plugged in and could be set up; `options` choose it, `used_by` names the device that has it.

    `also` is what else it may be, by the same options: `(kind, type)`. Without a `type` it cannot be used as it is.
    """

    kind: str
    type: str
    label: str
    options: Options
    used_by: str = ""
    also: tuple[tuple[str, str], ...] = ()


class OptionView(msgspec.Struct, frozen=True):
    """One option of a driver: what it takes, what it is, and what it is when it is left out.

    `takes` is `text`, `number`, `yes_no`, `choice` or `list`. `value` is None where it is left out.
    """

    key: str
    takes: Literal["text", "number", "yes_no", "choice", "list"]
    default: OptionValue | None
    value: OptionValue | None = None
    choices: tuple[str, ...] = ()
    required: bool = False


class TypeView(msgspec.Struct, frozen=True):
    """One driver of a class of devices, with its options at their defaults."""

    type: str
    options: tuple[OptionView, ...]


class KindView(msgspec.Struct, frozen=True):
    """A class of devices (`scanner`, `printer` …) with its drivers."""

    kind: str
    types: tuple[TypeView, ...]


class DeviceSetupView(msgspec.Struct, frozen=True):
    """A device as it is configured, and how it is; `can_check` is False for one that cannot be used as it is."""

    name: str
    kind: str
    type: str
    options: tuple[OptionView, ...]
    state: DeviceState
    code: str = ""
    fields: Fields = ()
    can_check: bool = True


class PairingView(msgspec.Struct, frozen=True):
    """Pairing a scanner: `code` is the text of the symbol to be shown while `on`.

    `found` is the scanner that read it, `also_fits` a device whose configuration fits that scanner and another one too.
    `misread_by` is a scanner that read something else, `misread` what it read.
    """

    on: bool
    code: str = ""
    found: FoundView | None = None
    sends_aim: bool = False
    misread_by: str = ""
    misread: str = ""
    misread_why: str = ""
    """`another_code`, `unknown_frame` (something stands around the code), `garbled` (a wrong speed of the line) or
    `maybe_badge` (then what was read is not told)."""
    also_fits: str = ""


class CheckStepView(msgspec.Struct, frozen=True):
    """One step of the self-test.

    `step` names what is tried (`drawer_opens`, `clock` …), `code` with `fields` what came of it. `asking` waits for
    `AnswerCheck`, or for something to be done by hand where `by_hand` is True.
    """

    device: str
    kind: str
    step: str
    state: CheckState
    code: str = ""
    fields: Fields = ()
    by_hand: bool = False
    symbol: str = ""
    """The text of a barcode to be shown while it asks: Code 128, and GS1-128 where 0x1D is in it."""
    choices: tuple[str, ...] = ()
    """What can be answered, as `AnswerCheck.text`."""


class FindingView(msgspec.Struct, frozen=True):
    """What is found about the machine itself: see `appliance.health.Finding`."""

    check: str
    level: Literal["ok", "warn", "bad", "unknown"]
    code: str
    fields: Fields = ()


class WorkshopView(Snapshot, frozen=True, tag="workshop"):
    """The page of devices; `open` False where nobody looks at it, and the rest is empty then.

    `problem` with `problem_fields` is why the last thing asked was refused, so that it can stand beside the field
    that it is about.
    """

    open: bool
    devices: tuple[DeviceSetupView, ...] = ()
    kinds: tuple[KindView, ...] = ()
    searching: bool = False
    found: tuple[FoundView, ...] = ()
    pairing: PairingView = PairingView(on=False)
    checking: bool = False
    steps: tuple[CheckStepView, ...] = ()
    health: tuple[FindingView, ...] = ()
    problem: str = ""
    problem_fields: Fields = ()
    file: str = ""
    """The configuration file that is written to."""


# --------------------------------------------------------------------------- commands


class OpenWorkshop(Command, frozen=True, tag="open_workshop"):
    """Show the page of devices and look what is plugged in. Managers only, and not while a ticket is tendering."""


class CloseWorkshop(Command, frozen=True, tag="close_workshop"):
    """Leave the page; pairing and testing end."""


class FindDevices(Command, frozen=True, tag="find_devices"):
    """Look again what is plugged in."""


class PairScanner(Command, frozen=True, tag="pair_scanner"):
    """Listen for a scanner that reads the code on the screen, or stop listening."""

    on: bool


class SetDevice(Command, frozen=True, tag="set_device"):
    """Set a device up, or change the one called `was`. Written to the configuration file and used at once."""

    name: str
    kind: str
    type: str
    options: Options = msgspec.field(default_factory=dict)
    was: str | None = None


class RemoveDevice(Command, frozen=True, tag="remove_device"):
    """Take a device out of the configuration."""

    name: str


class CheckDevices(Command, frozen=True, tag="check_devices"):
    """Exercise one device; None means the whole self-test: every device and the machine."""

    name: str | None = None


class AnswerCheck(Command, frozen=True, tag="answer_check"):
    """The answer to the step that asks: was it so? `text` where a choice or a figure is asked for."""

    yes: bool
    text: str = ""


class StopChecks(Command, frozen=True, tag="stop_checks"):
    """End the self-test; what was found so far stays on the page."""


class PrintChecks(Command, frozen=True, tag="print_checks"):
    """Print what the self-test found."""


# --------------------------------------------------------------------------- jobs


class LookForDevices(Job, frozen=True):
    """Find what is plugged in; answered by `DevicesFound`."""


class ListenForPairing(Job, frozen=True):
    """Begin or end to listen for the pairing code; answered by `PairingHeard`."""

    on: bool


class Reconfigure(Job, frozen=True):
    """Have these devices from now on: `(name, kind, type, options)`. Unchanged ones go on undisturbed.

    `wrong` are those whose table cannot be read, `(name, kind, why)`: they are told to be in trouble.
    """

    devices: tuple[tuple[str, str, str, Options], ...]
    wrong: tuple[tuple[str, str, str], ...] = ()


class RunChecks(Job, frozen=True):
    """Exercise these devices (names), and the machine where `machine` is True."""

    devices: tuple[str, ...]
    machine: bool


class AnswerToCheck(Job, frozen=True):
    """The person's answer for the step that asks."""

    yes: bool
    text: str = ""


class EndChecks(Job, frozen=True):
    """Stop testing after the running step."""


# --------------------------------------------------------------------------- events


class DevicesFound(Event, frozen=True, tag="devices_found"):
    """What is plugged in, and which drivers there are."""

    found: tuple[FoundView, ...]
    kinds: tuple[KindView, ...] = ()


class PairingHeard(Event, frozen=True, tag="pairing_heard"):
    """A scanner read the code (`found`), or another one (`misread`)."""

    found: FoundView | None = None
    sends_aim: bool = False
    misread_by: str = ""
    misread: str = ""
    misread_why: str = ""
    also_fits: str = ""


class CheckStepped(Event, frozen=True, tag="check_stepped"):
    """A step of the self-test began, asks, or came to its end."""

    step: CheckStepView


class ChecksEnded(Event, frozen=True, tag="checks_ended"):
    """The self-test is over. `learnt` are options found out on the way: `(device, option, value)`."""

    learnt: tuple[tuple[str, str, OptionValue], ...] = ()


class HealthChecked(Event, frozen=True, tag="health_checked"):
    """How the machine is, looked at every minute."""

    findings: tuple[FindingView, ...]
