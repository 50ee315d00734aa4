"""The second line: it wakes the mirror when there is news, once, and asks nothing while that was not fetched."""

import queue
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import pytest

from appliance.journal.entry import Entry
from appliance.journal.wire import Asking, Hashes, Hello, Mark, Wanting, Welcome
from appliance.mirror.courier import FOR_EVER
from appliance.mirror.link import ServerAway
from appliance.mirror.listening import WAIT_MS, Listener
from tests.appliance.journal.test_wire import chained

PATIENCE_S = 20
NEWS = tuple(chained("news"))


@dataclass
class Line:
    """A server whose answers a test gives, one for each question; None means that it is away."""

    asked: "queue.Queue[Wanting]" = field(default_factory=queue.Queue)
    answers: "queue.Queue[tuple[Entry, ...] | None]" = field(default_factory=queue.Queue)

    def down(self, wanting: Wanting) -> tuple[Entry, ...]:
        self.asked.put(wanting)
        try:
            answer = self.answers.get(timeout=PATIENCE_S)
        except queue.Empty:
            answer = None
        if answer is None:
            raise ServerAway(why="gone")
        return answer

    def hello(self, hello: Hello) -> Welcome:
        raise NotImplementedError

    def up(self, entries: Sequence[Entry]) -> Mark:
        raise NotImplementedError

    def at(self, asking: Asking) -> Hashes:
        raise NotImplementedError

    def apart(self, entries: Sequence[Entry]) -> Mark:
        raise NotImplementedError


@pytest.fixture
def woken() -> "queue.Queue[str]":
    return queue.Queue()


@pytest.fixture
def listener(woken: "queue.Queue[str]") -> Iterator[Listener]:
    made = Listener(lambda: woken.put("news"))
    made.start()
    yield made
    made.stop()


def test_news_wake_once_and_the_next_question_waits_until_they_were_fetched(
    listener: Listener, woken: "queue.Queue[str]"
) -> None:
    line = Line()
    listener.listen(line, {"K7Q2": 5, "M0AX": 7}, "K7Q2")
    assert line.asked.get(timeout=PATIENCE_S) == Wanting(
        {"K7Q2": FOR_EVER, "M0AX": 7}, WAIT_MS, most=1
    )
    line.answers.put(NEWS)
    woken.get(timeout=PATIENCE_S)
    assert not listener.is_waiting
    assert line.asked.empty()
    listener.listen(line, {"M0AX": 8}, "K7Q2")
    assert line.asked.get(timeout=PATIENCE_S).have["M0AX"] == 8
    assert woken.empty()
    line.answers.put(())


def test_where_there_is_no_news_it_asks_again_with_what_is_here_by_now(
    listener: Listener, woken: "queue.Queue[str]"
) -> None:
    line = Line()
    listener.listen(line, {"M0AX": 7}, "K7Q2")
    line.asked.get(timeout=PATIENCE_S)
    assert listener.is_waiting
    listener.listen(line, {"M0AX": 9}, "K7Q2")
    line.answers.put(())
    assert line.asked.get(timeout=PATIENCE_S).have["M0AX"] == 9
    assert woken.empty()
    line.answers.put(())


def test_a_server_that_is_away_wakes_once_and_is_left_alone(
    listener: Listener, woken: "queue.Queue[str]"
) -> None:
    line = Line()
    listener.listen(line, {}, "K7Q2")
    line.asked.get(timeout=PATIENCE_S)
    line.answers.put(None)
    woken.get(timeout=PATIENCE_S)
    assert line.asked.empty()


def test_a_question_that_is_refused_is_not_asked_again_at_once(
    listener: Listener, woken: "queue.Queue[str]"
) -> None:
    """Each refusal wakes the mirror, which has it listen again: without a pause the two would chase each other."""
    line = Line()
    for _again in range(3):
        line.answers.put(None)
    listener.listen(line, {}, "K7Q2")
    woken.get(timeout=PATIENCE_S)
    listener.listen(line, {}, "K7Q2")
    line.asked.get(timeout=PATIENCE_S)
    with pytest.raises(queue.Empty):
        line.asked.get(timeout=0.2)
    assert not listener.is_waiting
    assert woken.empty()
    # It does not wait for the pause when the program ends.
    listener.stop()
    listener._thread.join(PATIENCE_S)
    assert not listener._thread.is_alive()


class BrokenLine(Line):
    """A question at which our own program breaks."""

    def down(self, wanting: Wanting) -> tuple[Entry, ...]:
        super().down(wanting)
        raise RecursionError


def test_a_defect_in_the_second_line_ends_nothing(woken: "queue.Queue[str]") -> None:
    listener = Listener(lambda: woken.put("news"), failed_s=0)
    listener.start()
    line = BrokenLine()
    for _again in range(2):
        line.answers.put(())
        listener.listen(line, {}, "K7Q2")
        line.asked.get(timeout=PATIENCE_S)
        woken.get(timeout=PATIENCE_S)
    assert listener._thread.is_alive()
    listener.stop()


def test_an_answer_after_it_hung_up_is_nobodys(
    listener: Listener, woken: "queue.Queue[str]"
) -> None:
    old, new = Line(), Line()
    listener.listen(old, {}, "K7Q2")
    old.asked.get(timeout=PATIENCE_S)
    listener.hang_up()
    listener.listen(new, {}, "K7Q2")
    old.answers.put(NEWS)
    new.asked.get(timeout=PATIENCE_S)
    assert woken.empty()
    assert old.asked.empty()
    new.answers.put(())
