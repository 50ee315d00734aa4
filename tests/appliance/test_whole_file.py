"""Files that are whole at every moment."""

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
