"""A badge reader that plays keyboard, at the time clock. Run by `test_clock_at_work.py` under umockdev-wrapper."""

from collections.abc import Callable

from appliance.config import DeviceConfig
from tests.drivers.scanner.kernel import Plug
from tests.flows.at_work import Shop, until
from tests.flows.clocking import Counter, punches

FOB = "3808980205"
READER = {
    "name": "Sycreader USB Reader",
    "vendor": 0xFFFF,
    "product": 0x0035,
    "serial": "08FF20171101",
}


def test_a_fob_at_a_reader_that_plays_keyboard_clocks_in_during_a_sale(
    plug: Plug, open_shop: Callable[..., Shop]
) -> None:
    reader = plug(**READER)

    def tap() -> None:
        reader.type(FOB)
        reader.enter()

    shop = open_shop(DeviceConfig("reader", "badge", "keyboard", {"vendor": "ffff"}))
    until(lambda: shop.is_well("reader"))
    counter = Counter(shop, tap)
    counter.give_ana_the_badge()
    counter.ana_clocks_in_during_a_sale()
    shop.close()
    assert [(what, device) for what, _, device in punches(shop)] == [("in", "reader")]
