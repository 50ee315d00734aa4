"""Software: which version runs, what a stick or the LAN server has, how an installation goes, and when to restart."""

from collections.abc import Iterator

from appliance.messages import BundleView, InstallSoftware, RestartMachine
from kiosk_ui.presenters.ask import Question
from kiosk_ui.presenters.upkeep.power import restart_question
from kiosk_ui.presenters.upkeep.views import ActionView, Around, PartView, fact, size, strong
from kiosk_ui.presenters.workshop.views import RowView

_COLOURS = {
    "ready": "brand_ink",
    "failed": "danger_ink",
    "trying": "blue_ink",
    "kept": "brand_ink",
    "returned": "amber_ink",
}
_ICONS = {"ready": "restart", "failed": "alert-outline", "returned": "backup-restore"}


def draw(around: Around) -> PartView:
    """The part for now."""
    seen, say = around.seen, around.say
    is_ready = seen.update.state == "ready"
    later = ActionView("restart_later", "calendar-clock", say("software.later"))
    if seen.restarts_at_close:
        later = ActionView("restart_never", "calendar-remove-outline", say("software.not_later"))
    now = strong("restart", "restart", say("software.now"))
    return PartView(
        intro=say("software.intro"),
        rows=(
            fact("version", "information-outline", say("software.runs", version=seen.version)),
            *_state(around),
            *_offers(around),
        ),
        actions=(later, now) if is_ready else (),
    )


def tapped(key: str, around: Around) -> None:
    """A bundle, or a button."""
    what, _, path = key.partition(":")
    if what == "bundle":
        for bundle in around.seen.bundles:
            if bundle.path == path:
                around.ask(_install(bundle, around))
    elif key == "restart":
        around.ask(restart_question(around))
    elif key == "restart_later":
        around.send(RestartMachine("closed"))
    elif key == "restart_never":
        around.send(RestartMachine("never"))


def _state(around: Around) -> Iterator[RowView]:
    update, say = around.seen.update, around.say
    if not update.state:
        return
    if update.state == "installing":
        # How far it is stands above, on every part of the page.
        yield fact("update", "update", say("software.installing_text"), colour="blue_ink")
        return
    text = say(f"software.{update.state}_text")
    if update.why:
        text = f"{text} {around.formats.problem(update.why, update.fields)}"
    if around.seen.restarts_at_close and update.state == "ready":
        text = say("software.waits")
    colour = _COLOURS.get(update.state, "muted")
    title = say(f"software.{update.state}", version=update.version or "?")
    yield fact("update", _ICONS.get(update.state, "update"), title, text, colour, colour)


def _offers(around: Around) -> Iterator[RowView]:
    seen, say = around.seen, around.say
    if not seen.bundles:
        yield fact(
            "no_bundle", "usb-flash-drive-outline", say("software.none"), say("software.how")
        )
    is_free = not seen.task.name and seen.update.state not in {"installing", "trying"}
    waits = seen.update.version if seen.update.state == "ready" else ""
    for bundle in seen.bundles:
        if waits and bundle.version == waits:
            # It is installed, and waits for the restart.
            continue
        told = bundle.version or bundle.file
        large = size(bundle.size_bytes, around.formats)
        where = say("software.on_stick", stick=bundle.stick, size=large)
        if bundle.sha256:
            where = say("software.on_server", size=large)
        yield RowView(
            f"bundle:{bundle.path}",
            "cloud-download-outline" if bundle.sha256 else "package-variant-closed",
            "brand_ink",
            say("software.bundle", version=told),
            where,
            enabled=is_free,
        )


def _install(bundle: BundleView, around: Around) -> Question:
    say = around.say
    text = "software.fetch_text" if bundle.sha256 else "software.install_text"
    return Question(
        title=say("software.install_title", version=bundle.version or bundle.file),
        text=say(text, version=around.seen.version),
        yes=say("software.install_yes"),
        no=say("software.install_no"),
        command=InstallSoftware(bundle.path),
        destroys=False,
    )
