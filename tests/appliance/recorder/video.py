"""Video made here by libx264 as a camera's encoder gives it: no B-frames, parameter sets before each key frame."""

import io
from collections.abc import Iterator
from fractions import Fraction

import av
import numpy as np

from drivers.camera import Form, Packet

FORM = Form(320, 240, 15)
FRAME_NS = 1_000_000_000 // FORM.fps
BEGAN_NS = 5_000_000_000


def packets(count: int, *, began_ns: int = BEGAN_NS, key_every: int = 15) -> Iterator[Packet]:
    """So many pictures, each a little brighter than the one before, with noise."""
    encoder = av.CodecContext.create("libx264", "w")
    encoder.width, encoder.height, encoder.pix_fmt = FORM.width, FORM.height, "yuv420p"
    encoder.framerate = Fraction(FORM.fps)
    encoder.time_base = Fraction(1, FORM.fps)
    encoder.gop_size = key_every
    encoder.options = {
        "preset": "ultrafast",
        "tune": "zerolatency",
        "x264-params": "repeat-headers=1:scenecut=0",
    }
    noise = np.random.default_rng(1)
    for number in range(count):
        grey = noise.integers(0, 30, (FORM.height * 3 // 2, FORM.width), np.uint8) + number % 200
        frame = av.VideoFrame.from_ndarray(grey.astype(np.uint8), "yuv420p")
        frame.pts = number
        for one in encoder.encode(frame):
            assert one.pts is not None
            yield Packet(began_ns + one.pts * FRAME_NS, one.is_keyframe, bytes(one))


def pictures(data: bytes) -> int:
    """How many pictures of a transport stream a player can show."""
    shown = 0
    with av.open(io.BytesIO(data), "r", format="mpegts") as container:
        for packet in container.demux(video=0):
            try:
                shown += len(packet.decode())
            except av.InvalidDataError:
                continue
    return shown
