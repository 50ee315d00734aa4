"""What the drivers ask, when they believe an answer, and how they see that a command was obeyed."""

import time
from pathlib import Path
from typing import Self

import pytest

from drivers import DeviceSilent, DeviceTrouble
from drivers.scale import (
    Reading,
    ScaleCannot,
    ScaleFault,
    ScaleInMotion,
    ScaleNotTared,
    ScaleNotZeroed,
    ScaleOverloaded,
    ScaleState,
    ScaleUnreadable,
    Weight,
    WrongUnit,
)
from tests.drivers.scale.contract import ENOUGH_MS, SHORT_MS
from tests.drivers.scale.scripted import Platter, Script, ScriptedScale, Sma
from tests.drivers.scale.test_contract import make

# ---------------------------------------------------------------------------------- twice the same

IMPATIENT_MS = 100


class Said:
    """A scale that says what it is told to, and its driver."""

    def __init__(self, folder: Path, type_name: str, *answers: bytes, **options: object) -> None:
        self.script = Script(*answers)
        self.scale = ScriptedScale(folder / "scale", self.script)
        self.driver = make(type_name, folder / "scale", **options)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.driver.close()
        self.scale.unplug()


@pytest.mark.parametrize(
    ("answers", "grams", "questions"),
    [
        ([b"\x0201.250\r"], 1250, 2),
        ([b"\x0201.250\r", b"\x0201.300\r"], 1300, 3),
        ([b"\x0201.250\r", b"\x02?\x01\r", b"\x0201.250\r"], 1250, 4),
        ([b"\x0201.250\r", b"gar\x0201.250\r", b"\x0201.250\r"], 1250, 4),
        ([b"\x0201.250\r", b"\x0201.250N\r"], 1250, 3),
        ([b"\x02?\x02\r", b"\x0201.250\r"], 1250, 3),
        ([b"\x02?\x04\r", b"\x02?\x08\r", b"\x0201.250\r"], 1250, 4),
        ([b"\x02?\x03\r", b"\x02?\x03\r", b"\x0201.250\r"], 1250, 4),
        ([b"noise\r", b"\x0201.250\r"], 1250, 3),
    ],
)
def test_a_weight_counts_when_it_came_twice_in_a_row(
    tmp_path: Path, answers: list[bytes], grams: int, questions: int
) -> None:
    with Said(tmp_path, "toledo_8217", *answers) as said:
        assert said.driver.weigh(ENOUGH_MS).net_milli_kg == grams
        assert said.script.heard == [b"W"] * questions


@pytest.mark.parametrize(
    ("answers", "trouble"),
    [
        ([b"\x02?\x02\r"], ScaleOverloaded),
        ([b"\x0201.250\r", b"\x02?\x08\r"], ScaleNotZeroed),
        ([b"\x0202.75\r"], WrongUnit),
        ([b"\x0201.250"], ScaleUnreadable),
        ([b"gar\x0201.250\r"], ScaleUnreadable),
        ([b"\x02" * 9 + b"\x0201.250\r"], ScaleUnreadable),
    ],
)
def test_a_refusal_that_came_twice_in_a_row_is_said_at_once(
    tmp_path: Path, answers: list[bytes], trouble: type[DeviceTrouble]
) -> None:
    with (
        Said(tmp_path, "toledo_8217", *answers, answer_ms=200) as said,
        pytest.raises(trouble),
    ):
        # The test's own time limit is shorter than this.
        said.driver.weigh(3_600_000)


class Tardy:
    """Answers its first question when nobody waits for that any more."""

    def __init__(self) -> None:
        self._answers = [b"\x0201.250\r", b"\x0201.300\r"]

    def frame(self, grams: int) -> bytes:
        raise NotImplementedError

    def hear(self, received: bytes) -> bytes:
        assert received == b"W"
        if len(self._answers) > 1:
            time.sleep(4 * IMPATIENT_MS / 1000)
        return self._answers.pop(0)


def test_an_answer_that_comes_late_is_not_that_to_the_next_question(tmp_path: Path) -> None:
    scale = ScriptedScale(tmp_path / "scale", Tardy())
    driver = make("toledo_8217", tmp_path / "scale", answer_ms=5000)
    with pytest.raises(DeviceSilent):
        driver.look(IMPATIENT_MS)
    reading = driver.look(ENOUGH_MS)
    assert reading.weight is not None
    assert reading.weight.net_milli_kg == 1300
    driver.close()
    scale.unplug()


def test_a_scale_that_is_just_being_switched_on_is_waited_for(tmp_path: Path) -> None:
    answers = [b"", b"", b"", b"", b"\x0201.250\r"]
    with Said(tmp_path, "toledo_8217", *answers, answer_ms=50) as said:
        assert said.driver.weigh(ENOUGH_MS).net_milli_kg == 1250


def test_a_question_that_the_end_of_the_time_cut_off_tells_nothing(tmp_path: Path) -> None:
    with (
        Said(tmp_path, "toledo_8217", b"\x02?\x01\r", b"", answer_ms=10_000) as said,
        pytest.raises(ScaleInMotion),
    ):
        said.driver.weigh(SHORT_MS)


def test_one_answer_in_time_is_not_enough(tmp_path: Path) -> None:
    with (
        Said(tmp_path, "toledo_8217", b"\x0201.250\r", pause_ms=10_000) as said,
        pytest.raises(ScaleInMotion),
    ):
        said.driver.weigh(SHORT_MS)


def test_a_fault_of_the_scale_is_a_fault(tmp_path: Path) -> None:
    with Said(tmp_path, "nci", b"\n001.250kg\r\n04\r\x03") as said, pytest.raises(ScaleFault):
        said.driver.weigh(ENOUGH_MS)


# ---------------------------------------------------------------------------------- commands


@pytest.mark.parametrize(
    ("type_name", "answers", "asked"),
    [
        ("toledo_8217", [b"\x0200.000\r"] * 2 + [b"\x02?\x50\r", b"\x0200.000\r"], b"Z"),
        ("nci", [b"\n000.000kg\r\n20\r\x03"] * 2 + [b"\n20\r\x03"], b"Z\r"),
        ("sma", [b"\nZ1G       0.000kg \r"], b"\nZ\r"),
    ],
)
def test_zero_is_asked_for_as_the_manual_says(
    tmp_path: Path, type_name: str, answers: list[bytes], asked: bytes
) -> None:
    if type_name == "nci":
        answers = [*answers, b"\n000.000kg\r\n20\r\x03"]
    with Said(tmp_path, type_name, *answers) as said:
        said.driver.zero(ENOUGH_MS)
        assert said.script.heard[2] == asked


def test_toledo_tares_as_the_manual_says(tmp_path: Path) -> None:
    weight, net = b"\x0200.250\r", b"\x0200.000N\r"
    with Said(tmp_path, "toledo_8217", weight, weight, b"\x02?\x60\r", net) as said:
        said.driver.tare(ENOUGH_MS)
        assert said.script.heard == [b"W", b"W", b"T\r", b"W", b"W"]


@pytest.mark.parametrize(("milli_kg", "asked"), [(250, b"T00250\r"), (99_999, b"T99999\r")])
def test_toledo_takes_a_known_tare_in_five_digits(
    tmp_path: Path, milli_kg: int, asked: bytes
) -> None:
    with Said(tmp_path, "toledo_8217", b"\x02?\x60\r") as said:
        said.driver.set_tare(milli_kg, ENOUGH_MS)
        assert said.script.heard == [asked]


def test_toledo_clears_the_tare_as_the_manual_says(tmp_path: Path) -> None:
    with Said(tmp_path, "toledo_8217", b"\x02?\x50\r") as said:
        said.driver.set_tare(0, ENOUGH_MS)
        assert said.script.heard == [b"C"]


@pytest.mark.parametrize(("milli_kg", "status"), [(250, 0x40), (0, 0x60)])
def test_toledo_must_say_that_it_took_the_tare(tmp_path: Path, milli_kg: int, status: int) -> None:
    with (
        Said(tmp_path, "toledo_8217", bytes((2, 0x3F, status, 13))) as said,
        pytest.raises(ScaleNotTared),
    ):
        said.driver.set_tare(milli_kg, ENOUGH_MS)


def test_toledo_whose_tare_is_switched_off_says_nothing_and_cannot(tmp_path: Path) -> None:
    weight = b"\x0200.250\r"
    with (
        Said(tmp_path, "toledo_8217", weight, weight, b"", answer_ms=200) as said,
        pytest.raises(ScaleCannot) as trouble,
    ):
        said.driver.tare(ENOUGH_MS)
    assert trouble.value.fields["command"] == "tare"


@pytest.mark.parametrize(
    ("unit", "tare"), [(b"kg_", b"\nT     0.250\r"), (b"g__", b"\nT       250\r")]
)
def test_sma_takes_a_known_tare_in_the_unit_that_it_shows(
    tmp_path: Path, unit: bytes, tare: bytes
) -> None:
    platter = Platter()
    speaker = Sma(platter)
    speaker.unit = unit
    heard: list[bytes] = []

    class Listening:
        frame = speaker.frame

        def hear(self, received: bytes) -> bytes:
            heard.append(received)
            return speaker.hear(received)

    scale = ScriptedScale(tmp_path / "scale", Listening())
    driver = make("sma", tmp_path / "scale")
    driver.set_tare(250, ENOUGH_MS)
    driver.close()
    scale.unplug()
    assert heard == [b"\nW\r", tare, b"\nM\r"]
    assert platter.tare == 250


def test_sma_that_takes_another_tare_is_refused(tmp_path: Path) -> None:
    weight, other = b"\n 1G       1.250kg \r", b"\n 1T       0.255kg \r"
    with (
        Said(tmp_path, "sma", weight, weight, other) as said,
        pytest.raises(ScaleNotTared),
    ):
        said.driver.set_tare(252, ENOUGH_MS)


@pytest.mark.parametrize("type_name", ["toledo_8217", "sma", "nci"])
def test_a_known_tare_is_not_sent_to_a_scale_in_pounds(tmp_path: Path, type_name: str) -> None:
    driver = make(type_name, tmp_path / "scale", unit="lb")
    assert not driver.can_set_tare
    with pytest.raises(ScaleCannot):
        driver.set_tare(250, ENOUGH_MS)


@pytest.mark.parametrize("command", ["zero", "tare"])
def test_sma_that_knows_no_such_command_cannot(tmp_path: Path, command: str) -> None:
    weight = b"\n 1G       0.020kg \r"
    with (
        Said(tmp_path, "sma", weight, weight, b"\n?\r") as said,
        pytest.raises(ScaleCannot) as trouble,
    ):
        getattr(said.driver, command)(ENOUGH_MS)
    assert trouble.value.fields["command"] == command


def test_sma_that_knows_no_tare_question_still_weighs(tmp_path: Path) -> None:
    weight = b"\n 1N       1.000kg \r"
    with Said(tmp_path, "sma", weight, weight, b"\n?\r") as said:
        assert said.driver.weigh(ENOUGH_MS).tare_milli_kg is None


def test_nci_that_knows_no_tare_cannot(tmp_path: Path) -> None:
    weight = b"\n000.250kg\r\n00\r\x03"
    with (
        Said(tmp_path, "nci", weight, weight, b"\n?\r\x03", tare_command=True) as said,
        pytest.raises(ScaleCannot),
    ):
        said.driver.tare(ENOUGH_MS)


def test_toledo_a_status_that_is_the_same_byte_as_the_end_is_heard_out(tmp_path: Path) -> None:
    # Moving, under zero and outside the range of its zero: 0D, which is CR as well. It comes in pieces.
    with Said(tmp_path, "toledo_8217", b"\x02?\r\r") as said:
        said.scale.is_slow = True
        assert said.driver.look(ENOUGH_MS).state is ScaleState.MOVING


def test_cas_asks_whether_there_is_a_weight_and_then_for_it(tmp_path: Path) -> None:
    answers = [b"\x06", b"\x01\x02S 01.250kg\x67\x03\x04"]
    with Said(tmp_path, "cas", *answers) as said:
        weight = Weight(net_milli_kg=1250, shown="01.250", unit="kg")
        assert said.driver.look(ENOUGH_MS) == Reading(
            ScaleState.SETTLED, is_stable=True, weight=weight
        )
        assert said.script.heard == [b"\x05", b"\x11"]


@pytest.mark.parametrize("answers", [[b"\x15"], [b"\x06", b"\x15"]])
def test_cas_that_has_nothing_to_tell_is_not_ready(tmp_path: Path, answers: list[bytes]) -> None:
    with Said(tmp_path, "cas", *answers) as said:
        assert said.driver.look(ENOUGH_MS).state is ScaleState.NOT_READY


def test_tisa_is_asked_at_a_price_of_nothing(tmp_path: Path) -> None:
    with Said(tmp_path, "dibal_tisa", b"9900031600000004\r\n") as said:
        said.driver.look(ENOUGH_MS)
        assert said.script.heard == [b"98000001\r\n"]


def test_tisa_that_never_gave_the_weight_does_not_give_it_by_calling_it_unchanged(
    tmp_path: Path,
) -> None:
    with Said(tmp_path, "dibal_tisa", b"9910031600000005\r\n") as said:
        with pytest.raises(DeviceTrouble) as trouble:
            said.driver.weigh(SHORT_MS)
        assert trouble.value.code == "scale_gave_before"


def test_tisa_unchanged_counts_for_the_weight_that_was_given_and_no_other(tmp_path: Path) -> None:
    given, other = b"9900031600000004\r\n", b"9910031700000004\r\n"
    with Said(tmp_path, "dibal_tisa", given, other) as said:
        with pytest.raises(DeviceTrouble) as trouble:
            said.driver.weigh(SHORT_MS)
        assert trouble.value.code == "scale_gave_before"
