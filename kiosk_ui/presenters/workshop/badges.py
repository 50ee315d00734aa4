"""Whose the badges are: who has one, giving one at a reader, and taking one back."""

from appliance.messages import BadgesView, DeviceSetupView, HolderView, TakeBadge, WorkshopView
from kiosk_ui.presenters.ask import Question
from kiosk_ui.presenters.formats import Formats
from kiosk_ui.presenters.strip import BAD, ICONS
from kiosk_ui.presenters.workshop.rows import trouble_of
from kiosk_ui.presenters.workshop.views import BadgesPartView, HolderLineView, RowView
from kiosk_ui.strings import Words


def badges_row(words: Words, seen: WorkshopView, *, chosen: bool) -> tuple[RowView, ...]:
    """The way to this in the list of devices; nothing where no badge can be read."""
    if not _readers(seen):
        return ()
    row = RowView(
        key="badges:",
        icon=ICONS["badge"],
        colour="blue_ink",
        title=words("workshop.badges"),
        text=words("workshop.badges_hint"),
        back="brand_soft" if chosen else "surface",
        border="brand" if chosen else "line",
    )
    return (row,)


def badges_part(words: Words, badges: BadgesView) -> BadgesPartView:
    """Everybody by name; whoever gets the next badge is marked."""
    waits = next((one for one in badges.people if one.id == badges.waiting_for), None)
    return BadgesPartView(
        people=tuple(_line(words, one, waits=one is waits) for one in badges.people),
        is_waiting=waits is not None,
        waiting="" if waits is None else words("workshop.hold_badge", name=waits.name),
        cancel=words("workshop.cancel"),
    )


def take_back(words: Words, badges: BadgesView, person: str) -> Question | None:
    """What is asked before somebody's badges are nobody's; None for somebody who is not there."""
    name = next((one.name for one in badges.people if one.id == person), None)
    if name is None:
        return None
    return Question(
        title=words("workshop.take_badge_title", name=name),
        text=words("workshop.take_badge_text"),
        yes=words("workshop.take_badge"),
        no=words("workshop.keep_badge"),
        command=TakeBadge(person),
    )


def reader_trouble(formats: Formats, seen: WorkshopView) -> str:
    """Why no badge can be read now; empty while one of the readers is well."""
    readers = _readers(seen)
    bad = [one for one in readers if one.state in BAD]
    return trouble_of(formats, bad[0]) if bad and len(bad) == len(readers) else ""


def _readers(seen: WorkshopView) -> tuple[DeviceSetupView, ...]:
    return tuple(one for one in seen.devices if one.kind == "badge")


def _line(words: Words, person: HolderView, *, waits: bool) -> HolderLineView:
    has_badge = person.has_badge
    return HolderLineView(
        id=person.id,
        row=RowView(
            key=person.id,
            icon=ICONS["badge"] if has_badge else "account-outline",
            colour="brand_ink" if has_badge else "muted",
            title=person.name,
            text=words("workshop.has_badge" if has_badge else "workshop.has_no_badge"),
            back="brand_soft" if waits else "surface",
            border="brand" if waits else "line",
        ),
        has_take=has_badge,
        take=words("workshop.take_badge"),
    )
