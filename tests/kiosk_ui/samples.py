"""Snapshots as a register would publish them: a typical shop, an empty one, the longest words, and trouble."""

import msgspec

from appliance.messages import (
    AtWorkView,
    BadgesView,
    CatalogueView,
    CategoryView,
    CheckStepView,
    ChosenPersonView,
    DeviceSetupView,
    DeviceState,
    DeviceView,
    DoneView,
    FindingView,
    FoundView,
    HolderView,
    KindView,
    LabelRowView,
    LabelRunView,
    LabelsView,
    LastSaleView,
    LineView,
    NoticeLevel,
    NoticeView,
    OptionView,
    PairingView,
    PersonView,
    ReceiptState,
    ResumeView,
    ScaleView,
    SearchView,
    SessionView,
    SetLanguage,
    ShopView,
    StaffBadgeView,
    StaffJobView,
    StaffPeopleView,
    StaffPersonView,
    StaffRateView,
    StaffView,
    StartingView,
    StatusView,
    TaxView,
    TenderView,
    TicketView,
    TileView,
    TimeclockView,
    TypeView,
    UnconfirmedView,
    WorkshopView,
)
from kiosk_ui.presenters.ask import Question
from kiosk_ui.presenters.sheet import Field, Sheet

NOW_MS = 1_795_357_920_000
"""Sunday, 22 November 2026, 14:32 UTC."""

replace = msgspec.structs.replace

ANA = PersonView("K7Q2-3", "1", "Ana Martínez", "supervisor")
PEOPLE = (
    ANA,
    PersonView("K7Q2-4", "2", "Ben Okafor", "cashier"),
    PersonView("K7Q2-5", "3", "Chloé Dubois", "cashier"),
    PersonView("K7Q2-6", "4", "Dmitri Ivanov", "cashier"),
)
MANY_PEOPLE = tuple(
    PersonView(f"K7Q2-{n}", str(n), f"{first} {last}", "cashier")
    for n, (first, last) in enumerate(
        (first, last)
        for first in ("Anna", "Bernd", "Charlotte", "David", "Emine", "Friedrich")
        for last in ("Ott", "Müller", "Schneider-Wachtendonk", "Şahin", "Nowak")
    )
)
SHOP = ShopView("Corner Café", "K7Q2", "EUR", "en", ("en", "de", "es"), demo=True)
SIGNED_OUT = SessionView(None, PEOPLE, None, 0)
SIGNED_IN = SessionView(ANA, PEOPLE, "K7Q2-900", NOW_MS - 20_000_000)

CATEGORIES = tuple(
    CategoryView(name.lower().replace(" ", "-"), name)
    for name in ("Coffee", "Bakery", "Cold drinks", "Lunch", "Retail")
)


def tile(
    name: str, price_minor: int, icon: str, tint: str, left: int | None = None, unit: str = "piece"
) -> TileView:
    milli = None if left is None else left * 1000
    product = "p-" + name.lower().replace(" ", "-")
    return TileView(product, name, price_minor, unit, icon, tint, milli, low=left is not None)


TILES = (
    tile("Flat white", 360, "coffee", "coffee"),
    tile("Espresso", 240, "coffee", "coffee"),
    tile("Cappuccino", 380, "coffee", "coffee"),
    tile("Filter coffee", 310, "coffee-outline", "coffee"),
    tile("Oat latte", 420, "coffee", "coffee"),
    tile("Butter croissant", 290, "food-croissant", "bakery"),
    tile("Sourdough loaf", 580, "bread-slice-outline", "bakery", left=2),
    tile("Cinnamon bun", 340, "food-croissant", "bakery"),
    tile("Sparkling water", 250, "cup-water", "cold"),
    tile("Homemade iced tea", 390, "cup-water", "cold"),
    tile("Soup with bread", 750, "bowl-mix-outline", "lunch"),
    tile("Toastie", 690, "bread-slice-outline", "lunch", left=0),
    tile("House beans 250 g", 1150, "package-variant-closed", "retail"),
    tile("Apples", 349, "food-apple-outline", "green", unit="kilogram"),
    tile("Gift box", 1990, "gift-outline", "gift"),
    tile("Honey 500 g", 820, "beehive-outline", "bakery"),
    tile("Oat milk 1 l", 279, "cup-outline", "cold"),
    tile("Ground coffee 500 g", 990, "package-variant-closed", "retail"),
)
CATALOGUE = CatalogueView(CATEGORIES, None, 0, 1, TILES[:15])
NO_CATALOGUE = CatalogueView((), None, 0, 1, ())


def line(
    number: int, name: str, quantity: int, price_minor: int, note: str = "", unit: str = "piece"
) -> LineView:
    milli = quantity if unit == "kilogram" else quantity * 1000
    amount_minor = (price_minor * milli + 500) // 1000
    return LineView(f"L{number}", name, milli, unit, price_minor, amount_minor, note)


LINES = (
    line(1, "Flat white", 2, 420, "Oat milk, extra shot"),
    line(2, "Butter croissant", 1, 290),
    line(3, "Cinnamon bun", 3, 305, "Happy hour −10 %"),
    line(4, "House beans 250 g", 1, 1150, "Ground for filter"),
    line(5, "Apples", 485, 349, unit="kilogram"),
    line(6, "Sparkling water", 1, 125, "Deposit €0.25"),
)
VAT = TaxView("VAT", 200_000, included=True, net_minor=2835, tax_minor=567)


def ticket(
    lines: tuple[LineView, ...], selected: str | None = None, keyed_qty_milli: int = 0
) -> TicketView:
    total = sum(one.amount_minor for one in lines)
    items = sum(max(1, one.qty_milli // 1000) for one in lines)
    tax = total - total * 100 // 120
    return TicketView(
        id="K7Q2-1041" if lines else None,
        number=1042,
        state="open",
        lines=lines,
        selected=selected,
        keyed_qty_milli=keyed_qty_milli,
        item_count=items,
        subtotal_minor=total,
        taxes=(replace(VAT, tax_minor=tax),) if lines else (),
        included_tax_minor=tax,
        added_tax_minor=0,
        total_minor=total,
        newest_line=lines[-1].id if lines else None,
    )


EMPTY_TICKET = ticket(())
TICKET = ticket(LINES, selected="L3")
LONG_TICKET = ticket(tuple(line(n, f"Product {n}", 1 + n % 3, 100 + 37 * n) for n in range(1, 41)))

TENDER = TenderView(
    open=True, total_minor=3642, rounding_minor=-2, due_minor=3640,
    quick_minor=(3640, 3700, 4000, 5000, 10000),
)  # fmt: skip
DONE = DoneView(
    sale="K7Q2-1050",
    number=1042,
    total_minor=3642,
    rounding_minor=-2,
    tendered_minor=5000,
    change_minor=1360,
    change_pieces=((1000, 1), (200, 1), (100, 1), (50, 1), (10, 1)),
    receipt=ReceiptState.ASKED,
)
DONE_EXACT = replace(DONE, tendered_minor=3640, change_minor=0, change_pieces=())
DONE_FAILED = replace(DONE, receipt=ReceiptState.FAILED, trouble="paper_out")
DONE_PRINTED = replace(DONE, receipt=ReceiptState.PRINTED)

RECEIPT = tuple(
    f"{left:<30}{right:>12}"
    for left, right in (
        ("Corner Café", ""),
        ("12 Harbour Street", ""),
        ("", ""),
        ("Sale 1041", "22.11.2026"),
        ("Register K7Q2", "14:28"),
        ("-" * 30, "-" * 12),
        ("2 Flat white", "8.40"),
        ("1 Butter croissant", "2.90"),
        ("3 Cinnamon bun", "9.15"),
        ("-" * 30, "-" * 12),
        ("TOTAL EUR", "20.45"),
        ("Cash", "50.00"),
        ("Change", "29.55"),
        ("", ""),
        ("VAT 20 % included", "3.41"),
        ("", ""),
        ("Thank you!", ""),
    )
)
LAST_SALE = LastSaleView(
    sale="K7Q2-1030", number=1041, at_ms=NOW_MS - 240_000, total_minor=2045, change_minor=2955,
    receipt=ReceiptState.PRINTED, copies=1, receipt_text=RECEIPT,
)  # fmt: skip
RESUME = ResumeView(show=True, ticket_lines=6, receipt_unknown=True)
RESUME_LONGEST = replace(
    RESUME,
    earlier=tuple(UnconfirmedView(f"K7Q2-{number}", number) for number in range(1021, 1041)),
)
RESUME_PLAIN = ResumeView(show=True)

SEARCH = SearchView("co", tuple(t for t in TILES if "co" in t.name.lower()), more=True)

SCANNER = DeviceView("scanner", "scanner", DeviceState.OK)
PRINTER = DeviceView("printer", "printer", DeviceState.OK)
DRAWER = DeviceView("drawer", "drawer", DeviceState.OK)
STATUS = StatusView((SCANNER, PRINTER, DRAWER), disk_free_bytes=24_310_000_000)
SCALE = DeviceView("scale", "scale", DeviceState.OK)
WITH_SCALE = replace(STATUS, devices=(*STATUS.devices, SCALE))
SCALE_RESTS = ScaleView(
    "scale", "settled", "1.250", "kg", tare_milli=200, can_zero=True, can_tare=True, can_clear=True
)  # fmt: skip
SCALE_BELOW = replace(SCALE_RESTS, state="under_zero", shown="-0.200")
SCALE_NOT_ZEROED = replace(SCALE_RESTS, state="not_zeroed", shown="")
WEIGHING = NoticeView(
    11, NoticeLevel.BUSY, "weighing", (("name", "Tomatoes on the vine"),)
)  # fmt: skip
PRINTER_OUT = replace(PRINTER, state=DeviceState.TROUBLE, code="paper_out", waiting=2)
TROUBLE = StatusView(
    (replace(SCANNER, state=DeviceState.ABSENT, code="device_absent"), PRINTER_OUT, DRAWER),
    disk="low", disk_free_bytes=410_000_000, clock_ok=False,
)  # fmt: skip
NO_PAPER = StatusView((SCANNER, PRINTER_OUT, DRAWER), disk_free_bytes=24_310_000_000)

UNKNOWN_BARCODE = NoticeView(
    7, NoticeLevel.REFUSED, "no_such_barcode", (("barcode", "4006381333931"),)
)
PRINTER_NOTICE = NoticeView(8, NoticeLevel.WARN, "paper_out", (("device", "printer"),))
DAY_CLOSED = NoticeView(9, NoticeLevel.DONE, "day_closed")
DEFECT = NoticeView(10, NoticeLevel.DEFECT, "3F7A")
STOPPED = StartingView(
    done=False, problem="store_corrupt", fields=(("path", "/var/lib/open-pos/store.db"),)
)
REBUILDING = StartingView(done=False, task="rebuild", part=41_200, total=96_000)
STOPPED_LATER = NoticeView(1, NoticeLevel.DEFECT, "disk_full", (("path", "/var/lib/open-pos"),))

# ------------------------------------------------------------------ the longest words, in German

GERMAN_SHOP = replace(
    SHOP, name="Bäckerei & Konditorei Schneider-Wachtendonk", register="K7Q2", language="de"
)
GERMAN_TILES = (
    tile("Roggenvollkornbrot mit Sonnenblumenkernen 1.000 g", 649, "bread-slice-outline", "bakery"),
    tile("Donaudampfschifffahrtskapitänsmütze", 12990, "hat-fedora", "retail", left=1),
    tile("Kartoffelsalat nach Großmutters Art", 349, "food-outline", "lunch", unit="kilogram"),
    *TILES[:12],
)
GERMAN_CATALOGUE = CatalogueView(
    tuple(
        CategoryView(name, name)
        for name in ("Feinbackwaren", "Vollkornbrote", "Alkoholfreie Getränke", "Mittagstisch",
                     "Geschenkgutscheine", "Saisonartikel")
    ), None, 2, 12, GERMAN_TILES,
)  # fmt: skip
GERMAN_TICKET = replace(
    ticket(
        (
            line(1, "Roggenvollkornbrot mit Sonnenblumenkernen 1.000 g", 12, 649),
            line(2, "Kartoffelsalat nach Großmutters Art", 12_485, 349, "frisch", "kilogram"),
            line(3, "Donaudampfschifffahrtskapitänsmütze", 150, 12_990, "mit Gravur, Größe 58"),
        ),
        selected="L2",
    ),
    taxes=(
        TaxView("MwSt.", 190_000, included=True, net_minor=0, tax_minor=0),
        TaxView("MwSt. ermäßigt", 70_000, included=True, net_minor=0, tax_minor=0),
        TaxView("Verpackungssteuer", 10_000, included=False, net_minor=0, tax_minor=0),
    ),
    added_tax_minor=19_999,
)
GERMAN_TENDER = TenderView(
    open=True, total_minor=1_960_645, rounding_minor=-1, due_minor=1_960_644,
    quick_minor=(1_960_644, 1_961_000, 1_970_000, 2_000_000),
)  # fmt: skip
GERMAN_DONE = replace(
    DONE, total_minor=1_960_645, tendered_minor=2_000_000, change_minor=39_356,
    change_pieces=((20000, 1), (10000, 1), (5000, 1), (2000, 2), (200, 1), (100, 1), (50, 1),
                   (5, 1), (1, 1)),
    receipt=ReceiptState.FAILED, trouble="print_unconfirmed",
)  # fmt: skip
GERMAN_WARNING = NoticeView(
    11, NoticeLevel.REFUSED, "weigh_it", (("name", "Kartoffelsalat nach Großmutters Art"),)
)

WIFI_LATER = NoticeView(
    12, NoticeLevel.WARN, "wifi_later", (("name", "Gaststättennetz Nachbarschaft 5G"),), stays=True
)


# --------------------------------------------------------------------------- the page of devices


def option(key: str, takes: str = "text", **rest: object) -> OptionView:
    return OptionView(key=key, takes=takes, **{"default": None, **rest})  # type: ignore[arg-type]


SCANNER_OPTIONS = (
    option("vendor"),
    option("product"),
    option("layout", default="us"),
    option("suffix", "choice", default="enter", choices=("enter", "none", "tab")),
    option("gap_ms", "number", default=150),
    option("group_separators", "list", default=("ctrl_]", "f12", "alt_029")),
)
PRINTER_OPTIONS = (
    option("host", required=True),
    option("port", "number", default=9100),
    option("columns", "choice", default=48, choices=("32", "42", "48")),
    option("confirm", "yes_no", default=True),
)
KINDS = (
    KindView("badge", (TypeView("rdm6300", (option("port", required=True),)),)),
    KindView("drawer", (TypeView("printer_kick", (option("printer", default="printer"),)),)),
    KindView(
        "printer",
        (
            TypeView("network", PRINTER_OPTIONS),
            TypeView(
                "usb",
                (
                    option("vendor"),
                    option("product"),
                    option("columns", "choice", default=48, choices=("32", "48")),
                ),
            ),
            TypeView("serial", (option("port", required=True),)),
        ),
    ),
    KindView("scale", (TypeView("toledo_8217", (option("port", required=True),)),)),
    KindView("label", (TypeView("zpl_usb", (option("vendor"), option("product"))),)),
    KindView(
        "scanner",
        (TypeView("evdev", SCANNER_OPTIONS), TypeView("serial", (option("port", required=True),))),
    ),
)


def with_values(options: tuple[OptionView, ...], **values: object) -> tuple[OptionView, ...]:
    return tuple(replace(one, value=values.get(one.key)) for one in options)


SET_UP = (
    DeviceSetupView(
        "scanner",
        "scanner",
        "evdev",
        with_values(SCANNER_OPTIONS, vendor="0c2e", layout="de"),
        DeviceState.OK,
    ),
    DeviceSetupView(
        "printer",
        "printer",
        "network",
        with_values(PRINTER_OPTIONS, host="192.0.2.7", columns=42),
        DeviceState.TROUBLE,
        "paper_out",
    ),
    DeviceSetupView(
        "cash drawer", "drawer", "printer_kick", KINDS[1].types[0].options, DeviceState.OK
    ),
)
HEALTH = (
    FindingView("clock", "ok", "clock_ok"),
    FindingView("power", "bad", "power_low"),
    FindingView("network", "ok", "network_ok", (("interface", "eth0"),)),
)
FOUND = (
    FoundView("scanner", "evdev", "Honeywell 1450g [0c2e:0b61]", {"vendor": "0c2e"}, "scanner"),
    FoundView(
        "serial",
        "serial",
        "usb-FTDI_FT232R_A50285BI-if00-port0",
        {"port": "/dev/serial/by-id/usb-FTDI"},
    ),
    FoundView(
        "printer",
        "usb",
        "EPSON TM-T20III",
        {"vendor": "04b8", "product": "0e28"},
        also=(("label", "zpl_usb"),),
    ),
    FoundView("printer", "", "EPSON TM-T88V", {"vendor": "04b8", "product": "0202"}),
)
WORKSHOP = WorkshopView(
    open=True,
    devices=SET_UP,
    kinds=KINDS,
    found=FOUND,
    health=HEALTH,
    file="/etc/open-pos/open-pos.toml",
)
PAIRING = replace(WORKSHOP, pairing=PairingView(on=True, code="OP0-zyaqwm_/+:]')\\1"))
MISREAD = replace(
    PAIRING,
    pairing=replace(
        PAIRING.pairing,
        misread_by="Datalogic QD2400",
        misread="4006381333931",
        misread_why="another_code",
    ),
)
PAIRED = replace(
    PAIRING,
    pairing=replace(
        PAIRING.pairing,
        on=False,
        found=FoundView(
            "scanner", "evdev", "Datalogic QuickScan QD2400 [05f9:2214]",
            {"vendor": "05f9", "product": "2214", "layout": "fr", "suffix": "tab"},
        ),
    ),
)  # fmt: skip


def step(
    device: str, kind: str, name: str, state: str, code: str = "", **rest: object
) -> CheckStepView:
    return CheckStepView(device, kind, name, state, code, **rest)  # type: ignore[arg-type]


READER = DeviceSetupView("badge reader", "badge", "keyboard", SCANNER_OPTIONS, DeviceState.OK)
WITH_BADGES = replace(WORKSHOP, devices=(*SET_UP, READER))
BADGES = BadgesView(
    tuple(HolderView(one.id, one.name, has_badge=one.number in {"1", "3"}) for one in PEOPLE)
)
WAITING_FOR_BADGE = replace(BADGES, waiting_for=PEOPLE[1].id)
FIRST_BADGE = BadgesView((HolderView(ANA.id, ANA.name, has_badge=False),))
MANY_BADGES = BadgesView(
    tuple(HolderView(one.id, one.name, has_badge=True) for one in MANY_PEOPLE),
    waiting_for=MANY_PEOPLE[2].id,
)
NO_READER = replace(
    WITH_BADGES,
    devices=(*SET_UP, replace(READER, state=DeviceState.ABSENT, code="device_absent")),
)
BADGE_OF_ANOTHER = replace(
    WITH_BADGES, problem="badge_has_owner", problem_fields=(("name", "Ana Martínez"),)
)


CHECKING = replace(
    WORKSHOP,
    checking=True,
    steps=(
        step("", "machine", "clock", "passed", "clock_ok"),
        step("", "machine", "power", "failed", "power_low"),
        step("scanner", "scanner", "is_there", "passed"),
        step("scanner", "scanner", "scanner_reads", "passed", fields=(("text", "4006381333931"),)),
        step("printer", "printer", "printer_ready", "failed", "paper_out"),
        step("cash drawer", "drawer", "drawer_opens", "passed"),
        step("cash drawer", "drawer", "drawer_shuts", "asking", by_hand=True),
    ),
)
CODE_PAGE = replace(
    CHECKING,
    steps=(
        *CHECKING.steps[:4],
        step(
            "printer",
            "printer",
            "code_page",
            "asking",
            by_hand=True,
            choices=("CP437", "CP850", "CP858", "CP1252", "ISO_8859-15", "CP860", "CP852"),
        ),
    ),
)
SCANNING = replace(
    CHECKING,
    steps=(
        *CHECKING.steps[:3],
        step(
            "scanner",
            "scanner",
            "scanner_reads",
            "asking",
            "scanner_reads_another",
            fields=(("text", "4006381333931"),),
            by_hand=True,
            symbol="OP-AZYQWM/09",
        ),
    ),
)
SEPARATING = replace(
    CHECKING,
    steps=(
        *CHECKING.steps[:3],
        step(
            "scanner",
            "scanner",
            "scanner_separates",
            "asking",
            by_hand=True,
            symbol="10ZY\x1d2107",
        ),
    ),
)
CHECKED = replace(CHECKING, checking=False, steps=CHECKING.steps[:-1])
BAD_OPTION = replace(
    WORKSHOP,
    problem="bad_configuration",
    problem_fields=(
        ("where", "device 'printer'"),
        ("why", "key 'port' has value 0: Expected `int` >= 1"),
    ),
)
BARE_WORKSHOP = WorkshopView(open=True, searching=True)


# --------------------------------------------------------------------------- shelf labels

BEN = PersonView("K7Q2-4", "2", "Ben Okafor", "manager")
MANAGER_IN = SessionView(BEN, PEOPLE, "K7Q2-900", NOW_MS - 20_000_000)
STAFF = StaffView("people")
SHEET = Sheet(
    title="Ana Martínez",
    text="What is changed here counts on all registers.",
    fields=(
        Field("name", "Name", value="Ana Martínez", required=True),
        Field("number", "Number", "digits", "12", required=True),
        Field("pin", "PIN", "secret", hint="stays as it is"),
        Field("rate", "By the hour", "amount", "1450"),
        Field("since", "From", "day", "2026-11-16"),
        Field("covers", "Hours a week", "hours", "38:30"),
        Field(
            "role", "Role", "choice", "cashier",
            (("cashier", "Cashier"), ("manager", "Manager"), ("owner", "Owner")),
        ),
        Field("jobs", "Jobs", "many", "till", (("till", "Till"), ("bar", "Bar"), ("stock", "Stockroom"))),
    ),
    save="Save",
    command=lambda _filled: SetLanguage("en"),
    remove="Has left",
    removing=Question("", "", "", ""),
)  # fmt: skip
# --------------------------------------------------------------------------- staff: people

JOBS = (
    StaffJobView("bakery", "Bakery"),
    StaffJobView("till", "Till"),
    StaffJobView("delivery", "Delivery", archived=True),
)
STAFF_PEOPLE = StaffPeopleView(
    people=(
        StaffPersonView(ANA, badges=2),
        StaffPersonView(BEN, badges=1),
        StaffPersonView(PEOPLE[2], first_day="2026-12-01"),
        StaffPersonView(PEOPLE[3], left=True, last_day="2026-10-31"),
    ),
    jobs=JOBS,
    today="2026-11-22",
    has_reader=True,
)
AT_WORK = TimeclockView(at_work=(AtWorkView(ANA.id, ANA.name, "at_work", NOW_MS - 20_000_000),))
CHOSEN = ChosenPersonView(
    ANA.id,
    language="es",
    address="Calle Mayor 12, 28013 Madrid",
    born_day="1994-03-08",
    sex="female",
    occupation="Baker",
    badges=(
        StaffBadgeView("K7Q2-70", "Blue fob", NOW_MS - 40 * 86_400_000),
        StaffBadgeView("K7Q2-90", "", NOW_MS - 3 * 86_400_000),
    ),
    jobs=("bakery",),
    rates=(
        StaffRateView("", "2027-01-01", 1550),
        StaffRateView("", "2026-01-01", 1450),
        StaffRateView("bakery", "2026-06-01", 62_000, 38 * 3_600_000 + 1_800_000),
    ),
    approved_to="2026-11-15",
)
WITH_PERSON = replace(STAFF_PEOPLE, chosen=CHOSEN)
GIVING_BADGE = replace(STAFF_PEOPLE, chosen=replace(CHOSEN, waits_for_badge=True))
BARE_PERSON = StaffPeopleView(
    people=(StaffPersonView(BEN),), chosen=ChosenPersonView(BEN.id), today="2026-11-22"
)
GONE = replace(STAFF_PEOPLE, chosen=ChosenPersonView(PEOPLE[3].id))
OWNER = PersonView("K7Q2-9", "9", "Olga Petrova", "owner")
OF_OWNER = StaffPeopleView(
    people=(StaffPersonView(OWNER, badges=1),),
    jobs=JOBS,
    chosen=ChosenPersonView(OWNER.id),
    today="2026-11-22",
    has_reader=True,
)
LONGEST = PersonView(
    "K7Q2-800", "123456789012", "Maximiliane-Charlotte von Schneider-Wachtendonk", "manager"
)
MANY_STAFF = StaffPeopleView(
    people=(
        StaffPersonView(LONGEST, badges=1, last_day="2026-12-31"),
        *(StaffPersonView(one, badges=place % 3) for place, one in enumerate(MANY_PEOPLE)),
        *(
            StaffPersonView(replace(one, id=f"{one.id}-gone"), left=True, last_day="2026-09-30")
            for one in MANY_PEOPLE[:4]
        ),
    ),
    jobs=(
        StaffJobView("verkauf", "Verkauf und Warenauslage im Hauptgeschäft"),
        StaffJobView("backstube", "Backstube"),
        StaffJobView("lieferung", "Auslieferung an Gaststätten"),
        StaffJobView("alt", "Weihnachtsmarkt am Rathausplatz", archived=True),
    ),
    today="2026-11-22",
    has_reader=True,
)
LONGEST_PERSON = replace(
    MANY_STAFF,
    chosen=ChosenPersonView(
        LONGEST.id,
        language="de",
        address="Donaudampfschifffahrtsgesellschaftsstraße 123 b, Hinterhaus, 80331 München-Ludwigsvorstadt",
        born_day="1988-09-30",
        sex="other",
        occupation="Fachverkäuferin im Lebensmittelhandwerk, Schwerpunkt Konditorei",
        badges=(
            StaffBadgeView("K7Q2-70", "Ersatzkarte aus dem Tresor im Büro", NOW_MS - 90_000_000),
        ),
        waits_for_badge=True,
        jobs=("verkauf", "lieferung"),
        rates=(
            StaffRateView("verkauf", "2026-09-28", 1_234_567_89, 38 * 3_600_000),
            StaffRateView("", "2026-01-01", 1450),
        ),
        approved_to="2026-09-30",
    ),
)
ALL_AT_WORK = TimeclockView(
    at_work=tuple(
        AtWorkView(one.id, one.name, "on_break" if place % 2 else "at_work", NOW_MS - 9_000_000)
        for place, one in enumerate((LONGEST, *MANY_PEOPLE[:6]))
    )
)
SPANISH_SHOP = replace(SHOP, name="Panadería La Esquina", language="es")
LABEL_PRINTER = DeviceView("label printer", "label", DeviceState.OK)
WITH_LABELS = StatusView((*STATUS.devices, LABEL_PRINTER), disk_free_bytes=24_310_000_000)
NO_LABELS = StatusView(
    (
        *STATUS.devices,
        replace(LABEL_PRINTER, state=DeviceState.TROUBLE, code="label_printer_silent"),
    ),
    disk_free_bytes=24_310_000_000,
)


def label_rows(tiles: tuple[TileView, ...], ticked: int) -> tuple[LabelRowView, ...]:
    return tuple(
        LabelRowView(one.product, one.name, one.price_minor, one.unit, ticked=place < ticked)
        for place, one in enumerate(tiles)
    )


BARE_LABELS = LabelsView(open=True, most=1000)
LABELS = replace(
    BARE_LABELS,
    which="category",
    of="coffee",
    rows=(
        *label_rows(TILES[:5], 3),
        LabelRowView("p-refill", "Refill", 0, "piece", ticked=False, problem="no_price"),
    ),
    listed=6,
    ticked=12,
)
PRINTING_LABELS = replace(LABELS, run=LabelRunView("printer", running=True, printed=5, total=12))
SAVED_LABELS = replace(
    LABELS,
    all_ticked=True,
    run=LabelRunView(
        "sheets", printed=12, total=12, file="/var/lib/open-pos/labels/2026-11-22_143205.pdf"
    ),
)
BROKEN_LABELS = replace(
    LABELS,
    which="all",
    of="",
    rows=label_rows((*TILES, *TILES), 40),
    listed=2000,
    pages=40,
    more=True,
    ticked=1200,
    run=LabelRunView("printer", printed=37, total=120, code="labels_out"),
)
FOUND_LABELS = replace(
    LABELS, which="search", of="co", rows=label_rows(SEARCH.hits, 2), listed=4, more=True
)
GERMAN_LABELS = replace(
    LABELS,
    rows=(
        LabelRowView(
            "p-odd", GERMAN_TILES[0].name, 12_345_649, "kilogram", ticked=True,
            problem="no_bars", fields=(("barcode", "Bäckerei-Hausnummer 4711/0815"),),
        ),
        *label_rows(GERMAN_TILES, 9),
    ),
    pages=12,
    page=11,
    listed=1999,
    ticked=999,
    run=LabelRunView(
        "printer", printed=1234, total=9999, code="label_printer_silent"
    ),
)  # fmt: skip
