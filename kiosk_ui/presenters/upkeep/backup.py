"""Backups: the sticks that are in, the last backup, the shop's key, every night, and copies for others."""

from collections.abc import Iterator, Mapping
from typing import Final

import segno

from appliance.messages import (
    BackUpNow,
    Command,
    CopyOut,
    DropBackupKey,
    KeepBackupKey,
    LetStickGo,
    MakeBackupKey,
    PlanBackups,
    PrintBackupKey,
    StickView,
)
from kiosk_ui.presenters.ask import Question
from kiosk_ui.presenters.sheet import Field, Sheet
from kiosk_ui.presenters.upkeep.views import ActionView, Around, PartView, fact, size, strong
from kiosk_ui.presenters.workshop.views import RowView

SHORTEST: Final = 8
ENDING: Final = 6
_GROUP: Final = 4
_A_LINE: Final = 6


def draw(around: Around) -> PartView:
    """The part, or the new key while there is one."""
    seen, say = around.seen, around.say
    if seen.new_key:
        return _of_key(around)
    is_free, stick = not seen.task.name, chosen(around)
    has_stick = stick is not None and is_free
    may_write = has_stick and stick is not None and not stick.read_only
    return PartView(
        intro=say("backup.intro"),
        rows=(*_sticks(around), *_facts(around)),
        actions=(
            ActionView("let_go", "eject", say("backup.let_go"), has_stick),
            ActionView("passphrase", "form-textbox-password", say("backup.phrase"), may_write),
            strong(
                "back_up",
                "content-save-outline",
                say("backup.now"),
                enabled=may_write and bool(seen.plan.recipients),
            ),
        ),
    )


def chosen(around: Around) -> StickView | None:
    """The stick that was chosen, or else the first that can be used."""
    ready = [one for one in around.seen.sticks if one.ready]
    return next((one for one in ready if one.device == around.stick), next(iter(ready), None))


def tapped(key: str, around: Around) -> None:
    """A row or a button that is no stick."""
    seen, stick = around.seen, chosen(around)
    device = "" if stick is None else stick.device
    sends: dict[str, Command] = {
        "back_up": BackUpNow(device),
        "let_go": LetStickGo(device),
        "log": CopyOut("log", device),
        "key_print": PrintBackupKey(),
        "key_drop": DropBackupKey(),
    }
    if key in sends:
        around.send(sends[key])
    elif key == "passphrase":
        around.fill(_passphrase(device, around))
    elif key == "nightly":
        around.fill(_nightly(around))
    elif key == "key_keep":
        around.fill(_ending(around))
    elif key == "journal":
        around.ask(_may_everybody_read(device, around))
    elif key == "key":
        if seen.plan.recipients:
            around.ask(_another_key(around))
        else:
            around.send(MakeBackupKey())


# --------------------------------------------------------------------------- rows


def _sticks(around: Around) -> Iterator[RowView]:
    seen, say = around.seen, around.say
    if not seen.sticks:
        yield fact(
            "no_stick",
            "usb-flash-drive-outline",
            say("backup.no_stick"),
            say("backup.no_stick_text"),
            "amber_ink",
            "amber_ink",
        )
    now = chosen(around)
    for stick in seen.sticks:
        is_chosen = now is not None and stick.device == now.device
        yield RowView(
            f"stick:{stick.device}",
            "usb-flash-drive",
            "brand_ink" if stick.ready else "amber_ink",
            say("backup.stick", name=stick.name, device=stick.device),
            _room(stick, around),
            "muted" if stick.ready and not stick.read_only else "amber_ink",
            border="brand" if is_chosen else "line",
            enabled=stick.ready,
        )


def _room(stick: StickView, around: Around) -> str:
    say, formats = around.say, around.formats
    if not stick.ready:
        return say("backup.not_ready")
    if stick.read_only:
        return say("backup.read_only")
    free, whole = size(stick.free_bytes, formats), size(stick.size_bytes, formats)
    room = say("backup.room", free=free, size=whole)
    return f"{room}  ·  {formats.words.count('upkeep.backup.held', stick.backups)}"


def _facts(around: Around) -> Iterator[RowView]:
    seen, say = around.seen, around.say
    yield _last(around)
    recipients = seen.plan.recipients
    yield RowView(
        "key",
        "key-variant",
        "brand_ink" if recipients else "amber_ink",
        say("backup.key" if recipients else "backup.no_key"),
        say("backup.key_text", recipient=recipients[0])
        if recipients
        else say("backup.no_key_text"),
    )
    yield _night(around)
    has_stick = chosen(around) is not None and not seen.task.name
    yield RowView(
        "journal",
        "book-open-page-variant-outline",
        "muted",
        say("backup.journal"),
        say("backup.journal_text"),
        enabled=has_stick,
    )
    yield RowView(
        "log",
        "text-box-outline",
        "muted",
        say("backup.log"),
        say("backup.log_text"),
        enabled=has_stick,
    )


def _last(around: Around) -> RowView:
    backups, say, formats = around.seen.backups, around.say, around.formats
    if not backups.made_at_ms:
        never = say("backup.never")
        return fact("last", "alert-outline", never, say("backup.never_text"), "amber_ink")
    made = formats.day_and_clock(backups.made_at_ms, around.now_ms)
    title = say("backup.last", when=made)
    if backups.wrong:
        text, ink = say("backup.wrong"), "danger_ink"
    elif backups.proven_file == backups.made_file:
        text, ink = say("backup.proven"), "brand_ink"
    elif backups.proven_at_ms:
        proven = formats.day_and_clock(backups.proven_at_ms, around.now_ms)
        text, ink = say("backup.not_proven_since", when=proven), "amber_ink"
    else:
        text, ink = say("backup.not_proven"), "amber_ink"
    if backups.failed_code:
        why = formats.problem(backups.failed_code, backups.failed_fields)
        when = formats.day_and_clock(backups.failed_at_ms, around.now_ms)
        text, ink = say("backup.failed", when=when, why=why), "amber_ink"
    icon = "shield-check-outline" if ink == "brand_ink" else "shield-alert-outline"
    return fact("last", icon, title, text, ink, ink)


def _night(around: Around) -> RowView:
    seen, say = around.seen, around.say
    plan = seen.plan
    text, ink = say("backup.night_off_text"), "muted"
    if seen.plan_problem:
        text, ink = around.formats.problem(seen.plan_problem, seen.plan_problem_fields), "amber_ink"
    elif plan.nightly:
        text = around.formats.words.count("upkeep.backup.night_text", plan.keep)
    return RowView(
        "nightly",
        "weather-night",
        "brand_ink" if plan.nightly else "muted",
        say("backup.night_on" if plan.nightly else "backup.night_off"),
        text,
        ink,
        enabled=bool(plan.recipients),
    )


# --------------------------------------------------------------------------- the new key


def _of_key(around: Around) -> PartView:
    say, secret = around.say, around.seen.new_key
    code = segno.make(secret, error="m", micro=False)
    rows = tuple(
        "".join("1" if dark else "0" for dark in row) for row in code.matrix_iter(border=4)
    )
    return PartView(
        intro=say("key.intro"),
        symbol=rows,
        secret=_in_groups(secret),
        actions=(
            ActionView("key_drop", "close", say("key.drop")),
            ActionView("key_print", "printer-outline", say("key.print")),
            strong("key_keep", "check", say("key.keep")),
        ),
    )


def _in_groups(secret: str) -> str:
    """As it is easiest written down: the words of its beginning, then four signs each."""
    head, mark, tail = secret.rpartition("-")
    groups = [tail[at : at + _GROUP] for at in range(0, len(tail), _GROUP)]
    lines = [" ".join(groups[at : at + _A_LINE]) for at in range(0, len(groups), _A_LINE)]
    return "\n".join((head + mark, *lines))


def _ending(around: Around) -> Sheet:
    say = around.say
    return Sheet(
        title=say("key.ending_title"),
        text=say("key.ending_text", count=ENDING),
        fields=(Field("ending", say("key.ending"), required=True),),
        save=say("key.ending_save"),
        command=lambda filled: KeepBackupKey(filled["ending"]),
    )


def _another_key(around: Around) -> Question:
    say = around.say
    return Question(
        title=say("key.another_title"),
        text=say("key.another_text"),
        yes=say("key.another_yes"),
        no=say("key.another_no"),
        command=MakeBackupKey(),
    )


# --------------------------------------------------------------------------- sheets


def _passphrase(device: str, around: Around) -> Sheet:
    say = around.say

    def wrong(filled: Mapping[str, str]) -> str:
        if len(filled["phrase"]) < SHORTEST:
            return around.formats.problem("passphrase_too_short", (("least", SHORTEST),))
        if filled["phrase"] != filled["again"]:
            return around.formats.problem("passphrases_differ")
        return ""

    return Sheet(
        title=say("backup.phrase"),
        text=say("backup.phrase_text"),
        fields=(
            Field("phrase", say("backup.phrase_field"), "hidden", required=True),
            Field("again", say("backup.phrase_again"), "hidden", required=True),
        ),
        save=say("backup.now"),
        command=lambda filled: BackUpNow(device, filled["phrase"]),
        check=wrong,
    )


def _nightly(around: Around) -> Sheet:
    say, plan = around.say, around.seen.plan
    return Sheet(
        title=say("backup.night"),
        text=say("backup.night_how"),
        fields=(
            Field(
                "nightly",
                say("backup.night"),
                "choice",
                "yes" if plan.nightly else "no",
                (("yes", say("backup.yes")), ("no", say("backup.no"))),
                required=True,
            ),
            Field("keep", say("backup.keep"), "digits", str(plan.keep), required=True),
        ),
        save=say("backup.save"),
        command=lambda filled: PlanBackups(
            filled["nightly"] == "yes", max(1, min(1000, int(filled["keep"])))
        ),
    )


def _may_everybody_read(device: str, around: Around) -> Question:
    say = around.say
    return Question(
        title=say("backup.journal_title"),
        text=say("backup.journal_ask"),
        yes=say("backup.journal_yes"),
        no=say("backup.journal_no"),
        command=CopyOut("journal", device),
        destroys=False,
    )
