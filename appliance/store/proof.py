"""Is a backup worth anything? It is restored beside the store, and compared with its manifest and with the store.

A backup for keys (`--recipient`) can be opened with a key that is not on this machine. So that a night's backup is
proven all the same, it can be made for one more key, which exists in memory only while the same program makes the file
and then reads it back from its disk (`once`): what is proven is that very file, bit by bit, and after that nobody can
open it but the owner. The hash of the proven file is kept, so that later nights can tell that it is still the same.
"""

import shutil
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Final, NamedTuple

import msgspec

from appliance import whole_file
from appliance.journal import chain
from appliance.problems import Refusal
from appliance.store import backup, restore
from appliance.store.archive import BackupDamaged, NotABackup, Opener, WrongKey
from appliance.store.backup import Made, Manifest
from appliance.store.database import Database, StoreCorrupt
from appliance.store.restore import Progress
from appliance.store.shelf import hash_at
from appliance.store.sqlite import SqliteDatabase

_SALES_AT: Final = """
    SELECT currency, count(*), sum(total_minor) FROM sale
    WHERE origin = ? AND CAST(substr(id, 6) AS INTEGER) <= ? GROUP BY currency
"""
_STOCK_AT: Final = """
    SELECT coalesce(sum(qty_milli), 0) FROM stock_move
    WHERE substr(entry, 1, 4) = ? AND CAST(substr(entry, 6) AS INTEGER) <= ?
"""


class NeverProven(Refusal):
    """The backup at `path` was never proven here, and no key was given that opens it."""

    code = "never_proven"


class Check(msgspec.Struct, frozen=True):
    """One thing that was compared: `what`, what the backup says, and what was found. `against` is what it was held to.

    `what` is `file`, `unpacked`, `sound`, `chain`, `heads`, `entries`, `sales`, `sums` or `stock`; `against` is
    `manifest`, `store` or `proof` (an earlier one).
    """

    what: str
    against: str
    expected: str
    found: str

    @property
    def is_right(self) -> bool:
        """Whether the two are the same."""
        return self.expected == self.found


class Proof(msgspec.Struct, frozen=True):
    """What became of a proof at `at_ms`. `how` is `restored`, or `same` (the hash of a file that was proven before)."""

    at_ms: int
    file: str
    sha256: str
    how: str
    is_right: bool
    checks: tuple[Check, ...]


class MadeNote(msgspec.Struct, frozen=True):
    """The newest backup that was made: its file, size and hash, and what is in it."""

    at_ms: int
    file: str
    size: int
    sha256: str
    origin: str
    entries: int


class FailedNote(msgspec.Struct, frozen=True):
    """Why a backup that was planned was not made at `at_ms`: a problem's code and its values."""

    at_ms: int
    code: str
    fields: dict[str, str | int] = {}


class Report(msgspec.Struct, frozen=True):
    """What a store knows of its backups: the newest one, the newest proof, and the newest one that went well.

    `failed` is the night's backup that was not made, if none was made since.
    """

    made: MadeNote | None = None
    proof: Proof | None = None
    proven: Proof | None = None
    failed: FailedNote | None = None
    nightly_at_ms: int = 0
    """When the last backup was made that was planned, and proven."""


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


_REPORTS: Final = msgspec.json.Decoder(Report)


def prove(
    path: Path,
    folder: Path,
    opener: Opener,
    now_ms: int,
    progress: Progress = lambda _what, _done, _total: None,
) -> Proof:
    """Restore a backup beside the store in `folder`, compare, and remove it again. Blocks for as long as that takes.

    What is wrong with the backup is an answer. Raises `NoSuchBackup`, `WrongKey`, `KeyNeeded`, `BadKey`, `BackupNewer`,
    `NotEnoughRoom`, `BackupDiskFilled`: then nothing was proven.
    """
    if not path.is_file():
        raise restore.NoSuchBackup(path=str(path))
    place = folder / "proving"
    with backup.named(folder):
        shutil.rmtree(place, ignore_errors=True)
        digest = backup.sha256(path)
        try:
            manifest = restore.unpack(path, place, opener, progress)
            with restore.opened(place) as restored:
                checks = tuple(_checks(restored, manifest, folder, progress))
        except (BackupDamaged, NotABackup, StoreCorrupt) as why:
            checks = (Check("unpacked", "manifest", "ok", str(why.fields.get("why", why.code))),)
        finally:
            shutil.rmtree(place, ignore_errors=True)
    return _note(folder, _proof(path, digest, "restored", checks, now_ms))


def prove_same(path: Path, folder: Path, now_ms: int) -> Proof:
    """Whether a backup is still the file that was proven before; needs no key.

    Raises `NoSuchBackup`, and `NeverProven` where no proof of this file is known.
    """
    if not path.is_file():
        raise restore.NoSuchBackup(path=str(path))
    before = report(folder).proven
    if before is None or Path(before.file).name != path.name:
        raise NeverProven(path=str(path))
    with backup.named(path):
        digest = backup.sha256(path)
    checks = (Check("file", "proof", before.sha256, digest),)
    return _note(folder, _proof(path, digest, "same", checks, now_ms))


def note_made(folder: Path, made: Made) -> None:
    """Keep what was made, for whoever looks at the report."""
    note = MadeNote(
        at_ms=made.manifest.made_at_ms,
        file=str(made.file),
        size=made.size,
        sha256=made.sha256,
        origin=made.manifest.origin,
        entries=made.manifest.entries,
    )
    _save(folder, msgspec.structs.replace(report(folder), made=note, failed=None))


def note_failed(folder: Path, now_ms: int, no: Refusal) -> None:
    """Keep why the night's backup was not made, so that the register says it the next day."""
    note = FailedNote(now_ms, no.code, dict(no.fields))
    _save(folder, msgspec.structs.replace(report(folder), failed=note))


def note_nightly(folder: Path, at_ms: int) -> None:
    """Keep when the night's backup was made, so that another start in the same night makes none again."""
    _save(folder, msgspec.structs.replace(report(folder), nightly_at_ms=at_ms))


def report(folder: Path) -> Report:
    """What the store in `folder` knows of its backups; nothing where none was made, or the file cannot be read."""
    with suppress(OSError, msgspec.DecodeError):
        found = whole_file.bytes_of(folder / backup.REPORT)
        if found is not None:
            return _REPORTS.decode(found)
    return Report()


def state_in(folder: Path) -> BackupState:
    """The backups of the store in `folder`. Reads one small file."""
    told = report(folder)
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


# --------------------------------------------------------------------------- comparing


def _checks(
    restored: SqliteDatabase, manifest: Manifest, folder: Path, progress: Progress
) -> Iterator[Check]:
    yield Check("sound", "manifest", "", restore.sound(restored))
    verdict = restore.verified(restored, manifest, progress)
    yield Check("chain", "manifest", "", _named(verdict))
    yield Check("entries", "manifest", str(manifest.entries), str(verdict.entries))
    heads = {origin: (seq, head.hex()) for origin, (seq, head) in verdict.heads.items()}
    yield Check("heads", "manifest", _told(manifest.heads), _told(heads))
    found = backup.totals(restored)
    wanted = manifest.totals
    yield Check("sales", "manifest", str(wanted.sales), str(found.sales))
    yield Check("sums", "manifest", _sums(wanted.sales_minor), _sums(found.sales_minor))
    yield Check("stock", "manifest", str(wanted.stock_milli), str(found.stock_milli))
    store = SqliteDatabase(folder, read_only=True)
    try:
        yield from _against_the_store(store, manifest, found)
    finally:
        store.close()


def _against_the_store(
    store: Database, manifest: Manifest, found: backup.Totals
) -> Iterator[Check]:
    """The store as it was when the backup was made: it may have sold on since."""
    held = {
        origin: (seq, (hash_at(store, origin, seq) or b"").hex())
        for origin, (seq, _) in manifest.heads.items()
    }
    yield Check("heads", "store", _told(held), _told(manifest.heads))
    count, stock_milli = 0, 0
    sums: dict[str, int] = {}
    for origin, (seq, _) in manifest.heads.items():
        for currency, sales, minor in store.sql(_SALES_AT, (origin, seq)):
            count += sales
            sums[currency] = sums.get(currency, 0) + minor
        stock_milli += int(store.sql(_STOCK_AT, (origin, seq))[0][0])
    yield Check("sales", "store", str(count), str(found.sales))
    yield Check("sums", "store", _sums(sums), _sums(found.sales_minor))
    yield Check("stock", "store", str(stock_milli), str(found.stock_milli))


def _named(verdict: chain.Verdict) -> str:
    return "" if verdict.bad is None else f"{verdict.bad.entry} {verdict.bad.why}"


def _told(heads: dict[str, tuple[int, str]]) -> str:
    return " ".join(f"{origin}-{seq}:{head[:16]}" for origin, (seq, head) in sorted(heads.items()))


def _sums(minor: dict[str, int]) -> str:
    return " ".join(f"{currency} {amount}" for currency, amount in sorted(minor.items()))


# --------------------------------------------------------------------------- the report


def _proof(path: Path, digest: str, how: str, checks: tuple[Check, ...], now_ms: int) -> Proof:
    is_right = all(check.is_right for check in checks)
    return Proof(now_ms, str(path), digest, how, is_right, checks)


def _note(folder: Path, proof: Proof) -> Proof:
    before = report(folder)
    proven = proof if proof.is_right else before.proven
    _save(folder, msgspec.structs.replace(before, proof=proof, proven=proven))
    return proof


def _save(folder: Path, told: Report) -> None:
    with backup.named(folder):
        whole_file.write(
            folder / backup.REPORT, msgspec.json.encode(told), whole_file.FOR_ITS_OWNER
        )


__all__ = [
    "BackupState",
    "Check",
    "FailedNote",
    "MadeNote",
    "NeverProven",
    "Proof",
    "Report",
    "WrongKey",
    "note_failed",
    "note_made",
    "note_nightly",
    "prove",
    "prove_same",
    "report",
    "state_in",
]
