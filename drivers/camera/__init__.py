"""Cameras: pictures from a lens, encoded as H.264, and small ones beside them to look for motion in.

A camera gives two things, in the order in which they were taken: `Packet`, one encoded picture of the video, and
`Small`, a small picture that is not encoded, a few times a second. Both carry the time at which the light came in, on
the clock that counts since the boot (`CLOCK_BOOTTIME`, as libcamera's SensorTimestamp): a Raspberry Pi's wall clock
jumps.

The video is H.264 without B-frames, in Annex B form (ITU-T H.264, annex B), with the parameter sets before each key
frame, so that it can be cut before any of those.
"""

from typing import Final, NamedTuple, Protocol

from drivers import DeviceTrouble


class Packet(NamedTuple):
    """One picture of the video, encoded. `at_ns` is boot time; at a key frame the video can be cut."""

    at_ns: int
    is_key: bool
    data: bytes


class Small(NamedTuple):
    """A small picture: rows of `width` bytes of brightness, then both colours at half the width and height (I420)."""

    at_ns: int
    width: int
    height: int
    data: bytes


class Form(NamedTuple):
    """What the video is like: pixels across and down, and pictures a second."""

    width: int
    height: int
    fps: int


Shot = Packet | Small

MOST_WAITING: Final = 256
"""So many shots a driver holds for whoever does not fetch them; then the oldest are lost, up to a key frame."""


class Camera(Protocol):
    """A camera that one thread talks to; only `wake` may be called by another one.

    It finds the camera by itself, also after its cable was out. Methods raise `DeviceAbsent`, `DeviceBusy`,
    `DeviceRefused`, `DeviceSilent`, `CameraStopped`.
    """

    @property
    def label(self) -> str:
        """What the camera is called in logs and on the screen."""
        ...

    @property
    def form(self) -> Form:
        """What the video is like."""
        ...

    def shots(self, timeout_ms: int) -> tuple[Shot, ...]:
        """What was taken since the last call, oldest first; waits until there is something.

        Opens the camera if need be. Raises `DeviceSilent` when nothing came in time.
        """
        ...

    def restart(self) -> None:
        """Let go of encoder and camera; the next call of `shots` begins them anew, with a key frame."""
        ...

    def wake(self) -> None:
        """End a running call early with `CameraStopped`, or else the next one. Never blocks."""
        ...

    def close(self) -> None:
        """Let go of the camera. Twice is no mistake, and every method works again afterwards."""
        ...


class CameraStopped(DeviceTrouble):
    """Another thread called `wake`. Nobody needs to be told."""

    code = "camera_stopped"
