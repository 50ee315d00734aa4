"""`open-pos caretaker`: root's verbs, begun without the rest of the program."""

import subprocess
import sys
from importlib.util import find_spec

import pytest

from appliance import __main__ as everything
from appliance import caretaker


@pytest.fixture(autouse=True)
def english(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LANG", "en_GB.UTF-8")


def test_only_root_may_do_root_s_work(capsys: pytest.CaptureFixture[str]) -> None:
    assert caretaker.main(["support", "open"], uid=1000) == caretaker.USAGE_EXIT
    assert "Only root" in capsys.readouterr().err


def test_a_verb_that_is_none_is_answered_with_those_that_are(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert caretaker.main(["dance"], uid=0) == caretaker.USAGE_EXIT
    said = capsys.readouterr().err
    assert '"dance"' in said
    assert ", ".join(caretaker.VERBS) in said
    assert caretaker.main([], uid=0) == caretaker.USAGE_EXIT


@pytest.mark.parametrize("verb", caretaker.VERBS)
def test_each_verb_that_is_built_has_a_main(verb: str) -> None:
    if find_spec(f"appliance.caretaker.{verb}") is None:
        pytest.skip("not built yet")
    module = __import__(f"appliance.caretaker.{verb}", fromlist=["main"])
    assert callable(module.main)


def test_the_whole_command_line_knows_the_caretaker_too(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert everything.main(["caretaker", "dance", "--minutes", "3"]) == caretaker.USAGE_EXIT
    assert '"dance"' in capsys.readouterr().err


def test_the_caretaker_begins_without_any_library() -> None:
    # -S: without site-packages, where every library lives.
    code = "import sys; sys.argv[1:] = ['caretaker', 'dance']; from appliance.entry import main; sys.exit(main())"
    ended = subprocess.run(
        [sys.executable, "-S", "-c", code], check=False, capture_output=True, text=True
    )
    assert (ended.returncode, "dance" in ended.stderr) == (caretaker.USAGE_EXIT, True), ended.stderr
