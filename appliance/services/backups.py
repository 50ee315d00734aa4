"""What is known of the backups of a store, for the register's screen and the back office."""

from typing import NamedTuple

from appliance.store import proof
from appliance.store.database import Database


class BackupState(NamedTuple):
    """When the newest backup was made and where it lies, when one was last proven, and whether the last proof failed.

    Times are UTC milliseconds; 0 where there was none. `wrong` names what differed, empty if nothing did.
    """

    made_at_ms: int
    made_file: str
    proven_at_ms: int
    proven_file: str
    wrong: tuple[str, ...]


def state(db: Database) -> BackupState:
    """The backups of the store that `db` belongs to. Reads one small file."""
    told = proof.report(db.folder)
    made, proven, last = told.made, told.proven, told.proof
    return BackupState(
        made_at_ms=0 if made is None else made.at_ms,
        made_file="" if made is None else made.file,
        proven_at_ms=0 if proven is None else proven.at_ms,
        proven_file="" if proven is None else proven.file,
        wrong=()
        if last is None
        else tuple(
            f"{check.what} ({check.against})" for check in last.checks if not check.is_right
        ),
    )
