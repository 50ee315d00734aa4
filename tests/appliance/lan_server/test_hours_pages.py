"""The back office's hours and schedule: what is shown, put right, answered and planned, and what is refused."""

import datetime
import html
from collections.abc import Callable
from pathlib import Path
from typing import Any

from appliance.clock import ScriptedClock
from appliance.domain.timeclock import What
from appliance.journal.time_kinds import Punched, PunchSaid
from appliance.lan_server.pages.formats import Formats
from appliance.services import hours, pay_rules, team_hours, timeclock, wages
from appliance.services.desk import Desk
from appliance.store.shelf import Shelf
from appliance.words import Words
from tests.appliance.lan_server import staffed
from tests.appliance.lan_server.office import Office, Visitor, open_office
from tests.appliance.lan_server.staffed import (
    MONDAY,
    TILL,
    at,
    enter,
    fields_of,
    fill_in,
    text_of,
    work,
)
from tests.appliance.trading import ROOMY

DAY = datetime.timedelta(days=1)
FRIDAY = MONDAY + 4 * DAY


def write(office: Office, service: Callable[..., Any], *given: object, **named: object) -> Any:  # noqa: ANN401 - as the service
    """What a service answers, once it is on the disk."""
    return office.room.scribe.do(lambda desk: service(desk, *given, **named))


def punches(office: Office, number: str) -> list[tuple[str, int]]:
    """What counts of somebody: what and when."""
    with office.room.readers.reading() as db:
        told = timeclock.punches(db, office.ids[number])
    return [(one.what.value, one.at_ms) for one in told]


def test_the_table_says_the_same_hours_as_each_persons_week(office: Office) -> None:
    staffed.staff(office)
    work(office, "3", MONDAY, 8, 17)
    work(office, "2", MONDAY, 22, 23)
    # Over midnight, and over the edge of the week.
    owner, max_ = office.ids["1"], office.ids["2"]
    night = (("in", at(office, MONDAY + 6 * DAY, 21)), ("out", at(office, MONDAY + 7 * DAY, 4)))
    for what, at_ms in night:
        write(office, timeclock.correct, max_, None, PunchSaid(what, at_ms), "x", TILL, owner)
    now_ms = office.room.now_ms()
    # An approved week counts as it did then, whatever is set later.
    office.room.scribe.do(
        lambda desk: wages.approve(
            desk, office.ids["3"], "2026-11-16", "2026-11-22", TILL, owner, now_ms
        )
    )
    with office.room.readers.reading() as db:
        for first in (MONDAY, MONDAY + 7 * DAY):
            rows = team_hours.look(db, first, first + 6 * DAY, now_ms)
            assert len(rows) == 3
            for row in rows:
                week = hours.week(db, row.employee, first, now_ms)
                assert [one.paid_ms for one in row.days] == [one.paid_ms for one in week.days]
                assert [one.is_locked for one in row.days] == [
                    one.lock is not None for one in week.days
                ]
    told = text_of(enter(office, "2"), "/people/hours/?day=2026-11-16")
    assert "9:00\N{NO-BREAK SPACE}h" in told.split("Carla Cruz")[1].split("</tr>")[0]
    assert text_of(enter(office, "2"), "/people/hours/?day=2026-11-16&span=period")


def test_a_punch_is_added_corrected_taken_away_and_as_before_and_all_of_it_stays(
    office: Office,
) -> None:
    staffed.staff(office)
    visitor, carla = enter(office, "2"), office.ids["3"]
    add = f"/people/hours/{carla}/add?day={MONDAY}"
    for what, time in (("in", "08:00"), ("out", "16:00")):
        fill_in(visitor, add, what=what, time=time, reason="forgot")
    page = f"/people/hours/{carla}/{MONDAY}"
    assert "08:00 – 16:00" in text_of(visitor, page)
    with office.room.readers.reading() as db:
        last = timeclock.punches(db, carla)[-1].id
    form = f"/people/hours/{carla}/correct/{last}"
    assert fields_of(visitor, form)["time"] == "16:00"
    fill_in(visitor, form, time="17:30", reason="stayed longer")
    assert punches(office, "3")[-1] == ("out", at(office, MONDAY, 17, 30))
    told = fill_in(visitor, f"/people/hours/{carla}/undo/{last}", reason="no, she did not")
    assert punches(office, "3")[-1] == ("out", at(office, MONDAY, 16))
    for sentence in ("stayed longer", "no, she did not", "Out 16:00 → Out 17:30", "Max Müller"):
        assert sentence in told
    fill_in(visitor, form, what="none", time="", reason="twice")
    assert punches(office, "3") == [("in", at(office, MONDAY, 8))]
    told = text_of(visitor, page)
    assert "taken away" in told
    assert "Out 16:00 → no punch" in told


def test_a_punch_is_added_once(office: Office) -> None:
    staffed.staff(office)
    visitor, carla = enter(office, "2"), office.ids["3"]
    add = f"/people/hours/{carla}/add?day={MONDAY}"
    fields = {**fields_of(visitor, add), "what": "in", "time": "08:00", "reason": "forgot"}
    first, second = (visitor.send(add, **fields) for _ in range(2))
    assert (first.status_code, first.location) == (second.status_code, second.location)
    assert len(punches(office, "3")) == 1
    # Nor by another form, as long as it is there; what says something else may be at the same minute.
    other = {**fields, "once": fields_of(visitor, add)["once"]}
    answer = visitor.send(add, **other)
    assert answer.status_code == 422
    assert "there already" in answer.get_data(as_text=True)
    fill_in(visitor, add, what="out", time="08:00", reason="and home")
    with office.room.readers.reading() as db:
        begun = timeclock.punches(db, carla)[0]
    assert begun.what is What.IN
    fill_in(visitor, f"/people/hours/{carla}/correct/{begun.id}", what="none", time="", reason="x")
    fill_in(visitor, add, what="in", time="08:00", reason="yes, she did")
    assert len(punches(office, "3")) == 2


def test_a_correction_says_why_and_what_and_when(office: Office) -> None:
    staffed.staff(office)
    visitor, carla = enter(office, "2"), office.ids["3"]
    page = f"/people/hours/{carla}/add"
    good = {"what": "in", "day": "2026-11-16", "time": "08:00", "reason": "forgot"}
    for name, bad in (
        ("reason", " "),
        ("what", "sleep"),
        ("what", "none"),
        ("time", "25:00"),
        ("time", ""),
        ("day", "soon"),
        ("job", "made-up"),
    ):
        answer = visitor.send(page, **{**good, name: bad})
        assert answer.status_code == 422, (name, bad)
    assert punches(office, "3") == []


def test_an_hour_that_comes_twice_is_asked_for_and_one_that_never_was_is_refused(
    office: Office,
) -> None:
    staffed.staff(office)
    visitor, carla = enter(office), office.ids["3"]
    page = f"/people/hours/{carla}/add"
    fields = {"what": "in", "day": "2026-10-25", "time": "02:30", "reason": "night"}
    answer = visitor.send(page, **fields)
    assert answer.status_code == 422
    assert 'name="later"' in answer.get_data(as_text=True)
    assert visitor.send(page, **fields, later="yes").status_code == 303
    ((_, at_ms),) = punches(office, "3")
    with office.room.readers.reading() as db:
        zone = pay_rules.read(db).zone
    assert Formats(Words("en"), "EUR", zone).moment(at_ms).endswith("02:30")
    assert datetime.datetime.fromtimestamp(at_ms // 1000, zone).fold == 1
    spring = {**fields, "day": "2026-03-29"}
    assert visitor.send(page, **spring).status_code == 422


def test_a_request_is_approved_or_declined_with_a_reason(office: Office) -> None:
    staffed.staff(office)
    work(office, "3", MONDAY, 8, 16)
    visitor, carla = enter(office, "2"), office.ids["3"]
    with office.room.readers.reading() as db:
        first, last = (one.id for one in timeclock.punches(db, carla))
    requests = [
        write(
            office,
            timeclock.ask,
            carla,
            PunchSaid(what, at(office, MONDAY, hour)),
            "I was there",
            TILL,
            one,
            actor=carla,
        )
        for one, hour, what in ((last, 18, "out"), (first, 6, "in"))
    ]
    told = text_of(visitor, "/people/hours/")
    assert "Out 16:00 → Out 18:00" in told
    answer = visitor.send(f"/people/hours/requests/{requests[0]}/approve", "/people/hours/")
    assert answer.status_code == 303
    assert punches(office, "3")[-1] == ("out", at(office, MONDAY, 18))
    page = f"/people/hours/requests/{requests[1]}/decline"
    assert visitor.send(page, reason="").status_code == 422
    fill_in(visitor, page, reason="The shop was shut.")
    assert punches(office, "3")[0] == ("in", at(office, MONDAY, 8))
    assert "Nothing waits for you." in text_of(visitor, "/people/hours/")
    again = visitor.send(f"/people/hours/requests/{requests[0]}/approve", "/people/hours/")
    assert again.status_code == 404
    assert "answered already" in html.unescape(again.get_data(as_text=True))
    assert len(office.bodies("punch_answered")) == 2


def test_an_approved_day_is_shown_as_locked_and_is_not_changed(office: Office) -> None:
    staffed.staff(office)
    work(office, "3", MONDAY, 8, 16)
    visitor, carla = enter(office, "2"), office.ids["3"]
    now_ms = office.room.now_ms()
    office.room.scribe.do(
        lambda desk: wages.approve(
            desk, carla, "2026-11-16", "2026-11-22", TILL, office.ids["1"], now_ms
        )
    )
    told = text_of(visitor, f"/people/hours/{carla}/{MONDAY}")
    assert "Olivia Ortega approved the wages of this day" in told
    assert "Correct" not in told
    fields = {"what": "out", "day": str(MONDAY), "time": "17:00", "reason": "x"}
    assert visitor.send(f"/people/hours/{carla}/add", **fields).status_code == 422
    assert len(punches(office, "3")) == 2


def test_a_shift_that_goes_on_is_shown_as_such(office: Office) -> None:
    staffed.staff(office)
    staffed.punch(office, "3", What.IN)
    office.later(2 * staffed.HOUR_MS)
    visitor = enter(office, "2")
    assert "goes on" in text_of(visitor, "/people/hours/")
    assert "11:00 – now" in text_of(visitor, f"/people/hours/{office.ids['3']}/2026-11-28")


def test_punches_of_a_strange_device_are_shown_and_count_only_once_they_are_confirmed(
    office: Office, tmp_path: Path
) -> None:
    staffed.staff(office)
    visitor, carla = enter(office), office.ids["3"]
    shelf = Shelf(tmp_path / "stranger", limits=ROOMY)
    clock = ScriptedClock(at(office, MONDAY, 8))
    strange = Desk(shelf.db, shelf.book(clock))
    for hour, what in ((8, "in"), (16, "out")):
        clock.set(at(office, MONDAY, hour))
        strange.book.record(carla, Punched(employee=carla, what=what, by="pin"))
    told_by = strange.origin
    entries = tuple(entry for entry in shelf.entries() if entry.origin == told_by)
    shelf.close()
    office.room.scribe.do(lambda desk: desk.book.receive(entries))
    told = text_of(visitor, "/people/hours/")
    assert "Devices that the shop does not know" in told
    assert told_by in told
    assert "Whether a device is the shop's own is said at the till" in told
    week = text_of(visitor, f"/people/hours/?day={MONDAY}")
    assert "to be settled" in week.split("Carla Cruz")[1].split("</tr>")[0]
    assert punches(office, "3") == []
    day = f"/people/hours/{carla}/{MONDAY}"
    for row in office.read("SELECT id FROM punch WHERE employee = ?", carla):
        answer = visitor.send(f"/people/hours/{carla}/confirm/{row[0]}", day)
        assert answer.status_code == 303
    assert punches(office, "3") == [
        ("in", at(office, MONDAY, 8)),
        ("out", at(office, MONDAY, 16)),
    ]
    assert "confirmed as it is" in text_of(visitor, day)


# --------------------------------------------------------------------------- the schedule


def plan(visitor: Visitor, employee: str, day: datetime.date, begins: str, ends: str) -> str:
    return fill_in(visitor, f"/people/schedule/new/{employee}?day={day}", begins=begins, ends=ends)


def test_a_week_is_planned_changed_copied_and_told_against_who_came(office: Office) -> None:
    staffed.staff(office)
    visitor, carla = enter(office, "2"), office.ids["3"]
    told = plan(visitor, carla, MONDAY, "08:00", "16:00")
    assert "08:00–16:00" in told
    assert "did not come" in told
    plan(visitor, carla, FRIDAY, "22:00", "06:00")
    work(office, "3", MONDAY, 9, 16)
    assert "came 1:00\N{NO-BREAK SPACE}h late" in text_of(
        visitor, f"/people/schedule/?day={MONDAY}"
    )
    clash = {"day": str(MONDAY), "begins": "15:00", "ends": "18:00"}
    answer = visitor.send(f"/people/schedule/new/{carla}", **clash)
    assert answer.status_code == 422
    assert 'value="15:00"' in answer.get_data(as_text=True)
    shift = office.read("SELECT id FROM planned_shift ORDER BY begins_ms")[0][0]
    told = fill_in(visitor, f"/people/schedule/{shift}", ends="15:00", note="key")
    assert "08:00–15:00" in told
    week_after = MONDAY + 7 * DAY
    copied = visitor.send(
        f"/people/schedule/copy?day={week_after}", f"/people/schedule/?day={week_after}"
    )
    assert copied.status_code == 303
    assert "2 shifts" in text_of(visitor, copied.headers["Location"])
    assert len(office.read("SELECT id FROM planned_shift WHERE dropped = 0")) == 4
    told = fill_in(visitor, f"/people/schedule/{shift}/drop")
    assert "08:00–15:00" not in told
    assert visitor.get(f"/people/schedule/{shift}").status_code == 404


def test_what_is_not_possible_over_the_web_is_not_offered_says_so_and_is_refused(
    tmp_path: Path,
) -> None:
    till = ("till",)
    acts = dict.fromkeys(("correct", "approve", "pay", "plan", "ask", "punch"), till)
    with open_office(tmp_path, acts=acts) as office:
        staffed.staff(office)
        work(office, "3", MONDAY, 8, 16)
        visitor, carla = enter(office), office.ids["3"]
        with office.room.readers.reading() as db:
            punch = timeclock.punches(db, carla)[0].id
        request = office.room.scribe.do(
            lambda desk: timeclock.ask(
                desk, carla, PunchSaid("out", at(office, MONDAY, 18)), "x", TILL, actor=carla
            )
        )
        entries = office.read("SELECT count(*) FROM entry")
        for page, sentence, absent in (
            (f"/people/hours/{carla}/{MONDAY}", "Putting punches right is not possible", "Add a"),
            ("/people/hours/", "Approving and answering requests is not possible", "/approve"),
            (f"/wages/{carla}?day={MONDAY}", "Noting payments is not possible", "/pay"),
            (f"/people/schedule/?day={MONDAY}", "The schedule is not changed over", "/new/"),
            ("/me/", "Asking for a correction is not possible", "/me/ask"),
        ):
            told = text_of(visitor, page)
            assert sentence in told, page
            assert absent not in told, page
        fields = {"what": "in", "day": str(MONDAY), "time": "07:00", "reason": "x", "net": "0"}
        for page in (
            f"/people/hours/{carla}/add",
            f"/people/hours/{carla}/correct/{punch}",
            f"/people/hours/{carla}/undo/{punch}",
            f"/people/hours/{carla}/confirm/{punch}",
            f"/people/hours/requests/{request}/approve",
            f"/people/hours/requests/{request}/decline",
            f"/wages/{carla}/approve?day={MONDAY}",
            f"/wages/approve?day={MONDAY}",
            f"/wages/{carla}/pay",
            f"/people/schedule/new/{carla}",
            f"/people/schedule/copy?day={MONDAY}",
            "/me/ask",
        ):
            answer = visitor.send(page, "/account/", **fields)
            assert answer.status_code in {303, 409, 422}, page
        assert office.read("SELECT count(*) FROM entry") == entries
