"""What is written of the machine, byte by byte: a journal of today is read for ever."""

import pytest

from appliance.journal.body import Body
from appliance.journal.entry import canonical_body
from appliance.journal.kinds import decode
from appliance.journal.upkeep_kinds import (
    BackupMade,
    BackupPlanned,
    CopiedOut,
    PowerAsked,
    ScreenChanged,
    SoftwareCame,
    SoftwareChosen,
    SoftwareEnded,
    SoftwareRemoved,
    SupportClosed,
    SupportOpened,
)


@pytest.mark.parametrize(
    ("body", "text"),
    [
        (
            BackupMade("a.backup", 12, 3, "ab", "key", proven=True),
            '{"entries":3,"file":"a.backup","lock":"key","proven":true,"sha256":"ab","size":12}',
        ),
        (
            BackupPlanned(True, ("age1q",), 14),
            '{"keep":14,"nightly":true,"recipients":["age1q"]}',
        ),
        (CopiedOut("journal", "a.jsonl"), '{"file":"a.jsonl","what":"journal"}'),
        (SoftwareChosen("a.raucb"), '{"file":"a.raucb"}'),
        (SoftwareChosen("a.raucb", "1.2"), '{"file":"a.raucb","program":"1.2"}'),
        (
            SoftwareEnded("returned", "1.2", "no_screen", "b1"),
            '{"boot":"b1","program":"1.2","state":"returned","why":"no_screen"}',
        ),
        (
            SoftwareCame("a.raucb", "1.2", 12, "ab"),
            '{"file":"a.raucb","program":"1.2","sha256":"ab","size":12}',
        ),
        (SoftwareRemoved("a.raucb"), '{"file":"a.raucb"}'),
        (SupportOpened(8), '{"hours":8}'),
        (SupportClosed("time"), '{"why":"time"}'),
        (PowerAsked("off"), '{"what":"off"}'),
        (PowerAsked("restart", 3), '{"lines":3,"what":"restart"}'),
        (ScreenChanged(rotation=90), '{"rotation":90}'),
        (
            ScreenChanged(text_percent=120, dark=False, brightness_percent=60),
            '{"brightness_percent":60,"dark":false,"text_percent":120}',
        ),
    ],
)
def test_what_was_done_to_the_machine_is_written_in_these_bytes_for_ever(
    body: Body, text: str
) -> None:
    assert canonical_body(body) == text
    assert decode(body.kind, 1, text) == body
