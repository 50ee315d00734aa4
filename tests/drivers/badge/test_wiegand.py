"""Wiegand readers on two pins, which are gpiozero's own mock pins here."""

import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from types import ModuleType

import gpiozero
import pytest
from gpiozero.pins.mock import MockFactory, MockPin
from hypothesis import given
from hypothesis import strategies as st

from drivers import DeviceAbsent, DeviceBusy, DeviceRefused, DeviceTrouble, _gpio
from drivers.badge import Badge, BadgeReader
from drivers.badge.wiegand import Driver, Frames, Options, Pulse, badge_in
from tests.drivers.badge.contract import (
    AT_ONCE_MS,
    HARDLY_AWAY_MS,
    NEVER_AWAY_MS,
    SOON_MS,
    BadgeReaderContract,
)
from tests.drivers.badge.tags import CIVINTEC_26, CIVINTEC_34, Tag

D0, D1 = 5, 6
GAP_S = 0.1
"""Well above the 25 ms that are usual: a busy machine may pause between two pulses of ours."""

PUBLISHED = [
    (CIVINTEC_26, "1 11010100 00011011 10000001 0"),
    (CIVINTEC_34, "1 10001001 11010100 00011011 10000001 1"),
    (Tag("010001", "wiegand26"), "1 00000001 0000000000000001 0"),
    # Facility 1, card 1, by the rule of format H10304; each half of 18 bits has one 1.
    (Tag("000080001", "wiegand37"), "1 0000000000000001 0000000000000000001 0"),
]


def bits_of(text: str) -> list[int]:
    return [int(bit) for bit in text if bit != " "]


def encoded(number: int, length: int) -> list[int]:
    """A frame of `length` bits, counted out by hand from the rule."""
    data = [int(bit) for bit in f"{number:0{length - 2}b}"]
    half = {26: 12, 34: 16, 37: 18}[length]
    return [sum(data[:half]) % 2, *data, 1 - sum(data[-half:]) % 2]


BITS = {tag: bits_of(text) for tag, text in PUBLISHED}


class WiredPin(MockPin):  # type: ignore[misc]
    """A mock pin that something outside may hold low, whatever its pull-up says."""

    is_held_low = False
    is_low_at_next_look = False
    refuses: Exception | None = None
    is_blind: Exception | None = None

    def _set_pull(self, value: str) -> None:
        if self.refuses is not None:
            raise self.refuses
        super()._set_pull(value)

    def _change_state(self, value: bool) -> bool:
        return bool(super()._change_state(value and not self.is_held_low))

    def _get_state(self) -> bool:
        if self.is_blind is not None:
            raise self.is_blind
        is_low, self.is_low_at_next_look = self.is_low_at_next_look, False
        return bool(super()._get_state()) and not is_low


class PinBench:
    """Two pins, pulled up, and a reader that pulls them down."""

    def __init__(self, pins: MockFactory, away_ms: int, **options: object) -> None:
        self._pins = pins
        self.tags = (CIVINTEC_26, CIVINTEC_34)
        self.driver = Driver(
            Options(pin_d0=D0, pin_d1=D1, gap_ms=int(GAP_S * 1000), away_ms=away_ms, **options)  # type: ignore[arg-type]
        )

    def hold(self, tag: Tag) -> None:
        self.send(BITS[tag])
        time.sleep(1.5 * GAP_S)

    def lift(self) -> None:
        """It says no more."""

    def hold_broken(self) -> None:
        self.send(BITS[CIVINTEC_26][:13])

    def send(self, bits: Sequence[int]) -> None:
        for bit in bits:
            pin = self._pins.pin(D1 if bit else D0)
            pin.drive_low()
            pin.drive_high()

    def unplug(self) -> None:
        for pin in (D0, D1):
            self._pins.pin(pin).is_held_low = True
            self._pins.pin(pin).drive_low()

    def plug(self) -> None:
        for pin in (D0, D1):
            self._pins.pin(pin).is_held_low = False
            self._pins.pin(pin).drive_high()


@pytest.fixture
def pins() -> Iterator[MockFactory]:
    before = gpiozero.Device.pin_factory
    factory = gpiozero.Device.pin_factory = MockFactory(pin_class=WiredPin)
    yield factory
    factory.close()
    gpiozero.Device.pin_factory = before


@pytest.fixture
def make(pins: MockFactory) -> Iterator[Callable[..., PinBench]]:
    benches: list[PinBench] = []

    def make(away_ms: int = NEVER_AWAY_MS, **options: object) -> PinBench:
        benches.append(PinBench(pins, away_ms, **options))
        return benches[-1]

    yield make
    for bench in benches:
        bench.driver.close()


@pytest.fixture
def bench(make: Callable[..., PinBench]) -> PinBench:
    bench = make()
    bench.driver.open(SOON_MS)
    return bench


class TestWiegand(BadgeReaderContract):
    @pytest.fixture
    def make(self, make: Callable[..., PinBench]) -> Callable[..., PinBench]:
        return make

    @pytest.fixture
    def bench(self, make: Callable[..., PinBench]) -> PinBench:
        return make(1500)

    @pytest.fixture
    def reader(self, bench: PinBench) -> BadgeReader:
        bench.driver.open(SOON_MS)
        return bench.driver


# ---------------------------------------------------------------------------------- frames


@pytest.mark.parametrize(("tag", "text"), PUBLISHED)
def test_published_frames_are_read(tag: Tag, text: str) -> None:
    assert badge_in(bits_of(text), "reader") == Badge(tag.id, tag.form, "reader")


def test_a_26_bit_frame_holds_facility_and_card() -> None:
    found = badge_in(BITS[CIVINTEC_26], "reader")
    assert found is not None
    assert divmod(int(found.id, 16), 1 << 16) == (212, 7041)


@pytest.mark.parametrize(
    ("text", "bit"), [(text, bit) for _, text in PUBLISHED for bit in range(len(bits_of(text)))]
)
def test_a_frame_with_a_flipped_bit_is_refused(text: str, bit: int) -> None:
    bits = bits_of(text)
    bits[bit] ^= 1
    assert badge_in(bits, "reader") is None


@pytest.mark.parametrize("text", [text for _, text in PUBLISHED])
@pytest.mark.parametrize(
    "change", [lambda bits: bits[:-1], lambda bits: bits[1:], lambda b: [*b, 0]]
)
def test_a_frame_that_lacks_a_bit_or_has_one_too_many_is_refused(
    text: str, change: Callable[[list[int]], list[int]]
) -> None:
    assert badge_in(change(bits_of(text)), "reader") is None


@pytest.mark.parametrize("length", [26, 34, 37])
def test_a_blank_number_is_no_badge(length: int) -> None:
    assert badge_in(encoded(0, length), "reader") is None
    assert badge_in(encoded((1 << (length - 2)) - 1, length), "reader") is None


@given(st.sampled_from([26, 34, 37]), st.data())
def test_every_number_can_be_said_and_no_single_flip_passes(
    length: int, data: st.DataObject
) -> None:
    number = data.draw(st.integers(1, (1 << (length - 2)) - 2))
    bits = encoded(number, length)
    found = badge_in(bits, "reader")
    assert found is not None
    assert int(found.id, 16) == number
    bits[data.draw(st.integers(0, length - 1))] ^= 1
    assert badge_in(bits, "reader") is None


@given(st.lists(st.integers(0, 1), max_size=70))
def test_any_bits_are_a_badge_that_says_them_or_nothing(bits: list[int]) -> None:
    found = badge_in(bits, "reader")
    if found is not None:
        assert encoded(int(found.id, 16), len(bits)) == bits


def frames_of(pulses: Sequence[tuple[float, int]]) -> list[list[int]]:
    frames = Frames(25)
    found = [frames.add(Pulse(at_s, bit)) for at_s, bit in pulses]
    return [bits for bits in (*found, frames.end()) if bits]


def at_2_ms(bits: Sequence[int], start_s: float = 0.0) -> list[tuple[float, int]]:
    return [(start_s + 0.002 * place, bit) for place, bit in enumerate(bits)]


def test_a_gap_between_pulses_ends_a_frame() -> None:
    first, second = BITS[CIVINTEC_26], BITS[CIVINTEC_34]
    assert frames_of(at_2_ms(first) + at_2_ms(second, 0.1)) == [first, second]
    assert frames_of(at_2_ms(first) + at_2_ms(second, 0.06)) == [[*first, *second]]


def test_the_tail_of_a_frame_that_was_ended_too_early_is_no_frame() -> None:
    frames = Frames(25)
    for pulse in at_2_ms([1, 0, 1]):
        frames.add(Pulse(*pulse))
    assert frames.end() == [1, 0, 1]
    for pulse in at_2_ms(BITS[CIVINTEC_26], 0.006):
        frames.add(Pulse(*pulse))
    assert badge_in(frames.end(), "reader") is None
    for pulse in at_2_ms(BITS[CIVINTEC_26], 0.2):
        frames.add(Pulse(*pulse))
    assert frames.end() == BITS[CIVINTEC_26]


def test_after_lost_pulses_all_is_void_up_to_the_next_gap() -> None:
    frames = Frames(25)
    for pulse in at_2_ms(BITS[CIVINTEC_26]):
        frames.add(Pulse(*pulse))
    frames.lose()
    assert badge_in(frames.end(), "reader") is None


def test_a_frame_without_end_takes_no_more_room_than_it_must() -> None:
    assert len(frames_of(at_2_ms([0, 1] * 5000))[0]) == 64


# ---------------------------------------------------------------------------------- pins


def test_each_single_flip_is_refused_on_the_pins_too(bench: PinBench) -> None:
    for bit in (0, 7, 25):
        bits = list(BITS[CIVINTEC_26])
        bits[bit] ^= 1
        bench.send(bits)
        assert bench.driver.read(5 * AT_ONCE_MS) is None
    assert bench.driver.voided == 3


def test_frames_that_came_while_nobody_read_are_told_apart_by_their_times(bench: PinBench) -> None:
    for tag in bench.tags:
        bench.hold(tag)
    found = [bench.driver.read(SOON_MS), bench.driver.read(SOON_MS)]
    assert [badge.id for badge in found if badge] == [tag.id for tag in bench.tags]


def test_a_read_without_time_does_not_cut_a_frame_in_two(bench: PinBench) -> None:
    bits = BITS[CIVINTEC_34]
    for start in range(0, len(bits), 5):
        bench.send(bits[start : start + 5])
        for _ in range(3):
            assert bench.driver.read(0) is None
    assert bench.driver.read(SOON_MS)
    assert bench.driver.voided == 0


def test_a_length_that_is_not_chosen_is_refused(make: Callable[..., PinBench]) -> None:
    bench = make(bits=(34,))
    bench.driver.open(SOON_MS)
    bench.hold(CIVINTEC_26)
    assert bench.driver.read(5 * AT_ONCE_MS) is None
    assert bench.driver.voided == 1
    bench.hold(CIVINTEC_34)
    assert bench.driver.read(SOON_MS)


def test_a_queue_that_ran_over_is_void(bench: PinBench) -> None:
    # Its head is pushed out of the queue, and what is left looks like a frame.
    bench.send([0] * 8 + BITS[CIVINTEC_26])
    time.sleep(1.5 * GAP_S)
    bench.send([0, 1] * 243)
    assert bench.driver.read(5 * AT_ONCE_MS) is None
    assert bench.driver.voided == 2
    bench.hold(CIVINTEC_26)
    assert bench.driver.read(SOON_MS)


def test_pulses_from_another_thread_end_a_wait(bench: PinBench) -> None:
    sending = threading.Timer(0.05, bench.send, [BITS[CIVINTEC_26]])
    sending.start()
    assert bench.driver.read(SOON_MS)
    sending.join()


@pytest.mark.parametrize(("pin", "name"), [(D0, "D0"), (D1, "D1")])
def test_a_line_that_is_held_low_is_named(
    pins: MockFactory, bench: PinBench, pin: int, name: str
) -> None:
    pins.pin(pin).drive_low()
    with pytest.raises(DeviceAbsent, match=f"{name} held low"):
        bench.driver.read(SOON_MS)


def test_a_pulse_in_the_moment_of_a_look_is_no_trouble(pins: MockFactory, bench: PinBench) -> None:
    pins.pin(D0).is_low_at_next_look = True
    assert bench.driver.read(5 * AT_ONCE_MS) is None
    assert not pins.pin(D0).is_low_at_next_look


def test_a_pin_in_use_is_busy_and_the_other_is_let_go(
    pins: MockFactory, make: Callable[..., PinBench]
) -> None:
    assert pins is gpiozero.Device.pin_factory
    bench = make()
    taken = gpiozero.DigitalInputDevice(D1, pull_up=True)
    with pytest.raises(DeviceBusy) as trouble:
        bench.driver.open(0)
    taken.close()
    # Kept until here, or Python would tidy up what the driver had left.
    assert trouble.value.fields == {"device": bench.driver.label}
    bench.driver.open(SOON_MS)
    bench.hold(CIVINTEC_26)
    assert bench.driver.read(SOON_MS)


def test_closing_frees_the_pins(bench: PinBench) -> None:
    lines = bench.driver._lines
    bench.driver.close()
    for pin in (D0, D1):
        gpiozero.DigitalInputDevice(pin, pull_up=True).close()
    assert lines is not None


def test_half_a_frame_is_counted_when_the_reader_is_closed(bench: PinBench) -> None:
    bench.hold_broken()
    assert bench.driver.read(0) is None
    bench.driver.close()
    assert bench.driver.voided == 1


def test_pulses_are_put_into_the_order_of_their_times(bench: PinBench) -> None:
    lines = bench.driver._lines
    assert lines is not None
    lines._one(2.0, 0)
    lines._zero(1.0, 0)
    lines._zero(3.0, 1)
    assert lines.take() == ([Pulse(1.0, 0), Pulse(2.0, 1)], False)


def test_when_nobody_looked_a_badge_stayed(make: Callable[..., PinBench]) -> None:
    bench = make(HARDLY_AWAY_MS)
    bench.driver.open(SOON_MS)
    bench.hold(CIVINTEC_26)
    assert bench.driver.read(SOON_MS)
    bench.hold(CIVINTEC_26)
    assert bench.driver.read(5 * AT_ONCE_MS) is None


class LgpioError(Exception):
    """As lgpio says everything that goes wrong: it is no error of gpiozero's."""


@pytest.fixture
def lgpio(monkeypatch: pytest.MonkeyPatch) -> None:
    module = ModuleType("lgpio")
    module.error = LgpioError  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "lgpio", module)


@pytest.mark.usefixtures("lgpio")
@pytest.mark.parametrize(
    ("said", "trouble"), [("'GPIO busy'", DeviceBusy), ("'bad handle'", DeviceRefused)]
)
def test_a_pin_that_lgpio_does_not_give_is_a_trouble_and_the_other_is_let_go(
    pins: MockFactory, make: Callable[..., PinBench], said: str, trouble: type[DeviceTrouble]
) -> None:
    bench = make()
    pins.pin(D1).refuses = LgpioError(said)
    with pytest.raises(trouble) as kept:
        bench.driver.open(0)
    gpiozero.DigitalInputDevice(D0, pull_up=True).close()
    pins.pin(D1).refuses = None
    bench.driver.open(SOON_MS)
    assert kept.value.fields["device"] == bench.driver.label


@pytest.mark.usefixtures("lgpio")
def test_a_pin_that_cannot_be_looked_at_any_more_is_a_trouble_and_found_again(
    pins: MockFactory, bench: PinBench
) -> None:
    pins.pin(D0).is_blind = LgpioError("'bad handle'")
    with pytest.raises(DeviceRefused):
        bench.driver.read(SOON_MS)
    with pytest.raises(DeviceRefused):
        bench.driver.open(0)
    pins.pin(D0).is_blind = None
    bench.driver.open(SOON_MS)
    bench.hold(CIVINTEC_26)
    assert bench.driver.read(SOON_MS)


def test_a_machine_without_pins_is_told_by_what_it_lacks(
    make: Callable[..., PinBench], monkeypatch: pytest.MonkeyPatch
) -> None:
    bench = make()
    monkeypatch.setattr(gpiozero.Device, "pin_factory", None)
    monkeypatch.delenv("GPIOZERO_PIN_FACTORY", raising=False)
    with pytest.raises(DeviceTrouble) as trouble:
        bench.driver.open(0)
    with pytest.raises(DeviceTrouble) as header:
        _gpio.header_pins(bench.driver.label)
    assert trouble.value.fields == header.value.fields
