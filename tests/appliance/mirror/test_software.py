"""Software from a real LAN server into a register: offered, fetched, broken off, gone on with, spoilt, installed."""

import hashlib
import os
import queue
import subprocess
import sys
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import TypeVar

import pytest

from appliance import __version__
from appliance.clock import SystemClock
from appliance.hosts import UpkeepHost, fetching
from appliance.hosts.fetching import Source
from appliance.journal.wire import PIECE_BYTES, Offered, Shelf, Wanted
from appliance.machine.kit import real_kit
from appliance.machine.systemd import escaped_path
from appliance.messages import (
    BundleView,
    Command,
    Event,
    FetchSoftware,
    InstallSoftware,
    MachineSeen,
    OpenUpkeep,
    StopTask,
    UpkeepEnded,
    UpkeepView,
    WatchMachine,
)
from appliance.mirror import paired, software
from appliance.mirror.paired import Pairing
from tests.appliance.lan_server.serving import ROOT, Device, Server, serving
from tests.appliance.machine.played import Played, play
from tests.appliance.mirror.tills import PATIENCE_S, RealTill
from tests.appliance.store.test_database import SmallDisk, needs_a_mount, on_small_disk
from tests.appliance.test_upkeep import notice, told, view
from tests.appliance.upkeep_desk import MachineDesk, open_machine, put_in_stick

__all__ = ["on_small_disk"]

_Event = TypeVar("_Event", bound=Event)

TARGET = "debian-amd64"
NAME = f"open-pos-9.1.0-{TARGET}.raucb"
SIZE = 4 * PIECE_BYTES + 17
IMAGE = f'# the image\nOPEN_POS_VERSION="9.0.9"\nOPEN_POS_TARGET="{TARGET}"\n'
BUNDLE = b"hsqs" + os.urandom(SIZE - 4)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with serving(tmp_path_factory.mktemp("lan") / "server") as one:
        yield one


@pytest.fixture
def systemctl(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Played:
    return play(monkeypatch, tmp_path / "bin")


class Line:
    """The link to the server, of which is known what was asked.

    `before` does something before the n-th piece, `again` before the next connection.
    """

    def __init__(self, connect: Callable[[], Source]) -> None:
        self.asked: list[int] = []
        self.before: dict[int, Callable[[], object]] = {}
        self.again: list[Callable[[], object]] = []
        self._connect = connect
        self._link: Source | None = None

    def __call__(self) -> Source:
        while self.again:
            self.again.pop()()
        self._link = self._connect()
        return self

    def software(self) -> Shelf:
        assert self._link is not None
        return self._link.software()

    def piece(self, wanted: Wanted) -> bytes:
        assert self._link is not None
        self.before.pop(len(self.asked), lambda: None)()
        self.asked.append(wanted.offset)
        return self._link.piece(wanted)

    def close(self) -> None:
        assert self._link is not None
        self._link.close()


class Shop:
    """A register on a machine that is a folder, paired with the server; the page is open."""

    def __init__(self, root: Path, server: Server) -> None:
        self.server = server
        self.line = Line(partial(software.connected, root / "shop", self._where))
        self.desk: MachineDesk = open_machine(root, connect=self.line)
        keep_pairing(root / "shop", server.pair(self.desk.counter.shelf.origin), server.port)
        (root / "etc/open-pos-image").write_text(IMAGE)
        self.desk.do(OpenUpkeep())
        self.folder = root / "shop/software"

    def _where(self) -> tuple[str, int]:
        return "127.0.0.1", self.server.port

    def offered(self) -> tuple[BundleView, ...]:
        self.desk.look()
        return view(self.desk).bundles

    def install(self) -> UpkeepView:
        (bundle,) = [one for one in self.offered() if one.file == NAME]
        assert self.desk.do(InstallSoftware(bundle.path)) == ""
        return view(self.desk)

    def stop(self) -> None:
        self.desk.devices.host.take(StopTask())

    @property
    def files(self) -> list[str]:
        return sorted(file.name for file in self.folder.iterdir())


@pytest.fixture
def shop(tmp_path: Path, server: Server, systemctl: Played) -> Iterator[Shop]:
    del systemctl
    lay(server, {NAME: BUNDLE})
    made = Shop(tmp_path / "machine", server)
    yield made
    made.desk.counter.register.close()


@pytest.fixture(autouse=True)
def no_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fetching, "FIRST_PAUSE_S", 0.0)


def lay(server: Server, files: dict[str, bytes]) -> None:
    """Put bundles into the server's folder by hand, and nothing else."""
    folder = server.store / "software"
    folder.mkdir(exist_ok=True)
    for file in folder.iterdir():
        file.unlink()
    for name, content in files.items():
        (folder / name).write_bytes(content)


def keep_pairing(store: Path, device: Device, port: int) -> None:
    """What a pairing leaves behind."""
    assert device.paired is not None
    assert device.folder is not None
    made = Pairing(
        host="127.0.0.1",
        port=port,
        hosts=(),
        authority=device.server.ca.read_text(),
        certificate=(device.folder / "device.pem").read_text(),
        key=(device.folder / "device.key").read_text(),
        server=device.paired.server,
        sealing=device.paired.sealing,
        shop="",
        name="",
        place="till",
        replaces="",
        peppers=(),
        since_ms=0,
    )
    paired.write(store, made)


# --------------------------------------------------------------------------- what is offered


def test_only_what_is_for_this_machine_and_does_not_run_is_offered(
    shop: Shop, server: Server
) -> None:
    lay(
        server,
        {
            NAME: BUNDLE,
            "open-pos-9.1.0-raspios-arm64.raucb": b"hsqs for another machine",
            f"open-pos-9.0.9-{TARGET}.raucb": b"hsqs that runs",
            f"open-pos-{__version__}-{TARGET}.raucb": b"hsqs that runs too",
            "open-pos-9.1.0.raucb": b"hsqs for nobody knows what",
        },
    )
    place = put_in_stick(shop.desk.root)
    (place / "open-pos-1.2.3.raucb").write_text("x")
    # The server reckons one SHA-256 for each question.
    for _ in range(4):
        offered = shop.offered()
    assert [(one.file, one.stick, bool(one.sha256)) for one in offered] == [
        ("open-pos-1.2.3.raucb", "Stick sda", False),
        (NAME, "", True),
    ]
    (shop.desk.root / "etc/open-pos-image").unlink()
    assert [one.file for one in shop.offered()] == ["open-pos-1.2.3.raucb"]


def test_a_register_that_is_let_in_no_more_or_stands_alone_is_offered_nothing(
    shop: Shop, server: Server
) -> None:
    assert len(shop.offered()) == 1
    server.revoke(shop.desk.counter.shelf.origin)
    assert shop.offered() == ()
    paired.forget(shop.desk.root / "shop")
    assert shop.offered() == ()


# --------------------------------------------------------------------------- fetching


def test_a_bundle_is_fetched_in_pieces_then_installed_as_from_a_stick_and_gone_at_the_end(
    shop: Shop, systemctl: Played
) -> None:
    shown = shop.install()
    assert (shown.ended.name, shown.ended.code) == ("fetch", "")
    assert shop.line.asked == [n * PIECE_BYTES for n in range(5)]
    path = shop.folder / NAME
    assert path.read_bytes() == BUNDLE
    unit = f"open-pos-update@{escaped_path(str(path))}.service"
    assert systemctl.asked == [f"start --no-block {unit}"]
    assert shop.desk.journal("software_chosen")[0][1] == f'{{"file":"{NAME}","program":"9.1.0"}}'
    told(shop.desk, "update", state="installing", percent=30, version="9.1.0")
    assert shop.files == [NAME]
    told(shop.desk, "update", state="ready", percent=100, version="9.1.0")
    assert shop.files == []


def test_how_an_earlier_installation_ended_does_not_take_a_new_bundle_away(shop: Shop) -> None:
    """The caretaker says so for as long as the machine runs, and each stick makes it be heard again."""
    told(shop.desk, "update", state="kept", version="9.0.9")
    shop.install()
    put_in_stick(shop.desk.root)
    shop.desk.look()
    assert shop.files == [NAME]
    told(shop.desk, "update", state="failed", version="9.1.0", why="update_not_ours")
    assert shop.files == []


def test_what_was_broken_off_half_way_goes_on_there(shop: Shop, server: Server) -> None:
    shop.line.before[2] = server.kill
    shown = shop.install()
    assert shown.ended.code == notice(shop.desk).code == "software_fetch_broken"
    assert [one.rpartition(".")[2] for one in shop.files] == ["part"]
    assert shop.desk.journal("software_ended")[0][1].count('"not_fetched"') == 1
    server.start()
    shop.desk.counter.register.close()
    # As after a restart: nothing is known but what lies on the disk.
    again = Shop(shop.desk.root, server)
    assert again.install().ended.code == ""
    assert again.line.asked[0] == shop.line.asked[-1] == 2 * PIECE_BYTES
    assert (again.folder / NAME).read_bytes() == BUNDLE


def test_a_short_break_is_bridged(shop: Shop, server: Server) -> None:
    def break_shortly() -> None:
        server.kill()
        shop.line.again.append(server.start)

    shop.line.before[2] = break_shortly
    assert shop.install().ended.code == ""
    assert (shop.folder / NAME).read_bytes() == BUNDLE


def test_a_changed_byte_is_noticed_and_all_of_it_thrown_away(shop: Shop, systemctl: Played) -> None:
    shop.line.before[2] = shop.stop
    assert shop.install().ended.code == "software_fetch_stopped"
    (part,) = shop.folder.iterdir()
    content = bytearray(part.read_bytes())
    content[1000] ^= 1
    part.write_bytes(content)
    assert shop.install().ended.code == notice(shop.desk).code == "software_spoilt"
    assert shop.files == []
    assert systemctl.asked == []
    assert shop.install().ended.code == ""


def test_another_bundle_takes_the_place_of_one_that_was_on_its_way(
    shop: Shop, server: Server
) -> None:
    shop.line.before[1] = shop.stop
    shop.install()
    lay(server, {NAME: BUNDLE[:-1]})
    assert shop.install().ended.code == ""
    assert shop.files == [NAME]
    assert (shop.folder / NAME).read_bytes() == BUNDLE[:-1]


def test_a_bundle_that_is_another_one_by_now_is_not_mixed_with_what_came(
    shop: Shop, server: Server
) -> None:
    shop.line.before[2] = lambda: lay(server, {NAME: BUNDLE[::-1]})
    shown = shop.install()
    assert shown.ended.code == "software_fetch_broken"
    assert "another one by now" in str(dict(shown.ended.fields)["why"])


def test_an_installation_that_failed_before_is_not_told_again_after_a_bundle_did_not_come(
    shop: Shop, server: Server
) -> None:
    shop.install()
    told(shop.desk, "update", state="failed", version="9.1.0", why="update_not_ours")
    shop.line.before[len(shop.line.asked) + 2] = shop.stop
    assert shop.install().ended.code == "software_fetch_stopped"
    ends = len(shop.desk.journal("software_ended"))
    shop.desk.counter.register.close()
    again = Shop(shop.desk.root, server)
    again.desk.look()
    assert len(again.desk.journal("software_ended")) == ends == 2


def test_a_name_that_is_a_path_a_sum_that_is_none_and_a_size_that_is_odd_are_not_fetched() -> None:
    sha256 = hashlib.sha256(BUNDLE).hexdigest()
    good = Offered(NAME, "9.1.0", TARGET, SIZE, sha256)
    assert fetching.is_sound(good)
    for file, size, said in (
        ("../open-pos-9.1.0-x.raucb", SIZE, sha256),
        (".open-pos-9.1.0-x.raucb", SIZE, sha256),
        ("open-pos-9.1.0-x.exe", SIZE, sha256),
        (NAME, 0, sha256),
        (NAME, 1_500_000_001, sha256),
        (NAME, SIZE, "../" + sha256[3:]),
    ):
        assert not fetching.is_sound(Offered(file, "9.1.0", TARGET, size, said))


NO_ROOM = """
import sys
from pathlib import Path
sys.path.insert(0, {here!r})
from appliance.hosts import fetching
from appliance.messages import FetchSoftware
from appliance.problems import Refusal
from tests.appliance.upkeep_desk import nobody
try:
    fetching.fetch(
        FetchSoftware("{name}", 5_000_000, "{sum}"), Path(sys.argv[1]), nobody, print, print
    )
except Refusal as no:
    print(no.code, no.fields["needed_mb"])
print(sum(file.stat().st_size for file in Path(sys.argv[1]).rglob("*") if file.is_file()))
"""


@needs_a_mount
def test_a_card_with_less_than_a_gigabyte_to_spare_is_not_filled(
    on_small_disk: SmallDisk,
) -> None:
    script = NO_ROOM.format(here=str(ROOT), name=NAME, sum="ab" * 32)
    assert on_small_disk.run("24m", script).splitlines() == ["no_room_for_software 1005", "0"]


def test_room_is_looked_for_before_anything_comes(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fetching, "FREE_BYTES", 1 << 60)
    assert shop.install().ended.code == notice(shop.desk).code == "no_room_for_software"
    assert shop.line.asked == []


def test_what_is_here_and_right_is_not_fetched_again(shop: Shop) -> None:
    job = FetchSoftware(NAME, SIZE, hashlib.sha256(BUNDLE).hexdigest())
    shop.folder.mkdir(parents=True)
    (shop.folder / NAME).write_bytes(BUNDLE)
    shop.desk.devices.run(job)
    assert shop.line.asked == []
    assert (shop.folder / NAME).read_bytes() == BUNDLE


AS_THE_TILL = """
import os, sys
from pathlib import Path
sys.path.insert(0, {here!r})
from appliance.hosts import fetching
from appliance.messages import FetchSoftware
from appliance.problems import Refusal
from tests.appliance.upkeep_desk import nobody
os.setuid(65534)
try:
    fetching.fetch(FetchSoftware("{name}", 9, "{sum}"), Path({store!r}), nobody, print, print)
except Refusal as no:
    print(no.code)
"""


@pytest.mark.skipif(os.geteuid() != 0, reason="only root gives a file to somebody else")
def test_a_bundle_that_rauc_made_its_own_is_fetched_anew(tmp_path: Path) -> None:
    """It takes a bundle away from whoever could change it meanwhile."""
    folder = tmp_path / "shop/software"
    folder.mkdir(parents=True)
    for one in (tmp_path, *tmp_path.parents):
        if one.stat().st_uid == 0 and one.name.startswith(("pytest-", "popen-", "test_")):
            one.chmod(0o755)
    (folder / NAME).write_bytes(b"hsqs half")
    (folder / NAME).chmod(0o600)
    os.chown(folder, 65534, 65534)
    script = AS_THE_TILL.format(
        here=str(ROOT), name=NAME, sum="ab" * 32, store=str(tmp_path / "shop")
    )
    ended = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=False
    )
    assert (ended.stdout.splitlines()[-1], ended.stderr) == ("software_fetch_broken", "")
    assert [(one.name, one.stat().st_uid) for one in folder.iterdir()] == [
        (f"{'ab' * 32}.part", 65534)
    ]


# --------------------------------------------------------------------------- with all threads


def test_while_somebody_looks_the_register_asks_where_its_mirror_finds_the_server(
    tmp_path: Path, server: Server, systemctl: Played
) -> None:
    lay(server, {NAME: BUNDLE})
    (tmp_path / "etc").mkdir()
    (tmp_path / "etc/open-pos-image").write_text(IMAGE)
    told: queue.Queue[Command | Event] = queue.Queue()
    till = RealTill(tmp_path / "shop")
    connect = partial(software.connected, till.folder, till.mirror.where)
    host = UpkeepHost(
        till.folder, None, real_kit(tmp_path), SystemClock(), told.put, connect=connect
    )
    try:
        till.sign_in()
        assert till.mirror.where() is None
        till.pair(server)
        assert till.mirror.where() == ("127.0.0.1", server.port)
        host.start()
        host.take(WatchMachine(on=True))
        (bundle,) = next_of(told, MachineSeen, lambda seen: bool(seen.bundles)).bundles
        assert (bundle.file, bundle.size_bytes) == (NAME, SIZE)
        host.take(FetchSoftware(bundle.file, bundle.size_bytes, bundle.sha256))
        assert next_of(told, UpkeepEnded, lambda _ended: True).code == ""
        assert Path(bundle.path).read_bytes() == BUNDLE
        assert len(systemctl.asked) == 1
        host.take(WatchMachine(on=False))
        next_of(told, MachineSeen, lambda seen: not seen.bundles)
    finally:
        host.stop()
        till.stop()
    assert till.mirror.where() is None


def next_of(
    told: "queue.Queue[Command | Event]", kind: type[_Event], wanted: Callable[[_Event], bool]
) -> _Event:
    """The next event of a kind that is as wanted."""
    while True:
        event = told.get(timeout=PATIENCE_S)
        if isinstance(event, kind) and wanted(event):
            return event
