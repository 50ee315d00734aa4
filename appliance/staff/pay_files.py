"""Wages as files: put together a few people at a time, then made and written by the workshop's thread."""

import datetime
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Final, Literal

from appliance import wage_sheets, wage_text
from appliance.domain.money import MILLI
from appliance.messages import AnyJob, WriteFile
from appliance.problems import Refusal
from appliance.services import wage_record
from appliance.services.wage_record import NoWages, WageRecord
from appliance.till import Till

FOLDER: Final = "wages"

Form = Literal["pdf", "csv"]


class CannotSaveNow(Refusal):
    """Another file is being made, or whoever writes files is busy with something that takes longer."""

    code = "busy"


class NoRoomForFiles(Refusal):
    """The disk is too full for anything but paying what is on the ticket."""

    code = "no_room_for_files"


@dataclass(slots=True)
class _Making:
    """A file that is put together."""

    form: Form
    from_day: str
    to_day: str
    left: deque[str]
    file: str
    records: list[WageRecord] = field(default_factory=list)


class WageFiles:
    """Makes one file at a time."""

    def __init__(
        self, till: Till, now_ms: Callable[[], int], give: Callable[[AnyJob], bool]
    ) -> None:
        """Nothing is made. `give` hands a job out, and answers False where nobody takes it."""
        self._till: Final = till
        self._now_ms: Final = now_ms
        self._give: Final = give
        self._making: _Making | None = None

    @property
    def is_collecting(self) -> bool:
        """Whether people are left to be put into a file."""
        return self._making is not None

    def begin(self, form: Form, employees: Iterable[str], from_day: str, to_day: str) -> None:
        """Begin a file of these people. Raises `CannotSaveNow`, `NoRoomForFiles`, `NoWages`."""
        left = deque(employees)
        if self._making is not None:
            raise CannotSaveNow
        if self._till.disk == "full":
            raise NoRoomForFiles
        if not left:
            raise NoWages(from_day=from_day, to_day=to_day)
        now = datetime.datetime.fromtimestamp(self._now_ms() // MILLI, tz=datetime.UTC).astimezone()
        name = f"{from_day}_{to_day}_{now:%Y%m%d-%H%M%S}.{form}"
        folder: Path = self._till.desk.db.folder
        self._making = _Making(form, from_day, to_day, left, str(folder / FOLDER / name))

    def go_on(self, at_once: int) -> None:
        """Put the next few people into it, and give it away with the last. Raises `CannotSaveNow`."""
        making = self._making
        if making is None:
            return
        for _ in range(min(at_once, len(making.left))):
            making.records.append(
                wage_record.record(
                    self._till.desk.db,
                    making.left.popleft(),
                    making.from_day,
                    making.to_day,
                    self._now_ms(),
                )
            )
        if not making.left:
            self._making = None
            if not self._give(WriteFile(making.file, self._maker(making))):
                raise CannotSaveNow

    def _maker(self, making: _Making) -> Callable[[], bytes]:
        """What makes the file's bytes of the records, and of nothing that the register still changes."""
        facts, words, records = self._till.facts, self._till.words, tuple(making.records)
        if making.form == "csv":
            return partial(wage_text.csv_bytes, records, words, facts.currency)
        return partial(wage_sheets.slips_pdf, records, facts.name, facts.address, words)
