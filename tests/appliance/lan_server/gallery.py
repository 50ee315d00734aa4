"""One page with every part that pages are made of, for tests and for eyes."""

from typing import Final

import msgspec
from flask import Flask, Response
from flask.typing import ResponseReturnValue

from appliance.lan_server.access.doors import needs
from appliance.lan_server.pages.page import show
from appliance.lan_server.pages.parts import (
    Cell,
    Chart,
    Column,
    Fact,
    Field,
    Form,
    Link,
    Option,
    Pager,
    Table,
    Tile,
)

PICTURE: Final = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 400 120">'
    '<rect width="400" height="120" fill="#0B6E4F"/></svg>'
)
_TEMPLATE: Final = """{% extends "frame.html" %}
{% block main %}
{% call parts.heading(page.title, page.more) %}{{ parts.button(page.link, "strong") }}{% endcall %}
{{ parts.tabs(page.tabs, page.title) }}
{{ parts.tiles(page.tiles) }}
{% call parts.card() %}
{{ parts.search(page.search, "/gallery", page.more, page.kept) }}
{{ parts.table(page.table) }}
{{ parts.pager(page.pager) }}
{{ parts.downloads(page.downloads) }}
{% endcall %}
{% call parts.card(page.title) %}{{ parts.facts(page.facts) }}{{ parts.chart(page.chart) }}{% endcall %}
{% call parts.card() %}{{ parts.form(page.form) }}{% endcall %}
{% call parts.card() %}{{ parts.empty(page.more, page.link) }}{% endcall %}
{% endblock %}
"""


class Gallery(msgspec.Struct, frozen=True):
    """All parts, each with the text `text` wherever a shop could have written something."""

    title: str
    more: str
    link: Link
    crumbs: tuple[Link, ...]
    tabs: tuple[Link, ...]
    tiles: tuple[Tile, ...]
    search: Field
    kept: tuple[Field, ...]
    table: Table
    pager: Pager
    downloads: tuple[Link, ...]
    facts: tuple[Fact, ...]
    chart: Chart
    form: Form


def hang(app: Flask, text: str) -> None:
    """Add the page at `/gallery`."""

    @needs("cashier")
    def gallery() -> ResponseReturnValue:
        template = app.jinja_env.from_string(_TEMPLATE)
        return show(template, made(text), title=text)

    @needs("cashier")
    def picture() -> ResponseReturnValue:
        return Response(PICTURE, mimetype="image/svg+xml")

    app.add_url_rule("/gallery", "gallery", gallery)
    app.add_url_rule("/gallery.svg", "gallery_picture", picture)


def made(text: str) -> Gallery:
    link = Link(text, "/gallery", "plus")
    act = Form("/gallery", (Field("id", "", text, "hidden"),), text, "danger", id="row")
    row = (
        Cell(text, "/gallery", more=text),
        Cell(text, tone="bad", icon="alert-outline"),
        Cell("€1,234.50"),
        Cell("", form=act),
    )
    columns = (
        Column("Article", is_title=True),
        Column("State"),
        Column("Price", "number"),
        Column("Act", "act"),
    )
    fields = (
        Field("text", text, text, hint=text, error=text, is_needed=True, letters=40),
        Field("date", "Day", "2026-11-28", "date"),
        Field(
            "choice", "Choice", kind="select", options=(Option("a", text), Option("b", "B", True))
        ),
        Field("long", "Note", text, "textarea"),
        Field("tick", text, "on", "checkbox", hint=text, error=text),
        Field("file", "File", kind="file"),
        Field("kept", "", text, "hidden"),
    )
    return Gallery(
        title=text,
        more=text,
        link=link,
        crumbs=(link, Link(text, "", is_here=True)),
        tabs=(
            Link("All", "/gallery", is_here=True),
            Link(text, "/gallery"),
            Link("Other", "/gallery"),
        ),
        tiles=(
            Tile(text, "€12,345.00", "+12 %", "good", "/gallery", "cash-multiple"),
            Tile("Refunds", "−€3.00", text, "bad"),
            Tile("Customers", "42", text),
        ),
        search=Field("q", "Search", text, "search"),
        kept=(Field("sort", "", text, "hidden"),),
        table=Table(
            text, columns, (row, row), total=(Cell("Total"), Cell(""), Cell("€2,469.00"), Cell(""))
        ),
        pager=Pager("51–100 of 1,204", Link("Before", "/gallery"), Link("After", "/gallery")),
        downloads=(Link("CSV", "/gallery"), Link("PDF", "/gallery", "file-pdf-box")),
        facts=(Fact("Name", text), Fact("State", text, "look")),
        chart=Chart(text, "/gallery.svg", text),
        form=Form("/gallery", fields, "Save", cancel=link),
    )
