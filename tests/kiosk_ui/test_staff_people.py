"""The people on the page of the staff: what is shown of them, what is asked before it is sent, and what is sent."""

import pytest

from appliance import messages as m
from kiosk_ui.navigation import Overlay
from kiosk_ui.presenters import Presenters
from kiosk_ui.presenters.staff.people_views import PersonPartView, StaffPeoplePageView
from tests.kiosk_ui import samples as s
from tests.kiosk_ui.scenes import STAFFED

ANA, BEN, CHLOE, DMITRI = (one.id for one in s.PEOPLE)


class Desk(Presenters):
    """The presenters with the part `people` open, and a register that remembers what it was sent."""

    def __init__(self, *snapshots: m.Snapshot) -> None:
        self.sent: list[m.Command] = []
        super().__init__(self._take, now_ms=lambda: s.NOW_MS)
        for snapshot in (*STAFFED, *(snapshots or (s.STAFF_PEOPLE,))):
            self.show(snapshot)

    def _take(self, command: m.Command) -> bool:
        self.sent.append(command)
        return True

    @property
    def page(self) -> StaffPeoplePageView:
        return self.staff_people.view

    @property
    def person(self) -> PersonPartView:
        return self.page.person

    def fill(self, **fields: str) -> None:
        """Key texts and amounts into the sheet, tap chips and days, and save."""
        for key, value in fields.items():
            field = next(one for one in self.sheet.view.fields if one.key == key)
            if field.has_chips:
                self.sheet.tap_chip(f"{key}={value}")
                continue
            self.sheet.edit(key)
            if self.sheet.view.is_days:
                self.sheet.choose(value)
                continue
            for _ in range(20):
                self.sheet.key("back")
            for sign in value:
                self.sheet.key(sign)
            self.sheet.take()
        self.sheet.save()

    def overlay(self) -> Overlay:
        return self.shell.view.overlay

    def asked(self) -> list[str]:
        return [one.key for one in self.sheet.view.fields]


@pytest.fixture
def desk() -> Desk:
    return Desk()


def with_person(**changes: object) -> m.StaffPeopleView:
    return s.replace(s.STAFF_PEOPLE, chosen=s.replace(s.CHOSEN, **changes))


# --------------------------------------------------------------------------- the list


def test_the_list_says_who_is_at_work_who_begins_and_who_has_left_below(desk: Desk) -> None:
    ana, _, chloe, dmitri = desk.page.people
    assert (ana.initials, ana.badge != "") == ("AM", True)
    assert ana.text.startswith("1  ·  Supervisor  ·  at work since ")
    assert chloe.text.endswith("begins Tue 1 Dec 2026")
    assert chloe.badge == ""
    assert dmitri.text.endswith("left Sat 31 Oct 2026")
    assert dmitri.ink == "muted"
    assert desk.page.is_nothing


def test_whoever_has_left_stands_below_all_others() -> None:
    people = tuple(reversed(s.STAFF_PEOPLE.people))
    desk = Desk(s.replace(s.STAFF_PEOPLE, people=people))
    assert desk.page.people[-1].key == f"person:{DMITRI}"


def test_somebody_on_a_break_is_said_to_be(desk: Desk) -> None:
    on_break = s.replace(s.AT_WORK.at_work[0], presence="on_break")
    desk.show(m.TimeclockView(at_work=(on_break,)))
    assert "on a break since" in desk.page.people[0].text


def test_whoever_is_tapped_is_asked_for_and_marked_once_they_come(desk: Desk) -> None:
    desk.staff_people.choose(f"person:{ANA}")
    assert desk.sent == [m.ChoosePerson(ANA)]
    desk.show(s.WITH_PERSON)
    assert desk.page.is_person
    assert desk.page.people[0].back == "brand_soft"
    desk.staff_people.back()
    assert desk.sent[-1] == m.ChoosePerson(None)


def test_nothing_is_drawn_while_nobody_looks(desk: Desk) -> None:
    desk.show(m.StaffPeopleView())
    assert desk.page == StaffPeoplePageView()


# --------------------------------------------------------------------------- somebody new


def test_somebody_new_has_the_next_number_and_a_pin_keyed_twice(desk: Desk) -> None:
    desk.staff_people.add()
    assert desk.overlay() is Overlay.SHEET
    desk.fill(name="carla", pin="3333", pin_again="3334")
    assert desk.sent == []
    assert desk.sheet.view.note == "The two PINs differ. Please key them in again."
    desk.fill(pin_again="3333", role="manager", first_day="2026-12-01", language="de")
    assert desk.sent == [m.AddEmployee("5", "carla", "3333", "manager", "de", "2026-12-01")]


def test_whoever_was_added_is_looked_at_then_also_when_the_jobs_were_before(desk: Desk) -> None:
    desk.staff_people.jobs()
    desk.show(s.WITH_PERSON)
    assert desk.page.is_person


def test_only_owners_make_owners(desk: Desk) -> None:
    desk.staff_people.add()
    roles = next(one for one in desk.sheet.view.fields if one.key == "role").chips
    assert [one.name for one in roles] == ["role=cashier", "role=manager"]
    desk.show(s.replace(s.MANAGER_IN, employee=s.OWNER))
    desk.staff_people.add()
    roles = next(one for one in desk.sheet.view.fields if one.key == "role").chips
    assert "role=owner" in {one.name for one in roles}


# --------------------------------------------------------------------------- one person


def test_a_change_sends_all_fields_and_nobody_is_asked_for_their_own_role() -> None:
    desk = Desk(s.WITH_PERSON)
    desk.staff_people.edit()
    desk.fill(name="Anna", role="manager")
    assert desk.sent == [m.ChangeEmployee(ANA, "Anna", "1", "manager", "es")]
    desk = Desk(s.replace(s.STAFF_PEOPLE, chosen=m.ChosenPersonView(BEN)))
    desk.staff_people.edit()
    assert "role" not in desk.asked()
    desk.fill(name="Benjamin")
    assert desk.sent == [m.ChangeEmployee(BEN, "Benjamin", "2", None, "")]


def test_a_new_pin_is_keyed_twice_and_never_shown() -> None:
    desk = Desk(s.WITH_PERSON)
    desk.staff_people.pin()
    assert "Ana" in desk.sheet.view.text
    desk.fill(pin="9876", pin_again="9876")
    assert desk.sent == [m.SetPin(ANA, "9876")]
    assert "9876" not in repr(desk.sheet.view)


def test_an_owner_is_not_changed_by_a_manager_but_gets_a_badge() -> None:
    desk = Desk(s.OF_OWNER)
    assert not desk.person.can_change
    assert desk.person.note == "Only an owner changes an owner."
    assert desk.person.can_give
    desk.show(s.replace(s.MANAGER_IN, employee=s.OWNER))
    assert desk.person.can_change


def test_a_badge_is_held_to_the_reader_until_it_is_given_or_given_up() -> None:
    desk = Desk(s.WITH_PERSON)
    desk.staff_people.give_badge()
    assert desk.sent == [m.GiveBadge(ANA)]
    desk.show(s.GIVING_BADGE)
    assert desk.person.waiting == "Hold the badge for Ana Martínez to the reader now."
    assert not desk.person.can_give
    desk.staff_people.cancel_badge()
    assert desk.sent[-1] == m.GiveBadge(None)


def test_without_a_reader_no_badge_is_given_and_it_says_why() -> None:
    desk = Desk(s.replace(s.WITH_PERSON, has_reader=False))
    assert not desk.person.can_give
    assert desk.person.give_hint == "No badge reader is set up at this till."


def test_a_badge_is_called_something_or_taken_back_after_a_question() -> None:
    desk = Desk(s.WITH_PERSON)
    blue, nameless = desk.person.badges
    assert (blue.title, blue.text) == ("Blue fob", "given Tue 13 Oct 2026")
    assert nameless.title == "Badge"
    desk.staff_people.choose(nameless.key)
    desk.fill(label="red")
    assert desk.sent == [m.LabelBadge("K7Q2-90", "red")]
    desk.staff_people.choose(blue.key)
    desk.sheet.remove()
    assert desk.overlay() is Overlay.ASK
    desk.ask.yes()
    assert desk.sent[-1] == m.TakeOneBadge("K7Q2-70")


def test_a_tapped_job_is_theirs_or_no_longer() -> None:
    desk = Desk(s.WITH_PERSON)
    assert [one.text for one in desk.person.jobs] == ["Bakery", "Till"]
    assert desk.person.jobs_hint == "Only these are offered when they clock in."
    desk.staff_people.tap_chip("job:till")
    desk.staff_people.tap_chip("job:bakery")
    assert desk.sent == [m.AssignJob(ANA, "till"), m.AssignJob(ANA, "bakery", assigned=False)]
    desk.show(with_person(jobs=()))
    assert desk.person.jobs_hint.startswith("None is chosen")
    desk.show(s.replace(with_person(jobs=()), jobs=()))
    assert desk.person.jobs_hint.startswith("The shop has no jobs yet")


# --------------------------------------------------------------------------- rates


def test_rates_say_what_is_paid_from_when_and_which_counts_now() -> None:
    desk = Desk(s.WITH_PERSON)
    to_come, now, salary = desk.person.rates
    assert (to_come.title, to_come.text_colour) == ("€15.50 an hour", "muted")
    assert now.text == "from Thu 1 Jan 2026  ·  Every job"
    assert now.text_colour == "brand_ink"
    assert salary.title == "€620.00 a week for 38:30 hours"
    assert salary.text == "from Mon 1 Jun 2026  ·  Bakery"
    assert not desk.person.has_rates_hint
    desk.show(with_person(rates=()))
    assert desk.person.rates_hint.startswith("No rate yet")


def test_a_new_rate_counts_from_a_day_for_a_job_or_for_every_job() -> None:
    desk = Desk(s.WITH_PERSON)
    desk.staff_people.new_rate()
    assert desk.sheet.view.text.startswith("Wages are approved up to Sun 15 Nov 2026.")
    desk.fill(amount="1550")
    assert desk.sent == [m.SetRate(ANA, "2026-11-22", 1550)]
    desk.staff_people.new_rate()
    desk.fill(amount="1600", from_day="2026-12-01", job="till")
    assert desk.sent[-1] == m.SetRate(ANA, "2026-12-01", 1600, "till")


def test_a_weekly_salary_says_for_how_many_hours_it_is() -> None:
    desk = Desk(s.WITH_PERSON)
    desk.staff_people.new_rate()
    desk.fill(amount="60000", by="week")
    assert desk.sent == []
    assert desk.sheet.view.note == "How many hours does the weekly salary pay for?"
    desk.fill(hours="3830")
    assert desk.sent == [m.SetRate(ANA, "2026-11-22", 60_000, "", 38 * 3_600_000 + 1_800_000)]
    desk.staff_people.new_rate()
    desk.fill(amount="1500", hours="3830", by="hour")
    assert desk.sent[-1] == m.SetRate(ANA, "2026-11-22", 1500)


def test_a_rate_is_put_right_on_its_own_day_or_taken_back() -> None:
    desk = Desk(s.WITH_PERSON)
    desk.staff_people.choose("rate:2026-06-01:bakery")
    assert desk.asked() == ["amount", "by", "hours"]
    desk.fill(amount="63000")
    salary = m.SetRate(ANA, "2026-06-01", 63_000, "bakery", 38 * 3_600_000 + 1_800_000)
    assert desk.sent == [salary]
    desk.staff_people.choose("rate:2026-01-01:")
    desk.sheet.remove()
    desk.ask.yes()
    assert desk.sent[-1] == m.SetRate(ANA, "2026-01-01", None)


def test_no_job_is_asked_for_where_the_shop_has_none() -> None:
    desk = Desk(s.replace(s.WITH_PERSON, jobs=()))
    desk.staff_people.new_rate()
    assert "job" not in desk.asked()
    desk.fill(amount="1550")
    assert desk.sent == [m.SetRate(ANA, "2026-11-22", 1550)]


# --------------------------------------------------------------------------- records, first and last day


def test_the_records_show_what_was_told_and_a_wrong_birthday_is_not_sent() -> None:
    desk = Desk(s.WITH_PERSON)
    told = {one.label: one.value for one in desk.person.records}
    assert told["Born"] == "Tue 8 Mar 1994"
    assert told["Sex"] == "female"
    assert told["First day"] == "not filled in"
    desk.staff_people.records()
    desk.fill(born_day="19940231")
    assert desk.sent == []
    assert desk.sheet.view.note.startswith("That is no day.")
    desk.fill(born_day="19940229")
    assert desk.sent == []
    desk.fill(born_day="19940309", sex="other")
    assert desk.sent == [
        m.DescribeEmployee(
            ANA, "Calle Mayor 12, 28013 Madrid", "1994-03-09", "other", "Baker", ""
        )
    ]  # fmt: skip
    desk.staff_people.records()
    desk.fill(born_day="")
    assert desk.sent[-1].born_day == ""  # type: ignore[attr-defined]


def test_somebody_leaves_with_a_last_day_stays_after_all_or_comes_back() -> None:
    desk = Desk(s.WITH_PERSON)
    assert desk.person.leave == "Has left"
    desk.staff_people.leave()
    desk.fill(last_day="2026-11-30")
    assert desk.sent == [m.EndEmployment(ANA, "2026-11-30")]
    leaving = s.replace(s.STAFF_PEOPLE.people[0], last_day="2026-11-30")
    desk = Desk(s.replace(s.WITH_PERSON, people=(leaving,)))
    assert (desk.person.note, desk.person.leave) == ("leaves Mon 30 Nov 2026", "Stays")
    desk.staff_people.leave()
    assert desk.sent == []
    desk.ask.yes()
    assert desk.sent == [m.ResumeEmployment(ANA)]
    desk = Desk(s.GONE)
    assert (desk.person.leave, desk.person.can_give) == ("Comes back", False)
    desk.staff_people.leave()
    desk.fill()
    assert desk.sent == [m.ResumeEmployment(DMITRI, "2026-11-22")]


# --------------------------------------------------------------------------- the jobs of the shop


def test_jobs_are_added_renamed_archived_and_used_again(desk: Desk) -> None:
    desk.staff_people.jobs()
    assert [one.text for one in desk.page.shop_jobs.jobs] == ["", "", "archived"]
    desk.staff_people.add_job()
    desk.fill(name="bar")
    desk.staff_people.choose("job:till")
    desk.fill(name="kasse")
    desk.staff_people.choose("job:till")
    desk.sheet.remove()
    desk.ask.yes()
    desk.staff_people.choose("job:delivery")
    assert desk.overlay() is Overlay.ASK
    desk.ask.yes()
    assert desk.sent == [
        m.ChoosePerson(None),
        m.AddJob("bar"),
        m.DefineJob("till", "kasse"),
        m.DefineJob("till", "Till", archived=True),
        m.DefineJob("delivery", "Delivery"),
    ]


def test_what_is_no_longer_there_opens_nothing(desk: Desk) -> None:
    for key in ("badge:K7Q2-70", "rate:2026-01-01:", "job:nothing"):
        desk.staff_people.choose(key)
    for gesture in ("edit", "pin", "give_badge", "new_rate", "records", "leave"):
        getattr(desk.staff_people, gesture)()
    assert desk.sent == []
    assert desk.overlay() is Overlay.NONE
