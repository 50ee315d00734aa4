"""The page "This register": what each tap asks of the register, and what is said of what it answers."""

import pytest

from appliance import messages as m
from kiosk_ui.navigation import Overlay, Page
from kiosk_ui.presenters.upkeep.views import lasting, size
from tests.kiosk_ui import samples as s
from tests.kiosk_ui import upkeep_samples as u
from tests.kiosk_ui.staff_desk import Desk


def rows(desk: Desk) -> dict[str, tuple[str, str, bool]]:
    return {row.key: (row.title, row.text, row.enabled) for row in desk.upkeep.view.rows}


def page(desk: Desk) -> Page:
    return desk.shell.view.page


def actions(desk: Desk) -> dict[str, bool]:
    return {one.key: one.enabled for one in desk.upkeep.view.actions}


def answered(desk: Desk, **changes: object) -> None:
    """The register has done, or refused, what was asked last."""
    seen = desk.upkeep.seen.upkeep
    desk.show(s.replace(seen, answered=seen.answered + 1, **changes))


def test_the_menu_opens_the_page_for_managers() -> None:
    desk = Desk()
    desk.menu.upkeep()
    assert desk.sent == [m.OpenUpkeep()]
    desk.show(u.TYPICAL)
    assert page(desk) is Page.UPKEEP
    desk.upkeep.leave()
    assert desk.sent[-1] == m.CloseUpkeep()
    desk.show(m.UpkeepView())
    assert page(desk) is Page.SALE
    assert desk.upkeep.view.rows == ()


def test_a_backup_goes_onto_the_stick_that_was_chosen() -> None:
    other = s.replace(u.STICK, device="sdb1", name="Other")
    gone = s.replace(u.STICK, device="sdc1", ready=False)
    desk = Desk(s.replace(u.TYPICAL, sticks=(gone, u.STICK, other)))
    assert rows(desk)["stick:sda1"][1] == "14.2 GB free of 16.0 GB  ·  9 backups of this register"
    assert not rows(desk)["stick:sdc1"][2]
    desk.upkeep.choose("back_up")
    desk.upkeep.choose("stick:sdb1")
    desk.upkeep.choose("back_up")
    desk.upkeep.choose("let_go")
    desk.upkeep.choose("log")
    assert desk.sent == [
        m.BackUpNow("sda1"),
        m.BackUpNow("sdb1"),
        m.LetStickGo("sdb1"),
        m.CopyOut("log", "sdb1"),
    ]
    desk.show(s.replace(u.TYPICAL, sticks=(u.STICK,)))
    desk.upkeep.choose("back_up")
    assert desk.sent[-1] == m.BackUpNow("sda1")


@pytest.mark.parametrize(
    ("view", "can"),
    [
        (u.TYPICAL, {"let_go": True, "passphrase": True, "back_up": True}),
        (u.FIRST, {"let_go": True, "passphrase": True, "back_up": False}),
        (u.EMPTY, {"let_go": False, "passphrase": False, "back_up": False}),
        (u.RUNNING, {"let_go": False, "passphrase": False, "back_up": False}),
        (
            s.replace(u.TYPICAL, sticks=(s.replace(u.STICK, read_only=True),)),
            {"let_go": True, "passphrase": False, "back_up": False},
        ),
    ],
)
def test_only_what_is_possible_can_be_tapped(view: m.UpkeepView, can: dict[str, bool]) -> None:
    assert actions(Desk(view)) == can


def test_a_passphrase_is_typed_twice_and_never_shown() -> None:
    desk = Desk(u.FIRST)
    desk.upkeep.choose("passphrase")
    assert desk.overlay() is Overlay.SHEET
    desk.fill(phrase="short", again="short")
    assert "at least 8" in desk.sheet.view.note
    desk.fill(phrase="three words", again="three worlds")
    assert desk.sheet.view.has_note
    assert [field.value for field in desk.sheet.view.fields] == ["●" * 11, "●" * 12]
    assert desk.sent == []
    desk.fill(again="three words")
    assert desk.sent == [m.BackUpNow("sda1", "three words")]
    answered(desk, task=m.TaskView("backup", "copying"))
    assert desk.overlay() is Overlay.NONE
    assert desk.upkeep.view.progress == "Copying the shop …"


def test_a_refusal_is_said_on_the_sheet_and_the_sheet_stays() -> None:
    desk = Desk(u.NEW_KEY)
    desk.upkeep.choose("key_keep")
    desk.fill(ending="abc")
    assert desk.sent == [m.KeepBackupKey("abc")]
    answered(desk, problem="backup_key_not_on_paper", problem_fields=(("count", 6),))
    assert "last 6 signs" in desk.sheet.view.note
    assert desk.overlay() is Overlay.SHEET
    desk.fill(ending="SFX7N")
    answered(desk, problem="", new_key="")
    assert desk.overlay() is Overlay.NONE


def test_a_new_key_is_shown_as_a_code_and_in_groups_that_can_be_written_down() -> None:
    desk = Desk(u.NEW_KEY)
    view = desk.upkeep.view
    assert len(view.symbol) == len(view.symbol[0])
    assert view.secret.startswith("AGE-SECRET-KEY-\n1QVQ 6SC5")
    assert view.secret.replace("\n", "").replace(" ", "") == u.SECRET
    desk.upkeep.choose("key_print")
    desk.upkeep.choose("key_drop")
    assert desk.sent == [m.PrintBackupKey(), m.DropBackupKey()]


def test_another_key_is_asked_about_and_the_first_is_not() -> None:
    desk = Desk(u.FIRST)
    desk.upkeep.choose("key")
    assert desk.sent == [m.MakeBackupKey()]
    desk.show(u.TYPICAL)
    desk.upkeep.choose("key")
    assert desk.overlay() is Overlay.ASK
    desk.ask.yes()
    assert desk.sent[-1] == m.MakeBackupKey()


def test_what_is_done_every_night_is_a_sheet() -> None:
    desk = Desk(u.TYPICAL)
    desk.upkeep.choose("nightly")
    desk.sheet.tap_chip("nightly=no")
    desk.sheet.edit("keep")
    desk.sheet.key("back")
    desk.sheet.key("back")
    desk.sheet.key("7")
    desk.sheet.take()
    desk.sheet.save()
    assert desk.sent == [m.PlanBackups(nightly=False, keep=7)]


def test_the_journal_is_copied_after_a_question_since_everybody_can_read_it() -> None:
    desk = Desk(u.TYPICAL)
    desk.upkeep.choose("journal")
    assert "not encrypted" in desk.ask.view.text
    desk.ask.yes()
    assert desk.sent == [m.CopyOut("journal", "sda1")]


def test_how_far_a_backup_is_and_how_it_ended_is_said() -> None:
    desk = Desk(u.RUNNING)
    view = desk.upkeep.view
    assert (view.progress, view.progress_percent, view.can_stop) == (
        "Writing onto the stick: 42 %",
        42,
        True,
    )
    desk.upkeep.stop()
    assert desk.sent == [m.StopUpkeep()]
    desk.show(u.DONE)
    assert desk.upkeep.view.note == f"The backup is made and proven: {u.FILE}"
    desk.show(m.NoticeView(3, m.NoticeLevel.DONE, "upkeep_backup", (("file", u.FILE),)))
    assert not desk.shell.view.has_notice
    desk.show(u.TROUBLE)
    assert "was the stick pulled out?" in desk.upkeep.view.note
    assert desk.upkeep.view.note_colour == "danger_ink"
    assert "not what it should be" in rows(desk)["fact:last"][1]


def test_the_notice_is_shown_where_the_page_is_not() -> None:
    desk = Desk(m.NoticeView(3, m.NoticeLevel.DONE, "upkeep_backup", (("file", u.FILE),)))
    assert desk.shell.view.notice == f"The backup is made and proven: {u.FILE}"
    failed = (("at_ms", s.NOW_MS), ("seen", "none"), ("why_code", "no_stick"))
    desk.show(m.NoticeView(4, m.NoticeLevel.WARN, "nightly_backup_failed", failed, stays=True))
    assert desk.shell.view.notice == (
        "Last night's backup was not made: There is no USB stick to write to. Found: none. "
        "Please plug one in, or name a folder."
    )


@pytest.mark.parametrize(
    ("backups", "said"),
    [
        (m.BackupsView(), "There is no backup yet"),
        (u.MADE, "Last backup: 12:32"),
    ],
)
def test_what_is_known_of_backups_is_said(backups: m.BackupsView, said: str) -> None:
    assert rows(Desk(s.replace(u.TYPICAL, backups=backups)))["fact:last"][0] == said


def test_software_is_installed_after_a_question() -> None:
    desk = Desk(u.SOFTWARE)
    desk.upkeep.tap_chip("software")
    assert rows(desk)[f"bundle:{u.BUNDLE.path}"][:2] == (
        "Install 0.2.0",
        "On SanDisk Ultra, 412 MB. Takes some minutes; the shop sells on.",
    )
    desk.upkeep.choose(f"bundle:{u.BUNDLE.path}")
    desk.ask.yes()
    assert desk.sent == [m.InstallSoftware(u.BUNDLE.path)]
    desk.show(u.INSTALLING)
    view = desk.upkeep.view
    assert (view.progress, view.progress_percent) == ("Installing 0.2.0: 40 %", 40)
    assert not view.can_stop
    assert rows(desk)["fact:update"][0].startswith("The shop sells on.")
    assert not rows(desk)[f"bundle:{u.BUNDLE.path}"][2]
    assert actions(desk) == {}


def test_software_at_the_server_is_marked_and_fetching_it_can_be_stopped() -> None:
    desk = Desk(u.FROM_SERVER)
    desk.upkeep.tap_chip("software")
    assert rows(desk)[f"bundle:{u.SERVED.path}"][:2] == (
        "Install 0.3.0",
        "From the server, 398 MB. It is fetched first, which takes some minutes; the shop sells on.",
    )
    desk.upkeep.choose(f"bundle:{u.SERVED.path}")
    assert "fetched from the server" in desk.ask.view.text
    desk.ask.yes()
    desk.show(u.FETCHING)
    view = desk.upkeep.view
    assert (view.progress, view.progress_percent) == ("Fetching from the server: 42 %", 42)
    assert view.can_stop
    desk.upkeep.stop()
    assert desk.sent == [m.InstallSoftware(u.SERVED.path), m.StopUpkeep()]
    ended = m.EndedView("fetch", "software_fetch_stopped")
    desk.show(s.replace(u.FROM_SERVER, ended=ended))
    assert desk.upkeep.view.note_colour == "amber_ink"


def test_a_restart_into_new_software_is_now_or_when_the_day_is_closed() -> None:
    desk = Desk(u.READY)
    desk.upkeep.tap_chip("software")
    # What is installed already is not offered once more; an older one beside it is.
    assert f"bundle:{u.BUNDLE.path}" not in rows(desk)
    older = s.replace(u.BUNDLE, path="/media/open-pos/sdb1/older.raucb", version="0.1.9")
    desk.show(s.replace(u.READY, bundles=(u.BUNDLE, older)))
    assert [key for key in rows(desk) if key.startswith("bundle:")] == [f"bundle:{older.path}"]
    desk.show(u.READY)
    desk.upkeep.choose("restart_later")
    desk.upkeep.choose("restart")
    assert "6 lines are on the ticket" in desk.ask.view.text
    desk.ask.yes()
    desk.show(u.WAITS)
    assert "restart_later" not in actions(desk)
    desk.upkeep.choose("restart_never")
    assert desk.sent == [
        m.RestartMachine("closed"),
        m.RestartMachine(anyway=True),
        m.RestartMachine("never"),
    ]


def test_support_is_opened_by_owners_after_a_question() -> None:
    desk = Desk(u.MANAGER)
    desk.upkeep.tap_chip("support")
    assert actions(desk) == {"support:1": False, "support:8": False}
    desk.show(u.TYPICAL)
    desk.upkeep.choose("support:8")
    desk.ask.yes()
    assert desk.sent == [m.OpenSupport(8)]
    desk.show(u.OPEN)
    assert desk.upkeep.view.secret == "quiet-maple-4827"
    assert rows(desk)["fact:until"][0] == "Open until 21:44, 7 h 12 min left"
    desk.upkeep.choose("support_close")
    assert desk.sent[-1] == m.CloseSupport()
    desk.show(u.OPEN_FOR_MANAGER)
    assert desk.upkeep.view.secret == ""


def test_the_band_is_there_for_as_long_as_support_is_open() -> None:
    desk = Desk()
    assert not desk.band.view.shown
    desk.show(u.WITH_SUPPORT)
    assert desk.band.view.text == "Support access is open: 7 h 12 min left"
    desk.show(s.replace(u.WITH_SUPPORT, support_until_ms=s.NOW_MS))
    assert not desk.band.view.shown


def test_each_setting_of_the_screen_is_a_chip() -> None:
    desk = Desk(u.TYPICAL)
    desk.upkeep.tap_chip("screen")
    for name in ("brightness=20", "text_percent=125", "dark=yes", "rotation=270"):
        desk.upkeep.tap_chip(name)
    assert desk.sent == [
        m.SetBrightness(20),
        m.SetScreen(text_percent=125),
        m.SetScreen(dark=True),
        m.SetScreen(rotation=270),
    ]
    desk.show(u.NO_LIGHT)
    assert [field.key for field in desk.upkeep.view.fields] == ["text_percent", "dark", "rotation"]
    desk.upkeep.choose("screen")
    assert desk.sent[-1:] == [m.RestartScreen()]
    desk.show(u.ROTATED)
    assert actions(desk) == {"screen": True}
    desk.show(u.TYPICAL)
    assert actions(desk) == {}


def test_switching_off_says_what_becomes_of_the_ticket() -> None:
    desk = Desk(u.TYPICAL)
    desk.upkeep.tap_chip("power")
    desk.upkeep.choose("off")
    assert "6 lines are on the ticket: they stay stored" in desk.ask.view.text
    desk.ask.no()
    assert desk.sent == []
    desk.show(s.EMPTY_TICKET)
    desk.upkeep.choose("off")
    assert desk.ask.view.text.endswith("The business day stays open.")
    desk.ask.yes()
    assert desk.sent == [m.SwitchOff(anyway=True)]


def test_the_page_begins_with_backups_each_time() -> None:
    desk = Desk(u.TYPICAL)
    desk.upkeep.tap_chip("power")
    desk.show(m.UpkeepView())
    desk.show(u.TYPICAL)
    assert desk.upkeep.view.part == "backup"


def test_sizes_and_times_are_written_for_people() -> None:
    formats = Desk().upkeep.formats
    assert size(380_000_001, formats) == "381 MB"
    assert size(15_990_000_000, formats) == "15.9 GB"
    assert lasting(1, formats) == "1 min"
    assert lasting(60 * 60_000, formats) == "1 h 0 min"
