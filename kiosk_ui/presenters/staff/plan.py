"""The schedule: a week as people by days, what became of each shift in words, and what the time clock refused."""

import datetime
from collections.abc import Callable, Mapping
from typing import Final

from appliance.messages import (
    ChangeShift,
    CopyWeek,
    DropShift,
    PlanPersonView,
    PlanShift,
    PlanView,
    ShiftView,
    ShowWeek,
    Snapshot,
    StaffView,
    UnplannedView,
)
from kiosk_ui.presenters.ask import Question
from kiosk_ui.presenters.base import NowMs, Open, Presenter, Seen, Send
from kiosk_ui.presenters.sheet import Field, Sheet
from kiosk_ui.presenters.staff import refused
from kiosk_ui.presenters.staff.plan_views import (
    BlockView,
    DayHeadView,
    PlanCellView,
    PlanPageView,
    PlanRowView,
)
from kiosk_ui.strings import Words

WEEK: Final = datetime.timedelta(days=7)
AN_HOUR: Final = 60
LETTERS: Final = 3
"""So much of a month's name is written."""

_COLOURS: Final[Mapping[str, tuple[str, str]]] = {
    "coming": ("surface", "muted"),
    "here": ("brand_soft", "brand_ink"),
    "late": ("amber_soft", "amber_ink"),
    "missing": ("danger_soft", "danger_ink"),
    "done": ("soft", "muted"),
    "early": ("amber_soft", "amber_ink"),
    "unplanned": ("surface", "amber_ink"),
    "clash": ("danger_soft", "danger_ink"),
}
"""Surface and words of a block, by how it stands; what the colour says is said in words as well."""


class PlanPresenter(Presenter[PlanPageView]):
    """Shows a week, opens a sheet for what is tapped, and sends what was filled in."""

    topics = (PlanView, StaffView)
    _lists = False

    def __init__(
        self,
        send: Send,
        words: Words,
        open_sheet: Callable[[Sheet], None],
        *,
        open_overlay: Open,
        now_ms: NowMs,
    ) -> None:
        """`open_sheet` shows a sheet to be filled in."""
        self._open_sheet = open_sheet
        super().__init__(send, words, open_overlay=open_overlay, now_ms=now_ms)

    # ------------------------------------------------------------------ gestures

    def week_back(self) -> None:
        """The week before."""
        self._turn(-WEEK)

    def week_on(self) -> None:
        """The week after."""
        self._turn(WEEK)

    def this_week(self) -> None:
        """Back to the present."""
        self.send(ShowWeek())

    def copy_week(self) -> None:
        """Plan this week as the one before."""
        if self.seen.plan.days:
            self.send(CopyWeek(self.seen.plan.days[0]))

    def switch(self) -> None:
        """To the list of what was refused, or back to the week."""
        self._lists = not self._lists
        self.refresh()

    def tap_person(self, employee: str) -> None:
        """Somebody's name: a shift of theirs, on a day to be chosen."""
        days, today = self.seen.plan.days, self.seen.plan.today
        if days:
            self.tap_cell(f"{employee}@{today if today in days else days[0]}")

    def tap_cell(self, key: str) -> None:
        """A day of somebody's: a shift to be planned."""
        employee, _, day = key.partition("@")
        person = self._person(employee)
        if person is None or not person.is_active:
            return
        words = self.words
        self._open_sheet(
            Sheet(
                title=words("plan.new", name=person.name),
                fields=(
                    Field("day", words("plan.day"), "day", day, required=True),
                    Field("begins", words("plan.begins"), "time", required=True),
                    Field(
                        "ends",
                        words("plan.ends"),
                        "time",
                        note=words("plan.next_day"),
                        required=True,
                    ),
                    *self._job_and_note("", ""),
                ),
                save=words("plan.save"),
                command=lambda filled: PlanShift(employee=employee, **filled),
            )
        )

    def tap_block(self, key: str) -> None:
        """A shift: to be changed or dropped."""
        shift = next((one for one in self.seen.plan.shifts if one.id == key), None)
        if shift is None:
            return
        words, person = self.words, self._person(shift.employee)
        name = "" if person is None else person.name
        when = words("plan.when", day=self.formats.day(shift.day), times=_times(shift))
        people = tuple((one.employee, one.name) for one in self.seen.plan.people if one.is_active)
        self._open_sheet(
            Sheet(
                title=words("plan.change", name=name),
                text=self._said(shift),
                fields=(
                    Field("day", words("plan.day"), "day", shift.day, required=True),
                    Field("begins", words("plan.begins"), "time", shift.begins, required=True),
                    Field(
                        "ends", words("plan.ends"), "time", shift.ends, note=words("plan.next_day"), required=True
                    ),
                    *self._early(shift),
                    Field(
                        "employee", words("plan.who"), "choice", shift.employee, people, required=True
                    ),
                    *self._job_and_note(shift.job, shift.note),
                ),
                save=words("plan.save"),
                command=lambda filled: ChangeShift(
                    shift=shift.id,
                    allows_early=bool(filled.get("early")),
                    **{field: text for field, text in filled.items() if field != "early"},
                ),
                remove=words("plan.drop"),
                removing=Question(
                    words("plan.drop_title"),
                    words("plan.drop_text", name=name, when=when),
                    words("plan.drop_yes"),
                    words("plan.drop_no"),
                    DropShift(shift.id),
                ),
            )
        )  # fmt: skip

    def choose(self, key: str) -> None:
        """A device in the list: to be admitted, named, or disowned."""
        origin = key.partition(":")[2]
        self._open_sheet(refused.device_sheet(origin, self.seen.plan, self.words))

    def took(self, snapshot: Snapshot, before: Seen) -> None:  # noqa: ARG002
        """Whoever comes to the page anew sees the week first."""
        if isinstance(snapshot, StaffView) and snapshot.part != "plan":
            self._lists = False

    # ------------------------------------------------------------------ drawing

    def draw(self) -> PlanPageView:
        """The page for now; next to nothing while the register shows no week."""
        seen, words = self.seen.plan, self.words
        if not seen.days:
            return PlanPageView()
        smells = seen.refused_count + sum(one.punches > 0 for one in seen.strangers)
        switch = words("plan.week") if self._lists else words("plan.refused")
        is_new = not seen.shifts and not seen.unplanned
        return PlanPageView(
            title=self._range(),
            heading=words("plan.refused_title") if self._lists else "",
            copy=words("plan.copy"),
            switch=f"{switch} ({smells})" if smells and not self._lists else switch,
            switch_icon="calendar-week" if self._lists else "shield-alert-outline",
            is_week=not self._lists,
            is_list=self._lists,
            heads=tuple(map(self._head, seen.days)),
            rows=tuple(map(self._row, seen.people)),
            hint=words("plan.hint"),
            has_hint=is_new and not self._lists,
            lines=refused.lines(seen, words, self.formats) if self._lists else (),
        )

    def _turn(self, by: datetime.timedelta) -> None:
        if self.seen.plan.days:
            first = datetime.date.fromisoformat(self.seen.plan.days[0])
            self.send(ShowWeek((first + by).isoformat()))

    def _person(self, employee: str) -> PlanPersonView | None:
        return next((one for one in self.seen.plan.people if one.employee == employee), None)

    def _job_and_note(self, job: str, note: str) -> tuple[Field, ...]:
        words, jobs = self.words, self.seen.plan.jobs
        noted = Field("note", words("plan.note"), value=note)
        if not jobs:
            return (noted,)
        return (Field("job", words("plan.job"), "choice", job, jobs), noted)

    def _early(self, shift: ShiftView) -> tuple[Field, ...]:
        """Whether they may come early: only where the shop has a limit, and nobody has come yet."""
        seen, words = self.seen.plan, self.words
        if seen.early_minutes < 0 or shift.state != "coming":
            return ()
        choices = (("yes", words("plan.early_yes")),)
        value = "yes" if shift.allowed else ""
        return (
            Field("early", words("plan.early"), "choice", value, choices, required=shift.allowed),
        )

    def _range(self) -> str:
        first, last = (datetime.date.fromisoformat(self.seen.plan.days[at]) for at in (0, -1))
        return self.words(
            "plan.range",
            from_day=first.day,
            from_month=self.words(f"date.month.{first.month}")[:LETTERS],
            to_day=last.day,
            to_month=self.words(f"date.month.{last.month}")[:LETTERS],
            year=last.year,
        )

    def _head(self, iso: str) -> DayHeadView:
        day = datetime.date.fromisoformat(iso)
        text = f"{self.words(f'sheet.weekday.{day.isoweekday()}')} {day.day}"
        if iso == self.seen.plan.today:
            return DayHeadView(text, "brand_ink", "brand_soft")
        return DayHeadView(text)

    def _row(self, person: PlanPersonView) -> PlanRowView:
        cells = tuple(self._cell(person.employee, day) for day in self.seen.plan.days)
        most = max(len(cell.blocks) for cell in cells)
        return PlanRowView(person.employee, person.name, most, cells)

    def _cell(self, employee: str, day: str) -> PlanCellView:
        seen = self.seen.plan
        blocks = [
            self._block(one) for one in seen.shifts if (one.employee, one.day) == (employee, day)
        ]
        blocks += [
            self._unplanned(one)
            for one in seen.unplanned
            if (one.employee, one.day) == (employee, day)
        ]
        return PlanCellView(f"{employee}@{day}", tuple(blocks))

    def _block(self, shift: ShiftView) -> BlockView:
        how = "early" if shift.left_early_minutes else shift.state
        if shift.late_minutes and shift.state in {"here", "done"}:
            how = "late"
        back, ink = _COLOURS["clash" if shift.clashes else how]
        return BlockView(shift.id, _times(shift), self._said(shift), back, ink)

    def _said(self, shift: ShiftView) -> str:
        """All that there is to say of a shift."""
        words = self.words
        clash = words("plan.clash") if shift.clashes else ""
        left = ""
        if shift.left_early_minutes:
            left = words("plan.left_early", length=self._length(shift.left_early_minutes))
        # Whoever left early has worked.
        is_said = shift.state == "done" and not shift.late_minutes and bool(left or clash)
        return ", ".join(filter(None, (clash, "" if is_said else self._state(shift), left)))

    def _state(self, shift: ShiftView) -> str:
        """How a shift stands, in words; one that is to come says what for."""
        words = self.words
        length = self._length(shift.late_minutes)
        if shift.state == "coming":
            job = dict(self.seen.plan.jobs).get(shift.job, "")
            return ", ".join(filter(None, (job, words("plan.allowed") if shift.allowed else "")))
        if shift.state == "late":
            return words("plan.late", length=length)
        if shift.state in {"here", "done"} and shift.late_minutes:
            return words("plan.came_late", length=length)
        return words(f"plan.{shift.state}")

    def _unplanned(self, stay: UnplannedView) -> BlockView:
        back, ink = _COLOURS["unplanned"]
        times = f"{stay.begins}–{stay.ends}"
        return BlockView("", times, self.words("plan.unplanned"), back, ink, enabled=False)

    def _length(self, minutes: int) -> str:
        """A length in minutes, or in hours and minutes."""
        hours, rest = divmod(minutes, AN_HOUR)
        if not hours:
            return self.words("plan.minutes", n=rest)
        return self.words("plan.hours", n=hours) if not rest else f"{hours}:{rest:02d} h"


def _times(shift: ShiftView) -> str:
    return f"{shift.begins}–{shift.ends}"
