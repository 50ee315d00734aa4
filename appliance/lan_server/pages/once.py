"""Forms that count once, however often they are sent: whoever hears nothing for a while presses the button again.

Each form that is shown carries a key of its own. That it was done is an entry in the same commit as the act, as with
the keys of programs (`program_acts.once`), so it holds at each server of the shop that has the entry.
"""

import hashlib
import secrets
from collections.abc import Callable
from typing import Concatenate, Final, ParamSpec

import msgspec
from flask import request

from appliance.journal.access_kinds import ApiRequestDone
from appliance.lan_server.access.doors import me
from appliance.lan_server.pages.page import sent
from appliance.lan_server.pages.parts import Field
from appliance.lan_server.room import write
from appliance.problems import Refusal
from appliance.services import program_acts
from appliance.services.desk import Desk
from appliance.services.program_acts import KeyUsedOtherwise

_Given = ParamSpec("_Given")

ONCE: Final = "once"
FORMS: Final = "form"
"""In the place of a program's token."""

_NOT_SAID: Final = frozenset({ONCE, "csrf_token"})


class SentBefore(Refusal):
    """This form was done already, with something else in it: whoever went back may mean both, or may not."""

    code = "sent_before"


def once_field() -> Field:
    """What makes a form one that counts once. A form that is shown again after a refusal is a new one."""
    return Field(ONCE, "", secrets.token_urlsafe(16), "hidden")


def write_once(
    service: Callable[Concatenate[Desk, _Given], object],
    /,
    *given: _Given.args,
    **named: _Given.kwargs,
) -> None:
    """As `write`, if the form at hand was not done yet; a form without a key is always done.

    Raises `SentBefore`, and what `write` raises.
    """

    def work(desk: Desk) -> str:
        service(desk, *given, **named)
        return ""

    try:
        write(program_acts.once, work, _asking(), me().id)
    except KeyUsedOtherwise as why:
        raise SentBefore from why


def _asking() -> ApiRequestDone:
    """What is kept of the form at hand: its key, and what it says."""
    key = sent(ONCE)
    fields = [pair for pair in request.form.items(multi=True) if pair[0] not in _NOT_SAID]
    told = msgspec.json.encode((me().id, request.full_path, sorted(fields)))
    return ApiRequestDone(
        token=FORMS,
        key=hashlib.sha256(key.encode()).hexdigest() if key else "",
        request=hashlib.sha256(told).hexdigest(),
        answer="",
    )
