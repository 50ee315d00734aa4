"""Nothing that a label printer does loses or delays a sale, and a manager hears how many labels came out.

A real register and a real driver on a socket. The printer at its end runs out of labels, jams, babbles, is unplugged or
is slow, while a cashier rings up; then it comes to its senses, and the labels are printed.
"""

from collections.abc import Callable, Iterator

import pytest

from appliance.config import DeviceConfig
from appliance.hosts import LabelHost
from appliance.messages import (
    LabelRunView,
    LabelsFailed,
    LabelsPrinted,
    LabelsView,
    NoticeView,
    PrintLabels,
    StopLabels,
)
from tests.appliance.test_label_host import SlowFarEnd
from tests.drivers.label.far_end import FarEnd
from tests.flows.at_work import SALES, SCANNER, Shop, until
from tests.flows.far_ends import Socket, babbling

COPIES = 10
NAMES = ("Flat white", "Apples", "Tea")
ALL = len(NAMES) * COPIES


@pytest.fixture
def far() -> Iterator[SlowFarEnd]:
    opened = SlowFarEnd()
    yield opened
    opened.unplug()


def on(far: FarEnd | Socket) -> DeviceConfig:
    return DeviceConfig("labels", "label", "zpl_network", {"host": "127.0.0.1", "port": far.port})


def products(shop: Shop) -> tuple[str, ...]:
    """The origin is the beginning of every sale's number."""
    shop.sell()
    origin = shop.sales[0].partition("-")[0]
    return tuple(f"{origin}-5.{n}" for n in range(len(NAMES)))


def run_of(shop: Shop, wanted: Callable[[LabelRunView], bool]) -> LabelRunView:
    return shop.see(LabelsView, lambda seen: wanted(seen.run)).run


def out_of_labels(far: FarEnd) -> None:
    far.ends_after = 2


def jammed_half_way(far: FarEnd) -> None:
    printed = len(far.formats)
    original = far.go_on

    def pause_in_the_middle() -> None:
        original()
        if len(far.formats) >= printed + 2:
            far.paused = True

    far.go_on = pause_in_the_middle  # type: ignore[method-assign]


def overheated(far: FarEnd) -> None:
    original = far.go_on

    def heat_up() -> None:
        original()
        far.hot = len(far.formats) >= 2

    far.go_on = heat_up  # type: ignore[method-assign]


def hanging_up(far: FarEnd) -> None:
    original = far.go_on

    def hang_up() -> None:
        original()
        far.hangs_up_at_format = len(far.formats) >= 2

    far.go_on = hang_up  # type: ignore[method-assign]


def babbling_half_way(far: FarEnd) -> None:
    original, lines = far.go_on, far.lines

    def babble() -> None:
        original()
        if len(far.formats) >= 2:
            far.lines, far.chatter = "no such thing", b"\xff\xfe nonsense" * 40

    far.go_on = babble  # type: ignore[method-assign]
    far.sense = lines  # type: ignore[attr-defined]


def mend(far: FarEnd) -> None:
    """Somebody comes, puts labels in and switches it off and on: what it had not printed is gone."""
    far.__dict__.pop("go_on", None)
    far.labels_out = far.paused = far.hot = far.hangs_up_at_format = False
    far.ends_after, far.others_waiting, far.chatter = None, 0, b""
    far.lines = type(far).lines
    far.waiting.clear()
    far.plug()


@pytest.mark.parametrize(
    ("fault", "codes"),
    [
        (out_of_labels, {"labels_out"}),
        (jammed_half_way, {"label_printer_paused"}),
        (overheated, {"label_printer_fault"}),
        (hanging_up, {"labels_unconfirmed"}),
        (babbling_half_way, {"labels_unconfirmed", "label_printer_silent"}),
    ],
)
def test_a_label_printer_that_breaks_off_is_told_once_with_how_many_came_out(
    open_shop: Callable[..., Shop],
    far: SlowFarEnd,
    fault: Callable[[FarEnd], None],
    codes: set[str],
) -> None:
    fault(far)
    shop = open_shop(on(far))
    wanted = products(shop)
    shop.owner.send(PrintLabels(wanted, copies=COPIES))
    for _ in range(SALES):
        shop.sell()
    until(lambda: len(shop.heard(LabelsFailed)) == 1)
    (failed,) = shop.heard(LabelsFailed)
    assert failed.code in codes
    assert 3 <= failed.printed <= len(far.names()) < ALL
    # One on the bar, and the strip says how the printer is.
    until(lambda: shop.warnings("labels") == ["labels_not_printed"])
    (notice, *_) = [one for one in shop.notices if one.code == "labels_not_printed"]
    said = dict(notice.fields)
    assert (said["printed"], said["total"]) == (failed.printed, ALL)
    far.unplug()
    mend(far)
    until(lambda: shop.is_well("labels"))
    came_out = len(far.names())
    shop.owner.send(PrintLabels(wanted))
    shop.sell()
    until(lambda: len(shop.heard(LabelsPrinted)) == 1)
    assert far.names()[came_out:] == list(NAMES)
    shop.close_and_count()


def test_a_label_printer_that_is_unplugged_half_way_is_told_and_prints_again_afterwards(
    open_shop: Callable[..., Shop],
    far: SlowFarEnd,
) -> None:
    shop = open_shop(on(far))
    wanted = products(shop)
    shop.owner.send(PrintLabels(wanted, copies=COPIES))
    until(lambda: len(far.formats) == 2)
    far.unplug()
    for _ in range(SALES):
        shop.sell()
    until(lambda: len(shop.heard(LabelsFailed)) == 1)
    assert shop.heard(LabelsFailed)[0].printed <= len(far.names())
    until(lambda: shop.warnings("labels") == ["labels_not_printed"])
    until(lambda: shop.troubles("labels") == ["device_absent"])
    mend(far)
    until(lambda: shop.is_well("labels"))
    shop.owner.send(PrintLabels(wanted))
    until(lambda: len(shop.heard(LabelsPrinted)) == 1)
    assert far.names()[-3:] == list(NAMES)
    shop.close_and_count()


def test_a_label_printer_that_takes_nothing_is_told_once_and_prints_afterwards(
    open_shop: Callable[..., Shop],
    far: SlowFarEnd,
) -> None:
    far.takes_nothing = True
    shop = open_shop(on(far))
    wanted = products(shop)
    shop.owner.send(PrintLabels(wanted))
    for _ in range(SALES):
        shop.sell()
    until(lambda: len(shop.heard(LabelsFailed)) == 1)
    assert set(shop.troubles("labels")) == {"label_printer_silent"}
    # The printer was silent before anything was asked of it, and then the labels did not come.
    assert len(shop.warnings("labels")) <= 2
    far.takes_nothing = False
    until(lambda: shop.is_well("labels"))
    shop.owner.send(PrintLabels(wanted))
    until(lambda: len(shop.heard(LabelsPrinted)) == 1)
    assert far.names() == list(NAMES)
    shop.close_and_count()


def test_a_label_printer_that_never_stops_talking_delays_no_sale_and_no_closing(
    open_shop: Callable[..., Shop],
) -> None:
    far = Socket(babbling)
    try:
        shop = open_shop(on(far))
        shop.owner.send(PrintLabels(products(shop)))
        for _ in range(SALES):
            shop.sell()
        until(lambda: len(shop.heard(LabelsFailed)) == 1)
        assert shop.heard(LabelsFailed)[0].printed == 0
        assert set(shop.troubles("labels")) == {"label_printer_silent"}
        shop.close_and_count()
    finally:
        far.close()


def test_a_slow_label_printer_prints_all_of_it_while_the_shop_sells_on(
    open_shop: Callable[..., Shop],
    far: SlowFarEnd,
) -> None:
    shop = open_shop(on(far))
    wanted = products(shop)
    shop.owner.send(PrintLabels(wanted, copies=COPIES))
    # It tells how far it is, and a sale needs no label to come out.
    assert run_of(shop, lambda run: 0 < run.printed < ALL).running
    for _ in range(SALES):
        shop.sell()
    until(lambda: len(shop.heard(LabelsPrinted)) == 1)
    assert far.names() == [name for name in NAMES for _ in range(COPIES)]
    shop.see(NoticeView, lambda seen: seen.code == "labels_printed")
    assert shop.warnings("labels") == []
    shop.close_and_count()


def test_a_run_is_stopped_by_the_manager_while_the_shop_sells(
    open_shop: Callable[..., Shop],
    far: SlowFarEnd,
) -> None:
    shop = open_shop(on(far))
    wanted = products(shop)
    shop.owner.send(PrintLabels(wanted, copies=200))
    until(lambda: len(far.formats) >= 2)
    shop.owner.send(StopLabels())
    shop.sell()
    until(lambda: len(shop.heard(LabelsFailed)) == 1)
    stopped = shop.heard(LabelsFailed)[0]
    assert (stopped.code, stopped.printed) == ("labels_stopped", len(far.names()))
    assert shop.warnings("labels") == []
    shop.close_and_count()


def test_a_run_ends_with_the_program_and_leaves_no_writer_behind(
    open_shop: Callable[..., Shop],
    far: SlowFarEnd,
) -> None:
    shop = open_shop(on(far))
    shop.owner.send(PrintLabels(products(shop), copies=200))
    until(lambda: len(far.formats) >= 2)
    host = shop.devices.hosts["labels"]
    assert isinstance(host, LabelHost)
    shop.close_and_count()
    assert not host._thread.is_alive()
    assert shop.heard(LabelsFailed)[0].printed == len(far.names())


def test_a_run_ends_when_the_printer_is_taken_out_of_the_settings(
    open_shop: Callable[..., Shop],
    far: SlowFarEnd,
) -> None:
    shop = open_shop(on(far))
    wanted = products(shop)
    shop.owner.send(PrintLabels(wanted, copies=200))
    until(lambda: len(far.formats) >= 2)
    shop.devices.reconfigure((SCANNER,))
    until(lambda: len(shop.heard(LabelsFailed)) == 1)
    assert not run_of(shop, lambda run: bool(run.code)).running
    shop.owner.send(PrintLabels(wanted))
    shop.see(NoticeView, lambda seen: seen.code == "no_label_printer")
    shop.sell()
    shop.close_and_count()
