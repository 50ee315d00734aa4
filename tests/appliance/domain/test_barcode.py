"""Barcodes: check digits, keys, and what scanners send."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.domain.barcode import (
    NotABarcode,
    as_it_is,
    catalogue_key,
    check_digit,
    is_gtin,
    read,
    upc_e_to_upc_a,
)

GS = "\x1d"
ID = re.compile(r"[0-9A-Z]{4}-[0-9]+(\.[0-9]+)?", re.IGNORECASE)
digits = st.text("0123456789", min_size=1, max_size=17)


def refusal(text: str) -> str:
    with pytest.raises(NotABarcode) as refused:
        read(text)
    return str(refused.value.fields["reason"])


@pytest.mark.parametrize(
    ("number", "digit"), [("629104150021", 3), ("890400021003", 7), ("03600024145", 7)]
)
def test_published_check_digits(number: str, digit: int) -> None:
    assert check_digit(number) == digit
    assert check_digit("00" + number) == digit


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("4006381333931", True),
        ("4006381333932", False),
        ("96385074", True),
        ("036000241457", True),
        ("14006381333938", True),
        ("400638133393", False),
        ("٤٠٠٦٣٨١٣٣٣٩٣١", False),
        ("", False),
    ],
)
def test_a_gtin_has_a_right_length_and_check_digit(text: str, expected: bool) -> None:
    assert is_gtin(text) is expected


@given(st.sampled_from([7, 11, 12, 13]), st.data())
def test_one_wrong_digit_is_never_a_gtin(length: int, data: st.DataObject) -> None:
    number = data.draw(st.text("0123456789", min_size=length, max_size=length))
    right = f"{number}{check_digit(number)}"
    assert is_gtin(right)
    place = data.draw(st.integers(0, length))
    other = data.draw(st.sampled_from([digit for digit in "0123456789" if digit != right[place]]))
    assert not is_gtin(right[:place] + other + right[place + 1 :])


@pytest.mark.parametrize(
    ("short", "long"),
    [  # zint's tests, after BS 797 rule 3 a to d
        ("01234558", "012345000058"),
        ("04567840", "045670000080"),
        ("03456703", "034000005673"),
        ("00123457", "001234000057"),
        ("01234565", "012345000065"),
        ("12345670", "123456000070"),
        ("01234531", "012300000451"),
    ],
)
def test_upc_e_expands(short: str, long: str) -> None:
    assert upc_e_to_upc_a(short) == long
    assert upc_e_to_upc_a(short[:-1]) == long
    if short[0] == "0":
        assert upc_e_to_upc_a(short[1:-1]) == long


@pytest.mark.parametrize(
    "text",
    [
        *("0120453", "0121453", "0122453"),  # last 3, third 0 to 2
        *("0123044", "0123405", "0123409"),  # last 4, fourth 0; last 5 to 9, fifth 0
        *("2123456", "12345", "123456789", "01234557", "0123455x", ""),
    ],
)
def test_what_is_no_upc_e_is_refused(text: str) -> None:
    with pytest.raises(NotABarcode):
        upc_e_to_upc_a(text)


@pytest.mark.parametrize(
    ("typed", "key"),
    [
        ("4006381333931", "04006381333931"),
        ("96385074", "00000096385074"),
        ("036000241457", "00036000241457"),
        ("14006381333938", "14006381333938"),
        (" 4006381333931\r\n", "04006381333931"),
        ("]E04006381333931", "04006381333931"),
        ("4006381333932", "4006381333932"),
        ("4011", "4011"),
        ("94011", "94011"),
        ("shelf 12", "shelf 12"),
        ("\x02AB-7\x03", "AB-7"),
        ("K7Q2-1041", "=K7Q2-1041"),
        ("k7q2-1041.17", "=k7q2-1041.17"),
        ("=K7Q2-1041", "==K7Q2-1041"),
        ("", ""),
    ],
)
def test_the_catalogue_stores_gtins_as_14_digits_and_the_rest_as_it_is(
    typed: str, key: str
) -> None:
    assert catalogue_key(typed) == key


@given(
    st.one_of(
        st.text(max_size=20),
        st.from_regex(r"\s?=*[0-9A-Za-z]{4}-\d{1,6}(\.\d+)?\s?", fullmatch=True),
    )
)
def test_no_key_ever_looks_like_an_internal_id(text: str) -> None:
    assert not ID.fullmatch(catalogue_key(text))
    try:
        scanned = read(text)
    except NotABarcode:
        return
    assert not any(ID.fullmatch(key) for key in scanned.keys)


def test_a_receipt_s_own_barcode_keeps_its_text_to_find_the_sale_by() -> None:
    scanned = read("]C0K7Q2-1041")
    assert (scanned.text, scanned.keys) == ("K7Q2-1041", ("=K7Q2-1041",))


@given(st.text(max_size=30))
def test_a_code_that_is_in_the_catalogue_always_scans(text: str) -> None:
    key = catalogue_key(text)
    if not key or key.startswith(("]", "^", "http")):
        return
    assert key in read(text).keys


@given(st.one_of(st.text(max_size=40), st.text("]CEQdeIJ0134^01 \x1d", max_size=40)))
def test_whatever_comes_is_read_or_refused(text: str) -> None:
    try:
        scanned = read(text)
    except NotABarcode as refused:
        assert refused.fields["reason"]  # noqa: PT017
    else:
        assert scanned.keys
        assert all(scanned.keys)
        assert len(set(scanned.keys)) == len(scanned.keys)


@given(
    st.sampled_from(
        ["]C1", "]e0", "]d2", "]Q3", "]J1", "]Q1https://a.b/", "]E0", "]E3", "]E4", "]I1", ""]
    ),
    st.lists(
        st.one_of(
            st.sampled_from(
                ["01", "10", "17", "30", "3103", "3209", "3922", "21", "/", "?", "&", GS]
            ),
            digits,
        ),
        max_size=8,
    ),
)
def test_whatever_gs1_data_comes_is_read_or_refused(aim: str, parts: list[str]) -> None:
    try:
        assert read(aim + "".join(parts)).keys
    except NotABarcode as refused:
        assert refused.fields["reason"]  # noqa: PT017


@pytest.mark.parametrize(
    ("sent", "aim", "key"),
    [  # gs1-syntax-engine
        ("]E02112345678900", "E0", "02112345678900"),
        ("]E402345673", "E4", "00000002345673"),
        ("]E00416000336108", "E0", "00416000336108"),
        ("]E00001234000057", "E0", "00001234000057"),
        ("]C1011231231231233310ABC123\x1d99TESTING", "C1", "12312312312333"),
        ("]Q1https://example.com/01/12312312312333?99=TEST", "Q1", "12312312312333"),
        ("^0112345678901231", None, "12345678901231"),
    ],
)
def test_scan_data_of_the_gs1_syntax_engine(sent: str, aim: str | None, key: str) -> None:
    scanned = read(sent)
    assert (scanned.aim, scanned.keys[0]) == (aim, key)


@pytest.mark.parametrize("sent", ["]E02112345678901", "]E402345674", "^0112345678901234"])
def test_a_wrong_check_digit_under_a_promise_is_refused(sent: str) -> None:
    assert refusal(sent) == "check_digit"


@pytest.mark.parametrize("aim", ["]C1", "]e0", "]d2", "]Q3", "]J1"])
def test_element_strings_are_read_under_every_gs1_symbology(aim: str) -> None:
    scanned = read(f"{aim}0104006381333931310300125017261231{'10AB'}{GS}21S1{GS}30{'6'}")
    assert scanned.keys == ("04006381333931",)
    assert scanned.weight_milli_kg == 1250
    assert scanned.expires == "2026-12-31"
    assert (scanned.batch, scanned.serial, scanned.count) == ("AB", "S1", 6)
    assert scanned.aim == aim[1:]


@pytest.mark.parametrize(
    ("element", "grams"),
    [
        ("3102001400", 14_000),  # 14.00 kg, not 0.14 as a vendor's page says
        ("3103001250", 1250),
        ("3100000002", 2000),
        ("3105123456", 1235),
        ("3202000100", 454),  # 1.00 lb = 453.59237 g
        ("3200999999", 453_591_916),  # 453,591,916.4 g
        ("3201000022", 998),  # 2.2 lb = 997.9 g
    ],
)
def test_weights_are_grams(element: str, grams: int) -> None:
    assert read(f"]C10104006381333931{element}").weight_milli_kg == grams


def test_a_price_is_read_with_its_decimals_and_none_in_another_currency() -> None:
    assert read("]C1010400638133393139222875").price_minor_digits == (2875, 2)
    assert read("]C101040063813339313920288").price_minor_digits == (288, 0)
    assert read("]C1010400638133393139329782875").price_minor_digits is None
    assert read("]C101040063813339313952002875").price_minor_digits is None


@pytest.mark.parametrize(
    ("six", "expected"),
    [
        ("260200", "2026-02-28"),
        ("280200", "2028-02-29"),
        ("991231", "2099-12-31"),
        ("000000", None),
    ],
)
def test_an_expiry_date_without_a_day_is_the_month_s_last(six: str, expected: str | None) -> None:
    assert read(f"]C1010400638133393117{six}").expires == expected


@pytest.mark.parametrize("six", ["260230", "260010"])
def test_a_date_that_is_none_means_a_misread(six: str) -> None:
    assert refusal(f"]C1010400638133393117{six}") == "date"


@pytest.mark.parametrize("sent", ["]C1xyz", "]C10112345", "]e0ü", "^"])
def test_what_is_no_element_string_is_refused_under_a_gs1_symbology(sent: str) -> None:
    assert refusal(sent) == "gs1"


def test_another_separator_can_be_named() -> None:
    assert read("]C1010400638133393110AB|21S1", separators=(GS, "|")).serial == "S1"


def test_element_strings_without_an_item_are_a_key_as_they_are() -> None:
    assert read("]C191SHELF7").keys == ("91SHELF7",)


def test_element_strings_are_known_without_an_identifier_by_their_item() -> None:
    scanned = read(f"010400638133393110AB{GS}21S1")
    assert scanned.keys[0] == "04006381333931"
    assert scanned.batch == "AB"
    assert read("0104006381333931").keys[0] == "04006381333931"
    assert read("010400638133393210AB").keys == ("010400638133393210AB",)


def test_an_ean_is_never_taken_for_an_element_string() -> None:
    # biip reads AI 400 in it as well
    assert read("4006381333931").keys == ("04006381333931",)
    assert read("4006381333931").batch is None


def test_eight_digits_can_be_ean_8_or_upc_e() -> None:
    assert read("96385074").keys == ("00000096385074",)
    # Right as either: EAN-8 first, unless the scanner says which it is.
    both, long = "01234558", "00012345000058"
    assert is_gtin(both)
    assert read(both).keys == (both.zfill(14), long)
    assert read("]E4" + both).keys == (both.zfill(14),)
    assert read("]E0" + both).keys == (long, both.zfill(14))
    # Right as UPC-E only.
    assert not is_gtin("04567840")
    assert read("04567840").keys == ("04567840", "00045670000080")


@pytest.mark.parametrize("short", ["01234558", "04567840", "03456703", "01234531", "01234565"])
def test_a_upc_e_typed_in_short_is_found_by_its_long_form_and_the_other_way(short: str) -> None:
    typed, long = catalogue_key(short), upc_e_to_upc_a(short)
    for sent in (f"]E00{long}", f"]E0{long}", f"]E0{short}", long, short, f"]C101{long:0>14}"):
        assert {typed, long.zfill(14)} == set(read(sent).keys) - {f"01{long:0>14}"}


def test_a_upc_e_of_number_system_1_is_not_mixed_up_with_an_american_gtin_8() -> None:
    short = "12345670"
    assert is_gtin(short)
    assert read(f"]E0{upc_e_to_upc_a(short)}").keys == ("00123456000070",)


@pytest.mark.parametrize(
    ("sent", "key"),
    [
        ("400638133393", "04006381333931"),  # EAN-13
        ("03600024145", "00036000241457"),  # UPC-A
        ("9638507", "00000096385074"),  # EAN-8
        ("123455", "00012345000058"),  # UPC-E, bare
        ("]E0400638133393", "04006381333931"),
        ("]E49638507", "00000096385074"),
    ],
)
def test_a_number_sent_without_its_check_digit_is_found(sent: str, key: str) -> None:
    assert key in read(sent).keys


def test_without_an_identifier_a_number_as_it_is_comes_first() -> None:
    assert read("400638133393").keys[0] == "400638133393"
    assert read("2340119005006").keys == ("2340119005006",)  # opensourcepos#3188
    assert read("036000241457").keys == ("00036000241457",)


@pytest.mark.parametrize("plu", ["4011", "94011"])
def test_a_plu_is_a_plain_key(plu: str) -> None:
    assert read(plu).keys == (plu,)


def test_a_magazine_is_found_by_its_issue_or_alone() -> None:
    assert read("]E3977147396801205").keys == ("977147396801205", "09771473968012")
    assert read("977147396801205").keys[-1] == "09771473968012"
    assert refusal("]E3977147396801305") == "check_digit"


def test_a_case_is_not_the_piece_in_it() -> None:
    assert read("]I114006381333938").keys == ("14006381333938",)
    assert refusal("]I114006381333939") == "check_digit"


def test_in_store_codes_of_other_symbologies_are_themselves() -> None:
    assert read("]A0SHELF-7").keys == ("SHELF-7",)
    assert read("]C0400638133393").keys == ("400638133393",)
    assert read("]C04006381333931").keys == ("04006381333931",)
    assert read("]Q1hello").keys == ("hello",)


def test_a_link_that_is_none_of_gs1_s_is_a_key_as_it_is() -> None:
    assert read("https://example.com/menu").keys == ("https://example.com/menu",)
    assert read("http://[").keys == ("http://[",)
    assert refusal("https://example.com/01/12312312312334") == "check_digit"
    linked = read("]Q3https://example.com/01/4006381333931/10/AB?3103=001250")
    assert (linked.keys, linked.batch, linked.weight_milli_kg) == (("04006381333931",), "AB", 1250)


@pytest.mark.parametrize("sent", ["", " ", "\r\n", "]E0", "]C1 ", GS])
def test_nothing_is_refused(sent: str) -> None:
    assert refusal(sent) == "empty"


@pytest.mark.parametrize("sent", ["]E0ABC", "]E012345", "]E01234567890", "]E4963850741"])
def test_ean_symbols_have_no_other_lengths_or_letters(sent: str) -> None:
    assert refusal(sent) == "length" or sent == "]E4963850741"


def test_a_refused_code_can_still_be_asked_for_as_it_is() -> None:
    scanned = as_it_is("]E02340119005006")
    assert (scanned.aim, scanned.text, scanned.keys) == ("E0", "2340119005006", ("2340119005006",))
    assert scanned.keys == (catalogue_key("]E02340119005006"),)
