"""Snapshots of the page "This register": typical, empty, longest words, in trouble, and something under way."""

from appliance.messages import (
    BackupPlanView,
    BackupsView,
    BundleView,
    EndedView,
    ScreenFacts,
    StickView,
    SupportView,
    TaskView,
    UpdateView,
    UpkeepView,
)
from tests.kiosk_ui.samples import NOW_MS, STATUS, replace

HOUR_MS = 3_600_000
GB = 1_000_000_000
RECIPIENT = "age1xr0e6zcznsa75m0gs4dj6cwyw4d8hf6wy92h97yrhshlx9p3k9xsq4n0p3"
SECRET = "AGE-SECRET-KEY-1QVQ6SC5TZ0S0JK6G2Y4K3TX9C8YQHT4UGDLS9VD0AWJ6E0E63C8HVSFX7N"
FILE = "open-pos-Corner-Cafe-K7Q2-20261122-122800.backup"

STICK = StickView("sda1", "SanDisk Ultra", True, False, 16 * GB, 14_200_000_000, 9)
EMPTY = UpkeepView(open=True, version="0.1.0", is_owner=True)
MADE = BackupsView(NOW_MS - 2 * HOUR_MS, FILE, NOW_MS - 2 * HOUR_MS, FILE)
TYPICAL = replace(
    EMPTY,
    sticks=(STICK,),
    backups=MADE,
    plan=BackupPlanView(True, (RECIPIENT,), 14),
    screen=ScreenFacts(0, 100, False, 80),
)
FIRST = replace(TYPICAL, backups=BackupsView(), plan=BackupPlanView())
NEW_KEY = replace(FIRST, new_key=SECRET)
RUNNING = replace(TYPICAL, task=TaskView("backup", "writing", 42, True))
DONE = replace(TYPICAL, ended=EndedView("backup", "", (("file", FILE), ("count", 18_204))))
LET_GO = replace(
    TYPICAL,
    sticks=(replace(STICK, ready=False),),
    ended=EndedView("let_go", "", (("name", "SanDisk Ultra"),)),
)
LONG_STICK = replace(
    STICK, device="sdb1", name="Kingston DataTraveler Elite G2 Metall, Büro", backups=14
)
LONGEST = replace(
    TYPICAL,
    sticks=(LONG_STICK, replace(STICK, ready=False), replace(STICK, device="sdc1", read_only=True)),
    backups=replace(
        MADE,
        proven_at_ms=NOW_MS - 200 * HOUR_MS,
        proven_file="other",
        failed_at_ms=NOW_MS - 10 * HOUR_MS,
        failed_code="not_enough_room",
        failed_fields=(("path", "/media/open-pos/sda1"), ("free_mb", 38), ("needed_mb", 1_204)),
    ),
    problem="cannot_save_settings",
    problem_fields=(("path", "/etc/open-pos/backup.toml"), ("why", "Read-only file system")),
)
TROUBLE = replace(
    TYPICAL,
    backups=replace(MADE, wrong=("sums", "stock")),
    ended=EndedView("backup", "backup_target_gone", (("path", "/media/open-pos/sda1"),)),
)

BUNDLE = BundleView(
    "/media/open-pos/sda1/open-pos-0.2.0.raucb", "open-pos-0.2.0.raucb", "0.2.0", 412_000_000,
    "SanDisk Ultra",
)  # fmt: skip
SOFTWARE = replace(TYPICAL, bundles=(BUNDLE,))
SERVED = BundleView(
    "/var/lib/open-pos/software/open-pos-0.3.0-raspios-arm64.raucb",
    "open-pos-0.3.0-raspios-arm64.raucb", "0.3.0", 398_000_000, sha256="ab" * 32,
)  # fmt: skip
FROM_SERVER = replace(TYPICAL, bundles=(BUNDLE, SERVED))
FETCHING = replace(FROM_SERVER, task=TaskView("fetch", "fetching", 42, True))
NOT_FETCHED = replace(
    FROM_SERVER,
    ended=EndedView(
        "fetch", "no_room_for_software",
        (("file", SERVED.file), ("needed_mb", 1_398), ("free_mb", 1_204)),
    ),
)  # fmt: skip
INSTALLING = replace(SOFTWARE, update=UpdateView("installing", 40, "0.2.0"))
READY = replace(SOFTWARE, update=UpdateView("ready", 100, "0.2.0"))
WAITS = replace(READY, restarts_at_close=True)
FAILED = replace(
    SOFTWARE, update=UpdateView("failed", 40, "0.2.0", "stick_gone", (("device", "sda1"),))
)
LONG_SOFTWARE = replace(
    READY,
    update=UpdateView("returned", 100, "12.34.56~rc3+git20261130", "software_no_reason"),
    bundles=(
        replace(BUNDLE, version="12.34.56~rc3", stick=LONG_STICK.name),
        replace(
            BUNDLE, version="", file="Kopie von open-pos Aktualisierung (letzte) vom Büro.raucb"
        ),
    ),
)

MANAGER = replace(TYPICAL, is_owner=False)
OPEN = replace(
    TYPICAL,
    support=SupportView(
        NOW_MS + 7 * HOUR_MS + 720_000, "support", "quiet-maple-4827", ("192.0.2.20", "2001:db8::7")
    ),
)
OPEN_FOR_MANAGER = replace(MANAGER, support=SupportView(NOW_MS + HOUR_MS))
WITH_SUPPORT = replace(STATUS, support_until_ms=NOW_MS + 7 * HOUR_MS + 720_000)

ROTATED = replace(TYPICAL, screen=ScreenFacts(90, 125, True, 40, True))
NO_LIGHT = replace(TYPICAL, screen=ScreenFacts(0, 110, False, -1, True))
