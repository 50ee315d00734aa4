"""`open-pos recorder` as a process: it records, is killed, goes on, and says what is wrong with a camera."""

import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from appliance.config import BadConfiguration, load
from appliance.recorder.settings import Settings, read
from appliance.recorder.vault import measured

CAMERA = """
[recorder]
folder = "{folder}"
floor_mb = 0
{more}

[[camera]]
name = "door"
type = "simulated"
options = {{ width = 320, height = 240 }}
"""


class Running:
    """The process, its folder, and what it says."""

    def __init__(self, folder: Path, more: str = "", cameras: str = "") -> None:
        self.recordings = folder / "recordings"
        self.config = folder / "open-pos.toml"
        text = CAMERA.format(folder=self.recordings, more=more) + cameras
        self.config.write_text(f'[store]\nfolder = "{folder / "shop"}"\n{text}')
        self.start()

    def start(self) -> None:
        command = [sys.executable, "-m", "appliance", "recorder", "--config", str(self.config)]
        self.process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)

    def files(self) -> list[Path]:
        return sorted(self.recordings.glob("*/*/[0-9]*.ts"), key=lambda file: int(file.stem))

    def until(self, count: int) -> list[Path]:
        limit = time.monotonic() + 60
        while len(self.files()) < count:
            assert self.process.poll() is None, self.said()
            assert time.monotonic() < limit
            time.sleep(0.05)
        return self.files()

    def said(self) -> str:
        assert self.process.stderr is not None
        return self.process.stderr.read()

    def end(self, number: int = signal.SIGTERM) -> int:
        self.process.send_signal(number)
        return self.process.wait(30)


@pytest.fixture
def running(tmp_path: Path) -> Iterator[Running]:
    made = Running(tmp_path)
    yield made
    if made.process.poll() is None:
        made.process.kill()
        made.process.wait()


def test_it_records_and_ends_in_peace_when_it_is_told_to(running: Running) -> None:
    files = running.until(2)
    assert running.end() == 0
    assert all(measured(file.read_bytes()).frames >= 30 for file in files)
    # What the camera still had is there too.
    assert len(running.files()) > len(files)


def test_killed_in_the_middle_it_goes_on_where_it_was(running: Running) -> None:
    before = running.until(2)
    assert running.end(signal.SIGKILL) == -signal.SIGKILL
    running.start()
    after = running.until(len(before) + 2)
    assert after[: len(before)] == before
    assert running.end() == 0
    assert all(measured(file.read_bytes()).frames for file in running.files())


def test_a_second_program_does_not_write_into_the_same_folder(running: Running) -> None:
    running.until(1)
    other = subprocess.run(
        [sys.executable, "-m", "appliance", "recorder", "--config", str(running.config)],
        check=False,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert other.returncode == 3
    assert "another program" in other.stderr


def test_a_camera_that_is_wrong_is_told_and_the_others_record(tmp_path: Path) -> None:
    wrong = '[[camera]]\nname = "till"\ntype = "simulatd"\n'
    running = Running(tmp_path, cameras=wrong)
    running.until(1)
    assert running.end() == 0
    said = running.said()
    assert re.search("camera till .*'simulatd'.*did you mean 'simulated'", said)


def test_a_folder_that_cannot_be_is_said(tmp_path: Path) -> None:
    (tmp_path / "recordings").write_text("no folder")
    running = Running(tmp_path)
    assert running.process.wait(60) == 3
    assert "cannot be opened" in running.said()


# ------------------------------------------------------------------ the file


def settings(tmp_path: Path, text: str) -> Settings:
    file = tmp_path / "file.toml"
    file.write_text(text)
    return read(file)


@pytest.mark.parametrize(
    ("table", "why"),
    [
        ('name = "../etc"\ntype = "simulated"', "name"),
        ('name = ""\ntype = "simulated"', "name"),
        ('name = "door"', "type"),
        ('name = "door"\ntype = "simulated"\npolicy = "never"', "never"),
        ('name = "door"\ntype = "simulated"\nsensitivity = 101', "0 to 100"),
        ('name = "door"\ntype = "simulated"\nignored = [[0, 0, 1001, 5]]', "rectangle"),
        ('name = "door"\ntype = "simulated"\npolcy = "events"', "did you mean 'policy'"),
        ('name = "door"\ntype = "simulated"\noptions = { fps = 99 }', "fps"),
    ],
)
def test_what_is_wrong_with_a_camera_is_told_and_keeps_no_till_from_selling(
    tmp_path: Path, table: str, why: str
) -> None:
    text = f"[[camera]]\n{table}\n"
    found = settings(tmp_path, text)
    assert found.cameras == ()
    assert why in found.wrong[0].why
    assert load(tmp_path / "file.toml").device == ()


def test_two_cameras_of_one_name_are_one(tmp_path: Path) -> None:
    one = '[[camera]]\nname = "door"\ntype = "simulated"\n'
    found = settings(tmp_path, one + one)
    assert [camera.name for camera in found.cameras] == ["door"]
    assert [each.name for each in found.wrong] == ["door"]


def test_rubbish_in_the_recorder_s_part_is_refused_with_the_nearest_word(tmp_path: Path) -> None:
    with pytest.raises(BadConfiguration) as no:
        settings(tmp_path, "[recorder]\nquota = 5\n")
    assert "did you mean 'quota_mb'" in str(no.value.fields["why"])
    assert load(tmp_path / "file.toml").device == ()


def test_without_a_camera_it_says_so_and_ends(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "appliance", "recorder", "--config", str(tmp_path / "none.toml")],
        check=False,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 0
    assert "[[camera]]" in done.stderr


def test_without_a_file_there_is_no_camera(tmp_path: Path) -> None:
    found = read(tmp_path / "none.toml")
    assert (found.cameras, found.wrong) == ((), ())
