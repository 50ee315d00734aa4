"""What waits for a manager, as blocks of the page of hours: requests, punches that do not fit, strange devices."""

from collections.abc import Mapping

from flask import url_for

from appliance.lan_server.access.doors import may_see
from appliance.lan_server.pages.formats import Formats
from appliance.lan_server.pages.parts import Cell, Column, Form, Link, Notice, Table
from appliance.lan_server.pages.stack import Block
from appliance.lan_server.pages.team import not_here, said
from appliance.messages import HoursOddView, HoursRequestView
from appliance.services.attention import Attention
from appliance.services.origins import Stranger


def waiting_blocks(
    found: Attention, strangers: tuple[Stranger, ...], jobs: Mapping[str, str], form: Formats
) -> tuple[Block, ...]:
    """Requests, what does not fit, and strange devices; or a word that nothing waits."""
    say = form.words
    blocks = []
    if found.requests:
        notes = not_here("approve")
        table = _requests(found.requests, jobs, form, may=not notes)
        blocks.append(
            Block(title=say("web.hours.requests"), id="requests", notes=notes, table=table)
        )
    if found.odd:
        blocks.append(
            Block(title=say("web.hours.odd"), id="odd", table=_odd(found.odd, jobs, form))
        )
    if strangers:
        blocks.append(_strangers(strangers, form))
    if not blocks:
        quiet = Notice(say("web.hours.quiet"), "good")
        blocks.append(Block(notes=(quiet,), is_bare=True))
    return tuple(blocks)


def _requests(
    found: tuple[HoursRequestView, ...], jobs: Mapping[str, str], form: Formats, *, may: bool
) -> Table:
    say = form.words
    columns = [
        Column(say("web.account.name"), is_title=True),
        Column(say("web.hours.field_day")),
        Column(say("web.hours.change_asked")),
        Column(say("web.hours.field_reason")),
    ]
    if may:
        columns += [Column("", "act"), Column("", "act")]
    rows = []
    for one in found:
        change = say(
            "web.hours.change",
            was=said(one.was, form, jobs),
            said=said(one.asked, form, jobs),
        )
        cells = [
            Cell(one.name, url_for("hours.day", employee=one.employee, day=one.day)),
            Cell(form.date(one.day)),
            Cell(change, more=say("web.hours.asked_at", at=form.moment(one.at_ms))),
            Cell(one.reason),
        ]
        if may:
            action = url_for("put_right.approve", request_id=one.id)
            cells += [
                Cell("", form=Form(action, (), say("web.hours.approve"), "plain")),
                Cell(say("web.hours.decline"), url_for("put_right.decline", request_id=one.id)),
            ]
        rows.append(tuple(cells))
    return Table(caption="", columns=tuple(columns), rows=tuple(rows))


def _odd(found: tuple[HoursOddView, ...], jobs: Mapping[str, str], form: Formats) -> Table:
    say = form.words
    return Table(
        caption="",
        columns=(
            Column(say("web.account.name"), is_title=True),
            Column(say("web.hours.field_day")),
            Column(say("web.hours.what_is_it")),
        ),
        rows=tuple(
            (
                Cell(one.name, url_for("hours.day", employee=one.employee, day=one.day)),
                Cell(form.date(one.day), url_for("hours.day", employee=one.employee, day=one.day)),
                Cell(
                    say(f"web.hours.odd_{one.why}", said=said(one.said, form, jobs), text=one.text),
                    tone="look",
                ),
            )
            for one in found
        ),
    )


def _strangers(found: tuple[Stranger, ...], form: Formats) -> Block:
    say = form.words
    table = Table(
        caption="",
        columns=(
            Column(say("web.hours.device"), is_title=True),
            Column(say("web.hours.punches"), "number"),
            Column(say("web.today.last"), "number"),
        ),
        rows=tuple(
            (
                Cell(one.origin, tone="look"),
                Cell(form.number(one.punches)),
                Cell(form.moment(one.last_ms) if one.last_ms else "–"),
            )
            for one in found
        ),
    )
    acts: tuple[Link, ...] = ()
    if may_see("registers.index"):
        acts = (Link(say("web.room.registers"), url_for("registers.index"), "cash-register"),)
    return Block(
        title=say("web.hours.strangers"),
        id="strangers",
        sentence=say("web.hours.strangers_text"),
        notes=not_here("devices"),
        table=table,
        acts=acts,
    )
