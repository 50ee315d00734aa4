"""The people who work here: who may change whom, who may sign in and punch, and what the page shows of them."""

from pathlib import Path

import pytest

from appliance.journal.kinds import EmployeeChanged
from appliance.messages import (
    AddEmployee,
    AddJob,
    ApproveWages,
    AssignJob,
    BadgeRead,
    ChangeEmployee,
    ChoosePerson,
    ChosenPersonView,
    CloseStaff,
    Command,
    CorrectPunch,
    DefineJob,
    DescribeEmployee,
    DeviceChanged,
    DeviceState,
    EndEmployment,
    GiveBadge,
    LabelBadge,
    NoticeLevel,
    NoticeView,
    OpenStaff,
    PayWages,
    PunchClock,
    ResumeEmployment,
    SessionView,
    SetClock,
    SetPayRules,
    SetPin,
    SetRate,
    SignIn,
    SignOut,
    StaffPeopleView,
    StaffPersonView,
    TakeBadge,
    TakeOneBadge,
    TimeclockView,
)
from appliance.services import badges, pay_rules, people, wage_record
from appliance.services import staff as staff_service
from appliance.services.desk import Desk
from appliance.store.shelf import Shelf
from drivers.badge import Badge, shortened
from tests.appliance.counter import Counter, open_counter
from tests.appliance.trading import ROOMY, START_MS

HOUR_MS = 3_600_000
DAY_MS = 24 * HOUR_MS
ANA, BEN = SignIn("1", "1111"), SignIn("2", "2222")
CARLA = AddEmployee("3", "Carla", "3333")
FOB, CARD = "62E3086CED", "0102030405"


@pytest.fixture
def counter(tmp_path: Path) -> Counter:
    opened = open_counter(tmp_path)
    opened.do(BEN, SetPayRules(zone="Europe/Berlin"), OpenStaff())
    return opened


def tapped(number: str) -> BadgeRead:
    badge = Badge(number, "em4100", "reader")
    return BadgeRead("reader", tuple((one.form, one.id) for one in (badge, *shortened(badge))))


def seen(counter: Counter) -> StaffPeopleView:
    return counter.show(StaffPeopleView)


def line(counter: Counter, name: str) -> StaffPersonView:
    return next(one for one in seen(counter).people if one.person.name == name)


def chosen(counter: Counter, number: str) -> ChosenPersonView:
    counter.do(ChoosePerson(number))
    found = seen(counter).chosen
    assert found is not None
    return found


def names_at_sign_in(counter: Counter) -> list[str]:
    return [one.name for one in counter.show(SessionView).people]


def make_owner(counter: Counter, number: str) -> None:
    """As `open-pos people add --role owner` does, before the shop has one."""
    edit = EmployeeChanged(employee=people.find(counter.shelf.db, number).id, role="owner")
    counter.register.till.desk.book.record("", edit)


# --------------------------------------------------------------------------- adding and changing


def test_somebody_new_signs_in_and_punches_with_the_pin(counter: Counter) -> None:
    assert counter.do(CARLA) == ""
    assert line(counter, "Carla").person.role == "cashier"
    found = seen(counter).chosen
    assert found is not None
    assert found.id == line(counter, "Carla").person.id
    assert counter.do(SignOut(), SignIn("3", "3333")) == ""
    assert counter.do(PunchClock("in", employee="3", pin="3333")) == ""


def test_a_pin_stands_in_no_log_and_in_no_journal(counter: Counter) -> None:
    counter.do(CARLA, SetPin("3", "987654"))
    assert "3333" not in repr(CARLA)
    assert "987654" not in repr(SetPin("3", "987654"))
    bodies = [row[0] for row in counter.shelf.db.sql("SELECT body FROM entry")]
    assert not any("987654" in body for body in bodies)


@pytest.mark.parametrize(
    ("command", "code"),
    [
        (AddEmployee("1", "Carla", "3333"), "number_taken"),
        (AddEmployee("3", " ", "3333"), "name_needed"),
        (AddEmployee("3", "Carla", "33"), "pin_too_short"),
        (AddEmployee("3", "Carla", "\u0661\u0662\u0663\u0664"), "pin_too_short"),
        (AddEmployee("K7Q2-3", "Carla", "3333"), "bad_number"),
        (AddEmployee("", "Carla", "3333"), "bad_number"),
        (AddEmployee("1234567890123", "Carla", "3333"), "bad_number"),
        (AddEmployee("3", "Carla", "3333", role="king"), "unknown_setting"),
        (AddEmployee("3", "Carla", "3333", role="owner"), "owners_only"),
        (AddEmployee("3", "Carla", "3333", language="fr"), "unknown_setting"),
        (AddEmployee("3", "Carla", "3333", first_day="1.1.2026"), "not_a_day"),
        (ChangeEmployee("9", name="X"), "no_such_employee"),
        (ChangeEmployee("1", name=""), "name_needed"),
        (ChangeEmployee("1", number="2"), "number_taken"),
        (ChangeEmployee("1", role="owner"), "owners_only"),
        (ChangeEmployee("2", role="cashier"), "not_your_own_role"),
        (SetPin("1", "12a4"), "pin_too_short"),
        (DescribeEmployee("1", born_day="17.5.1990"), "not_a_day"),
        (DescribeEmployee("1", sex="yes"), "unknown_setting"),
        (EndEmployment("1", "soon"), "not_a_day"),
        (EndEmployment("2", "2026-01-01"), "last_manager"),
        (ChoosePerson("9"), "no_such_employee"),
        (AssignJob("1", "bar"), "no_such_job"),
        (AddJob("  "), "name_needed"),
        (DefineJob("bar", ""), "name_needed"),
        (TakeOneBadge("K7Q2-9"), "no_such_badge"),
        (TakeOneBadge(""), "no_such_badge"),
        (LabelBadge("K7Q2-9", "fob"), "no_such_badge"),
    ],
)
def test_what_is_not_right_is_refused_and_changes_nothing(
    counter: Counter, command: Command, code: str
) -> None:
    before = counter.shelf.db.sql("SELECT count(*) FROM entry")
    assert counter.do(command) == code
    assert counter.shelf.db.sql("SELECT count(*) FROM entry") == before
    assert counter.shelf.differences() == ()


@pytest.mark.parametrize(
    "command",
    [
        CARLA, ChangeEmployee("1", name="X"), SetPin("1", "9999"), DescribeEmployee("1", address="X"),
        EndEmployment("1", "2026-01-01"), ResumeEmployment("1"), ChoosePerson("1"), AddJob("Bar"),
        AssignJob("1", "bar"), LabelBadge("x", "y"), TakeOneBadge("x"),
    ],
)  # fmt: skip
def test_all_of_it_is_for_managers(counter: Counter, command: Command) -> None:
    counter.do(SignOut())
    assert counter.do(command) == "managers_only"
    assert counter.do(ANA, command) == "managers_only"


def test_whoever_was_made_a_cashier_elsewhere_manages_nobody_here(counter: Counter) -> None:
    ben = people.find(counter.shelf.db, "2").id
    counter.register.till.desk.book.record("", EmployeeChanged(employee=ben, role="cashier"))
    assert counter.do(CARLA) == "managers_only"


def test_name_number_role_and_language_change_and_what_is_as_it_was_is_not_noted_again(
    counter: Counter,
) -> None:
    change = ChangeEmployee("1", name="Anna", number="11", role="manager", language="de")
    assert counter.do(change) == ""
    assert line(counter, "Anna").person.role == "manager"
    assert chosen(counter, "11").language == "de"
    before = counter.shelf.db.sql("SELECT count(*) FROM entry")
    counter.do(ChangeEmployee("11", name="Anna", number="11", role="manager", language="de"))
    assert counter.shelf.db.sql("SELECT count(*) FROM entry") == before
    assert "Anna" in names_at_sign_in(counter)


def test_whoever_changes_their_own_name_is_called_so_at_once(counter: Counter) -> None:
    counter.do(ChangeEmployee("2", name="Benjamin"))
    employee = counter.show(SessionView).employee
    assert employee is not None
    assert employee.name == "Benjamin"


def test_a_new_pin_counts_and_the_old_one_no_longer(counter: Counter) -> None:
    counter.do(SetPin("1", "9999"), SignOut())
    assert counter.do(ANA) == "wrong_pin"
    assert counter.do(SignIn("1", "9999")) == ""


def test_managers_leave_owners_alone_and_an_owner_makes_another(counter: Counter) -> None:
    counter.do(CARLA)
    make_owner(counter, "1")
    for command in (
        ChangeEmployee("1", name="X"), SetPin("1", "9999"), EndEmployment("1", "2026-01-01"),
        DescribeEmployee("1", address="X"), ChangeEmployee("1", role="cashier"),
    ):  # fmt: skip
        assert counter.do(command) == "owners_only"
    counter.do(SignOut(), ANA)
    assert counter.do(EndEmployment("1", "2026-01-01")) == "last_owner"
    assert counter.do(ChangeEmployee("3", role="owner")) == ""
    assert counter.do(EndEmployment("1", "2026-01-01")) == ""


def test_whoever_leaves_later_does_not_count_as_one_who_is_left_to_manage(counter: Counter) -> None:
    counter.do(ChangeEmployee("1", role="manager"))
    assert counter.do(EndEmployment("2", "2026-02-01")) == ""
    assert counter.do(ChangeEmployee("1", role="cashier")) == "last_manager"
    assert counter.do(EndEmployment("1", "2026-01-01")) == "last_manager"


# --------------------------------------------------------------------------- first and last day


def test_whoever_has_left_neither_signs_in_nor_punches_and_stays_in_the_books(
    counter: Counter,
) -> None:
    counter.do(GiveBadge("1"), tapped(FOB), PunchClock("in", employee="1", pin="1111"))
    assert counter.do(EndEmployment("1", "2026-01-01")) == ""
    assert line(counter, "Ana").left
    assert names_at_sign_in(counter) == ["Ben"]
    assert counter.do(tapped(FOB)) == "unknown_badge"
    assert counter.do(PunchClock("out", employee="1", pin="1111")) == "no_such_employee"
    assert counter.do(SignOut(), ANA) == "no_such_employee"
    assert counter.shelf.db.sql("SELECT count(*) FROM punch")[0][0] == 1
    assert counter.shelf.differences() == ()


def test_what_is_owed_to_whoever_has_left_is_put_right_reckoned_and_paid(counter: Counter) -> None:
    counter.do(SetRate("1", "2026-01-01", 1200), PunchClock("in", employee="1", pin="1111"))
    counter.do(EndEmployment("1", "2026-01-01"), SetClock(START_MS + 9 * DAY_MS))
    right = CorrectPunch("1", "went home", what="out", at_ms=START_MS + 2 * HOUR_MS)
    assert counter.do(right) == ""
    assert counter.do(SetRate("1", "2026-01-01", 1300)) == ""
    assert counter.do(ApproveWages("1", "2025-12-29", "2026-01-04")) == ""
    assert counter.do(PayWages("1", 2600, "2026-01-10")) == ""


def test_whoever_lets_themselves_go_is_signed_out(counter: Counter) -> None:
    counter.do(ChangeEmployee("1", role="manager"))
    assert counter.do(EndEmployment("2", "2026-01-01")) == ""
    assert counter.show(SessionView).employee is None
    assert names_at_sign_in(counter) == ["Ana"]


def test_whoever_was_let_go_at_another_register_is_signed_out_here(counter: Counter) -> None:
    ben = people.find(counter.shelf.db, "2").id
    counter.register.till.desk.book.record("", EmployeeChanged(employee=ben, active=False))
    for _ in range(10):
        counter.register.tick()
    assert counter.show(SessionView).employee is None


def test_a_last_day_to_come_is_worked_to_its_end(counter: Counter) -> None:
    counter.do(EndEmployment("1", "2026-01-02"))
    assert (line(counter, "Ana").left, line(counter, "Ana").last_day) == (False, "2026-01-02")
    late = START_MS + DAY_MS + 13 * HOUR_MS + HOUR_MS // 2
    assert counter.do(SetClock(late), PunchClock("in", employee="1", pin="1111")) == ""
    # The shift goes on over midnight: whoever came in gets out, and not in again.
    assert counter.do(SetClock(late + HOUR_MS), PunchClock("out", employee="1", pin="1111")) == ""
    counter.do(SetClock(late + 2 * HOUR_MS))
    assert counter.do(PunchClock("in", employee="1", pin="1111")) == "no_longer_here"
    assert line(counter, "Ana").left
    assert counter.do(SignOut(), ANA) == "no_longer_here"
    assert counter.do(BEN) == ""
    assert names_at_sign_in(counter) == ["Ben"]


def test_somebody_stays_after_all_or_comes_back_with_all_that_was(counter: Counter) -> None:
    counter.do(GiveBadge("1"), tapped(FOB), EndEmployment("1", "2026-02-01"), ResumeEmployment("1"))
    assert line(counter, "Ana").last_day == ""
    counter.do(EndEmployment("1", "2026-01-01"))
    assert counter.do(AddEmployee("1", "Carla", "3333")) == ""
    ana = line(counter, "Ana").person.id
    assert counter.do(ResumeEmployment(ana, "2026-01-01")) == "number_taken"
    assert counter.do(ChangeEmployee(ana, number="7")) == ""
    assert counter.do(ResumeEmployment(ana, "2026-01-01")) == ""
    assert line(counter, "Ana").badges == 1
    assert counter.do(SignOut(), SignIn("7", "1111")) == ""


def test_a_number_of_somebody_who_has_left_is_whose_it_is_now(counter: Counter) -> None:
    counter.do(EndEmployment("1", "2026-01-01"), AddEmployee("1", "Carla", "3333"), SignOut())
    assert counter.do(SignIn("1", "1111")) == "wrong_pin"
    assert counter.do(SignIn("1", "3333")) == ""


def test_it_makes_no_difference_who_of_the_two_came_first(counter: Counter) -> None:
    counter.do(CARLA, EndEmployment("3", "2026-01-01"), ChangeEmployee("1", number="3"), SignOut())
    assert counter.do(SignIn("3", "1111")) == ""


def test_nobody_punches_before_their_first_day(counter: Counter) -> None:
    counter.do(AddEmployee("3", "Carla", "3333", first_day="2026-01-02"))
    assert line(counter, "Carla").first_day == "2026-01-02"
    punch = PunchClock("in", employee="3", pin="3333")
    assert counter.do(punch) == "not_here_yet"
    # 23:30 UTC is the next day in Berlin.
    assert counter.do(SetClock(START_MS + 14 * HOUR_MS + HOUR_MS // 2), punch) == ""


def test_a_last_day_does_not_lie_before_the_first_one(counter: Counter) -> None:
    counter.do(DescribeEmployee("1", hired_day="2026-03-01"))
    assert counter.do(EndEmployment("1", "2026-02-01")) == "last_before_first"
    counter.do(EndEmployment("1", "2026-03-31"))
    assert counter.do(DescribeEmployee("1", hired_day="2026-04-01")) == "last_before_first"


def test_the_records_hold_what_was_told_and_forget_nothing_else(counter: Counter) -> None:
    counter.do(DescribeEmployee("1", address="Ring 1, Köln", born_day="2008-02-29", sex="female"))
    counter.do(DescribeEmployee("1", occupation="baker"))
    found = chosen(counter, "1")
    assert (found.address, found.born_day, found.sex, found.occupation) == (
        "Ring 1, Köln", "2008-02-29", "female", "baker",
    )  # fmt: skip
    counter.do(SetRate("1", "2026-01-01", 1200))
    week = ("2025-12-29", "2026-01-04")
    record = wage_record.record(counter.shelf.db, found.id, *week, START_MS)
    # 29 CFR 516.2(a) wants the birth date of those who are younger than 19.
    assert (record.address, record.born_day) == ("Ring 1, Köln", "2008-02-29")
    assert (record.sex, record.occupation) == ("female", "baker")
    counter.do(DescribeEmployee("1", address=""))
    assert chosen(counter, "1").address == ""


# --------------------------------------------------------------------------- badges


def test_a_lost_badge_is_refused_at_once_in_all_its_forms_and_the_other_one_is_not(
    counter: Counter,
) -> None:
    counter.do(GiveBadge("1"), tapped(FOB), GiveBadge("1"), tapped(CARD))
    lost, kept = chosen(counter, "1").badges
    assert counter.do(LabelBadge(lost.id, " blue fob ")) == ""
    assert chosen(counter, "1").badges[0].label == "blue fob"
    assert counter.do(TakeOneBadge(lost.id)) == ""
    assert [one.id for one in chosen(counter, "1").badges] == [kept.id]
    full = tapped(FOB)
    for form in full.ids:
        assert counter.do(BadgeRead("reader", (form,))) == "unknown_badge"
    assert counter.do(tapped(CARD)) == ""
    assert counter.do(TakeOneBadge(lost.id)) == "no_such_badge"
    assert line(counter, "Ana").badges == 1
    counter.do(TakeBadge("1"))
    assert chosen(counter, "1").badges == ()
    assert counter.shelf.differences() == ()


def test_a_lost_badge_is_refused_wherever_it_has_been_folded(
    counter: Counter, tmp_path: Path
) -> None:
    counter.do(GiveBadge("1"), tapped(FOB))
    (lost,) = chosen(counter, "1").badges
    counter.do(TakeOneBadge(lost.id))
    other = Shelf(tmp_path / "other", limits=ROOMY)
    keeper = people.pins(counter.shelf.db.folder)
    desk = Desk(other.db, other.book(counter.clock))
    entries = tuple(counter.shelf.entries())
    given = next(place for place, one in enumerate(entries) if one.kind == "badge_given")
    desk.book.receive(entries[: given + 1])
    marks = badges.marks(keeper, tapped(FOB).ids)
    assert badges.owner(other.db, marks).name == "Ana"
    desk.book.receive(entries)
    with pytest.raises(badges.UnknownBadge):
        badges.owner(other.db, marks)
    other.close()


def test_whoever_leaves_the_page_or_looks_at_another_waits_for_no_badge(counter: Counter) -> None:
    counter.do(ChoosePerson("1"), GiveBadge("1"))
    shown = seen(counter).chosen
    assert shown is not None
    assert shown.waits_for_badge
    counter.do(ChoosePerson("2"))
    assert counter.do(tapped(FOB)) == "unknown_badge"
    counter.do(GiveBadge("2"), CloseStaff())
    assert counter.do(tapped(FOB)) == "unknown_badge"


def test_the_page_knows_whether_there_is_a_badge_reader(counter: Counter) -> None:
    assert not seen(counter).has_reader
    counter.do(DeviceChanged("reader", "badge", DeviceState.OK))
    assert seen(counter).has_reader


# --------------------------------------------------------------------------- jobs and rates


def test_everybody_does_every_job_until_some_are_assigned(counter: Counter) -> None:
    counter.do(AddJob("Café-Bar"), AddJob("Kasse"), AddJob("Kasse"))
    assert [(job.code, job.name) for job in seen(counter).jobs] == [
        ("cafe_bar", "Café-Bar"), ("kasse", "Kasse"),
    ]  # fmt: skip
    ana, db = people.find(counter.shelf.db, "1").id, counter.shelf.db
    assert set(pay_rules.jobs_of(db, ana)) == {"cafe_bar", "kasse"}
    assert counter.do(AssignJob("1", "kasse")) == ""
    assert pay_rules.jobs_of(db, ana) == {"kasse": "Kasse"}
    assert chosen(counter, "1").jobs == ("kasse",)
    # The clock offers nothing else to whoever taps.
    counter.do(GiveBadge("1"), tapped(FOB), tapped(FOB))
    assert [job.code for job in counter.show(TimeclockView).jobs] == ["kasse"]
    counter.do(AssignJob("1", "kasse", assigned=False))
    assert set(pay_rules.jobs_of(db, ana)) == {"cafe_bar", "kasse"}


def test_whoever_was_assigned_one_job_is_paid_for_it_without_naming_it(counter: Counter) -> None:
    counter.do(AddJob("Bar"), AddJob("Kasse"), SetRate("1", "2026-01-01", 1500, job="bar"))
    punch = PunchClock("in", employee="1", pin="1111")
    counter.do(AssignJob("1", "bar"), punch)
    assert [one.job for one in counter.show(TimeclockView).at_work] == ["bar"]
    counter.do(SetClock(START_MS + HOUR_MS), PunchClock("out", employee="1", pin="1111"))
    counter.do(AssignJob("1", "kasse"), SetClock(START_MS + 2 * HOUR_MS), punch)
    # Whoever has a choice says it, or does work without a job.
    assert [one.job for one in counter.show(TimeclockView).at_work] == [""]


def test_a_job_is_renamed_archived_and_comes_back(counter: Counter) -> None:
    counter.do(AddJob("Bar"), AssignJob("1", "bar"), DefineJob("bar", "Theke"))
    assert seen(counter).jobs[0].name == "Theke"
    # Another job may now have the first name, and it is another job.
    counter.do(AddJob("Bar"))
    assert [job.code for job in seen(counter).jobs] == ["bar_2", "bar"]
    counter.do(DefineJob("bar", "Theke", archived=True))
    assert [(job.name, job.archived) for job in seen(counter).jobs] == [
        ("Bar", False), ("Theke", True),
    ]  # fmt: skip
    assert chosen(counter, "1").jobs == ()
    counter.do(DefineJob("bar", "Theke"))
    assert chosen(counter, "1").jobs == ("bar",)


def test_rates_are_listed_with_their_days_and_one_is_taken_back(counter: Counter) -> None:
    counter.do(AddJob("Bar"), SetRate("1", "2026-01-01", 1200), SetRate("1", "2026-02-01", 1300))
    counter.do(SetRate("1", "2026-01-01", 1500, job="bar"))
    counter.do(SetRate("1", "2026-03-01", 60_000, covers_ms=38 * HOUR_MS))
    rates = chosen(counter, "1").rates
    assert [(one.job, one.from_day, one.rate_minor, one.covers_ms) for one in rates] == [
        ("", "2026-03-01", 60_000, 38 * HOUR_MS), ("", "2026-02-01", 1300, 0),
        ("", "2026-01-01", 1200, 0), ("bar", "2026-01-01", 1500, 0),
    ]  # fmt: skip
    counter.do(SetRate("1", "2026-02-01", None))
    assert "2026-02-01" not in {one.from_day for one in chosen(counter, "1").rates}


def test_a_rate_that_reaches_into_approved_wages_counts_and_says_that_those_stay(
    counter: Counter,
) -> None:
    counter.do(SetRate("1", "2026-01-01", 1200), SetClock(START_MS + 9 * DAY_MS))
    counter.do(ApproveWages("1", "2025-12-29", "2026-01-04"))
    assert chosen(counter, "1").approved_to == "2026-01-04"
    counter.do(SetRate("1", "2026-01-05", 1500))
    assert counter.show(NoticeView).code != "rate_after_approval"
    assert counter.do(SetRate("1", "2026-01-03", 1500)) == ""
    notice = counter.show(NoticeView)
    assert (notice.level, notice.code) == (NoticeLevel.WARN, "rate_after_approval")
    assert dict(notice.fields) == {"day": "2026-01-04"}


# --------------------------------------------------------------------------- what everybody may see of themselves


def test_everybody_may_see_what_is_known_of_them_but_for_the_number_of_a_badge(
    counter: Counter,
) -> None:
    counter.do(AddJob("Bar"), AssignJob("1", "bar"), SetRate("1", "2026-01-01", 1200))
    counter.do(SetRate("1", "2026-02-01", 1300), GiveBadge("1"), tapped(FOB))
    counter.do(DescribeEmployee("1", address="Ring 1", hired_day="2025-11-01"))
    own = staff_service.own_data(counter.shelf.db, "1", pay_rules.day("2026-01-31"))
    assert (own.person.name, own.person.number) == ("Ana", "1")
    assert (own.details.address, own.details.hired_day) == ("Ring 1", "2025-11-01")
    assert own.jobs == {"bar": "Bar"}
    assert own.rate is not None
    assert own.rate.rate_minor == 1200
    assert [one.from_day for one in own.rates] == ["2026-02-01", "2026-01-01"]
    assert len(own.badges) == 1
    assert FOB not in repr(own)
    marks = {row[0] for row in counter.shelf.db.sql("SELECT mark FROM badge")}
    assert not any(mark in repr(own) for mark in marks)


# --------------------------------------------------------------------------- the page


def test_the_page_is_looked_up_only_when_something_was_recorded(counter: Counter) -> None:
    before = seen(counter)
    counter.do(ChoosePerson("1"))
    looked = seen(counter)
    counter.do(SetClock(START_MS + 60_000))
    assert seen(counter) is looked
    counter.do(CloseStaff())
    assert seen(counter).people == ()
    assert before.people != ()
