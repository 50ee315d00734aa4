"""The first start, as the register does it: what is asked, what it records, and what a power cut leaves."""

import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import cast

import pytest

from appliance import messages as m
from appliance.clock import ScriptedClock
from appliance.demo_shop import demo_goods
from appliance.domain.countries import COUNTRIES, zones
from appliance.domain.money import CURRENCIES
from appliance.hosts.errands import Errands, simulated_machine
from appliance.journal.kinds import ShopChanged
from appliance.machine.network import SimulatedNetwork
from appliance.parts import RegisterOptions
from appliance.play import InlineDevices
from appliance.register import Register
from appliance.services import backup_key, pay_rules, people, shop
from appliance.services import first_start as service
from appliance.services.desk import Desk
from appliance.store import backup, swap
from appliance.store.archive import Lock
from appliance.store.shelf import Shelf
from tests.appliance.counter import set_up_shop
from tests.appliance.trading import ROOMY, START_MS

GERMANY = m.TakeCountry(
    "DE",
    "EUR",
    1,
    included=True,
    zone="Europe/Berlin",
    taxes=(m.TaxTerm("A", "USt", "19"), m.TaxTerm("B", "USt", "7")),
)


class Machine(InlineDevices):
    """Devices as in a script, and a simulated machine whose errands are run at once."""

    def __init__(self, stick: Path) -> None:
        super().__init__()
        self.machine = simulated_machine(stick)
        self.errands = Errands(
            self.machine, self._hear, stick.parent / "shop", ScriptedClock(START_MS)
        )
        self.asked: list[m.AnyJob] = []
        self.done_to_machine: list[str] = []

    def _hear(self, message: m.Command | m.Event) -> None:
        assert isinstance(message, m.Event)
        self.events.append(message)

    def run(self, job: m.AnyJob) -> bool:
        if self.errands.take(job):
            self.asked.append(job)
            self.errands.stop()
            self.errands._work()
            return True
        if isinstance(job, m.DoToMachine):
            self.done_to_machine.append(job.name)
            return True
        return super().run(job)


class New:
    """A register that was just unpacked."""

    def __init__(self, folder: Path, *, begins: bool = True) -> None:
        self.folder = folder
        self.begins = begins
        self.restarts = 0
        self.shown: dict[type[m.Snapshot], m.Snapshot] = {}
        self.start()

    def start(self) -> None:
        self.shelf = Shelf(self.folder / "shop", limits=ROOMY)
        self.clock = ScriptedClock(START_MS)
        self.devices = Machine(self.folder / "stick")
        self.register = Register(
            self.shelf,
            self.clock,
            self.devices,
            lambda snapshot: self.shown.__setitem__(type(snapshot), snapshot),
            self.options(),
        )

    def options(self) -> RegisterOptions:
        return RegisterOptions(begins=self.begins, goods=demo_goods, restart=self.restart)

    def restart(self) -> None:
        self.restarts += 1

    def cut_the_power(self) -> None:
        """What was not committed is lost."""
        self.shelf.db.close()
        self.start()

    def do(self, *commands: m.Command) -> str:
        for command in commands:
            self.register.handle(command)
            while self.devices.events:
                self.register.handle(self.devices.events.pop(0))
        return self.view.problem

    @property
    def view(self) -> m.FirstStartView:
        return cast("m.FirstStartView", self.shown[m.FirstStartView])

    @property
    def desk(self) -> Desk:
        return self.register.till.desk

    @property
    def page(self) -> tuple[bool, str]:
        return self.view.open, self.view.step


@pytest.fixture
def new(tmp_path: Path) -> Iterator[New]:
    made = New(tmp_path)
    yield made
    made.register.close()


def test_a_register_at_which_nobody_works_begins_with_its_first_start(new: New) -> None:
    assert new.page == (True, "language")
    assert new.view.is_first


def test_a_shop_that_was_set_up_otherwise_does_not(new: New) -> None:
    keeper = people.pins(new.shelf.db.folder)
    people.add(new.desk, keeper, number="1", name="Olga", role="owner", pin="1111", actor="")
    new.cut_the_power()
    assert not new.view.open


def test_in_such_a_shop_a_manager_is_asked_nothing_and_may_change_all(new: New) -> None:
    keeper = people.pins(new.shelf.db.folder)
    people.add(new.desk, keeper, number="1", name="Olga", role="owner", pin="1111", actor="")
    new.cut_the_power()
    new.do(m.SignIn("1", "1111"), m.OpenFirstStart())
    assert (new.page, new.view.is_first) == ((True, "shop"), False)
    new.do(m.TakeShop("Corner"), m.SkipStep("network"))
    assert (new.view.step, new.view.is_first) == ("owner", False)


def test_nor_does_one_that_was_not_told_to(tmp_path: Path) -> None:
    new = New(tmp_path, begins=False)
    assert not new.view.open
    new.do(m.OpenFirstStart())
    assert new.page == (True, "language")
    new.register.close()


def test_the_whole_way_of_a_new_shop(new: New) -> None:
    new.do(m.ChooseFirstLanguage("de"), m.ChooseWay("new"))
    assert new.page == (True, "country")
    assert cast("m.ShopView", new.shown[m.ShopView]).language == "de"
    new.do(GERMANY, m.TakeShop("Laden", ("Hauptstr. 1", "10115 Berlin"), "DE999999999"))
    assert new.page == (True, "network")
    assert [one.name for one in new.view.network.networks][:2] == [
        "FRITZ!Box 7590 KX",
        "Corner & Co.",
    ]
    new.do(m.JoinWifi("Corner & Co.", SimulatedNetwork.PASSWORD))
    assert new.view.network.joined == "Corner & Co."
    new.do(m.PassStep("network"), m.AddOwner("Olga", "4711"))
    assert new.view.people == ("Olga",)
    new.do(m.PassStep("devices"), m.ChooseServer("none"), m.TakeGoods("demo"))
    assert new.page == (True, "end")
    assert new.view.products > 90
    new.do(m.PassStep("end"))
    assert not new.view.open
    (owner,) = people.active(new.shelf.db)
    new.do(m.SignIn(owner.id, "4711"))
    assert new.register.till.employee == owner
    facts = shop.read(new.shelf.db)
    assert (facts.name, facts.address, facts.language) == (
        "Laden",
        ("Hauptstr. 1", "10115 Berlin"),
        "de",
    )
    assert shop.tax_classes(new.shelf.db)["B"][0] == "USt 7 %"
    assert str(pay_rules.read(new.shelf.db).zone) == "Europe/Berlin"
    locality = new.devices.machine.locality
    assert (locality.zone, locality.country) == ("Europe/Berlin", "DE")  # type: ignore[attr-defined]


STORY = (
    m.ChooseFirstLanguage("es"),
    m.ChooseWay("new"),
    GERMANY,
    m.TakeShop("Tienda"),
    m.PassStep("network"),
    m.AddOwner("Olga", "4711"),
    m.PassStep("devices"),
    m.ChooseServer("none"),
    m.TakeGoods("none"),
)


@pytest.mark.parametrize("after", range(len(STORY) + 1))
def test_after_a_power_cut_it_goes_on_where_it_stopped(new: New, after: int) -> None:
    new.do(*STORY[:after])
    before = new.view
    new.cut_the_power()
    assert new.page == (True, before.step)
    assert (new.view.name, new.view.people, new.view.country, new.view.done) == (
        before.name,
        before.people,
        before.country,
        before.done,
    )
    new.do(*STORY[after:], m.PassStep("end"))
    assert not new.view.open
    assert [one.name for one in people.active(new.shelf.db)] == ["Olga"]


def test_a_register_that_joins_changes_nothing_of_the_shop(new: New) -> None:
    new.do(m.ChooseFirstLanguage("es"), m.ChooseWay("join"), m.StandIn("MX"))
    assert new.page == (True, "network")
    locality = new.devices.machine.locality
    assert (locality.zone, locality.country) == ("America/Mexico_City", "MX")  # type: ignore[attr-defined]
    assert new.do(m.GoToStep("country"), m.StandIn("XX")) == "unknown_setting"
    new.do(m.GoToStep("network"))
    assert cast("m.ShopView", new.shown[m.ShopView]).language == "es"
    kinds = {kind for (kind,) in new.shelf.db.sql("SELECT kind FROM entry")}
    assert ShopChanged.kind not in kinds
    new.cut_the_power()
    assert cast("m.ShopView", new.shown[m.ShopView]).language == "es"


@pytest.mark.parametrize("way", ["new", "join", "stick"])
def test_whatever_was_left_for_later_the_register_starts(new: New, way: m.Way) -> None:
    new.do(m.ChooseFirstLanguage("es"), m.ChooseWay(way))
    for step in m.STEPS[way]:
        new.do(m.SkipStep(step))
    new.cut_the_power()
    assert m.FirstStartView in new.shown


def test_a_scan_sells_nothing_while_the_page_is_open(new: New) -> None:
    new.do(*STORY[:8], m.TakeGoods("demo"), m.PassStep("end"))
    (owner,) = people.active(new.shelf.db)
    scan = m.Scan("9521230450379")
    new.do(m.SignIn(owner.id, "4711"), m.OpenFirstStart(), scan)
    assert cast("m.TicketView", new.shown[m.TicketView]).lines == ()
    assert new.view.open
    new.do(m.CloseFirstStart(), scan)
    assert len(cast("m.TicketView", new.shown[m.TicketView]).lines) == 1


def test_going_back_shows_what_was_answered_and_asks_nothing_twice(new: New) -> None:
    new.do(*STORY[:6], m.GoToStep("shop"))
    assert (new.view.step, new.view.name) == ("shop", "Tienda")
    length = new.desk.book.length
    new.do(m.TakeShop("Tienda"))
    assert new.view.step == "devices"
    assert new.desk.book.length == length


def test_every_step_can_be_left_for_later(new: New) -> None:
    for _ in range(8):
        new.do(m.SkipStep(new.view.step))
    assert new.page == (True, "goods")
    new.do(m.SkipStep("goods"), m.PassStep("end"))
    assert not new.view.open
    # Nobody works here: whoever stands here may set it up, from the first thing that was left.
    new.do(m.OpenFirstStart())
    assert new.page == (True, "language")
    assert not new.view.is_first
    new.do(m.GoToStep("owner"), m.AddOwner("Olga", "4711"))
    new.do(m.CloseFirstStart())
    new.do(m.OpenFirstStart())
    assert cast("m.NoticeView", new.shown[m.NoticeView]).code == "managers_only"
    assert not new.view.open


def test_a_manager_finds_it_again(new: New) -> None:
    new.do(*STORY, m.PassStep("end"))
    (owner,) = people.active(new.shelf.db)
    new.do(m.SignIn(owner.id, "4711"), m.OpenFirstStart())
    assert new.page == (True, "shop")
    new.do(m.TakeShop("Tienda nueva"))
    assert (new.view.step, new.view.name) == ("network", "Tienda nueva")
    edits = new.shelf.db.sql(
        "SELECT actor FROM entry WHERE kind = ? ORDER BY seq", (ShopChanged.kind,)
    )
    assert edits[-1] == (owner.id,)
    new.do(m.SignOut())
    assert not new.view.open


def test_an_owner_is_added_once_and_only_with_a_pin(new: New) -> None:
    new.do(*STORY[:5])
    assert new.do(m.AddOwner("Olga", "12")) == "pin_too_short"
    assert new.view.step == "owner"
    assert new.do(m.AddOwner(" ", "1234")) == "name_needed"
    new.do(m.AddOwner("Olga", "1234"))
    assert new.do(m.AddOwner("Eve", "1234")) == "somebody_is_here"


def test_wrong_terms_change_nothing(new: New) -> None:
    new.do(*STORY[:2])
    length = new.desk.book.length
    for wrong, code in (
        (m.TakeCountry("DE", "XXX", 1, included=True, zone="", taxes=()), "unknown_setting"),
        (m.TakeCountry("DE", "EUR", 0, included=True, zone="", taxes=()), "unknown_setting"),
        (m.TakeCountry("DE", "EUR", 1, included=True, zone="Mars", taxes=()), "unknown_pay_rule"),
        (
            m.TakeCountry("", "EUR", 1, included=True, zone="", taxes=(m.TaxTerm("A", "x", "xx"),)),
            "bad_tax_rate",
        ),
    ):
        assert new.do(wrong) == code
        assert new.desk.book.length == length
        assert new.view.step == "country"


def test_another_country_leaves_no_rate_of_the_one_before(new: New) -> None:
    denmark = m.TakeCountry(
        "DK",
        "DKK",
        50,
        included=True,
        zone="Europe/Copenhagen",
        taxes=(m.TaxTerm("A", "moms", "25"),),
    )
    new.do(*STORY[:3], m.GoToStep("country"), denmark)
    assert [(one.code, one.rate) for one in new.view.taxes] == [("A", "25"), ("B", "25")]


def test_a_wrong_password_is_told_as_such(new: New) -> None:
    new.do(*STORY[:4])
    assert new.do(m.JoinWifi("Corner & Co.", "not the one")) == "wifi_wrong_password"
    assert new.do(m.JoinWifi("Corner & Co.", "short")) == "wifi_password_length"
    assert new.do(m.JoinWifi("office", "longer than eight")) == "wifi_for_companies"
    assert new.do(m.JoinWifi("elsewhere", "longer than eight", typed=True)) == "wifi_not_there"
    assert new.view.network.joining == ""
    assert "longer" not in repr(new.devices.asked)


def test_a_catalogue_comes_from_a_stick_whole_or_not_at_all(new: New, tmp_path: Path) -> None:
    new.do(*STORY[:8])
    stick = tmp_path / "stick"
    (stick / "shop").mkdir(parents=True)
    good, bad = stick / "shop" / "goods.csv", stick / "bad.csv"
    good.write_text("name,price,tax_class\nTea,1.20,A\n")
    bad.write_text("name,price,tax_class\nTea,1.20,A\nCake,x,A\n")
    (stick / ".hidden.csv").write_text("")
    new.do(m.LookForFiles())
    assert {(one.name, one.kind) for one in new.view.files} == {
        ("goods.csv", "csv"),
        ("bad.csv", "csv"),
    }
    assert new.do(m.TakeGoods("file", str(bad))) == "catalogue_bad"
    assert "3" in str(dict(new.view.problem_fields)["why"])
    assert new.view.products == 0
    assert new.do(m.TakeGoods("file", "/etc/passwd")) == "stick_file_gone"
    assert new.do(m.TakeGoods("file", str(good))) == ""
    assert (new.view.step, new.view.products) == ("end", 1)


@pytest.mark.parametrize("code", sorted(COUNTRIES))
def test_what_is_suggested_for_a_country_can_be_taken_as_it_is(new: New, code: str) -> None:
    country = COUNTRIES[code]
    taxes = tuple(
        m.TaxTerm(letter, country.tax, shop.percent_text(ppm)) for letter, ppm in country.classes
    )
    new.do(*STORY[:2])
    for zone in zones(code):
        terms = m.TakeCountry(
            code, country.currency, country.cash_step_minor, country.included, zone, taxes
        )
        assert new.do(terms) == ""
    assert CURRENCIES[country.currency].code == new.view.currency
    assert new.do(m.TakeGoods("demo")) == ""
    assert new.view.products > 90
    assert {one.code for one in new.view.taxes} == {letter for letter, _ in country.classes}


def test_demo_goods_are_taken_where_no_tax_was_said(new: New) -> None:
    new.do(m.SkipStep("country"), m.TakeGoods("demo"))
    assert new.view.products > 90
    assert service.answers(new.shelf.db, new.desk.origin)["goods"].choice == "demo"


def test_nothing_secret_is_in_a_representation() -> None:
    secret = "s3cret-s3cret"
    for one in (
        m.JoinWifi("x", secret),
        m.AddOwner("x", secret),
        m.RestoreShop("x", secret),
        m.JoinNetwork("x", secret),
    ):
        assert secret not in repr(one)
    assert sys.version_info >= (3, 11)


# ------------------------------------------------------------------ a shop that comes back


def stick_with_a_backup(folder: Path, lock: Lock | None = None) -> str:
    """A backup of a small shop on the stick; answers its path."""
    was = Shelf(folder / "was", limits=ROOMY)
    set_up_shop(was)
    was.close()
    stick = folder / "stick"
    stick.mkdir()
    lock = lock or Lock(passphrase="correct horse")
    made = backup.make(folder / "was", stick, lock, START_MS, spare_bytes=0)
    return str(made.file)


def test_a_shop_comes_back_from_a_sticks_backup(new: New, tmp_path: Path) -> None:
    path = stick_with_a_backup(tmp_path)
    new.do(m.ChooseFirstLanguage("en"), m.ChooseWay("stick"))
    assert new.page == (True, "stick")
    assert [one.kind for one in new.view.files] == ["backup"]
    assert new.do(m.RestoreShop(path, "wrong")) == "wrong_key"
    assert (new.restarts, new.view.busy) == (0, "")
    assert new.do(m.RestoreShop("/etc/passwd", "x")) == "stick_file_gone"
    before = new.desk.origin
    new.do(m.RestoreShop(path, "correct horse"))
    assert new.restarts == 1
    # Until the register has ended, the old store is the one that is open.
    assert new.desk.origin == before
    new.register.close()
    assert swap.take_in(tmp_path / "shop")
    new.start()
    assert not new.view.open
    assert [one.name for one in people.active(new.shelf.db)] == ["Ana", "Ben"]
    assert new.desk.origin != before
    assert (tmp_path / "shop" / "before-swap-1" / "shop.db").exists()


def test_a_nights_backup_comes_back_by_the_key_off_the_paper(new: New, tmp_path: Path) -> None:
    key, another = backup_key.new(), backup_key.new()
    path = stick_with_a_backup(tmp_path, Lock(recipients=(key.recipient,)))
    new.do(m.ChooseFirstLanguage("en"), m.ChooseWay("stick"))
    assert new.do(m.RestoreShop(path, "correct horse")) == "bad_backup_key"
    assert new.do(m.RestoreShop(path, another.secret)) == "wrong_key"
    assert (new.restarts, new.view.busy) == (0, "")
    # As it stands on the screen it has blanks in it, and nobody types capitals.
    typed = " ".join(re.findall(".{1,4}", key.secret.lower()))
    assert new.do(m.RestoreShop(path, typed)) == ""
    assert new.restarts == 1


def test_while_a_shop_comes_back_nothing_is_recorded_that_would_go(
    new: New, tmp_path: Path
) -> None:
    path = stick_with_a_backup(tmp_path)
    new.do(m.ChooseFirstLanguage("en"), m.ChooseWay("stick"))
    # Its errand is under way: nothing of it was told yet.
    new.register.handle(m.RestoreShop(path, "correct horse"))
    length = new.desk.book.length
    assert new.view.busy == "restore"
    for command in (m.AddOwner("Olga", "4711"), m.SkipStep("stick"), m.CloseFirstStart()):
        new.register.handle(command)
        assert new.view.problem == "errand_under_way"
    assert (new.page, new.desk.book.length) == ((True, "stick"), length)
    while new.devices.events:
        new.register.handle(new.devices.events.pop(0))
    assert new.restarts == 1


def test_a_register_that_has_a_shop_is_not_given_another(new: New, tmp_path: Path) -> None:
    path = stick_with_a_backup(tmp_path)
    new.do(*STORY[:6], m.LookForFiles())
    assert new.do(m.RestoreShop(path, "correct horse")) == "shop_there"
    assert new.restarts == 0


def test_this_machine_can_be_the_server_too(new: New) -> None:
    new.do(*STORY[:7])
    assert new.do(m.ChooseServer("here")) == ""
    assert (new.view.step, new.view.server, new.view.busy) == ("server", "here", "")
    assert (new.view.server_url, new.view.start_code) == (
        "https://192.0.2.20:8443/",
        "ABCD-EFGH-JKLM",
    )
    new.do(m.PassStep("server"))
    assert (new.view.step, new.view.server) == ("goods", "here")


def test_devices_are_tested_and_the_test_printed_before_anybody_signs_in(new: New) -> None:
    new.do(*STORY[:6], m.OpenWorkshop(), m.CheckDevices())
    assert cast("m.WorkshopView", new.shown[m.WorkshopView]).open
    new.do(m.CloseWorkshop())
    assert new.page == (True, "devices")
    # Once it is at its end, that is for managers again.
    new.do(*STORY[6:], m.PassStep("end"), m.OpenWorkshop())
    assert not cast("m.WorkshopView", new.shown[m.WorkshopView]).open
