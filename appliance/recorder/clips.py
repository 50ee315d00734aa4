"""Clips: what an entry of the journal makes be kept, its SHA-256, and the file that is handed to somebody.

The SHA-256 of a clip is that of its segments' transport streams, one after the other, each behind its begin in boot
time (eight bytes, most significant first). It is noted in the journal when the clip is complete, so whatever is changed
or missing later is noticed.

What is handed out is an MP4 (ISO/IEC 14496-14) of the same encoded pictures, none of them encoded anew, in which each
stands at its own time: where the camera gave none, the picture before stays.
"""

import hashlib
from collections.abc import Callable, Iterable, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Final, NamedTuple

import av

from appliance.recorder.index import Clip, Index, Row
from appliance.recorder.segments import demuxed, ticks

_BASE: Final = Fraction(1, 90_000)
_EIGHT: Final = 8


class Part(NamedTuple):
    """A segment of a clip: when it began, in boot time, and its transport stream."""

    begin_ns: int
    data: bytes


class Checked(NamedTuple):
    """What became of a clip's video since it was noted: `whole`, `changed`, `missing` (some or all of it), `open`."""

    state: str
    sha256: str


class ClipUnreadable(Exception):
    """Nothing of a clip can be shown."""


def parts(folder: Path, rows: Iterable[Row]) -> list[Part]:
    """The segments of a clip that can be read; `folder` is that of the recordings. Blocks for the disk."""
    found = []
    for row in rows:
        try:
            found.append(Part(row.begin_ns, (folder / row.path).read_bytes()))
        except OSError:
            continue
    return found


def sha256(found: Iterable[Part]) -> str:
    """The clip's SHA-256 in hex."""
    digest = hashlib.sha256()
    for one in found:
        digest.update(one.begin_ns.to_bytes(_EIGHT, "big"))
        digest.update(one.data)
    return digest.hexdigest()


def check(folder: Path, index: Index, clip: Clip) -> Checked:
    """Whether a clip is still as it was when it was noted. Whoever only reads may ask."""
    rows = index.of(clip)
    found = parts(folder, rows)
    now = sha256(found)
    if not clip.sha256:
        return Checked("open", now)
    if now == clip.sha256 and found:
        return Checked("whole", now)
    return Checked("changed" if len(found) == len(rows) and rows else "missing", now)


def write_mp4(
    found: Sequence[Part], path: Path, goes_on: Callable[[int], bool] = lambda _done: True
) -> int:
    """Write a clip as an MP4 that a browser begins to play at once; how many pictures it has.

    `goes_on` hears how many segments are done, and ends it with False. Blocks for the disk. Raises `ClipUnreadable`,
    and `OSError` when there is no room; then no file is left.
    """
    try:
        # The index at its begin can only be written into a file, which is gone through twice.
        with av.open(str(path), "w", format="mp4", options={"movflags": "faststart"}) as out:
            written = _remuxed(found, out, goes_on)
    except BaseException:
        path.unlink(missing_ok=True)
        raise
    if not written:
        path.unlink(missing_ok=True)
        raise ClipUnreadable
    return written


def _remuxed(
    found: Sequence[Part], out: av.container.OutputContainer, goes_on: Callable[[int], bool]
) -> int:
    stream: av.VideoStream | None = None
    written, last = 0, -1
    for number, part in enumerate(found):
        if not goes_on(number):
            return 0
        video, packets = demuxed(part.data)
        if video is None:
            continue
        stream = stream or out.add_stream_from_template(video)
        base = ticks(part.begin_ns - found[0].begin_ns) - ticks(0)
        first = min((one.pts or 0 for one in packets), default=0)
        for packet in packets:
            # Never back in time, whatever a broken file says.
            last = max(last + 1, base + (packet.pts or 0) - first)
            packet.pts = packet.dts = last
            packet.time_base = _BASE
            packet.stream = stream
            out.mux(packet)
            written += 1
    return written
