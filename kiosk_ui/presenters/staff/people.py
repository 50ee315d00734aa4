"""The people who work here: the list, one of them with all that is known of them, and the jobs of the shop."""

from collections.abc import Callable
from typing import Final

from appliance.messages import (
    AssignJob,
    ChoosePerson,
    ChosenPersonView,
    GiveBadge,
    PersonView,
    SessionView,
    Snapshot,
    StaffPeopleView,
    StaffPersonView,
    TimeclockView,
)
from kiosk_ui.presenters.ask import Ask
from kiosk_ui.presenters.base import NowMs, Open, Presenter, Seen, Send
from kiosk_ui.presenters.sheet import Sheet
from kiosk_ui.presenters.staff import people_rows, people_sheets
from kiosk_ui.presenters.staff.people_views import (
    JobsPartView,
    PersonPartView,
    StaffPeoplePageView,
)
from kiosk_ui.strings import Words

OpenSheet = Callable[[Sheet], None]
OWNER: Final = "owner"


class StaffPeoplePresenter(Presenter[StaffPeoplePageView]):
    """Shows whom the register says was chosen; that the jobs of the shop are looked at, it knows itself."""

    topics = (StaffPeopleView, TimeclockView, SessionView)
    _at_jobs = False

    def __init__(
        self,
        send: Send,
        words: Words,
        ask: Ask,
        open_sheet: OpenSheet,
        *,
        open_overlay: Open,
        now_ms: NowMs,
    ) -> None:
        """`ask` asks before what is not easily put right, `open_sheet` lets something be filled in."""
        self._ask = ask
        self._open_sheet = open_sheet
        super().__init__(send, words, open_overlay=open_overlay, now_ms=now_ms)

    # ------------------------------------------------------------------ gestures: the list

    def choose(self, key: str) -> None:
        """A line was tapped: `person:<id>`, `badge:<id>`, `rate:<day>:<job>` or `job:<code>`."""
        kind, _, which = key.partition(":")
        if kind == "person":
            self._at_jobs = False
            self.send(ChoosePerson(which))
        elif kind == "job":
            self._edit_job(which)
        elif kind == "badge":
            self._edit_badge(which)
        else:
            self._edit_rate(*which.split(":", 1))
        self.refresh()

    def jobs(self) -> None:
        """The jobs of the shop."""
        self._at_jobs = True
        self.send(ChoosePerson(None))
        self.refresh()

    def back(self) -> None:
        """Back to the list."""
        self._at_jobs = False
        self.send(ChoosePerson(None))
        self.refresh()

    def add(self) -> None:
        """Somebody new."""
        self._at_jobs = False
        self._open_sheet(people_sheets.new_person(self.words, self.seen.staff_people, self._by()))
        self.refresh()

    # ------------------------------------------------------------------ gestures: one person

    def edit(self) -> None:
        """Name, number, role, language."""
        if (found := self._chosen()) is not None:
            one, chosen = found
            self._open_sheet(people_sheets.change(self.words, one, chosen.language, self._by()))

    def pin(self) -> None:
        """Another PIN."""
        if (found := self._chosen()) is not None:
            self._open_sheet(people_sheets.new_pin(self.words, found[0].person))

    def give_badge(self) -> None:
        """The next badge is theirs."""
        if (found := self._chosen()) is not None:
            self.send(GiveBadge(found[0].person.id))

    def cancel_badge(self) -> None:
        """No badge is waited for."""
        self.send(GiveBadge(None))

    def tap_chip(self, name: str) -> None:
        """A job is theirs, or no longer."""
        if (found := self._chosen()) is not None:
            code = name.removeprefix("job:")
            one, chosen = found
            self.send(AssignJob(one.person.id, code, assigned=code not in chosen.jobs))

    def new_rate(self) -> None:
        """What is paid from a day on."""
        self._edit_rate("", "")

    def records(self) -> None:
        """Address, birthday and the like."""
        if (found := self._chosen()) is not None:
            self._open_sheet(people_sheets.records(self.words, *found))

    def leave(self) -> None:
        """Has left, stays after all, or comes back."""
        if (found := self._chosen()) is None:
            return
        one, words, today = found[0], self.words, self.seen.staff_people.today
        if one.left:
            self._open_sheet(people_sheets.returning(words, one.person, today))
        elif one.last_day:
            self._ask(people_sheets.staying(words, one.person))
        else:
            self._open_sheet(people_sheets.leaving(words, one.person, today))

    def _edit_badge(self, badge: str) -> None:
        if (found := self._chosen()) is None:
            return
        one, chosen = found
        held = next((held for held in chosen.badges if held.id == badge), None)
        if held is not None:
            self._open_sheet(people_sheets.badge(self.words, one.person, held))

    def _edit_rate(self, day: str, job: str) -> None:
        if (found := self._chosen()) is None:
            return
        one, chosen = found
        held = next(
            (rate for rate in chosen.rates if (rate.from_day, rate.job) == (day, job)), None
        )
        seen = self.seen.staff_people
        self._open_sheet(people_sheets.rate(self.formats, seen, one.person, chosen, held))

    # ------------------------------------------------------------------ gestures: the jobs of the shop

    def add_job(self) -> None:
        """Another job."""
        self._open_sheet(people_sheets.new_job(self.words))

    def _edit_job(self, code: str) -> None:
        held = next((job for job in self.seen.staff_people.jobs if job.code == code), None)
        if held is None:
            return
        if held.archived:
            self._ask(people_sheets.job_again(self.words, held))
        else:
            self._open_sheet(people_sheets.job(self.words, held))

    # ------------------------------------------------------------------ what follows from them

    def took(self, snapshot: Snapshot, before: Seen) -> None:
        """Whoever was added is looked at; a page that was left begins anew."""
        if not isinstance(snapshot, StaffPeopleView):
            return
        if not snapshot.people or (
            snapshot.chosen is not None and before.staff_people.chosen is None
        ):
            self._at_jobs = False

    def _by(self) -> PersonView | None:
        return None if self.seen.session is None else self.seen.session.employee

    def _chosen(self) -> tuple[StaffPersonView, ChosenPersonView] | None:
        seen = self.seen.staff_people
        chosen = seen.chosen
        if chosen is None or self._at_jobs:
            return None
        one = next((one for one in seen.people if one.person.id == chosen.id), None)
        return None if one is None else (one, chosen)

    # ------------------------------------------------------------------ drawing

    def draw(self) -> StaffPeoplePageView:
        """The list and what was chosen; nothing while nobody looks at it."""
        seen, words = self.seen.staff_people, self.words
        if not seen.people:
            return StaffPeoplePageView()
        found = self._chosen()
        at_work = {one.employee: one for one in self.seen.timeclock.at_work}
        person = PersonPartView()
        if found is not None:
            person = people_rows.person_part(
                self.formats, seen, *found, can_change=self._may_change(found[0].person)
            )
        return StaffPeoplePageView(
            people=people_rows.lines(self.formats, seen, at_work, person.id),
            jobs=words("staff_people.shop_jobs"),
            add=words("staff_people.add"),
            has_detail=found is not None or self._at_jobs,
            is_person=found is not None,
            is_jobs=self._at_jobs,
            is_nothing=found is None and not self._at_jobs,
            hint=words("staff_people.hint"),
            person=person,
            shop_jobs=people_rows.jobs_part(words, seen) if self._at_jobs else JobsPartView(),
        )

    def _may_change(self, person: PersonView) -> bool:
        by = self._by()
        return person.role != OWNER or (by is not None and by.role == OWNER)
