"""Two weeks of sales in the demo shop, so that the back office has something to show.

They are rung up by the same services as at the till, by a clock that is set back. What lies in the future is left out,
so today is as far as it is. The same for the same moment: chance begins with the same number each time.
"""

import itertools
import random
from collections.abc import Sequence
from typing import Final, NamedTuple

from appliance.clock import ScriptedClock
from appliance.domain import calendar
from appliance.journal.kinds import ProductChanged
from appliance.services import catalogue, checkout, days, pay_rules, people, stock
from appliance.services.desk import Desk
from appliance.store.opened import AnyShelf

DAYS: Final = 14
_HOURS: Final = {8: 3, 9: 4, 10: 4, 11: 5, 12: 8, 13: 6, 14: 3, 15: 4, 16: 5, 17: 7, 18: 5, 19: 2}
"""How many customers come in each hour of a weekday; on Saturdays half as many more, on Sundays none."""
_SATURDAY, _SUNDAY = 5, 6
_MINUTE_MS: Final = 60_000
_HOUR_MS: Final = 60 * _MINUTE_MS
_COST_PERCENT: Final = 55
_NOTES_MINOR: Final = (500, 1000, 2000, 5000, 10_000, 50_000)
_DELIVERED: Final = 40_000


class _Article(NamedTuple):
    id: str
    price_minor: int


def trade_demo_days(shelf: AnyShelf, now_ms: int) -> None:
    """Record them, all or nothing, unless anything was sold in this shop. Takes some seconds."""
    if shelf.db.sql("SELECT 1 FROM sale LIMIT 1"):
        return
    zone = pay_rules.read(shelf.db).zone
    today = calendar.day_of(now_ms, zone)
    first = today - DAYS * calendar.ONE_DAY
    clock = ScriptedClock(calendar.day_begins_ms(first, zone), boot="demo")
    desk = Desk(shelf.db, shelf.book(clock))
    chance = random.Random(14)  # noqa: S311 - no secret
    cashiers = [people.find(shelf.db, number).id for number in ("1", "2")]
    with desk.book.batch():
        articles = _articles(desk, cashiers[1])
        for day in calendar.days_between(first, today):
            midnight_ms = calendar.day_begins_ms(day, zone)
            customers = [
                midnight_ms + at_ms
                for at_ms in _customers(day.weekday(), chance)
                if midnight_ms + at_ms < now_ms
            ]
            if customers:
                _trade(desk, clock, customers, articles, cashiers[day.toordinal() % 2], chance)
                if day != today:
                    days.close_day(desk, cashiers[1])


def _articles(desk: Desk, actor: str) -> Sequence[_Article]:
    """What is sold by the piece, the best sellers first; each has a price at which the shop bought it."""
    found = [
        _Article(*row)
        for row in desk.db.sql(
            "SELECT id, price_minor FROM product WHERE unit = 'piece' AND archived = 0 "
            "ORDER BY favourite = 0, favourite, num"
        )
    ]
    desk.book.record(
        actor,
        *(
            ProductChanged(one.id, cost_minor=one.price_minor * _COST_PERCENT // 100)
            for one in found
        ),
    )
    return found


def _customers(weekday: int, chance: random.Random) -> list[int]:
    """When they come, in milliseconds since midnight."""
    if weekday == _SUNDAY:
        return []
    more = 3 if weekday == _SATURDAY else 2
    return sorted(
        hour * _HOUR_MS + chance.randrange(60) * _MINUTE_MS + chance.randrange(_MINUTE_MS)
        for hour, usual in _HOURS.items()
        for _ in range(max(1, usual * more // 2 + chance.randint(-1, 1)))
    )


def _trade(
    desk: Desk,
    clock: ScriptedClock,
    customers: Sequence[int],
    articles: Sequence[_Article],
    cashier: str,
    chance: random.Random,
) -> None:
    clock.set(customers[0] - _MINUTE_MS)
    days.open_day(desk, cashier)
    for at_ms in customers:
        clock.set(at_ms)
        basket = [_pick(articles, chance) for _ in range(chance.choice((1, 1, 2, 2, 3, 4)))]
        total = 0
        for one in basket:
            _deliver(desk, one, cashier)
            checkout.add_product(desk, one.id, 0, "en", cashier, room=True)
            total += one.price_minor
        note = next((one for one in _NOTES_MINOR if one >= total), total)
        checkout.pay_cash(desk, note, cashier)


def _deliver(desk: Desk, one: _Article, actor: str) -> None:
    """Goods come when the last piece is sold; what nobody counts is not counted."""
    left_milli = catalogue.on_hand(desk.db, one.id)
    if left_milli is not None and left_milli <= 1000:  # noqa: PLR2004 - one piece
        stock.receive(desk, {one.id: _DELIVERED}, "", actor)


def _pick(articles: Sequence[_Article], chance: random.Random) -> _Article:
    """The first ones far more often than the last."""
    place = int(chance.expovariate(6 / len(articles)))
    return next(itertools.islice(itertools.cycle(articles), place, None))


__all__ = ["trade_demo_days"]
