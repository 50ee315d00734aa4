"""Sheets of labels, laid part by part as the register makes the words, and written as a PDF with the last of them."""

import contextlib
from pathlib import Path

from appliance import label_sheets
from appliance.messages import LabelsFailed, LabelsPrinted, LaySheets
from appliance.problems import Refusal
from drivers.label import Label

NOBODY: str = ""
"""Sheets come from no device."""


class SheetTable:
    """Where the labels of one file lie until all are there."""

    def __init__(self) -> None:
        """Nothing lies there."""
        self._file = ""
        self._labels: list[Label] = []

    def lay(self, job: LaySheets) -> LabelsPrinted | LabelsFailed:
        """Lay labels, and write the file with the last ones; that takes half a second and some 10 ms a label."""
        if job.file != self._file:
            self._file, self._labels = job.file, []
        for text in job.labels:
            label = Label(text.name, text.price, text.unit_price, text.barcode, text.note)
            self._labels += [label] * job.copies
        if job.last:
            labels, self._file, self._labels = self._labels, "", []
            # Where even the folder cannot be made, the file cannot be written, and that is told.
            with contextlib.suppress(OSError):
                Path(job.file).parent.mkdir(exist_ok=True)
            try:
                label_sheets.write(Path(job.file), labels, label_sheets.SHEETS[job.sheet])
            except Refusal as no:
                fields = tuple(no.fields.items())
                return LabelsFailed(device=NOBODY, printed=0, code=no.code, fields=fields)
        return LabelsPrinted(device=NOBODY, count=len(job.labels) * job.copies)
