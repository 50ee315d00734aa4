"""Words, numbers and colours of the pages, and how a page is made from what the shop knows."""

import dataclasses
import re
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.domain.money import CURRENCIES
from appliance.journal.kinds import (
    DayClosed,
    DayOpened,
    EmployeeChanged,
    SalePaid,
    Tender,
    TicketOpened,
)
from appliance.journal.time_kinds import Punched
from appliance.journal.trust_kinds import OriginKnown
from appliance.lan_server.pages import icons
from appliance.lan_server.pages.account import browser
from appliance.lan_server.pages.formats import Formats
from appliance.lan_server.pages.page import NAVIGATION, initials
from appliance.problems import Refusal
from appliance.services.desk import Desk
from appliance.words import LANGUAGES, Words
from kiosk_ui.palette import Palette
from kiosk_ui.presenters.formats import Formats as TillFormats
from kiosk_ui.strings import Words as TillWords
from tests.appliance.lan_server import palette
from tests.appliance.lan_server.office import NOW_MS, Office, signed_in

BERLIN = ZoneInfo("Europe/Berlin")
HERE = Path("appliance/lan_server")
DAY_MS = 24 * 3_600_000


WORDS = {language: (Words(language), TillWords(language)) for language in LANGUAGES}


@given(
    st.sampled_from(LANGUAGES), st.sampled_from(sorted(CURRENCIES)), st.integers(-(10**13), 10**13)
)
def test_amounts_and_quantities_are_written_as_the_till_writes_them(
    language: str, currency: str, minor: int
) -> None:
    ours, tills = WORDS[language]
    here, till = Formats(ours, currency, BERLIN), TillFormats(tills, currency)
    assert here.money(minor) == till.money(minor)
    assert here.amount(minor) == till.amount(minor)
    assert here.number(minor) == till.number(minor)
    for unit in ("piece", "kilogram"):
        assert here.quantity(minor, unit) == till.quantity(minor, unit)


@pytest.mark.parametrize(
    ("language", "texts"),
    [
        (
            "en",
            (
                "€1,234.56",
                "19 %",
                "8.875 %",
                "−0.5 %",
                "+12 %",
                "1,207:05 h",
                "Sat 28 Nov 2026, 11:00",
            ),
        ),
        (
            "de",
            (
                "1.234,56 €",
                "19 %",
                "8,875 %",
                "−0,5 %",
                "+12 %",
                "1.207:05 h",
                "Sa 28. Nov 2026, 11:00",
            ),
        ),
        (
            "es",
            (
                "1.234,56 €",
                "19 %",
                "8,875 %",
                "−0,5 %",
                "+12 %",
                "1.207:05 h",
                "sáb 28 nov 2026, 11:00",
            ),
        ),
    ],
)
def test_numbers_and_times_are_written_as_in_the_language(
    language: str, texts: tuple[str, ...]
) -> None:
    form = Formats(Words(language), "EUR", BERLIN)
    written = (
        form.money(123_456),
        form.percent(190_000),
        form.percent(88_750),
        form.percent(-5_000),
        form.change(112, 100),
        form.hours((1207 * 60 + 5) * 60_000 + 59_999),
        form.moment(NOW_MS),
    )
    assert tuple(text.replace("\N{NO-BREAK SPACE}", " ") for text in written) == texts


def test_a_day_begins_at_the_shops_midnight_and_not_at_the_servers() -> None:
    late_ms = NOW_MS + 12 * 3_600_000 + 1_800_000
    assert Formats(Words("en"), "EUR", BERLIN).moment(late_ms) == "Sat 28 Nov 2026, 23:30"
    assert (
        Formats(Words("en"), "EUR", ZoneInfo("Asia/Tokyo")).moment(late_ms)
        == "Sun 29 Nov 2026, 07:30"
    )


def test_growth_of_nothing_is_not_told_in_per_cent() -> None:
    form = Formats(Words("en"), "EUR", BERLIN)
    assert (form.change(5, 0), form.change(5, -1), form.change(0, 5)) == (
        "",
        "",
        "−100\N{NO-BREAK SPACE}%",
    )


class _Owed(Refusal):
    code = "not_enough"


class _Unknown(Refusal):
    code = "nobody_wrote_this_sentence"


def test_a_refusal_is_told_with_its_values_written_as_everything_else() -> None:
    form = Formats(Words("de"), "EUR", BERLIN)
    assert "1,50\N{NO-BREAK SPACE}€" in form.problem(_Owed(due_minor=150, tendered_minor=0))
    assert "nobody_wrote_this_sentence" in form.problem(_Unknown())


def test_the_colours_are_the_tills() -> None:
    assert palette.FILE.read_text(encoding="utf-8") == palette.css()


def test_no_colour_is_written_anywhere_else() -> None:
    text = (HERE / "static" / "style.css").read_text(encoding="utf-8")
    # White behind a QR code is no matter of taste: cameras need it.
    assert set(re.findall(r"#[0-9a-fA-F]{3,8}\b|rgba?\(", text)) == {"#fff"}
    known = {one.name for one in dataclasses.fields(Palette)}
    own = set(re.findall(r"^\s*--([a-z-]+):", text, re.MULTILINE))
    assert set(re.findall(r"var\(--([a-z_-]+)\)", text)) <= known | own


def test_every_icon_that_a_page_names_is_in_the_font() -> None:
    names = {icon for _, icon in NAVIGATION}
    for file in (*HERE.glob("templates/**/*.html"), *HERE.glob("pages/*.py")):
        text = file.read_text(encoding="utf-8")
        names |= set(re.findall(r'sign\("([a-z0-9-]+)"\)', text))
        names |= set(re.findall(r'icon="([a-z0-9-]+)"', text))
    assert len(names) > 15
    assert [name for name in names if not icons.glyph(name)] == []


def test_every_word_that_a_page_asks_for_is_there() -> None:
    words = Words("en")
    for file in (*HERE.glob("pages/*.py"), *HERE.glob("access/*.py")):
        for key in re.findall(
            r'(?:say|words\(\))\(\s*"([a-z0-9_.]+)"', file.read_text(encoding="utf-8")
        ):
            assert words(key) != key, f"{key} in {file}"


def test_no_template_decides_or_formats() -> None:
    for file in HERE.glob("templates/**/*.html"):
        text = file.read_text(encoding="utf-8")
        assert "|safe" not in text.replace(" ", ""), file
        assert "autoescape" not in text, file
        assert not re.search(r"\{\{[^}]*(%|//|\bround\b|\bformat\b)[^}]*\}\}", text), file


@pytest.mark.parametrize(
    ("name", "letters"),
    [
        ("Olivia Ortega", "OO"),
        ("Ana", "A"),
        ("Max von der Au", "MA"),
        ("  ", ""),
        ("", ""),
        ("éa ü", "ÉÜ"),
    ],
)
def test_a_person_is_shown_by_one_or_two_letters(name: str, letters: str) -> None:
    assert initials(name) == letters


def test_a_browser_is_named_as_people_know_it() -> None:
    edge = "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/130.0 Safari/537.36 Edg/130.0"
    phone = (
        "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Mobile Safari/604.1"
    )
    assert (browser(edge), browser(phone), browser("curl/8"), browser("")) == (
        "Edge, Windows",
        "Safari, iPhone",
        "",
        "",
    )


# --------------------------------------------------------------------------- today


def sell(desk: Desk, day: str, number: int, total_minor: int) -> None:
    ticket = desk.book.record("", TicketOpened(day=day))[0].id
    tender = Tender("cash", total_minor, total_minor)
    paid = SalePaid(
        ticket,
        day,
        number,
        "EUR",
        "receipt",
        total_minor,
        total_minor,
        0,
        (),
        (tender,),
        kick=False,
    )
    desk.book.record("", paid)


def test_today_tells_what_was_taken_since_the_day_was_opened_and_who_is_in(office: Office) -> None:
    clock = office.clock

    def trade(desk: Desk) -> None:
        desk.book.record("", OriginKnown(desk.origin, "till", "Counter"))
        clock.set(NOW_MS - 2 * DAY_MS)
        before = desk.book.record("", DayOpened(number=1))[0].id
        sell(desk, before, 1, 99_999)
        desk.book.record("", DayClosed(day=before))
        clock.set(NOW_MS)
        today = desk.book.record("", DayOpened(number=2))[0].id
        sell(desk, today, 2, 1_000)
        sell(desk, today, 3, 2_550)
        for number, whats in (("3", ("in",)), ("2", ("in", "break_start")), ("1", ("in", "out"))):
            for what in whats:
                employee = office.ids[number]
                desk.book.record(employee, Punched(employee=employee, what=what, by="pin"))

    office.room.scribe.do(trade)
    text = signed_in(office).get("/today").get_data(as_text=True)
    figures = re.findall(r'class="figure">([^<]*)<', text)
    assert figures == ["€35.50", "2", "€17.75", "2"]
    assert "Counter" in text
    assert "1 register open" in text
    assert ("Carla Cruz" in text, "Max Müller" in text) == (True, True)
    assert text.count("Olivia Ortega") == 1


def test_a_shop_that_has_not_begun_says_so(office: Office) -> None:
    text = signed_in(office).get("/today").get_data(as_text=True)
    assert "No register has opened its day yet." in text
    assert "Nobody is clocked in." in text
    assert "All registers closed" in text


def test_the_first_page_is_the_first_that_one_may_see(office: Office) -> None:
    assert signed_in(office).get("/").location == "/today"
    office.room.scribe.do(
        lambda desk: desk.book.record("", EmployeeChanged(employee=office.ids["2"], language="de"))
    )
    manager = signed_in(office, "2")
    assert 'aria-current="page"' in manager.get("/today").get_data(as_text=True)
    assert "Heute" in manager.get("/today").get_data(as_text=True)
