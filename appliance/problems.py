"""Every refusal of the shop's rules, by code.

A refusal is an answer, not a crash: the register turns it into a notice whose sentence stands in
`strings/` under its code, in every language. Troubles of devices have their own family,
`drivers.DeviceTrouble`, of the same shape. Anything else that is raised is our mistake.
"""

from typing import ClassVar


class Refusal(Exception):
    """The shop's rules say no. `code` names the sentence, `fields` are the values to be filled into it."""

    code: ClassVar[str] = "refused"

    def __init__(self, **fields: str | int) -> None:
        """Keep `fields` for the sentence and make a readable text for logs and command lines."""
        self.fields = fields
        shown = ", ".join(f"{name}={value!r}" for name, value in fields.items())
        super().__init__(f"{self.code}: {shown}" if shown else self.code)
