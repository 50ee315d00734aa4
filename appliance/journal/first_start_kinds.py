"""The kinds of entries about a register's first start; see `kinds` for what holds for all kinds."""

from typing import ClassVar, Final

from appliance.journal.body import Body


class FirstStartStepped(Body, frozen=True):
    """A step of the first start of this register was answered; the newest answer of a step counts.

    `step` is such as `country`, `owner` or `end`. `how` is `done`, `skipped`, or `file` where `open-pos.toml` on the
    card answered it. `choice` is what was chosen, where that is told nowhere else, such as the country.
    """

    kind: ClassVar[str] = "first_start_stepped"
    step: str
    how: str
    choice: str = ""


FIRST_START_KINDS: Final[tuple[type[Body], ...]] = (FirstStartStepped,)
