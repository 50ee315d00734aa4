"""No bytes make a parser fall over, and none become a weight but those that say exactly that weight.

What a weight must have looked like is written here a second time, from the weight back to bytes.
"""

import random
from collections.abc import Callable
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.scale import (
    Reading,
    ScaleState,
    ScaleTooFine,
    ScaleUnreadable,
    WrongUnit,
    cas,
    dibal_tisa,
    nci,
    sma,
    toledo_8217,
)
from drivers.scale._units import Expected
from tests.drivers.scale.scripted import SPEAKERS, Platter, exclusive_or, kilograms

KG, ROUNDING = Expected("scale"), Expected("scale", "kg", "half_up")
POUNDS, OUNCES = Expected("scale", "lb"), Expected("scale", "oz")

NANOGRAMS = {"kg": 10**12, "g": 10**9, "lb": 453_592_370_000, "oz": 28_349_523_125}

Read = Callable[[bytes, Expected], Reading]
READERS: Final[dict[str, Read]] = {
    "toledo_8217": toledo_8217.read,
    "sma": sma.read,
    "nci": nci.read,
    "cas": cas.read,
    "dibal_tisa": dibal_tisa.read,
}
TYPES = sorted(READERS)


def said_by_toledo(reading: Reading, answer: bytes) -> bool:
    assert reading.weight is not None
    net = b"N" if reading.weight.is_net else b""
    return answer == b"\x02" + reading.weight.shown.encode() + net + b"\r"


def said_by_sma(reading: Reading, answer: bytes) -> bool:
    weight = reading.weight
    assert weight is not None
    head, field, unit = answer[:6], answer[6:16], answer[16:19]
    return (
        (len(answer), answer[:1], answer[19:]) == (20, b"\n", b"\r")
        and head[1] in b" ZU"
        and head[2] in b"123456789"
        and head[3:4] == (b"N" if weight.is_net else b"G")
        and head[4:5] == (b" " if reading.is_stable else b"M")
        and field == weight.shown.encode().rjust(10)
        and unit in (weight.unit.encode().ljust(3), weight.unit.encode().ljust(3, b"_"))
    )


def said_by_nci(reading: Reading, answer: bytes) -> bool:
    weight = reading.weight
    assert weight is not None
    text, _, rest = answer.partition(b"\r\n")
    status = rest.removesuffix(b"\r\x03").removeprefix(b"S")
    shown = weight.shown.encode().removeprefix(b"-")
    field = text.removeprefix(b"\n").replace(b" ", b"").lower()
    sign = b"-" if weight.shown.startswith("-") else b""
    more = [byte >> 4 for byte in status[1:]]
    return (
        answer.startswith(b"\n")
        and answer.endswith(b"\r\x03")
        and field == sign + shown + weight.unit.encode()
        and shown in text
        and status[0] >> 4 == 3
        and more == [7] * (len(more) - 1) + [3]
        and 1 <= len(more) <= 3
        and reading.is_stable == (status[0] & 1 == 0)
        and not (status[0] & 0xC or status[1] & 0xE)
    )


def said_by_cas(reading: Reading, answer: bytes) -> bool:
    weight = reading.weight
    assert weight is not None
    minus = weight.shown.startswith("-")
    unit = answer[10:12]
    text = (b"S" if reading.is_stable else b"U") + (b"-" if minus else b" ")
    text += weight.shown.removeprefix("-").encode() + unit
    return (
        answer == b"\x01\x02" + text + exclusive_or(text) + b"\x03\x04"
        and unit.decode().lower() == weight.unit
    )


def said_by_tisa(reading: Reading, answer: bytes) -> bool:
    assert reading.weight is not None
    grams = b"%05d" % reading.weight.net_milli_kg
    status = b"0" if reading.state is ScaleState.SETTLED else b"1"
    text = b"99" + status + grams + answer[8:15]
    return answer == text + exclusive_or(text) + b"\r\n" and answer[9:15].isdigit()


SAID: Final[dict[str, Callable[[Reading, bytes], bool]]] = {
    "toledo_8217": said_by_toledo,
    "sma": said_by_sma,
    "nci": said_by_nci,
    "cas": said_by_cas,
    "dibal_tisa": said_by_tisa,
}


def check(type_name: str, answer: bytes, expected: Expected) -> None:
    """Have it read, and see that a weight was exactly said and rightly reckoned."""
    try:
        reading = READERS[type_name](answer, expected)
    except (ScaleUnreadable, WrongUnit, ScaleTooFine):
        return
    weight = reading.weight
    if weight is None:
        assert reading.state is not ScaleState.SETTLED
        return
    assert SAID[type_name](reading, answer), (answer, reading)
    assert weight.unit in {"kg": ("kg", "g")}.get(expected.unit, (expected.unit,))
    whole, _, part = weight.shown.removeprefix("-").partition(".")
    exact = int(whole + part) * NANOGRAMS[weight.unit]
    off = abs(abs(weight.net_milli_kg) * 10 ** len(part) * 10**9 - exact)
    assert 2 * off <= 10 ** len(part) * 10**9
    if weight.shown.startswith("-") or weight.net_milli_kg < 0:
        assert reading.state is not ScaleState.SETTLED


ALPHABET: Final[dict[str, bytes]] = {
    "toledo_8217": b"\x02\x02?0123456789..N\r\r",
    "sma": b"\n\r ZOUEIT1GNM0123456789.-kglbo_z",
    "nci": b"\n\r\x03 0123456789.^_-kgKGlbozSp",
    "cas": b"\x01\x02\x03\x04\x15SUF -0123456789.kglbKG",
    "dibal_tisa": b"990123456789\r\n",
}

expectations = st.sampled_from([KG, ROUNDING, POUNDS, OUNCES])


@st.composite
def frames(draw: st.DrawFn, type_name: str) -> bytes:
    """A valid answer of a scale in some state."""
    platter = Platter()
    platter.load = draw(st.integers(0, 14_999))
    platter.is_moving = draw(st.booleans())
    platter.tare = draw(st.sampled_from([0, 0, 250]))
    speaker = SPEAKERS[type_name](platter)
    if draw(st.booleans()):
        return speaker.frame(max(0, platter.net))
    question = {"toledo_8217": b"W", "sma": b"\nW\r", "nci": b"W\r", "cas": b"\x11"}
    return speaker.hear(question.get(type_name, b"98000001\r\n"))


def mutated(frame: bytes, rng: random.Random) -> bytes:
    """One to three bytes lost, doubled, changed, swapped or inserted."""
    it = bytearray(frame)
    for _ in range(rng.randint(1, 3)):
        place = rng.randrange(len(it) or 1)
        kind = rng.randrange(6)
        if kind == 0 and it:
            del it[place]
        elif kind == 1 and it:
            it[place] ^= 1 << rng.randrange(8)
        elif kind == 2 and it:
            it.insert(place, it[place])
        elif kind == 3:
            it.insert(place, rng.randrange(256))
        elif kind == 4 and it:
            other = rng.randrange(len(it))
            it[place], it[other] = it[other], it[place]
        else:
            del it[place:]
    return bytes(it)


@pytest.mark.parametrize("type_name", TYPES)
@given(answer=st.binary(max_size=40), expected=expectations)
def test_random_bytes_are_no_weight(type_name: str, answer: bytes, expected: Expected) -> None:
    check(type_name, answer, expected)


@pytest.mark.parametrize("type_name", TYPES)
@given(data=st.data(), expected=expectations)
def test_bytes_of_the_protocols_own_alphabet_are_no_other_weight(
    type_name: str, data: st.DataObject, expected: Expected
) -> None:
    letters = st.sampled_from(ALPHABET[type_name])
    check(type_name, bytes(data.draw(st.lists(letters, max_size=24))), expected)


@pytest.mark.parametrize("type_name", TYPES)
@given(data=st.data(), expected=expectations, rng=st.randoms(use_true_random=False))
def test_a_frame_that_was_changed_on_the_way_is_no_other_weight(
    type_name: str, data: st.DataObject, expected: Expected, rng: random.Random
) -> None:
    check(type_name, mutated(data.draw(frames(type_name)), rng), expected)


@pytest.mark.parametrize("type_name", TYPES)
@given(data=st.data())
def test_a_whole_frame_is_read_as_what_it_says(type_name: str, data: st.DataObject) -> None:
    grams = data.draw(st.integers(0, 15_000))
    reading = READERS[type_name](SPEAKERS[type_name](Platter()).frame(grams), KG)
    assert reading.state is ScaleState.SETTLED
    assert reading.weight is not None
    assert reading.weight.net_milli_kg == grams
    assert reading.weight.shown.encode().lstrip(b"0") == kilograms(grams).lstrip(b"0")


@pytest.mark.parametrize("type_name", ["cas", "dibal_tisa"])
@given(data=st.data(), place=st.integers(0, 17), bits=st.integers(1, 255))
def test_one_changed_byte_is_found_by_the_check_character(
    type_name: str, data: st.DataObject, place: int, bits: int
) -> None:
    frame = bytearray(SPEAKERS[type_name](Platter()).frame(data.draw(st.integers(0, 15_000))))
    frame[place % len(frame)] ^= bits
    with pytest.raises(ScaleUnreadable):
        READERS[type_name](bytes(frame), KG)


@pytest.mark.parametrize("type_name", TYPES)
@given(data=st.data())
def test_a_part_of_a_frame_is_nothing(type_name: str, data: st.DataObject) -> None:
    frame = SPEAKERS[type_name](Platter()).frame(data.draw(st.integers(0, 15_000)))
    begin = data.draw(st.integers(0, len(frame)))
    end = data.draw(st.integers(begin, len(frame)))
    if (begin, end) != (0, len(frame)):
        with pytest.raises(ScaleUnreadable):
            READERS[type_name](frame[begin:end], KG)
