"""A backup with all that belongs to it: made, noted, read back and proven, and only then do older ones make room."""

from dataclasses import dataclass
from pathlib import Path

from pyrage import x25519

from appliance.store import backup, proof, restore
from appliance.store.archive import Lock, Opener
from appliance.store.backup import Made
from appliance.store.proof import Proof


@dataclass(frozen=True, slots=True)
class Proven:
    """What was made, what its proof said, and which older ones were removed (none where the proof failed)."""

    made: Made
    proof: Proof
    removed: tuple[Path, ...]


def make(
    folder: Path,
    target: Path,
    lock: Lock,
    now_ms: int,
    *,
    keep: int,
    configuration: Path | None = None,
    progress: backup.Progress = lambda _done, _total: None,
    steps: restore.Progress = lambda _what, _done, _total: None,
) -> Proven:
    """Back the store in `folder` up into the folder `target`, prove the file, and keep the newest `keep` of them.

    Blocks for as long as it takes. `progress` and `steps` may raise to stop it: before the proof there is no new file,
    during the proof there is one that is not proven. Raises as `backup.make` and `proof.prove`.
    """
    if not target.is_dir():
        raise backup.BackupTargetGone(path=str(target))
    once = x25519.Identity.generate()
    made = backup.make(
        folder,
        target,
        lock,
        now_ms,
        configuration=configuration,
        once=once,
        progress=progress,
    )
    proof.note_made(folder, made)
    try:
        told = proof.prove(made.file, folder, Opener(identity=once), now_ms, steps)
    except (backup.BackupTargetGone, restore.NoSuchBackup) as why:
        # While it is read back, only the stick can have gone.
        raise backup.BackupTargetGone(path=str(made.file)) from why
    removed = backup.keep_newest(made, keep) if told.is_right else ()
    return Proven(made, told, removed)
