"""A day of somebody as blocks of a page: the times that count, the punches, and everything that was said of them."""

from collections.abc import Mapping
from typing import Final

from flask import url_for

from appliance.lan_server.pages.formats import Formats
from appliance.lan_server.pages.parts import Cell, Column, Form, Link, Notice, Table, Tile
from appliance.lan_server.pages.stack import Block
from appliance.lan_server.pages.team import not_here, said
from appliance.lan_server.room import here
from appliance.messages import HoursDayView, HoursPunchView, HoursStretchView, PersonView
from appliance.services.hours import MINUTE_MS

HOUR_MS: Final = 3_600_000
DAY_HOURS: Final = 24
_DOUBTED: Final = frozenset({"doubtful", "unknown_device"})


class Day:
    """The times of a day in words."""

    def __init__(self, day: HoursDayView, form: Formats) -> None:
        self._day = day
        self._form = form

    @property
    def times(self) -> str:
        """Work without its breaks: `09:00 – 17:30, 18:00 – now`."""
        spans: list[tuple[str, str]] = []
        for one in self._day.stretches:
            begin, end = self._ends(one)
            if spans and spans[-1][1] == begin:
                spans[-1] = (spans[-1][0], end)
            else:
                spans.append((begin, end))
        return ", ".join(f"{begin} – {end}" for begin, end in spans)

    def stretch(self, one: HoursStretchView) -> str:
        """One stretch."""
        begin, end = self._ends(one)
        return f"{begin} – {end}"

    def _ends(self, one: HoursStretchView) -> tuple[str, str]:
        form = self._form
        begin = "→" if one.comes_over else form.clock(one.begun_ms)
        end = "→" if one.goes_over else form.clock(one.ended_ms)
        return begin, form.words("web.hours.now") if one.is_open and not one.goes_over else end


def day_blocks(
    person: PersonView, day: HoursDayView, jobs: Mapping[str, str], form: Formats
) -> tuple[Block, ...]:
    """Everything about a day; what can be changed is offered where it can be."""
    say = form.words
    may = here().place.allows("correct") and day.lock is None
    acts: tuple[Link, ...] = ()
    if may:
        href = url_for("put_right.add", employee=person.id, day=day.day)
        acts = (Link(say("web.hours.add"), href, "plus"),)
    return (
        Block(notes=_notes(day, form), tiles=_tiles(day, form), is_bare=True),
        Block(title=say("web.hours.times"), table=_stretches(day, jobs, form)),
        Block(
            title=say("web.hours.punches"),
            table=_punches(person, day, jobs, form, may=may),
            acts=acts,
        ),
        *_history(day, jobs, form),
    )


def _notes(day: HoursDayView, form: Formats) -> tuple[Notice, ...]:
    say = form.words
    notes = list(not_here("correct"))
    if day.lock is not None:
        at = form.moment(day.lock.at_ms)
        notes.append(Notice(say("web.hours.locked", author=day.lock.author, at=at), "lock"))
    long = (day.ends_ms - day.begins_ms) // HOUR_MS
    if long != DAY_HOURS:
        key = "hours_23" if long < DAY_HOURS else "hours_25"
        notes.append(Notice(say(f"web.hours.{key}", count=long)))
    return tuple(notes)


def _tiles(day: HoursDayView, form: Formats) -> tuple[Tile, ...]:
    say = form.words
    return (
        Tile(say("web.hours.paid"), form.hours(day.paid_ms), icon="clock-check-outline"),
        Tile(say("web.hours.unpaid"), form.hours(day.unpaid_ms), icon="coffee-outline"),
    )


def _stretches(day: HoursDayView, jobs: Mapping[str, str], form: Formats) -> Table:
    say, words = form.words, Day(day, form)
    return Table(
        caption="",
        columns=(
            Column(say("web.hours.times"), is_title=True),
            Column(say("web.hours.what_is_it")),
            Column(say("web.hours.field_job")),
            Column(say("web.hours.length"), "number"),
        ),
        rows=tuple(
            (
                Cell(words.stretch(one)),
                Cell(
                    say(f"web.hours.kind_{one.kind}"),
                    tone="good" if one.is_open else "",
                    more=say("web.hours.goes_on") if one.is_open else "",
                ),
                Cell(jobs.get(one.job, one.job) or "–"),
                Cell(form.hours(one.ended_ms - one.begun_ms)),
            )
            for one in day.stretches
        ),
        empty=say("web.hours.no_stretches"),
    )


def _punches(
    person: PersonView,
    day: HoursDayView,
    jobs: Mapping[str, str],
    form: Formats,
    *,
    may: bool,
) -> Table:
    say = form.words
    columns = [
        Column(say("web.hours.punch"), is_title=True),
        Column(say("web.hours.from_where")),
        Column(say("web.hours.marks")),
    ]
    if may:
        columns += [Column("", "act"), Column("", "act")]
    rows = []
    for one in day.punches:
        marks, tone = _marks(one, form)
        counts = ""
        if one.counts_ms // MINUTE_MS != one.said.at_ms // MINUTE_MS and not one.gone:
            counts = say("web.hours.counts_as", time=form.clock(one.counts_ms))
        cells = [
            Cell(said(one.said, form, jobs), more=counts),
            Cell(_where(one, form)),
            Cell(", ".join(marks), tone=tone),
        ]
        if may:
            href = url_for("put_right.correct", employee=person.id, punch=one.id, day=day.day)
            cells += [Cell(say("web.hours.correct"), href), _second_act(person, day, one, form)]
        rows.append(tuple(cells))
    return Table(
        caption="", columns=tuple(columns), rows=tuple(rows), empty=say("web.hours.no_punches")
    )


def _second_act(person: PersonView, day: HoursDayView, one: HoursPunchView, form: Formats) -> Cell:
    """What is doubted can be confirmed; what was put right can be taken back."""
    say = form.words
    is_contested = bool(one.corrections and one.corrections[-1].contested)
    if not one.gone and (one.clock in _DOUBTED or is_contested):
        action = url_for("put_right.confirm", employee=person.id, punch=one.id)
        return Cell("", form=Form(action, (), say("web.hours.confirm"), "plain"))
    if one.corrections:
        href = url_for("put_right.undo", employee=person.id, punch=one.id, day=day.day)
        return Cell(say("web.hours.undo"), href)
    return Cell("")


def _where(one: HoursPunchView, form: Formats) -> str:
    say = form.words
    if one.by == "manager":
        by = say("web.hours.by_manager")
    elif one.by == "pin":
        by = say("web.hours.by_pin")
    elif one.by == "web":
        by = say("web.hours.by_web")
    else:
        by = say("web.hours.by_badge", form=one.by)
    return f"{by}, {one.device}" if one.device else by


def _marks(one: HoursPunchView, form: Formats) -> tuple[list[str], str]:
    say = form.words
    if one.gone:
        return [say(f"web.hours.is_{one.gone}")], "look"
    found, tone = [], ""
    if one.fault:
        found.append(say(f"web.hours.is_{one.fault}"))
        tone = "bad"
    if one.clock in _DOUBTED:
        found.append(say(f"web.hours.is_{one.clock}"))
        tone = "bad"
    if one.clock == "fixed":
        found.append(say("web.hours.is_fixed"))
    if one.corrections:
        found.append(say("web.hours.was_put_right"))
        if one.corrections[-1].contested:
            found.append(say("web.hours.is_contested"))
            tone = "look"
    return found, tone


def _history(day: HoursDayView, jobs: Mapping[str, str], form: Formats) -> tuple[Block, ...]:
    """All that was said of the day's punches, punch by punch, the oldest first."""
    say = form.words
    rows = []
    for one in day.punches:
        for told in one.corrections:
            contested = ""
            if told.contested:
                contested = say("web.hours.contested_by", text=told.contested)
            change = say(
                "web.hours.change",
                was=said(told.was, form, jobs),
                said=said(told.said, form, jobs),
            )
            rows.append(
                (
                    Cell(change),
                    Cell(told.reason, more=contested),
                    Cell(told.author),
                    Cell(form.moment(told.at_ms)),
                )
            )
    if not rows:
        return ()
    table = Table(
        caption="",
        columns=(
            Column(say("web.hours.what_changed"), is_title=True),
            Column(say("web.hours.field_reason")),
            Column(say("web.hours.by_whom")),
            Column(say("web.hours.when"), "number"),
        ),
        rows=tuple(rows),
    )
    return (Block(title=say("web.hours.history"), id="history", table=table),)
