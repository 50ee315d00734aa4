"""Support access: an owner lets somebody in over the network for some hours; opened and closed are noted."""

from typing import Final

from appliance.journal.upkeep_kinds import SupportClosed, SupportOpened
from appliance.messages import (
    CloseSupport,
    DoToMachine,
    EndedView,
    NoticeLevel,
    OpenSupport,
    SupportView,
    UpkeepEnded,
)
from appliance.services import upkeep as told_of
from appliance.till import Handlers
from appliance.upkeep.desk import UpkeepBusy, UpkeepDesk

OPENS_WITHIN_MS: Final = 30_000
"""Support access of which nothing is seen so long after its unit was started is not open."""
_HOUR_MS: Final = 3_600_000


class Support:
    """The part about support access."""

    def __init__(self, desk: UpkeepDesk) -> None:
        """It is not known yet whether it is open."""
        self._desk: Final = desk
        self._closer = ""
        self._started_ms = 0

    @property
    def handlers(self) -> Handlers:
        """What each command does; all of them are for managers."""
        return {
            OpenSupport: self.open,
            CloseSupport: self.close,
        }

    def open(self, command: OpenSupport) -> None:
        """Let support in. Noted before it is done. Raises `OwnersOnly`, `UpkeepBusy`."""
        self._desk.refuse_but_owners()
        self._desk.refuse_while_busy()
        self._desk.record(SupportOpened(command.hours))
        self._desk.begin("support_open", DoToMachine("support_open", number=command.hours))

    def close(self, _command: CloseSupport) -> None:
        """Close it, whatever else is being done. Any manager may."""
        if not self._desk.run(DoToMachine("support_close")):
            raise UpkeepBusy
        self._closer = self._desk.manager()

    def seen(self, now: SupportView) -> None:
        """Opened or closed by whomever: the journal tells both."""
        if now.until_ms:
            self._started_ms = 0
        desk = self._desk.till.desk
        was_open = told_of.is_support_open(desk.db, desk.origin)
        if now.until_ms and not was_open:
            left_ms = now.until_ms - self._desk.now_ms()
            desk.book.record("", SupportOpened(max(1, -(-left_ms // _HOUR_MS))))
        elif not now.until_ms and was_open and self._desk.task.name != "support_open":
            actor, self._closer = self._closer, ""
            desk.book.record(actor, SupportClosed("asked" if actor else "time"))
            self._desk.notice(NoticeLevel.DONE, "support_closed", ())

    def ended(self, event: UpkeepEnded) -> None:
        """What was noted before it was done is put right where it could not be."""
        if event.name != "support_open":
            return
        if event.code:
            self._desk.till.desk.book.record("", SupportClosed("failed"))
        elif not self._desk.machine.support.until_ms:
            self._started_ms = self._desk.now_ms()

    def tick(self) -> None:
        """Once a second: where the unit did nothing, as on a machine that is not ours alone, nobody is let in."""
        if self._started_ms and self._desk.now_ms() - self._started_ms > OPENS_WITHIN_MS:
            self._started_ms = 0
            self._desk.till.desk.book.record("", SupportClosed("failed"))
            self._desk.ended = EndedView("support_open", "support_not_opened")
            self._desk.notice(NoticeLevel.WARN, "support_not_opened", ())
