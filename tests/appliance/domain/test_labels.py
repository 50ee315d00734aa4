"""Labels that scales print."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.domain.barcode import NotABarcode, catalogue_key, check_digit
from appliance.domain.labels import LabelTemplate, NotATemplate, price_verifier, read_weighed

PRICE_20 = LabelTemplate("20IIIIIVPPPPC", 2)
WEIGHT_23 = LabelTemplate("23IIIIIWWWWWC", 3)


@pytest.mark.parametrize(
    ("digits", "verifier"),
    [("2875", 9), ("0500", 7), ("0000", 0), ("0449", 3), ("9999", 6), ("14685", 6)],
)
def test_published_price_verifiers(digits: str, verifier: int) -> None:
    assert price_verifier(digits) == verifier


@given(st.sampled_from([4, 5]), st.data())
def test_one_wrong_digit_never_has_the_same_verifier(length: int, data: st.DataObject) -> None:
    right = data.draw(st.text("0123456789", min_size=length, max_size=length))
    place = data.draw(st.integers(0, length - 1))
    other = data.draw(st.sampled_from([digit for digit in "0123456789" if digit != right[place]]))
    wrong = right[:place] + other + right[place + 1 :]
    assert price_verifier(wrong) != price_verifier(right)


@pytest.mark.parametrize(
    ("label", "pattern", "item", "price"),
    [
        ("2012345928756", "20IIIIIVPPPPC", "12345", 2875),
        ("2340119705006", "23IIIIIVPPPPC", "40119", 500),
        ("0212345304495", "02IIIIIVPPPPC", "12345", 449),
        ("2100042699991", "21IIIIIVPPPPC", "00042", 9999),
    ],
)
def test_whole_labels_with_a_price(label: str, pattern: str, item: str, price: int) -> None:
    scanned = read_weighed(label, (LabelTemplate(pattern, 2),))
    assert scanned is not None
    assert scanned.price_minor_digits == (price, 2)
    assert pattern[:2] + item in scanned.keys
    assert item in scanned.keys
    assert (scanned.weight_milli_kg, scanned.count) == (None, None)


def test_a_label_with_two_wrong_digits_from_a_real_till_is_refused() -> None:
    # opensourcepos#3188: verifier 0 (should be 7), check digit 6 (should be 7)
    template = (LabelTemplate("23IIIIIVPPPPC", 2),)
    with pytest.raises(NotABarcode, match="check_digit"):
        read_weighed("2340119005006", template)
    with pytest.raises(NotABarcode, match="verifier"):
        read_weighed("2340119005007", template)


@pytest.mark.parametrize(
    ("prefix", "letter", "decimals", "value"),
    [  # the table of uniCenta and KriolOS
        ("20", "P", 2, (1234, 2)),
        ("21", "P", 1, (1234, 1)),
        ("22", "P", 0, (1234, 0)),
        ("23", "W", 3, 1234),
        ("24", "W", 2, 12_340),
        ("25", "W", 1, 123_400),
        ("28", "P", 2, (1234, 2)),
        ("26", "N", 0, 1234),
    ],
)
def test_decimals_are_the_template_s(
    prefix: str, letter: str, decimals: int, value: object
) -> None:
    template = LabelTemplate(f"{prefix}IIIII{letter * 5}C", decimals)
    number = f"{prefix}0004201234"
    scanned = read_weighed(f"{number}{check_digit(number)}", (template,))
    assert scanned is not None
    figures = scanned.price_minor_digits, scanned.weight_milli_kg, scanned.count
    assert figures == tuple(value if letter == kind else None for kind in "PWN")


def test_weights_with_more_than_grams_are_rounded() -> None:
    template = LabelTemplate("23IIIIIWWWWWC", 4)
    number = "230004212345"
    scanned = read_weighed(f"{number}{check_digit(number)}", (template,))
    assert scanned is not None
    assert scanned.weight_milli_kg == 1235  # 1.2345 kg


def test_the_item_is_looked_up_from_the_surest_key_to_the_shortest() -> None:
    scanned = read_weighed("2100042699991", (LabelTemplate("21IIIIIVPPPPC", 2),))
    assert scanned is not None
    assert scanned.keys == (catalogue_key("2100042000001"), "2100042", "00042", "42")
    assert scanned.keys[0] == "02100042000001"


def test_a_label_is_read_as_a_scanner_may_send_it() -> None:
    template = (LabelTemplate("02IIIIIVPPPPC", 2),)
    plain = read_weighed("0212345304495", template)
    assert plain is not None
    for sent in ("]E00212345304495", "212345304495", "]E0212345304495\r"):
        scanned = read_weighed(sent, template)
        assert scanned is not None
        assert scanned.keys == plain.keys


def test_an_ordinary_barcode_is_left_alone() -> None:
    for code in ("4006381333931", "96385074", "4011", "", "20ABCDE92875C", "20123459287560"):
        assert read_weighed(code, (PRICE_20, WEIGHT_23)) is None
    assert read_weighed("2012345928756", ()) is None


def test_templates_of_one_prefix_are_told_apart_by_their_verifier() -> None:
    plain = LabelTemplate("20IIIIIWWWWWC", 3)
    scanned = read_weighed("2012345928756", (PRICE_20, plain))
    assert scanned is not None
    assert scanned.price_minor_digits == (2875, 2)
    other = "201234512875"
    scanned = read_weighed(f"{other}{check_digit(other)}", (PRICE_20, plain))
    assert scanned is not None
    assert scanned.weight_milli_kg == 12_875


@pytest.mark.parametrize(
    "pattern",
    [
        *("", "20IIIIIVPPPP", "20IIIIIVPPPPCC", "20IIIIIPPPPPP", "20IIIIIIIIIIC"),
        *("20PPPPPWWWWWC", "20IIIVIIPPPPC", "20IIIIVPPPPPX", "20VIIIIIPPPC0", "IIIIIIIVPPPPC"),
        *("20IIIIVVPPPPC", "20IIIIIIVPPPC", "20iiiiivppppc", "2\u0660IIIIIVPPPPC"),
        *("20IIIIIVPPPCC", "20000VPPPPPPC", "20IIIIIPPPPCC", "I000000PPPPPC"),
    ],
)
def test_a_template_that_describes_no_label_is_refused(pattern: str) -> None:
    with pytest.raises(NotATemplate):
        LabelTemplate(pattern, 2)


def test_five_digits_have_a_verifier_as_well() -> None:
    number = "200042614685"
    template = (LabelTemplate("20IIIIVPPPPPC", 2),)
    scanned = read_weighed(f"{number}{check_digit(number)}", template)
    assert scanned is not None
    assert scanned.price_minor_digits == (14685, 2)


def test_a_template_has_no_negative_decimals() -> None:
    with pytest.raises(NotATemplate):
        LabelTemplate("20IIIIIVPPPPC", -1)


@given(st.integers(0, 99_999), st.integers(0, 9999))
def test_what_a_scale_writes_is_what_is_read(item: int, price: int) -> None:
    number = f"20{item:05d}{price_verifier(f'{price:04d}')}{price:04d}"
    scanned = read_weighed(f"{number}{check_digit(number)}", (WEIGHT_23, PRICE_20))
    assert scanned is not None
    assert scanned.price_minor_digits == (price, 2)
    assert f"{item:05d}" in scanned.keys
