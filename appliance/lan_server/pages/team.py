"""What the pages about people, hours, wages and the schedule share: tabs, days, and how a punch is told."""

import datetime
from collections.abc import Mapping
from typing import Final

from flask import Blueprint, request, url_for
from flask.typing import ResponseReturnValue

from appliance.domain import calendar
from appliance.journal.time_kinds import PunchSaid
from appliance.lan_server.access.doors import may_see
from appliance.lan_server.pages.formats import Formats
from appliance.lan_server.pages.page import formats, show, words
from appliance.lan_server.pages.parts import Confirm, Field, Form, FormPage, Link, Notice, Option
from appliance.lan_server.pages.stack import Block, StackPage
from appliance.lan_server.room import here
from appliance.messages import HoursSaidView, PersonView
from appliance.services import pay_rules, people
from appliance.services.pay_terms import LEAVE_KINDS
from appliance.services.places import ACTS
from appliance.store.database import Database

LONGEST_TEXT: Final = 400


def people_tabs() -> tuple[Link, ...]:
    """The parts of the room of people."""
    return _tabs(("people", "people.index"), ("hours", "hours.index"), ("plan", "schedule.index"))


def wages_tabs() -> tuple[Link, ...]:
    """The parts of the room of wages."""
    return _tabs(("wages", "wages.index"), ("labour", "labour.index"), ("rules", "pay_rules.index"))


def _tabs(*tabs: tuple[str, str]) -> tuple[Link, ...]:
    say = words()
    return tuple(
        Link(say(f"web.staff.tab_{key}"), url_for(at), is_here=request.endpoint == at)
        for key, at in tabs
        if may_see(at)
    )


def not_here(act: str) -> tuple[Notice, ...]:
    """Why an act is not offered here; nothing where it is possible."""
    if here().place.allows(act):
        return ()
    return (Notice(words()(f"web.staff.not_here_{act}"), "look"),)


def guard(blueprint: Blueprint, act: str) -> None:
    """Forms of a blueprint are refused where the shop's table of acts does not have this act for the web.

    An act that no table of this version names is not limited.
    """

    def refuse() -> None:
        if act in ACTS and request.method not in {"GET", "HEAD", "OPTIONS"}:
            here().place.refuse_unless(act)

    blueprint.before_request(refuse)


def today() -> datetime.date:
    """The day in the shop."""
    return calendar.day_of(here().now_ms(), formats().zone)


def asked_day(name: str = "day") -> datetime.date:
    """The day that the address names, else today. Raises `NotADay`."""
    text = request.args.get(name, "")
    return pay_rules.day(text) if text else today()


def known(employee: str) -> PersonView:
    """Somebody who works here or did. Raises `NoSuchEmployee`."""
    with here().readers.reading() as db:
        return people.known(db, employee)


def crumbs(person: PersonView | None = None, last: str = "") -> tuple[Link, ...]:
    """The way back: people, the person, and where one is."""
    found = [Link(words()("web.room.people"), url_for("people.index"))]
    if person is not None:
        found.append(_crumb(person.name, url_for("people.person", employee=person.id), last))
    if last:
        found.append(Link(last, "", is_here=True))
    return tuple(found)


def _crumb(text: str, href: str, last: str) -> Link:
    return Link(text, href) if last else Link(text, "", is_here=True)


def form_page(
    title: str,
    fields: tuple[Field, ...],
    submit: str,
    back: str,
    way: tuple[Link, ...],
    *,
    sentence: str = "",
    kind: str = "strong",
    acts: tuple[Link, ...] = (),
) -> ResponseReturnValue:
    """A page with one form, sent to where it stands; `back` is where its other button leads, `acts` stand above."""
    form = Form("", fields, submit, kind, Link(words()("web.cancel"), back))
    if acts:
        blocks = (Block(sentence=sentence, form=form), Block(acts=acts, is_bare=True))
        return show("stack.html", StackPage(title, blocks, crumbs=way), title=title)
    return show("account/form.html", FormPage(title, sentence, form, way), title=title)


def ask_once_more(
    title: str,
    sentence: str,
    submit: str,
    back: str,
    *,
    kind: str = "danger",
    more: tuple[str, ...] = (),
    fields: tuple[Field, ...] = (),
) -> ResponseReturnValue:
    """A page that asks before something that cannot be taken back."""
    form = Form("", fields, submit, kind, Link(words()("web.cancel"), back))
    page = Confirm(title, sentence, form, more)
    return show("confirm.html", page, title=title)


def choose(
    pairs: Mapping[str, str] | tuple[tuple[str, str], ...], chosen: str
) -> tuple[Option, ...]:
    """The choices of a field."""
    all_pairs = tuple(pairs.items()) if isinstance(pairs, Mapping) else pairs
    return tuple(Option(value, text, value == chosen) for value, text in all_pairs)


def job_names(db: Database) -> dict[str, str]:
    """All jobs by code, those that are archived too."""
    return {job.code: job.name for job in pay_rules.all_jobs(db)}


# --------------------------------------------------------------------------- punches in words


def said(told: HoursSaidView | PunchSaid | None, form: Formats, jobs: Mapping[str, str]) -> str:
    """What a punch says: `In 8:58 · Bar`; `no punch` for none."""
    say = form.words
    if told is None:
        return say("web.hours.no_punch")
    paid = "_paid" if told.what == "break_start" and told.paid else ""
    text = f"{say(f'web.hours.what_{told.what}{paid}')} {form.clock(told.at_ms)}"
    if isinstance(told, HoursSaidView) and told.later:
        text += f" ({say('web.hours.second_time')})"
    job = jobs.get(told.job, told.job)
    return f"{text} · {job}" if job and told.what == "in" else text


def leave_name(code: str, name: str, form: Formats) -> str:
    """What a kind of leave is called."""
    if name:
        return name
    return form.words(f"web.pay.leave_{code}") if code in LEAVE_KINDS else code


def length(ms: int, form: Formats) -> str:
    """A length, below zero with its sign."""
    return f"\N{MINUS SIGN}{form.hours(-ms)}" if ms < 0 else form.hours(ms)
