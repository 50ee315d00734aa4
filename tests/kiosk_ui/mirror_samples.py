"""Snapshots of the mirror: not paired, pairing, fetching the shop, connected, behind, alone, in trouble."""

from appliance.messages import FoundServerView, NoticeLevel, NoticeView, ServerView
from tests.kiosk_ui.samples import NOW_MS, STATUS, TROUBLE, WITH_SCALE, replace

HOUR_MS = 3_600_000

UNPAIRED = ServerView(
    open=True,
    found=(
        FoundServerView("Corner Shop", "192.0.2.7", 8443, "K7Q2M4XA"),
        FoundServerView("", "192.0.2.81", 8443, "ZZ3D5PQB"),
    ),
)
SEARCHING = replace(UNPAIRED, searching=True, found=())
ASKING = replace(UNPAIRED, step="asking")
OTHER = replace(UNPAIRED, problem="other_server", problem_fields=(("host", "192.0.2.7"),))
LONG_PROBLEM = replace(
    UNPAIRED,
    found=tuple(
        FoundServerView(f"Bäckerei & Konditorei Schneider-Wachtendonk {n}", "2001:db8:85a3::7334", 8443, "K7Q2M4XA")
        for n in range(6)
    ),
    problem="refused_by_server",
    problem_fields=(
        ("sentence", "Der Code wurde 3-mal versucht und gilt nicht mehr. Bitte am Server einen neuen machen."),
    ),
)  # fmt: skip
PAIRED = ServerView(
    open=True,
    shop="Corner Shop",
    address="192.0.2.7:8443",
    name="Till 2",
    server="M0AX",
    since_ms=NOW_MS - 30 * HOUR_MS,
    pulled=1_204,
    total=1_204,
)
FETCHING = replace(PAIRED, pulled=48_210, total=117_903, replaces="K7Q2")
TAKES = replace(PAIRED, replaces="K7Q2")
TAKEN_OVER = NoticeView(
    12,
    NoticeLevel.DONE,
    "devices_taken_over",
    (("register", "Front till"), ("devices", "receipt printer, drawer, scale, labels")),
)
LONG_PAIRED = replace(
    FETCHING,
    shop="Bäckerei & Konditorei Schneider-Wachtendonk",
    address="kassenserver-im-buero-hinten-links.schneider-wachtendonk.example:8443",
    name="Kasse am Eingang neben dem Brotregal",
)

CONNECTED = replace(STATUS, mirror="connected", mirror_since_ms=NOW_MS - HOUR_MS)
BEHIND = replace(CONNECTED, mirror="behind", mirror_behind=12)
ALONE = replace(
    CONNECTED,
    mirror="alone",
    mirror_behind=12,
    mirror_code="server_away",
    mirror_fields=(("why", "Connection refused"),),
)
ALONE_FOR_DAYS = replace(
    ALONE, mirror_since_ms=NOW_MS - 60 * HOUR_MS, mirror_behind=11_204, devices=WITH_SCALE.devices
)
REVOKED = replace(
    CONNECTED,
    mirror="trouble",
    mirror_code="not_paired",
    mirror_fields=(("why", "the certificate was revoked"),),
)
FORKED = replace(
    CONNECTED,
    mirror="trouble",
    mirror_behind=40,
    mirror_code="mirror_forked",
    mirror_fields=(("origin", "K7Q2"), ("seq", 10_402)),
)
ALONE_AND_NO_PAPER = replace(
    TROUBLE, mirror="alone", mirror_since_ms=NOW_MS - HOUR_MS, mirror_behind=3
)
