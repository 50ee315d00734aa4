"""What is written of the people who work here stays readable for ever."""

from pathlib import Path

import pytest

from appliance.journal.body import Body
from appliance.journal.entry import canonical_body
from appliance.journal.kinds import decode
from appliance.journal.staff_kinds import BadgeLabelled, EmployeeDetailed, JobAssigned
from tests.appliance.trading import _THINGS, dump, open_trader


@pytest.mark.parametrize(
    ("body", "text"),
    [
        (
            EmployeeDetailed("K7Q2-3", "Ring 1, Köln", "2008-02-29", "female", "baker"),
            (
                '{"address":"Ring 1, Köln","born_day":"2008-02-29","employee":"K7Q2-3",'
                '"occupation":"baker","sex":"female"}'
            ),
        ),
        (
            EmployeeDetailed("K7Q2-3", hired_day="2026-01-01", left_day=""),
            '{"employee":"K7Q2-3","hired_day":"2026-01-01","left_day":""}',
        ),
        (
            JobAssigned("K7Q2-3", "bakery", assigned=False),
            '{"assigned":false,"employee":"K7Q2-3","job":"bakery"}',
        ),
        (
            BadgeLabelled("K7Q2-9", "blue fob"),
            '{"badge":"K7Q2-9","label":"blue fob"}',
        ),
    ],
)
def test_what_is_said_of_people_is_written_in_these_bytes_for_ever(body: Body, text: str) -> None:
    assert canonical_body(body) == text
    assert decode(body.kind, 1, text) == body


@pytest.mark.parametrize(
    ("earlier", "later"),
    [
        (EmployeeDetailed("K7Q2-3", address="old"), EmployeeDetailed("K7Q2-3", address="new")),
        (JobAssigned("K7Q2-3", "bar", True), JobAssigned("K7Q2-3", "bar", False)),
        (BadgeLabelled("K7Q2-9", "old"), BadgeLabelled("K7Q2-9", "new")),
    ],
)
def test_what_two_registers_say_of_the_same_person_comes_out_the_same_in_any_order(
    tmp_path: Path, earlier: Body, later: Body
) -> None:
    one, two = open_trader(tmp_path / "one", "AAAA"), open_trader(tmp_path / "two", "ZZZZ")
    one.book.record("", earlier)
    two.book.record("", JobAssigned("K7Q2-4", "bar", True), later)
    entries = list(one.shelf.entries()), list(two.shelf.entries())
    found = []
    for place, order in enumerate((entries, entries[::-1])):
        reader = open_trader(tmp_path / f"reader {place}", "WWWW")
        for part in order:
            reader.book.receive(part)
        found.append(dump(reader.shelf))
        assert reader.shelf.differences() == ()
        reader.shelf.close()
    assert found[0] == found[1]
    for trader in (one, two):
        trader.shelf.close()


def test_every_made_up_thing_comes_in_all_its_cases() -> None:
    assert all(len(_THINGS) % divisor for divisor in range(2, 10))
