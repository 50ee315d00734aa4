"""Why the till did not start, from texts as the journal of a machine had them."""

from pathlib import Path

import pytest

from appliance.problems import as_line
from appliance.rescue import pages, why
from appliance.store.database import StoreReadOnly
from appliance.words import LANGUAGES, Words
from tests.appliance.caretaker.conftest import called, play  # noqa: F401 - fixtures

START = "Starting open-pos-register.service - open-pos: till..."
ENDED = """open-pos-register.service: Main process exited, code=exited, status=2/INVALIDARGUMENT
open-pos-register.service: Failed with result 'exit-code'.
Failed to start open-pos-register.service - open-pos: till."""

TOLD = (
    'refused: {"code": "bad_configuration", "fields": {"where": "/etc/open-pos/open-pos.toml", '
    """"why": "unknown key [screen] 'rotaton': did you mean 'rotation'?"}}"""
)
REFUSED = f"""{START}
There is a mistake in the configuration: /etc/open-pos/open-pos.toml: unknown key [screen] 'rotaton' (bad_configuration)
{TOLD}
{ENDED}"""

FULL = f"""{START}
2026-11-30 12:19:25,003 CRITICAL register appliance.owner: thread register died
Traceback (most recent call last):
  File "/usr/lib/open-pos/lib/python3.13/site-packages/appliance/owner.py", line 92, in _work
    register = self._build()
OSError: [Errno 28] No space left on device: '/var/lib/open-pos/ballast'
open-pos-register.service: Main process exited, code=exited, status=70/SOFTWARE
open-pos-register.service: Failed with result 'exit-code'.
open-pos-register.service: Scheduled restart job, restart counter is at 3.
open-pos-register.service: Start request repeated too quickly.
open-pos-register.service: Failed with result 'exit-code'.
Failed to start open-pos-register.service - open-pos: till."""

X = """Starting open-pos-x.service - open-pos: screen...
X.Org X Server 1.21.1.7
X Protocol Version 11, Revision 0
(++) Log file: "/run/open-pos-x/log", Time: Mon Nov 30 12:15:33 2026
(++) Using config directory: "/run/open-pos-x/xorg.conf.d"
(EE)
Fatal server error:
(EE) no screens found(EE)
(EE)
Please consult the The X.Org Foundation support
\t at http://wiki.x.org
 for help.
(EE) Please also check the log file at "/run/open-pos-x/log" for additional information.
(EE) Server terminated with error (1). Closing log file.
open-pos-x.service: Main process exited, code=exited, status=1/FAILURE
open-pos-x.service: Failed with result 'exit-code'.
Failed to start open-pos-x.service - open-pos: screen."""

DAMAGED = f"""{START}
Traceback (most recent call last):
  File "/usr/bin/open-pos", line 5, in <module>
    from appliance.entry import main
  File "/usr/lib/open-pos/lib/python3.13/site-packages/appliance/__main__.py", line 13, in <module>
    from msgspec.structs import replace
ModuleNotFoundError: No module named 'msgspec'
open-pos-register.service: Main process exited, code=exited, status=1/FAILURE"""

SILENT = f"""{START}
Started open-pos-register.service - open-pos: till.
open-pos-register.service: Watchdog timeout (limit 30s)!
open-pos-register.service: Killing process 812 (open-pos) with signal SIGABRT.
open-pos-register.service: Failed with result 'watchdog'."""

DEFECT = f"""{START}
Traceback (most recent call last):
  File "/usr/lib/open-pos/lib/python3.13/site-packages/kiosk_ui/app.py", line 132, in build
    root = presenters.root.window
AttributeError: 'NoneType' object has no attribute 'window'
open-pos-register.service: Main process exited, code=exited, status=1/FAILURE
open-pos-register.service: Failed with result 'exit-code'."""

KILLED = f"""{START}
open-pos-register.service: A process of this unit has been killed by the OOM killer.
open-pos-register.service: Failed with result 'oom-kill'."""


@pytest.mark.parametrize(
    ("till", "screen", "code"),
    [
        (REFUSED, "", "bad_configuration"),
        (FULL, "", "disk_full"),
        ("", X, "no_screen"),
        (DAMAGED, "", "program_damaged"),
        (SILENT, "", "silent"),
        (KILLED, "", "memory_full"),
        (DEFECT, "", "unknown"),
        ("", "", "unknown"),
    ],
)
def test_the_journal_is_boiled_down_to_one_reason(till: str, screen: str, code: str) -> None:
    assert why.judge(till.splitlines(), screen.splitlines()).code == code


def test_a_refusal_brings_its_fields_along() -> None:
    found = why.judge(REFUSED.splitlines(), [])
    assert found.fields["where"] == "/etc/open-pos/open-pos.toml"
    assert "'rotaton'" in pages.reason(Words("en"), found)


def test_the_newest_start_counts() -> None:
    assert why.judge([*FULL.splitlines(), *REFUSED.splitlines()], []).code == "bad_configuration"
    assert why.judge([*REFUSED.splitlines(), *FULL.splitlines()], []).code == "disk_full"


def test_a_start_that_was_not_even_tried_does_not_hide_the_one_before() -> None:
    refused_at_once = [START, "Failed to start open-pos-register.service - open-pos: till."]
    assert why.judge([*FULL.splitlines(), *refused_at_once], []).code == "disk_full"


def test_what_the_till_says_in_a_log_is_found() -> None:
    line = f"2026-11-30 12:00:00,000 ERROR register appliance.owner: {as_line(StoreReadOnly(path='/x'))}"
    assert why.judge([START, line], [])[:2] == ("store_read_only", {"path": "/x"})


def test_of_a_defect_the_last_line_is_shown() -> None:
    assert why.judge(DEFECT.splitlines(), []).line.startswith("AttributeError: 'NoneType'")


def test_a_full_card_is_seen_without_a_word() -> None:
    assert why.judge(SILENT.splitlines(), [], free=1000).code == "disk_full"


@pytest.mark.parametrize(
    "line", ["refused: {", 'refused: {"code": 3}', "refused: []", "refused: 3"]
)
def test_a_line_that_is_broken_is_none(line: str) -> None:
    assert why.judge([START, line], []).code == "unknown"


def test_the_journal_is_asked_for_both_units(play: object, called: Path, tmp_path: Path) -> None:  # noqa: F811
    play("journalctl", REFUSED)  # type: ignore[operator]
    assert why.find(tmp_path).code == "bad_configuration"
    asked = (called / "calls").read_text()
    assert "--unit=open-pos-register.service" in asked
    assert "--unit=open-pos-x.service" in asked


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_reason_has_a_sentence_and_what_to_do(language: str) -> None:
    words = Words(language)
    for code, _ in why.SIGNS:
        assert words(f"rescue.why.{code}") != f"rescue.why.{code}"
    for mend in {*pages._MENDED_LIKE.values(), *pages._WITHOUT.values(), "call"}:
        assert words(f"rescue.mend.{mend}") != f"rescue.mend.{mend}"
