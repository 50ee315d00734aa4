"""Which of the card's two systems starts, through every way that an update can go."""

from pathlib import Path

import pytest

from appliance.caretaker import slot
from appliance.caretaker.slot import Slots

FIRST = "[all]\ntryboot_a_b=1\nboot_partition=2\n[tryboot]\nboot_partition=3\n"
SECOND = "[all]\ntryboot_a_b=1\nboot_partition=3\n[tryboot]\nboot_partition=2\n"


class Board:
    """A card's settings as files, and a firmware that does what its documentation says."""

    def __init__(self, folder: Path) -> None:
        self.slots = Slots(
            folder / "boot",
            folder / "data" / "slots.json",
            folder / "cmdline",
            folder / "run" / "reboot-param",
        )
        self.slots.settings.mkdir()
        (self.slots.settings / "autoboot.txt").write_text(FIRST)
        self.start()

    @property
    def autoboot(self) -> str:
        return (self.slots.settings / "autoboot.txt").read_text()

    def start(self, *, is_trying: bool = False) -> str:
        """Power comes; what was in memory is gone."""
        self.slots.restart_with.unlink(missing_ok=True)
        section = self.autoboot.split("[tryboot]")[1 if is_trying else 0]
        name = {"2": "A", "3": "B"}[section.split("boot_partition=")[1].split()[0]]
        self.slots.command_line.write_text(f"quiet rauc.slot={name} root=PARTUUID=1-0{name}\n")
        return name

    def restart(self) -> str:
        self.slots.leaving()
        return self.start(is_trying=self.slots.restart_with.exists())


@pytest.fixture
def board(tmp_path: Path) -> Board:
    return Board(tmp_path)


def install(slots: Slots, name: str = "B") -> None:
    """What RAUC tells its boot loader when it installs."""
    slots.judge(name, "bad")
    slots.choose(name)


def test_a_new_system_is_tried_and_then_kept(board: Board) -> None:
    install(board.slots)
    assert board.autoboot == FIRST
    assert board.slots.primary() == "B"
    assert board.restart() == "B"
    board.slots.judge("B", "good")
    assert board.autoboot == SECOND
    assert board.slots.noted().trial == ""
    assert board.restart() == "B"
    assert board.slots.state("A") == board.slots.state("B") == "good"


def test_a_new_system_that_is_never_judged_good_is_gone_at_the_next_start(board: Board) -> None:
    install(board.slots)
    assert board.restart() == "B"
    assert board.start() == "A"
    noted = board.slots.noted()
    assert (noted.trial, noted.is_asked) == ("B", True)
    board.slots.choose("A")
    assert board.slots.primary() == "A"
    assert board.restart() == "A"


def test_power_that_goes_before_the_restart_is_not_a_failed_trial(board: Board) -> None:
    install(board.slots)
    assert board.start() == "A"
    noted = board.slots.noted()
    assert (noted.trial, noted.is_asked) == ("B", False)
    board.slots.arm()
    assert board.restart() == "B"


def test_power_that_goes_just_when_it_was_kept_leaves_both_systems_good(board: Board) -> None:
    install(board.slots)
    assert board.restart() == "B"
    # autoboot.txt names it, and nothing of that was noted yet.
    (board.slots.settings / "autoboot.txt").write_text(SECOND)
    assert board.start() == "B"
    assert board.slots.settle()
    assert board.slots.noted().trial == ""
    assert [board.slots.state(name) for name in ("A", "B")] == ["good", "good"]
    assert not board.slots.settle()


def test_a_trial_that_has_not_ended_is_not_settled(board: Board) -> None:
    install(board.slots)
    assert not board.slots.settle()
    board.restart()
    assert not board.slots.settle()
    assert board.start() == "A"
    assert not board.slots.settle()
    assert board.slots.noted().trial == "B"


def test_the_way_back_is_a_trial_too(board: Board) -> None:
    install(board.slots)
    board.restart()
    board.slots.judge("B", "good")
    install(board.slots, "A")
    assert board.autoboot == SECOND
    assert board.restart() == "A"
    board.slots.judge("A", "good")
    assert board.autoboot == FIRST


def test_notes_that_cannot_be_read_count_as_none(board: Board) -> None:
    board.slots.notes.parent.mkdir(parents=True)
    for rubbish in ("", "{", "[]", '{"trial": 1}', '{"trial": "B", "is_asked": 1, "states": 7}'):
        board.slots.notes.write_text(rubbish)
        assert board.slots.noted().trial == ""
        assert board.slots.primary() == "A"


@pytest.mark.parametrize("text", ["", "rubbish", FIRST.replace("2", "7"), FIRST + "more\n"])
def test_a_foreign_autoboot_is_never_written_over(
    board: Board, text: str, capsys: pytest.CaptureFixture[str]
) -> None:
    (board.slots.settings / "autoboot.txt").write_text(text)
    board.slots.command_line.write_text("rauc.slot=B")
    board.slots.notes.parent.mkdir(parents=True, exist_ok=True)
    assert slot.main(["set-state", "B", "good"], board.slots) == 1
    assert "autoboot.txt" in capsys.readouterr().err
    assert board.autoboot == text


def test_rauc_is_answered_in_its_own_words(
    board: Board, capsys: pytest.CaptureFixture[str]
) -> None:
    def ask(*words: str) -> str:
        assert slot.main(words, board.slots) == 0
        return capsys.readouterr().out

    assert ask("get-primary") == "A\n"
    assert ask("get-current") == "A\n"
    assert ask("get-state", "B") == "bad\n"
    assert ask("set-state", "B", "good") == ""
    assert ask("get-state", "B") == "good\n"
    assert ask("set-primary", "B") == ""
    assert ask("get-primary") == "B\n"
    assert board.slots.restart_with.read_text() == "0 tryboot"
    for words in ([], ["get-state"], ["get-state", "C"], ["set-state", "A", "fine"], ["erase"]):
        assert slot.main(words, board.slots) == 64


def test_a_computer_that_is_no_register_says_so(
    board: Board, capsys: pytest.CaptureFixture[str]
) -> None:
    board.slots.command_line.write_text("quiet splash\n")
    assert slot.main(["get-current"], board.slots) == 1
    assert "rauc.slot" in capsys.readouterr().err
