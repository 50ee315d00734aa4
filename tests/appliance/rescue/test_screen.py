"""The rescue screen as somebody uses it: every page drawn, in three sizes and languages, each button pressed."""

import itertools
import json
import os
import socket
import subprocess
import sys
import textwrap
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image

from appliance.journal.kinds import ShopChanged
from appliance.removable import Stick
from appliance.rescue import acts, export, pages, picture
from appliance.rescue.hands import Digit, Hands, Tap
from appliance.rescue.pages import Page
from appliance.rescue.screen import Rescue, language_of, rotation_of
from appliance.rescue.why import Why
from appliance.services import shop
from appliance.services.desk import Desk
from appliance.words import LANGUAGES, Words
from tests.appliance.caretaker.conftest import Play, called, calls, play  # noqa: F401 - fixtures
from tests.appliance.trading import open_trader, sell

SIZES = ((800, 480), (1280, 800), (720, 1280))
NEWER = Why("store_newer", {}, "")
LONG = Why("unknown", {}, "AttributeError: 'NoneType' object has no attribute 'window' " * 4)
NOTES = json.dumps({"trial": "", "is_asked": False, "states": {"A": "good", "B": "good"}})
REFUSED = 'refused: {"code": "store_newer", "fields": {}}\n'


class Shown:
    """A display that keeps the last picture."""

    def __init__(self, size: tuple[int, int] = (800, 480)) -> None:
        self.size = size
        self.image = Image.new("RGB", size)

    def show(self, image: Image.Image) -> None:
        assert image.size == self.size
        self.image = image


@pytest.fixture
def system(play: Play, called: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:  # noqa: F811
    play("journalctl", REFUSED)
    play("systemctl")
    monkeypatch.setattr(export, "stick", lambda: None)
    (tmp_path / "slots.json").write_text(NOTES)
    (tmp_path / "cmdline").write_text("root=/dev/mmcblk0p5 rauc.slot=A quiet\n")
    places = (tmp_path / "slots.json", tmp_path / "cmdline")
    monkeypatch.setattr(acts.can_go_back, "__defaults__", places)
    return called


@pytest.fixture
def rescue(system: Path, tmp_path: Path) -> Rescue:
    del system
    made = Rescue(Shown(), Words("en"), tmp_path / "open-pos.toml", tmp_path / "store")
    made.home()
    return made


def every_page(words: Words) -> dict[str, Page]:
    lines = [f"✓ device {n}: found" for n in range(30)]
    return {
        "newer": pages.first(words, NEWER, can_go_back=True),
        "long": pages.first(words, LONG, can_go_back=False),
        "back": pages.asked(words, "back"),
        "off": pages.asked(words, "off"),
        "stick": pages.plug_in(words),
        "save": pages.at_work(words, "save", progress=400, name="SanDisk Ultra"),
        "saved": pages.told(words, "saved", folder="open-pos-rescue-0001"),
        "test": pages.tested(words, lines, done=True, from_line=0, fits=8),
        "small": pages.told(words, "too_small", needed=1200, free=3),
    }


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("size", SIZES, ids=lambda size: "x".join(map(str, size)))
def test_every_page_is_drawn_whole(language: str, size: tuple[int, int], tmp_path: Path) -> None:
    """Into the folder of `OPEN_POS_PICTURES`, if that is set, for whoever wants to look at them."""
    folder = Path(os.environ.get("OPEN_POS_PICTURES", tmp_path))
    for name, page in every_page(Words(language)).items():
        drawn = picture.draw(page, size)
        drawn.image.save(folder / f"rescue-{language}-{size[0]}-{name}.png")
        assert drawn.image.size == size
        boxes = [box for box, _ in drawn.buttons]
        for left, top, right, bottom in boxes:
            assert 0 <= left < right <= size[0]
            assert 0 <= top < bottom <= size[1]
            assert bottom - top >= 40, "a finger needs room"
        for one, other in itertools.pairwise(boxes):
            assert one[3] <= other[1] or one[2] <= other[0], "no button over another"
        # Nothing is left as a key of the words.
        words = [page.title, *page.texts, *(one.label for one in page.buttons)]
        assert not [text for text in words if text.startswith("rescue.") or "{" in text]


def test_what_is_too_long_for_the_display_does_not_run_over_the_buttons() -> None:
    words = Words("de")
    page = pages.first(
        words,
        Why("bad_configuration", {"where": "x" * 200, "why": "y " * 300}, ""),
        can_go_back=False,
    )
    drawn = picture.draw(page, (800, 480))
    left = min(box[0] for box, _ in drawn.buttons)
    strip = drawn.image.crop((left - 10, 12, left - 2, 480))
    assert strip.getcolors() == [(strip.width * strip.height, (19, 26, 38))]


def test_a_version_before_that_was_not_well_cannot_be_gone_back_to() -> None:
    page = pages.first(Words("en"), NEWER, can_go_back=False)
    assert [one.enabled for one in page.buttons] == [True, False, True, True, True]
    drawn = picture.draw(page, (800, 480))
    assert "back" not in [act for _, act in drawn.buttons]


@pytest.mark.parametrize("notes", ["", "{}", '{"states": {"B": "bad"}}', '{"states": {}}', "[]"])
@pytest.mark.parametrize("line", ["rauc.slot=A", "rauc.slot=C", "quiet"])
def test_what_is_not_known_to_be_well_is_not_offered(tmp_path: Path, notes: str, line: str) -> None:
    places = tmp_path / "slots.json", tmp_path / "cmdline"
    assert not acts.can_go_back(*places)
    places[0].write_text(notes)
    places[1].write_text(line)
    assert not acts.can_go_back(*places)


def test_a_store_in_doubt_is_not_said_to_be_safe() -> None:
    words = Words("en")
    safe = words("rescue.safe")
    assert safe in pages.first(words, NEWER, can_go_back=False).texts
    assert safe not in pages.first(words, Why("store_corrupt", {}, ""), can_go_back=False).texts


def test_a_tap_and_a_number_press_the_same_button(rescue: Rescue) -> None:
    drawn = picture.draw(rescue.page, (800, 480))
    for number, one in enumerate(rescue.page.buttons, 1):
        box = next(box for box, act in drawn.buttons if act == one.act)
        x, y = (box[0] + box[2]) * 1000 // 1600, (box[1] + box[3]) * 1000 // 960
        assert rescue.meant(Tap(x, y, x, y)) == rescue.meant(Digit(number)) == one.act
    assert rescue.meant(Digit(6)) is None
    assert rescue.meant(Tap(10, 10, 10, 10)) is None


def test_a_finger_that_slides_off_means_nothing(rescue: Rescue) -> None:
    drawn = picture.draw(rescue.page, (800, 480))
    (left, top, _, _), _ = drawn.buttons[0]
    x, y = left * 1000 // 800 + 20, top * 1000 // 480 + 20
    assert rescue.meant(Tap(x, y, x, y)) == "again"
    assert rescue.meant(Tap(x, y, 10, y)) is None


def test_trying_again_starts_the_till_though_it_was_tried_too_often(
    rescue: Rescue, system: Path
) -> None:
    rescue.do("again")
    started = [line for line in calls(system) if line.startswith("systemctl")]
    assert started == [
        "systemctl --no-ask-password reset-failed open-pos-x.service open-pos-register.service",
        "systemctl --no-ask-password --no-block start open-pos-register.service",
    ]


def test_going_back_is_asked_and_then_done(rescue: Rescue, system: Path) -> None:
    rescue.do("back")
    assert rescue.page.title == "Go back to the version before?"
    assert not [line for line in calls(system) if line.startswith("systemctl")]
    rescue.do("back_yes")
    assert calls(system)[-2:] == [
        "systemctl --no-ask-password start open-pos-back.service",
        "systemctl --no-ask-password reboot",
    ]


def test_what_the_system_refuses_is_shown(rescue: Rescue, play: Play) -> None:  # noqa: F811
    play("systemctl", err="Job for open-pos-back.service failed.\n", code=1)
    rescue.do("back_yes")
    assert "Job for open-pos-back.service failed." in rescue.page.texts[0]
    rescue.do("home")
    assert rescue.page.title == "The till does not start"


def test_switching_off_is_asked_first(rescue: Rescue, system: Path) -> None:
    rescue.do("off")
    rescue.do("home")
    assert "poweroff" not in (system / "calls").read_text()
    rescue.do("off")
    rescue.do("off_yes")
    assert calls(system)[-1] == "systemctl --no-ask-password poweroff"


def test_the_journal_is_saved_as_soon_as_a_stick_is_there(
    rescue: Rescue, system: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stick = tmp_path / "stick"
    stick.mkdir()
    hands = Hands()
    rescue.do("save")
    assert rescue.page.title == "Plug in a USB stick"
    monkeypatch.setattr(export, "stick", lambda: Stick("sda1", "SanDisk", stick))
    rescue.wait(hands, 0)
    hands.close()
    assert rescue.page.title == "The journal is saved"
    assert "can pull the stick out now" in rescue.page.texts[0]
    assert (stick / "open-pos-rescue-0001/system.log").exists()
    assert calls(system)[-1] == "systemctl --no-ask-password stop open-pos-stick@sda1.service"


def test_a_stick_that_cannot_be_unmounted_is_left_in_for_a_while(
    rescue: Rescue,
    play: Play,  # noqa: F811
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    play("systemctl", err="no\n", code=1)
    monkeypatch.setattr(export, "stick", lambda: Stick("sda1", "SanDisk", tmp_path))
    rescue.do("save")
    assert "its light has been still" in rescue.page.texts[0]


def test_the_self_test_shows_its_lines_page_by_page(
    rescue: Rescue, monkeypatch: pytest.MonkeyPatch
) -> None:
    script = "for n in range(40): print(f'✓ step {n}')"
    monkeypatch.setattr(acts, "begin_test", _played(script))
    hands = Hands()
    rescue.do("test")
    for _ in range(1000):
        rescue.wait(hands, 0.05)
        if rescue.page.buttons:
            break
    hands.close()
    assert rescue.page.lines[0] == "✓ step 0"
    fits = len(rescue.page.lines)
    assert [one.act for one in rescue.page.buttons] == ["more", "home"]
    rescue.do("more")
    assert rescue.page.lines[0] == f"✓ step {fits}"


def _played(script: str) -> Callable[[Path], "subprocess.Popen[bytes]"]:
    def begin(_config: Path) -> "subprocess.Popen[bytes]":
        environment = {**os.environ, "PYTHONIOENCODING": "utf-8"}
        command = [sys.executable, "-c", script]
        return subprocess.Popen(command, stdout=subprocess.PIPE, env=environment)

    return begin


@pytest.mark.parametrize(
    ("text", "degrees"),
    [("[screen]\nrotation = 270\n", 270), ("[screen", 0), ("", 0), ("screen = 1", 0)],
)
def test_it_is_turned_as_the_till_is(tmp_path: Path, text: str, degrees: int) -> None:
    file = tmp_path / "open-pos.toml"
    file.write_text(text)
    assert rotation_of(file) == degrees


def test_it_draws_into_a_file(tmp_path: Path, system: Path) -> None:
    del system
    ended = subprocess.run(
        [
            sys.executable,
            "-m",
            "appliance.entry",
            "rescue",
            "--to",
            str(tmp_path / "r.png"),
            "--size",
            "800x480",
        ],
        check=False,
        capture_output=True,
        text=True,
    )
    assert ended.returncode == 0, ended.stderr
    assert Image.open(tmp_path / "r.png").size == (800, 480)


def test_a_machine_without_a_display_is_said(tmp_path: Path) -> None:
    ended = subprocess.run(
        [sys.executable, "-m", "appliance.entry", "rescue", "--display", str(tmp_path / "fb0")],
        check=False,
        capture_output=True,
        text=True,
    )
    assert ended.returncode == 1
    assert "cannot be shown" in ended.stderr


def test_it_draws_on_the_display_and_feeds_the_watchdog(tmp_path: Path, system: Path) -> None:
    del system
    folder = tmp_path / "sys/class/graphics/fb0"
    folder.mkdir(parents=True)
    for name, value in (("virtual_size", "800,480"), ("bits_per_pixel", "16"), ("stride", "1600")):
        (folder / name).write_text(value)
    (tmp_path / "fb0").touch()
    program = f"""
        import functools, pathlib, sys
        from appliance import rescue
        from appliance.rescue import framebuffer, screen
        screen.Framebuffer = functools.partial(
            framebuffer.Framebuffer, sys=pathlib.Path({str(tmp_path / "sys")!r})
        )
        sys.exit(rescue.main(["--display", {str(tmp_path / "fb0")!r}, "--config", "/none"]))
    """
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listener:
        listener.bind(str(tmp_path / "notify"))
        listener.settimeout(60)
        environment = {**os.environ, "NOTIFY_SOCKET": str(tmp_path / "notify")}
        command = [sys.executable, "-c", textwrap.dedent(program)]
        with subprocess.Popen(command, env=environment) as running:
            said = [listener.recv(100) for _ in range(3)]
            running.terminate()
    assert said == [b"READY=1", b"WATCHDOG=1", b"WATCHDOG=1"]
    drawn = (tmp_path / "fb0").read_bytes()
    assert len(drawn) == 1600 * 480
    assert len(set(drawn)) > 20


def test_it_speaks_the_shop_s_language_where_the_store_can_be_read(tmp_path: Path) -> None:
    assert language_of(tmp_path, "en") == "en"
    trader = open_trader(tmp_path / "store")
    sell(trader, 1000)
    shop.change(Desk(trader.shelf.db, trader.book), ShopChanged(language="de"), "")
    assert language_of(tmp_path / "store", "en") == "de", "also while the till still holds it"
    trader.shelf.close()
    assert language_of(tmp_path / "store", "en") == "de"
    (tmp_path / "store/shop.db").write_bytes(b"SQLite format 3\0" + b"\xff" * 5000)
    assert language_of(tmp_path / "store", "es") == "es"
