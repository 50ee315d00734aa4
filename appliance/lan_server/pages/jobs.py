"""The jobs of the shop: what people come in for, each with a rate of its own if wanted."""

from typing import Final

from flask import Blueprint, url_for
from flask.typing import ResponseReturnValue

from appliance.journal.time_kinds import JobDefined
from appliance.lan_server.access.doors import me, needs
from appliance.lan_server.pages.page import (
    done,
    formats,
    is_posted,
    sent,
    show,
    typed,
    words,
    wrong,
)
from appliance.lan_server.pages.parts import Cell, Column, Field, Form, Table
from appliance.lan_server.pages.stack import Block, StackPage
from appliance.lan_server.pages.team import crumbs, form_page, guard
from appliance.lan_server.room import here, write
from appliance.services import pay_rules
from appliance.services.pay_rules import Job, NoSuchJob

BLUEPRINT: Final = Blueprint("jobs", __name__, url_prefix="/people/jobs")
guard(BLUEPRINT, "people")
_LONGEST: Final = 60


@BLUEPRINT.route("/", methods=["GET", "POST"])
@needs("manager")
def index() -> ResponseReturnValue:
    """All jobs, and one more."""
    say = words()
    if is_posted():
        write(pay_rules.add_job, sent("name", _LONGEST), me().id)
        return done(say("web.saved"), "jobs.index")
    with here().readers.reading() as db:
        found = pay_rules.all_jobs(db)
    add = Form(url_for("jobs.index"), (_name_field(""),), say("web.staff.add_job"))
    page = StackPage(
        title=say("web.staff.shop_jobs"),
        more=say("web.staff.shop_jobs_hint"),
        crumbs=crumbs(last=say("web.staff.shop_jobs")),
        blocks=(Block(table=_table(found)), Block(title=say("web.staff.add_job"), form=add)),
    )
    return show("stack.html", page, title=page.title)


@BLUEPRINT.route("/<code>", methods=["GET", "POST"])
@needs("manager")
def job(code: str) -> ResponseReturnValue:
    """What a job is called, and whether it is offered."""
    say = words()
    with here().readers.reading() as db:
        found = next((one for one in pay_rules.all_jobs(db) if one.code == code), None)
    if found is None:
        raise NoSuchJob(job=code)
    if is_posted():
        told = JobDefined(code, sent("name", _LONGEST), archived=not sent("offered"))
        write(pay_rules.define_job, told, me().id)
        return done(say("web.saved"), "jobs.index")
    offered = Field(
        "offered",
        say("web.staff.job_offered"),
        typed("offered", "" if found.archived else "on"),
        "checkbox",
        say("web.staff.job_text"),
    )
    fields = (_name_field(found.name), offered)
    return form_page(
        found.name,
        fields,
        say("web.save"),
        url_for("jobs.index"),
        crumbs(last=found.name),
    )


def _name_field(name: str) -> Field:
    return Field(
        "name",
        words()("web.account.name"),
        typed("name", name),
        error=wrong("name_needed"),
        letters=_LONGEST,
        is_needed=True,
    )


def _table(found: tuple[Job, ...]) -> Table:
    say = formats().words
    return Table(
        caption="",
        columns=(Column(say("web.staff.job"), is_title=True), Column(say("web.today.state"))),
        rows=tuple(
            (
                Cell(one.name, url_for("jobs.job", code=one.code)),
                Cell(say("web.staff.archived"))
                if one.archived
                else Cell(say("web.staff.offered"), tone="good"),
            )
            for one in found
        ),
        empty=say("web.staff.no_jobs"),
    )
