"""One encrypted file that holds many: tar inside of age, written and read as a stream.

With public keys the file is an age file (https://age-encryption.org/v1) and nothing else:

    age -d -i KEY FILE | tar -x

With a passphrase it is a tar file of two: `key.age`, a key that the passphrase opens, and `shop.age`, which that key
opens. (pyrage's own way with a passphrase would hold all of it in memory.)

    tar -xf FILE && age -d -i key.age shop.age | tar -x

Memory is bounded by a few blocks of 64 KiB, whatever the size.
"""

import errno
import tarfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import IO, Final, NamedTuple, Protocol

import pyrage
from pyrage import passphrase as by_passphrase
from pyrage import x25519

from appliance.problems import Refusal
from appliance.store import passphrase

BLOCK: Final = 512
CHUNK: Final = 1 << 16
KEY_PART: Final = "key.age"
STREAM_PART: Final = "shop.age"
OVERHEAD: Final = 1 << 16
"""More than headers of archive and encryption take, besides 16 bytes of each block of 64 KiB."""

_AGE: Final = b"age-encryption.org/v1\n"
_MOST_KEY: Final = 4096
_LONG_NAME: Final = "././@LongLink"


class NotABackup(Refusal):
    """The file at `path` is no backup."""

    code = "not_a_backup"


class BackupDamaged(Refusal):
    """The backup at `path` was cut off or altered: `why`."""

    code = "backup_damaged"


class WrongKey(Refusal):
    """The passphrase, or the key, does not open the backup at `path`."""

    code = "wrong_key"


class KeyNeeded(Refusal):
    """The backup at `path` was made for a key, not with a passphrase."""

    code = "backup_key_needed"


class BadKey(Refusal):
    """What was given as a key is none: `key`."""

    code = "bad_backup_key"


class Part(NamedTuple):
    """A file in an archive: its name, its size, and its bytes in pieces."""

    name: str
    size: int
    pieces: Iterable[bytes]


class Sink(Protocol):
    """Takes the parts of an archive as they come."""

    def begin(self, name: str, size: int) -> None:
        """A part begins."""
        ...

    def take(self, piece: bytes) -> None:
        """More of it."""
        ...

    def end(self) -> None:
        """It is complete."""
        ...


class Out(Protocol):
    """A file that is written."""

    def write(self, data: bytes, /) -> int:
        """Write it all."""
        ...

    def tell(self) -> int:
        """Where it is."""
        ...

    def seek(self, place: int, /) -> int:
        """Go back to what is to be written once more."""
        ...


class Lock(NamedTuple):
    """Who can open a backup: owners of keys (`recipients`, `age1…`), or whoever knows the `passphrase`."""

    recipients: tuple[str, ...] = ()
    passphrase: str = ""


class Opener(NamedTuple):
    """What opens a backup: the text of a key file, a passphrase, or a key that was never written down."""

    key: str = ""
    passphrase: str = ""
    identity: x25519.Identity | None = None


# --------------------------------------------------------------------------- writing


def check_lock(lock: Lock) -> list[x25519.Recipient]:
    """The public keys of a lock. Raises `BadKey`."""
    found = []
    for text in lock.recipients:
        try:
            found.append(x25519.Recipient.from_str(text.strip()))
        except pyrage.RecipientError as why:
            raise BadKey(key=text) from why
    return found


def write(out: Out, parts: Iterable[Part], lock: Lock, once: x25519.Identity | None = None) -> None:
    """Write an archive that `lock` opens, and `once` too, if it is given. Raises what `parts` raise, and `OSError`."""
    recipients = check_lock(lock)
    if once is not None:
        recipients.append(once.to_public())
    source = _Source(_tar(parts))
    if not lock.passphrase:
        _encrypt(source, out, recipients)
        return
    key = x25519.Identity.generate()
    sealed = passphrase.seal(str(key).encode(), lock.passphrase)
    out.write(b"".join(_tar([Part(KEY_PART, len(sealed), [sealed])], is_last=False)))
    place = out.tell()
    out.write(_header(STREAM_PART, 0))
    begin = out.tell()
    _encrypt(source, out, [*recipients, key.to_public()])
    size = out.tell() - begin
    out.write(bytes(-size % BLOCK + 2 * BLOCK))
    out.seek(place)
    out.write(_header(STREAM_PART, size))


class _Source:
    """Bytes to be read by pyrage, which hides what went wrong while it read."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self._pieces = pieces
        self._rest = b""
        self.wrong: BaseException | None = None

    def read(self, length: int = -1) -> bytes:
        """At most so many bytes; none at the end."""
        try:
            while not self._rest:
                self._rest = next(self._pieces)
        except StopIteration:
            return b""
        except BaseException as why:
            self.wrong = why
            raise
        found, self._rest = self._rest[:length], self._rest[length:]
        return found


class _Target:
    """A file to be written by pyrage, or the reading end of an archive."""

    def __init__(self, take: Callable[[bytes], object]) -> None:
        self._take = take
        self.wrong: BaseException | None = None

    def write(self, data: bytes) -> int:
        """Take it all; nothing more after something went wrong, though pyrage tries to get rid of what it holds."""
        if self.wrong is not None:
            raise self.wrong
        try:
            self._take(data)
        except BaseException as why:
            self.wrong = why
            raise
        return len(data)

    def flush(self) -> None:
        """Nothing is held back here."""


def _encrypt(source: _Source, out: Out, recipients: Sequence[x25519.Recipient]) -> None:
    target = _Target(out.write)
    try:
        pyrage.encrypt_io(source, target, list(recipients))
    except BaseException as why:
        _raise_the_cause(source.wrong or target.wrong, why)
        raise


def _raise_the_cause(wrong: BaseException | None, why: BaseException) -> None:
    """What pyrage made a text of. A Ctrl-C may come between two of our own lines."""
    if wrong is not None:
        raise wrong from None
    if str(why).startswith("KeyboardInterrupt"):
        raise KeyboardInterrupt from None


def _header(name: str, size: int) -> bytes:
    info = tarfile.TarInfo(name)
    info.size, info.mode = size, 0o600
    return info.tobuf(tarfile.GNU_FORMAT, "utf-8", "surrogateescape")


def _tar(parts: Iterable[Part], *, is_last: bool = True) -> Iterator[bytes]:
    for part in parts:
        yield _header(part.name, part.size)
        length = 0
        for piece in part.pieces:
            length += len(piece)
            yield piece
        if length != part.size:
            raise OSError(errno.EIO, f"{part.name} changed while it was read")
        yield bytes(-part.size % BLOCK)
    if is_last:
        yield bytes(2 * BLOCK)


# --------------------------------------------------------------------------- reading


def is_for_a_passphrase(path: Path) -> bool:
    """Whether the backup asks for a passphrase. Raises `NotABackup`, `OSError`."""
    with path.open("rb") as file:
        return _stream_of(file, path)[0] != b""


def read(
    path: Path, opener: Opener, sink: Sink, progress: Callable[[int], None] = lambda _bytes: None
) -> None:
    """Hand the parts of a backup to `sink`, in their order; each piece is authentic when it comes.

    `progress` is told how many bytes of the file were read. Raises `NotABackup`, `WrongKey`, `KeyNeeded`, `BadKey`,
    `BackupDamaged`, `OSError`, and what `sink` raises.
    """
    with path.open("rb") as file:
        sealed, size = _stream_of(file, path)
        identities = _identities(path, opener, sealed)
        source = _Source(_pieces(file, size, progress))
        unpacker = _Unpacker(sink, path)
        target = _Target(unpacker.take)
        try:
            pyrage.decrypt_io(source, target, identities)
        except BaseException as why:
            _raise_the_cause(source.wrong or target.wrong, why)
            if isinstance(why, pyrage.DecryptError) and "matching" in str(why):
                raise WrongKey(path=str(path)) from why
            if isinstance(why, (pyrage.DecryptError, OSError)):
                raise BackupDamaged(path=str(path), why=str(why)) from why
            raise
        unpacker.finish()


def _stream_of(file: IO[bytes], path: Path) -> tuple[bytes, int]:
    """What the passphrase opens (empty if it is for keys), and the size of the encrypted stream, which comes next."""
    if file.read(len(_AGE)) == _AGE:
        file.seek(0)
        return b"", path.stat().st_size
    file.seek(0)
    key = _info(file.read(BLOCK))
    if key is None or key.name != KEY_PART or key.size > _MOST_KEY:
        raise NotABackup(path=str(path))
    sealed = file.read(key.size)
    file.read(-key.size % BLOCK)
    stream = _info(file.read(BLOCK))
    if stream is None or stream.name != STREAM_PART or not stream.size:
        raise BackupDamaged(path=str(path), why="the second part is missing")
    return sealed, stream.size


def _identities(path: Path, opener: Opener, sealed: bytes) -> list[x25519.Identity]:
    if opener.identity is not None:
        return [opener.identity]
    if opener.key:
        return _keys(opener.key)
    if not sealed:
        raise KeyNeeded(path=str(path))
    try:
        return _keys(by_passphrase.decrypt(sealed, opener.passphrase).decode())
    except pyrage.DecryptError as why:
        raise WrongKey(path=str(path)) from why


def _keys(text: str) -> list[x25519.Identity]:
    """The keys in a key file, which may have comments, and may have been typed."""
    lines = [line.strip() for line in text.splitlines()]
    try:
        found = [
            x25519.Identity.from_str(line.upper()) for line in lines if line and line[0] != "#"
        ]
    except pyrage.IdentityError as why:
        raise BadKey(key="AGE-SECRET-KEY-…") from why
    if not found:
        raise BadKey(key="AGE-SECRET-KEY-…")
    return found


def _pieces(file: IO[bytes], size: int, progress: Callable[[int], None]) -> Iterator[bytes]:
    left = size
    while left and (piece := file.read(min(CHUNK, left))):
        left -= len(piece)
        progress(size - left)
        yield piece


def _info(header: bytes) -> tarfile.TarInfo | None:
    try:
        return tarfile.TarInfo.frombuf(header, "utf-8", "surrogateescape")
    except tarfile.HeaderError:
        return None


class _Unpacker:
    """Reads a tar file that comes in pieces."""

    def __init__(self, sink: Sink, path: Path) -> None:
        self._sink = sink
        self._path = path
        self._header = bytearray()
        self._left = self._padding = 0
        self._name: bytearray | None = None
        self._long_name = ""
        self._is_over = False

    def take(self, data: bytes) -> None:
        """More of the file."""
        rest = memoryview(data)
        while rest and not self._is_over:
            if self._left:
                piece, rest = rest[: self._left], rest[self._left :]
                self._left -= len(piece)
                self._content(bytes(piece))
            elif self._padding:
                skipped = min(self._padding, len(rest))
                self._padding, rest = self._padding - skipped, rest[skipped:]
            else:
                missing = BLOCK - len(self._header)
                self._header += rest[:missing]
                rest = rest[missing:]
                if len(self._header) == BLOCK:
                    self._begin(bytes(self._header))
                    self._header.clear()

    def finish(self) -> None:
        """Raises `BackupDamaged` if the archive has no end."""
        if not self._is_over:
            raise BackupDamaged(path=str(self._path), why="the archive has no end")

    def _begin(self, header: bytes) -> None:
        if not any(header):
            self._is_over = True
            return
        info = _info(header)
        if info is None or not (info.isreg() or info.name == _LONG_NAME):
            raise BackupDamaged(path=str(self._path), why="the archive is none of ours")
        self._left, self._padding = info.size, -info.size % BLOCK
        if info.name == _LONG_NAME:
            if not 0 < info.size <= _MOST_KEY:
                raise BackupDamaged(path=str(self._path), why="the archive is none of ours")
            self._name = bytearray()
            return
        name, self._long_name = self._long_name or info.name, ""
        self._sink.begin(name, info.size)
        if not info.size:
            self._sink.end()

    def _content(self, piece: bytes) -> None:
        if self._name is None:
            self._sink.take(piece)
            if not self._left:
                self._sink.end()
            return
        self._name += piece
        if not self._left:
            self._long_name = self._name.rstrip(b"\0").decode("utf-8", "surrogateescape")
            self._name = None
