"""People who work at a counter for a week, for tests of the page of the staff."""

import datetime
from zoneinfo import ZoneInfo

from appliance.domain.timeclock import What
from appliance.journal.time_kinds import RateSet
from appliance.messages import SetPayRules, SignIn, StaffPayView
from appliance.messages.staff_pay import ReckonWages
from appliance.services import pay_rules, people, timeclock
from appliance.services.timeclock import Place
from tests.appliance.counter import Counter

BEN = SignIn("2", "2222")
ZONE = ZoneInfo("America/Los_Angeles")
MONDAY = datetime.date(2026, 3, 2)
TILL = Place("till")
FORTY_SIX = (8, 8, 8, 8, 8, 6)


def at(day: datetime.date, hour: int) -> int:
    """An hour by the clock on the wall, in UTC milliseconds."""
    moment = datetime.datetime(day.year, day.month, day.day, hour, tzinfo=ZONE)
    return int(moment.timestamp()) * 1000


def agree(counter: Counter, minor: int = 1200, employee: str = "1") -> None:
    """The rules of the United States, and a rate."""
    counter.do(BEN, SetPayRules(zone=ZONE.key, overtime="us_federal"))
    desk = counter.register.till.desk
    pay_rules.set_rate(desk, RateSet(employee, "", "2026-01-01", minor), "")


def work(counter: Counter, *hours: int, employee: str = "1", since: datetime.date = MONDAY) -> None:
    """Come at six each day and go so many hours later."""
    desk = counter.register.till.desk
    for place, length in enumerate(hours):
        day = since + datetime.timedelta(days=place)
        for hour, what in ((6, What.IN), (6 + length, What.OUT)):
            counter.clock.set(at(day, hour))
            timeclock.punch(desk, employee, what, TILL, at(day, hour), by="pin")


def later(counter: Counter, days: int = 8) -> None:
    """The clock goes on, so many days after that Monday."""
    counter.clock.set(at(MONDAY + datetime.timedelta(days=days), 9))


def hire(counter: Counter, number: str, name: str) -> str:
    """Somebody more who works here; answers their id."""
    desk = counter.register.till.desk
    keeper = people.pins(counter.shelf.db.folder)
    people.add(desk, keeper, number=number, name=name, role="cashier", pin="4444", actor="")
    return people.find(desk.db, number).id


def seen(counter: Counter) -> StaffPayView:
    """What the part shows, once all is reckoned; the screen asks for each piece."""
    while counter.show(StaffPayView).is_busy:
        counter.do(ReckonWages())
    return counter.show(StaffPayView)
