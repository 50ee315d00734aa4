"""`open-pos backup` and `open-pos restore`: what they ask, do and say. Each answers the exit code."""

import argparse
import getpass
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Final

from pyrage import x25519

from appliance import backup_plan, config, removable, whole_file
from appliance.clock import SystemClock
from appliance.commands import FOUND_WRONG, NoSuchFile
from appliance.machine.sticks import of_people
from appliance.problems import Refusal
from appliance.store import archive, backup, proof, proven, restore
from appliance.store.archive import Lock, Opener
from appliance.store.proof import Check, Proof
from appliance.words import Words

CONFIG: Final = "/etc/open-pos/open-pos.toml"
_SHORTEST: Final = 8
_AGAIN_AFTER_MS: Final = 16 * 3_600_000
"""A machine that is started again after its night's backup makes none for the rest of the day."""


class PassphraseTooShort(Refusal):
    """A passphrase of fewer than `least` characters protects nothing."""

    code = "passphrase_too_short"


class PassphrasesDiffer(Refusal):
    """What was typed twice was not the same."""

    code = "passphrases_differ"


class NoStick(Refusal):
    """No USB stick is plugged in, or none is mounted: `seen` says what was found."""

    code = "no_stick"


class ManySticks(Refusal):
    """More than one stick is there: `seen`."""

    code = "many_sticks"


class NoBackupKey(Refusal):
    """The plan at `path` says for nobody who may open the night's backup."""

    code = "no_backup_key"


class NotProven(Refusal):
    """The night's backup `file` is not what it should be."""

    code = "backup_not_proven"


class NoTarget(Refusal):
    """Nobody said where the backup is to go."""

    code = "no_backup_target"


class FileThere(Refusal):
    """There is a file `file` already."""

    code = "file_there"


def make_backup(chosen: argparse.Namespace, words: Words) -> int:
    """Make a backup, or a key for backups, or prove a backup."""
    if chosen.new_key is not None:
        return _make_key(chosen.new_key, words)
    folder, configuration = _store_of(chosen)
    if chosen.nightly:
        plan = backup_plan.beside(Path(chosen.config or CONFIG))
        return _by_plan(backup_plan.load(plan), plan, folder, configuration, words)
    target = _target(chosen, words)
    if chosen.prove:
        return _prove(chosen, words, folder, target)
    once = x25519.Identity.generate() if chosen.proven else None
    clock = SystemClock()
    made = backup.make(
        folder,
        target,
        _lock(chosen, words),
        clock.now().at_ms,
        configuration=configuration,
        once=once,
        progress=_percent(words("cli.backing_up")),
    )
    proof.note_made(folder, made)
    _print_made(made, words)
    wrong = 0
    if once is not None:
        told = proof.prove(
            made.file, folder, Opener(identity=once), clock.now().at_ms, _steps(words)
        )
        wrong = _print_proof(told, words)
    if chosen.keep and not wrong:
        for removed in backup.keep_newest(made, chosen.keep):
            print(words("cli.backup_removed", file=removed))
    return wrong


def _by_plan(
    plan: backup_plan.Plan, path: Path, folder: Path, configuration: Path | None, words: Words
) -> int:
    """The night's backup, as the register was told to make it. What keeps it from being made is noted for the day."""
    if not plan.nightly:
        print(words("cli.nightly_off", path=path))
        return 0
    now_ms = SystemClock().now().at_ms
    if 0 <= now_ms - proof.report(folder).nightly_at_ms < _AGAIN_AFTER_MS:
        print(words("cli.nightly_made"))
        return 0
    try:
        if not plan.recipients:
            raise NoBackupKey(path=str(path))
        done = proven.make(
            folder,
            _usual_stick(folder, words),
            Lock(recipients=plan.recipients),
            now_ms,
            keep=plan.keep,
            configuration=configuration,
            progress=_percent(words("cli.backing_up")),
            steps=_steps(words),
        )
    except backup.BackupUnderWay:
        # Somebody makes one at this very moment, which is what was wanted.
        raise
    except Refusal as no:
        proof.note_failed(folder, now_ms, no)
        raise
    _print_made(done.made, words)
    wrong = _print_proof(done.proof, words)
    if wrong:
        proof.note_failed(folder, now_ms, NotProven(file=done.made.file.name))
    else:
        proof.note_nightly(folder, now_ms)
    for removed in done.removed:
        print(words("cli.backup_removed", file=removed))
    return wrong


def restore_backup(chosen: argparse.Namespace, words: Words) -> int:
    """A store from a backup, under a new origin."""
    path, folder = Path(chosen.backup), Path(chosen.store)
    if not chosen.dry_run:
        restore.refuse_a_store(folder)
    opener = _opener(chosen, words, path)
    if chosen.dry_run:
        _print_manifest(restore.look(path, opener, _steps(words)), words)
        print(words("cli.restore_dry"))
        return 0
    done = restore.restore(path, folder, opener, SystemClock(), _steps(words))
    _print_manifest(done.manifest, words)
    print(words("cli.restored", path=folder, was=done.manifest.origin, origin=done.origin))
    if done.configuration is not None:
        print(words("cli.restored_config", file=done.configuration))
    return 0


# --------------------------------------------------------------------------- what is asked


def _store_of(chosen: argparse.Namespace) -> tuple[Path, Path | None]:
    """The folder of the store, and the configuration that belongs to it."""
    file = Path(chosen.config or CONFIG)
    if chosen.store is None:
        return Path(config.load(file).store.folder), file
    folder = Path(chosen.store)
    if chosen.config is None and not _belongs(file, folder):
        return folder, None
    return folder, file


def _belongs(file: Path, folder: Path) -> bool:
    """Whether this machine's configuration is that of the store; a mistake in it keeps nobody from a backup."""
    try:
        return file.exists() and Path(config.load(file).store.folder) == folder
    except config.BadConfiguration:
        return False


def _target(chosen: argparse.Namespace, words: Words) -> Path:
    if not chosen.usb:
        if chosen.target is None:
            raise NoTarget
        return Path(chosen.target)
    places, seen = _mounted(words)
    if len(places) > 1:
        raise ManySticks(seen=seen)
    print(words("cli.stick_found", seen=seen))
    return places[0] / chosen.target if chosen.target else places[0]


def _mounted(words: Words) -> tuple[list[Path], str]:
    """Where sticks are mounted, and what was found in words. Raises `NoStick`."""
    sticks = of_people(removable.sticks())
    seen = ", ".join(
        f"{one.name} ({one.device}: {one.mounted_at or words('cli.not_mounted')})" for one in sticks
    )
    places = [one.mounted_at for one in sticks if one.mounted_at is not None]
    if not places:
        raise NoStick(seen=seen or words("cli.no_stick"))
    return places, seen


def _usual_stick(folder: Path, words: Words) -> Path:
    """The one stick, or of several the one on which the newest backup of this store lies."""
    places, seen = _mounted(words)
    newest = proof.report(folder).made
    if len(places) > 1 and newest is not None:
        places = [one for one in places if (one / Path(newest.file).name).exists()] or places
    if len(places) > 1:
        raise ManySticks(seen=seen)
    return places[0]


def _lock(chosen: argparse.Namespace, words: Words) -> Lock:
    if chosen.recipient:
        return Lock(recipients=tuple(chosen.recipient))
    typed = _typed(words("cli.passphrase_new"))
    if len(typed) < _SHORTEST:
        raise PassphraseTooShort(least=_SHORTEST)
    if sys.stdin.isatty() and typed != getpass.getpass(words("cli.passphrase_again")):
        raise PassphrasesDiffer
    return Lock(passphrase=typed)


def _opener(chosen: argparse.Namespace, words: Words, path: Path) -> Opener:
    """What opens the backup, asked for only if it is needed."""
    if chosen.identity is not None:
        return Opener(key=_key_of(chosen.identity))
    if not path.is_file():
        raise restore.NoSuchBackup(path=str(path))
    with backup.named(path):
        if not archive.is_for_a_passphrase(path):
            raise archive.KeyNeeded(path=str(path))
    return Opener(passphrase=_typed(words("cli.passphrase")))


def _key_of(name: str) -> str:
    if name == "-":
        return sys.stdin.read()
    try:
        return Path(name).read_text(encoding="utf-8")
    except FileNotFoundError as why:
        raise NoSuchFile(file=name) from why
    except (OSError, UnicodeDecodeError) as why:
        raise archive.BadKey(key=name) from why


def _typed(prompt: str) -> str:
    if sys.stdin.isatty():
        return getpass.getpass(prompt)
    return sys.stdin.readline().rstrip("\r\n")


# --------------------------------------------------------------------------- what is done


def _make_key(name: str, words: Words) -> int:
    key = x25519.Identity.generate()
    text = f"# open-pos backup key\n# {key.to_public()}\n{key}\n"
    if name != "-":
        file = Path(name)
        if file.exists():
            raise FileThere(file=name)
        with backup.named(file):
            whole_file.write(file, text.encode(), whole_file.FOR_ITS_OWNER)
    print(text, end="")
    print(words("cli.key_made", recipient=key.to_public()))
    return 0


def _prove(chosen: argparse.Namespace, words: Words, folder: Path, path: Path) -> int:
    now_ms = SystemClock().now().at_ms
    if chosen.identity is None and path.is_file():
        with backup.named(path):
            is_without_a_secret = not archive.is_for_a_passphrase(path)
        if is_without_a_secret:
            return _print_proof(proof.prove_same(path, folder, now_ms), words)
    opener = _opener(chosen, words, path)
    return _print_proof(proof.prove(path, folder, opener, now_ms, _steps(words)), words)


def _print_made(made: backup.Made, words: Words) -> None:
    size_mb = -(-made.size // (1 << 20))
    print(words("cli.backup_made", file=made.file, size_mb=size_mb, count=made.manifest.entries))


def _print_proof(told: Proof, words: Words) -> int:
    for check in told.checks:
        print(_line(check, words))
    said = "cli.proven" if told.how == "restored" else "cli.proven_same"
    print(words(said if told.is_right else "cli.not_proven", file=told.file))
    return 0 if told.is_right else FOUND_WRONG


def _line(check: Check, words: Words) -> str:
    what = words(f"cli.check_{check.what}")
    against = words(f"cli.against_{check.against}")
    if check.is_right:
        return words("cli.check_right", what=what, against=against, found=check.found).rstrip(" :")
    return words(
        "cli.check_wrong", what=what, against=against, found=check.found, expected=check.expected
    )


def _print_manifest(manifest: backup.Manifest, words: Words) -> None:
    sums = ", ".join(f"{code} {minor}" for code, minor in manifest.totals.sales_minor.items())
    print(
        words(
            "cli.backup_holds",
            shop=manifest.shop,
            origin=manifest.origin,
            count=manifest.entries,
            sales=manifest.totals.sales,
            sums=sums or "0",
            program=manifest.program,
        )
    )


def _percent(what: str) -> Callable[[int, int], None]:
    """A progress line on a terminal; silent elsewhere."""
    if not os.isatty(2):
        return lambda _done, _total: None
    shown = -1

    def show(done: int, total: int) -> None:
        nonlocal shown
        part = 100 * done // total if total else 100
        if part != shown:
            shown = part
            sys.stderr.write(f"\r{what} {part} % " + ("\n" if done >= total else ""))
            sys.stderr.flush()

    return show


def _steps(words: Words) -> restore.Progress:
    """A progress line for each step."""
    lines = {
        what: _percent(words(f"cli.{what}")) for what in ("reading", "verifying", "rebuilding")
    }
    return lambda what, done, total: lines[what](done, total)
