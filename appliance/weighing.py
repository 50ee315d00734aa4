"""The till and its scale: one question at a time, and a weight counts only where it was asked for.

A scale takes seconds to come to rest. Meanwhile the cashier may take money, give the ticket up, sign out or scan
something else; then the weight that comes is nobody's. It must never land on the next customer's ticket.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from appliance.journal.kinds import ScaleShowed
from appliance.messages import (
    AnyJob,
    AskScale,
    ClearTare,
    Fields,
    NoticeLevel,
    ScaleSeen,
    ScaleSettled,
    ScaleView,
    SettleScale,
    TareScale,
    Weighed,
    WeighFailed,
    ZeroScale,
)
from appliance.problems import Refusal
from appliance.till import Handlers

WEIGHING: Final = "weighing"
"""The code of the notice that stands on the bar meanwhile."""

Notice = Callable[[NoticeLevel, str, Fields], None]
_SETTLES: Final = {ZeroScale: "zero", TareScale: "tare", ClearTare: "clear"}


class NoScale(Refusal):
    """No scale is configured, or it does not keep up."""

    code = "no_scale"


class NothingOnScale(Refusal):
    """The scale is empty. Fields: `name` of the goods."""

    code = "nothing_on_scale"


@dataclass(frozen=True, slots=True)
class Asked:
    """What is being weighed: a product that was tapped, or a text that was scanned."""

    name: str
    scanned: str = ""
    product: str = ""


class Weighing:
    """What the till knows of its scale, and what it waits for. Lost with the power."""

    def __init__(self, give: Callable[[AnyJob], bool], notice: Notice) -> None:
        """Nothing is asked. `give` answers whether a device took the job."""
        self._give: Final = give
        self._notice: Final = notice
        self._number = 0
        self._asked: Asked | None = None
        self._seen = ScaleView()

    @property
    def handlers(self) -> Handlers:
        """What each message does, but for the weight itself."""
        return {
            WeighFailed: self.failed,
            ScaleSeen: self.seen,
            ScaleSettled: self.settled,
            **dict.fromkeys(_SETTLES, self.settle),
        }

    def ask(self, asked: Asked) -> None:
        """Weigh this, instead of what was asked for before; the same again changes nothing. Raises `NoScale`."""
        if asked != self._asked:
            self._number += 1
            if not self._give(AskScale(asked=str(self._number))):
                raise NoScale
        self._asked = asked
        self._notice(NoticeLevel.BUSY, WEIGHING, (("name", asked.name),))

    def forget(self) -> bool:
        """Whatever weight comes now is nobody's. Answers whether one was awaited."""
        was_awaited, self._asked = self._asked is not None, None
        return was_awaited

    def weighed(self, event: Weighed) -> Asked | None:
        """What this is the weight of; nothing where nobody waits for it any more. Raises `NothingOnScale`."""
        asked = self._take(event.asked)
        if asked is not None and event.net_milli_kg == 0:
            raise NothingOnScale(name=asked.name)
        return asked

    def failed(self, event: WeighFailed) -> None:
        """The scale gave no weight, or did not take its zero or tare."""
        if not event.asked or self._take(event.asked) is not None:
            self._notice(NoticeLevel.WARN, event.code, (*event.fields, ("device", event.device)))

    def settle(self, command: ZeroScale | TareScale | ClearTare) -> None:
        """Zero, tare or no tare. Raises `NoScale`."""
        if not self._give(SettleScale(what=_SETTLES[type(command)])):
            raise NoScale

    def settled(self, event: ScaleSettled) -> None:
        """It took it."""
        self._notice(NoticeLevel.DONE, f"scale_{event.what}", ())

    def seen(self, event: ScaleSeen) -> None:
        """How the scale is now."""
        self._seen = event.scale

    def lost(self, device: str) -> None:
        """The scale does not answer: what it showed last is not true any more."""
        if device == self._seen.device:
            self._seen = ScaleView()

    def view(self) -> ScaleView:
        """The scale as it is now."""
        return self._seen

    def _take(self, number: str) -> Asked | None:
        if number != str(self._number):
            return None
        asked, self._asked = self._asked, None
        return asked


def showed(event: Weighed) -> ScaleShowed:
    """What the scale showed, for the journal."""
    return ScaleShowed(shown=event.shown, unit=event.unit, tare_milli=event.tare_milli)


__all__ = [
    "WEIGHING",
    "Asked",
    "NoScale",
    "NothingOnScale",
    "Weighing",
    "showed",
]
