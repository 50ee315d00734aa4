"""What the bodies of all kinds of entries share."""

from typing import ClassVar

import msgspec


class Body(msgspec.Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """The body of an entry."""

    kind: ClassVar[str]
    version: ClassVar[int] = 1
