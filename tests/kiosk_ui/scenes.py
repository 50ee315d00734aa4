"""Every page and overlay with typical, empty, longest-words and in-trouble samples, by name: `cash-longest`."""

import functools
from collections.abc import Callable, Mapping
from typing import Final, NamedTuple

from appliance.messages import Snapshot
from kiosk_ui.navigation import Overlay
from kiosk_ui.presenters import Presenters
from tests.kiosk_ui import clock_samples as c
from tests.kiosk_ui import first_start_samples as first
from tests.kiosk_ui import hours_samples as h
from tests.kiosk_ui import mirror_samples as mirror
from tests.kiosk_ui import plan_samples as p
from tests.kiosk_ui import samples as s
from tests.kiosk_ui import staff_samples as staff
from tests.kiosk_ui import upkeep_samples as u


class Scene(NamedTuple):
    """Snapshots to be shown, and gestures after them."""

    snapshots: tuple[Snapshot, ...]
    gestures: Callable[[Presenters], None] = lambda _: None


def opened(overlay: Overlay) -> Callable[[Presenters], None]:
    return lambda presenters: presenters.open_overlay(overlay)


def keyed(part: str, names: str) -> Callable[[Presenters], None]:
    def press(presenters: Presenters) -> None:
        target = presenters if part == "sale" else getattr(presenters, part)
        for name in names:
            target.key(name)

    return press


def choosing(person: str, digits: str) -> Callable[[Presenters], None]:
    def press(presenters: Presenters) -> None:
        presenters.sign_in.choose(person)
        for digit in digits:
            presenters.sign_in.key(digit)

    return press


def searching(text: str) -> Callable[[Presenters], None]:
    def press(presenters: Presenters) -> None:
        presenters.open_overlay(Overlay.SEARCH)
        for letter in text:
            presenters.search.key(letter)

    return press


def asking(presenters: Presenters) -> None:
    presenters.open_overlay(Overlay.MENU)
    presenters.menu.abandon()


def then(gestures: Callable[[Presenters], None], *snapshots: Snapshot) -> Callable[..., None]:
    """What the register says after the gestures."""

    def do(presenters: Presenters) -> None:
        gestures(presenters)
        for snapshot in snapshots:
            presenters.show(snapshot)

    return do


def at_labels(*gestures: str) -> Callable[[Presenters], None]:
    """The card of labels is opened, then gestures as on the page of devices."""

    def do(presenters: Presenters) -> None:
        presenters.labels.open()
        for gesture in gestures:
            name, _, what = gesture.partition(" ")
            getattr(presenters.labels, name)(*([what] if what else []))

    return do


def with_sheet(*gestures: str) -> Callable[[Presenters], None]:
    """A sheet about somebody is opened, then gestures as on the page of devices."""

    def do(presenters: Presenters) -> None:
        presenters.sheet.open(s.SHEET)
        for gesture in gestures:
            name, _, what = gesture.partition(" ")
            getattr(presenters.sheet, name)(*([what] if what else []))

    return do


def at_part(part: str, *gestures: str) -> Callable[[Presenters], None]:
    """Gestures on a part of the screen: `choose device:printer`, `edit host`; `sheet.save` is one on its sheet."""

    def do(presenters: Presenters) -> None:
        for gesture in gestures:
            name, _, what = gesture.partition(" ")
            target, _, act = name.rpartition(".")
            getattr(getattr(presenters, target or part), act)(*([what] if what else []))

    return do


at_devices = functools.partial(at_part, "workshop")
at_hours = functools.partial(at_part, "staff_hours")
at_plan = functools.partial(at_part, "plan")
at_people = functools.partial(at_part, "staff_people")
at_upkeep = functools.partial(at_part, "upkeep")


def own_data(presenters: Presenters) -> None:
    """Own data on the card of own hours."""
    presenters.open_overlay(Overlay.HOURS)
    presenters.hours.tap_chip("own")


def what_was_said(presenters: Presenters) -> None:
    """Corrections and requests on the card of own hours."""
    presenters.open_overlay(Overlay.HOURS)
    presenters.hours.tap_chip("said")


def saying(*gestures: str, of: str = "missing") -> Callable[[Presenters], None]:
    """The card on which a punch is said: of what was forgotten, of a day, or of a correction."""

    def do(presenters: Presenters) -> None:
        say, hours = presenters.say_punch, presenters.hours
        if of == "missing":
            presenters.banner.answer_missing()
        else:
            opened(Overlay.HOURS)(presenters)
            hours.act(of)
        for gesture in gestures:
            name, _, what = gesture.partition(" ")
            getattr(say, name)(*([what] if what else []))

    return do


def at_server(*gestures: str) -> Callable[[Presenters], None]:
    """The sheet of the LAN server is opened, then gestures as on the page of devices."""

    def do(presenters: Presenters) -> None:
        presenters.server.open()
        at_part("server", *gestures)(presenters)

    return do


def typed(presenters: Presenters) -> None:
    """A code of which six digits are keyed."""
    at_server("choose server:0")(presenters)
    for digit in "204815":
        presenters.server.key(digit)


NOBODY: Final = s.replace(s.SIGNED_OUT, people=())
OPEN: Final = (s.SHOP, s.SIGNED_IN, s.CATALOGUE, s.STATUS, s.LAST_SALE)
SELLING: Final = (*OPEN, s.TICKET)
GERMAN: Final = (
    s.GERMAN_SHOP, s.SIGNED_IN, s.GERMAN_CATALOGUE, s.STATUS, s.LAST_SALE, s.GERMAN_TICKET,
)  # fmt: skip
SPANISH: Final = (s.replace(s.SHOP, language="es"), *SELLING[1:])
MANAGING: Final = (*SELLING, s.MANAGER_IN)
GERMAN_STAFF: Final = (*GERMAN, s.MANAGER_IN)
SPANISH_STAFF: Final = (s.replace(s.SHOP, language="es"), s.SIGNED_IN, s.STATUS, s.MANAGER_IN)
STAFFED: Final = (*MANAGING, s.STAFF, s.AT_WORK)
GERMAN_STAFFED: Final = (*GERMAN, s.MANAGER_IN, s.STAFF, s.ALL_AT_WORK)
SPANISH_STAFFED: Final = (s.SPANISH_SHOP, s.MANAGER_IN, s.STAFF, s.ALL_AT_WORK)
WRONG_PIN: Final = s.replace(s.SIGNED_OUT, refused="wrong_pin")
WAIT: Final = s.replace(s.SIGNED_OUT, refused="wait_before_pin", wait_until_ms=s.NOW_MS + 28_000)

TERMS_OF: Final = {"own_breaks": staff.TERMS_BREAKS, "all_holidays": staff.TERMS_HOLIDAYS}

SCENES: Final[Mapping[str, Scene]] = {
    "starting": Scene(()),
    "starting-rebuild": Scene((s.REBUILDING,)),
    "stopped": Scene((s.STOPPED,)),
    "stopped-longest": Scene((s.GERMAN_SHOP, s.STOPPED)),
    "stopped-later": Scene((*OPEN, s.STOPPED_LATER)),
    "sign_in": Scene((s.SHOP, s.SIGNED_OUT, s.STATUS)),
    "sign_in-empty": Scene((s.SHOP, s.replace(s.SIGNED_OUT, people=()), s.STATUS)),
    "sign_in-longest": Scene((s.GERMAN_SHOP, s.replace(s.SIGNED_OUT, people=s.MANY_PEOPLE))),
    "pin": Scene((s.SHOP, s.SIGNED_OUT), choosing(s.ANA.id, "12")),
    "pin-trouble": Scene((s.SHOP, WRONG_PIN), choosing(s.ANA.id, "")),
    "pin-longest": Scene((s.GERMAN_SHOP, WAIT), choosing(s.ANA.id, "")),
    "sign_in-wifi_later": Scene((s.GERMAN_SHOP, s.SIGNED_OUT, s.STATUS, s.WIFI_LATER)),
    "sign_in-fetching": Scene((s.SHOP, NOBODY, mirror.CONNECTED, mirror.FETCHING)),
    "sign_in-taken-over": Scene(
        (s.SHOP, NOBODY, s.STATUS, mirror.CONNECTED, mirror.TAKES, mirror.TAKEN_OVER), at_server()
    ),
    "sign_in-pair": Scene((s.SHOP, NOBODY, s.STATUS, mirror.UNPAIRED), at_server()),
    "first": Scene((s.SHOP, NOBODY, s.STATUS, first.LANGUAGE)),
    "first_way": Scene((s.SHOP, NOBODY, s.STATUS, first.WAY)),
    "first_country": Scene((s.SHOP, NOBODY, s.STATUS, first.COUNTRY)),
    "first_terms": Scene(
        (s.SHOP, NOBODY, s.STATUS, first.COUNTRY), at_part("first_start", "choose country:DE")
    ),
    "first-terms-longest": Scene(
        (s.GERMAN_SHOP, NOBODY, s.STATUS, first.COUNTRY),
        at_part("first_start", "choose country:US"),
    ),
    "first-rate": Scene((s.SHOP, NOBODY, first.TERMS), at_part("first_start", "edit rate:B")),
    "first_shop": Scene((s.SHOP, NOBODY, s.STATUS, first.SHOP)),
    "first-shop-refused": Scene((s.SHOP, NOBODY, first.SHOP, first.SHOP_REFUSED)),
    "first-name": Scene((s.SHOP, NOBODY, first.SHOP), at_part("first_start", "edit name")),
    "first_network": Scene((s.SHOP, NOBODY, s.STATUS, first.NETWORK)),
    "first-searching": Scene((s.SHOP, NOBODY, first.SEARCHING)),
    "first-joining": Scene((s.SHOP, NOBODY, first.JOINING)),
    "first-joined": Scene((s.SHOP, NOBODY, first.JOINED)),
    "first-wired": Scene((s.SHOP, NOBODY, first.WIRED)),
    "first-network-longest": Scene((s.GERMAN_SHOP, NOBODY, first.NETWORK, first.WRONG_PASSWORD)),
    "first-password": Scene(
        (s.SHOP, NOBODY, first.NETWORK), at_part("first_start", "choose wifi:Corner & Co.", "key a")
    ),
    "first-signs": Scene(
        (s.GERMAN_SHOP, NOBODY, first.NETWORK),
        at_part("first_start", "choose wifi:Corner & Co.", "key signs"),
    ),
    "first_owner": Scene((s.SHOP, NOBODY, s.STATUS, first.OWNER)),
    "first-owner-there": Scene((s.SHOP, NOBODY, first.OWNER_THERE)),
    "first-pin": Scene((s.SHOP, NOBODY, first.OWNER), at_part("first_start", "edit pin", "key 1")),
    "first_devices": Scene((s.SHOP, NOBODY, s.STATUS, first.DEVICES)),
    "first-devices-found": Scene((s.SHOP, NOBODY, first.DEVICES_FOUND)),
    "first_server": Scene((s.SHOP, NOBODY, s.STATUS, first.SERVER)),
    "first-server-paired": Scene((s.SHOP, NOBODY, mirror.PAIRED, first.SERVER)),
    "first-server-here": Scene((s.SHOP, NOBODY, mirror.PAIRED, first.SERVER_HERE)),
    "first_goods": Scene((s.SHOP, NOBODY, s.STATUS, first.GOODS)),
    "first-goods-empty": Scene((s.SHOP, NOBODY, first.GOODS_EMPTY)),
    "first-goods-longest": Scene((s.GERMAN_SHOP, NOBODY, first.GOODS_BAD)),
    "first-busy": Scene((s.SHOP, NOBODY, first.BUSY)),
    "first_end": Scene((s.SHOP, NOBODY, s.STATUS, first.END)),
    "first-end-longest": Scene((s.GERMAN_SHOP, NOBODY, first.END_LEFT)),
    "first-stick": Scene((s.SHOP, NOBODY, first.STICK)),
    "first-stick-empty": Scene((s.SHOP, NOBODY, first.STICK_EMPTY)),
    "first-join": Scene((s.SHOP, NOBODY, first.JOIN)),
    "first-join-country-longest": Scene((s.GERMAN_SHOP, NOBODY, first.JOIN_COUNTRY)),
    "first-again": Scene((*SELLING, first.AGAIN)),
    "first-steps": Scene((*SELLING, first.AGAIN), at_part("first_start", "list_steps")),
    "first-file-longest": Scene((s.GERMAN_SHOP, NOBODY, first.FILE_WRONG)),
    "sale-connected": Scene((*SELLING, mirror.CONNECTED)),
    "sale-behind": Scene((*SELLING, mirror.BEHIND)),
    "sale-alone": Scene((*SELLING, mirror.ALONE)),
    "sale-alone-longest": Scene((*GERMAN, mirror.ALONE_FOR_DAYS)),
    "sale-alone-es": Scene((*SPANISH, mirror.ALONE_FOR_DAYS)),
    "sale-revoked": Scene((*GERMAN, mirror.REVOKED)),
    "sale-alone-and-more": Scene((*SELLING, mirror.ALONE_AND_NO_PAPER)),
    "devices-alone": Scene((*GERMAN, mirror.ALONE_FOR_DAYS), opened(Overlay.DEVICES)),
    "devices-forked": Scene((*GERMAN, mirror.FORKED), opened(Overlay.DEVICES)),
    "server": Scene((*OPEN, s.WORKSHOP, mirror.UNPAIRED), at_server()),
    "server-empty": Scene((*OPEN, s.WORKSHOP, mirror.SEARCHING), at_server()),
    "server-asking": Scene((*OPEN, s.WORKSHOP, mirror.ASKING), at_server()),
    "server-trouble": Scene((*OPEN, s.WORKSHOP, mirror.OTHER), at_server()),
    "server-longest": Scene((*GERMAN, s.WORKSHOP, mirror.LONG_PROBLEM), at_server()),
    "server-address": Scene((*OPEN, s.WORKSHOP, mirror.UNPAIRED), at_server("choose address:")),
    "server-code": Scene((*OPEN, s.WORKSHOP, mirror.UNPAIRED), typed),
    "server-paired": Scene(
        (*OPEN, s.MANAGER_IN, s.WORKSHOP, mirror.CONNECTED, mirror.PAIRED), at_server()
    ),
    "server-fetching": Scene(
        (*OPEN, s.MANAGER_IN, s.WORKSHOP, mirror.CONNECTED, mirror.FETCHING), at_server()
    ),
    "server-paired-longest": Scene(
        (*GERMAN, s.MANAGER_IN, s.WORKSHOP, mirror.ALONE_FOR_DAYS, mirror.LONG_PAIRED), at_server()
    ),
    "server-forked": Scene(
        (*GERMAN, s.MANAGER_IN, s.WORKSHOP, mirror.FORKED, mirror.PAIRED), at_server()
    ),
    "server-forget": Scene(
        (*GERMAN, s.MANAGER_IN, s.WORKSHOP, mirror.CONNECTED, mirror.LONG_PAIRED),
        at_server("forget"),
    ),
    "workshop-connected": Scene((*OPEN, s.WORKSHOP, mirror.CONNECTED, mirror.PAIRED)),
    "workshop": Scene((*OPEN, s.WORKSHOP)),
    "workshop-empty": Scene((*OPEN, s.BARE_WORKSHOP)),
    "workshop-longest": Scene((s.GERMAN_SHOP, s.SIGNED_IN, s.WORKSHOP)),
    "workshop-serial": Scene((*OPEN, s.WORKSHOP), at_devices("choose found:1")),
    "workshop-doubtful": Scene((*OPEN, s.WORKSHOP), at_devices("choose found:2")),
    "device": Scene((*OPEN, s.WORKSHOP), at_devices("choose device:scanner", "toggle_more")),
    "device-trouble": Scene((*OPEN, s.BAD_OPTION), at_devices("choose device:printer")),
    "device-longest": Scene(
        (s.GERMAN_SHOP, s.SIGNED_IN, s.WORKSHOP), at_devices("choose device:printer", "toggle_more")
    ),
    "device-keys": Scene(
        (*OPEN, s.WORKSHOP), at_devices("choose device:printer", "edit host", "key shift")
    ),
    "pairing": Scene((*OPEN, s.PAIRING), at_devices("choose pair:")),
    "pairing-trouble": Scene((*OPEN, s.MISREAD), at_devices("choose pair:")),
    "pairing-longest": Scene((s.GERMAN_SHOP, s.SIGNED_IN, s.PAIRED), at_devices("choose pair:")),
    "badges": Scene((*OPEN, s.WITH_BADGES, s.WAITING_FOR_BADGE), at_devices("choose badges:")),
    "badges-empty": Scene((*OPEN, s.WITH_BADGES, s.FIRST_BADGE), at_devices("choose badges:")),
    "badges-longest": Scene(
        (s.GERMAN_SHOP, s.SIGNED_IN, s.WITH_BADGES, s.MANY_BADGES), at_devices("choose badges:")
    ),
    "badges-away": Scene((*OPEN, s.NO_READER, s.BADGES), at_devices("choose badges:")),
    "badges-trouble": Scene(
        (*OPEN, s.WITH_BADGES, s.WAITING_FOR_BADGE),
        then(at_devices("choose badges:"), s.BADGE_OF_ANOTHER),
    ),
    "checks": Scene((*OPEN, s.CHECKING), at_devices("check_all")),
    "checks-scanner": Scene((*OPEN, s.SCANNING), at_devices("check_all")),
    "checks-longest": Scene((s.GERMAN_SHOP, s.SIGNED_IN, s.CODE_PAGE), at_devices("check_all")),
    "checks-trouble": Scene((*OPEN, s.CHECKED), at_devices("check_all")),
    "sale": Scene(SELLING),
    "sale-empty": Scene((*OPEN, s.EMPTY_TICKET)),
    "sale-bare": Scene((s.SHOP, s.SIGNED_IN, s.EMPTY_TICKET, s.NO_CATALOGUE)),
    "sale-longest": Scene(GERMAN, keyed("sale", "12")),
    "sale-long": Scene((*OPEN, s.LONG_TICKET)),
    "sale-trouble": Scene((*SELLING, s.NO_PAPER, s.UNKNOWN_BARCODE)),
    "sale-trouble-longest": Scene((*GERMAN, s.TROUBLE, s.GERMAN_WARNING)),
    "cash": Scene((*SELLING, s.TENDER), keyed("cash", "5000")),
    "cash-empty": Scene((*SELLING, s.TENDER)),
    "cash-missing": Scene((*SELLING, s.TENDER), keyed("cash", "2000")),
    "cash-longest": Scene((*GERMAN, s.GERMAN_TENDER), keyed("cash", "200000000")),
    "done": Scene((*SELLING, s.DONE)),
    "done-exact": Scene((*SELLING, s.DONE_EXACT)),
    "done-printed": Scene((*SELLING, s.DONE_PRINTED)),
    "done-trouble": Scene((*SELLING, s.DONE_FAILED)),
    "done-longest": Scene((*GERMAN, s.GERMAN_DONE)),
    "resume": Scene((*SELLING, s.RESUME)),
    "resume-plain": Scene((*OPEN, s.EMPTY_TICKET, s.RESUME_PLAIN)),
    "resume-longest": Scene((*GERMAN, s.RESUME_LONGEST)),
    "menu": Scene(SELLING, opened(Overlay.MENU)),
    "menu-empty": Scene((s.SHOP, s.SIGNED_IN, s.EMPTY_TICKET), opened(Overlay.MENU)),
    "menu-manager": Scene(MANAGING, opened(Overlay.MENU)),
    "menu-longest": Scene(GERMAN, opened(Overlay.MENU)),
    "ask": Scene(SELLING, asking),
    "ask-longest": Scene(GERMAN, asking),
    "search": Scene((*SELLING, s.SEARCH), searching("co")),
    "search-empty": Scene(SELLING, opened(Overlay.SEARCH)),
    "search-none": Scene((*SELLING, s.replace(s.SEARCH, text="xy", hits=())), searching("xy")),
    "search-longest": Scene(
        (*GERMAN, s.replace(s.SEARCH, text="b", hits=s.GERMAN_TILES)), searching("b")
    ),
    "keypad": Scene(SELLING, lambda p: (opened(Overlay.KEYPAD)(p), keyed("sale", "12")(p))[0]),
    "keypad-longest": Scene(GERMAN, opened(Overlay.KEYPAD)),
    "devices": Scene(SELLING, opened(Overlay.DEVICES)),
    "devices-trouble": Scene((*SELLING, s.TROUBLE), opened(Overlay.DEVICES)),
    "devices-longest": Scene((*GERMAN, s.TROUBLE), opened(Overlay.DEVICES)),
    "devices-scale": Scene((*SELLING, s.WITH_SCALE), opened(Overlay.DEVICES)),
    "scale": Scene((*SELLING, s.WITH_SCALE, s.SCALE_RESTS), opened(Overlay.SCALE)),
    "scale-empty": Scene(SELLING, opened(Overlay.SCALE)),
    "scale-trouble": Scene((*SELLING, s.WITH_SCALE, s.SCALE_BELOW), opened(Overlay.SCALE)),
    "scale-longest": Scene((*GERMAN, s.WITH_SCALE, s.SCALE_NOT_ZEROED), opened(Overlay.SCALE)),
    "sale-weighing": Scene((*SELLING, s.WITH_SCALE, s.WEIGHING)),
    "labels": Scene((*MANAGING, s.WITH_LABELS, s.LABELS), at_labels()),
    "labels-empty": Scene((*MANAGING, s.BARE_LABELS), at_labels()),
    "labels-typing": Scene(
        (*MANAGING, s.WITH_LABELS, s.FOUND_LABELS), at_labels("search", "key c", "key o")
    ),
    "labels-printing": Scene((*MANAGING, s.WITH_LABELS, s.PRINTING_LABELS), at_labels()),
    "labels-saved": Scene((*MANAGING, s.SAVED_LABELS), at_labels()),
    "labels-trouble": Scene((*MANAGING, s.NO_LABELS, s.BROKEN_LABELS), at_labels()),
    "labels-longest": Scene(
        (*GERMAN, s.MANAGER_IN, s.NO_LABELS, s.GERMAN_LABELS), at_labels("tap_chip sheet_L7651")
    ),
    "labels-longest-typing": Scene(
        (*GERMAN, s.MANAGER_IN, s.NO_LABELS, s.GERMAN_LABELS), at_labels("search")
    ),
    "sheet": Scene((*MANAGING, s.STAFF), with_sheet()),
    "sheet-keys": Scene((*MANAGING, s.STAFF), with_sheet("edit name", "key A")),
    "sheet-keys-spanish": Scene((*SPANISH_STAFF, s.STAFF), with_sheet("edit name", "key A")),
    "sheet-pad": Scene((*MANAGING, s.STAFF), with_sheet("edit rate", "key 1")),
    "sheet-days": Scene((*MANAGING, s.STAFF), with_sheet("edit since")),
    "sheet-trouble": Scene(
        (*MANAGING, s.STAFF),
        then(
            with_sheet("save"),
            s.replace(
                s.STAFF, answered=1, problem="number_taken", problem_fields=(("number", "12"),)
            ),
        ),
    ),
    "sheet-longest": Scene((*GERMAN, s.MANAGER_IN, s.STAFF), with_sheet("edit since")),
    "staff_hours": Scene((*MANAGING, h.PAGE, h.HOURS)),
    "staff_hours-quiet": Scene((*MANAGING, h.PAGE, h.QUIET)),
    "staff_hours-empty": Scene((*MANAGING, h.PAGE, h.NOBODY)),
    "staff_hours-many": Scene((*MANAGING, h.PAGE, h.MANY)),
    "staff_hours-people": Scene((*MANAGING, h.PAGE, h.MANY), at_hours("tap_chip people")),
    "staff_hours-longest": Scene((*GERMAN, s.MANAGER_IN, h.PAGE, h.LONGEST)),
    "staff_hours-trouble": Scene(
        (
            *MANAGING,
            s.replace(h.PAGE, problem="period_locked", problem_fields=(("day", "2026-11-19"),)),
            h.HOURS,
        )
    ),
    "staff_hours_week": Scene((*MANAGING, h.PAGE, h.AT_WEEK)),
    "staff_hours_week-empty": Scene((*MANAGING, h.PAGE, h.AT_EMPTY_WEEK)),
    "staff_hours_week-nights": Scene((*MANAGING, h.PAGE, h.AT_NIGHTS)),
    "staff_hours_week-locked": Scene((*MANAGING, h.PAGE, s.replace(h.LOCKED, day=""))),
    "staff_hours_week-longest": Scene((*GERMAN, s.MANAGER_IN, h.PAGE, h.LONGEST_WEEK)),
    "staff_hours_week-spanish": Scene((*SPANISH, s.MANAGER_IN, h.PAGE, h.AT_WEEK)),
    "staff_hours_day": Scene((*MANAGING, h.PAGE, h.at_day(h.AT_WEEK, 3))),
    "staff_hours_day-empty": Scene((*MANAGING, h.PAGE, h.at_day(h.AT_WEEK, 2))),
    "staff_hours_day-asked": Scene((*MANAGING, h.PAGE, h.at_day(h.AT_WEEK, 4))),
    "staff_hours_day-trouble": Scene((*MANAGING, h.PAGE, h.at_day(h.AT_WEEK, 5))),
    "staff_hours_day-nights": Scene((*MANAGING, h.PAGE, h.at_day(h.AT_NIGHTS, 6))),
    "staff_hours_day-locked": Scene((*MANAGING, h.PAGE, h.LOCKED)),
    "staff_hours_day-longest": Scene((*GERMAN, s.MANAGER_IN, h.PAGE, h.at_day(h.LONGEST_WEEK, 3))),
    "staff_hours_day-spanish": Scene((*SPANISH, s.MANAGER_IN, h.PAGE, h.at_day(h.AT_WEEK, 3))),
    "staff_hours_sheet": Scene(
        (*MANAGING, h.PAGE, h.at_day(h.AT_WEEK, 3)),
        at_hours("choose punch:K7Q2-1300", "sheet.tap_chip reason=Forgot to punch"),
    ),
    "staff_hours_sheet-twice": Scene(
        (*MANAGING, h.PAGE, h.at_day(h.AT_NIGHTS, 6)), at_hours("choose punch:K7Q2-3200")
    ),
    "staff_hours_sheet-decline": Scene(
        (*MANAGING, h.PAGE, h.HOURS), at_hours("act decline:K7Q2-1701", "sheet.edit reason")
    ),
    "staff_hours_sheet-longest": Scene(
        (*GERMAN, s.MANAGER_IN, h.PAGE, h.at_day(h.LONGEST_WEEK, 3)), at_hours("add")
    ),
    "staff_hours_sheet-trouble": Scene(
        (*MANAGING, h.PAGE, h.at_day(h.AT_WEEK, 3)),
        then(
            at_hours(
                "choose punch:K7Q2-1300", "sheet.tap_chip reason=Forgot to punch", "sheet.save"
            ),
            s.replace(
                h.PAGE,
                answered=1,
                problem="no_such_time",
                problem_fields=(("time", "2:30"), ("day", "2026-03-29")),
            ),
        ),
    ),
    "staff_pay": Scene((*MANAGING, staff.WAGES, staff.PAY)),
    "staff_pay-empty": Scene((*MANAGING, staff.WAGES, staff.PAY_EMPTY)),
    "staff_pay-crowd": Scene((*MANAGING, staff.WAGES, staff.PAY_CROWD)),
    "staff_pay-reckoning": Scene((*MANAGING, staff.WAGES, staff.PAY_RECKONING)),
    "staff_pay-person": Scene((*MANAGING, staff.WAGES, staff.PAY_OF_ANA)),
    "staff_pay-running": Scene((*MANAGING, staff.WAGES, staff.PAY_RUNNING)),
    "staff_pay-trouble": Scene((*MANAGING, staff.WAGES, staff.PAY_QUESTIONS)),
    "staff_pay-approved": Scene((*MANAGING, staff.WAGES, staff.PAY_APPROVED)),
    "staff_pay-sheet": Scene(
        (*MANAGING, staff.WAGES, staff.PAY_APPROVED), at_part("staff_pay", "pay")
    ),
    "staff_pay-extra": Scene(
        (*MANAGING, staff.WAGES, staff.PAY_OF_ANA), at_part("staff_pay", "extra")
    ),
    "staff_pay-ask": Scene(
        (*MANAGING, staff.WAGES, staff.PAY_OF_ANA), at_part("staff_pay", "approve")
    ),
    "staff_pay-longest": Scene((*GERMAN_STAFF, staff.WAGES, staff.PAY_LONGEST)),
    "staff_pay-longest-person": Scene((*GERMAN_STAFF, staff.WAGES, staff.PAY_LONGEST_PERSON)),
    "staff_pay-longest-sheet": Scene(
        (*GERMAN_STAFF, staff.WAGES, staff.PAY_APPROVED), at_part("staff_pay", "pay")
    ),
    "staff_pay-spanish": Scene((*SPANISH_STAFF, staff.WAGES, staff.PAY_LONGEST_PERSON)),
    "staff_pay-mixed": Scene((*MANAGING, staff.WAGES, staff.PAY_MIXED)),
    "staff_pay-leave": Scene(
        (*MANAGING, staff.WAGES, staff.PAY_MIXED), at_part("staff_pay", "leave")
    ),
    "staff_pay-settle": Scene(
        (*MANAGING, staff.WAGES, staff.PAY_MIXED), at_part("staff_pay", "choose question:0")
    ),
    "staff_pay-files": Scene(
        (*MANAGING, staff.WAGES, staff.PAY_OF_ANA), at_part("staff_pay", "files")
    ),
    "staff_pay-longest-leave": Scene(
        (*GERMAN_STAFF, staff.WAGES, staff.PAY_LONGEST_PERSON), at_part("staff_pay", "leave")
    ),
    "staff_pay-longest-extra": Scene(
        (*GERMAN_STAFF, staff.WAGES, staff.PAY_LONGEST_PERSON), at_part("staff_pay", "extra")
    ),
    "staff_pay-chart": Scene((*MANAGING, staff.WAGES, staff.PAY_CHART)),
    "staff_pay-chart-hour": Scene(
        (*MANAGING, staff.WAGES, staff.PAY_CHART), at_part("staff_pay", "choose hour:12")
    ),
    "staff_pay-chart-empty": Scene((*MANAGING, staff.WAGES, staff.PAY_NO_CHART)),
    "staff_pay-chart-longest": Scene(
        (*GERMAN_STAFF, staff.WAGES, staff.PAY_ALL_DAY), at_part("staff_pay", "choose hour:12")
    ),
    "staff_rules": Scene((*MANAGING, staff.RULES_SHOWN, staff.RULES)),
    "staff_rules-plain": Scene((*MANAGING, staff.RULES_SHOWN, staff.RULES_PLAIN)),
    "staff_rules-sheet": Scene(
        (*MANAGING, staff.RULES_SHOWN, staff.RULES), at_part("staff_rules", "choose rule:overtime")
    ),
    "staff_rules-own": Scene(
        (*GERMAN_STAFF, staff.RULES_SHOWN, staff.RULES_OWN),
        at_part("staff_rules", "choose rule:own_overtime"),
    ),
    "staff_rules-breaks": Scene(
        (*GERMAN_STAFF, staff.RULES_SHOWN, staff.RULES),
        at_part("staff_rules", "choose rule:breaks"),
    ),
    "staff_rules-longest": Scene((*GERMAN_STAFF, staff.RULES_SHOWN, staff.RULES)),
    "staff_rules-longest-sheet": Scene(
        (*GERMAN_STAFF, staff.RULES_SHOWN, staff.RULES),
        at_part("staff_rules", "choose rule:round_minutes"),
    ),
    "staff_rules-spanish": Scene((*SPANISH_STAFF, staff.RULES_SHOWN, staff.RULES)),
    "staff_rules-longest-lists": Scene((*GERMAN_STAFF, staff.RULES_SHOWN, staff.TERMS_LONGEST)),
    **{
        f"staff_rules-{name}{suffix}": Scene(
            (*who, staff.RULES_SHOWN, terms), at_part("staff_rules", f"choose list:{name}", *more)
        )
        for name in ("bonuses", "all_holidays", "leave", "own_breaks")
        for suffix, who, terms, more in (
            ("", MANAGING, TERMS_OF.get(name, staff.TERMS), ()),
            ("-empty", MANAGING, staff.NO_TERMS, ()),
            ("-new", MANAGING, staff.TERMS_HOLIDAYS, ("add",)),
            ("-longest", GERMAN_STAFF, staff.TERMS_LONGEST, ()),
            ("-longest-new", GERMAN_STAFF, staff.TERMS_LONGEST, ("add",)),
            ("-spanish", SPANISH_STAFF, staff.TERMS_LONGEST, ()),
            ("-spanish-new", SPANISH_STAFF, staff.TERMS_LONGEST, ("add",)),
        )
    },
    "staff_rules-bonus": Scene(
        (*MANAGING, staff.RULES_SHOWN, staff.TERMS),
        at_part("staff_rules", "choose list:bonuses", "choose bonus:2026-01-01:Night"),
    ),
    "staff_rules-bonus-planned": Scene(
        (*GERMAN_STAFF, staff.RULES_SHOWN, staff.TERMS),
        at_part("staff_rules", "choose list:bonuses", "choose bonus:2027-01-01:Night"),
    ),
    "staff_rules-bonus-back": Scene(
        (*GERMAN_STAFF, staff.RULES_SHOWN, staff.TERMS),
        at_part(
            "staff_rules", "choose list:bonuses", "choose bonus:2027-01-01:Night", "sheet.remove"
        ),
    ),
    "staff_rules-holiday": Scene(
        (*GERMAN_STAFF, staff.RULES_SHOWN, staff.TERMS_LONGEST),
        at_part("staff_rules", "choose list:all_holidays", "choose holiday:2026-12-25"),
    ),
    "staff_rules-holiday-off": Scene(
        (*SPANISH_STAFF, staff.RULES_SHOWN, staff.TERMS_LONGEST),
        at_part(
            "staff_rules", "choose list:all_holidays", "choose holiday:2026-12-25", "sheet.remove"
        ),
    ),
    "staff_rules-holiday-again": Scene(
        (*GERMAN_STAFF, staff.RULES_SHOWN, staff.TERMS_LONGEST),
        at_part("staff_rules", "choose list:all_holidays", "choose holiday:2026-11-27"),
    ),
    "staff_rules-country": Scene(
        (*MANAGING, staff.RULES_SHOWN, staff.TERMS_HOLIDAYS),
        at_part("staff_rules", "choose list:all_holidays", "choose rule:holidays"),
    ),
    "staff_rules-country-longest": Scene(
        (*GERMAN_STAFF, staff.RULES_SHOWN, staff.TERMS_LONGEST),
        at_part("staff_rules", "choose list:all_holidays", "choose rule:holidays"),
    ),
    "staff_rules-leave-kind": Scene(
        (*GERMAN_STAFF, staff.RULES_SHOWN, staff.TERMS_LONGEST),
        at_part("staff_rules", "choose list:leave", "choose leave:x"),
    ),
    "staff_rules-looking": Scene(
        (*MANAGING, staff.RULES_SHOWN, staff.TERMS),
        at_part("staff_rules", "choose list:all_holidays"),
    ),
    "people": Scene((*STAFFED, s.STAFF_PEOPLE)),
    "people-empty": Scene((*MANAGING, s.STAFF, s.replace(s.BARE_PERSON, chosen=None))),
    "people-longest": Scene((*GERMAN_STAFFED, s.MANY_STAFF)),
    "people-spanish": Scene((*SPANISH_STAFFED, s.MANY_STAFF)),
    "people-jobs": Scene((*STAFFED, s.STAFF_PEOPLE), at_people("jobs")),
    "people-jobs-empty": Scene(
        (*MANAGING, s.STAFF, s.replace(s.BARE_PERSON, chosen=None)), at_people("jobs")
    ),
    "people-jobs-longest": Scene((*GERMAN_STAFFED, s.MANY_STAFF), at_people("jobs")),
    "staff_person": Scene((*STAFFED, s.WITH_PERSON)),
    "staff_person-empty": Scene((*MANAGING, s.STAFF, s.BARE_PERSON)),
    "staff_person-badge": Scene((*STAFFED, s.GIVING_BADGE)),
    "staff_person-gone": Scene((*STAFFED, s.GONE)),
    "staff_person-owner": Scene((*STAFFED, s.OF_OWNER)),
    "staff_person-longest": Scene((*GERMAN_STAFFED, s.LONGEST_PERSON)),
    "staff_person-spanish": Scene((*SPANISH_STAFFED, s.LONGEST_PERSON)),
    "people_new": Scene((*STAFFED, s.STAFF_PEOPLE), at_people("add")),
    "people_new-longest": Scene((*GERMAN_STAFFED, s.LONGEST_PERSON), at_people("add")),
    "people_new-trouble": Scene(
        (*STAFFED, s.STAFF_PEOPLE),
        at_people(
            "add",
            "sheet.edit name",
            "sheet.key A",
            "sheet.take",
            "sheet.edit pin",
            "sheet.key 1",
            "sheet.take",
            "sheet.edit pin_again",
            "sheet.key 2",
            "sheet.take",
            "sheet.save",
        ),
    ),
    "people_rate": Scene((*STAFFED, s.WITH_PERSON), at_people("new_rate")),
    "people_rate-longest": Scene(
        (*GERMAN_STAFFED, s.LONGEST_PERSON), at_people("choose rate:2026-09-28:verkauf")
    ),
    "people_badge": Scene((*STAFFED, s.WITH_PERSON), at_people("choose badge:K7Q2-70")),
    "people_badge-spanish": Scene(
        (*SPANISH_STAFFED, s.LONGEST_PERSON), at_people("choose badge:K7Q2-70")
    ),
    "people_records-longest": Scene((*GERMAN_STAFFED, s.LONGEST_PERSON), at_people("records")),
    "people_leave": Scene((*STAFFED, s.WITH_PERSON), at_people("leave")),
    "people_leave-spanish": Scene(
        (*SPANISH_STAFFED, s.replace(s.WITH_PERSON, people=s.STAFF_PEOPLE.people[:1])),
        at_people("leave"),
    ),
    "people_pin-longest": Scene((*GERMAN_STAFFED, s.LONGEST_PERSON), at_people("pin")),
    "clock": Scene((*SELLING, c.AT_WORK)),
    "clock-jobs": Scene((*SELLING, c.SEVERAL_JOBS)),
    "clock-change-job": Scene((*SELLING, c.CHANGES_JOB)),
    "clock-came": Scene((*SELLING, c.CAME)),
    "clock-slip": Scene((*SELLING, c.WENT)),
    "clock-forgotten": Scene((*SELLING, c.FORGOTTEN)),
    "clock-contradiction": Scene((*SELLING, c.CONTRADICTION)),
    "clock-early": Scene((*SELLING, c.TOO_EARLY)),
    "clock-early-manager": Scene((*GERMAN, c.LONG_EARLY)),
    "clock-sign_in-early": Scene((s.GERMAN_SHOP, s.SIGNED_OUT, c.LONG_EARLY)),
    "clock_pin-manager": Scene(
        (*SELLING, s.replace(s.SIGNED_IN, people=(s.ANA, s.BEN)), c.AWAITS_MANAGER),
        at_part("clock_pin", f"open_for_manager {s.ANA.id}", "key 1"),
    ),
    "clock-trouble": Scene((*SELLING, c.DOUBTED, c.FORGOTTEN, s.UNKNOWN_BARCODE)),
    "clock-longest": Scene((*GERMAN, c.LONGEST)),
    "clock-longest-slip": Scene((*GERMAN, c.DOUBTED, c.LONGEST_SLIP)),
    "clock-cash": Scene((*SELLING, s.TENDER, c.AT_WORK)),
    "clock-done": Scene((*SELLING, s.DONE, c.FORGOTTEN)),
    "clock-workshop": Scene((*OPEN, s.WORKSHOP, c.AT_WORK)),
    "clock-menu": Scene((*SELLING, c.AT_WORK), opened(Overlay.MENU)),
    "clock-sign_in": Scene((s.SHOP, s.SIGNED_OUT, c.AT_WORK), choosing(s.ANA.id, "12")),
    "clock-sign_in-longest": Scene((s.GERMAN_SHOP, s.SIGNED_OUT, c.LONGEST)),
    "clock-sign_in-slip": Scene((s.GERMAN_SHOP, s.SIGNED_OUT, s.STATUS, c.LONGEST_SLIP)),
    "clock_pin": Scene(SELLING, at_part("clock_pin", "open")),
    "clock_pin-longest": Scene(
        (s.GERMAN_SHOP, s.replace(s.SIGNED_OUT, people=s.MANY_PEOPLE)),
        at_part("clock_pin", "open"),
    ),
    "clock_pin-keys": Scene(
        SELLING, at_part("clock_pin", "open", f"choose {s.ANA.id}", "key 1", "key 2")
    ),
    "clock_pin-trouble": Scene(
        (*GERMAN, s.replace(c.NOBODY, refused="wait_before_pin", wait_until_ms=s.NOW_MS + 28_000)),
        at_part("clock_pin", "open", f"choose {s.ANA.id}"),
    ),
    "hours": Scene((*SELLING, c.AT_WORK, c.HOURS), opened(Overlay.HOURS)),
    "hours-empty": Scene((*SELLING, c.AT_WORK, c.NO_HOURS), opened(Overlay.HOURS)),
    "hours-nothing-said": Scene(
        (*SELLING, c.AT_WORK, c.NO_HOURS),
        what_was_said,
    ),
    "hours-corrections": Scene(
        (*SELLING, c.AT_WORK, c.HOURS),
        what_was_said,
    ),
    "hours-longest": Scene(
        (*GERMAN, c.AT_WORK, c.LONGEST_HOURS),
        what_was_said,
    ),
    "hours-own": Scene((*SELLING, c.AT_WORK, c.WITH_OWN), own_data),
    "hours-own-empty": Scene((*SELLING, c.AT_WORK, c.NO_HOURS), own_data),
    "hours-own-longest": Scene((*GERMAN, c.AT_WORK, c.LONGEST_HOURS), own_data),
    "clock-language": Scene((*SELLING, c.SPANIARD)),
    "hours-longest-days": Scene((*GERMAN, c.AT_WORK, c.LONGEST_HOURS), opened(Overlay.HOURS)),
    "say": Scene((*SELLING, c.FORGOTTEN), saying("key 1", "key 7", "key 3", "key 0")),
    "say-empty": Scene((*SELLING, c.FORGOTTEN), saying()),
    "say-trouble": Scene((*GERMAN, c.FORGOTTEN), saying("key 0", "key 3", "key 0", "key 0")),
    "say-why": Scene((*GERMAN, c.FORGOTTEN), saying("key 1", "key 7", "key 3", "key 0", "go_on")),
    "say-typing": Scene(
        (*GERMAN, c.FORGOTTEN),
        saying(
            "key 1", "key 7", "key 3", "key 0", "go_on", "choose other", "key b", "key u", "key s"
        ),
    ),
    "say-day-longest": Scene((*GERMAN, c.AT_WORK, c.HOURS), saying(of="2026-11-22")),
    "say-contest": Scene((*SELLING, c.AT_WORK, c.HOURS), saying(of="K7Q2-650")),
    "door": Scene((c.DOOR, s.SIGNED_OUT, c.WITH_READER, c.PRESENT)),
    "door-empty": Scene((c.DOOR, s.SIGNED_OUT, s.STATUS, c.NOBODY)),
    "door-many": Scene((c.DOOR, s.SIGNED_OUT, c.WITH_READER, c.CROWD)),
    "door-longest": Scene((c.GERMAN_DOOR, s.SIGNED_OUT, c.WITH_READER, c.CROWD)),
    "door-trouble": Scene((c.GERMAN_DOOR, s.SIGNED_OUT, c.READER_AWAY, c.PRESENT)),
    "door-asks": Scene((c.DOOR, s.SIGNED_OUT, c.WITH_READER, c.PRESENT, c.AT_WORK)),
    "door-refused": Scene(
        (c.GERMAN_DOOR, s.SIGNED_OUT, c.WITH_READER, c.AT_WORK, s.UNKNOWN_BARCODE)
    ),
    "clock-sign_in-refused": Scene((s.SHOP, s.SIGNED_OUT, c.AT_WORK, s.UNKNOWN_BARCODE)),
    "door-came": Scene((c.DOOR, s.SIGNED_OUT, c.WITH_READER, c.PRESENT, c.CAME)),
    "door-slip": Scene((c.DOOR, s.SIGNED_OUT, c.WITH_READER, c.PRESENT, c.WENT)),
    "door-asks-longest": Scene((c.GERMAN_DOOR, s.SIGNED_OUT, c.DOUBTED, c.LONGEST)),
    "plan": Scene((*MANAGING, p.PLAN, p.WEEK)),
    "plan-empty": Scene((*MANAGING, p.PLAN, p.EMPTY_WEEK)),
    "plan-many": Scene((*MANAGING, p.PLAN, p.MANY)),
    "plan-longest": Scene((*GERMAN, s.MANAGER_IN, p.PLAN, p.LONGEST)),
    "plan-longest-empty": Scene((*GERMAN, s.MANAGER_IN, p.PLAN, p.EMPTY_WEEK)),
    "plan-new": Scene((*MANAGING, p.PLAN, p.WEEK), at_plan(f"tap_cell {p.ANA}@2026-11-19")),
    "plan-change": Scene((*MANAGING, p.PLAN, p.WEEK), at_plan("tap_block K7Q2-511")),
    "plan-change-longest": Scene(
        (*GERMAN, s.MANAGER_IN, p.PLAN, p.LONGEST), at_plan("tap_block K7Q2-511")
    ),
    "plan-refused": Scene((*MANAGING, p.PLAN, p.REFUSED), at_plan("switch")),
    "plan-refused-empty": Scene((*MANAGING, p.PLAN, p.EMPTY_WEEK), at_plan("switch")),
    "plan-refused-longest": Scene((*GERMAN, s.MANAGER_IN, p.PLAN, p.REFUSED), at_plan("switch")),
    "plan-device": Scene((*MANAGING, p.PLAN, p.REFUSED), at_plan("choose stranger:M4TN")),
    "plan-trouble": Scene(
        (
            *MANAGING,
            p.WEEK,
            s.replace(
                p.PLAN,
                answered=1,
                problem="shifts_overlap",
                problem_fields=(
                    ("name", "Ana Martínez"),
                    ("day", "2026-11-19"),
                    ("begins", "09:00"),
                    ("ends", "17:00"),
                ),
            ),
        )
    ),
    "upkeep": Scene((*MANAGING, u.TYPICAL)),
    "upkeep-empty": Scene((*MANAGING, u.EMPTY)),
    "upkeep-first": Scene((*MANAGING, u.FIRST)),
    "upkeep-running": Scene((*MANAGING, u.RUNNING)),
    "upkeep-done": Scene((*MANAGING, u.DONE)),
    "upkeep-let-go": Scene((*MANAGING, u.LET_GO)),
    "upkeep-trouble": Scene((*MANAGING, u.TROUBLE)),
    "upkeep-longest": Scene((*GERMAN, s.MANAGER_IN, u.LONGEST)),
    "upkeep-spanish": Scene((*SPANISH, s.MANAGER_IN, u.LONGEST)),
    "upkeep-nightly": Scene((*MANAGING, u.TYPICAL), at_upkeep("choose nightly")),
    "upkeep-phrase": Scene((*MANAGING, u.TYPICAL), at_upkeep("choose passphrase")),
    "upkeep-phrase-typing": Scene(
        (*MANAGING, u.TYPICAL),
        at_upkeep("choose passphrase", "sheet.edit phrase", "sheet.key a", "sheet.key b"),
    ),
    "upkeep-journal": Scene((*MANAGING, u.TYPICAL), at_upkeep("choose journal")),
    "upkeep_key": Scene((*MANAGING, u.NEW_KEY)),
    "upkeep_key-longest": Scene((*GERMAN, s.MANAGER_IN, u.NEW_KEY)),
    "upkeep_key-ending": Scene((*MANAGING, u.NEW_KEY), at_upkeep("choose key_keep")),
    "upkeep_software": Scene((*MANAGING, u.SOFTWARE), at_upkeep("tap_chip software")),
    "upkeep_software-empty": Scene((*MANAGING, u.TYPICAL), at_upkeep("tap_chip software")),
    "upkeep_software-ask": Scene(
        (*MANAGING, u.SOFTWARE),
        at_upkeep("tap_chip software", f"choose bundle:{u.BUNDLE.path}"),
    ),
    "upkeep_software-server": Scene((*MANAGING, u.FROM_SERVER), at_upkeep("tap_chip software")),
    "upkeep_software-fetching": Scene((*MANAGING, u.FETCHING), at_upkeep("tap_chip software")),
    "upkeep_software-not-fetched": Scene(
        (*GERMAN, s.MANAGER_IN, u.NOT_FETCHED), at_upkeep("tap_chip software")
    ),
    "upkeep_software-installing": Scene((*MANAGING, u.INSTALLING), at_upkeep("tap_chip software")),
    "upkeep_software-ready": Scene((*MANAGING, u.READY), at_upkeep("tap_chip software")),
    "upkeep_software-waits": Scene((*MANAGING, u.WAITS), at_upkeep("tap_chip software")),
    "upkeep_software-trouble": Scene((*MANAGING, u.FAILED), at_upkeep("tap_chip software")),
    "upkeep_software-longest": Scene(
        (*GERMAN, s.MANAGER_IN, u.LONG_SOFTWARE), at_upkeep("tap_chip software")
    ),
    "upkeep_support": Scene((*MANAGING, u.TYPICAL), at_upkeep("tap_chip support")),
    "upkeep_support-ask": Scene(
        (*MANAGING, u.TYPICAL), at_upkeep("tap_chip support", "choose support:8")
    ),
    "upkeep_support-manager": Scene((*MANAGING, u.MANAGER), at_upkeep("tap_chip support")),
    "upkeep_support-open": Scene(
        (*MANAGING, u.WITH_SUPPORT, u.OPEN), at_upkeep("tap_chip support")
    ),
    "upkeep_support-open-manager": Scene(
        (*MANAGING, u.WITH_SUPPORT, u.OPEN_FOR_MANAGER), at_upkeep("tap_chip support")
    ),
    "upkeep_support-longest": Scene(
        (*GERMAN, s.MANAGER_IN, u.WITH_SUPPORT, u.OPEN), at_upkeep("tap_chip support")
    ),
    "upkeep_screen": Scene((*MANAGING, u.TYPICAL), at_upkeep("tap_chip screen")),
    "upkeep_screen-empty": Scene((*MANAGING, u.NO_LIGHT), at_upkeep("tap_chip screen")),
    "upkeep_screen-longest": Scene(
        (*GERMAN, s.MANAGER_IN, u.ROTATED), at_upkeep("tap_chip screen")
    ),
    "upkeep_screen-spanish": Scene(
        (*SPANISH, s.MANAGER_IN, u.ROTATED), at_upkeep("tap_chip screen")
    ),
    "upkeep_power": Scene((*MANAGING, u.TYPICAL), at_upkeep("tap_chip power")),
    "upkeep_power-ask": Scene((*MANAGING, u.WAITS), at_upkeep("tap_chip power", "choose restart")),
    "upkeep_power-longest": Scene(
        (*GERMAN, s.MANAGER_IN, u.WAITS), at_upkeep("tap_chip power", "choose off")
    ),
    "sale-support": Scene((*SELLING, u.WITH_SUPPORT)),
    "sale-support-longest": Scene((*GERMAN, u.WITH_SUPPORT)),
    "sign_in-support": Scene((s.SHOP, s.SIGNED_OUT, u.WITH_SUPPORT)),
    "done-support": Scene((*SELLING, s.DONE, u.WITH_SUPPORT)),
    "cash-support": Scene((*SELLING, s.TENDER, u.WITH_SUPPORT)),
    "door-support": Scene((c.DOOR, s.SIGNED_OUT, u.WITH_SUPPORT, c.PRESENT)),
    "defect": Scene((*SELLING, s.DEFECT)),
    "defect-longest": Scene((*GERMAN, s.DEFECT)),
}
"""A name without a dash is the typical one."""
