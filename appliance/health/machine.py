"""One machine looked at again and again: what the kernel forgets between two looks is remembered here."""

from collections.abc import Callable
from pathlib import Path

from appliance.health.board import under_voltage
from appliance.health.finding import Finding, found

_WAS_LOW = frozenset({"power_low", "power_was_low"})


class Machine:
    """A register's own machine. One thread glances; any may look. What was seen once is only ever added to."""

    def __init__(
        self, look: Callable[[tuple[Finding, ...]], tuple[Finding, ...]], root: Path = Path("/")
    ) -> None:
        """`look` is given what was found before that still counts, and looks at everything (`health.look`)."""
        self._look = look
        self._root = root
        self._is_low = False
        self._was_low = False

    def glance(self) -> bool:
        """Ask for the voltage alone, every second: the kernel forgets after two. True where it has become too low."""
        low = bool(under_voltage(self._root))
        has_become_low = low and not self._is_low
        self._is_low = low
        if low:
            self._was_low = True
        return has_become_low

    def look(self) -> tuple[Finding, ...]:
        """All checks. Too low a voltage since this object was made is never forgotten."""
        before = (found("power", "warn", "power_was_low"),) if self._was_low else ()
        findings = self._look(before)
        if any(finding.code in _WAS_LOW for finding in findings):
            self._was_low = True
        return findings
