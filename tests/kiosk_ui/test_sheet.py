"""The sheet of fields: what is filled in, what is sent, and what becomes of it."""

from collections.abc import Mapping

import pytest

from appliance import messages as m
from kiosk_ui.navigation import Overlay
from kiosk_ui.presenters import Presenters
from kiosk_ui.presenters.ask import Question
from kiosk_ui.presenters.keyed import hours_text, minutes_of
from kiosk_ui.presenters.sheet import Field, Sheet, SheetView
from tests.kiosk_ui import samples as s
from tests.kiosk_ui.scenes import MANAGING

FIELDS = (
    Field("name", "Name", required=True),
    Field("pin", "PIN", "secret"),
    Field("rate", "Rate", "amount"),
    Field("since", "From", "day", value="2026-11-02"),
    Field("covers", "Hours a week", "hours"),
    Field("begins", "Begins", "time"),
    Field("role", "Role", "choice", "cashier", (("cashier", "Cashier"), ("manager", "Manager"))),
    Field("jobs", "Jobs", "many", "bar", (("bar", "Bar"), ("till", "Till"))),
)


class Desk(Presenters):
    """The presenters with the page of the staff open, and a register that remembers what it was sent."""

    def __init__(self) -> None:
        self.sent: list[m.Command] = []
        self.filled: Mapping[str, str] = {}
        super().__init__(self._take, now_ms=lambda: s.NOW_MS)
        for snapshot in (*MANAGING, m.StaffView("people", answered=4)):
            self.show(snapshot)
        self.sheet.open(
            Sheet(
                "Ana",
                FIELDS,
                "Save",
                self._command,
                remove="Remove",
                removing=Question("Remove?", "", "Yes", "No", m.CloseStaff()),
            )
        )

    def _take(self, command: m.Command) -> bool:
        self.sent.append(command)
        return True

    def _command(self, filled: Mapping[str, str]) -> m.Command:
        self.filled = filled
        return m.DefineJob("x", "y")

    @property
    def view(self) -> SheetView:
        return self.sheet.view

    def type(self, key: str, text: str) -> None:
        self.sheet.edit(key)
        for sign in text:
            self.typed(sign)
        self.sheet.take()

    def value(self, key: str) -> str:
        return next(one.value for one in self.view.fields if one.key == key)

    def overlay(self) -> Overlay:
        return self.shell.view.overlay

    def answer(self, problem: str = "") -> None:
        self.show(m.StaffView("people", answered=5, problem=problem))


@pytest.fixture
def desk() -> Desk:
    return Desk()


@pytest.mark.parametrize(
    ("language", "name"), [("es", "José Martín"), ("de", "Jörg O'Neil"), ("en", "André O'Brien")]
)
def test_names_can_be_typed_as_people_write_them(desk: Desk, language: str, name: str) -> None:
    desk.show(s.replace(s.SHOP, language=language))
    desk.sheet.edit("name")
    for sign in name:
        keys = {key.name for row in desk.view.keys for key in row}
        assert sign.lower() in keys
        if sign.isupper():
            desk.sheet.key("shift")
        desk.sheet.key(sign.lower())
        if sign.isupper():
            desk.sheet.key("shift")
    desk.sheet.take()
    assert desk.value("name") == name


def test_what_is_filled_in_is_what_the_command_gets(desk: Desk) -> None:
    desk.type("name", "ana")
    desk.type("pin", "1234")
    desk.type("rate", "1250")
    desk.type("covers", "3730")
    desk.type("begins", "0830")
    desk.sheet.tap_chip("role=manager")
    desk.sheet.tap_chip("jobs=till")
    desk.sheet.save()
    assert desk.filled == {
        "name": "ana", "pin": "1234", "rate": "1250", "since": "2026-11-02", "covers": "37:30",
        "begins": "8:30", "role": "manager", "jobs": "bar till",
    }  # fmt: skip
    assert desk.sent == [m.DefineJob("x", "y")]


def test_fields_are_shown_as_people_read_them(desk: Desk) -> None:
    desk.type("rate", "1250")
    desk.type("pin", "1234")
    desk.type("begins", "830")
    shown = [desk.value(key) for key in ("name", "rate", "pin", "begins", "since", "covers")]
    assert shown == ["needed", "€12.50", "●●●●", "8:30", "Mon 2 Nov 2026", "not filled in"]


def test_a_sheet_with_something_missing_cannot_be_saved(desk: Desk) -> None:
    assert not desk.view.can_save
    desk.sheet.save()
    assert desk.sent == []
    desk.type("name", "ana")
    assert desk.view.can_save


def test_it_closes_when_the_register_has_taken_it(desk: Desk) -> None:
    desk.type("name", "ana")
    desk.sheet.save()
    assert (desk.view.can_save, desk.shell.view.overlay) == (False, Overlay.SHEET)
    desk.show(m.StaffView("people", answered=4))
    assert desk.overlay() is Overlay.SHEET
    desk.answer()
    assert desk.overlay() is Overlay.NONE


def test_it_stays_with_what_was_filled_in_and_says_what_was_refused(desk: Desk) -> None:
    desk.type("name", "ana")
    desk.sheet.save()
    desk.answer("number_taken")
    assert (desk.shell.view.overlay, desk.value("name")) == (Overlay.SHEET, "ana")
    assert (desk.view.has_note, desk.view.can_save) == (True, True)
    assert "{" not in desk.view.note


def test_a_second_tap_on_save_asks_once(desk: Desk) -> None:
    desk.type("name", "ana")
    desk.sheet.save()
    desk.sheet.save()
    assert len(desk.sent) == 1


@pytest.mark.parametrize(
    ("key", "typed", "value"),
    [
        ("begins", "2459", "2:45"),
        ("begins", "0960", "0:96"),
        ("begins", "7", "0:07"),
        ("covers", "999999", "999:99"),
        ("rate", "007", "€0.07"),
        ("rate", "12x4", "€1.24"),
        ("name", "a\nb", "ab"),
    ],
)
def test_keys_that_would_make_no_value_change_nothing(
    desk: Desk, key: str, typed: str, value: str
) -> None:
    desk.sheet.edit(key)
    for sign in typed:
        desk.sheet.key(sign)
    assert desk.view.edited == f"{value}|"


def test_minutes_above_59_become_hours_when_they_are_taken(desk: Desk) -> None:
    desk.type("covers", "99")
    desk.type("begins", "99")
    assert (desk.value("covers"), desk.value("begins")) == ("1:39", "1:39")


def test_a_day_is_picked_from_its_month(desk: Desk) -> None:
    desk.sheet.edit("since")
    assert (desk.view.month, desk.view.days[0].day, len(desk.view.days)) == (
        "November 2026", "2026-10-26", 42,
    )  # fmt: skip
    desk.sheet.month_on()
    assert desk.view.month == "December 2026"
    desk.sheet.month_back()
    desk.sheet.month_back()
    assert desk.view.month == "October 2026"
    desk.sheet.choose("2026-10-28")
    assert (desk.view.is_fields, desk.value("since")) == (True, "Wed 28 Oct 2026")


def test_a_key_typed_is_given_up_with_the_field(desk: Desk) -> None:
    desk.type("name", "ana")
    desk.sheet.edit("name")
    desk.sheet.key("b")
    desk.sheet.back()
    assert desk.value("name") == "ana"


def test_removing_is_asked_first(desk: Desk) -> None:
    desk.sheet.remove()
    assert (desk.shell.view.overlay, desk.sent) == (Overlay.ASK, [])
    desk.ask.yes()
    assert desk.sent == [m.CloseStaff()]


def test_it_goes_when_the_page_beneath_goes(desk: Desk) -> None:
    desk.show(m.StaffView())
    assert desk.view == SheetView()


def test_a_required_choice_cannot_be_taken_back() -> None:
    desk = Desk()
    choices = (("a", "A"), ("b", "B"))
    sheet = Sheet(
        "T", (Field("c", "C", "choice", "a", choices, required=True),), "Save", desk._command
    )
    desk.sheet.open(sheet)
    desk.sheet.tap_chip("c=a")
    assert [chip.back for chip in desk.view.fields[0].chips] == ["chip", "surface"]


@pytest.mark.parametrize("minutes", [0, 1, 59, 60, 510, 5999])
def test_lengths_are_written_and_read_back(minutes: int) -> None:
    assert minutes_of(hours_text(minutes)) == minutes


def test_a_ready_made_text_is_filled_in_by_a_chip_and_can_be_typed_over(desk: Desk) -> None:
    field = Field("why", "Why?", choices=(("forgot", "forgot"), ("other", "other")), required=True)
    desk.sheet.open(Sheet("Ana", (field,), "Save", desk._command))
    shown = desk.view.fields[0]
    assert (shown.has_text, shown.has_chips, shown.value) == (True, True, "needed")
    desk.sheet.tap_chip("why=forgot")
    assert desk.value("why") == "forgot"
    assert [one.back for one in desk.view.fields[0].chips] == ["chip", "surface"]
    desk.type("why", " it")
    assert [one.back for one in desk.view.fields[0].chips] == ["surface", "surface"]
    desk.sheet.save()
    assert desk.filled == {"why": "forgot it"}


def test_what_the_sheet_itself_finds_wrong_is_said_and_not_sent(desk: Desk) -> None:
    def check(filled: Mapping[str, str]) -> str:
        return "" if filled["name"] == "Ana" else "Please call her Ana."

    field = Field("name", "Name", value="Eva", required=True)
    desk.sheet.open(Sheet("Ana", (field,), "Save", desk._command, check=check))
    desk.sheet.save()
    assert desk.sent == []
    assert desk.view.note == "Please call her Ana."
    assert desk.view.has_note
    desk.sheet.edit("name")
    for _ in range(3):
        desk.sheet.key("back")
    for sign in "Ana":
        desk.sheet.key(sign)
    desk.sheet.take()
    desk.sheet.save()
    assert len(desk.sent) == 1
    assert not desk.view.has_note


def test_what_is_offered_may_depend_on_another_field_and_is_forgotten_with_it() -> None:
    parts = {"DE": (("BY", "Bayern"),), "US": (("CA", "California"),)}
    desk = Desk()
    fields = (
        Field("country", "Country", value="DE", choices=(("DE", "Germany"), ("US", "USA"))),
        Field("part", "Part", value="BY", offers=lambda filled: parts.get(filled["country"], ())),
    )
    desk.sheet.open(Sheet("Holidays", fields, "Save", desk._command))
    assert [one.text for one in desk.view.fields[1].chips] == ["Bayern"]
    desk.sheet.tap_chip("country=US")
    assert [one.text for one in desk.view.fields[1].chips] == ["California"]
    desk.sheet.save()
    assert desk.filled["part"] == ""


def test_what_was_typed_and_never_offered_stays() -> None:
    desk = Desk()
    fields = (
        Field("country", "Country", value="AR", choices=(("DE", "Germany"),)),
        Field("part", "Part", value="Z", offers=lambda _filled: ()),
    )
    desk.sheet.open(Sheet("Holidays", fields, "Save", desk._command))
    desk.sheet.tap_chip("country=DE")
    desk.sheet.save()
    assert desk.filled["part"] == "Z"
