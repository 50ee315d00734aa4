"""The page "This register": what managers may do with the machine, and what the journal keeps of it."""

import json
import os
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from appliance import backup_plan
from appliance.backup_plan import Plan
from appliance.messages import (
    BackUpNow,
    CloseDay,
    CloseSupport,
    CloseUpkeep,
    CopyOut,
    DoToMachine,
    DropBackupKey,
    InstallSoftware,
    KeepBackupKey,
    LetStickGo,
    MachineSeen,
    MakeBackupKey,
    NoticeLevel,
    NoticeView,
    OpenSupport,
    OpenUpkeep,
    PlanBackups,
    PrintBackupKey,
    RestartMachine,
    RestartScreen,
    Scan,
    SetBrightness,
    SetScreen,
    SignIn,
    SignOut,
    StartTender,
    StatusView,
    StopTask,
    StopUpkeep,
    SwitchOff,
    UpdateView,
    UpkeepEnded,
    UpkeepStepped,
    UpkeepView,
    WatchMachine,
)
from appliance.store.proof import note_failed
from tests.appliance.counter import COFFEE
from tests.appliance.machine.played import Played, play
from tests.appliance.upkeep_desk import MachineDesk, open_machine, put_in_stick


@pytest.fixture
def systemctl(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Played:
    return play(monkeypatch, tmp_path / "bin")


@pytest.fixture
def desk(tmp_path: Path, systemctl: Played) -> Iterator[MachineDesk]:
    del systemctl
    made = open_machine(tmp_path / "machine")
    yield made
    made.counter.register.close()


def view(desk: MachineDesk) -> UpkeepView:
    return desk.counter.show(UpkeepView)


def notice(desk: MachineDesk) -> NoticeView:
    return desk.counter.show(NoticeView)


def told(desk: MachineDesk, name: str, **report: object) -> None:
    file = desk.root / f"run/open-pos-caretaker/{name}.json"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(report))
    desk.look()


def until(desk: MachineDesk, hours: int) -> int:
    del desk
    import time

    return time.time_ns() // 1_000_000 + hours * 3_600_000


def with_key(desk: MachineDesk) -> str:
    desk.do(MakeBackupKey())
    secret = view(desk).new_key
    assert desk.do(KeepBackupKey(secret[-6:].lower())) == ""
    return secret


# --------------------------------------------------------------------------- the page


def test_the_page_is_for_managers_and_shows_what_the_machine_says(desk: MachineDesk) -> None:
    put_in_stick(desk.root)
    desk.do(SignOut(), SignIn("1", "1111"))
    assert desk.do(OpenUpkeep()) == "managers_only"
    assert desk.do(MakeBackupKey()) == "managers_only"
    assert view(desk) == UpkeepView()
    desk.do(SignOut(), SignIn("2", "2222"))
    assert desk.do(OpenUpkeep()) == ""
    assert desk.devices.given[-1] == WatchMachine(on=True)
    desk.look()
    (stick,) = view(desk).sticks
    assert (stick.device, stick.ready) == ("sda1", True)
    assert stick.free_bytes > 0
    assert not view(desk).is_owner
    desk.do(CloseUpkeep())
    assert desk.devices.given[-1] == WatchMachine(on=False)
    assert view(desk) == UpkeepView()


def test_while_the_page_is_open_nothing_is_sold_and_not_while_paying(desk: MachineDesk) -> None:
    desk.do(OpenUpkeep())
    assert desk.do(Scan(COFFEE)) == "leave_page_first"
    desk.do(CloseUpkeep(), Scan(COFFEE), StartTender())
    assert desk.do(OpenUpkeep()) == "finish_payment_first"


def test_whoever_signs_out_leaves_the_page_and_the_new_key_is_forgotten(desk: MachineDesk) -> None:
    desk.do(OpenUpkeep(), MakeBackupKey())
    assert view(desk).new_key.startswith("AGE-SECRET-KEY-1")
    desk.do(SignOut(), SignIn("2", "2222"), OpenUpkeep())
    assert view(desk).new_key == ""
    assert desk.do(KeepBackupKey("x")) == "no_new_backup_key"
    assert backup_plan.load(backup_plan.beside(desk.file)) == Plan()


# --------------------------------------------------------------------------- backups


def test_a_key_counts_once_its_end_was_typed_off_the_paper(desk: MachineDesk) -> None:
    desk.do(OpenUpkeep())
    assert desk.do(PlanBackups(nightly=True)) == "no_backup_key_yet"
    assert desk.do(BackUpNow("sda1")) == "no_backup_key_yet"
    desk.do(MakeBackupKey())
    secret = view(desk).new_key
    assert secret not in repr(view(desk))
    assert desk.do(KeepBackupKey("NOTTHI")) == "backup_key_not_on_paper"
    assert view(desk).problem == "backup_key_not_on_paper"
    assert desk.do(PrintBackupKey()) == ""
    assert secret in str(desk.devices.printer.slips[-1])
    assert desk.do(KeepBackupKey(f" {secret[-6:].lower()} ")) == ""
    assert view(desk).new_key == ""
    (recipient,) = view(desk).plan.recipients
    assert recipient.startswith("age1")
    assert desk.do(PlanBackups(nightly=True, keep=7)) == ""
    plan = backup_plan.load(backup_plan.beside(desk.file))
    assert plan == Plan(True, (recipient,), 7)
    ben = desk.counter.register.till.signed_in()
    assert [actor for actor, _ in desk.journal("backup_planned")] == [ben, ben]
    assert secret not in str(desk.counter.shelf.db.sql("SELECT body FROM entry"))
    desk.do(MakeBackupKey(), DropBackupKey())
    assert view(desk).new_key == ""
    assert view(desk).plan.recipients == (recipient,)


def test_a_backup_is_made_proven_noted_and_told(desk: MachineDesk) -> None:
    place = put_in_stick(desk.root)
    desk.do(Scan(COFFEE), OpenUpkeep())
    with_key(desk)
    assert desk.do(BackUpNow("sda1")) == ""
    (file,) = place.iterdir()
    ended = view(desk).ended
    assert (ended.name, ended.code, dict(ended.fields)["file"]) == ("backup", "", file.name)
    assert notice(desk).code == "upkeep_backup"
    ((actor, body),) = desk.journal("backup_made")
    assert actor == desk.counter.register.till.signed_in()
    noted = json.loads(body)
    assert (noted["file"], noted["lock"], noted["proven"]) == (file.name, "key", True)
    desk.look()
    assert view(desk).backups.proven_file == file.name
    assert view(desk).sticks[0].backups == 1
    assert view(desk).task.name == ""


def test_a_passphrase_will_do_if_it_is_long_enough_and_is_written_nowhere(
    desk: MachineDesk,
) -> None:
    put_in_stick(desk.root)
    desk.do(OpenUpkeep())
    assert desk.do(BackUpNow("sda1", "short")) == "passphrase_too_short"
    command = BackUpNow("sda1", "three words and a herring")
    assert "herring" not in repr(command)
    assert desk.do(command) == ""
    ((_, body),) = desk.journal("backup_made")
    assert json.loads(body)["lock"] == "passphrase"
    assert "herring" not in str(desk.counter.shelf.db.sql("SELECT body FROM entry"))


def test_what_keeps_a_backup_from_being_made_is_told_and_nothing_is_noted(
    desk: MachineDesk,
) -> None:
    desk.do(OpenUpkeep())
    with_key(desk)
    desk.do(BackUpNow("sda1"))
    assert view(desk).ended.code == "stick_gone"
    assert notice(desk).code == "stick_gone"
    assert desk.journal("backup_made") == []
    assert view(desk).task.name == ""


def test_one_thing_at_a_time_and_it_can_be_stopped(desk: MachineDesk) -> None:
    put_in_stick(desk.root)
    desk.do(OpenUpkeep())
    with_key(desk)
    desk.devices.waits = True
    assert desk.do(BackUpNow("sda1")) == ""
    for other in (BackUpNow("sda1"), CopyOut("journal", "sda1"), LetStickGo("sda1")):
        assert desk.do(other) == "upkeep_busy"
    assert desk.do(RestartMachine(anyway=True)) == "upkeep_busy"
    assert desk.journal("power_asked") == []
    desk.do(UpkeepStepped("backup", "writing", 40))
    task = view(desk).task
    assert (task.step, task.percent, task.can_stop) == ("writing", 40, True)
    desk.do(StopUpkeep())
    assert desk.devices.given[-1] == StopTask()
    desk.do(UpkeepEnded("backup", "upkeep_stopped"))
    assert (view(desk).task.name, view(desk).ended.code) == ("", "upkeep_stopped")


def test_a_backup_goes_on_while_a_queue_is_served(desk: MachineDesk) -> None:
    put_in_stick(desk.root)
    desk.do(OpenUpkeep())
    with_key(desk)
    desk.devices.waits = True
    desk.do(BackUpNow("sda1"), CloseUpkeep())
    assert desk.do(Scan(COFFEE)) == ""
    desk.do(UpkeepStepped("backup", "writing", 40))
    ended = UpkeepEnded("backup", "", (("file", "a"),), file="a", size=1, entries=1, sha256="ab")
    desk.do(ended)
    assert notice(desk).code == "upkeep_backup"
    assert len(desk.journal("backup_made")) == 1


def test_a_night_without_a_stick_is_told_until_it_was_read(desk: MachineDesk) -> None:
    from appliance.store.backup import BackupTargetGone

    note_failed(desk.root / "shop", 5, BackupTargetGone(path="/media/x"))
    desk.look()
    shown = notice(desk)
    assert (shown.code, shown.level, shown.stays) == (
        "nightly_backup_failed",
        NoticeLevel.WARN,
        True,
    )
    assert ("path", "/media/x") in shown.fields
    assert ("why_code", "backup_target_gone") in shown.fields
    number = shown.id
    desk.look()
    assert notice(desk).id == number


def test_days_without_a_backup_that_was_planned_are_told_once_a_day(desk: MachineDesk) -> None:
    plan = backup_plan.beside(desk.file)
    backup_plan.save(plan, Plan(True, ("age1x",)))
    now_ms = desk.counter.clock.now().at_ms
    os.utime(plan, (now_ms // 1000, now_ms // 1000))
    desk.counter.register.tick()
    assert notice(desk).code == ""
    desk.counter.clock.set(now_ms + 50 * 3_600_000)
    desk.counter.register.tick()
    shown = notice(desk)
    assert (shown.code, dict(shown.fields), shown.stays) == ("backup_missing", {"count": 2}, True)
    desk.counter.clock.set(now_ms + 60 * 3_600_000)
    desk.counter.register.tick()
    assert notice(desk).id == shown.id
    desk.counter.clock.set(now_ms + 80 * 3_600_000)
    desk.counter.register.tick()
    assert dict(notice(desk).fields) == {"count": 3}


def test_a_plan_that_a_hand_spoilt_is_told_and_can_be_made_anew(desk: MachineDesk) -> None:
    backup_plan.beside(desk.file).write_text("nightly = maybe\n")
    desk.do(OpenUpkeep())
    assert view(desk).plan_problem == "bad_configuration"
    with_key(desk)
    assert view(desk).plan_problem == ""
    assert len(backup_plan.load(backup_plan.beside(desk.file)).recipients) == 1


# --------------------------------------------------------------------------- sticks and copies


def test_the_journal_is_copied_as_it_is_exported(desk: MachineDesk) -> None:
    place = put_in_stick(desk.root)
    desk.do(Scan(COFFEE), OpenUpkeep())
    assert desk.do(CopyOut("journal", "sda1")) == ""
    (file,) = place.iterdir()
    lines = file.read_text().splitlines()
    assert len(lines) == desk.counter.shelf.db.sql("SELECT count(*) - 1 FROM entry")[0][0]
    assert '"ticket_opened"' in file.read_text()
    assert desk.journal("copied_out")[0][1] == f'{{"file":"{file.name}","what":"journal"}}'
    assert notice(desk).code == "upkeep_journal"


def test_the_log_is_copied_too(
    desk: MachineDesk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    play(monkeypatch, tmp_path / "bin2", "journalctl").answers(said="a line\n")
    place = put_in_stick(desk.root)
    desk.do(OpenUpkeep(), CopyOut("log", "sda1"))
    (file,) = place.iterdir()
    assert file.read_text() == "a line\n"
    assert notice(desk).code == "upkeep_log"


def test_a_stick_is_let_go_of_or_it_is_told_that_it_is_in_use(
    desk: MachineDesk, systemctl: Played
) -> None:
    put_in_stick(desk.root)
    desk.do(OpenUpkeep(), LetStickGo("sda1"))
    assert systemctl.asked == ["stop open-pos-stick@sda1.service"]
    assert notice(desk).code == "stick_in_use"
    from tests.appliance.test_removable import mounts

    mounts(desk.root)
    desk.do(LetStickGo("sda1"))
    assert notice(desk).code == "upkeep_let_go"


# --------------------------------------------------------------------------- software


def test_software_on_a_stick_is_installed_and_noted_before(
    desk: MachineDesk, systemctl: Played
) -> None:
    place = put_in_stick(desk.root)
    (place / "open-pos-1.2.3.raucb").write_text("x")
    desk.do(OpenUpkeep())
    desk.look()
    (bundle,) = view(desk).bundles
    assert (bundle.version, bundle.stick) == ("1.2.3", "Stick sda")
    assert desk.do(InstallSoftware("/etc/passwd")) == "software_gone"
    assert desk.do(InstallSoftware(bundle.path)) == ""
    assert systemctl.asked[-1].startswith("start --no-block open-pos-update@")
    assert desk.journal("software_chosen")[0][1] == (
        '{"file":"open-pos-1.2.3.raucb","program":"1.2.3"}'
    )
    told(desk, "update", state="installing", percent=30, version="1.2.3")
    assert view(desk).update == UpdateView("installing", 30, "1.2.3")
    assert desk.do(InstallSoftware(bundle.path)) == "upkeep_busy"
    told(desk, "update", state="ready", percent=100, version="1.2.3")
    assert view(desk).update.state == "ready"


@pytest.mark.parametrize("earlier", [{}, {"state": "kept", "version": "1.2.2"}])
def test_an_installation_of_which_nothing_is_heard_has_not_begun(
    desk: MachineDesk, earlier: dict[str, str]
) -> None:
    place = put_in_stick(desk.root)
    (place / "open-pos-1.2.3.raucb").write_text("x")
    desk.do(OpenUpkeep())
    if earlier:
        told(desk, "update", **earlier)
    desk.look()
    desk.do(InstallSoftware(view(desk).bundles[0].path))
    desk.look()
    desk.counter.clock.set(desk.counter.clock.now().at_ms + 61_000)
    desk.counter.register.tick()
    desk.do()
    assert notice(desk).code == "software_not_begun"


def test_an_installation_that_systemd_refuses_is_told(desk: MachineDesk, systemctl: Played) -> None:
    place = put_in_stick(desk.root)
    (place / "open-pos-1.2.3.raucb").write_text("x")
    systemctl.answers(4, "Access denied")
    desk.do(OpenUpkeep())
    desk.look()
    desk.do(InstallSoftware(view(desk).bundles[0].path))
    assert notice(desk).code == "machine_refused"
    assert view(desk).ended.code == "machine_refused"


@pytest.mark.parametrize("state", ["kept", "returned", "failed"])
def test_what_became_of_new_software_is_told_once(desk: MachineDesk, state: str) -> None:
    report = {"percent": 100, "version": "1.2.3", "why": "no_screen", "fields": {"s": 9}}
    told(desk, "update", state=state, **report)
    shown = notice(desk)
    assert (shown.code, shown.stays) == (f"software_{state}", True)
    assert dict(shown.fields) == {"version": "1.2.3", "s": 9, "why_code": "no_screen"}
    assert len(desk.journal("software_ended")) == 1
    desk.counter.register.close()
    # The caretaker says it again at each start.
    again = open_machine(desk.root)
    again.look()
    assert len(again.journal("software_ended")) == 1
    assert notice(again).code != f"software_{state}"
    desk.counter = again.counter


def test_the_same_software_installed_once_more_is_news_again(desk: MachineDesk) -> None:
    place = put_in_stick(desk.root)
    (place / "open-pos-1.2.3.raucb").write_text("x")
    told(desk, "update", state="failed", version="1.2.3", why="stick_gone")
    desk.do(OpenUpkeep())
    desk.look()
    desk.do(InstallSoftware(view(desk).bundles[0].path))
    told(desk, "update", state="installing", percent=3, version="1.2.3")
    told(desk, "update", state="failed", version="1.2.3", why="stick_gone")
    assert len(desk.journal("software_ended")) == 2
    told(desk, "update", state="kept", version="1.2.3")
    assert len(desk.journal("software_ended")) == 3


# --------------------------------------------------------------------------- support


def test_support_is_let_in_by_owners_only_and_seen_by_everybody(
    desk: MachineDesk, systemctl: Played
) -> None:
    desk.do(OpenUpkeep())
    assert desk.do(OpenSupport(8)) == "owners_only"
    assert systemctl.asked == []
    desk.do(SignOut(), SignIn("3", "3333"), OpenUpkeep())
    assert desk.do(OpenSupport(8)) == ""
    assert systemctl.asked == ["start open-pos-support.service"]
    assert (desk.root / "run/open-pos/support-hours").read_text() == "8\n"
    cleo = desk.counter.register.till.signed_in()
    assert desk.journal("support_opened") == [(cleo, '{"hours":8}')]
    until_ms = until(desk, 8)
    told(
        desk, "support", until_ms=until_ms, user="support", password="quiet", addresses=["10.0.0.7"]
    )
    assert view(desk).support.password == "quiet"
    assert "quiet" not in repr(view(desk).support)
    assert desk.counter.show(StatusView).support_until_ms == until_ms
    assert len(desk.journal("support_opened")) == 1
    desk.do(SignOut())
    assert desk.counter.show(StatusView).support_until_ms == until_ms
    desk.do(SignIn("2", "2222"), OpenUpkeep())
    assert view(desk).support.until_ms == until_ms
    assert view(desk).support.password == ""
    assert desk.do(CloseSupport()) == ""
    assert systemctl.asked[-1] == "stop open-pos-support.service"
    (desk.root / "run/open-pos-caretaker/support.json").unlink()
    desk.look()
    ben = desk.counter.register.till.signed_in()
    assert desk.journal("support_closed") == [(ben, '{"why":"asked"}')]
    assert desk.counter.show(StatusView).support_until_ms == 0


def test_support_whose_time_is_up_or_that_a_restart_closed_is_noted(desk: MachineDesk) -> None:
    desk.do(SignOut(), SignIn("3", "3333"), OpenUpkeep(), OpenSupport(1))
    told(desk, "support", until_ms=until(desk, 1))
    desk.counter.register.close()
    (desk.root / "run/open-pos-caretaker/support.json").unlink()
    again = open_machine(desk.root)
    again.look()
    assert again.journal("support_closed") == [("", '{"why":"time"}')]
    desk.counter = again.counter


def test_support_that_cannot_be_opened_is_noted_so(desk: MachineDesk, systemctl: Played) -> None:
    systemctl.answers(1, "Unit open-pos-support.service not found.")
    desk.do(SignOut(), SignIn("3", "3333"), OpenUpkeep(), OpenSupport(1))
    assert desk.journal("support_closed") == [("", '{"why":"failed"}')]
    assert notice(desk).code == "machine_refused"


def test_support_of_which_nothing_is_seen_is_not_open(desk: MachineDesk) -> None:
    desk.do(SignOut(), SignIn("3", "3333"), OpenUpkeep(), OpenSupport(1))
    desk.counter.register.tick()
    assert desk.journal("support_closed") == []
    desk.counter.clock.set(desk.counter.clock.now().at_ms + 31_000)
    desk.counter.register.tick()
    assert desk.journal("support_closed") == [("", '{"why":"failed"}')]
    assert notice(desk).code == "support_not_opened"
    desk.counter.register.tick()
    assert len(desk.journal("support_closed")) == 1


def test_support_that_root_opened_is_noted_too(desk: MachineDesk) -> None:
    told(desk, "support", until_ms=until(desk, 2))
    assert len(desk.journal("support_opened")) == 1
    assert desk.journal("support_opened")[0][0] == ""


# --------------------------------------------------------------------------- power and screen


def test_a_restart_while_a_day_or_a_ticket_is_open_wants_a_word(
    desk: MachineDesk, systemctl: Played
) -> None:
    desk.do(Scan(COFFEE), OpenUpkeep())
    assert desk.do(RestartMachine()) == "business_under_way"
    assert dict(notice(desk).fields) == {"lines": 1}
    assert systemctl.asked == []
    assert desk.do(RestartMachine(anyway=True)) == ""
    assert systemctl.asked == ["reboot"]
    assert desk.journal("power_asked")[0][1] == '{"lines":1,"what":"restart"}'
    assert desk.do(SwitchOff()) == "business_under_way"
    assert desk.do(SwitchOff(anyway=True)) == ""
    assert systemctl.asked[-1] == "poweroff"


def test_a_restart_can_wait_for_the_close_of_the_day(desk: MachineDesk, systemctl: Played) -> None:
    desk.do(OpenUpkeep(), RestartMachine("closed"))
    assert view(desk).restarts_at_close
    desk.do(RestartMachine("never"))
    assert not view(desk).restarts_at_close
    desk.do(RestartMachine("closed"))
    assert systemctl.asked == []
    desk.do(CloseUpkeep(), CloseDay())
    assert systemctl.asked == ["reboot"]
    assert len(desk.journal("power_asked")) == 1
    assert desk.counter.register.till.employee is None


def test_a_day_that_is_closed_while_a_backup_is_made_is_closed(desk: MachineDesk) -> None:
    put_in_stick(desk.root)
    desk.do(OpenUpkeep())
    with_key(desk)
    desk.devices.waits = True
    desk.do(RestartMachine("closed"), BackUpNow("sda1"), CloseDay())
    assert desk.counter.register.till.employee is None
    assert desk.journal("power_asked") == []


def test_the_screen_is_set_in_the_file_and_says_what_must_begin_anew(desk: MachineDesk) -> None:
    desk.do(OpenUpkeep())
    assert desk.do(SetScreen(dark=True, text_percent=125)) == ""
    assert view(desk).screen.waits
    assert desk.do(SetScreen(rotation=90)) == ""
    desk.do(SetScreen(dark=False), SetScreen(dark=False))
    text = desk.file.read_text()
    assert text.startswith("# our shop\n")
    assert tomllib.loads(text)["screen"] == {"dark": False, "text_percent": 125, "rotation": 90}
    noted = [body for _, body in desk.journal("screen_changed")]
    assert noted == ['{"dark":true,"text_percent":125}', '{"rotation":90}', '{"dark":false}']
    desk.do(CloseUpkeep(), OpenUpkeep())
    shown = view(desk).screen
    assert (shown.rotation, shown.text_percent, shown.dark) == (90, 125, False)


def test_the_light_is_set_at_once(desk: MachineDesk) -> None:
    light = desk.root / "sys/class/backlight/dsi"
    light.mkdir(parents=True)
    (light / "max_brightness").write_text("200")
    (light / "brightness").write_text("200")
    desk.do(OpenUpkeep())
    desk.look()
    assert view(desk).screen.brightness_percent == 100
    desk.do(SetBrightness(50))
    assert (light / "brightness").read_text() == "100"
    desk.look()
    assert view(desk).screen.brightness_percent == 50


def test_a_file_that_a_hand_spoilt_is_told_and_left_alone(desk: MachineDesk) -> None:
    desk.do(OpenUpkeep())
    desk.file.write_text("[screen\n")
    assert desk.do(SetScreen(dark=True)) == "bad_configuration"
    assert desk.file.read_text() == "[screen\n"
    assert desk.journal("screen_changed") == []


def test_a_file_that_is_gone_is_not_made_anew_with_nothing_but_the_screen(
    desk: MachineDesk,
) -> None:
    desk.do(OpenUpkeep())
    desk.file.unlink()
    assert desk.do(SetScreen(dark=True)) == "settings_gone"
    assert not desk.file.exists()


def test_the_program_begins_anew_without_a_word(desk: MachineDesk) -> None:
    desk.devices.waits = True
    desk.do(OpenUpkeep())
    assert desk.do(RestartScreen()) == ""
    assert desk.devices.given[-1] == DoToMachine("screen")
    assert desk.journal("power_asked")[0][1] == '{"what":"screen"}'


def test_a_machine_that_says_nothing_is_shown_as_such(desk: MachineDesk) -> None:
    desk.do(OpenUpkeep(), MachineSeen())
    assert view(desk).sticks == ()
    assert view(desk).screen.brightness_percent == -1
