"""The register and the mirror, without a network: what comes in changes what is shown; pairing is asked for here."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from appliance import mirroring
from appliance.clock import ScriptedClock
from appliance.journal.entry import Entry
from appliance.journal.kinds import (
    EmployeeChanged,
    ProductChanged,
    ShopChanged,
    StockMove,
    StockMoved,
)
from appliance.messages import (
    AnyJob,
    CatalogueView,
    CloseServer,
    DismissNotice,
    EntriesCame,
    EntriesTaken,
    FindServers,
    ForgetServer,
    FoundServerView,
    LookForServers,
    MirrorChanged,
    NoticeView,
    OpenServer,
    PairByCode,
    PairingStepped,
    PairNow,
    Scan,
    ServerForgotten,
    ServerPaired,
    ServersFound,
    ServerView,
    SessionView,
    ShipEntries,
    ShopView,
    SignIn,
    SignOut,
    StatusView,
    TenderCash,
    TicketView,
    UnpairNow,
)
from appliance.mirroring import BEHIND_TICKS
from appliance.play import InlineDevices
from appliance.services import origins, people
from appliance.store.shelf import Shelf
from tests.appliance.counter import COFFEE, Counter, open_counter
from tests.appliance.trading import ROOMY, START_MS

QR = "OPOS1/192.0.2.7/8443/MTGIN3TH3U34ESBB44Z37JPZJJ3ZCEWO4TVE5BHOJY6RB7KAQOZQ/GFGCZYYJEQRQXKIEXJPTHJV4I4"
PAIRED = ServerPaired(
    server="M0AX",
    shop="Corner",
    name="Till 2",
    address="192.0.2.7:8443",
    since_ms=START_MS,
    replaces="",
    peppers=("ab" * 32,),
)
ANA, BEN = SignIn("1", "1111"), SignIn("2", "2222")


class WithMirror(InlineDevices):
    """Devices with a mirror's thread that does nothing but remember its jobs."""

    MINE = (EntriesTaken, LookForServers, PairNow, ShipEntries, UnpairNow)

    def __init__(self) -> None:
        super().__init__()
        self.jobs: list[AnyJob] = []
        self.is_full = False

    def run(self, job: AnyJob) -> bool:
        if not isinstance(job, self.MINE):
            return super().run(job)
        if self.is_full and not isinstance(job, EntriesTaken):
            return False
        self.jobs.append(job)
        return True

    def given(self, kind: type[AnyJob]) -> list[AnyJob]:
        return [job for job in self.jobs if isinstance(job, kind)]


@pytest.fixture
def devices() -> WithMirror:
    return WithMirror()


@pytest.fixture
def counter(tmp_path: Path, devices: WithMirror) -> Counter:
    return open_counter(tmp_path / "here", devices=devices)


class Elsewhere:
    """Another register of the shop, which has what this one had at the beginning."""

    def __init__(self, folder: Path, counter: Counter) -> None:
        self.shelf = Shelf(folder, limits=ROOMY)
        self.book = self.shelf.book(ScriptedClock(START_MS + 1000))
        self.book.receive(tuple(counter.shelf.entries()))
        self.numbers = 0

    def says(self, *bodies: object) -> EntriesCame:
        entries: tuple[Entry, ...] = self.book.record("", *bodies)  # type: ignore[arg-type]
        self.numbers += 1
        return EntriesCame(self.numbers, entries)


@pytest.fixture
def elsewhere(tmp_path: Path, counter: Counter) -> Iterator[Elsewhere]:
    other = Elsewhere(tmp_path / "there", counter)
    yield other
    other.shelf.close()


def product_of(counter: Counter, name: str) -> str:
    return next(one.product for one in counter.show(CatalogueView).tiles if one.name == name)


def price_of(counter: Counter, product: str) -> int:
    tiles = counter.show(CatalogueView).tiles
    return next(one.price_minor for one in tiles if one.product == product)


# --------------------------------------------------------------------------- what came


def test_a_price_from_elsewhere_is_shown_and_the_open_ticket_keeps_its_own(
    counter: Counter, elsewhere: Elsewhere, devices: WithMirror
) -> None:
    counter.do(ANA, Scan(COFFEE))
    coffee = product_of(counter, "Flat white")
    counter.do(elsewhere.says(ProductChanged(coffee, price_minor=400)))
    assert price_of(counter, coffee) == 400
    assert [line.price_minor for line in counter.show(TicketView).lines] == [360]
    counter.do(Scan(COFFEE))
    assert [line.price_minor for line in counter.show(TicketView).lines] == [360, 400]
    (taken,) = devices.given(EntriesTaken)
    assert isinstance(taken, EntriesTaken)
    assert (taken.number, taken.code) == (1, "")


def test_stock_that_moved_elsewhere_is_shown(counter: Counter, elsewhere: Elsewhere) -> None:
    tea = product_of(counter, "Tea")
    counter.do(elsewhere.says(StockMoved("adjust", (StockMove(tea, -3000),))))
    tile = next(one for one in counter.show(CatalogueView).tiles if one.product == tea)
    assert tile.stock_milli == -3000


def test_the_shops_name_and_language_change_when_they_change_elsewhere(
    counter: Counter, elsewhere: Elsewhere
) -> None:
    counter.do(elsewhere.says(ShopChanged(name="Eck", language="de")))
    shop = counter.show(ShopView)
    assert (shop.name, shop.language) == ("Eck", "de")


def test_whoever_was_let_go_elsewhere_is_signed_out(counter: Counter, elsewhere: Elsewhere) -> None:
    counter.do(ANA)
    ana = people.find(counter.shelf.db, "1").id
    counter.do(elsewhere.says(EmployeeChanged(ana, active=False)))
    session = counter.show(SessionView)
    assert session.employee is None
    assert [one.name for one in session.people] == ["Ben"]


def test_while_much_comes_the_page_is_drawn_now_and_then_and_at_last_with_all_of_it(
    counter: Counter, elsewhere: Elsewhere, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mirroring, "SHOWN_EVERY_S", 1e9)
    coffee = product_of(counter, "Flat white")
    counter.do(elsewhere.says(ShopChanged(footer=("Thank you",))))
    for price_minor in range(400, 440):
        counter.do(elsewhere.says(ProductChanged(coffee, price_minor=price_minor)))
    counter.register.tick()
    assert price_of(counter, coffee) == 360
    monkeypatch.setattr(mirroring, "SHOWN_EVERY_S", 0.0)
    counter.register.tick()
    assert price_of(counter, coffee) == 439


def test_entries_that_came_before_change_nothing_and_are_answered(
    counter: Counter, elsewhere: Elsewhere, devices: WithMirror
) -> None:
    event = elsewhere.says(ShopChanged(name="Eck"))
    counter.do(event, event)
    assert [one.code for one in devices.given(EntriesTaken)] == ["", ""]  # type: ignore[union-attr]
    assert counter.shelf.heads()[elsewhere.shelf.origin][0] == 1


def test_entries_with_a_gap_before_them_are_refused_and_the_thread_hears_why(
    counter: Counter, elsewhere: Elsewhere, devices: WithMirror
) -> None:
    elsewhere.says(ShopChanged(name="lost on the way"))
    counter.do(elsewhere.says(ShopChanged(name="Eck")))
    (taken,) = devices.given(EntriesTaken)
    assert isinstance(taken, EntriesTaken)
    assert taken.code == "journal_gap"
    assert counter.show(ShopView).name == "Corner"


def test_a_forged_entry_is_refused(
    counter: Counter, elsewhere: Elsewhere, devices: WithMirror
) -> None:
    event = elsewhere.says(ShopChanged(name="Eck"))
    (entry,) = map(Entry._make, event.entries)
    counter.do(EntriesCame(1, (entry._replace(body='{"name":"Mine"}'),)))
    (taken,) = devices.given(EntriesTaken)
    assert isinstance(taken, EntriesTaken)
    assert taken.code == "journal_damaged"
    assert counter.show(ShopView).name == "Corner"


# --------------------------------------------------------------------------- pairing


def test_a_manager_pairs_by_a_scan_while_the_sheet_is_open(
    counter: Counter, devices: WithMirror
) -> None:
    assert counter.do(BEN, OpenServer(), Scan("]Q1" + QR)) == ""
    (job,) = devices.given(PairNow)
    assert isinstance(job, PairNow)
    assert job.text == QR
    assert job.applicant.origin == counter.shelf.origin
    assert job.applicant.seq == counter.shelf.heads()[counter.shelf.origin][0]
    assert counter.show(ServerView).step == "asking"
    # Nothing that is secret is written anywhere by mistake.
    assert "GFGC" not in repr(job)
    assert job.applicant.peppers[0] not in repr(job.applicant)


def test_with_the_sheet_shut_a_pairing_code_is_no_article_and_says_where_to_go(
    counter: Counter, devices: WithMirror
) -> None:
    assert counter.do(ANA, Scan("]Q1" + QR)) == "scan_pairing_code_there"
    assert counter.do(Scan(QR)) == "scan_pairing_code_there"
    assert devices.given(PairNow) == []
    assert counter.show(TicketView).lines == ()


def test_with_the_sheet_open_an_article_is_not_sold(counter: Counter) -> None:
    assert counter.do(BEN, OpenServer(), Scan(COFFEE)) == "not_a_pairing_code"
    assert counter.show(ServerView).problem == "not_a_pairing_code"
    assert counter.do(CloseServer(), Scan(COFFEE)) == ""
    assert len(counter.show(TicketView).lines) == 1


def test_a_cashier_may_not_pair(counter: Counter, devices: WithMirror) -> None:
    for command in (OpenServer(), FindServers(), PairByCode("h", 1, "1" * 8), ForgetServer()):
        assert counter.do(ANA, command) == "managers_only"
    assert counter.do(SignOut(), OpenServer()) == "managers_only"
    assert devices.given(PairNow) == []


def test_a_register_at_which_nobody_works_can_be_paired_by_whoever_sets_it_up(
    tmp_path: Path, devices: WithMirror
) -> None:
    shelf = Shelf(tmp_path, limits=ROOMY)
    shelf.book(ScriptedClock(START_MS)).record("", ShopChanged(name="Empty"))
    shelf.close()
    empty = open_counter(tmp_path, devices=devices)
    assert empty.do(OpenServer(), PairByCode("192.0.2.7", 8443, "12345678")) == ""
    (job,) = devices.given(PairNow)
    assert isinstance(job, PairNow)
    assert (job.host, job.port, job.code) == ("192.0.2.7", 8443, "12345678")
    assert "12345678" not in repr(job)


def test_one_pairing_at_a_time(counter: Counter, devices: WithMirror) -> None:
    counter.do(BEN, OpenServer(), Scan(QR))
    assert counter.do(Scan(QR)) == "mirror_busy"
    counter.do(PairingStepped("", "server_away", (("why", "timed out"),)))
    shown = counter.show(ServerView)
    assert (shown.step, shown.problem) == ("", "server_away")
    assert counter.do(Scan(QR)) == ""
    assert len(devices.given(PairNow)) == 2


def test_what_became_of_a_pairing_that_the_card_asked_for_stays_until_it_is_read(
    counter: Counter,
) -> None:
    counter.do(PairingStepped("", "server_away", (("why", "timed out"),)), BEN)
    shown = counter.show(NoticeView)
    assert (shown.code, shown.stays) == ("server_away", True)
    counter.do(DismissNotice(shown.id))
    assert not counter.show(NoticeView).id


def test_where_nobody_takes_the_job_it_is_said(counter: Counter, devices: WithMirror) -> None:
    devices.is_full = True
    assert counter.do(BEN, OpenServer(), Scan(QR)) == "mirror_busy"
    assert counter.show(ServerView).step == ""


def test_a_paired_server_is_known_as_the_shops_own_and_its_keys_are_taken(
    counter: Counter,
) -> None:
    counter.do(BEN, PAIRED)
    desk = counter.register.till.desk
    assert origins.known(desk.db)["M0AX"] == origins.Device("web", "Corner")
    assert people.pins(desk.db.folder).ring.keys[0] == bytes.fromhex("ab" * 32)
    # Told again at each start, and noted once.
    seq = desk.book.head(desk.origin)[0]
    counter.do(PAIRED)
    assert desk.book.head(desk.origin)[0] == seq
    # Who was hashed with the old key still gets in.
    assert counter.do(SignOut(), ANA) == ""


def test_what_is_recorded_here_is_shipped_once_it_is_committed_and_only_when_paired(
    counter: Counter, devices: WithMirror
) -> None:
    counter.do(ANA)
    assert devices.given(ShipEntries) == []
    counter.do(PAIRED)
    before = len(devices.given(ShipEntries))
    counter.do(Scan(COFFEE))
    assert len(devices.given(ShipEntries)) == before + 1
    counter.do(CloseServer())
    assert len(devices.given(ShipEntries)) == before + 1


def test_found_servers_are_shown_while_the_sheet_is_open(
    counter: Counter, devices: WithMirror
) -> None:
    counter.do(BEN, OpenServer())
    assert devices.given(LookForServers) == [LookForServers()]
    assert counter.show(ServerView).searching
    found = (FoundServerView("Corner", "192.0.2.7", 8443),)
    counter.do(ServersFound(found))
    assert (counter.show(ServerView).searching, counter.show(ServerView).found) == (False, found)
    counter.do(CloseServer())
    assert counter.show(ServerView).found == ()


def test_a_forgotten_server_leaves_a_note_that_its_certificate_is_gone(
    counter: Counter, devices: WithMirror
) -> None:
    counter.do(BEN, PAIRED, MirrorChanged("connected"))
    assert counter.do(ForgetServer()) == ""
    assert devices.given(UnpairNow) == [UnpairNow()]
    counter.do(ServerForgotten("aa" * 32))
    assert counter.show(ServerView).shop == ""
    assert counter.show(StatusView).mirror == "off"
    rows = counter.shelf.db.sql("SELECT device, fingerprint FROM revoked_device")
    assert rows == [(counter.shelf.origin, "aa" * 32)]


# --------------------------------------------------------------------------- how it is


def status(counter: Counter) -> tuple[str, int]:
    counter.register.tick()
    shown = counter.show(StatusView)
    return shown.mirror, shown.mirror_behind


def test_the_strip_says_connected_behind_and_alone_since_when(counter: Counter) -> None:
    desk = counter.register.till.desk
    counter.do(BEN, PAIRED)
    acked = desk.book.head(desk.origin)[0]
    counter.do(MirrorChanged("connected", acked))
    assert status(counter) == ("connected", 0)
    counter.do(Scan(COFFEE))
    more = desk.book.head(desk.origin)[0] - acked
    # What was rung up this second is on its way.
    assert status(counter) == ("connected", 0)
    for _ in range(BEHIND_TICKS):
        counter.register.tick()
    assert status(counter) == ("behind", more)
    counter.do(MirrorChanged("connected", acked + more))
    assert status(counter) == ("connected", 0)
    counter.clock.set(START_MS + 60_000)
    counter.do(MirrorChanged("alone", acked + more, code="server_away", fields=(("why", "x"),)))
    counter.clock.set(START_MS + 120_000)
    counter.do(TenderCash(1000))
    assert status(counter) == ("alone", desk.book.head(desk.origin)[0] - acked - more)
    shown = counter.show(StatusView)
    assert (shown.mirror_since_ms, shown.mirror_code) == (START_MS + 60_000, "server_away")


def test_trouble_with_the_mirror_is_told_once_and_selling_goes_on(counter: Counter) -> None:
    counter.do(ANA, PAIRED, MirrorChanged("connected"))
    trouble = MirrorChanged("trouble", code="not_paired", fields=(("why", "revoked"),))
    counter.do(trouble)
    notice = counter.show(NoticeView)
    assert notice.code == "not_paired"
    counter.do(trouble)
    assert counter.show(NoticeView).id == notice.id
    assert counter.do(Scan(COFFEE), TenderCash(1000)) == ""


def test_the_progress_of_a_new_register_is_shown(counter: Counter) -> None:
    counter.do(PAIRED, MirrorChanged("connected", pulled=40, total=100))
    shown = counter.show(ServerView)
    assert (shown.pulled, shown.total) == (40, 100)
