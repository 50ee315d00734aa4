"""Snapshots of the first start: each of its steps, typical, with the longest words and in trouble."""

from appliance.messages import (
    FirstStartView,
    NetworkView,
    StepName,
    StickFileView,
    TaxTerm,
    WifiView,
)
from tests.kiosk_ui.samples import NOW_MS, replace

_ORDER: tuple[StepName, ...] = (
    "language",
    "way",
    "country",
    "shop",
    "network",
    "owner",
    "devices",
    "server",
    "goods",
    "end",
)


def at(step: StepName, **more: object) -> FirstStartView:
    """The first start at a step, with those before it done."""
    done = tuple((one, "done") for one in _ORDER[: _ORDER.index(step)])
    return replace(LANGUAGE, step=step, done=done, **more)


LANGUAGE = FirstStartView(
    open=True,
    is_first=True,
    currency="EUR",
    cash_step_minor=1,
    zone="Europe/Berlin",
    network=NetworkView(),
)
WAY = at("way")
COUNTRY = at("country")
TERMS = at(
    "country",
    country="DE",
    taxes=(TaxTerm("A", "USt", "19"), TaxTerm("B", "USt", "7")),
)
SHOP = at("shop", country="DE")
SHOP_REFUSED = replace(SHOP, answered=4, problem="name_needed")
NETWORKS = (
    WifiView("FRITZ!Box 7590 KX", 82, "WPA2 WPA3"),
    WifiView("Café: Gäste", 44),
    WifiView("Corner & Co.", 31, "WPA2"),
    WifiView("office", 12, "WPA2 802.1X"),
)
NETWORK = at(
    "network",
    network=NetworkView(known=True, wired="unplugged", wifi="off", networks=NETWORKS),
)
SEARCHING = at("network", network=NetworkView(searching=True))
JOINING = replace(NETWORK, network=replace(NETWORK.network, joining="Corner & Co."))
JOINED = replace(
    NETWORK,
    network=NetworkView(
        known=True,
        wired="unplugged",
        wifi="connected",
        joined="Corner & Co.",
        addresses=("192.168.178.20", "2001:db8:85a3::8a2e:370:7334"),
        networks=(replace(NETWORKS[2], joined=True), *NETWORKS[:2]),
    ),
)
WRONG_PASSWORD = replace(
    NETWORK,
    answered=7,
    problem="wifi_wrong_password",
    problem_fields=(("name", "Bäckerei & Konditorei Schneider Gäste"),),
    network=replace(
        NETWORK.network,
        networks=tuple(
            WifiView(f"Bäckerei & Konditorei Schneider {number}", 90 - 9 * number, "WPA1 WPA2 WPA3")
            for number in range(9)
        ),
    ),
)
WIRED = at(
    "network",
    network=NetworkView(known=True, wired="connected", addresses=("192.168.178.20",)),
)
OWNER = at("owner")
OWNER_THERE = at("owner", people=("Olga",))
DEVICES = at("devices", people=("Olga",))
DEVICES_FOUND = replace(
    DEVICES, devices=("receipt printer", "scanner", "drawer", "scale", "customer display")
)
SERVER = at("server", people=("Olga",))
SERVER_HERE = replace(
    SERVER, server="here", server_url="https://192.168.178.20:8443/", start_code="ABCD-EFGH-JKLM"
)
FILES = (
    StickFileView("/media/a/products.csv", "products.csv", "csv", 48_200, NOW_MS),
    StickFileView("/media/a/old.csv", "Warenbestand vom vergangenen Jahr.csv", "csv", 8_148_200),
    StickFileView(
        "/media/a/shop.backup", "open-pos-corner-K7Q2-20261129-220000.backup", "backup", 31_000_000
    ),
)
GOODS = at("goods", people=("Olga",), sticks=1, files=FILES, looked_for_files=True)
GOODS_EMPTY = at("goods", people=("Olga",), looked_for_files=True)
GOODS_BAD = replace(
    GOODS,
    answered=9,
    problem="catalogue_bad",
    problem_fields=(
        ("file", "products.csv"),
        ("rows", 12),
        ("why", "Line 4, price: “1,2,3” is no amount. Please write it like 12.50."),
    ),
)
BUSY = replace(GOODS, busy="catalogue", busy_done=31_000, busy_total=48_000)
END = at(
    "end",
    people=("Olga",),
    products=104,
    name="Corner & Co.",
    address=("12 Market Street", "10115 Berlin"),
)
END_LEFT = replace(
    END,
    people=(),
    products=0,
    name="",
    done=tuple((step, "skipped") for step in _ORDER[2:-1]),
)
STICK = replace(
    WAY, way="stick", step="stick", sticks=1, files=FILES, looked_for_files=True,
    done=(("language", "done"), ("way", "done")),
)  # fmt: skip
STICK_EMPTY = replace(STICK, sticks=0, files=())
JOIN = replace(
    WAY, way="join", step="join",
    done=(("language", "done"), ("way", "done"), ("network", "done")),
)  # fmt: skip
JOIN_COUNTRY = replace(
    WAY, way="join", step="country", done=(("language", "done"), ("way", "done"))
)
AGAIN = replace(
    SHOP,
    is_first=False,
    name="Corner & Co.",
    address=("12 Market Street", "10115 Berlin"),
    tax_number="DE999999999",
    people=("Olga",),
    done=(*((step, "done") for step in _ORDER), ("network", "skipped")),
)
FILE_WRONG = replace(
    LANGUAGE,
    file_errors=(
        "[shop] nam: unknown key, did you mean name?",
        "[owner] pin: a PIN has at least four digits, and nothing but digits.",
    ),
)
