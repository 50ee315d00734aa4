"""What is written of schedule, refused punches and first start, byte by byte: a journal of today is read for ever."""

import pytest

from appliance.journal.body import Body
from appliance.journal.entry import canonical_body
from appliance.journal.first_start_kinds import FirstStartStepped
from appliance.journal.kinds import decode
from appliance.journal.plan_kinds import EarlyAllowed, ShiftChanged, ShiftDropped, ShiftPlanned
from appliance.journal.time_kinds import PayRulesChanged
from appliance.journal.trust_kinds import OriginKnown, PunchRefused


@pytest.mark.parametrize(
    ("body", "text"),
    [
        (
            ShiftPlanned("K7Q2-3", 1_767_258_000_000, 1_767_286_800_000, "till", "keys"),
            '{"begins_ms":1767258000000,"employee":"K7Q2-3","ends_ms":1767286800000,"job":"till","note":"keys"}',
        ),
        (ShiftPlanned("K7Q2-3", 1, 2), '{"begins_ms":1,"employee":"K7Q2-3","ends_ms":2}'),
        (ShiftChanged("K7Q2-9", times=(1, 2)), '{"shift":"K7Q2-9","times":[1,2]}'),
        (
            ShiftChanged("K7Q2-9", employee="K7Q2-4", job="", note="x"),
            '{"employee":"K7Q2-4","job":"","note":"x","shift":"K7Q2-9"}',
        ),
        (ShiftDropped("K7Q2-9"), '{"shift":"K7Q2-9"}'),
        (EarlyAllowed("K7Q2-9"), '{"shift":"K7Q2-9"}'),
        (PunchRefused("replayed", "till"), '{"place":"till","why":"replayed"}'),
        (
            PunchRefused("not_here", "web", "K7Q2-3", "server", "pin", more=True),
            '{"by":"pin","device":"server","employee":"K7Q2-3","more":true,"place":"web","why":"not_here"}',
        ),
        (
            OriginKnown("M4TN", "door", "Back door", known=False),
            '{"device":"M4TN","known":false,"name":"Back door","place":"door"}',
        ),
        (FirstStartStepped("owner", "skipped"), '{"how":"skipped","step":"owner"}'),
        (
            FirstStartStepped("country", "file", "DE"),
            '{"choice":"DE","how":"file","step":"country"}',
        ),
        (
            PayRulesChanged(early_minutes=-1, late_minutes=10),
            '{"early_minutes":-1,"late_minutes":10}',
        ),
    ],
)
def test_the_plan_and_what_was_refused_are_written_in_these_bytes_for_ever(
    body: Body, text: str
) -> None:
    assert canonical_body(body) == text
    assert decode(body.kind, 1, text) == body
