"""What each protocol says, byte by byte as in its manual, and what each driver asks."""

import pytest

from drivers.scale import (
    Reading,
    ScaleState,
    ScaleUnreadable,
    Weight,
    WrongUnit,
    cas,
    dibal_tisa,
    nci,
    sma,
    toledo_8217,
)
from drivers.scale._units import Expected

KG, LB, OZ = Expected("scale"), Expected("scale", "lb"), Expected("scale", "oz")
S = ScaleState


def settled(grams: int, shown: str, unit: str = "kg", is_net: bool | None = None) -> Reading:
    weight = Weight(
        net_milli_kg=grams,
        shown=shown,
        unit=unit,  # type: ignore[arg-type]
        is_net=is_net,
        tare_milli_kg=0 if is_net is False else None,
    )
    return Reading(S.SETTLED, is_stable=True, weight=weight)


def state(reading: Reading) -> tuple[ScaleState, bool, int | None]:
    return (
        reading.state,
        reading.is_stable,
        None if reading.weight is None else reading.weight.net_milli_kg,
    )


# ---------------------------------------------------------------------------------- Toledo 8217


@pytest.mark.parametrize(
    ("answer", "reading"),
    [
        (b"\x0201.250\r", settled(1250, "01.250", is_net=False)),
        (b"\x0200.000\r", settled(0, "00.000", is_net=False)),
        (b"\x0214.995N\r", settled(14_995, "14.995", is_net=True)),
    ],
)
def test_toledo_sends_kilograms_with_three_decimals(answer: bytes, reading: Reading) -> None:
    assert toledo_8217.read(answer, KG) == reading


@pytest.mark.parametrize("answer", [b"\x0202.75\r", b"\x02002.75\r"])
def test_toledo_sends_pounds_with_two_decimals(answer: bytes) -> None:
    weight = toledo_8217.read(answer, LB).weight
    assert weight is not None
    # 2.75 lb are 1247.379... g.
    assert (weight.net_milli_kg, weight.unit) == (1247, "lb")
    with pytest.raises(WrongUnit) as trouble:
        toledo_8217.read(answer, KG)
    assert trouble.value.fields == {"device": "scale", "expected": "kg", "found": "lb"}


def test_toledo_in_kilograms_is_refused_by_a_shop_in_pounds() -> None:
    with pytest.raises(WrongUnit):
        toledo_8217.read(b"\x0201.250\r", LB)


@pytest.mark.parametrize("always", [0x00, 0x40, 0x60])
@pytest.mark.parametrize(
    ("bits", "found"),
    [
        (0b00_0001, (S.MOVING, False)),
        (0b00_0010, (S.OVERLOADED, True)),
        (0b00_0011, (S.OVERLOADED, False)),
        (0b00_0100, (S.UNDER_ZERO, True)),
        (0b00_0101, (S.MOVING, False)),
        (0b00_1000, (S.NOT_ZEROED, True)),
        (0b00_1101, (S.MOVING, False)),
        (0b01_0001, (S.MOVING, False)),
    ],
)
def test_toledo_says_why_there_is_no_weight(
    always: int, bits: int, found: tuple[ScaleState, bool]
) -> None:
    answer = bytes((0x02, 0x3F, always | bits, 0x0D))
    assert state(toledo_8217.read(answer, KG)) == (*found, None)


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"\r",
        b"01.250\r",
        b"\x0201.250",
        b"\x0201.250\r\r",
        b"\x0201.250\n",
        b"\x021.250\r",
        b"\x02 1.250\r",
        b"\x0201,250\r",
        b"\x0201250\r",
        b"\x0201.2500\r",
        b"\x0201.250n\r",
        b"\x02-1.250\r",
        b"\x02?\r",
        b"\x02?\x00\r",
        b"\x02?\x40\r",
        b"\x02?\x70\r",
        b"\x02?\x81\r",
        b"gar\x02?\x01\r",
        b"\x02?\x01\r\x02?\x01\r",
        # The parity that a line of 8 bits does not take off: of 01.250 some bytes have it.
        b"\x820\xb1.\xb2\xb50\x8d",
    ],
)
def test_toledo_what_is_not_exact_is_refused(answer: bytes) -> None:
    with pytest.raises(ScaleUnreadable):
        toledo_8217.read(answer, KG)


# ---------------------------------------------------------------------------------- SMA


@pytest.mark.parametrize(
    ("answer", "reading"),
    [
        (b"\n 1G       1.250kg_\r", settled(1250, "1.250", is_net=False)),
        (b"\n 1G       1.250kg \r", settled(1250, "1.250", is_net=False)),
        (b"\nZ1G       0.000kg \r", settled(0, "0.000", is_net=False)),
        (b"\n 2N        1250g  \r", settled(1250, "1250", "g", is_net=True)),
        (b"\n 1G      1.2500kg \r", settled(1250, "1.2500", is_net=False)),
    ],
)
def test_sma_sends_weights(answer: bytes, reading: Reading) -> None:
    assert sma.read(answer, KG) == reading


@pytest.mark.parametrize(
    ("answer", "grams"),
    [
        # Minebea PR 5210, page 38.
        (b"\n 1G       5.025lb_\r", 2279),
        (b"\n 1N      100000lb_\r", 45_359_237),
    ],
)
def test_sma_sends_pounds(answer: bytes, grams: int) -> None:
    weight = sma.read(answer, LB).weight
    assert weight is not None
    assert weight.net_milli_kg == grams


@pytest.mark.parametrize(
    ("answer", "found"),
    [
        (b"\n 1GM      1.250kg \r", (S.MOVING, False, 1250)),
        (b"\nO1G      16.000kg \r", (S.OVERLOADED, True, None)),
        (b"\nO1GM     16.000kg \r", (S.OVERLOADED, False, None)),
        (b"\nU1G      -0.100kg \r", (S.UNDER_ZERO, True, -100)),
        (b"\n 1N      -0.100kg \r", (S.UNDER_ZERO, True, -100)),
        (b"\n 1N      -0.000kg \r", (S.UNDER_ZERO, True, 0)),
        (b"\nE1G  ----------kg \r", (S.NOT_ZEROED, True, None)),
        (b"\nI1G  ----------kg \r", (S.NOT_ZEROED, True, None)),
        (b"\nT1G  ----------kg \r", (S.FAULT, True, None)),
        (b"\ne1G            kg \r", (S.FAULT, True, None)),
    ],
)
def test_sma_says_how_it_is(answer: bytes, found: tuple[ScaleState, bool, int | None]) -> None:
    assert len(answer) == 20
    assert state(sma.read(answer, KG)) == found


@pytest.mark.parametrize("unit", [b"lb_", b"lb ", b"oz_", b"t__", b"l/o", b"mg_", b"ct_"])
def test_sma_in_another_unit_is_refused(unit: bytes) -> None:
    with pytest.raises(WrongUnit) as trouble:
        sma.read(b"\n 1G       1.250" + unit + b"\r", KG)
    assert trouble.value.fields["found"] == unit.decode().rstrip(" _")


@pytest.mark.parametrize(
    "answer",
    [
        b"\n?\r",
        b"\n 1G       1.250kg_",
        b" 1G       1.250kg_\r",
        b"\n 1G      1.250kg_\r",
        b"\n 1G        1.250kg_\r",
        b"\n 1T       1.250kg_\r",
        b"\n 1g      1.2500kg_\r",
        b"\n 0G       1.250kg_\r",
        b"\nX1G       1.250kg_\r",
        b"\n 1Gm      1.250kg_\r",
        b"\n 1G       1,250kg_\r",
        b"\n 1G       1.25 kg_\r",
        b"\n 1G       1 250kg_\r",
        b"\n 1G  1.250     kg_\r",
        b"\n 1G       1.25.kg_\r",
        b"\n 1G  ----------kg_\r",
        b"\nE1G       1.250kg_\r",
        b"\n 1G       1.250Kg_\r",
        b"\n 1G       1.250k__\r",
        b"\n 1G       1.250k g\r",
        b"\n 1G        1250g _\r",
        b"\n 1G        1250g_ \r",
        b"\n 1G       1.250kg_\r\n",
    ],
)
def test_sma_what_is_not_exact_is_refused(answer: bytes) -> None:
    with pytest.raises(ScaleUnreadable):
        sma.read(answer, KG)


# ---------------------------------------------------------------------------------- NCI


@pytest.mark.parametrize(
    ("answer", "reading"),
    [
        (b"\n001.250kg\r\n00\r\x03", settled(1250, "001.250")),
        (b"\n  1.250kg\r\n20\r\x03", settled(1250, "1.250")),
        (b"\n01.250KG\r\nS00\r\x03", settled(1250, "01.250")),
        (b"\n 1250g \r\n00\r\x03", settled(1250, "1250", "g")),
        (b"\n001.250kg\r\n0p4\r\x03", settled(1250, "001.250", is_net=True)),
        (b"\n001.250kg\r\n0p0\r\x03", settled(1250, "001.250", is_net=False)),
        (b"\n001.250kg\r\n0pp4\r\x03", settled(1250, "001.250", is_net=False)),
    ],
)
def test_nci_sends_weights(answer: bytes, reading: Reading) -> None:
    assert nci.read(answer, KG) == reading


@pytest.mark.parametrize(
    ("answer", "found"),
    [
        (b"\n001.250kg\r\n10\r\x03", (S.MOVING, False, 1250)),
        (b"\n10\r\x03", (S.MOVING, False, None)),
        (b"\nS10\r\x03", (S.MOVING, False, None)),
        (b"\n^^^^^^^kg\r\n02\r\x03", (S.OVERLOADED, True, None)),
        (b"\n^^^^^^^kg\r\n00\r\x03", (S.OVERLOADED, True, None)),
        (b"\n016.000kg\r\n02\r\x03", (S.OVERLOADED, True, None)),
        (b"\n_______kg\r\n01\r\x03", (S.UNDER_ZERO, True, None)),
        (b"\n01\r\x03", (S.UNDER_ZERO, True, None)),
        (b"\n000.100kg\r\n01\r\x03", (S.UNDER_ZERO, True, 100)),
        (b"\n-00.100kg\r\n00\r\x03", (S.UNDER_ZERO, True, -100)),
        (b"\n  -0.100kg\r\n01\r\x03", (S.UNDER_ZERO, True, -100)),
        (b"\n-------kg\r\n00\r\x03", (S.NOT_ZEROED, True, None)),
        (b"\n000.000kg\r\n0p8\r\x03", (S.NOT_ZEROED, True, None)),
        (b"\n001.250kg\r\n40\r\x03", (S.FAULT, True, None)),
        (b"\n001.250kg\r\n80\r\x03", (S.FAULT, True, None)),
        (b"\n001.250kg\r\n04\r\x03", (S.FAULT, True, None)),
        (b"\n001.250kg\r\n08\r\x03", (S.FAULT, True, None)),
    ],
)
def test_nci_says_how_it_is(answer: bytes, found: tuple[ScaleState, bool, int | None]) -> None:
    assert state(nci.read(answer, KG)) == found


@pytest.mark.parametrize(
    ("answer", "unit"),
    [
        (b"\n002.75lb\r\n00\r\x03", "lb"),
        (b"\n002.75LB\r\nS00\r\x03", "lb"),
        (b"\n044.00oz\r\n00\r\x03", "oz"),
        (b"\n02lb 12.0oz\r\n00\r\x03", "lb oz"),
        (b"\n2LB 12.00OZ\r\nS00\r\x03", "lb oz"),
    ],
)
def test_nci_in_another_unit_is_refused(answer: bytes, unit: str) -> None:
    with pytest.raises(WrongUnit) as trouble:
        nci.read(answer, KG)
    assert trouble.value.fields["found"] == unit


def test_nci_in_pounds_and_ounces_at_once_is_refused_by_everybody() -> None:
    for expected in (LB, OZ):
        with pytest.raises(WrongUnit):
            nci.read(b"\n02lb 12.0oz\r\n00\r\x03", expected)


@pytest.mark.parametrize(
    "answer",
    [
        b"\n?\r\x03",
        b"\n00\r\x03",
        b"\n20\r\x03",
        b"\n001.250kg\r\n0\r\x03",
        b"\n001.250kg\r\n0p\r\x03",
        b"\n001.250kg\r\n000\r\x03",
        b"\n001.250kg\r\n0p0p\r\x03",
        b"\n001.250kg\r\n@0\r\x03",
        b"\n001.250kg\r\n00\r",
        b"\n001.250kg\r\n00\x03",
        b"\n001.250kg\r00\r\x03",
        b"001.250kg\r\n00\r\x03",
        b"\n001.250\r\n00\r\x03",
        b"\n001.250Kg\r\n00\r\x03",
        b"\n001.250pc\r\n00\r\x03",
        b"\n001,250kg\r\n00\r\x03",
        b"\n1.2.50kg\r\n00\r\x03",
        b"\n1 .250kg\r\n00\r\x03",
        b"\n--1.250kg\r\n00\r\x03",
        b"\n^^1.250kg\r\n00\r\x03",
        b"\n00000001.250kg\r\n00\r\x03",
        b"\n001.250kg\r\n00\r\x03\x03",
    ],
)
def test_nci_what_is_not_exact_is_refused(answer: bytes) -> None:
    with pytest.raises(ScaleUnreadable):
        nci.read(answer, KG)


# ---------------------------------------------------------------------------------- CAS


@pytest.mark.parametrize(
    ("answer", "found"),
    [
        # 53 ^ 20 ^ 30 ^ 31 ^ 2E ^ 32 ^ 35 ^ 30 ^ 6B ^ 67 = 67
        (b"\x01\x02S 01.250kg\x67\x03\x04", (S.SETTLED, True, 1250)),
        # A blank in the place of the zero in front, as some scales send it: 67 ^ 30 ^ 20.
        (b"\x01\x02S  1.250kg\x77\x03\x04", (S.SETTLED, True, 1250)),
        (b"\x01\x02S- 0.250kg\x7b\x03\x04", (S.UNDER_ZERO, True, -250)),
        (b"\x01\x02U 01.250kg\x61\x03\x04", (S.MOVING, False, 1250)),
        (b"\x01\x02S-00.250kg\x6b\x03\x04", (S.UNDER_ZERO, True, -250)),
        (b"\x01\x02SF      kg\x19\x03\x04", (S.OVERLOADED, True, None)),
        (b"\x01\x02F 00.000kg\x74\x03\x04", (S.NOT_READY, False, None)),
        (b"\x15", (S.NOT_READY, False, None)),
    ],
)
def test_cas_sends_weights(answer: bytes, found: tuple[ScaleState, bool, int | None]) -> None:
    assert state(cas.read(answer, KG)) == found


def test_cas_does_not_tell_gross_from_net() -> None:
    assert cas.read(b"\x01\x02S 01.250kg\x67\x03\x04", KG) == settled(1250, "01.250")


def test_cas_in_pounds_is_refused() -> None:
    with pytest.raises(WrongUnit):
        cas.read(b"\x01\x02S 02.750lb\x63\x03\x04", KG)


@pytest.mark.parametrize(
    "answer",
    [
        b"\x06",
        b"\x15\x15",
        b"\x01\x02S 01.250kg\x66\x03\x04",
        b"\x01\x02S 01.251kg\x67\x03\x04",
        b"\x02S 01.250kg\x66\x03\x04",
        b"\x01\x02S 01.250kg\x67\x03",
        b"\x01\x02S 01.250kg\x67\x03\x04\x04",
        b"\x01\x02S 01 250kg\x69\x03\x04",
        b"\x01\x02S 1 .250kg\x77\x03\x04",
        b"\x01\x02S   .250kg\x66\x03\x04",
        b"\x01\x02S       kg\x7f\x03\x04",
        b"\x01\x02S .01250kg\x67\x03\x04",
        b"\x01\x02S 012500kg\x79\x03\x04",
        b"\x01\x02S 01.250kG\x47\x03\x04",
        b"\x01\x02X 01.250kg\x6c\x03\x04",
        b"\x01\x02S+01.250kg\x6c\x03\x04",
    ],
)
def test_cas_what_is_not_exact_is_refused(answer: bytes) -> None:
    with pytest.raises(ScaleUnreadable):
        cas.read(answer, KG)


# ---------------------------------------------------------------------------------- Dibal TISA


@pytest.mark.parametrize(
    ("answer", "found"),
    [
        # Dibal's own example.
        (b"9900031600000004\r\n", (S.SETTLED, True, 316)),
        (b"9900000000000000\r\n", (S.SETTLED, True, 0)),
        (b"9910031600000005\r\n", (S.GIVEN_BEFORE, False, 316)),
        (b"9910031610000004\r\n", (S.MOVING, False, 316)),
        (b"9910000010000000\r\n", (S.NOT_READY, False, None)),
        (b"9910000000000001\r\n", (S.NOT_READY, False, None)),
    ],
)
def test_tisa_sends_grams(answer: bytes, found: tuple[ScaleState, bool, int | None]) -> None:
    assert state(dibal_tisa.read(answer, KG)) == found


@pytest.mark.parametrize(
    "answer",
    [
        b"9900031600000005\r\n",
        b"9900031700000004\r\n",
        b"9800031600000005\r\n",
        b"9920031600000006\r\n",
        b"9900031620000006\r\n",
        b"99000316000004\r\n",
        b"9900031600000004\r",
        b"9900031600000004\n\r",
        b"99000 1600000004\r\n",
        b" 9900031600000004\r\n",
        b"9900031600000004\r\n\r\n",
    ],
)
def test_tisa_what_is_not_exact_is_refused(answer: bytes) -> None:
    with pytest.raises(ScaleUnreadable):
        dibal_tisa.read(answer, KG)
