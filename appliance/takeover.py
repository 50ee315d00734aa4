"""A register that replaces another takes that one's devices over, as the journal tells them (`services.set_up`).

That happens once all of the other's entries are here, and for those classes of devices of which none is set up here
yet: the scanner that read the code for pairing stays as it is, and so does whatever else somebody has set up by hand.
It is one change of the configuration file, so a power cut leaves all of it or nothing, and it is never done twice.
"""

import logging
from collections.abc import Callable
from typing import Final

from appliance.config import DeviceConfig
from appliance.device_file import DeviceFile
from appliance.devices import sort_out
from appliance.journal.device_kinds import DevicesTakenOver
from appliance.messages import Fields, NoticeLevel
from appliance.problems import Refusal
from appliance.services import set_up
from appliance.till import Till

log = logging.getLogger(__name__)


class Takeover:
    """Does nothing where the register was started without a file."""

    def __init__(
        self,
        till: Till,
        file: DeviceFile,
        use: Callable[[], None],
        notice: Callable[[NoticeLevel, str, Fields], None],
    ) -> None:
        """`use` has the devices of the file used."""
        self._till: Final = till
        self._file: Final = file
        self._use: Final = use
        self._notice: Final = notice
        self._has_failed = False

    def look(self) -> None:
        """Take over what there is to be taken over; what cannot be set up here is named."""
        if self._has_failed or not self._file.path:
            return
        desk = self._till.desk
        found = set_up.inherited(desk.db)
        if found is None:
            return
        taken, left = self._possible(found.devices)
        names = tuple(one.name for one in taken)
        try:
            with self._file.adding(taken):
                desk.book.record(
                    found.by,
                    *(set_up.told(one) for one in taken),
                    DevicesTakenOver(found.origin, names, left),
                )
        except Refusal as no:
            # Said once: it can be set up by hand, and is tried again at the next start.
            self._has_failed = True
            self._notice(NoticeLevel.WARN, no.code, tuple(no.fields.items()))
            return
        if taken:
            self._use()
        self._tell(found.name, names, left)

    def _possible(
        self, devices: tuple[DeviceConfig, ...]
    ) -> tuple[tuple[DeviceConfig, ...], tuple[str, ...]]:
        """What can be set up beside what is here, and the names of what cannot."""
        here = self._file.configured
        names, kinds = {one.name for one in here}, {one.kind for one in here}
        wanted = tuple(one for one in devices if one.kind not in kinds)
        free = tuple(one for one in wanted if one.name not in names)
        good, wrong = sort_out((*here, *free))
        for why in wrong.values():
            log.warning("not taken over: %s", why)
        taken = tuple(one for one in free if one.name in good)
        return taken, tuple(one.name for one in wanted if one not in taken)

    def _tell(self, register: str, taken: tuple[str, ...], left: tuple[str, ...]) -> None:
        fields: Fields = (("register", register), ("devices", ", ".join(taken)))
        if left:
            fields = (("register", register), ("devices", ", ".join(left)))
            self._notice(NoticeLevel.WARN, "devices_not_taken_over", fields)
        elif taken:
            self._notice(NoticeLevel.DONE, "devices_taken_over", fields)
