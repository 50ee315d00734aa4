"""Files that are made in the workshop's thread, because making them takes longer than a scan may wait."""

from collections.abc import Callable

from appliance.messages.values import Event, Fields, Job


class WriteFile(Job, frozen=True):
    """Write what `make` answers into `file`, whole or not at all; answered by `FileWritten` or `FileNotWritten`.

    `make` works on frozen values that it was given, and touches neither a table nor a device. It may raise a refusal.
    The file is for its owner's eyes only.
    """

    file: str
    make: Callable[[], bytes]


class FileWritten(Event, frozen=True, tag="file_written"):
    """The file is on the disk."""

    file: str


class FileNotWritten(Event, frozen=True, tag="file_not_written"):
    """There is no such file, and why."""

    file: str
    code: str
    fields: Fields = ()
