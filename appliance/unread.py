"""What became of a job and must be read by a person: it stays until it is dismissed, or is no longer true.

How a device *is* mends itself and is wiped off the bar. That a drawer did not open, or that nobody knows whether a
receipt came out, does not become untrue because the device answers again.
"""

from appliance.messages import NoticeView

_EMPTY = NoticeView(id=0)


class Unread:
    """The notices that nobody has read yet: the newest of each device."""

    def __init__(self) -> None:
        """All is read."""
        self._kept: dict[str, tuple[str, NoticeView]] = {}

    def keep(self, device: str, sale: str, notice: NoticeView) -> None:
        """Something became of a job of this device, done for this sale."""
        self._kept.pop(device, None)
        self._kept[device] = (sale, notice)

    def newest(self) -> NoticeView:
        """What the bar shows when there is nothing else to be shown."""
        return next((notice for _, notice in reversed(self._kept.values())), _EMPTY)

    def has(self, notice: NoticeView) -> bool:
        """Whether it is still to be read."""
        return any(kept == notice for _, kept in self._kept.values())

    def dismissed(self, notice: NoticeView) -> None:
        """A person has read it."""
        self._kept = {device: one for device, one in self._kept.items() if one[1] != notice}

    def mended(self, device: str) -> None:
        """The device did what it had not done."""
        self._kept.pop(device, None)

    def printed(self, sale: str) -> None:
        """This sale's receipt is on paper."""
        self._kept = {device: one for device, one in self._kept.items() if one[0] != sale}
