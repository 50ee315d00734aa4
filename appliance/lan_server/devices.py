"""How each paired device does, as far as this process has heard: in memory, for the pages of the back office."""

import threading
from collections.abc import Mapping
from dataclasses import dataclass, replace

from appliance.journal.wire import Hello, Wanting, Welcome


@dataclass(frozen=True, slots=True)
class Health:
    """What was heard of a device. `device` is the origin it was paired with, `origin` the one it writes under now.

    `heard_at_ms` is the time of the last word, `waits` whether a question of it is open now. `behind_up` is how many
    entries the server lacked of it when it last said hello or sent some, `behind_down` how many it lacked.
    """

    device: str
    origin: str = ""
    program: str = ""
    address: str = ""
    heard_at_ms: int = 0
    waits: int = 0
    behind_up: int = 0
    behind_down: int = 0


class Devices:
    """The table of devices. Any thread."""

    def __init__(self) -> None:
        """Nothing was heard yet."""
        self._lock = threading.Lock()
        self._table: dict[str, Health] = {}

    def all(self) -> Mapping[str, Health]:
        """What was heard since this process started, by the origin that each was paired with."""
        with self._lock:
            return dict(self._table)

    def heard(self, device: str, address: str, now_ms: int) -> None:
        """Any word of a device."""
        self._change(device, address=address, heard_at_ms=now_ms)

    def greeted(self, device: str, hello: Hello, welcome: Welcome) -> None:
        """A device asked where the server is."""
        self._change(
            device,
            origin=hello.origin,
            program=hello.program,
            behind_up=sum(one.last - one.first + 1 for one in welcome.wanted),
            behind_down=_lacking(
                {origin: seq for origin, (seq, _head) in welcome.marks.items()},
                {origin: seq for origin, (seq, _head) in hello.marks.items()},
            ),
        )

    def sent(self, device: str, count: int) -> None:
        """A device handed over entries."""
        with self._lock:
            held = self._table.get(device, Health(device))
            self._table[device] = replace(held, behind_up=max(0, held.behind_up - count))

    def wanted(self, device: str, wanting: Wanting, marks: Mapping[str, int]) -> None:
        """A device asked for entries; `marks` is how far the server holds each origin."""
        self._change(device, behind_down=_lacking(marks, wanting.have))

    def waits(self, device: str, by: int) -> None:
        """A question of it was opened (1) or answered (-1)."""
        with self._lock:
            held = self._table.get(device, Health(device))
            self._table[device] = replace(held, waits=max(0, held.waits + by))

    def _change(self, device: str, **values: str | int) -> None:
        with self._lock:
            held = self._table.get(device, Health(device))
            self._table[device] = replace(held, **values)  # type: ignore[arg-type]


def _lacking(marks: Mapping[str, int], have: Mapping[str, int]) -> int:
    return sum(max(0, seq - have.get(origin, 0)) for origin, seq in marks.items())
