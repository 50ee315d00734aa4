"""A till and the shop's LAN server: paired by the card's file, and an update that the owner uploaded there."""

import shutil
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from appliance.lan_server import console
from tests.appliance.lan_server.serving import Server, serving
from tests.image.card import Card
from tests.image.shop import PREPARED
from tests.image.till import PATIENCE_S, Till
from tests.image.updating import installs, restarts, told, version
from tests.image.variant import VERSIONS, variant

HOST = "10.0.2.2"
"""The computer that the emulator runs on, as the emulated one sees it (QEMU's user network)."""


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with serving(tmp_path_factory.mktemp("lan") / "server") as one:
        yield one


def test_the_card_s_file_pairs_it(till: Till, card: Card, server: Server) -> None:
    code = server.offer("Till 1")["code"]
    joined = f'\n[server]\nhost = "{HOST}"\nport = {server.port}\ncode = "{code}"\n'
    card.write(1, "open-pos.toml", (PREPARED + joined).encode())
    till.switch_on()
    till.sees("Who is at the register")
    until = time.monotonic() + PATIENCE_S
    while not has_come(server):
        assert time.monotonic() < until, till.text()
        time.sleep(1)
    till.keep("paired")


def has_come(server: Server) -> bool:
    """Whether the till was let in."""
    return any(one["heard_at_ms"] for one in console.ask(server.store, {"do": "devices"}))


def test_what_the_owner_uploaded_is_fetched_tried_and_kept(
    till: Till, server: Server, built: Path, tmp_path: Path
) -> None:
    folder = server.store / "software"
    folder.mkdir(exist_ok=True)
    # As a whole, as an upload is put there.
    made = shutil.move(variant("good", built, tmp_path), folder / ".on-its-way")
    Path(made).rename(folder / f"open-pos-{VERSIONS['good']}-{built.name}.raucb")
    installs(till, VERSIONS["good"], "fetched from the server and")
    till.sees("Fetching")
    till.keep("fetching")
    till.sees("9.9.1 is installed", "9.9.1is installed")
    restarts(till)
    till.sees("Who is at the register")
    assert version(till) == "9.9.1 rauc.slot=B"
    assert "9.9.1" in told(till, "kept")
