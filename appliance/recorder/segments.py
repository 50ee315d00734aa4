"""From a camera's pictures to segments: pieces of video of some seconds, each of which can be played by itself.

A segment is an MPEG transport stream (ISO/IEC 13818-1), because whatever is missing of one at its end, the rest can be
played: of 60 files that were cut or filled with zeros none was unreadable, where each plain MP4 was. It begins with a
key frame. Times in it go on from segment to segment of one run of the camera, in units of 1/90000 s, so that a player
may put one after the other.
"""

import io
from collections.abc import Iterable
from contextlib import suppress
from fractions import Fraction
from typing import Any, Final, NamedTuple

import av

from drivers.camera import Form, Packet

LEAST_NS: Final = 2_000_000_000
MOST_NS: Final = 10_000_000_000
"""Without a key frame for so long, or with more bytes than `MOST_BYTES`, what comes is of no use."""
MOST_BYTES: Final = 32 * 1024 * 1024
GAP_NS: Final = 1_000_000_000
"""After a longer silence another run begins."""

_TICKS: Final = 90_000
_BASE: Final = Fraction(1, _TICKS)
_NS: Final = 1_000_000_000
_FIRST_TICK: Final = _TICKS
"""A stream's times begin at one second, since some players take none below zero for its clock."""


class Segment(NamedTuple):
    """A piece of video. `begin_ns` to `end_ns` is boot time; `run_ns` that of the first picture of the camera's run.

    `motion` is how much moved at most, in thousandths of the picture; `data` the transport stream.
    """

    camera: str
    run_ns: int
    begin_ns: int
    end_ns: int
    frames: int
    motion: int
    data: bytes


class Cutter:
    """Takes packets and gives segments, each as soon as the next one begins."""

    def __init__(self, camera: str, form: Form, least_ns: int = LEAST_NS) -> None:
        """Nothing has come yet."""
        self._camera: Final = camera
        self._form: Final = form
        self._usual_ns: Final = _NS // form.fps
        # A camera's pictures come a little early or late; so may the key frame that is meant.
        self._least_ns: Final = least_ns - self._usual_ns // 2
        self._packets: list[Packet] = []
        self._bytes = 0
        self._motion = 0
        self._run_ns = 0
        self.lost = 0
        """Pictures that could not be used: there was no key frame before them."""

    def take(self, packet: Packet) -> tuple[Segment, ...]:
        """The segment that this packet brings to its end, if any."""
        ended: tuple[Segment, ...] = ()
        held = self._packets
        if held:
            silence_ns = packet.at_ns - held[-1].at_ns
            if not 0 < silence_ns <= GAP_NS:
                ended = self.end()
            elif packet.is_key and packet.at_ns - held[0].at_ns >= self._least_ns:
                ended = (self._cut(packet.at_ns),)
            elif packet.at_ns - held[0].at_ns > MOST_NS or self._bytes > MOST_BYTES:
                ended = self.end()
        if not self._packets:
            if not packet.is_key:
                self.lost += 1
                return ended
            self._run_ns = self._run_ns or packet.at_ns
        self._packets.append(packet)
        self._bytes += len(packet.data)
        return ended

    def moved(self, motion: int) -> None:
        """So much moved in the present segment, in thousandths of the picture."""
        self._motion = max(self._motion, motion)

    def end(self) -> tuple[Segment, ...]:
        """The camera's run is over: the segment so far, if there is any. What comes next is another run."""
        ended = (self._cut(self._packets[-1].at_ns + self._usual_ns),) if self._packets else ()
        self._run_ns = 0
        return ended

    def _cut(self, end_ns: int) -> Segment:
        packets, motion = self._packets, self._motion
        self._packets, self._bytes, self._motion = [], 0, 0
        data = transport_stream(packets, self._form, self._run_ns)
        begin_ns = packets[0].at_ns
        return Segment(self._camera, self._run_ns, begin_ns, end_ns, len(packets), motion, data)


def transport_stream(packets: Iterable[Packet], form: Form, run_ns: int) -> bytes:
    """Packets as an MPEG transport stream; `run_ns` is the boot time of the run's first picture."""
    out = io.BytesIO()
    # Its tables stand at its begin, so that each segment can be played alone.
    with av.open(out, "w", format="mpegts", options={"mpegts_copyts": "1"}) as container:
        stream = container.add_stream("h264", rate=form.fps)
        stream.width, stream.height = form.width, form.height
        stream.time_base = _BASE
        for one in packets:
            packet = av.Packet(one.data)
            packet.pts = packet.dts = ticks(one.at_ns - run_ns)
            packet.time_base = _BASE
            packet.is_keyframe = one.is_key
            packet.stream = stream
            container.mux(packet)
    return out.getvalue()


def ticks(since_ns: int) -> int:
    """Where a picture stands in a stream: so long after the first of its run, in 1/90000 s."""
    return _FIRST_TICK + since_ns * _TICKS // _NS


def nanoseconds(count: int) -> int:
    """So many 1/90000 s, in nanoseconds."""
    return count * _NS // _TICKS


def since_run(tick: int) -> int:
    """The inverse of `ticks`: so many nanoseconds after the first picture of the run."""
    return nanoseconds(tick - _FIRST_TICK)


def demuxed(data: bytes) -> tuple[av.VideoStream | None, list["av.Packet[Any]"]]:
    """The encoded pictures of a transport stream, as far as it can be read; of rubbish, nothing."""
    found: list[av.Packet[Any]] = []
    try:
        container = av.open(io.BytesIO(data), "r", format="mpegts")
        video = container.streams.video[0]
    except (av.FFmpegError, IndexError, ValueError):
        return None, found
    with suppress(av.FFmpegError):
        # What comes before something that cannot be read is kept.
        found.extend(one for one in container.demux(video) if one.pts is not None)
    return video, found
