"""The back office's people: what is shown of them, what is changed, and what is refused."""

import html
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace

import pytest

from appliance.domain.timeclock import What
from appliance.journal.kinds import EmployeeAdded, EmployeeChanged
from appliance.journal.pay_kinds import (
    AdjustmentAdded,
    HolidaySet,
    LeaveTaken,
    OwnHoliday,
    ShiftBonusSet,
)
from appliance.journal.staff_kinds import EmployeeDetailed
from appliance.journal.time_kinds import EarningAdded, PunchSaid
from appliance.lan_server.access.doors import needs_of
from appliance.lan_server.pages import (
    hours,
    jobs,
    labour,
    leave,
    own,
    pay_rule_forms,
    pay_rules,
    pay_term_forms,
    person,
    person_pay,
    put_right,
    schedule,
    wage_extras,
    wage_forms,
    wages,
)
from appliance.lan_server.pages import people as people_page
from appliance.lan_server.room import ROOM, Readers
from appliance.messages import PersonView
from appliance.services import badges, pay_terms, people, staff, timeclock
from appliance.services import leave as leave_service
from appliance.services import pay_rules as rules_service
from appliance.services import wages as wages_service
from appliance.services.catalogue_texts import Unprintable
from appliance.services.desk import Desk
from appliance.services.places import Place
from appliance.store.database import Database
from tests.appliance.lan_server import staffed
from tests.appliance.lan_server.office import SITE, Office
from tests.appliance.lan_server.staffed import LONG, enter, fields_of, fill_in, text_of

ROOMS = (
    people_page,
    person,
    person_pay,
    jobs,
    leave,
    hours,
    put_right,
    schedule,
    wages,
    wage_forms,
    wage_extras,
    labour,
    pay_rules,
    pay_rule_forms,
    pay_term_forms,
)


def test_two_who_edit_a_person_do_not_undo_each_others_work(office: Office) -> None:
    staffed.staff(office)
    visitor, carla = enter(office), office.ids["3"]
    edit, records = f"/people/{carla}/edit", f"/people/{carla}/records"
    stale, told = fields_of(visitor, edit), fields_of(visitor, records)
    assert visitor.send(edit, **{**stale, "role": "manager"}).status_code == 303
    assert visitor.send(edit, **{**stale, "name": "Carla Cruz-Ruiz"}).status_code == 303
    with office.room.readers.reading() as db:
        person = people.known(db, carla)
    assert (person.name, person.role) == ("Carla Cruz-Ruiz", "manager")
    assert visitor.send(records, **{**told, "address": "Hauptstraße 5"}).status_code == 303
    assert visitor.send(records, **{**told, "occupation": "barista"}).status_code == 303
    with office.room.readers.reading() as db:
        held = staff.details(db, carla)
    assert (held.address, held.occupation) == ("Hauptstraße 5", "barista")
    # A form that is opened now takes away what stands in it.
    fresh = fields_of(visitor, records)
    assert visitor.send(records, **{**fresh, "address": ""}).status_code == 303
    with office.room.readers.reading() as db:
        assert staff.details(db, carla).address == ""


def test_the_list_tells_who_is_in_and_since_when(office: Office) -> None:
    staffed.staff(office)
    staffed.punch(office, "3", What.IN)
    told = text_of(enter(office, "2"), "/people/")
    row = told.split("Carla Cruz")[1].split("</tr>")[0]
    assert "at work" in row
    assert "since 11:00" in row
    assert "not here" in told.split("Max Müller</a>")[1].split("</tr>")[0]


def test_a_new_person_signs_in_with_the_pin_that_was_typed(office: Office) -> None:
    told = fill_in(
        enter(office, "2"),
        "/people/new",
        name="Nora Neu",
        number="77",
        pin="2468",
        again="2468",
        language="de",
    )
    assert "Nora Neu works here now." in told
    keeper, now_ms = office.room.keeper, office.room.now_ms()
    seen = office.room.scribe.do(lambda desk: people.prove(desk, keeper, "77", "2468", now_ms))
    assert (seen.name, seen.role) == ("Nora Neu", "cashier")
    with office.room.readers.reading() as db:
        assert people.language_of(db, seen.id) == "de"
        assert staff.details(db, seen.id).hired_day == "2026-11-28"


def test_a_number_that_is_taken_is_told_beside_its_field_and_the_rest_stays(office: Office) -> None:
    visitor = enter(office)
    answer = visitor.send(
        "/people/new", name="Nora Neu", number="3", role="cashier", pin="2468", again="2468"
    )
    page = html.unescape(answer.get_data(as_text=True))
    assert answer.status_code == 422
    assert 'id="f-number-error"' in page
    assert 'value="Nora Neu"' in page
    assert "2468" not in page
    assert len(office.bodies("employee_added")) == 3


def test_a_pin_is_typed_twice_and_has_four_digits(office: Office) -> None:
    visitor = enter(office)
    page = f"/people/{office.ids['3']}/pin"
    for pin, again in (("2468", "2469"), ("12", "12"), ("abcd", "abcd")):
        assert visitor.send(page, pin=pin, again=again).status_code == 422, pin
    assert office.bodies("employee_changed") == []
    fill_in(visitor, page, pin="8642", again="8642")
    keeper, now_ms = office.room.keeper, office.room.now_ms()
    seen = office.room.scribe.do(lambda desk: people.prove(desk, keeper, "3", "8642", now_ms))
    assert seen.name == "Carla Cruz"


def test_a_manager_changes_no_owner_and_makes_none(office: Office) -> None:
    manager = enter(office, "2")
    owner = office.ids["1"]
    assert "Only an owner changes an owner." in text_of(manager, f"/people/{owner}")
    for page, fields in (
        ("edit", {"name": "Nobody", "number": "1", "role": "cashier"}),
        ("records", {"address": "elsewhere"}),
        ("pin", {"pin": "1111", "again": "1111"}),
        ("leave", {"last_day": "2026-11-28"}),
    ):
        assert manager.send(f"/people/{owner}/{page}", **fields).status_code == 422
    form = f"/people/{office.ids['3']}/edit"
    assert "owner" not in fields_of(manager, form).values()
    forged = {"name": "Carla Cruz", "number": "3", "role": "owner"}
    assert manager.send(form, **forged).status_code == 422
    assert office.bodies("employee_changed") == []


def test_nobody_changes_their_own_role_and_the_last_owner_stays(office: Office) -> None:
    owner = enter(office)
    form = f"/people/{office.ids['1']}/edit"
    assert "role" not in fields_of(owner, form)
    forged = {"name": "Olivia Ortega", "number": "1", "role": "cashier"}
    assert owner.send(form, **forged).status_code == 422
    answer = owner.send(f"/people/{office.ids['1']}/leave", last_day="2026-11-28")
    assert answer.status_code == 422
    assert "is the last owner" in html.unescape(answer.get_data(as_text=True))
    with office.room.readers.reading() as db:
        assert people.find(db, "1").role == "owner"


def test_somebody_leaves_and_comes_back(office: Office) -> None:
    visitor, carla = enter(office, "2"), office.ids["3"]
    fill_in(visitor, f"/people/{carla}/leave", last_day="2026-12-24")
    assert "leaves Thu 24 Dec 2026" in text_of(visitor, "/people/")
    fill_in(visitor, f"/people/{carla}/stay")
    assert "leaves" not in text_of(visitor, "/people/")
    fill_in(visitor, f"/people/{carla}/leave", last_day="2026-11-28")
    assert "No longer here" in text_of(visitor, "/people/")
    with office.room.readers.reading() as db:
        assert not people.is_active(db, carla)
    fill_in(visitor, f"/people/{carla}/return", first_day="2026-12-01")
    with office.room.readers.reading() as db:
        assert people.is_active(db, carla)
        assert staff.details(db, carla).hired_day == "2026-12-01"


def test_saving_a_form_unchanged_notes_nothing(office: Office) -> None:
    visitor, carla = enter(office), office.ids["3"]
    fill_in(visitor, f"/people/{carla}/records", address="Hauptstraße 5", sex="female")
    before = office.read("SELECT count(*) FROM entry")
    for page in ("edit", "records", "jobs"):
        fill_in(visitor, f"/people/{carla}/{page}")
    assert office.read("SELECT count(*) FROM entry") == before


def test_a_rate_is_typed_as_people_write_it(office: Office) -> None:
    visitor, carla = enter(office), office.ids["3"]
    page = f"/people/{carla}/rate"
    for typed, minor in (("15", 1500), ("15,5", 1550), ("15.50", 1550), ("1,250.00", 125_000)):
        fill_in(visitor, page, amount=typed, since="2026-11-01")
        with office.room.readers.reading() as db:
            (held,) = rules_service.rate_list(db, carla)
        assert (held.rate.rate_minor, held.rate.covers_ms) == (minor, 0), typed
    before = office.bodies("rate_set")
    for typed in ("", "-5", "abc", "15.505", "1.234.5", "=1+1", "9" * 30, "٣"):
        fields = {"amount": typed, "since": "2026-11-01", "by": "hour"}
        assert visitor.send(page, **fields).status_code == 422, typed
    assert office.bodies("rate_set") == before


def test_a_weekly_salary_and_taking_a_rate_back(office: Office) -> None:
    visitor, carla = enter(office), office.ids["3"]
    page = f"/people/{carla}/rate"
    told = fill_in(visitor, page, amount="800", by="week", hours="38:30", since="2026-11-01")
    assert "€800.00 a week for 38:30" in told
    fill_in(visitor, f"{page}/take-back?job=&since=2026-11-01")
    with office.room.readers.reading() as db:
        assert rules_service.rate_list(db, carla) == ()


def test_jobs_are_added_assigned_and_archived(office: Office) -> None:
    visitor, carla = enter(office), office.ids["3"]
    fill_in(visitor, "/people/jobs/", name="Café-Bar")
    fill_in(visitor, "/people/jobs/", name="Lager")
    fill_in(visitor, f"/people/{carla}/jobs", **{"job-cafe_bar": "on"})
    with office.room.readers.reading() as db:
        assert rules_service.assigned_to(db, carla) == {"cafe_bar": "Café-Bar"}
    fill_in(visitor, "/people/jobs/cafe_bar", offered="")
    with office.room.readers.reading() as db:
        assert rules_service.jobs(db) == {"lager": "Lager"}
    assert "archived" in text_of(visitor, "/people/jobs/")


def test_a_lost_badge_is_labelled_and_taken_back_but_never_given(office: Office) -> None:
    visitor, carla = enter(office, "2"), office.ids["3"]
    keeper = office.room.keeper
    office.room.scribe.do(
        lambda desk: badges.give(desk, keeper, carla, (("em4100", "0123456789"),), office.ids["1"])
    )
    with office.room.readers.reading() as db:
        (held,) = badges.held_by(db, carla)
    assert "A new badge is given at the till" in text_of(visitor, f"/people/{carla}")
    fill_in(visitor, f"/people/{carla}/badge/{held.id}", label="blue fob")
    assert "blue fob" in text_of(visitor, f"/people/{carla}")
    # Somebody else's page has no power over it.
    wrong = f"/people/{office.ids['1']}/badge/{held.id}/take-back"
    assert visitor.get(wrong).status_code == 404
    fill_in(visitor, f"/people/{carla}/badge/{held.id}/take-back")
    with office.room.readers.reading() as db:
        assert badges.held_by(db, carla) == ()


def test_leave_is_granted_taken_and_cancelled(office: Office) -> None:
    staffed.staff(office)
    visitor, carla = enter(office, "2"), office.ids["3"]
    form = f"/people/{carla}/leave"
    fill_in(visitor, f"{form}/grant", leave="vacation", hours="80", since="2026-01-01")
    fields = {"first": "2026-12-19", "last": "2026-12-22", "leave": "vacation", "hours": "8"}
    fill_in(visitor, f"{form}/take", **fields)
    with office.room.readers.reading() as db:
        (vacation, _) = leave_service.balances(db, carla, "2026-12-31")
    # The 19th and the 20th are a weekend.
    assert vacation.taken_ms == 16 * staffed.HOUR_MS
    assert vacation.left_ms == 64 * staffed.HOUR_MS
    weekend = {"first": "2026-12-19", "last": "2026-12-20", "leave": "vacation", "hours": "8"}
    assert visitor.send(f"{form}/take", **weekend, **{"weekday-1": "on"}).status_code == 422
    assert visitor.send(f"{form}/cancel", taken="made-up", reason="x").status_code == 422
    fill_in(visitor, f"{form}/cancel", reason="stayed here")
    with office.room.readers.reading() as db:
        assert leave_service.balances(db, carla, "2026-12-31")[0].taken_ms == 0


# --------------------------------------------------------------------------- who may


def test_a_cashier_sees_none_of_these_pages_and_no_forged_form_acts(office: Office) -> None:
    staffed.staff(office)
    cashier = enter(office, "3")
    token = cashier.token("/account/")
    before = {kind: office.bodies(kind) for kind in ("employee_added", "rate_set", "shift_planned")}
    blueprints = {room.BLUEPRINT.name for room in ROOMS}
    seen = 0
    with office.app.test_request_context():
        rules = [
            (
                rule,
                office.app.url_for(
                    rule.endpoint, **dict.fromkeys(rule.arguments, "1"), _external=False
                ),
            )
            for rule in office.app.url_map.iter_rules()
            if rule.endpoint.split(".")[0] in blueprints
        ]
    for rule, path in rules:
        with office.app.app_context():
            asked = needs_of(rule.endpoint)
        assert asked is not None
        assert asked.role == "manager", rule.endpoint
        methods = rule.methods or set()
        if "GET" in methods:
            assert cashier.get(path).status_code == 403, path
        if "POST" in methods:
            forged = {"csrf_token": token, "name": "Forged", "number": "99", "role": "owner"}
            headers = {"Referer": SITE + path, "Origin": SITE}
            assert cashier.post(path, data=forged, headers=headers).status_code == 403, path
        seen += 1
    assert seen > 40
    after = {kind: office.bodies(kind) for kind in before}
    assert after == before


def test_a_form_without_its_token_changes_nothing(office: Office) -> None:
    visitor, page = enter(office), f"/people/{office.ids['3']}/leave"
    answer = visitor.post(page, data={"last_day": "2026-11-28"}, headers={"Origin": SITE})
    assert answer.status_code == 400
    assert office.bodies("employee_changed") == []


def test_a_name_that_is_a_script_is_text_everywhere(office: Office) -> None:
    evil = "<script>alert(1)</script>"
    office.ids["9"] = office.room.scribe.do(
        lambda desk: (
            desk.book.record(
                "", EmployeeAdded(number="9", name=evil, role="cashier", pin_hash="x")
            )[0].id
        )
    )
    staffed.staff(office)
    staffed.week_of_work(office, "9")
    visitor, who = enter(office), office.ids["9"]
    for page in (
        "/people/",
        f"/people/{who}",
        "/people/hours/?day=2026-11-16",
        f"/people/hours/{who}/2026-11-16",
        "/people/schedule/",
        "/wages/?day=2026-11-16",
        f"/wages/{who}?day=2026-11-16",
        f"/wages/{who}/approve?day=2026-11-16",
    ):
        assert evil not in visitor.get(page).get_data(as_text=True), page


@pytest.mark.parametrize("sign", ["\x07", "\x1b", "\u202e", "\u2066"])
def test_signs_that_cannot_be_seen_are_refused_in_names_and_notes(
    office: Office, sign: str
) -> None:
    staffed.staff(office)
    carla, day, text = office.ids["3"], "2026-11-20", f"Carla {sign}zurC"
    owner = PersonView(office.ids["1"], "1", "Olivia Ortega", "owner")
    said = PunchSaid(What.IN.value, office.room.now_ms())

    def begin(desk: Desk) -> str:
        badges.give(desk, office.room.keeper, carla, (("em4100", "0102030405"),), owner.id)
        return wages_service.add_earning(
            desk, EarningAdded(carla, day, "bonus", "Bonus", 100), owner.id
        )

    earning = office.room.scribe.do(begin)
    with office.room.readers.reading() as db:
        badge = badges.held_by(db, carla)[0].id
    before = office.read("SELECT COUNT(*) FROM entry")
    acts: tuple[Callable[[Desk], object], ...] = (
        lambda desk: staff.change(desk, EmployeeChanged(carla, name=text), owner),
        lambda desk: staff.describe(desk, EmployeeDetailed(carla, address=text), owner),
        lambda desk: rules_service.add_job(desk, text, owner.id),
        lambda desk: badges.label(desk, badge, text, owner.id),
        lambda desk: wages_service.add_earning(
            desk, EarningAdded(carla, day, "bonus", text, 100), owner.id
        ),
        lambda desk: wages_service.remove_earning(desk, earning, text, owner.id),
        lambda desk: wages_service.add_adjustment(
            desk, AdjustmentAdded(carla, day, "tools", text, 100), owner.id
        ),
        lambda desk: wages_service.pay(desk, carla, 100, day, Place("web"), owner.id, text),
        lambda desk: pay_terms.set_shift_bonus(
            desk, ShiftBonusSet("night", day, 100, name=text), owner.id
        ),
        lambda desk: pay_terms.set_holiday(desk, HolidaySet(day, OwnHoliday(text)), owner.id),
        lambda desk: timeclock.correct(desk, carla, None, said, text, Place("web"), owner.id),
        lambda desk: leave_service.take(
            desk, LeaveTaken(carla, "vacation", (day,), 3_600_000, text), owner.id
        ),
    )
    for act in acts:
        with pytest.raises(Unprintable):
            office.room.scribe.do(act)
    assert office.read("SELECT COUNT(*) FROM entry") == before
    page = f"/people/{carla}/edit"
    visitor = enter(office)
    refused = visitor.send(page, **{**fields_of(visitor, page), "name": text})
    assert refused.status_code == 422
    assert "There is a character in it that cannot be printed." in refused.get_data(as_text=True)


def test_sixty_people_with_long_names_are_on_every_page(office: Office) -> None:
    staffed.staff(office, more=57)
    for number in list(office.ids)[-5:]:
        staffed.work(office, number, staffed.MONDAY, 8, 17)
    visitor = enter(office)
    for page in ("/people/", "/people/hours/?day=2026-11-16", "/people/schedule/"):
        told = text_of(visitor, page)
        assert all(f"{LONG} {place}" in told for place in range(57)), page
    assert told.count('<th scope="row">') == 60
    assert text_of(visitor, "/wages/?day=2026-11-16").count(LONG) == 5


def test_nobody_there_yet_and_nothing_done_is_told_kindly(office: Office) -> None:
    visitor = enter(office)
    for page, sentence in (
        ("/people/hours/", "Nothing waits for you."),
        ("/people/schedule/", "Nothing is planned for this week."),
        ("/wages/", "Nobody worked in this period."),
        ("/wages/labour/", "Nothing was sold and nobody worked in this period."),
        ("/people/jobs/", "The shop has no jobs yet."),
        (f"/people/{office.ids['3']}", "No rate yet"),
    ):
        assert sentence in text_of(visitor, page), page


def test_what_is_not_there_is_not_found_and_a_day_that_is_none_breaks_no_page(
    office: Office,
) -> None:
    visitor = enter(office)
    for page in (
        "/people/nobody",
        "/people/hours/nobody",
        "/people/hours/nobody/2026-11-16",
        "/wages/nobody",
        "/people/schedule/nobody",
        "/people/hours/requests/nobody/decline",
        "/people/jobs/nobody",
    ):
        assert visitor.get(page).status_code == 404, page
    for day in ("2026-13-01", "heute", "0000-01-01", "9999-12-31", "2026-W01-1"):
        for page in ("/people/hours/", "/people/schedule/", "/wages/", "/wages/labour/"):
            assert visitor.get(f"{page}?day={day}").status_code == 409, (page, day)
        assert visitor.get(f"/people/hours/{office.ids['3']}/{day}").status_code == 409, day


class _OneAtATime(Readers):
    """Connections of which a request may hold one."""

    def __init__(self, readers: Readers) -> None:
        self._readers = readers
        self._is_held = False

    @contextmanager
    def reading(self) -> Iterator[Database]:
        assert not self._is_held, "a second connection was asked for"
        self._is_held = True
        try:
            with self._readers.reading() as db:
                yield db
        finally:
            self._is_held = False


def test_no_page_holds_two_connections_at_once(office: Office) -> None:
    """With as many requests as there are connections, each would wait for the second of another for ever."""
    staffed.staff(office)
    staffed.week_of_work(office, "3")
    visitor, carla = enter(office), office.ids["3"]
    office.app.extensions[ROOM] = replace(office.room, readers=_OneAtATime(office.room.readers))
    blueprints = {room.BLUEPRINT.name for room in (*ROOMS, own)}
    asked = 0
    with office.app.test_request_context():
        paths = [
            office.app.url_for(
                rule.endpoint, _external=False, **dict.fromkeys(rule.arguments, carla)
            )
            for rule in office.app.url_map.iter_rules()
            if rule.endpoint.split(".")[0] in blueprints and "GET" in (rule.methods or ())
        ]
    with office.room.readers.reading() as db:
        punch = timeclock.punches(db, carla)[0].id
    for path in (
        *paths,
        f"/people/hours/{carla}/correct/{punch}",
        f"/people/hours/{carla}/2026-11-16",
    ):
        # Without the day the page has asked for today's, and knows the formats.
        for page in (path, f"{path}?day=2026-11-16"):
            assert visitor.get(page).status_code in {200, 404, 409, 422}, page
        asked += 1
    assert asked > 40
