"""H.264 by x264 (PyAV), for cameras that give pictures and no video.

Settings are those that were measured as the cheapest which a security camera can do with: `ultrafast`, no B-frames, a
key frame a second, the parameter sets before each.
"""

from fractions import Fraction
from typing import Final

import av
import numpy as np
from numpy.typing import NDArray

from drivers.camera import Form, Packet

_MICRO: Final = Fraction(1, 1_000_000)
_KEYS_A_SECOND: Final = 1


class Encoder:
    """Takes pictures, gives packets."""

    def __init__(self, form: Form, kbit_s: int) -> None:
        """The next picture becomes a key frame."""
        self._codec: Final = av.CodecContext.create("libx264", "w")
        self._codec.width, self._codec.height = form.width, form.height
        self._codec.pix_fmt = "yuv420p"
        self._codec.framerate = Fraction(form.fps)
        self._codec.time_base = _MICRO
        self._codec.gop_size = form.fps // _KEYS_A_SECOND
        self._codec.bit_rate = kbit_s * 1000
        self._codec.thread_count = 1
        self._codec.options = {
            "preset": "ultrafast",
            "tune": "zerolatency",
            "x264-params": "repeat-headers=1:scenecut=0:annexb=1",
        }

    def encode(self, at_ns: int, picture: NDArray[np.uint8]) -> list[Packet]:
        """One picture in I420, as rows of the video's width: brightness, then both colours."""
        frame = av.VideoFrame.from_ndarray(picture, "yuv420p")
        frame.pts = at_ns // 1000
        frame.time_base = _MICRO
        return [
            Packet((one.pts or 0) * 1000, one.is_keyframe, bytes(one))
            for one in self._codec.encode(frame)
        ]
