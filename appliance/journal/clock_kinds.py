"""The kinds of entries of somebody at the time clock besides punches; see `kinds` for what holds for all kinds."""

from typing import ClassVar, Final

from appliance.journal.body import Body


class PinProved(Body, frozen=True):
    """An employee proved at the time clock who they are, by their PIN: their wrong tries are forgotten here."""

    kind: ClassVar[str] = "pin_proved"
    employee: str


CLOCK_KINDS: Final[tuple[type[Body], ...]] = (PinProved,)
