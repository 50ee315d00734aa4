"""What is written of the people who work here stays readable for ever."""

import pytest

from appliance.journal.body import Body
from appliance.journal.entry import canonical_body
from appliance.journal.kinds import decode
from appliance.journal.staff_kinds import BadgeLabelled, EmployeeDetailed, JobAssigned


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
