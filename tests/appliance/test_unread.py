"""What became of a job stays on the bar until a person has read it or it is no longer true."""

from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from appliance.messages import (
    DeviceChanged,
    DeviceState,
    DismissNotice,
    DoneView,
    DrawerFailed,
    NewSale,
    NoticeView,
    PrintFailed,
    PrintFinished,
    Scan,
    SignIn,
    TenderCash,
)
from tests.appliance.counter import COFFEE, Counter, open_counter

JAMMED = DrawerFailed(sale="K7Q2-9", device="drawer", code="drawer_jammed")
UNKNOWN = PrintFailed(
    sale="K7Q2-9", copy=0, device="printer", code="print_unconfirmed", maybe_on_paper=True
)
WAITING = PrintFailed(sale="K7Q2-9", copy=0, device="printer", code="paper_out")


@pytest.fixture
def counter(tmp_path: Path) -> Iterator[Counter]:
    opened = open_counter(tmp_path)
    opened.do(SignIn("1", "1111"))
    yield opened
    opened.shelf.close()


def well(device: str) -> DeviceChanged:
    return DeviceChanged(device=device, kind=device, state=DeviceState.OK)


def bar(counter: Counter) -> NoticeView:
    return counter.show(NoticeView)


@pytest.mark.parametrize("event", [JAMMED, UNKNOWN])
def test_selling_on_does_not_wipe_it_away_and_a_refusal_only_covers_it(
    counter: Counter, event: DrawerFailed | PrintFailed
) -> None:
    counter.do(event)
    assert (bar(counter).code, bar(counter).stays) == (event.code, True)
    counter.do(NewSale(), Scan(COFFEE))
    assert bar(counter).code == event.code
    counter.do(Scan("no such code"))
    assert (bar(counter).code, bar(counter).stays) != (event.code, True)
    counter.do(DismissNotice(bar(counter).id))
    assert bar(counter).code == event.code
    counter.do(DismissNotice(bar(counter).id))
    assert bar(counter).id == 0


def test_a_printer_that_answers_again_has_not_printed_what_nobody_knows_of(
    counter: Counter,
) -> None:
    trouble = DeviceChanged(
        device="printer", kind="printer", state=DeviceState.TROUBLE, code="print_unconfirmed"
    )
    # How the device is comes first, in the same words; it is the other that stays.
    counter.do(trouble, UNKNOWN, well("printer"))
    assert bar(counter).code == "print_unconfirmed"


def test_a_receipt_that_waits_is_no_longer_told_of_when_the_printer_is_well(
    counter: Counter,
) -> None:
    counter.do(WAITING, well("printer"))
    assert bar(counter).id == 0


def test_the_printed_receipt_of_that_sale_mends_it_and_that_of_another_does_not(
    counter: Counter,
) -> None:
    sales: list[str] = []
    for _ in range(2):
        counter.do(Scan(COFFEE), TenderCash(500))
        sales.append(str(counter.show(DoneView).sale))
        counter.do(NewSale())
    counter.do(msgspec.structs.replace(UNKNOWN, sale=sales[0]))
    counter.do(PrintFinished(sale=sales[1], copy=0, device="printer"))
    assert bar(counter).code == "print_unconfirmed"
    counter.do(PrintFinished(sale=sales[0], copy=1, device="printer"))
    assert bar(counter).id == 0


def test_a_drawer_that_opened_mends_it(counter: Counter) -> None:
    counter.do(JAMMED, well("printer"))
    assert bar(counter).code == "drawer_jammed"
    counter.do(well("drawer"))
    assert bar(counter).id == 0
