"""`open-pos backup --nightly`: as the register was told, with nobody there; what goes wrong is told the next day."""

from pathlib import Path

import pytest

from appliance import backup_plan, removable
from appliance.__main__ import main
from appliance.backup_plan import Plan
from appliance.config import BadConfiguration
from appliance.removable import Stick
from appliance.services import backups
from appliance.store import proof
from tests.appliance.test_backup_commands import key, shop

__all__ = ["key", "shop"]


@pytest.fixture
def file(shop: str, tmp_path: Path) -> Path:
    """The configuration of the shop."""
    made = tmp_path / "etc/open-pos.toml"
    made.parent.mkdir()
    made.write_text(f'[store]\nfolder = "{shop}"\n')
    return made


@pytest.fixture
def stick(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The one stick."""
    (tmp_path / "stick").mkdir()
    put_in(monkeypatch, tmp_path / "stick")
    return tmp_path / "stick"


def put_in(monkeypatch: pytest.MonkeyPatch, *places: Path) -> None:
    sticks = tuple(Stick(f"sd{n}1", "Disk", place) for n, place in enumerate(places))
    monkeypatch.setattr(removable, "sticks", lambda: sticks)


def plan(file: Path, *recipients: str, keep: int = 2) -> None:
    backup_plan.save(backup_plan.beside(file), Plan(True, recipients, keep))


def night(file: Path) -> int:
    return main(["backup", "--nightly", "--config", str(file)])


def failed(shop: str) -> str:
    return backups.state_in(Path(shop)).failed_code


def test_nothing_is_done_where_nothing_is_planned(
    file: Path, stick: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert night(file) == 0
    assert "No nightly backup" in capsys.readouterr().out
    assert list(stick.iterdir()) == []


def as_if_of_the_night_before(shop: str) -> None:
    """The last nightly backup was made a day ago."""
    folder = Path(shop)
    proof.note_nightly(folder, proof.report(folder).nightly_at_ms - 86_400_000)


def test_each_night_there_is_a_proven_one_and_so_many_are_kept(
    file: Path, shop: str, stick: Path, key: tuple[str, str], tmp_path: Path
) -> None:
    plan(file, key[1])
    another = stick / "open-pos-Corner-Cafe-XXXX-20200101-000000.backup"
    another.write_text("another register's")
    for day in range(4):
        assert night(file) == 0
        state = backups.state_in(Path(shop))
        assert state.made_file == state.proven_file
        made = Path(state.made_file)
        # Names go by the second: as if each were of another night.
        made.rename(made.with_name(f"{made.stem[:-15]}2026010{day + 1}-033000.backup"))
        as_if_of_the_night_before(shop)
    ours = sorted(one.name[-22:-7] for one in stick.iterdir() if one != another)
    assert ours[-1] == "20260104-033000"
    assert len(ours) == 2
    assert another.exists()
    (newest,) = stick.glob("*-20260104-033000.backup")
    back = ["restore", str(newest), "--store", str(tmp_path / "b"), "--identity", key[0]]
    assert main(back) == 0


def test_a_second_start_in_the_same_night_makes_none_again(
    file: Path, shop: str, stick: Path, key: tuple[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    plan(file, key[1])
    assert night(file) == 0
    assert night(file) == 0
    assert "already" in capsys.readouterr().out
    assert len(list(stick.iterdir())) == 1
    # A clock that went back keeps nobody from a backup.
    proof.note_nightly(Path(shop), proof.report(Path(shop)).nightly_at_ms + 86_400_000)
    next(stick.iterdir()).unlink()
    assert night(file) == 0
    assert len(list(stick.iterdir())) == 1


def test_a_missing_stick_is_noted_until_a_backup_was_made(
    file: Path, shop: str, stick: Path, key: tuple[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    plan(file, key[1])
    monkeypatch.setattr(removable, "sticks", lambda: ())
    assert night(file) == 2
    assert failed(shop) == "no_stick"
    put_in(monkeypatch, stick)
    assert night(file) == 0
    assert failed(shop) == ""


def test_a_plan_without_a_key_and_a_full_stick_are_noted_too(
    file: Path, shop: str, key: tuple[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    plan(file)
    assert night(file) == 2
    assert failed(shop) == "no_backup_key"
    plan(file, key[1])
    put_in(monkeypatch, Path("/proc"))
    assert night(file) == 2
    assert failed(shop) in {"not_enough_room", "cannot_write_backup", "backup_target_gone"}


def test_of_several_sticks_the_one_with_the_last_backup_is_taken(
    file: Path,
    shop: str,
    stick: Path,
    key: tuple[str, str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    plan(file, key[1])
    other = tmp_path / "other"
    other.mkdir()
    put_in(monkeypatch, other, stick)
    assert night(file) == 2
    assert failed(shop) == "many_sticks"
    put_in(monkeypatch, stick)
    assert night(file) == 0
    as_if_of_the_night_before(shop)
    put_in(monkeypatch, other, stick)
    assert night(file) == 0
    assert list(other.iterdir()) == []


def test_a_plan_that_a_hand_spoilt_is_refused_with_what_is_wrong(file: Path) -> None:
    path = backup_plan.beside(file)
    for text in ("nightly = 3", "keep = 0", "nightly = ", "whom = 3"):
        path.write_text(text)
        with pytest.raises(BadConfiguration):
            backup_plan.load(path)
    assert night(file) == 2


def test_a_plan_is_read_as_it_was_written(file: Path) -> None:
    path = backup_plan.beside(file)
    assert backup_plan.load(path) == Plan()
    backup_plan.save(path, Plan(True, ("age1x", "age1y"), 7))
    assert backup_plan.load(path) == Plan(True, ("age1x", "age1y"), 7)
    with pytest.raises(backup_plan.CannotSavePlan):
        backup_plan.save(Path("/proc/none/backup.toml"), Plan())
