import threading
from collections.abc import Callable

import pytest

from appliance.messages import Snapshot
from tests.kiosk_ui import samples as s
from tests.kiosk_ui.stage import Stage  # noqa: F401 - sets Kivy up before anything else imports it

from kiosk_ui.bridge import Bridge  # isort: skip


class Frame:
    """Stands for Kivy's clock: remembers what is due, and runs it when told."""

    def __init__(self) -> None:
        self.due: list[Callable[[float], None]] = []

    def schedule(self, callback: Callable[[float], None]) -> None:
        self.due.append(callback)

    def draw(self) -> None:
        due, self.due = self.due, []
        for callback in due:
            callback(0)


def test_a_frame_shows_only_the_newest_of_each_topic() -> None:
    shown: list[Snapshot] = []
    frame = Frame()
    bridge = Bridge(shown.append, frame.schedule)
    for snapshot in (s.EMPTY_TICKET, s.SHOP, s.LONG_TICKET, s.TICKET):
        bridge.publish(snapshot)
    assert shown == []
    assert len(frame.due) == 1
    frame.draw()
    assert shown == [s.SHOP, s.TICKET]


def test_what_comes_after_a_frame_is_shown_with_the_next() -> None:
    shown: list[Snapshot] = []
    frame = Frame()
    bridge = Bridge(shown.append, frame.schedule)
    bridge.publish(s.SHOP)
    frame.draw()
    bridge.publish(s.SHOP)
    frame.draw()
    assert shown == [s.SHOP, s.SHOP]


def test_a_mistake_in_drawing_one_topic_does_not_swallow_the_others() -> None:
    shown: list[Snapshot] = []
    frame = Frame()

    def show(snapshot: Snapshot) -> None:
        if snapshot is s.SHOP:
            raise ZeroDivisionError
        shown.append(snapshot)

    bridge = Bridge(show, frame.schedule)
    bridge.publish(s.SHOP)
    bridge.publish(s.TICKET)
    with pytest.raises(ZeroDivisionError):
        frame.draw()
    frame.draw()
    assert shown == [s.TICKET]


def test_publishing_from_many_threads_loses_no_topic() -> None:
    shown: list[Snapshot] = []
    frame = Frame()
    bridge = Bridge(shown.append, frame.schedule)

    def publish_often(one: Snapshot) -> None:
        for _ in range(200):
            bridge.publish(one)

    samples = (s.SHOP, s.TICKET, s.STATUS, s.DONE)
    threads = [threading.Thread(target=publish_often, args=(one,)) for one in samples]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    frame.draw()
    assert {type(one) for one in shown} == {type(one) for one in samples}


def test_the_watchdog_hears_each_beat() -> None:
    beats: list[int] = []
    bridge = Bridge(lambda _: None, Frame().schedule)
    before = bridge.answered_at
    bridge.beat(lambda: beats.append(1))
    assert beats == [1]
    assert bridge.answered_at >= before
