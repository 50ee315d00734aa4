"""Pages that are a list of blocks: `templates/blocks.html` shows each part of a block that there is, in this order."""

import msgspec

from appliance.lan_server.pages.parts import (
    Chart,
    Fact,
    Form,
    Link,
    Notice,
    Pager,
    Table,
    Tile,
)


class Block(msgspec.Struct, frozen=True):
    """A card of a page; what is empty is not shown. `acts` are buttons, the first one strong with `is_strong`.

    `is_bare`: without a card around it. `id` is an anchor to come back to.
    """

    title: str = ""
    id: str = ""
    sentence: str = ""
    notes: tuple[Notice, ...] = ()
    tiles: tuple[Tile, ...] = ()
    facts: tuple[Fact, ...] = ()
    table: Table | None = None
    chart: Chart | None = None
    form: Form | None = None
    acts: tuple[Link, ...] = ()
    buttons: tuple[Form, ...] = ()
    downloads: tuple[Link, ...] = ()
    is_strong: bool = False
    is_bare: bool = False


class BlocksPage(msgspec.Struct, frozen=True):
    """What `blocks.html` shows. `pager` stands above the blocks: a week or a period before and after."""

    title: str
    blocks: tuple[Block, ...]
    more: str = ""
    crumbs: tuple[Link, ...] = ()
    tabs: tuple[Link, ...] = ()
    tabs_label: str = ""
    acts: tuple[Link, ...] = ()
    pager: Pager | None = None
