"""Two weeks in which the demo shop's colleagues have worked, so that hours and wages have something to show.

Each punch is recorded as it would have been at its time, by a clock that is set back. What began less than two weeks
ago and lies in the future is left out, so a colleague may be at work just now.
"""

import datetime
import tomllib
from importlib.resources import files
from typing import Final

import msgspec

from appliance.clock import ScriptedClock
from appliance.domain import calendar
from appliance.domain.timeclock import What
from appliance.journal.time_kinds import RateSet
from appliance.services import pay_rules, people, timeclock
from appliance.services.desk import Desk
from appliance.services.timeclock import Place
from appliance.store.opened import AnyShelf

DAYS: Final = 14
_MINUTE_MS: Final = 60_000
_HAND: Final = (-3, 2, 0, 5, -1, 4, 1)
"""Minutes by which people come and go besides what was planned, one day after another: nobody is a clock."""


class Colleague(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Somebody who works from `begins` on for `works` minutes, with `rests` minutes of unpaid break in the middle.

    `weekdays` are 0 for Monday to 5 for Saturday; `rate_minor` is paid an hour.
    """

    number: str
    name: str
    role: str
    pin: str
    rate_minor: int
    weekdays: tuple[int, ...]
    begins: datetime.time
    works: int
    rests: int


class _Weeks(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What `weeks.toml` holds."""

    colleague: tuple[Colleague, ...]


def colleagues() -> tuple[Colleague, ...]:
    """Who they are."""
    text = files(__package__).joinpath("weeks.toml").read_text(encoding="utf-8")
    return msgspec.convert(tomllib.loads(text), _Weeks).colleague


def live_demo_weeks(shelf: AnyShelf, keeper: people.Pins, now_ms: int) -> None:
    """Record them, all or nothing, unless anybody has punched in this shop. Takes a fraction of a second."""
    if shelf.db.sql("SELECT 1 FROM punch LIMIT 1"):
        return
    zone = pay_rules.read(shelf.db).zone
    today = calendar.day_of(now_ms, zone)
    first = today - DAYS * calendar.ONE_DAY
    clock = ScriptedClock(calendar.day_begins_ms(first, zone), boot="demo")
    desk = Desk(shelf.db, shelf.book(clock))
    with desk.book.batch():
        for one in colleagues():
            people.add(
                desk, keeper, number=one.number, name=one.name, role=one.role, pin=one.pin, actor=""
            )
            since = first.isoformat()
            pay_rules.set_rate(desk, RateSet(one.number, "", since, one.rate_minor), "")
        punches = [
            punch
            for one in colleagues()
            for day in calendar.days_between(first, today)
            for punch in _shift(one, day, calendar.day_begins_ms(day, zone))
        ]
        for at_ms, number, what in sorted(punches):
            if at_ms < now_ms:
                clock.set(at_ms)
                timeclock.punch(desk, number, what, Place("till"), at_ms, by="pin")


def _shift(one: Colleague, day: datetime.date, midnight_ms: int) -> list[tuple[int, str, What]]:
    """The punches of a day: when, whose number, and what."""
    if day.weekday() not in one.weekdays:
        return []
    hand = _HAND[(day.toordinal() + int(one.number)) % len(_HAND)]
    begins = one.begins.hour * 60 + one.begins.minute + hand
    half = one.works // 2
    minutes = [
        (begins, What.IN),
        (begins + half, What.BREAK_START),
        (begins + half + one.rests, What.BREAK_END),
        (begins + one.works + one.rests - hand, What.OUT),
    ]
    return [(midnight_ms + minute * _MINUTE_MS, one.number, what) for minute, what in minutes]


__all__ = ["Colleague", "colleagues", "live_demo_weeks"]
