"""The canonical bytes are fixed for ever: an independent program must come to the same hash."""

import hashlib
import json
import random
from typing import Any

import pytest

from appliance.journal.access_kinds import (
    ApiRequestDone,
    ApiTokenMade,
    ApiTokenRevoked,
    OneTimeCodeUsed,
    PasswordCodeGiven,
    PasswordProved,
    PasswordSet,
    PasswordTried,
    SecondFactorRemoved,
    SecondFactorSet,
    WebRefused,
    WebRulesChanged,
    WebSignedIn,
    WebSignedOut,
)
from appliance.journal.body import Body
from appliance.journal.clock_kinds import PinProved
from appliance.journal.device_kinds import (
    BadgeGiven,
    BadgeTaken,
    CheckResult,
    DeviceRemoved,
    DevicesChecked,
    DeviceSet,
    DevicesTakenOver,
    DrawerForced,
    LabelMade,
    LabelsMade,
)
from appliance.journal.entry import (
    GENESIS,
    ORIGIN_LETTERS,
    Entry,
    canonical_body,
    chain_hash,
    number_of,
    seal,
)
from appliance.journal.kinds import KINDS, NewProduct, ProductsAdded, decode
from appliance.journal.pay_kinds import (
    Accrued,
    Adjusted,
    AdjustmentAdded,
    AdjustmentRemoved,
    ApprovedDetail,
    BackPaySettled,
    DayWorked,
    HolidayCalendar,
    HolidaySet,
    Lacked,
    LeaveCancelled,
    LeaveGranted,
    LeaveKindDefined,
    LeaveTaken,
    OwnBreak,
    OwnHoliday,
    OwnOvertime,
    PayTermsChanged,
    ShiftBonusSet,
    WeekWorked,
)
from appliance.journal.time_kinds import WagesApproved


def an_entry(body: str) -> Entry:
    return seal(
        Entry(
            origin="K7Q2",
            seq=1041,
            at_ms=1_767_258_000_123,
            clock_ok=True,
            lamport=1041,
            boot="9fa07b6344de",
            boot_ns=8_499_968_289_684,
            actor="K7Q2-12",
            kind="products_added",
            version=1,
            body=body,
            prev_hash=GENESIS,
            hash=b"",
        )
    )


def test_anyone_with_a_json_library_comes_to_the_same_hash() -> None:
    body = canonical_body(
        ProductsAdded(
            products=(NewProduct("Crème brûlée “1”", 250, "A", names={"es": "ñ", "de": "ß"}),)
        )
    )
    entry = an_entry(body)

    by_hand = json.dumps(
        [
            "K7Q2",
            1041,
            1_767_258_000_123,
            True,
            1041,
            "9fa07b6344de",
            8_499_968_289_684,
            "K7Q2-12",
            "products_added",
            1,
            json.loads(body),
        ],
        ensure_ascii=False,
        sort_keys=True,
        separators=(",", ":"),
    ).encode()

    assert entry.hash == hashlib.sha256(GENESIS + by_hand).digest()


def test_the_hash_of_a_known_entry_never_changes() -> None:
    entry = an_entry('{"products":[{"name":"Apple","price_minor":100,"tax_class":"A"}]}')
    assert entry.hash.hex() == "c89404ad548851cc3aa9a04b42d80224b627e68fa8c900b706abd29637e17a7b"


@pytest.mark.parametrize(
    "field", [name for name in Entry._fields if name not in {"hash", "prev_hash", "clock_ok"}]
)
def test_changing_any_field_changes_the_hash(field: str) -> None:
    entry = an_entry('{"products":[]}')
    value = getattr(entry, field)
    changed: Any = (
        value + 1
        if isinstance(value, int)
        else ('{"products":[1]}' if field == "body" else value + "x")
    )
    assert chain_hash(entry._replace(**{field: changed})) != entry.hash


def test_the_clock_mark_and_the_link_are_part_of_the_hash() -> None:
    entry = an_entry("{}")
    assert chain_hash(entry._replace(clock_ok=False)) != entry.hash
    assert chain_hash(entry._replace(prev_hash=b"\1" * 32)) != entry.hash


def test_ids_as_numbers_keep_their_order_and_never_collide() -> None:
    made = random.Random(7)
    ids = {
        (
            "".join(made.choice(ORIGIN_LETTERS) for _ in range(4)),
            made.randrange(1, 1 << 31),
            made.randrange(4096),
        )
        for _ in range(2000)
    }
    letters = {letter: place for place, letter in enumerate(ORIGIN_LETTERS)}
    in_order = sorted(ids, key=lambda one: ([letters[c] for c in one[0]], one[1], one[2]))
    numbers = [number_of(f"{origin}-{seq}.{part}") for origin, seq, part in in_order]
    assert numbers == sorted(set(numbers))
    assert numbers[-1] < 1 << 63


@pytest.mark.parametrize(
    "wrong",
    [
        "",
        "4006381333931",
        "K7Q2",
        "K7Q2-0",
        "K7Q2-01",
        "K7Q2-1.01",
        "k7q2-1",
        "K7Q2-1.4096",
        "IIII-1",
    ],
)
def test_what_is_no_id_is_refused(wrong: str) -> None:
    with pytest.raises(ValueError, match=r"id|large"):
        number_of(wrong)


def test_every_kind_reads_back_what_it_wrote() -> None:
    for kind, body in KINDS.items():
        assert body.kind == kind
    added = ProductsAdded(products=(NewProduct("Apple", 100, "A", barcodes=("x",)),))
    assert decode("products_added", 1, canonical_body(added)) == added


@pytest.mark.parametrize(
    ("body", "text"),
    [
        (DrawerForced(device="drawer"), '{"device":"drawer"}'),
        (
            DeviceSet(device="till printer", device_kind="printer", type="usb", was="printer"),
            '{"device":"till printer","device_kind":"printer","type":"usb","was":"printer"}',
        ),
        (
            DeviceSet(
                "scale",
                "scale",
                "cas",
                options={"port": "/dev/ttyUSB0", "on": True, "baud": 9600, "as": ("a", "b")},
            ),
            '{"device":"scale","device_kind":"scale","options":{"as":["a","b"],"baud":9600,"on":true,"port":"/dev/ttyUSB0"},"type":"cas"}',
        ),
        (DeviceRemoved(device="printer"), '{"device":"printer"}'),
        (DevicesTakenOver("K7Q2", ("printer",)), '{"devices":["printer"],"was":"K7Q2"}'),
        (
            DevicesChecked(
                results=(CheckResult("printer", "printer_prints", "failed", "paper_out"),)
            ),
            '{"results":[{"code":"paper_out","device":"printer","state":"failed","step":"printer_prints"}]}',
        ),
        (
            BadgeGiven(employee="K7Q2-3", marks=("a", "b")),
            '{"employee":"K7Q2-3","marks":["a","b"]}',
        ),
        (PinProved(employee="K7Q2-3"), '{"employee":"K7Q2-3"}'),
        (BadgeTaken(employee="K7Q2-3", marks=("a",)), '{"employee":"K7Q2-3","marks":["a"]}'),
        (
            LabelsMade(on="sheets", labels=(LabelMade("K7Q2-5.1", "Äpfel", 299, "kilogram"),)),
            '{"labels":[{"name":"Äpfel","price_minor":299,"product":"K7Q2-5.1","unit":"kilogram"}],"on":"sheets"}',
        ),
    ],
)
def test_what_happens_to_devices_is_written_in_these_bytes_for_ever(body: Body, text: str) -> None:
    assert canonical_body(body) == text
    assert decode(body.kind, 1, text) == body


@pytest.mark.parametrize(
    ("body", "text"),
    [
        (
            PayTermsChanged(
                breaks="own",
                own_breaks=(OwnBreak(1, 2),),
                meals_waived=True,
                own_overtime=OwnOvertime(weekly_after_ms=3),
                holidays=HolidayCalendar("US", "CA"),
                holiday_ppm=4,
                holiday_ms=5,
            ),
            '{"breaks":"own","holiday_ms":5,"holiday_ppm":4,"holidays":{"country":"US","subdivision":"CA"},"meals_waived":true,"own_breaks":[{"after_ms":1,"length_ms":2}],"own_overtime":{"weekly_after_ms":3}}',
        ),
        (PayTermsChanged(holidays=None), '{"holidays":null}'),
        (
            ShiftBonusSet("n", "2026-01-01", 5, "Nacht", "shift", "till", 1, 2, (6,)),
            '{"amount_minor":5,"code":"n","from_day":"2026-01-01","from_minute":1,"job":"till","name":"Nacht","per":"shift","to_minute":2,"weekdays":[6]}',
        ),
        (
            ShiftBonusSet("n", "2026-01-01", None),
            '{"amount_minor":null,"code":"n","from_day":"2026-01-01"}',
        ),
        (
            HolidaySet("2026-01-01", OwnHoliday("New Year", hours_ms=1)),
            '{"day":"2026-01-01","holiday":{"hours_ms":1,"name":"New Year"}}',
        ),
        (HolidaySet("2026-01-01", None), '{"day":"2026-01-01","holiday":null}'),
        (LeaveKindDefined("sick", accrual_ppm=1), '{"accrual_ppm":1,"code":"sick"}'),
        (
            LeaveGranted("K7Q2-1", "sick", "2026-01-01", 1),
            '{"day":"2026-01-01","employee":"K7Q2-1","leave":"sick","length_ms":1}',
        ),
        (
            LeaveTaken("K7Q2-1", "sick", ("2026-01-01",), 1, "flu"),
            '{"days":["2026-01-01"],"employee":"K7Q2-1","leave":"sick","length_ms":1,"reason":"flu"}',
        ),
        (LeaveCancelled("K7Q2-2", "why"), '{"leave":"K7Q2-2","reason":"why"}'),
        (
            AdjustmentAdded("K7Q2-1", "2026-01-01", "tools", "Knife", -5),
            '{"adjustment_kind":"tools","amount_minor":-5,"day":"2026-01-01","employee":"K7Q2-1","name":"Knife"}',
        ),
        (AdjustmentRemoved("K7Q2-2", "why"), '{"adjustment":"K7Q2-2","reason":"why"}'),
        (
            BackPaySettled("K7Q2-1", "K7Q2-2", "ab", "2026-01-01", 5),
            '{"amount_minor":5,"approval":"K7Q2-2","day":"2026-01-01","employee":"K7Q2-1","facts":"ab"}',
        ),
        (
            WagesApproved(
                "K7Q2-1", "2026-01-01", "2026-01-31", "none", "EUR", 1, (), 2,
                ApprovedDetail(
                    1, 2, "ab", 3,
                    days=(DayWorked("2026-01-01", 1),),
                    weeks=(WeekWorked("2025-12-29", 1, 2, 3),),
                    adjustments=(Adjusted("2026-01-01", "tools", "Knife", -5),),
                    accrued=(Accrued("sick", 1),),
                    lacked=(Lacked("2026-01-01", "break", 4, 5),),
                    terms={"zone": "UTC", "round_minutes": 5},
                ),
            ),
            '{"currency":"EUR","detail":{"accrued":[{"leave":"sick","length_ms":1}],"adjustments":[{"adjustment_kind":"tools","amount_minor":-5,"day":"2026-01-01","name":"Knife"}],"begins_ms":1,"days":[{"day":"2026-01-01","worked_ms":1}],"ends_ms":2,"facts":"ab","lacked":[{"day":"2026-01-01","length_ms":4,"taken_ms":5,"why":"break"}],"net_minor":3,"terms":{"round_minutes":5,"zone":"UTC"},"weeks":[{"overtime_ms":2,"regular_rate_minor":3,"week":"2025-12-29","worked_ms":1}]},"employee":"K7Q2-1","from_day":"2026-01-01","lines":[],"rules":"none","to_day":"2026-01-31","total_minor":2,"worked_ms":1}',
        ),
        (
            WagesApproved("K7Q2-1", "2026-01-01", "2026-01-31", "none", "EUR", 1, (), 2),
            '{"currency":"EUR","employee":"K7Q2-1","from_day":"2026-01-01","lines":[],"rules":"none","to_day":"2026-01-31","total_minor":2,"worked_ms":1}',
        ),
    ],
)  # fmt: skip
def test_what_pay_is_made_of_is_written_in_these_bytes_for_ever(body: Body, text: str) -> None:
    assert canonical_body(body) == text
    assert decode(body.kind, 1, text) == body


@pytest.mark.parametrize(
    ("body", "text"),
    [
        (PasswordTried("K7Q2-1", "192.0.2.7"), '{"address":"192.0.2.7","who":"K7Q2-1"}'),
        (
            PasswordTried("?3f", "192.0.2.7", "code"),
            '{"address":"192.0.2.7","what":"code","who":"?3f"}',
        ),
        (PasswordProved("K7Q2-1", "::1"), '{"address":"::1","employee":"K7Q2-1"}'),
        (
            WebRefused("K7Q2-1", "::1", "role", "people.index"),
            '{"address":"::1","what":"people.index","who":"K7Q2-1","why":"role"}',
        ),
        (
            PasswordSet("K7Q2-1", "$argon2id$", "own"),
            '{"by":"own","employee":"K7Q2-1","password_hash":"$argon2id$"}',
        ),
        (
            PasswordCodeGiven("K7Q2-1", "ab", 5),
            '{"code_hash":"ab","employee":"K7Q2-1","until_ms":5}',
        ),
        (
            SecondFactorSet("K7Q2-1", "c2Vh", ("a", "b")),
            '{"employee":"K7Q2-1","recovery":["a","b"],"secret":"c2Vh"}',
        ),
        (SecondFactorRemoved("K7Q2-1"), '{"employee":"K7Q2-1"}'),
        (OneTimeCodeUsed("K7Q2-1", "t5"), '{"code":"t5","employee":"K7Q2-1"}'),
        (
            WebSignedIn("K7Q2-1", "ab", "K7Q2-2", 5, "::1", "Firefox", second=True),
            '{"address":"::1","agent":"Firefox","employee":"K7Q2-1","password":"K7Q2-2","second":true,"session":"ab","until_ms":5}',
        ),
        (WebSignedOut("K7Q2-1", "ab", "idle"), '{"employee":"K7Q2-1","session":"ab","why":"idle"}'),
        (WebRulesChanged(second_factor=True), '{"second_factor":true}'),
        (WebRulesChanged(cashiers=False), '{"cashiers":false}'),
        (
            ApiTokenMade("ab", "K7Q2-1", "Web shop", "manager", "cd", 5),
            '{"employee":"K7Q2-1","name":"Web shop","role":"manager","token":"ab","token_hash":"cd","until_ms":5}',
        ),
        (ApiTokenRevoked("ab"), '{"token":"ab"}'),
        (
            ApiRequestDone("ab", "cd", "ef", "{}"),
            '{"answer":"{}","key":"cd","request":"ef","token":"ab"}',
        ),
    ],
)
def test_who_comes_in_is_written_in_these_bytes_for_ever(body: Body, text: str) -> None:
    assert canonical_body(body) == text
    assert decode(body.kind, 1, text) == body
