"""Customer displays: what the customer sees of the sale, in finished words and figures.

A display keeps nothing that matters: whoever shows has all of it and may say it again at any time.
So nothing on this side of the counter can hold up a sale, and a display that was unplugged, or a
second screen that was started anew, is right again with the next `show`.
"""

from typing import Literal, Protocol

import msgspec

from drivers import DeviceAbsent

State = Literal["idle", "ticket", "tender", "done"]


class ShownLine(msgspec.Struct, frozen=True):
    """One article on the ticket. `quantity` is empty or what stands beside a name: "2", "0.350 kg"."""

    name: str
    quantity: str
    amount: str


class Shown(msgspec.Struct, frozen=True, kw_only=True):
    """Everything a customer may see now, as finished text in the customer's language.

    `state` is "idle" between sales, "ticket" while articles are rung up, "tender" while money is
    taken and "done" after it. `title` is the shop's name or a greeting. `lines` end with the newest.
    `due` is what is still to be paid ("tender") or given back ("done"), empty where there is none.
    """

    state: State
    title: str = ""
    lines: tuple[ShownLine, ...] = ()
    total_label: str = ""
    total: str = ""
    due_label: str = ""
    due: str = ""


class ViewerNotRunning(DeviceAbsent):
    """The program that draws the second screen is not connected."""

    code = "viewer_not_running"


class Display(Protocol):
    """A customer display that one thread talks to.

    It connects by itself when it is first needed and again after every loss, so there is no `open`.
    """

    @property
    def label(self) -> str:
        """What the display is called in logs: its port or its address."""
        ...

    def show(self, shown: Shown, timeout_ms: int) -> None:
        """Put `shown` in the place of what was shown before.

        Say the same again about once a second: that is how a display that was switched off and on
        gets its text back, and how it is noticed that one is gone. Nothing flickers by it.

        Raises `DeviceAbsent`, `DeviceSilent`, `DeviceBusy` and `DeviceRefused`; after any of them the
        next call tries from the beginning.
        """
        ...

    def close(self) -> None:
        """Let go of the display. The next `show` connects again."""
        ...
