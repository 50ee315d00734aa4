"""What is kept of the system's journal: what is new, of few starts, in little room."""

import gzip
from pathlib import Path

import pytest

from appliance.caretaker import log
from tests.appliance.caretaker.conftest import Play, calls

LINE = "2026-11-30T12:19:25.003114+00:00 till systemd[1]: Started open-pos: till.\n"


def keep(folder: Path) -> int:
    return log.main(["keep", "--folder", str(folder)])


def test_each_copy_is_appended_and_reads_as_one_file(
    play: Play, called: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "log"
    play("journalctl", LINE)
    assert keep(folder) == 0
    assert keep(folder) == 0
    (kept,) = folder.glob("*.log.gz")
    assert kept.name.startswith("000001-")
    assert gzip.decompress(kept.read_bytes()).decode() == LINE * 2
    cursor = kept.name.replace(".log.gz", ".cursor")
    assert f"--cursor-file={folder / cursor}" in calls(called)[0]


def test_nothing_new_writes_nothing(play: Play, tmp_path: Path) -> None:
    play("journalctl")
    assert keep(tmp_path / "log") == 0
    assert list((tmp_path / "log").iterdir()) == []


def test_a_new_start_has_the_next_number(play: Play, tmp_path: Path) -> None:
    folder = tmp_path / "log"
    folder.mkdir()
    (folder / "000041-aaaaaaaa.log.gz").write_bytes(b"x")
    (folder / "000041-aaaaaaaa.cursor").write_bytes(b"x")
    play("journalctl", LINE)
    assert keep(folder) == 0
    assert len(list(folder.glob("000042-*.log.gz"))) == 1


def test_the_newest_ten_starts_stay(tmp_path: Path) -> None:
    for number in range(1, 15):
        (tmp_path / f"{number:06}-abcdabcd.log.gz").write_bytes(b"x")
        (tmp_path / f"{number:06}-abcdabcd.cursor").write_bytes(b"x")
    log.thin_out(tmp_path)
    assert sorted(path.name[:6] for path in tmp_path.glob("*.gz")) == [
        f"{n:06}" for n in range(5, 15)
    ]
    assert len(list(tmp_path.glob("*.cursor"))) == 10


def test_old_starts_go_where_new_ones_are_large(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(log, "MOST_BYTES", 1000)
    for number in range(1, 4):
        (tmp_path / f"{number:06}-abcdabcd.log.gz").write_bytes(bytes(600))
    log.thin_out(tmp_path)
    assert [path.name[:6] for path in tmp_path.glob("*.gz")] == ["000003"]


def test_one_start_alone_does_not_fill_the_card(
    play: Play, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(log, "MOST_OF_ONE", 50)
    play("journalctl", LINE)
    for _ in range(3):
        assert keep(tmp_path) == 0
    (kept,) = tmp_path.glob("*.gz")
    said = gzip.decompress(kept.read_bytes()).decode()
    assert said.count(LINE) == 1
    assert "not kept" in said


def test_a_card_that_cannot_be_written_is_said(
    play: Play, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    play("journalctl", LINE)
    (tmp_path / "file").write_text("no folder")
    assert keep(tmp_path / "file" / "log") == 1
    assert "not copied" in capsys.readouterr().err
