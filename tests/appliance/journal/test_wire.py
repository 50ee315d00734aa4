"""What crosses the network: a batch comes out as it went in, and rubbish is refused."""

import gzip
import random
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.journal.entry import GENESIS, Entry, canonical_body, seal
from appliance.journal.kinds import CategoryAdded
from appliance.journal.lines import MOST_DEEP, NotAJournal, from_line, to_line
from appliance.journal.wire import (
    BATCH_BYTES,
    BATCH_ENTRIES,
    MOST_BYTES,
    BatchTooLarge,
    cut,
    pack,
    unpack,
)


def chained(*names: str) -> list[Entry]:
    """Entries of one origin, one category each."""
    made: list[Entry] = []
    for seq, name in enumerate(names, 1):
        body = CategoryAdded(name)
        made.append(
            seal(
                Entry(
                    origin="K7Q2",
                    seq=seq,
                    at_ms=seq,
                    clock_ok=True,
                    lamport=seq,
                    boot="boot",
                    boot_ns=seq,
                    actor="",
                    kind=body.kind,
                    version=1,
                    body=canonical_body(body),
                    prev_hash=made[-1].hash if made else GENESIS,
                    hash=b"",
                )
            )
        )
    return made


@given(st.lists(st.text(), max_size=5))
def test_a_batch_comes_out_as_it_went_in(names: list[str]) -> None:
    entries = chained(*names)
    assert list(unpack(pack(entries))) == entries


@pytest.mark.parametrize("name", ["\x0b", "\x1c", "\x85", "\u2028", "\r", "\n", "\r\n", "\x00"])
def test_what_others_take_for_the_end_of_a_line_is_none(name: str) -> None:
    entries = chained(name, "two")
    assert list(unpack(pack(entries))) == entries


def test_a_batch_of_more_lines_than_one_has_is_refused_before_it_is_taken_apart() -> None:
    whole = chained(*("x" * BATCH_ENTRIES))
    assert list(unpack(pack(whole))) == whole
    for text in (b"\n" * (BATCH_ENTRIES + 1), b"\n" * (31 << 20)):
        with pytest.raises(NotAJournal) as no:
            unpack(gzip.compress(text))
        assert no.value.fields["line"] == BATCH_ENTRIES + 1


@pytest.mark.parametrize("depth", [MOST_DEEP + 1, 1_100, 100_000])
@pytest.mark.parametrize(("opens", "closes"), [("[", "]"), ('{"a":', "}"), ('["]",[[],', "]]")])
def test_a_body_that_is_nested_too_deep_is_refused(depth: int, opens: str, closes: str) -> None:
    [entry] = chained("one")
    body = opens * depth + "1" + closes * depth
    with pytest.raises(NotAJournal):
        from_line(to_line(entry).replace(entry.body, body), 1)


def test_a_body_with_many_brackets_is_none_of_those() -> None:
    [entry] = chained("one")
    many = "[" + ",".join(['{"a":["[[[[",{"}":[]}]}'] * 500) + "]"
    deep = "[" * MOST_DEEP + "1" + "]" * MOST_DEEP
    for body in (many, deep):
        assert from_line(to_line(entry).replace(entry.body, body), 1).body == body


@pytest.mark.parametrize("origin", ["", "K7Q", "K7QU", "k7q2", "K7Q2\\n", "a odd long name"])
def test_an_entry_of_what_is_no_origin_is_refused(origin: str) -> None:
    [entry] = chained("one")
    with pytest.raises(NotAJournal):
        from_line(to_line(entry).replace("K7Q2", origin), 1)


def test_any_damaged_batch_is_refused_or_the_same() -> None:
    entries = chained("one", "two", "three")
    packed = pack(entries)
    chance = random.Random(7)
    for _try in range(400):
        damaged = bytearray(packed)
        if chance.random() < 0.5:
            del damaged[chance.randrange(len(damaged)) :]
        else:
            damaged[chance.randrange(len(damaged))] ^= 1 << chance.randrange(8)
        try:
            found = list(unpack(bytes(damaged)))
        except NotAJournal:
            continue
        assert found == entries


@pytest.mark.parametrize(
    "packed",
    [b"", b"{}", b"\x1f\x8b", gzip.compress(b"{}", mtime=0), gzip.compress(b"\xff\xfe", mtime=0)],
)
def test_what_is_no_batch_is_refused(packed: bytes) -> None:
    with pytest.raises(NotAJournal):
        unpack(packed)


def test_two_batches_in_one_are_refused() -> None:
    with pytest.raises(NotAJournal):
        unpack(pack(chained("one")) * 2)


def test_a_bomb_is_not_unpacked() -> None:
    with pytest.raises(BatchTooLarge):
        unpack(gzip.compress(b"x" * (MOST_BYTES + 1)))


def test_a_batch_ends_by_count_and_by_size() -> None:
    entries = chained("one") * (BATCH_ENTRIES + 5)
    assert len(cut(entries)) == BATCH_ENTRIES
    large = chained("x" * BATCH_BYTES, "two")
    assert len(cut(large)) == 1
    assert list(cut([])) == []


def test_an_import_keeps_the_same_odd_characters(tmp_path: Path) -> None:
    """A file of lines is read by its line ends only, as a batch is."""
    entries = chained("\x85", "\u2028")
    file = tmp_path / "journal.jsonl"
    file.write_text("".join(to_line(one) + "\n" for one in entries), encoding="utf-8")
    with file.open(encoding="utf-8") as lines:
        assert [from_line(line, 1) for line in lines] == entries
