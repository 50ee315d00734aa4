"""Beeps through the sound card: the loudspeaker of a screen on HDMI, or one in a USB or headphone socket.

Wave format: 16 bit, mono, 22,050 Hz, played by `aplay` of Debian's package `alsa-utils`. Its option `-D` takes the
names that `aplay -L` lists. The user must be in group `audio`.
"""

import array
import io
import math
import subprocess
import sys
import wave
from typing import Annotated, Final

import msgspec

from drivers import DeviceRefused, DeviceSilent
from drivers.beeper import BAD_MS, GOOD_MS, PAUSE_MS, PlayerMissing, length_ms

__all__ = ["Driver", "Options"]

_RATE_HZ: Final = 22_050
_GOOD_HZ: Final = 1760
_BAD_HZ: Final = 220
_FADE_MS: Final = 5
"""A tone that begins at once clicks."""
_FULL: Final = 32_767
_HUNDRED: Final = 100


class Options(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which sound card, as `aplay -L` names it, and how loud in per cent of what it can."""

    output: str = "default"
    volume: Annotated[int, msgspec.Meta(ge=1, le=100)] = 60


class Driver:
    """Beeps by `aplay`. See `drivers.beeper.Beeper`."""

    def __init__(self, options: Options) -> None:
        """Make the sounds; play none."""
        self.label = f"sound {options.output}"
        self._options = options
        good = tone(_GOOD_HZ, GOOD_MS, options.volume)
        bad = tone(_BAD_HZ, BAD_MS, options.volume)
        pause = array.array("h", bytes(2 * _samples(PAUSE_MS)))
        self._good = as_wave(good)
        self._bad = as_wave(bad + pause + bad)
        self._silence = as_wave(pause)

    def beep(self, *, good: bool, timeout_ms: int) -> None:
        """Play one of the two; see `Beeper.beep`."""
        if timeout_ms < length_ms(good=good):
            message = f"timeout_ms {timeout_ms}: expected {length_ms(good=good)} or more"
            raise ValueError(message)
        self._play(self._good if good else self._bad, timeout_ms)

    def look(self, timeout_ms: int) -> None:
        """Play nothing for a moment; see `Beeper.look`."""
        self._play(self._silence, timeout_ms)

    def close(self) -> None:
        """Nothing is held between two beeps."""

    def _play(self, sound: bytes, timeout_ms: int) -> None:
        command = ("aplay", "--quiet", f"--device={self._options.output}", "-")
        try:
            subprocess.run(  # noqa: S603 - a fixed command; the output is an option of the shop's own
                command,
                input=sound,
                capture_output=True,
                check=True,
                timeout=timeout_ms / 1000,
            )
        except FileNotFoundError as trouble:
            raise PlayerMissing(device=self.label) from trouble
        except subprocess.TimeoutExpired as trouble:
            raise DeviceSilent(device=self.label, why="aplay does not end") from trouble
        except subprocess.CalledProcessError as trouble:
            said = trouble.stderr.decode(errors="replace").strip().splitlines()
            why = said[-1] if said else "aplay failed"
            raise DeviceRefused(device=self.label, why=why) from trouble
        except OSError as trouble:
            # It may not be started, or the machine has no room for one more program.
            why = f"aplay: {trouble.strerror or trouble}"
            raise DeviceRefused(device=self.label, why=why) from trouble


def tone(frequency_hz: int, duration_ms: int, volume: int) -> "array.array[int]":
    """A sine of so many hertz, with its ends faded. `volume` in per cent."""
    samples = _samples(duration_ms)
    fade = _samples(_FADE_MS)
    return array.array(
        "h",
        (
            int(
                _FULL
                * volume
                / _HUNDRED
                * min(1.0, place / fade, (samples - place) / fade)
                * math.sin(2 * math.pi * frequency_hz * place / _RATE_HZ)
            )
            for place in range(samples)
        ),
    )


def as_wave(samples: "array.array[int]") -> bytes:
    """A wave file of some samples."""
    if sys.byteorder == "big":
        samples = array.array("h", samples)
        samples.byteswap()
    held = io.BytesIO()
    with wave.open(held, "wb") as written:
        written.setnchannels(1)
        written.setsampwidth(2)
        written.setframerate(_RATE_HZ)
        written.writeframes(samples.tobytes())
    return held.getvalue()


def _samples(duration_ms: int) -> int:
    return _RATE_HZ * duration_ms // 1000
