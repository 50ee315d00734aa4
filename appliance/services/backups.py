"""What is known of the backups of a store, for the register's screen and the back office."""

from appliance.store.database import Database
from appliance.store.proof import BackupState, state_in


def state(db: Database) -> BackupState:
    """The backups of the store that `db` belongs to. Reads one small file."""
    return state_in(db.folder)


__all__ = ["BackupState", "state", "state_in"]
