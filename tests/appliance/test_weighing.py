"""The till and its scale: a weight lands where it was asked for, or nowhere; what the scale showed is kept unedited."""

from collections.abc import Callable
from pathlib import Path

import pytest

from appliance.domain.money import CURRENCIES
from appliance.domain.receipt import Writing
from appliance.domain.ticket import Weighing
from appliance.messages import (
    AbandonTicket,
    AddProduct,
    ChangeQuantity,
    ClearTare,
    CloseWorkshop,
    Command,
    DeviceChanged,
    DeviceState,
    DoneView,
    LastSaleView,
    NoticeLevel,
    NoticeView,
    OpenWorkshop,
    RemoveLine,
    ScaleSeen,
    ScaleView,
    Scan,
    SignIn,
    SignOut,
    StartTender,
    TareScale,
    TenderCash,
    TicketView,
    Weighed,
    ZeroScale,
)
from appliance.words import Words
from tests.appliance.counter import APPLES, COFFEE, Counter, open_counter

ANA = SignIn("1", "1111")
BEN = SignIn("2", "2222")


@pytest.fixture
def counter(tmp_path: Path) -> Counter:
    return open_counter(tmp_path, also=("scale", "display"))


def apples(counter: Counter) -> AddProduct:
    return AddProduct(counter.shelf.db.sql("SELECT id FROM product WHERE name = 'Apples'")[0][0])


def by_scan(counter: Counter) -> Command:
    del counter
    return Scan(APPLES)


def asked(counter: Counter, command: Command) -> Weighed:
    """Ask for a weight; the answer is still on its way, as from a scale that does not come to rest."""
    counter.register.handle(command)
    weighed = counter.devices.events.pop()
    assert isinstance(weighed, Weighed)
    return weighed


def lines(counter: Counter) -> list[tuple[str, int]]:
    return [(line.name, line.qty_milli) for line in counter.show(TicketView).lines]


@pytest.mark.parametrize("sell", [by_scan, apples])
def test_what_is_sold_by_weight_is_weighed(
    counter: Counter, sell: Callable[[Counter], Command]
) -> None:
    counter.devices.scale.put(1250)
    assert counter.do(ANA, sell(counter)) == ""
    (line,) = counter.show(TicketView).lines
    assert (line.name, line.qty_milli, line.amount_minor) == ("Apples", 1250, 374)
    assert counter.show(NoticeView).id == 0


def test_the_cashier_sees_that_the_till_is_weighing(counter: Counter) -> None:
    counter.devices.scale.put(500)
    counter.do(ANA)
    weighed = asked(counter, Scan(APPLES))
    notice = counter.show(NoticeView)
    assert (notice.level, notice.code) == (NoticeLevel.BUSY, "weighing")
    assert dict(notice.fields) == {"name": "Apples"}
    counter.do(weighed)
    assert counter.show(NoticeView).id == 0


def test_a_scale_that_gives_no_weight_sells_nothing_and_says_why(counter: Counter) -> None:
    counter.devices.scale.overload()
    counter.do(ANA, apples(counter))
    assert lines(counter) == []
    notice = counter.show(NoticeView)
    assert (notice.level, notice.code) == (NoticeLevel.WARN, "scale_overloaded")


def test_an_empty_scale_sells_nothing_and_says_what_to_do(counter: Counter) -> None:
    assert counter.do(ANA, apples(counter)) == "nothing_on_scale"
    assert lines(counter) == []
    counter.devices.scale.put(300)
    assert counter.do(apples(counter)) == ""
    assert lines(counter) == [("Apples", 300)]


def test_an_impatient_cashier_gets_one_line(counter: Counter) -> None:
    counter.devices.scale.put(500)
    counter.do(ANA)
    weighed = asked(counter, Scan(APPLES))
    counter.register.handle(Scan(APPLES))
    counter.register.handle(Scan(APPLES))
    assert counter.devices.events == []
    counter.do(weighed, weighed)
    assert lines(counter) == [("Apples", 500)]
    # Once it lies on the ticket, the same article again is another lot.
    counter.do(Scan(APPLES))
    assert lines(counter) == [("Apples", 500), ("Apples", 500)]


def test_what_was_asked_for_last_is_what_is_weighed(counter: Counter) -> None:
    counter.devices.scale.put(500)
    counter.do(ANA)
    by_code = asked(counter, Scan(APPLES))
    by_tile = asked(counter, apples(counter))
    counter.do(by_code)
    assert lines(counter) == []
    counter.do(by_tile)
    assert lines(counter) == [("Apples", 500)]


def test_other_goods_are_sold_meanwhile_and_the_weight_still_counts(counter: Counter) -> None:
    counter.devices.scale.put(500)
    counter.do(ANA)
    weighed = asked(counter, Scan(APPLES))
    counter.do(Scan(COFFEE), weighed)
    assert lines(counter) == [("Flat white", 1000), ("Apples", 500)]


@pytest.mark.parametrize(
    "meanwhile",
    [
        (StartTender(),),
        (TenderCash(500),),
        (AbandonTicket(),),
        (SignOut(),),
        (SignOut(), BEN),
        (OpenWorkshop(),),
        (OpenWorkshop(), CloseWorkshop()),
    ],
    ids=["tender", "paid", "abandoned", "signed out", "another", "at devices", "was at devices"],
)
def test_a_weight_that_comes_too_late_lands_nowhere(
    counter: Counter, meanwhile: tuple[Command, ...]
) -> None:
    counter.devices.scale.put(500)
    counter.do(BEN, Scan(COFFEE))
    weighed = asked(counter, Scan(APPLES))
    counter.do(*meanwhile)
    # What the till waited for is over, and the bar does not say otherwise.
    assert counter.show(NoticeView).code != "weighing"
    entries = counter.shelf.db.sql("SELECT count(*) FROM entry")[0][0]
    done = counter.show(DoneView)
    assert counter.do(weighed) == ""
    assert counter.shelf.db.sql("SELECT count(*) FROM entry")[0][0] == entries
    assert counter.show(DoneView) == done
    assert ("Apples", 500) not in lines(counter)


def test_a_payment_that_is_refused_keeps_waiting_for_the_weight(counter: Counter) -> None:
    counter.devices.scale.put(500)
    counter.do(ANA)
    weighed = asked(counter, Scan(APPLES))
    assert counter.do(StartTender()) == "nothing_to_pay"
    counter.do(weighed)
    assert lines(counter) == [("Apples", 500)]


def test_without_a_scale_the_weight_is_asked_for(tmp_path: Path) -> None:
    bare = open_counter(tmp_path)
    bare.do(ANA)
    assert bare.do(Scan(APPLES)) == "weigh_it"
    assert bare.do(ZeroScale()) == "no_scale"


def test_a_weighed_line_is_not_edited_by_hand_but_can_be_taken_off(counter: Counter) -> None:
    counter.devices.scale.put(500)
    counter.do(ANA, apples(counter))
    (line,) = counter.show(TicketView).lines
    assert counter.do(ChangeQuantity(line.id, 10)) == "quantity_fixed_by_scale"
    assert lines(counter) == [("Apples", 500)]
    assert counter.do(RemoveLine(line.id)) == ""
    assert lines(counter) == []


def test_a_container_is_taken_off_seen_printed_and_cleared_again(counter: Counter) -> None:
    scale = counter.devices.scale
    scale.put(200)
    counter.do(ANA, TareScale())
    assert counter.show(NoticeView).code == "scale_tare"
    scale.put(700)
    counter.do(apples(counter))
    (line,) = counter.show(TicketView).lines
    assert (line.qty_milli, line.tare_milli) == (500, 200)
    shown = counter.devices.display.shown
    assert shown is not None
    first = shown.lines[0]
    assert (first.name, first.quantity) == ("Apples, Tare 0.200 kg", "0.500 kg")
    scale.lift()
    assert counter.do(ClearTare()) == ""
    assert counter.show(NoticeView).code == "scale_clear"
    scale.put(700)
    counter.do(apples(counter), TenderCash(1000))
    receipt = "\n".join(counter.show(LastSaleView).receipt_text)
    assert "0.500 kg x 2.99/kg\nTare 0.200 kg\n" in receipt
    assert "0.700 kg x 2.99/kg\nApples" not in receipt
    assert receipt.count("Tare") == 1


def test_too_much_weight_is_no_zero(counter: Counter) -> None:
    counter.devices.scale.put(2000)
    counter.do(ANA, ZeroScale())
    assert counter.show(NoticeView).level is NoticeLevel.WARN


def test_what_the_scale_showed_is_kept_digit_by_digit(counter: Counter) -> None:
    """A shop that weighs in pounds: the customer reads what stood on the scale, the price is for a kilogram."""
    counter.do(ANA)
    weighed = asked(counter, Scan(APPLES))
    in_pounds = Weighed("scale", weighed.asked, 1000, shown="2.205", unit="lb")
    counter.do(in_pounds)
    (line,) = counter.show(TicketView).lines
    assert (line.qty_milli, line.shown) == (1000, "2.205 lb")
    kept = counter.shelf.db.sql("SELECT weighing FROM ticket_line")
    assert kept == [('{"shown":"2.205","unit":"lb"}',)]
    counter.do(TenderCash(1000))
    assert "Scale 2.205 lb" in counter.show(LastSaleView).receipt_text
    assert counter.shelf.differences() == ()


@pytest.mark.parametrize(
    ("weighing", "said"),
    [
        (Weighing("01.250", "kg"), ""),
        (Weighing("01.250", "kg", 0), ""),
        (Weighing("01.050", "kg", 200), "Tare 0.200 kg"),
        (Weighing("2.205", "lb"), "Scale 2.205 lb"),
        (Weighing("2.205", "lb", 91), "Scale 2.205 lb, Tare 0.091 kg"),
    ],
)
def test_only_what_the_quantity_does_not_say_is_said_besides(weighing: Weighing, said: str) -> None:
    writing = Writing(Words("en").section("receipt"), CURRENCIES["EUR"])
    assert writing.weighing(weighing) == said


def test_what_the_scale_shows_now_is_published_until_it_is_gone(counter: Counter) -> None:
    now = ScaleView("scale", "settled", "01.250", "kg", tare_milli=200, can_tare=True)
    counter.do(ScaleSeen("scale", now))
    assert counter.show(ScaleView) == now
    counter.do(DeviceChanged("scale", "scale", DeviceState.ABSENT, "device_absent"))
    assert counter.show(ScaleView) == ScaleView()
