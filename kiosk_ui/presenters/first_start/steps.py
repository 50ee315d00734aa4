"""What each step of the first start asks, in words. Nothing is remembered here."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from appliance.messages import (
    STEPS,
    FirstStartView,
    NetworkView,
    ServerView,
    StepName,
    StickFileView,
    WifiView,
)
from kiosk_ui.presenters.first_start import country as terms
from kiosk_ui.presenters.first_start.views import CellView, Content
from kiosk_ui.presenters.formats import Formats
from kiosk_ui.presenters.last_sale import LANGUAGE_NAMES
from kiosk_ui.presenters.sheet import DOT
from kiosk_ui.presenters.workshop.views import FieldView, RowView
from kiosk_ui.strings import LANGUAGES, Words

OTHER_WIFI: Final = "ssid:"
_WIFI_BARS: Final = 4
_KILO: Final = 1000
_MANY: Final = 6


@dataclass(frozen=True, slots=True)
class Asked:
    """What a step is drawn from. `country` is the country that was chosen on the screen, None before one was."""

    seen: FirstStartView
    server: ServerView
    words: Words
    formats: Formats
    values: Mapping[str, str]
    country: str | None


def content(asked: Asked) -> Content:
    """What the step at hand asks."""
    return _CONTENT[asked.seen.step](asked)


# --------------------------------------------------------------------------- rows


def row(
    key: str,
    icon: str,
    title: str,
    text: str = "",
    *,
    colour: str = "muted",
    text_colour: str = "muted",
    chosen: bool = False,
) -> RowView:
    """Something to be tapped."""
    return RowView(
        key=key,
        icon="check-circle" if chosen else icon,
        colour="brand_ink" if chosen else colour,
        title=title,
        text=text,
        text_colour=text_colour,
        back="brand_soft" if chosen else "surface",
        border="brand" if chosen else "line",
    )


def fact(icon: str, title: str, text: str = "", *, colour: str = "muted") -> RowView:
    """Something that is only said."""
    return RowView(
        key="",
        icon=icon,
        colour=colour,
        title=title,
        text=text,
        back="clear",
        border="clear",
        enabled=False,
    )


def step_rows(seen: FirstStartView, words: Words) -> tuple[RowView, ...]:
    """All steps of the way, with how each was answered."""
    done = dict(seen.done)
    return tuple(_step_row(name, done.get(name, ""), seen, words) for name in STEPS[seen.way])


def _step_row(name: str, how: str, seen: FirstStartView, words: Words) -> RowView:
    icon, colour = {
        "done": ("check-circle", "brand_ink"),
        "file": ("check-circle", "brand_ink"),
        "skipped": ("skip-next-circle-outline", "amber_ink"),
    }.get(how, ("circle-outline", "muted"))
    is_here = name == seen.step
    # At the first start nobody runs ahead: what comes next is asked in its turn.
    can_go = bool(how) or is_here or not seen.is_first
    return RowView(
        key=f"step:{name}",
        icon="record-circle-outline" if is_here else icon,
        colour="blue_ink" if is_here else colour,
        title=words(f"first.step.{name}"),
        text=words(f"first.state_{how}") if how and not is_here else "",
        back="blue_soft" if is_here else "clear",
        border="clear",
        enabled=can_go,
    )


# --------------------------------------------------------------------------- the steps


def _language(asked: Asked) -> Content:
    chosen = dict(asked.seen.done).get("language")
    return Content(
        head=asked.words("first.head.language"),
        rows=tuple(
            row(
                f"language:{one}",
                "translate",
                LANGUAGE_NAMES[one],
                Words(one)("first.language_hint"),
                chosen=bool(chosen) and one == asked.words.language,
            )
            for one in LANGUAGES
        ),
        can_skip=False,
    )


def _way(asked: Asked) -> Content:
    words, has_chosen = asked.words, "way" in dict(asked.seen.done)
    icons = {
        "new": "store-plus-outline",
        "join": "server-network",
        "stick": "usb-flash-drive-outline",
    }
    return Content(
        head=words("first.head.way"),
        rows=tuple(
            row(
                f"way:{way}",
                icon,
                words(f"first.way_{way}"),
                words(f"first.way_{way}_hint"),
                chosen=has_chosen and asked.seen.way == way,
            )
            for way, icon in icons.items()
        ),
        can_skip=False,
    )


def _country(asked: Asked) -> Content:
    words = asked.words
    if asked.country is None:
        joins = asked.seen.way == "join"
        return Content(
            head=words("first.head.country"),
            text=words("first.text.country_join") if joins else "",
            cells=terms.cells(words, asked.seen.country),
        )
    return Content(
        head=words("first.head.country_terms"),
        text=words("first.text.country_terms"),
        fields=terms.fields(asked.country, asked.values, words),
        go_on=words("first.go_on"),
    )


def _shop(asked: Asked) -> Content:
    words = asked.words
    keys = ("name", "street", "town", "tax_number")
    return Content(
        head=words("first.head.shop"),
        fields=tuple(_text(key, asked, needed=key == "name") for key in keys),
        go_on=words("first.go_on"),
        can_go_on=bool(asked.values.get("name", "").strip()),
    )


def _text(key: str, asked: Asked, *, needed: bool = False, secret: bool = False) -> FieldView:
    value = asked.values.get(key, "")
    written = DOT * len(value) if secret else value
    empty = asked.words("first.needed" if needed else "first.empty")
    return FieldView(
        key,
        asked.words(f"first.{key}"),
        value=written or empty,
        value_colour="ink" if value else "muted",
        has_text=True,
    )


def _network(asked: Asked) -> Content:
    network, words = asked.seen.network, asked.words
    is_on = "connected" in {network.wired, network.wifi}
    return Content(
        head=words("first.head.network"),
        text="" if is_on else words("first.text.network"),
        rows=tuple(_network_rows(network, words, has_country=bool(asked.seen.country))),
        go_on=words("first.go_on" if is_on else "first.without_network"),
        can_go_on=not network.joining,
        can_skip=False,
        again=words("first.searching" if network.searching else "first.again"),
    )


def _network_rows(network: NetworkView, words: Words, *, has_country: bool) -> Iterator[RowView]:
    if not network.known:
        return
    if network.wired:
        is_on = network.wired == "connected"
        yield fact(
            "ethernet-cable" if network.wired != "unplugged" else "ethernet-cable-off",
            words("first.cable"),
            words(f"first.cable_{network.wired}"),
            colour="brand_ink" if is_on else "muted",
        )
    if network.addresses:
        shown = ", ".join(network.addresses[:2])
        yield fact("lan-connect", words("first.addresses", addresses=shown), colour="brand_ink")
    for wifi in network.networks:
        yield _wifi_row(wifi, network, words)
    if not network.wifi:
        yield fact("wifi-off", words("first.wifi_no_adapter"))
        return
    if not network.networks and not network.searching:
        hint = "" if has_country else words("first.wifi_no_country")
        yield fact("wifi-off", words("first.wifi_none"), hint)
    yield row(OTHER_WIFI, "wifi-plus", words("first.wifi_other"), words("first.wifi_other_hint"))


def _wifi_row(wifi: WifiView, network: NetworkView, words: Words) -> RowView:
    bars = max(1, min(_WIFI_BARS, -(-wifi.signal * _WIFI_BARS // 100)))
    text = words("first.wifi_open")
    if wifi.security:
        text = words("first.wifi_secured", security=wifi.security)
    colour = "muted"
    if network.joining == wifi.name:
        text, colour = words("first.wifi_joining"), "blue_ink"
    elif wifi.joined:
        text, colour = words("first.wifi_joined"), "brand_ink"
    lock = "-lock" if wifi.security else ""
    return row(
        f"wifi:{wifi.name}",
        f"wifi-strength-{bars}{lock}",
        wifi.name,
        text,
        text_colour=colour,
        colour=colour,
        chosen=wifi.joined,
    )


def _owner(asked: Asked) -> Content:
    words, people = asked.words, asked.seen.people
    if people:
        names = ", ".join(people[:_MANY])
        return Content(
            head=words("first.head.owner"),
            rows=(fact("account-key-outline", words("first.people_here", names=names)),),
            go_on=words("first.go_on"),
            can_skip=False,
        )
    filled = all(asked.values.get(key) for key in ("owner", "pin", "pin_again"))
    return Content(
        head=words("first.head.owner"),
        text=words("first.text.owner"),
        fields=(
            _text("owner", asked, needed=True),
            _text("pin", asked, needed=True, secret=True),
            _text("pin_again", asked, needed=True, secret=True),
        ),
        go_on=words("first.go_on"),
        can_go_on=filled,
    )


def _devices(asked: Asked) -> Content:
    words, names = asked.words, asked.seen.devices
    rows = [
        row(
            "devices:",
            "printer-pos",
            words("first.find_devices"),
            words("first.find_devices_hint"),
            colour="blue_ink",
        )
    ]
    rows += [fact("check-circle", name, colour="brand_ink") for name in names]
    if not names:
        rows.append(fact("circle-outline", words("first.no_devices")))
    return Content(
        head=words("first.head.devices"),
        text=words("first.text.devices"),
        rows=tuple(rows),
        go_on=words("first.go_on"),
    )


def _join(asked: Asked) -> Content:
    words, shop = asked.words, asked.server.shop
    return Content(
        head=words("first.head.join"),
        text="" if shop else words("first.text.join"),
        rows=(_join_row(asked),),
        go_on=words("first.go_on"),
        can_go_on=bool(shop),
        can_skip=not shop,
    )


def _join_row(asked: Asked) -> RowView:
    words, shop = asked.words, asked.server.shop
    if shop:
        paired = words("first.server_paired", shop=shop)
        return row("server:join", "lan-connect", paired, asked.server.address, chosen=True)
    hint = words("first.server_join_hint")
    return row("server:join", "lan-pending", words("first.server_join"), hint)


def _server(asked: Asked) -> Content:
    words, shop, choice = asked.words, asked.server.shop, asked.seen.server
    alone = row(
        "server:none",
        "cash-register",
        words("first.server_none"),
        words("first.server_none_hint"),
        chosen=choice == "none" and not shop,
    )
    here = row(
        "server:here",
        "server-network",
        words("first.server_here"),
        words("first.server_here_hint"),
        chosen=choice == "here" and not shop,
    )
    return Content(
        head=words("first.head.server"),
        rows=(
            *((_join_row(asked),) if shop else (alone, _join_row(asked), here)),
            *_server_facts(asked.seen, words),
        ),
        go_on=words("first.go_on") if shop or choice else "",
    )


def _server_facts(seen: FirstStartView, words: Words) -> Iterator[RowView]:
    """Where a browser finds the server on this machine, and the code for its first sign-in."""
    if seen.start_code:
        yield fact(
            "monitor-dashboard",
            words("first.server_url", url=seen.server_url),
            words("first.start_code", code=seen.start_code),
            colour="brand_ink",
        )


def _goods(asked: Asked) -> Content:
    seen, words = asked.seen, asked.words
    rows: list[RowView] = []
    if seen.products:
        count = asked.formats.number(seen.products)
        rows.append(
            fact(
                "package-variant-closed", words("first.goods_have", count=count), colour="brand_ink"
            )
        )
    else:
        rows.append(
            row("goods:demo", "coffee", words("first.goods_demo"), words("first.goods_demo_hint"))
        )
    rows += _files(asked, "csv", "file-delimited-outline", "first.no_csv")
    if not seen.products:
        rows.append(
            row(
                "goods:none",
                "tray-remove",
                words("first.goods_none"),
                words("first.goods_none_hint"),
            )
        )
    return Content(
        head=words("first.head.goods"),
        text=words("first.text.goods"),
        rows=tuple(rows),
        go_on=words("first.go_on") if seen.products else "",
        again=words("first.again" if seen.looked_for_files else "first.searching"),
    )


def _stick(asked: Asked) -> Content:
    words = asked.words
    return Content(
        head=words("first.head.stick"),
        text=words("first.text.stick"),
        rows=tuple(_files(asked, "backup", "archive-lock-outline", "first.no_backup")),
        can_skip=False,
        again=words("first.again" if asked.seen.looked_for_files else "first.searching"),
    )


def _files(asked: Asked, kind: str, icon: str, none: str) -> Iterator[RowView]:
    seen, words = asked.seen, asked.words
    found = [(place, one) for place, one in enumerate(seen.files) if one.kind == kind]
    for place, one in found:
        size = words("first.file_hint", size=_size(one, asked.formats))
        yield row(f"file:{place}", icon, one.name, size)
    if not found and seen.looked_for_files:
        yield fact("usb-flash-drive-outline", words(none if seen.sticks else "first.no_stick"))


def _size(file: StickFileView, formats: Formats) -> str:
    size, unit = -(-file.bytes // _KILO), "kB"
    if size >= _KILO:
        size, unit = -(-size // _KILO), "MB"
    return f"{formats.number(size)} {unit}"


def _end(asked: Asked) -> Content:
    seen, words = asked.seen, asked.words
    skipped = [step for step, how in seen.done if how == "skipped" and step != "end"]
    in_order = [step for step in STEPS[seen.way] if step in skipped]
    rows = list(_summary(asked))
    rows += [
        row(
            f"step:{step}",
            "skip-next-circle-outline",
            words(f"first.step.{step}"),
            words("first.state_skipped"),
            colour="amber_ink",
        )
        for step in in_order
    ]
    text = words("first.all_done")
    if in_order:
        what = ", ".join(words(f"first.step.{step}") for step in in_order)
        text = words("first.left", what=what)
    if not seen.people and not asked.server.shop:
        rows = [one for one in rows if one.key != "step:owner"]
        rows.insert(
            0,
            row("step:owner", "account-key-outline", words("first.nobody"), colour="amber_ink"),
        )
    return Content(
        head=words("first.head.end"),
        text=text,
        rows=tuple(rows),
        go_on=words("first.done" if seen.is_first else "first.finish"),
        can_skip=False,
    )


def _summary(asked: Asked) -> Iterator[RowView]:
    """What there is now."""
    seen, words = asked.seen, asked.words
    if seen.name:
        where = ", ".join(line for line in seen.address if line)
        yield fact("storefront-outline", seen.name, where, colour="brand_ink")
    if seen.people:
        names = ", ".join(seen.people[:_MANY])
        signs = words("first.people_here", names=names)
        yield fact("account-key-outline", signs, colour="brand_ink")
    if seen.products:
        count = words("first.goods_have", count=asked.formats.number(seen.products))
        yield fact("package-variant-closed", count, colour="brand_ink")
    if asked.server.shop:
        paired = words("first.server_paired", shop=asked.server.shop)
        yield fact("lan-connect", paired, colour="brand_ink")


_CONTENT: Final[Mapping[str, Callable[[Asked], Content]]] = {
    "language": _language,
    "way": _way,
    "stick": _stick,
    "country": _country,
    "shop": _shop,
    "network": _network,
    "join": _join,
    "owner": _owner,
    "devices": _devices,
    "server": _server,
    "goods": _goods,
    "end": _end,
}

__all__ = ["OTHER_WIFI", "Asked", "CellView", "StepName", "content", "fact", "row", "step_rows"]
