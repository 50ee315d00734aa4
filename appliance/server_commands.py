"""What the commands of `open-pos server` do. Flask and gunicorn are loaded by these only: a register needs neither."""

import argparse
import sys
from pathlib import Path
from typing import Final

import segno
from msgspec.structs import replace

from appliance import config
from appliance.clock import Clock
from appliance.demo_shop import open_demo_shop
from appliance.demo_shop.weeks import live_demo_weeks
from appliance.problems import Refusal
from appliance.services import people
from appliance.services.desk import Desk
from appliance.store.shelf import DiskLimits, Shelf
from appliance.words import Words

_CONFIG: Final = "/etc/open-pos/open-pos.toml"
_MB: Final = 1024 * 1024
_DEMO: Final = Path.home() / ".local" / "share" / "open-pos" / "demo-server"


def serve(chosen: argparse.Namespace, words: Words) -> int:
    """The LAN server, until it is told to end."""
    from appliance.lan_server import runner, station  # noqa: PLC0415 - see above

    loaded = _configured(chosen)
    store = loaded.store
    setting = station.Setting(
        store=Path(store.folder),
        limits=DiskLimits(store.warn_mb * _MB, store.stop_mb * _MB, store.ballast_mb * _MB),
        port=loaded.server.port,
        name=loaded.server.name,
        announce=loaded.server.announce,
        fill=_fill_demo if chosen.demo else None,
    )

    def tell(no: Refusal) -> None:
        sys.stderr.write(f"{words.problem(no.code, no.fields)} ({no.code})\n")
        sys.stderr.flush()

    return runner.run(loaded.server, setting, tell)


def pair(chosen: argparse.Namespace, words: Words) -> int:
    """A code with which a register is let in, from the server that runs on this machine."""
    from appliance.lan_server import console  # noqa: PLC0415 - see above

    question = {
        "do": "pair",
        "name": chosen.device,
        "place": chosen.place,
        "replaces": chosen.replaces,
    }
    offer = console.ask(Path(_configured(chosen).store.folder), question)
    print(words("cli.pair_scan"))
    segno.make(offer["qr"], error="m", micro=False).terminal(compact=True)
    print(offer["qr"])
    code = offer["code"]
    print(
        words(
            "cli.pair_code", code=f"{code[:4]} {code[4:]}", host=offer["host"], port=offer["port"]
        )
    )
    print(words("cli.pair_until", until_ms=offer["until_ms"]))
    return 0


def _configured(chosen: argparse.Namespace) -> config.Config:
    """The configuration, and what the command line says besides."""
    loaded = config.load(Path(chosen.config or _CONFIG))
    folder = chosen.store or (str(_DEMO) if chosen.demo and not chosen.config else None)
    if folder:
        loaded = replace(loaded, store=replace(loaded.store, folder=folder))
    server = loaded.server
    if chosen.port is not None:
        server = replace(server, port=chosen.port)
    if chosen.name is not None:
        server = replace(server, name=chosen.name)
    config.check_server(server, str(chosen.config or _CONFIG))
    return replace(loaded, server=server)


def _fill_demo(shelf: Shelf, clock: Clock) -> None:
    keeper = people.pins(shelf.db.folder)
    open_demo_shop(Desk(shelf.db, shelf.book(clock)), keeper)
    live_demo_weeks(shelf, keeper, clock.now().at_ms)
