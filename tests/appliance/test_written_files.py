"""Files for people: whole or not at all, for their owner's eyes, and what went wrong is told."""

import stat
from pathlib import Path

from appliance.hosts import write_file
from appliance.messages import FileNotWritten, FileWritten, WriteFile
from appliance.paper import FontsMissing


def test_a_file_is_made_with_its_folder_for_its_owner_only(tmp_path: Path) -> None:
    file = tmp_path / "wages" / "a.csv"
    assert write_file(WriteFile(str(file), lambda: b"46 h")) == FileWritten(str(file))
    assert file.read_bytes() == b"46 h"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700


def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "wages").write_text("a file stands here")
    told = write_file(WriteFile(str(tmp_path / "wages" / "a.csv"), lambda: b"46 h"))
    assert isinstance(told, FileNotWritten)
    assert (told.code, dict(told.fields)["why"]) == ("cannot_write", "Not a directory")


def test_what_cannot_be_made_is_told_and_leaves_nothing(tmp_path: Path) -> None:
    def make() -> bytes:
        raise FontsMissing

    told = write_file(WriteFile(str(tmp_path / "a.pdf"), make))
    fields = (("packages", "fonts-dejavu-core fonts-droid-fallback"),)
    assert told == FileNotWritten(str(tmp_path / "a.pdf"), "fonts_missing", fields)
    assert list(tmp_path.iterdir()) == []
