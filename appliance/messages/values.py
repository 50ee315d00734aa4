"""Values that several messages share."""

import enum
from typing import Annotated

import msgspec

Fields = tuple[tuple[str, str | int], ...]
"""The named values of a problem or notice, to be filled into its sentence."""

Number = Annotated[int, msgspec.Meta(ge=-(1 << 53), le=1 << 53)]
"""A whole number as a command may bring it: beyond these, sums would outgrow the database's 64 bits."""

AtMs = Annotated[int, msgspec.Meta(ge=0, le=4_102_444_800_000)]
"""A time from 1970 to 2100."""


class Command(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="do"):
    """What a person (or a script) asks of the register."""


class Job(msgspec.Struct, frozen=True):
    """Something physical that follows from what was just committed."""


class Event(msgspec.Struct, frozen=True, tag_field="event"):
    """What a device thread tells the register."""


class Snapshot(msgspec.Struct, frozen=True, tag_field="topic"):
    """The newest state of one topic. Finished facts, no words: presenters make the words."""


class DeviceState(enum.StrEnum):
    """How a device is, as far as its host knows."""

    STARTING = "starting"
    OK = "ok"
    BUSY = "busy"
    TROUBLE = "trouble"
    ABSENT = "absent"
