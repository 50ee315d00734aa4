"""The lines of the part *Hours*: people, requests, what does not fit, the days of a week, the punches of a day."""

from collections.abc import Iterator
from typing import Final

from appliance.messages import (
    HoursDayView,
    HoursOddView,
    HoursPersonView,
    HoursPunchView,
    HoursRequestView,
    HoursWeekView,
    StaffHoursView,
)
from kiosk_ui.presenters.staff.hours_views import ActView, LineView, WeekLineView
from kiosk_ui.presenters.staff.hours_words import HourWords
from kiosk_ui.presenters.workshop.views import RowView

MOST: Final = 15
"""Lines of one list: more at once nobody answers, and when these are done the others come up."""

DOT: Final = " · "
PRESENCE: Final = {
    "at_work": ("account-check-outline", "brand_ink", "present"),
    "on_break": ("coffee-outline", "blue_ink", "on_break"),
    "away": ("account-outline", "muted", "away"),
}
WHAT_ICONS: Final = {
    "in": "login",
    "out": "logout",
    "break_start": "coffee-outline",
    "break_end": "coffee-off-outline",
}
TO_CONFIRM: Final = frozenset({"doubtful", "unknown_device"})
"""What a manager confirms: a clock that could not be trusted, a device that nobody named as the shop's own."""

ODD_ICON: Final = "alert-outline"
LOCK_ICON: Final = "lock-outline"
USUAL_HOURS: Final = 24
HOUR_MS: Final = 3_600_000


def person_rows(hours: HourWords, seen: StaffHoursView) -> Iterator[RowView]:
    """Everybody who works here: who is at work first, then who is on a break."""
    order = tuple(PRESENCE)
    chosen = "" if seen.week is None else seen.week.employee
    today = hours.day_of(seen.now_ms)
    for one in sorted(seen.people, key=lambda person: order.index(person.presence)):
        icon, colour, _ = PRESENCE[one.presence]
        yield RowView(
            key=f"person:{one.id}",
            icon=icon,
            colour=colour,
            title=one.name,
            text=DOT.join(_where(hours, one, today)),
            back="brand_soft" if one.id == chosen else "surface",
            border="brand" if one.id == chosen else "line",
        )


def _where(hours: HourWords, one: HoursPersonView, today: str) -> Iterator[str]:
    words = hours.words
    _, _, key = PRESENCE[one.presence]
    place = words(f"staff_hours.{key}")
    if one.since_ms:
        is_today = hours.day_of(one.since_ms) == today
        time = hours.clock(one.since_ms) if is_today else hours.moment(one.since_ms)
        place = f"{place} {words('staff_hours.since', time=time)}"
    yield place
    if one.job:
        yield hours.job(one.job)
    if one.week_ms:
        yield words("staff_hours.this_week", length=hours.length(one.week_ms))


def waiting_lines(hours: HourWords, seen: StaffHoursView, sent: str) -> Iterator[LineView]:
    """All that waits for a manager: requests, and what does not fit."""
    if seen.requests:
        yield said_line("requests", "inbox-outline", hours.words("staff_hours.requests"))
        yield from request_lines(hours, seen.requests, sent)
    if seen.odd:
        yield said_line("odd", ODD_ICON, hours.words("staff_hours.odd"))
        yield from odd_lines(hours, seen.odd)


def request_lines(
    hours: HourWords, requests: tuple[HoursRequestView, ...], sent: str
) -> Iterator[LineView]:
    """What employees ask for; `sent` is the one that was just answered."""
    words = hours.words
    for one in requests[:MOST]:
        parts = (
            hours.day(one.day),
            words("staff_hours.quoted", text=one.reason),
            words("staff_hours.asked_at", at=hours.moment(one.at_ms)),
        )
        yield LineView(
            RowView(
                key=f"request:{one.id}",
                icon="account-question-outline",
                colour="blue_ink",
                title=words("staff_hours.asks", name=one.name, change=change(hours, one)),
                text=DOT.join(parts),
            ),
            acts=(
                ActView(
                    f"decline:{one.id}",
                    "close",
                    words("staff_hours.decline"),
                    enabled=one.id != sent,
                ),
                ActView(
                    f"approve:{one.id}",
                    "check",
                    words("staff_hours.approve"),
                    enabled=one.id != sent,
                    back="brand",
                    press="brand_press",
                    ink="on_strong",
                ),
            ),
            has_acts=True,
        )
    yield from _more(hours, len(requests))


def change(hours: HourWords, request: HoursRequestView) -> str:
    """What is asked, beside what was: `In 09:00 → In 08:00`."""
    was = hours.said(request.was, day=request.day)
    asked = hours.said(request.asked)
    return hours.words("staff_hours.change", was=was, said=asked)


def odd_lines(hours: HourWords, odd: tuple[HoursOddView, ...]) -> Iterator[LineView]:
    """What does not fit, each a way to its day."""
    for number, one in enumerate(odd[:MOST]):
        said = hours.said(one.said)
        yield LineView(
            RowView(
                key=f"odd:{number}",
                icon="clock-alert-outline" if one.why in TO_CONFIRM else ODD_ICON,
                colour="amber_ink",
                title=f"{one.name}{DOT}{hours.day(one.day)}",
                text=hours.words(f"staff_hours.odd_{one.why}", said=said, text=one.text),
                text_colour="amber_ink",
            )
        )
    yield from _more(hours, len(odd))


def _more(hours: HourWords, count: int) -> Iterator[LineView]:
    if count > MOST:
        yield said_line(
            "more", "dots-horizontal", hours.words.count("staff_hours.more", count - MOST)
        )


def said_line(key: str, icon: str, title: str, text: str = "", colour: str = "muted") -> LineView:
    """A line that only says something."""
    return LineView(
        RowView(key, icon, colour, title, text, colour, back="clear", border="clear", enabled=False)
    )


# --------------------------------------------------------------------------- a week


def week_lines(
    hours: HourWords, week: HoursWeekView, requests: tuple[HoursRequestView, ...]
) -> Iterator[WeekLineView]:
    """The seven days."""
    asked = {one.day for one in requests if one.employee == week.employee}
    for one in week.days:
        notes = tuple(_notes(hours, one, is_asked=one.day in asked))
        is_odd = one.day in asked or any(map(is_wrong, one.punches))
        locked = one.lock is not None
        yield WeekLineView(
            key=f"hours_day:{one.day}",
            day=hours.day(one.day),
            length=hours.length(one.paid_ms) if one.stretches else "–",
            icon=LOCK_ICON if locked else ODD_ICON if is_odd else "chevron-right",
            colour="muted" if locked or not is_odd else "amber_ink",
            text=", ".join(map(hours.stretch, one.stretches)),
            note=DOT.join(notes),
            note_colour="amber_ink" if is_odd else "muted",
            picture=hours.picture(one),
        )


def is_wrong(punch: HoursPunchView) -> bool:
    """Whether a manager has something to do about it."""
    is_contested = bool(punch.corrections and punch.corrections[-1].contested)
    return is_contested or (not punch.gone and bool(punch.fault or punch.clock in TO_CONFIRM))


def odd_length(hours: HourWords, day: HoursDayView) -> Iterator[str]:
    """That a day has 23 or 25 hours; nothing of usual days."""
    length = (day.ends_ms - day.begins_ms) // HOUR_MS
    if length != USUAL_HOURS:
        key = "hours_23" if length < USUAL_HOURS else "hours_25"
        yield hours.words(f"staff_hours.{key}", n=length)


def _notes(hours: HourWords, day: HoursDayView, *, is_asked: bool) -> Iterator[str]:
    words = hours.words
    yield from odd_length(hours, day)
    if is_asked:
        yield words("staff_hours.is_asked")
    found = dict.fromkeys(
        key for punch in day.punches for key in _short(punch) if key not in {"", "is_undone"}
    )
    for key in found:
        yield words(f"staff_hours.{key}")
    if day.lock is not None:
        yield words("staff_hours.is_locked")


def _short(punch: HoursPunchView) -> Iterator[str]:
    if punch.gone:
        yield f"is_{punch.gone}"
    elif punch.fault:
        yield f"is_{punch.fault}"
    if not punch.gone and punch.clock in {*TO_CONFIRM, "fixed"}:
        yield f"is_{punch.clock}"
    if punch.corrections:
        yield "was_put_right"
        if punch.corrections[-1].contested:
            yield "is_contested"


# --------------------------------------------------------------------------- a day


def day_lines(
    hours: HourWords,
    week: HoursWeekView,
    day: HoursDayView,
    requests: tuple[HoursRequestView, ...],
    sent: str,
) -> Iterator[LineView]:
    """The lock, what is asked, and each punch with all that was ever said of it."""
    words = hours.words
    if day.lock is not None:
        at = hours.moment(day.lock.at_ms)
        said = words("staff_hours.locked", author=day.lock.author, at=at)
        yield said_line("lock", LOCK_ICON, said)
    here = tuple(one for one in requests if one.employee == week.employee and one.day == day.day)
    yield from request_lines(hours, here, sent)
    if not day.punches:
        yield said_line("nothing", "timer-off-outline", words("staff_hours.no_punches"))
    for punch in day.punches:
        yield _punch_line(hours, punch, sent, locked=day.lock is not None)
        yield from _history(hours, punch, week.name, day.day)


def _punch_line(hours: HourWords, punch: HoursPunchView, sent: str, *, locked: bool) -> LineView:
    wrong = is_wrong(punch)
    can_change = not locked and punch.gone != "undone"
    confirm = ActView(
        f"confirm:{punch.id}",
        "check",
        hours.words("staff_hours.confirm"),
        enabled=punch.id != sent,
    )
    is_quiet = bool(punch.gone)
    has_acts = can_change and wrong and not punch.fault and not punch.gone
    return LineView(
        RowView(
            key=f"punch:{punch.id}",
            icon=ODD_ICON if wrong else WHAT_ICONS[punch.said.what],
            colour="amber_ink" if wrong else "muted" if is_quiet else "brand_ink",
            title=hours.said(punch.said),
            text=DOT.join(_remarks(hours, punch)),
            text_colour="amber_ink" if wrong else "muted",
            back="clear" if is_quiet else "surface",
            border="clear" if is_quiet or locked else "line",
            enabled=can_change,
        ),
        acts=(confirm,) if has_acts else (),
        has_acts=has_acts,
    )


def _remarks(hours: HourWords, punch: HoursPunchView) -> Iterator[str]:
    """What is to be known of a punch: what is wrong, what it counts as, and where it came from."""
    words = hours.words
    if punch.gone:
        yield words(f"staff_hours.is_{punch.gone}")
    elif punch.fault:
        yield words(f"staff_hours.is_{punch.fault}")
    if punch.clock in {*TO_CONFIRM, "fixed"}:
        yield words(f"staff_hours.is_{punch.clock}")
    if punch.corrections and punch.corrections[-1].contested:
        yield words("staff_hours.is_contested")
    if punch.counts_ms != punch.said.at_ms and not punch.gone:
        yield words("staff_hours.counts_as", time=hours.clock(punch.counts_ms))
    if punch.by in {"pin", "manager"}:
        yield words(f"staff_hours.by_{punch.by}")
    else:
        yield words("staff_hours.by_badge", form=punch.by)
    yield words("staff_hours.at_device", device=punch.device)


def _history(hours: HourWords, punch: HoursPunchView, name: str, day: str) -> Iterator[LineView]:
    """Each correction with both values, and what the employee says of it."""
    words = hours.words
    for one in punch.corrections:
        was, said = hours.said(one.was, day=day), hours.said(one.said, day=day)
        who = words("staff_hours.history", author=one.author, at=hours.moment(one.at_ms))
        yield said_line(
            f"history:{one.id}",
            "history",
            words("staff_hours.change", was=was, said=said),
            f"{who}: {one.reason}",
        )
        if one.contested:
            text = words("staff_hours.contest", name=name, text=one.contested)
            yield said_line(f"contest:{one.id}", "comment-alert-outline", text, colour="amber_ink")
