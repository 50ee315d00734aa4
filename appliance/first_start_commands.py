"""`open-pos first-start`: the file with which a register is set up, checked or applied in a terminal."""

import argparse
from contextlib import ExitStack
from pathlib import Path

from appliance import config, first_start_file
from appliance.clock import SystemClock
from appliance.commands import FOUND_WRONG
from appliance.demo_shop import demo_goods
from appliance.device_file import DeviceFile
from appliance.machine.locality import SystemLocality
from appliance.machine.network import NetworkManager
from appliance.services import first_start as service
from appliance.services import people, set_up
from appliance.services.desk import Desk
from appliance.store.shelf import Shelf
from appliance.words import Words


def first_start(chosen: argparse.Namespace, words: Words) -> int:
    """Check the file, or apply it to the store of the configuration. 1 where it is wrong, and nothing was done then."""
    found = first_start_file.read(Path(chosen.file), words.language)
    for mistake in found.mistakes:
        print(mistake)
    if found.mistakes:
        return FOUND_WRONG
    if chosen.check:
        print(words("first_file.fine"))
        return 0
    return _apply(chosen, found, words)


def _apply(chosen: argparse.Namespace, found: first_start_file.Read, words: Words) -> int:
    file, card = Path(chosen.config), found.card
    loaded = config.load(file)
    shelf = Shelf(Path(chosen.store or loaded.store.folder))
    try:
        desk = Desk(shelf.db, shelf.book(SystemClock()))
        if service.FILE in service.answers(desk.db, desk.origin):
            print(words("first_file.was_applied"))
            return 0
        devices = DeviceFile(file, loaded.device)
        new = tuple(one for one in card.devices if one not in devices.configured)
        with ExitStack() as whole:
            if new or card.screen_keys:
                whole.enter_context(devices.adding(new, card.screen_keys))
            whole.enter_context(desk.book.batch())
            first_start_file.apply(desk, people.pins(shelf.db.folder), found, demo_goods)
            if card.device:
                set_up.note(desk, (*devices.configured, *new))
    finally:
        shelf.close()
    print(words("first_file.applied"))
    if card.country:
        SystemLocality().set_country(card.country)
    network = card.network
    if network is not None and network.wifi:
        NetworkManager().join(network.wifi, network.password or "")
    if card.server is not None:
        print(words("first_file.pair_later"))
    return 0
