"""What is known of the backups of a store, for the register's screen and the back office."""

from pathlib import Path
from typing import NamedTuple

from appliance.store import proof
from appliance.store.database import Database


class BackupState(NamedTuple):
    """When the newest backup was made and where it lies, when one was last proven, and whether the last proof failed.

    Times are UTC milliseconds; 0 where there was none. `wrong` names what differed, empty if nothing did. `failed_code`
    with `failed_fields` is why the night's backup was not made at `failed_at_ms`, if none was made since.
    """

    made_at_ms: int
    made_file: str
    proven_at_ms: int
    proven_file: str
    wrong: tuple[str, ...]
    failed_at_ms: int = 0
    failed_code: str = ""
    failed_fields: tuple[tuple[str, str | int], ...] = ()


def state(db: Database) -> BackupState:
    """The backups of the store that `db` belongs to. Reads one small file."""
    return state_in(db.folder)


def state_in(folder: Path) -> BackupState:
    """The backups of the store in `folder`. Reads one small file."""
    told = proof.report(folder)
    made, proven, last, failed = told.made, told.proven, told.proof, told.failed
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
        failed_at_ms=0 if failed is None else failed.at_ms,
        failed_code="" if failed is None else failed.code,
        failed_fields=() if failed is None else tuple(failed.fields.items()),
    )
