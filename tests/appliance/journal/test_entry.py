"""The canonical bytes are fixed for ever: an independent program must come to the same hash."""

import hashlib
import json
import random
from typing import Any

import pytest

from appliance.journal.body import Body
from appliance.journal.clock_kinds import PinProved
from appliance.journal.entry import (
    GENESIS,
    ORIGIN_LETTERS,
    Entry,
    canonical_body,
    chain_hash,
    number_of,
    seal,
)
from appliance.journal.kinds import (
    KINDS,
    BadgeGiven,
    BadgeTaken,
    CheckResult,
    DeviceRemoved,
    DevicesChecked,
    DeviceSet,
    DrawerForced,
    LabelMade,
    LabelsMade,
    NewProduct,
    ProductsAdded,
    decode,
)


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
        (DeviceRemoved(device="printer"), '{"device":"printer"}'),
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
