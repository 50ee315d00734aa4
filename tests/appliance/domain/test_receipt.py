"""What stands on a receipt and where."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.domain.money import CURRENCIES, Minor
from appliance.domain.receipt import (
    WORDS,
    Align,
    BarcodeLine,
    Blank,
    Cut,
    LogoLine,
    PairLine,
    QrLine,
    Rule,
    SaleFacts,
    SoldLine,
    TextLine,
    compose,
    layout,
    layout_line,
    width,
    wrap,
)
from appliance.domain.tax import TaxTotal
from appliance.domain.ticket import Unit, Weighing

ENGLISH = {
    "cashier": "Cashier",
    "change": "Change",
    "copy": "COPY",
    "decimal_mark": ".",
    "due": "To pay",
    "group_mark": ",",
    "kilogram": "kg",
    "number": "Receipt",
    "register": "Register",
    "rounding": "Rounding",
    "scale": "Scale",
    "subtotal": "Subtotal",
    "tare": "Tare",
    "tax_added": "{name} {rate}% on {net}",
    "tax_included": "incl. {name} {rate}% of {net}",
    "tax_number": "VAT no.",
    "time_not_confirmed": "Time not confirmed",
    "total": "TOTAL",
}
COLUMNS = pytest.mark.parametrize("columns", [32, 42, 48])


def sold(name: str, qty_milli: int, price: int, amount: int, unit: Unit = Unit.PIECE) -> SoldLine:
    return SoldLine(name, qty_milli, unit, Minor(price), Minor(amount))


SALE = SaleFacts(
    shop_name="Corner Shop",
    address=("1 High Street", "Exampleton"),
    tax_number="GB123456789",
    number=1041,
    date_text="2026-11-22 14:32",
    cashier="Ana",
    register="K7Q2",
    lines=(
        sold("Milk", 1000, 119, 119),
        sold("Rolls", 3000, 40, 120),
        sold("Apples", 1250, 299, 374, Unit.KILOGRAM),
    ),
    taxes=(TaxTotal("A", "VAT", 70_000, included=True, net_minor=Minor(573), tax_minor=Minor(40)),),
    subtotal_minor=Minor(613),
    total_minor=Minor(613),
    tenders=(("Cash", Minor(1000)),),
    change_minor=Minor(387),
    currency=CURRENCIES["EUR"],
    footer=("Thank you",),
    code="K7Q2-1041",
)


def printed(facts: SaleFacts, columns: int = 32) -> tuple[str, ...]:
    return layout(compose(facts, ENGLISH, columns), columns)


def test_a_receipt_reads_as_it_should() -> None:
    assert printed(SALE) == (
        "          Corner Shop",
        "         1 High Street",
        "           Exampleton",
        "      VAT no. GB123456789",
        "",
        "Receipt 1041    2026-11-22 14:32",
        "Cashier Ana        Register K7Q2",
        "--------------------------------",
        "Milk                        1.19",
        "Rolls                       1.20",
        "3 x 0.40",
        "Apples                      3.74",
        "1.250 kg x 2.99/kg",
        "--------------------------------",
        "TOTAL EUR                   6.13",
        "Cash                       10.00",
        "Change                      3.87",
        "--------------------------------",
        "incl. VAT 7% of 5.73        0.40",
        "",
        "           Thank you",
        "",
        "           K7Q2-1041",
    )


def test_the_logo_is_at_the_head_and_shows_nothing_as_text() -> None:
    lines = compose(SALE, ENGLISH, 32)
    assert lines[0] == LogoLine()
    assert layout(lines[:1], 32) == ()


def test_the_address_of_a_page_at_the_foot_is_a_qr_code_and_other_words_are_not() -> None:
    footer = ("https://example.org/shop", "See https://example.org", "https://example.org or call")
    lines = compose(replace(SALE, footer=footer), ENGLISH, 32)
    assert [line.text for line in lines if isinstance(line, QrLine)] == [footer[0]]
    assert "    https://example.org/shop" in layout(lines, 32)


def test_added_taxes_and_rounding_stand_between_subtotal_and_tender() -> None:
    facts = replace(
        SALE,
        currency=CURRENCIES["CAD"],
        lines=(sold("Tea", 1000, 469, 469),),
        taxes=(TaxTotal("G", "GST", 50_000, False, Minor(469), Minor(23)),),
        subtotal_minor=Minor(469),
        total_minor=Minor(492),
        rounding_minor=Minor(-2),
        tenders=(("Cash", Minor(490)),),
        change_minor=Minor(0),
    )
    text = printed(facts)
    start = text.index("Subtotal                    4.69")
    assert text[start : start + 6] == (
        "Subtotal                    4.69",
        "GST 5% on 4.69              0.23",
        "TOTAL CAD                   4.92",
        "Rounding                   -0.02",
        "To pay                      4.90",
        "Cash                        4.90",
    )
    assert not any(line.startswith("Change") for line in text)


def test_a_copy_says_so_at_top_and_bottom_and_the_receipt_itself_does_not() -> None:
    copy = compose(replace(SALE, copy=True), ENGLISH, 42)
    mark = TextLine("COPY", Align.CENTER, bold=True, large=True)
    assert copy[0] == mark
    assert copy[-2:] == (mark, Cut())
    assert copy[1:-2] == compose(SALE, ENGLISH, 42)[:-1]
    assert mark not in compose(SALE, ENGLISH, 42)


def test_a_time_that_nobody_confirmed_is_marked() -> None:
    assert "Time not confirmed" in printed(replace(SALE, time_confirmed=False))
    assert "Time not confirmed" not in printed(SALE)


def test_a_price_from_the_label_is_not_explained_by_another() -> None:
    facts = replace(
        SALE, lines=(sold("Ham", 312, 1999, 625, Unit.KILOGRAM), sold("Fish", 1000, 0, 999))
    )
    text = printed(facts)
    start = text.index("Ham                         6.25")
    assert text[start + 1 : start + 3] == ("0.312 kg", "Fish                        9.99")


def test_a_part_of_a_piece_and_a_return_show_their_quantity() -> None:
    facts = replace(SALE, lines=(sold("Cloth", 1500, 800, 1200), sold("Milk", -1000, 119, -119)))
    text = printed(facts)
    assert "1.5 x 8.00" in text
    assert "-1 x 1.19" in text
    assert "Milk                       -1.19" in text


def test_figures_are_written_as_the_language_does() -> None:
    german = ENGLISH | {"decimal_mark": ",", "group_mark": "."}
    facts = replace(SALE, lines=(sold("Rad", 1500, 123456, 185184, Unit.KILOGRAM),))
    text = layout(compose(facts, german, 42), 42)
    assert "1,500 kg x 1.234,56/kg" in text
    assert any(line.endswith(" 1.851,84") for line in text)


@COLUMNS
def test_words_that_are_missing_show_as_their_keys(columns: int) -> None:
    facts = replace(SALE, copy=True, time_confirmed=False, rounding_minor=Minor(2))
    text = "\n".join(layout(compose(facts, {}, columns), columns))
    for key in ("copy", "time_not_confirmed", "total EUR", "rounding", "due", "tax_included"):
        assert key in text


def test_every_word_that_is_used_is_listed_and_every_listed_one_is_used() -> None:
    class Asked(dict[str, str]):
        def __getitem__(self, key: str) -> str:
            raise NotImplementedError

        def get(self, key: str, default: str | None = None, /) -> str:  # type: ignore[override]
            self.setdefault(key, key)
            return default or key

    asked = Asked()
    both = (*SALE.taxes, replace(SALE.taxes[0], included=False))
    weighed = replace(SALE.lines[0], weighing=Weighing("2.205", "lb", 91))
    facts = replace(
        SALE,
        copy=True,
        time_confirmed=False,
        rounding_minor=Minor(2),
        taxes=both,
        lines=(*SALE.lines, weighed),
    )
    compose(facts, asked, 42)
    assert set(asked) == WORDS == set(ENGLISH)


def test_names_too_long_for_one_line_get_two() -> None:
    # 32 columns: "Cashier Mary Ann" and "Register Counter" with one blank are 33
    assert "Cashier Mary An Register Counter" in printed(
        replace(SALE, cashier="Mary An", register="Counter")
    )
    text = printed(replace(SALE, cashier="Mary Ann", register="Counter"))
    start = text.index("Cashier Mary Ann")
    assert text[start + 1] == "Register Counter"


def test_a_tax_of_nothing_is_shown_with_its_net() -> None:
    free = TaxTotal("Z", "VAT", 0, included=True, net_minor=Minor(613), tax_minor=Minor(0))
    assert "incl. VAT 0% of 6.13        0.00" in printed(replace(SALE, taxes=(free,)))


def test_a_name_with_braces_is_only_a_name() -> None:
    odd = replace(SALE.taxes[0], name="{net}{x}")
    assert "incl. {net}{x} 7% of 5.73   0.40" in printed(replace(SALE, taxes=(odd,)))


def test_what_is_empty_leaves_no_line() -> None:
    bare = replace(SALE, address=(), tax_number="", cashier="", register="", footer=(), code="")
    text = printed(bare)
    assert text[:4] == (
        "          Corner Shop",
        "",
        "Receipt 1041    2026-11-22 14:32",
        "-" * 32,
    )
    assert text[-1] == "incl. VAT 7% of 5.73        0.40"


@pytest.mark.parametrize(
    ("text", "columns"),
    [
        ("Milk", 4),
        ("牛乳", 4),
        ("ｱ", 1),
        ("é", 1),
        ("e\u0301", 1),
        ("한국", 4),
        ("€", 1),
        ("👍", 2),
    ],
)
def test_width_is_counted_in_columns(text: str, columns: int) -> None:
    assert width(text) == columns


def test_a_long_name_wraps_and_its_amount_ends_the_last_line() -> None:
    pair = PairLine("Organic wholemeal spelt bread from the wood oven", "12.34")
    assert layout_line(pair, 32) == (
        "Organic wholemeal spelt",
        "bread from the wood oven   12.34",
    )
    assert layout_line(PairLine("牛乳とパンとバターとチーズとハム", "1,234"), 32) == (
        "牛乳とパンとバターとチーズ",
        "とハム                     1,234",
    )


def test_a_figure_that_leaves_no_room_gets_its_own_line() -> None:
    assert layout_line(PairLine("Left", "1" * 30), 32) == ("Left", "  " + "1" * 30)
    assert layout_line(PairLine("Left", "1" * 40), 32) == ("Left", "1" * 32, " " * 24 + "1" * 8)


def test_every_kind_of_line_has_its_text() -> None:
    assert layout((Rule(), Blank(), Cut(), TextLine("a", Align.RIGHT)), 16) == (
        "-" * 16,
        "",
        " " * 15 + "a",
    )
    assert layout((BarcodeLine("code128", "K7Q2"), QrLine("abcd")), 16) == ("      K7Q2",) * 1 + (
        "      abcd",
    )
    assert layout_line(TextLine(""), 16) == ("",)


def test_no_name_can_command_the_printer() -> None:
    name = "Milk\x1bp\x00\x19\x1d\x10\n\u2028end\x9b"
    assert layout_line(TextLine(name), 42) == ("Milk p end",)
    assert layout_line(PairLine(name, "1\x1b.00"), 16) == ("Milk p end 1 .00",)


def test_a_blank_that_does_not_break_does_not_break() -> None:
    assert wrap("total 1\u00a0234,00", 9) == ("total", "1\u00a0234,00")


texts = st.text(st.characters(codec="utf-8"), max_size=80)


@given(texts, st.integers(2, 48))
def test_wrapping_loses_nothing_but_blanks(text: str, columns: int) -> None:
    parts = wrap(text, columns)
    assert parts
    assert all(width(part) <= columns for part in parts)
    plain = "".join(parts).replace(" ", "")
    assert plain == "".join(wrap(text, 10_000)).replace(" ", "")
    assert not any(ord(letter) < 32 for letter in plain)


@given(
    st.lists(
        st.one_of(
            st.builds(TextLine, texts, st.sampled_from(Align)),
            st.builds(PairLine, texts, texts),
            st.builds(QrLine, texts),
            st.just(LogoLine()),
        )
    ),
    st.sampled_from([16, 32, 42, 48]),
)
def test_no_line_is_wider_than_the_paper(lines: list[TextLine], columns: int) -> None:
    assert all(width(text) <= columns for text in layout(lines, columns))


@given(texts, st.integers(0, 10**9), st.sampled_from([32, 42, 48]))
def test_an_amount_always_ends_at_the_edge(name: str, amount: int, columns: int) -> None:
    figure = f"{amount}.00"
    last = layout_line(PairLine(name, figure), columns)[-1]
    assert last.endswith(figure)
    assert width(last) == columns
