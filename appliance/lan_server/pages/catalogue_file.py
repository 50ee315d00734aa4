"""The catalogue as a file: written out, and taken in after it was shown what would happen."""

import itertools
import re
from collections.abc import Iterator
from typing import Final

import msgspec
from flask import Blueprint, Response, request, url_for
from flask.typing import ResponseReturnValue

from appliance.lan_server import imports
from appliance.lan_server.access.doors import me, needs
from appliance.lan_server.imports import Job
from appliance.lan_server.pages import goods
from appliance.lan_server.pages.formats import Formats
from appliance.lan_server.pages.page import done, formats, sent, show, words
from appliance.lan_server.pages.parts import Cell, Column, Fact, Field, Form, Link, Notice, Table
from appliance.lan_server.pages.stack import Block
from appliance.lan_server.room import here
from appliance.problems import Refusal
from appliance.services import catalogue_csv, catalogue_parts, shop
from appliance.services.catalogue_import import ImportResult
from appliance.services.catalogue_parts import FileMark, Rehearsal
from appliance.services.catalogue_rows import COLUMNS, BadCell

BLUEPRINT: Final = Blueprint("catalogue_file", __name__, url_prefix="/catalogue/file")
MOST_BYTES: Final = 200_000_000
MOST_BAD_SHOWN: Final = 200
_LONGEST_NAME: Final = 80
_LINES_AT_ONCE: Final = 200


class NoFile(Refusal):
    """No file was chosen."""

    code = "no_file"


class FilePage(msgspec.Struct, frozen=True):
    """What `catalogue/file.html` shows; while something is under way it asks again every few seconds."""

    title: str
    tabs: tuple[Link, ...]
    tabs_label: str
    is_busy: bool
    done: int
    total: int
    blocks: tuple[Block, ...]


@BLUEPRINT.route("/")
@needs("manager", "catalogue")
def index() -> ResponseReturnValue:
    """Where the file at hand is, or the form for one."""
    form = formats()
    say = form.words
    job = imports.imports().job
    with here().readers.reading() as db:
        undone = catalogue_parts.undone(db)
    blocks = _begin_blocks(undone, form) if job is None else _job_blocks(job, form)
    page = FilePage(
        title=say("web.file.title"),
        tabs=goods.tabs("catalogue_file.index"),
        tabs_label=say("web.room.catalogue"),
        is_busy=job is not None and job.is_busy,
        done=job.done if job is not None else 0,
        total=max(1, job.total) if job is not None else 1,
        blocks=blocks,
    )
    return show("catalogue/file.html", page, title=page.title)


@BLUEPRINT.route("/check", methods=["POST"])
@needs("manager", "catalogue", most_bytes=MOST_BYTES)
def check() -> ResponseReturnValue:
    """A file comes; it is looked through at once."""
    file = request.files.get("file")
    if file is None or not file.filename:
        raise NoFile
    imports.imports().check(file.stream, _plain(file.filename), me().id, me().name)
    return done("", "catalogue_file.index")


@BLUEPRINT.route("/take", methods=["POST"])
@needs("manager", "catalogue")
def take() -> ResponseReturnValue:
    """What was shown is done."""
    imports.imports().take(skip_bad=bool(sent("skip_bad")))
    return done("", "catalogue_file.index")


@BLUEPRINT.route("/stop", methods=["POST"])
@needs("manager", "catalogue")
def stop() -> ResponseReturnValue:
    """No further; what is in stays in."""
    imports.imports().stop()
    return done("", "catalogue_file.index")


@BLUEPRINT.route("/forget", methods=["POST"])
@needs("manager", "catalogue")
def forget() -> ResponseReturnValue:
    """Let go of the file."""
    imports.imports().forget()
    return done("", "catalogue_file.index")


@BLUEPRINT.route("/catalogue.csv")
@needs("manager", "catalogue")
def export() -> ResponseReturnValue:
    """All products that are sold, as they can be taken in again; sent as it is read."""
    room = here()

    def lines() -> Iterator[bytes]:
        yield b"\xef\xbb\xbf"
        with room.readers.reading() as db:
            written = catalogue_csv.export_catalogue(db)
            while some := list(itertools.islice(written, _LINES_AT_ONCE)):
                yield "".join(f"{line}\r\n" for line in some).encode()

    with room.readers.reading() as db:
        name = _ascii(shop.read(db).name)
    answer = Response(lines(), mimetype="text/csv")
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}catalogue.csv"'
    return answer


# --------------------------------------------------------------------------- before


def _begin_blocks(undone: tuple[FileMark, ...], form: Formats) -> tuple[Block, ...]:
    say = form.words
    notes = tuple(
        Notice(
            say(
                "web.file.undone",
                name=one.name,
                line=form.number(one.line),
                lines=form.number(one.lines),
            ),
            "look",
        )
        for one in undone
    )
    field = Field(
        "file",
        say("web.file.file"),
        kind="file",
        hint=say("web.file.file_hint", columns=", ".join(COLUMNS)),
        is_needed=True,
    )
    check_it = Form(url_for("catalogue_file.check"), (field,), say("web.file.check"), id="file")
    return (
        Block(
            title=say("web.file.import"),
            sentence=say("web.file.import_sentence"),
            notes=notes,
            form=check_it,
        ),
        Block(
            title=say("web.file.export"),
            sentence=say("web.file.export_sentence"),
            downloads=(Link(say("web.file.download"), url_for("catalogue_file.export")),),
        ),
    )


# --------------------------------------------------------------------------- under way and after


def _job_blocks(job: Job, form: Formats) -> tuple[Block, ...]:
    say = form.words
    if job.is_busy:
        told = _progress(job, form)
        return (Block(sentence=told, buttons=(_button("stop", "plain"),)),)
    rehearsal = job.rehearsal
    if job.state == "checked" and rehearsal is not None:
        return _checked(job, rehearsal, form)
    notes = [_ended(job, form)]
    if job.late.bad_rows:
        notes.append(Notice(say("web.file.late", count=form.number(job.late.bad_rows)), "look"))
    over = Block(notes=tuple(notes), buttons=(_button("forget", "strong"),))
    return (over, *_bad_rows(job.late, form))


def _ended(job: Job, form: Formats) -> Notice:
    say = form.words
    if job.state == "done":
        counts = {"added": form.number(job.mark.added), "changed": form.number(job.mark.changed)}
        return Notice(say("web.file.done", name=job.mark.name, **counts), "good")
    if job.mark.line:
        line, lines = form.number(job.mark.line), form.number(job.mark.lines)
        told = say("web.file.stopped_within", line=line, lines=lines)
    else:
        told = say("web.file.stopped_before")
    if job.problem is not None:
        told = f"{form.problem(job.problem)} {told}"
    return Notice(told, "bad" if job.state == "failed" else "look")


def _checked(job: Job, rehearsal: Rehearsal, form: Formats) -> tuple[Block, ...]:
    say, result = form.words, rehearsal.result
    facts = (
        Fact(say("web.file.file"), job.mark.name),
        Fact(say("web.file.added"), form.number(result.added)),
        Fact(say("web.file.changed"), form.number(result.changed)),
        Fact(say("web.file.unchanged"), form.number(result.unchanged)),
        Fact(say("web.file.categories"), form.number(result.categories)),
        Fact(say("web.file.prices"), form.number(rehearsal.price_count)),
        Fact(
            say("web.file.bad_rows"),
            form.number(result.bad_rows),
            "bad" if result.bad_rows else "",
        ),
    )
    notes = []
    if job.mark.line:
        line = form.number(job.mark.line)
        notes.append(Notice(say("web.file.goes_on", line=line), "look"))
    if result.stock_kept:
        notes.append(Notice(say("csv.stock_kept", count=form.number(result.stock_kept))))
    if result.file_bad:
        notes.append(Notice(say("csv.file_bad"), "bad"))
    is_of_use = bool(result.added or result.changed or job.mark.line) and not result.file_bad
    if not is_of_use and not result.file_bad:
        notes.append(Notice(say("web.file.nothing")))
    would = Block(
        title=say("web.file.would"),
        facts=facts,
        notes=tuple(notes),
        form=_take_form(result, form) if is_of_use else None,
        buttons=(_button("forget", "plain"),),
    )
    return (would, *_bad_rows(result, form), *_new_prices(rehearsal, form))


def _take_form(result: ImportResult, form: Formats) -> Form:
    say = form.words
    skip = Field(
        "skip_bad",
        say("web.file.skip_bad", count=form.number(result.bad_rows)),
        kind="checkbox",
        hint=say("web.file.skip_bad_hint"),
        is_needed=True,
    )
    fields = (skip,) if result.bad_rows else ()
    return Form(url_for("catalogue_file.take"), fields, say("web.file.take"))


def _bad_rows(result: ImportResult, form: Formats) -> tuple[Block, ...]:
    say = form.words
    if not result.bad:
        return ()
    shown = result.bad[:MOST_BAD_SHOWN]
    table = Table(
        caption=say("web.file.bad_rows"),
        columns=(
            Column(say("web.file.line"), is_title=True),
            Column(say("web.file.column")),
            Column(say("web.file.value")),
            Column(say("web.file.why")),
        ),
        rows=tuple(_bad_row(one, form) for one in shown),
    )
    more = ""
    if result.bad_rows > len({one.line for one in shown}):
        more = say("csv.more_bad", rows=form.number(result.bad_rows))
    return (Block(table=table, sentence=more),)


def _bad_row(one: BadCell, form: Formats) -> tuple[Cell, ...]:
    return (
        Cell(form.number(one.line)),
        Cell(one.column or "–"),
        Cell(one.value or "–"),
        Cell(form.words(one.code, **dict(one.fields)), tone="bad"),
    )


def _new_prices(rehearsal: Rehearsal, form: Formats) -> tuple[Block, ...]:
    say = form.words
    if not rehearsal.prices:
        return ()
    more = ""
    if rehearsal.price_count > len(rehearsal.prices):
        more = say("web.file.more_prices", count=form.number(rehearsal.price_count))
    table = Table(
        caption=say("web.file.prices"),
        columns=(
            Column(say("web.catalogue.product"), is_title=True),
            Column(say("web.many.before"), "number"),
            Column(say("web.many.after"), "number"),
            Column("", "number"),
        ),
        rows=tuple(
            (
                Cell(one.name, url_for("products.product", product=one.product)),
                Cell(form.money(one.before_minor)),
                Cell(form.money(one.after_minor)),
                Cell(form.change(one.after_minor, one.before_minor)),
            )
            for one in rehearsal.prices
        ),
    )
    return (Block(table=table, sentence=more),)


def _button(act: str, kind: str) -> Form:
    action = url_for(f"catalogue_file.{act}")
    return Form(action, (), words()(f"web.file.{act}"), kind, id=act)


def _progress(job: Job, form: Formats) -> str:
    return form.words(
        "web.file.taking_now" if job.state == "taking" else "web.file.checking_now",
        name=job.mark.name,
        by=job.by,
        done=form.number(job.done),
        total=form.number(job.total),
    )


def _plain(name: str) -> str:
    """A file's name as it can be shown and kept: its last part, printable and not too long."""
    last = name.replace("\\", "/").rpartition("/")[2]
    return "".join(letter for letter in last if letter.isprintable())[-_LONGEST_NAME:] or "–"


def _ascii(name: str) -> str:
    plain = re.sub(r"[^A-Za-z0-9]+", "-", name).strip("-")[:40]
    return f"{plain}-" if plain else ""
