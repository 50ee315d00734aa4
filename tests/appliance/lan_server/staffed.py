"""A shop in which people have worked for two weeks, and what tests need to read its pages and fill in its forms."""

import datetime
import html
from html.parser import HTMLParser
from typing import Final

from appliance.domain.timeclock import HOUR_MS, What
from appliance.journal.access_kinds import WebRulesChanged
from appliance.journal.pay_kinds import PayTermsChanged
from appliance.journal.time_kinds import PayRulesChanged, PunchSaid, RateSet
from appliance.services import pay_rules, people, timeclock, wages
from appliance.services.desk import Desk
from appliance.services.places import Place
from appliance.store.database import Database
from tests.appliance.lan_server.office import Office, Visitor, signed_in

TILL: Final = Place("till")
LONG: Final = "Anna-Lena Freifrau von Hohenstein-Schwarzenberg-Lichtenfels"
MONDAY: Final = datetime.date(2026, 11, 16)
"""The first day of the week before last, as of `office.NOW_MS`."""


def at(office: Office, day: datetime.date, hour: int, minute: int = 0) -> int:
    """A time on the wall of the shop as UTC milliseconds."""
    with office.room.readers.reading() as db:
        zone = pay_rules.read(db).zone
    return int(datetime.datetime.combine(day, datetime.time(hour, minute), zone).timestamp()) * 1000


def work(office: Office, number: str, day: datetime.date, begins: int, ends: int) -> None:
    """Somebody worked on a day from one hour to another, as a manager noted it."""
    begun, ended = at(office, day, begins), at(office, day, ends)
    employee, owner = office.ids[number], office.ids["1"]

    def note(desk: Desk) -> None:
        for what, at_ms in ((What.IN, begun), (What.OUT, ended)):
            said = PunchSaid(what.value, at_ms)
            timeclock.correct(desk, employee, None, said, "noted", TILL, owner)

    office.room.scribe.do(note)


def punch(office: Office, number: str, what: What, at_ms: int = 0) -> str:
    """Somebody punches at the till; answers the punch's id."""
    if at_ms:
        office.clock.set(at_ms)
    employee = office.ids[number]
    return office.room.scribe.do(
        lambda desk: timeclock.punch(desk, employee, what, TILL, office.room.now_ms(), by="pin")
    )


def staff(office: Office, more: int = 0) -> None:
    """Weekly periods, everybody has a rate; cashiers may come in; and `more` people with long names (10, 11, …)."""
    owner = office.ids["1"]

    def begin(desk: Desk) -> None:
        desk.book.record(
            owner,
            PayRulesChanged(zone="Europe/Berlin", period="weekly", overtime="us_federal"),
            PayTermsChanged(breaks="us_federal"),
            WebRulesChanged(cashiers=True),
        )
        for place in range(more):
            number = str(10 + place)
            office.ids[number] = people.add(
                desk,
                office.room.keeper,
                number=number,
                name=f"{LONG} {place}",
                role="cashier",
                pin="1234",
                actor=owner,
            )
        for employee in office.ids.values():
            rate = RateSet(employee=employee, job="", from_day="2026-01-01", rate_minor=1500)
            desk.book.record(owner, rate)

    office.room.scribe.do(begin)


def week_of_work(office: Office, number: str, first: datetime.date = MONDAY) -> None:
    """Nine hours a day from Monday to Friday."""
    for place in range(5):
        work(office, number, first + datetime.timedelta(days=place), 8, 17)


def enter(office: Office, number: str = "1") -> Visitor:
    """Somebody who is signed in, in a shop whose owner has a password too."""
    if number != "1":
        office.give_password("1")
    return signed_in(office, number)


def owed(db: Database, employee: str) -> int:
    """What somebody is still owed of approved wages."""
    return wages.owed(db, employee).owed_minor


class _Fields(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: dict[str, str] = {}
        self._select = self._area = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = {name: value or "" for name, value in attrs}
        name = told.get("name", "")
        if tag == "input" and name and name != "csrf_token":
            if told.get("type") != "checkbox":
                self.found[name] = told.get("value", "")
            elif "checked" in told:
                self.found[name] = "on"
        elif tag == "select":
            self._select = name
        elif tag == "option" and ("selected" in told or self._select not in self.found):
            self.found[self._select] = told.get("value", "")
        elif tag == "textarea":
            self._area = name

    def handle_data(self, data: str) -> None:
        if self._area:
            self.found[self._area] = self.found.get(self._area, "") + data

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea":
            self._area = ""


def fields_of(visitor: Visitor, page: str) -> dict[str, str]:
    """What stands in the fields of a page as it is opened."""
    return fields_in(visitor.get(page).get_data(as_text=True))


def fields_in(shown: str) -> dict[str, str]:
    """What stands in the fields of a page."""
    parser = _Fields()
    parser.feed(shown)
    return parser.found


def text_of(visitor: Visitor, page: str) -> str:
    """A page that is there, as text without what HTML escapes."""
    answer = visitor.get(page)
    assert answer.status_code == 200, (page, answer.status_code)
    return html.unescape(answer.get_data(as_text=True))


def fill_in(visitor: Visitor, page: str, **fields: str) -> str:
    """Open a form, change these fields (empty: not ticked), send it; the page that follows, as text."""
    told = {**fields_of(visitor, page), **fields}
    answer = visitor.send(page, **{name: value for name, value in told.items() if value})
    assert answer.status_code == 303, html.unescape(answer.get_data(as_text=True))
    return html.unescape(visitor.get(answer.headers["Location"]).get_data(as_text=True))


__all__ = [
    "HOUR_MS",
    "LONG",
    "MONDAY",
    "TILL",
    "at",
    "enter",
    "fields_of",
    "fill_in",
    "owed",
    "punch",
    "staff",
    "text_of",
    "week_of_work",
    "work",
]
