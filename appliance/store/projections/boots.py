"""What a boot's clock turned out to be: true times of what was recorded while it could not be trusted."""

from typing import Final

from appliance.journal.entry import Entry
from appliance.store.database import Database
from appliance.store.statements import Statement, slot
from appliance.store.tables import BootFix

_FIX: Final = Statement(
    lambda: BootFix.select(BootFix.boot_ns, BootFix.at_ms).where(
        (BootFix.origin == slot()) & (BootFix.boot == slot())
    )
)


def is_fixed(db: Database, entry: Entry) -> bool:
    """Whether the clock of the entry's boot was put right by what is known so far."""
    return db.row(_FIX, entry.origin, entry.boot) is not None


def true_time(db: Database, entry: Entry) -> int:
    """When an entry was made, in UTC milliseconds, as far as it is known."""
    if entry.clock_ok:
        return entry.at_ms
    fix = db.row(_FIX, entry.origin, entry.boot)
    return entry.at_ms if fix is None else fixed(entry.boot_ns, *fix)


def fixed(boot_ns: int, fixed_ns: int, at_ms: int) -> int:
    """The time at `boot_ns`, where `fixed_ns` of the same boot was truly `at_ms`."""
    return at_ms - (fixed_ns - boot_ns) // 1_000_000
