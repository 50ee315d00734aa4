"""Every refusal of the shop's rules, by code.

A refusal is an answer, not a crash: the register turns it into a notice whose sentence stands in
`strings/` under its code, in every language. Troubles of devices have their own family,
`drivers.DeviceTrouble`, of the same shape. Anything else that is raised is our mistake.
"""

import json
from typing import ClassVar, Final

REFUSED: Final = "refused: "
"""How a line of a log begins that tells a refusal to another program, as JSON."""


class Refusal(Exception):
    """The shop's rules say no. `code` names the sentence, `fields` are the values to be filled into it."""

    code: ClassVar[str] = "refused"

    def __init__(self, **fields: str | int) -> None:
        """Keep `fields` for the sentence and make a readable text for logs and command lines."""
        self.fields = fields
        shown = ", ".join(f"{name}={value!r}" for name, value in fields.items())
        super().__init__(f"{self.code}: {shown}" if shown else self.code)


def as_line(no: Refusal) -> str:
    """A refusal in one line of a log, for `read_line`."""
    return REFUSED + json.dumps({"code": no.code, "fields": no.fields}, ensure_ascii=False)


def read_line(line: str) -> tuple[str, dict[str, str | int]] | None:
    """Code and fields of the refusal that a line of a log tells; None where it tells none."""
    _, found, told = line.partition(REFUSED)
    if not found:
        return None
    try:
        said = json.loads(told)
        code, fields = str(said["code"]), dict(said["fields"])
    except (ValueError, TypeError, KeyError):
        return None
    return code, {
        str(name): value for name, value in fields.items() if isinstance(value, str | int)
    }
