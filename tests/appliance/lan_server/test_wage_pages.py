"""The back office's wages, pay rules and one's own page."""

import csv
import datetime
import io
from pathlib import Path
from xml.etree.ElementTree import fromstring
from zoneinfo import ZoneInfo

from appliance.domain.timeclock import What
from appliance.journal.time_kinds import PunchCorrected, PunchSaid
from appliance.lan_server.pages import labour as labour_page
from appliance.lan_server.pages import labour_chart
from appliance.lan_server.pages.formats import Formats
from appliance.services import labour as service
from appliance.services import pay_rules, pay_terms, timeclock, wages
from appliance.services.labour import Labour, LabourHour
from appliance.words import LANGUAGES, Words
from tests.appliance.lan_server import staffed
from tests.appliance.lan_server.office import SITE, Office, open_office
from tests.appliance.lan_server.staffed import (
    MONDAY,
    TILL,
    at,
    enter,
    fields_in,
    fields_of,
    fill_in,
    text_of,
    week_of_work,
    work,
)

WEEK = f"day={MONDAY}"
SUNDAY = "2026-11-22"


def owed(office: Office, number: str) -> int:
    with office.room.readers.reading() as db:
        return wages.owed(db, office.ids[number]).owed_minor


def test_wages_are_shown_line_by_line_approved_as_shown_and_paid(office: Office) -> None:
    staffed.staff(office)
    week_of_work(office, "3")
    visitor, carla = enter(office, "2"), office.ids["3"]
    page = f"/wages/{carla}?{WEEK}"
    told = text_of(visitor, page)
    # 45 hours at 15.00, and five hours of half of it on top (29 USC 207).
    for sentence in ("45:00\N{NO-BREAK SPACE}h × €15.00", "× 0.5", "29 USC 207", "€712.50"):
        assert sentence in told, sentence
    approve = f"/wages/{carla}/approve?{WEEK}"
    told = text_of(visitor, approve)
    assert "Punches of these days can no longer be put right." in told
    # What is approved is what was shown, or nothing is.
    shown = fields_of(visitor, approve)
    fill_in(visitor, f"/wages/{carla}/extra?{WEEK}", amount="20", on=SUNDAY, name="window")
    assert visitor.send(approve, **shown).status_code == 422
    assert office.bodies("wages_approved") == []
    fill_in(visitor, approve)
    # The bonus weighs in the regular rate: 695.00 by 45 hours, half of it for five hours is 38.61.
    assert owed(office, "3") == 67_500 + 2_000 + 3_861
    fill_in(visitor, f"/wages/{carla}/pay?{WEEK}", amount="500", on="2026-11-25", note="cash")
    assert owed(office, "3") == 73_361 - 50_000
    told = text_of(visitor, page)
    assert "approved" in told
    assert "cash" in told
    payment = office.read("SELECT id FROM wage_payment")[0][0]
    fill_in(visitor, f"/wages/{carla}/pay/{payment}/take-back", note="bounced")
    assert owed(office, "3") == 73_361
    assert visitor.send(f"/wages/{carla}/pay/made-up/take-back").status_code in {404, 422}
    assert visitor.send(f"/wages/{carla}/pay", amount="0", on="2026-11-25").status_code == 422


def test_more_than_is_owed_is_paid_only_by_whoever_is_sure_of_it(office: Office) -> None:
    staffed.staff(office)
    visitor, carla = enter(office, "2"), office.ids["3"]
    page = f"/wages/{carla}/pay?{WEEK}"
    asked = {**fields_of(visitor, page), "amount": "500", "note": "in advance"}
    answer = visitor.send(page, **asked)
    assert answer.status_code == 422
    told = answer.get_data(as_text=True)
    assert "€500.00 is more than is owed: €0.00" in told
    assert office.bodies("wages_paid") == []
    sure = fields_in(told)
    assert visitor.send(page, **sure).status_code == 303
    assert owed(office, "3") == -50_000
    assert '"note":"in advance"' in office.bodies("wages_paid")[0]


def test_wages_and_extras_that_are_sent_twice_count_once(office: Office) -> None:
    staffed.staff(office)
    week_of_work(office, "3")
    visitor, carla = enter(office, "2"), office.ids["3"]
    extra = f"/wages/{carla}/extra?{WEEK}"
    approve, pay = f"/wages/{carla}/approve?{WEEK}", f"/wages/{carla}/pay?{WEEK}"

    def send_twice(page: str, **fields: str) -> None:
        told = {**fields_of(visitor, page), **fields}
        first, second = (visitor.send(page, **told) for _ in range(2))
        assert first.status_code == second.status_code == 303
        assert first.location == second.location

    for kind in ("bonus", "expenses"):
        send_twice(extra, kind=kind, amount="20", on=SUNDAY)
    fill_in(visitor, approve)
    # All that is owed: the second time, nothing is owed any more, and nobody is asked.
    send_twice(pay)
    assert owed(office, "3") == 0
    assert len(office.bodies("wages_paid")) == 1
    payment = office.read("SELECT id FROM wage_payment")[0][0]
    send_twice(f"/wages/{carla}/pay/{payment}/take-back")
    assert len(office.bodies("wages_paid")) == 2
    assert len(office.bodies("earning_added")) == len(office.bodies("adjustment_added")) == 1


def test_a_question_keeps_wages_from_being_approved_and_leads_to_its_day(office: Office) -> None:
    staffed.staff(office)
    week_of_work(office, "3")
    carla, owner = office.ids["3"], office.ids["1"]
    said = PunchSaid("in", at(office, MONDAY + datetime.timedelta(days=5), 8))
    office.room.scribe.do(lambda desk: timeclock.correct(desk, carla, None, said, "x", TILL, owner))
    office.later(24 * staffed.HOUR_MS)
    visitor = enter(office, "2")
    told = text_of(visitor, f"/wages/{carla}?{WEEK}")
    assert "Nobody clocked out on Sat 21 Nov 2026." in told
    assert f"/people/hours/{carla}/2026-11-21" in told
    assert f"/wages/{carla}/approve" not in told
    form = f"/wages/{carla}/approve?{WEEK}"
    assert visitor.send(form, **fields_of(visitor, form)).status_code == 422
    assert "to settle: 1" in text_of(visitor, f"/wages/?{WEEK}")
    assert office.bodies("wages_approved") == []


def test_all_who_are_ready_are_approved_at_once_and_others_are_left_out(office: Office) -> None:
    staffed.staff(office, more=3)
    for number in ("3", "10", "11"):
        week_of_work(office, number)
    visitor = enter(office, "2")
    form = f"/wages/approve?{WEEK}"
    shown = fields_of(visitor, form)
    work(office, "12", MONDAY, 8, 9)
    assert visitor.send(form, **shown).status_code == 422
    assert "Approved: 4." in fill_in(visitor, form)
    assert len(office.bodies("wages_approved")) == 4
    # A period that still runs can be looked at, and is approved by nobody.
    work(office, "3", datetime.date(2026, 11, 27), 8, 16)
    running = f"/wages/{office.ids['3']}/approve?day=2026-11-27"
    assert visitor.send(running, **fields_of(visitor, running)).status_code == 422
    assert len(office.bodies("wages_approved")) == 4


def test_what_becomes_known_after_an_approval_is_settled(office: Office) -> None:
    staffed.staff(office)
    week_of_work(office, "3")
    visitor, carla = enter(office, "2"), office.ids["3"]
    fill_in(visitor, f"/wages/{carla}/approve?{WEEK}")
    # A correction that was made offline lies in the journal all the same.
    with office.room.readers.reading() as db:
        last = timeclock.punches(db, carla)[-1]
    told = PunchCorrected(
        employee=carla,
        reason="offline",
        punch=last.id,
        said=PunchSaid("out", last.at_ms + staffed.HOUR_MS),
        was=PunchSaid("out", last.at_ms),
    )
    office.room.scribe.do(lambda desk: desk.book.record(office.ids["1"], told))
    page = f"/wages/{carla}?day=2026-11-23"
    assert "a difference of €22.50" in text_of(visitor, page)
    approval = office.read("SELECT id FROM wage_period")[0][0]
    form = f"/wages/{carla}/settle/{approval}?day=2026-11-23"
    assert visitor.send(form, how="let_be", reason="").status_code == 422
    assert "€22.50 is paid with this period." in fill_in(visitor, form)
    told_now = text_of(visitor, page)
    assert "a difference of" not in told_now
    assert "Change in an approved period" in told_now


def test_extras_are_removed_with_a_reason(office: Office) -> None:
    staffed.staff(office)
    visitor, carla = enter(office, "2"), office.ids["3"]
    form = f"/wages/{carla}/extra?{WEEK}"
    for kind in ("bonus", "piece", "expenses", "advance", "tools", "other_plus", "other_minus"):
        fill_in(visitor, form, kind=kind, amount="10", on=SUNDAY, name="=cmd()")
    amounts = office.read("SELECT amount_minor FROM adjustment ORDER BY id")
    assert sorted(one[0] for one in amounts) == [-1000, -1000, -1000, 1000, 1000]
    assert visitor.send(form, kind="gift", amount="10", on=SUNDAY).status_code == 422
    assert visitor.send(form, kind="bonus", amount="0", on=SUNDAY).status_code == 422
    earning = office.read("SELECT id FROM earning ORDER BY id")[0][0]
    page = f"/wages/{carla}/extra/earning/{earning}/remove?{WEEK}"
    assert "€10.00" in text_of(visitor, page)
    # Somebody else's page has no power over it.
    strange = f"/wages/{office.ids['2']}/extra/earning/{earning}/remove?{WEEK}"
    assert visitor.get(strange).status_code == 404
    assert visitor.send(page, reason="").status_code == 422
    fill_in(visitor, page, reason="a mistake")
    assert len(office.read("SELECT id FROM earning WHERE removed IS NULL")) == 1
    file = visitor.get(f"/wages/wages.csv?{WEEK}")
    rows = list(csv.DictReader(io.StringIO(file.get_data(as_text=True))))
    assert {row["what"] for row in rows if "cmd" in row["what"]} <= {
        "'=cmd()",
        "bonus =cmd()",
        "piece work =cmd()",
    }
    assert {row["amount"] for row in rows} >= {"10.00", "-10.00"}


def test_files_are_made_for_everybody_and_for_one(office: Office) -> None:
    staffed.staff(office)
    for number in ("2", "3"):
        week_of_work(office, number)
    visitor = enter(office, "2")
    for page, kind, head in (
        (f"/wages/slips.pdf?{WEEK}", "application/pdf", b"%PDF"),
        (f"/wages/slips.pdf?{WEEK}&employee={office.ids['3']}", "application/pdf", b"%PDF"),
        (f"/wages/labour/labour.pdf?{WEEK}", "application/pdf", b"%PDF"),
        (f"/wages/wages.csv?{WEEK}", "text/csv", b"row,"),
    ):
        answer = visitor.get(page)
        assert answer.status_code == 200, page
        assert answer.mimetype == kind
        assert answer.get_data().startswith(head)
        assert answer.headers["Content-Disposition"].startswith("attachment; filename=")
        assert answer.headers["Cache-Control"] == "no-store"
    rows = csv.DictReader(io.StringIO(visitor.get(f"/wages/wages.csv?{WEEK}").text))
    names = {row["name"] for row in rows}
    assert names == {"Carla Cruz", "Max Müller"}
    assert visitor.get("/wages/slips.pdf?day=2025-01-06").status_code == 409


# --------------------------------------------------------------------------- labour cost


def test_labour_is_shown_with_a_chart_that_says_the_same_in_words(office: Office) -> None:
    staffed.staff(office)
    week_of_work(office, "3")
    visitor = enter(office, "2")
    told = text_of(visitor, f"/wages/labour/?{WEEK}")
    assert f"/wages/labour/chart.svg?{WEEK}" in told
    assert "8:00: sales €0.00, wages €75.00" in told
    picture = visitor.get(f"/wages/labour/chart.svg?{WEEK}")
    assert picture.mimetype == "image/svg+xml"
    drawn = picture.get_data(as_text=True)
    root = fromstring(drawn)  # noqa: S314 - our own picture
    assert root.tag.endswith("svg")
    assert not [one for one in root.iter() if one.tag.endswith("script")]
    assert "prefers-color-scheme:dark" in drawn
    assert "http" not in drawn.replace("http://www.w3.org", "")


def test_a_chart_is_drawn_of_nothing_and_of_very_much() -> None:
    form = Formats(Words("de"), "EUR", ZoneInfo("Europe/Berlin"))
    for cost, sales in ((0, 0), (1, 10**11), (10**9, -500)):
        hours = tuple(LabourHour(hour, hour * 60_000, cost, sales, None) for hour in range(24))
        found = Labour("2026-11-16", SUNDAY, "EUR", hours, 0, cost * 24, sales * 24, None)
        fromstring(labour_chart.svg(found, form))  # noqa: S314 - our own picture


def test_cost_by_sales_is_told_to_a_tenth_of_a_per_cent() -> None:
    form = Formats(Words("en"), "EUR", ZoneInfo("Europe/Berlin"))
    told = [labour_page.ratio(service.ratio(*of), form) for of in ((1, 3), (2, 3), (0, 5), (1, 0))]
    assert [one.replace("\N{NO-BREAK SPACE}", "") for one in told] == ["33.3%", "66.7%", "0%", "–"]


# --------------------------------------------------------------------------- the rules


def test_each_rule_is_told_in_words_and_saving_it_unchanged_changes_nothing(
    office: Office,
) -> None:
    staffed.staff(office)
    visitor = enter(office)
    fill_in(visitor, "/wages/rules/bonus", name="Night", amount="1.50", since="2026-01-01")
    fill_in(visitor, "/wages/rules/leave", name="Moving house", every="30")
    fill_in(visitor, "/wages/rules/holiday", day="2026-12-23", name="Stock-taking", factor="200")
    fill_in(visitor, "/wages/rules/holidays", country="de", part="be", factor="150", hours="8")
    fill_in(
        visitor,
        "/wages/rules/overtime",
        overtime="own",
        weekly_after="38:30",
        daily_after="",
        double_after="12",
        seventh_day="on",
    )
    fill_in(visitor, "/wages/rules/breaks", breaks="own", after_0="6", minutes_0="30")
    fill_in(visitor, "/wages/rules/clock", early="15", late="3")
    told = text_of(visitor, "/wages/rules/")
    for sentence in (
        "€1.50 an hour",
        "22:00–06:00, every day",
        "1 hour for each 30 hours worked",
        "Stock-taking",
        "200\N{NO-BREAK SPACE}%",
        "DE BE",
        "Over 38:30\N{NO-BREAK SPACE}h a week",
        "Seventh day in a row",
        "More than 6:00",
        "15 minutes",
    ):
        assert sentence in told, sentence
    with office.room.readers.reading() as db:
        before = (pay_rules.read(db), pay_terms.leave_kinds(db), pay_terms.shift_bonuses(db).terms)
    for page in ("period", "overtime", "breaks", "clock", "holidays"):
        fill_in(visitor, f"/wages/rules/{page}")
    fill_in(visitor, "/wages/rules/leave?code=Moving%20house")
    fill_in(visitor, "/wages/rules/holiday?day=2026-12-23")
    with office.room.readers.reading() as db:
        assert before == (
            pay_rules.read(db),
            pay_terms.leave_kinds(db),
            pay_terms.shift_bonuses(db).terms,
        )


def test_a_rule_that_is_none_is_refused_and_changes_nothing(office: Office) -> None:
    visitor = enter(office)
    entries = office.read("SELECT count(*) FROM entry")
    for page, name, bad in (
        ("period", "zone", "Mars/Olympus"),
        ("period", "period", "yearly"),
        ("period", "round_minutes", "7"),
        ("period", "week_starts", "9"),
        ("period", "anchor", "2026-02-30"),
        ("overtime", "overtime", "never"),
        ("breaks", "breaks", "moon"),
        ("breaks", "after_0", "x"),
        ("clock", "early", "-5"),
        ("clock", "late", "999"),
        ("holidays", "country", "XX"),
        ("holidays", "factor", "50"),
        ("bonus", "amount", "much"),
        ("bonus", "per", "year"),
        ("holiday", "name", " "),
        ("leave", "every", "0"),
    ):
        path = f"/wages/rules/{page}"
        fields = {**fields_of(visitor, path), "name": "x", "amount": "1", name: bad}
        told = {key: value for key, value in fields.items() if value}
        assert visitor.send(path, **told).status_code == 422, (page, name)
    # Half of a form that is refused is not kept either.
    half = {**fields_of(visitor, "/wages/rules/overtime"), "overtime": "own", "daily_paid": "x"}
    assert visitor.send("/wages/rules/overtime", **half).status_code == 422
    assert office.read("SELECT count(*) FROM entry") == entries


# --------------------------------------------------------------------------- one's own page


def test_a_cashier_sees_their_own_hours_asks_and_contests(office: Office) -> None:
    staffed.staff(office)
    week_of_work(office, "3")
    work(office, "2", MONDAY, 8, 12)
    cashier, carla = enter(office, "3"), office.ids["3"]
    assert cashier.get("/").headers["Location"] == "/me/"
    told = text_of(cashier, "/me/")
    assert "45:00\N{NO-BREAK SPACE}h" in told
    assert "€15.00 an hour" in told
    assert "Clocking in and out is done at the till or by the door." in told
    assert "Max Müller" not in told
    with office.room.readers.reading() as db:
        own = timeclock.punches(db, carla)[-1].id
        others = timeclock.punches(db, office.ids["2"])[-1].id
    fill_in(cashier, f"/me/ask/{own}", time="18:00", reason="counted the till")
    (_, employee, punch, said, reason) = _asked(office)
    assert (employee, punch, reason) == (carla, own, "counted the till")
    assert said.at_ms == at(office, MONDAY + datetime.timedelta(days=4), 18)
    assert "Waits for a manager" in text_of(cashier, "/me/")
    assert cashier.get(f"/me/ask/{others}").status_code == 404
    fields = {"what": "out", "day": str(MONDAY), "time": "18:00", "reason": "x"}
    assert cashier.send(f"/me/ask/{others}", "/me/ask", **fields).status_code == 404
    correction = office.read("SELECT id FROM punch_correction WHERE employee = ?", carla)[0][0]
    strange = office.read("SELECT id FROM punch_correction WHERE employee = ?", office.ids["2"])[0][
        0
    ]
    fill_in(cashier, f"/me/contest/{correction}", reason="I came earlier")
    assert "I came earlier" in text_of(enter(office, "1"), "/people/hours/")
    assert cashier.send(f"/me/contest/{strange}", reason="x").status_code == 422


def _asked(office: Office) -> tuple[str, str, str | None, PunchSaid, str]:
    with office.room.readers.reading() as db:
        return timeclock.open_requests(db)[0]


def test_an_own_slip_is_there_once_it_is_approved(office: Office) -> None:
    staffed.staff(office)
    week_of_work(office, "3")
    cashier = enter(office, "3")
    assert cashier.get(f"/wages/own.pdf?{WEEK}").status_code == 409
    fill_in(enter(office, "1"), f"/wages/{office.ids['3']}/approve?{WEEK}")
    assert f"/wages/own.pdf?{WEEK}" in text_of(cashier, "/me/")
    assert cashier.get(f"/wages/own.pdf?{WEEK}").get_data().startswith(b"%PDF")
    assert cashier.get(f"/wages/slips.pdf?{WEEK}").status_code == 403


def test_punching_over_the_web_is_refused_and_noted_unless_the_shop_allows_it(
    office: Office, tmp_path: Path
) -> None:
    staffed.staff(office)
    cashier = enter(office, "3")
    headers = {"Referer": f"{SITE}/me/", "Origin": SITE}
    forged = {"csrf_token": cashier.token("/me/ask")}
    answer = cashier.post("/me/punch/in", data=forged, headers=headers)
    assert answer.status_code == 303
    assert "That cannot be done here." in text_of(cashier, "/me/")
    assert office.bodies("punched") == []
    assert len(office.bodies("punch_refused")) == 1
    (tmp_path / "other").mkdir()
    with open_office(tmp_path / "other", acts={"punch": ("web",)}) as other:
        staffed.staff(other)
        cashier = enter(other, "3")
        assert "Clock in" in text_of(cashier, "/me/")
        for what in (What.IN, What.BREAK_START, What.BREAK_END, What.OUT):
            assert cashier.send(f"/me/punch/{what.value}", "/me/").status_code == 303
            other.later(600_000)
        with other.room.readers.reading() as db:
            told_punches = timeclock.punches(db, other.ids["3"])
        assert [one.what for one in told_punches] == [
            What.IN,
            What.BREAK_START,
            What.BREAK_END,
            What.OUT,
        ]
        assert '"by":"web"' in other.bodies("punched")[0]
        assert cashier.send("/me/punch/sleep", "/me/").status_code in {303, 409}
        # Nobody comes in for a job that is not theirs: it may be paid better.
        assert cashier.send("/me/punch/in?job=made-up", "/me/").status_code in {303, 404}
        assert len(other.bodies("punched")) == 4


def test_every_page_speaks_every_language(office: Office) -> None:
    staffed.staff(office)
    week_of_work(office, "3")
    visitor, carla = enter(office), office.ids["3"]
    for language in LANGUAGES:
        fill_in(visitor, f"/people/{office.ids['1']}/edit", language=language)
        for page in (
            "/people/",
            f"/people/{carla}",
            "/people/new",
            "/people/hours/",
            f"/people/hours/{carla}/{MONDAY}",
            "/people/schedule/",
            f"/wages/?{WEEK}",
            f"/wages/{carla}?{WEEK}",
            f"/wages/labour/?{WEEK}",
            "/wages/rules/",
            "/wages/rules/breaks",
            "/wages/rules/overtime",
            "/wages/rules/period",
            "/me/",
        ):
            told = text_of(visitor, page)
            assert "web." not in told.replace("web.dev", ""), (language, page)
            assert f'<html lang="{language}">' in told
