"""Drivers at scales that somebody else wrote: emupos speaks Toledo 8217 and SMA."""

import os
import select
from collections.abc import Iterator

import pytest

from drivers.scale import (
    Scale,
    ScaleNotTared,
    ScaleNotZeroed,
    ScaleOverloaded,
    ScaleState,
    ScaleUnderZero,
    WrongUnit,
)
from tests.drivers.printer.emupos import find_program
from tests.drivers.scale.contract import ENOUGH_MS
from tests.drivers.scale.judge import PROFILES, ScaleJudge
from tests.drivers.scale.test_contract import make


@pytest.fixture(scope="module")
def running_judge(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ScaleJudge]:
    program = find_program()
    if program is None:
        pytest.skip("emupos is not installed: `make` sets .venv-judge up, or name it in $EMUPOS")
    judge = ScaleJudge(program, tmp_path_factory.mktemp("emupos"))
    yield judge
    judge.stop()


@pytest.fixture
def judge(running_judge: ScaleJudge) -> ScaleJudge:
    running_judge.begin()
    return running_judge


@pytest.fixture(params=sorted(PROFILES))
def name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def scale(judge: ScaleJudge, name: str) -> Iterator[Scale]:
    scale = make(name, judge.port(name))
    yield scale
    scale.close()


@pytest.mark.parametrize("grams", [0, 5, 1250, 14_995, 15_000])
def test_it_is_weighed_what_the_judge_laid_on(
    judge: ScaleJudge, name: str, scale: Scale, grams: int
) -> None:
    judge.put(name, grams)
    weight = scale.weigh(ENOUGH_MS)
    assert (weight.net_milli_kg, weight.unit, weight.is_net) == (grams, "kg", False)


def test_a_moving_weight_is_seen_and_waited_for(judge: ScaleJudge, name: str, scale: Scale) -> None:
    scale.look(ENOUGH_MS)
    states = []
    for _ in range(20):
        judge.put(name, 1250, is_stable=False)
        states.append(scale.look(ENOUGH_MS).state)
        if states[-1] is ScaleState.MOVING:
            break
    assert states[-1] is ScaleState.MOVING
    judge.put(name, 1300, is_stable=False)
    assert scale.weigh(ENOUGH_MS).net_milli_kg == 1300


def test_too_much_is_refused(judge: ScaleJudge, name: str, scale: Scale) -> None:
    judge.put(name, 15_001)
    with pytest.raises(ScaleOverloaded):
        scale.weigh(ENOUGH_MS)


def test_less_than_nothing_is_refused(judge: ScaleJudge, name: str, scale: Scale) -> None:
    judge.put(name, -100)
    with pytest.raises(ScaleUnderZero):
        scale.weigh(ENOUGH_MS)


def test_a_tare_key_that_was_pressed_makes_the_weight_net(
    judge: ScaleJudge, name: str, scale: Scale
) -> None:
    judge.put(name, 250)
    judge.tare(name)
    judge.put(name, 1250)
    weight = scale.weigh(ENOUGH_MS)
    assert (weight.net_milli_kg, weight.is_net) == (1000, True)
    # SMA tells the tare, Toledo only that there is one.
    assert weight.tare_milli_kg == {"sma": 250, "toledo_8217": None}[name]
    judge.put(name, 0)
    with pytest.raises(ScaleUnderZero):
        scale.weigh(ENOUGH_MS)


def test_sma_is_zeroed_and_tared_by_command(judge: ScaleJudge) -> None:
    scale = make("sma", judge.port("sma"))
    judge.put("sma", 20)
    scale.zero(ENOUGH_MS)
    judge.put("sma", 250)
    scale.tare(ENOUGH_MS)
    judge.put("sma", 1250)
    assert scale.weigh(ENOUGH_MS).gross_milli_kg == 1250
    scale.set_tare(500, ENOUGH_MS)
    assert scale.weigh(ENOUGH_MS).net_milli_kg == 750
    scale.set_tare(0, ENOUGH_MS)
    assert scale.weigh(ENOUGH_MS).is_net is False
    scale.close()


def test_sma_that_rounds_the_tare_to_its_steps_is_refused(judge: ScaleJudge) -> None:
    scale = make("sma", judge.port("sma"))
    judge.put("sma", 1250)
    with pytest.raises(ScaleNotTared):
        scale.set_tare(252, ENOUGH_MS)
    scale.close()


def test_toledo_that_knows_no_command_for_it_is_not_believed(judge: ScaleJudge) -> None:
    scale = make("toledo_8217", judge.port("toledo_8217"))
    judge.put("toledo_8217", 250)
    with pytest.raises(ScaleNotZeroed):
        scale.zero(ENOUGH_MS)
    with pytest.raises(ScaleNotTared):
        scale.tare(ENOUGH_MS)
    with pytest.raises(ScaleNotTared):
        scale.set_tare(250, ENOUGH_MS)
    assert scale.weigh(ENOUGH_MS).net_milli_kg == 250
    scale.close()


def test_sma_in_pounds_is_refused_unless_the_shop_weighs_in_pounds(judge: ScaleJudge) -> None:
    judge.put("sma", 1250)
    select_unit(judge, b"lb_")
    metric, imperial = (make("sma", judge.port("sma"), unit=unit) for unit in ("kg", "lb"))
    try:
        with pytest.raises(WrongUnit):
            metric.weigh(ENOUGH_MS)
        metric.close()
        weight = imperial.weigh(ENOUGH_MS)
        # 1250 g are 2.7557... lb, which the judge shows as 2.76: 1251.9 g.
        assert (weight.shown, weight.unit, weight.net_milli_kg) == ("2.76", "lb", 1252)
    finally:
        metric.close()
        imperial.close()
        select_unit(judge, b"kg_")


def select_unit(judge: ScaleJudge, unit: bytes) -> None:
    """Have the scale show another unit."""
    with judge.port("sma").open("r+b", buffering=0) as cable:
        os.write(cable.fileno(), b"\nU" + unit + b"\r")
        assert select.select([cable], [], [], ENOUGH_MS / 1000)[0]
        assert os.read(cable.fileno(), 64).endswith(unit + b"\r")
