"""Support access: for how long, with what somebody signs in, and closing it."""

from collections.abc import Iterator

from appliance.messages import CloseSupport, OpenSupport
from kiosk_ui.presenters.ask import Question
from kiosk_ui.presenters.upkeep.views import Around, PartView, dangerous, fact, lasting, strong
from kiosk_ui.presenters.workshop.views import RowView

SHORT, LONG = 1, 8


def draw(around: Around) -> PartView:
    """The part for now."""
    seen, say = around.seen, around.say
    is_open, is_free = bool(seen.support.until_ms), not seen.task.name
    if is_open:
        close = dangerous("support_close", "lan-disconnect", say("support.close"))
        return PartView(
            intro=say("support.open_intro") if seen.is_owner else "",
            rows=tuple(_open(around)),
            actions=(close,),
            secret=seen.support.password,
            label=say("support.password") if seen.support.password else "",
        )
    may = seen.is_owner and is_free
    rows = (
        fact("closed", "lock-outline", say("support.closed"), say("support.closed_text")),
        *(() if seen.is_owner else (fact("owner", "account-key-outline", say("support.owner")),)),
    )
    return PartView(
        intro=say("support.intro"),
        rows=rows,
        actions=(
            strong(f"support:{SHORT}", "clock-outline", say("support.hour"), enabled=may),
            strong(
                f"support:{LONG}", "clock-outline", say("support.hours", hours=LONG), enabled=may
            ),
        ),
    )


def tapped(key: str, around: Around) -> None:
    """One of the buttons."""
    what, _, hours = key.partition(":")
    if what == "support_close":
        around.send(CloseSupport())
    elif what == "support":
        around.ask(_sure(SHORT if int(hours) == SHORT else LONG, around))


def _open(around: Around) -> Iterator[RowView]:
    access, say, formats = around.seen.support, around.say, around.formats
    left = lasting(max(0, access.until_ms - around.now_ms), formats)
    until = formats.day_and_clock(access.until_ms, around.now_ms)
    title = say("support.until", until=until, left=left)
    yield fact("until", "lock-open-variant-outline", title, colour="amber_ink")
    if not access.password:
        told = "support.waits" if around.seen.is_owner else "support.for_owner"
        yield fact("owner", "account-key-outline", say(told))
        return
    addresses = ", ".join(access.addresses) or say("support.no_address")
    yield fact("address", "ip-network-outline", addresses, say("support.address"))
    yield fact("user", "account-outline", access.user, say("support.user"))


def _sure(hours: int, around: Around) -> Question:
    say = around.say
    return Question(
        title=say("support.sure_title"),
        text=say("support.sure_text"),
        yes=say("support.hour") if hours == SHORT else say("support.hours", hours=hours),
        no=say("support.sure_no"),
        command=OpenSupport(1 if hours == SHORT else 8),
        destroys=False,
    )
