"""Files that are whole at every moment."""

import os
import stat
from pathlib import Path

import pytest

from appliance import whole_file
from appliance.services import people


def mode_of(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_a_file_takes_the_place_of_another_and_nothing_else_is_left(tmp_path: Path) -> None:
    file = tmp_path / "file"
    whole_file.write(file, b"old")
    whole_file.write(file, b"new")
    assert (file.read_bytes(), mode_of(file)) == (b"new", 0o644)
    assert list(tmp_path.iterdir()) == [file]


def test_no_umask_hides_what_others_are_to_read(tmp_path: Path) -> None:
    """Services write with a umask of 0077, and the till, another user, reads how far an update is."""
    before = os.umask(0o077)
    try:
        whole_file.write(tmp_path / "said", b"", whole_file.FOR_ALL_TO_READ)
        whole_file.write(tmp_path / "unsaid", b"")
    finally:
        os.umask(before)
    assert [mode_of(tmp_path / name) for name in ("said", "unsaid")] == [0o644, 0o600]


def test_what_cannot_be_written_leaves_all_as_it_was(tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / "inside").touch()
    with pytest.raises(OSError, match="folder"):
        whole_file.write(folder, b"new")
    assert list(tmp_path.iterdir()) == [folder]


def test_the_pepper_is_for_its_owner_only_and_stays(tmp_path: Path) -> None:
    pepper = people.pins(tmp_path).pepper
    assert (mode_of(tmp_path / "pepper.key"), len(pepper)) == (0o600, 32)
    assert people.pins(tmp_path).pepper == pepper


def test_a_large_file_is_there_when_it_is_written_and_not_before(tmp_path: Path) -> None:
    file = tmp_path / "a"
    file.write_bytes(b"old")
    with whole_file.written(file) as out:
        out.write(b"new")
        out.flush()
        assert file.read_bytes() == b"old"
    assert file.read_bytes() == b"new"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert list(tmp_path.iterdir()) == [file]


@pytest.mark.parametrize("why", [KeyboardInterrupt, OSError])
def test_a_large_file_that_is_not_finished_leaves_the_old_one(
    tmp_path: Path, why: type[BaseException]
) -> None:
    file = tmp_path / "a"
    file.write_bytes(b"old")

    def stopped() -> None:
        with whole_file.written(file) as out:
            out.write(b"new")
            raise why

    with pytest.raises(why):
        stopped()
    assert file.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [file]


def test_what_a_killed_program_left_is_cleared_and_nothing_else(tmp_path: Path) -> None:
    (tmp_path / ".a.1234.unfinished").write_bytes(b"half")
    (tmp_path / "mine.unfinished").write_bytes(b"mine")
    with whole_file.written(tmp_path / "b") as out:
        whole_file.clear(tmp_path)
        out.write(b"whole")
    assert {file.name for file in tmp_path.iterdir()} == {"b", "mine.unfinished"}
