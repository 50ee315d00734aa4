"""Beepers: one short high beep for a scan that was taken, two low ones for one that was not."""

import itertools
import os
import stat
import wave
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import gpiozero
import pytest
from gpiozero.pins.mock import MockFactory

from appliance.hosts.counter import BEEP_MS
from drivers import DeviceAbsent, DeviceBusy, DeviceRefused, DeviceSilent
from drivers.beeper import (
    BAD_MS,
    GOOD_MS,
    PAUSE_MS,
    Beeper,
    gpio_buzzer,
    length_ms,
    simulated,
    sound,
)

ENOUGH_MS = 5000
RATE_HZ = 22_050


@pytest.fixture
def pins() -> Iterator[MockFactory]:
    before = gpiozero.Device.pin_factory
    gpiozero.Device.pin_factory = MockFactory()
    yield gpiozero.Device.pin_factory
    gpiozero.Device.pin_factory.reset()
    gpiozero.Device.pin_factory = before


class Ticking:
    """A clock that only goes on when somebody sleeps."""

    def __init__(self) -> None:
        self.at_ms = 0

    def now_ms(self) -> int:
        return self.at_ms

    def sleep_ms(self, duration_ms: int) -> None:
        self.at_ms += duration_ms


def test_a_buzzer_hums_once_for_good_and_twice_longer_for_bad(pins: MockFactory) -> None:
    clock = Ticking()
    buzzer = gpio_buzzer.Driver(gpio_buzzer.Options(pin=4), clock)
    pin = pins.pin(4)
    buzzer.beep(good=True, timeout_ms=ENOUGH_MS)
    assert [state.state for state in pin.states] == [False, True, False]
    assert clock.at_ms == GOOD_MS
    pin.clear_states()
    buzzer.beep(good=False, timeout_ms=ENOUGH_MS)
    assert [state.state for state in pin.states] == [False, True, False, True, False]
    assert clock.at_ms == GOOD_MS + 2 * BAD_MS + PAUSE_MS
    buzzer.close()
    buzzer.close()


def test_a_buzzer_is_silent_even_when_a_beep_is_broken_off(pins: MockFactory) -> None:
    class Broken(Ticking):
        def sleep_ms(self, duration_ms: int) -> None:
            del duration_ms
            raise KeyboardInterrupt

    buzzer = gpio_buzzer.Driver(gpio_buzzer.Options(pin=4), Broken())
    with pytest.raises(KeyboardInterrupt):
        buzzer.beep(good=True, timeout_ms=ENOUGH_MS)
    assert pins.pin(4).state == 0


def test_a_buzzer_that_hums_at_low_level_rests_at_high(pins: MockFactory) -> None:
    buzzer = gpio_buzzer.Driver(gpio_buzzer.Options(pin=4, active_high=False), Ticking())
    buzzer.beep(good=True, timeout_ms=ENOUGH_MS)
    assert pins.pin(4).state == 1


@pytest.fixture
def player(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A program `aplay` that keeps what it is given; a real one needs a sound card."""
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    return tmp_path / "aplay"


def script(path: Path, text: str) -> None:
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)


def test_sounds_are_wave_files_of_the_right_length_and_pitch(player: Path) -> None:
    script(player, f'echo "$@" > {player.parent}/arguments; cat > {player.parent}/played')
    driver = sound.Driver(sound.Options(output="plughw:1", volume=100))
    pitches = []
    for good in (True, False):
        driver.beep(good=good, timeout_ms=ENOUGH_MS)
        with wave.open(BytesIO((player.parent / "played").read_bytes())) as played:
            frames = played.readframes(played.getnframes())
            assert (played.getnchannels(), played.getframerate()) == (1, RATE_HZ)
            assert abs(played.getnframes() * 1000 // RATE_HZ - length_ms(good=good)) <= 2
        samples = memoryview(frames).cast("h")[: RATE_HZ * GOOD_MS // 1000]
        rises = sum(a < 0 <= b for a, b in itertools.pairwise(samples))
        pitches.append(rises * 1000 // GOOD_MS)
        assert max(samples) > 30_000
    assert pitches[0] > 4 * pitches[1]
    assert "--device=plughw:1" in (player.parent / "arguments").read_text()


def test_a_player_that_fails_says_why(player: Path) -> None:
    script(player, 'echo "aplay: main:830: audio open error: No such device" >&2; exit 1')
    with pytest.raises(DeviceRefused) as refused:
        sound.Driver(sound.Options()).beep(good=True, timeout_ms=ENOUGH_MS)
    assert "No such device" in str(refused.value.fields["why"])


def test_a_player_that_cannot_be_started_is_a_trouble_and_not_a_mistake(player: Path) -> None:
    # A file without the right to be run, as after half an update.
    player.write_text("")
    player.chmod(0)
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("PATH", str(player.parent))
        with pytest.raises(DeviceRefused) as refused:
            sound.Driver(sound.Options()).beep(good=True, timeout_ms=ENOUGH_MS)
    assert "Permission denied" in str(refused.value.fields["why"])


def test_a_player_that_hangs_is_ended(player: Path) -> None:
    script(player, "exec sleep 60")
    with pytest.raises(DeviceSilent):
        sound.Driver(sound.Options()).beep(good=True, timeout_ms=length_ms(good=True))


def test_a_player_that_is_slow_to_start_is_waited_for(player: Path) -> None:
    # As long as the sound, and half a second more for the program.
    script(player, "cat > /dev/null; sleep 0.9")
    sound.Driver(sound.Options()).beep(good=False, timeout_ms=BEEP_MS)


def test_a_look_says_whether_it_could_beep_and_is_not_heard(
    player: Path, pins: MockFactory
) -> None:
    script(player, f"cat > {player.parent}/played")
    sound.Driver(sound.Options()).look(ENOUGH_MS)
    with wave.open(BytesIO((player.parent / "played").read_bytes())) as played:
        assert not any(played.readframes(played.getnframes()))
    script(player, 'echo "audio open error: No such device" >&2; exit 1')
    with pytest.raises(DeviceRefused):
        sound.Driver(sound.Options()).look(ENOUGH_MS)

    buzzer = gpio_buzzer.Driver(gpio_buzzer.Options(pin=4), Ticking())
    buzzer.look(ENOUGH_MS)
    assert [state.state for state in pins.pin(4).states] == [False]
    with pytest.raises(DeviceBusy):
        gpio_buzzer.Driver(gpio_buzzer.Options(pin=4), Ticking()).look(ENOUGH_MS)
    buzzer.close()

    twin = simulated.Driver(simulated.Options(plugged=False))
    with pytest.raises(DeviceAbsent):
        twin.look(ENOUGH_MS)
    twin.plug()
    twin.look(ENOUGH_MS)
    assert twin.beeps == ()


def test_without_a_player_there_is_no_beeper(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(DeviceAbsent):
        sound.Driver(sound.Options()).beep(good=True, timeout_ms=ENOUGH_MS)


def test_the_twin_counts_and_can_be_unplugged() -> None:
    twin = simulated.Driver(simulated.Options())
    twin.beep(good=True, timeout_ms=ENOUGH_MS)
    twin.beep(good=False, timeout_ms=ENOUGH_MS)
    twin.unplug()
    with pytest.raises(DeviceAbsent):
        twin.beep(good=True, timeout_ms=ENOUGH_MS)
    twin.plug()
    assert twin.beeps == (True, False)


@pytest.mark.parametrize("kind", ["sound", "buzzer", "simulated"])
def test_a_beep_that_cannot_end_in_time_is_not_begun(kind: str) -> None:
    drivers: dict[str, Beeper] = {
        "sound": sound.Driver(sound.Options()),
        "buzzer": gpio_buzzer.Driver(gpio_buzzer.Options(pin=4)),
        "simulated": simulated.Driver(simulated.Options()),
    }
    with pytest.raises(ValueError, match="timeout_ms"):
        drivers[kind].beep(good=False, timeout_ms=10)
