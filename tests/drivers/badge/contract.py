"""What every badge reader must do, whatever it is made of."""

import threading
import time
from collections.abc import Callable, Iterator
from typing import Protocol

import pytest

from drivers import DeviceAbsent, DeviceTrouble
from drivers.badge import Badge, BadgeReader, BadgeServiceOff

SOON_MS = 3000
AT_ONCE_MS = 60
HARDLY_AWAY_MS = 1
AWAY_FOR_A_WHILE_MS = 600
NEVER_AWAY_MS = 60_000

GONE = (DeviceAbsent, BadgeServiceOff)


class Tag(Protocol):
    """A card or fob: what a sound reading of it says."""

    @property
    def id(self) -> str: ...

    @property
    def form(self) -> str: ...


class Bench(Protocol):
    """A reader on the table, two tags, one that cannot be read, and a cable to pull."""

    driver: BadgeReader
    tags: tuple[Tag, Tag]

    def hold(self, tag: Tag) -> None:
        """Put a tag onto the reader, or leave it there: what repeats itself does so some times."""
        ...

    def lift(self) -> None: ...

    def hold_broken(self) -> None:
        """A tag that cannot be read whole, held and lifted, or half a reading."""
        ...

    def unplug(self) -> None: ...

    def plug(self) -> None: ...


Make = Callable[[int], Bench]


class BadgeReaderContract:
    """Inherit this and give a `make`, which puts up a bench with an `away_ms`, plugged in and not open."""

    @pytest.fixture
    def make(self) -> Iterator[Make]:
        raise NotImplementedError

    @pytest.fixture
    def bench(self, make: Make) -> Bench:
        return make(1500)

    @pytest.fixture
    def reader(self, bench: Bench) -> BadgeReader:
        bench.driver.open(SOON_MS)
        return bench.driver

    # ------------------------------------------------------------------ badges

    def test_a_badge_is_read_once(self, bench: Bench, reader: BadgeReader) -> None:
        tag = bench.tags[0]
        bench.hold(tag)
        assert reader.read(SOON_MS) == Badge(tag.id, tag.form, reader.label)
        assert reader.read(AT_ONCE_MS) is None

    def test_no_badge_is_nothing(self, reader: BadgeReader) -> None:
        assert reader.read(AT_ONCE_MS) is None
        assert reader.read(0) is None
        assert reader.voided == 0

    def test_a_badge_that_is_left_on_is_one_badge(self, bench: Bench, reader: BadgeReader) -> None:
        bench.hold(bench.tags[0])
        assert reader.read(SOON_MS)
        for _ in range(5):
            bench.hold(bench.tags[0])
            assert reader.read(AT_ONCE_MS) is None
        assert reader.voided == 0

    def test_another_badge_counts_at_once(self, bench: Bench, reader: BadgeReader) -> None:
        for tag in bench.tags:
            bench.hold(tag)
            assert reader.read(SOON_MS) == Badge(tag.id, tag.form, reader.label)

    def test_a_badge_that_was_hardly_away_stayed(self, make: Make) -> None:
        bench = make(NEVER_AWAY_MS)
        bench.driver.open(SOON_MS)
        first, second = bench.tags
        bench.hold(first)
        assert bench.driver.read(SOON_MS)
        bench.lift()
        assert bench.driver.read(AT_ONCE_MS) is None
        bench.hold(first)
        assert bench.driver.read(SOON_MS // 4) is None
        bench.hold(second)
        assert bench.driver.read(SOON_MS)
        bench.hold(first)
        assert bench.driver.read(SOON_MS // 4) is None

    def test_a_badge_that_was_away_counts_again(self, make: Make) -> None:
        bench = make(HARDLY_AWAY_MS)
        bench.driver.open(SOON_MS)
        tag = bench.tags[0]
        for _ in range(3):
            bench.hold(tag)
            assert bench.driver.read(SOON_MS) == Badge(tag.id, tag.form, bench.driver.label)
            bench.lift()
            while bench.driver.read(AT_ONCE_MS):
                """What it repeated before it was lifted was away for a moment as well."""
            assert bench.driver.read(AT_ONCE_MS) is None

    def test_what_cannot_be_read_is_counted_and_harms_nothing(
        self, bench: Bench, reader: BadgeReader
    ) -> None:
        bench.hold_broken()
        assert reader.read(SOON_MS // 4) is None
        assert reader.voided == 1
        bench.hold(bench.tags[0])
        assert reader.read(SOON_MS)

    def test_it_has_a_name_and_tells_no_number(self, bench: Bench, reader: BadgeReader) -> None:
        bench.hold(bench.tags[0])
        badge = reader.read(SOON_MS)
        assert reader.label
        assert bench.tags[0].id not in reader.label + repr(badge) + str(badge)

    # ------------------------------------------------------------------ the cable

    def test_an_unopened_reader_cannot_be_read(self, bench: Bench) -> None:
        with pytest.raises(DeviceAbsent):
            bench.driver.read(AT_ONCE_MS)

    def test_an_unplugged_reader_is_absent(self, bench: Bench) -> None:
        bench.unplug()
        with pytest.raises(DeviceAbsent):
            bench.driver.open(AT_ONCE_MS)

    def test_opening_waits_for_the_plug(self, bench: Bench) -> None:
        bench.unplug()
        plugging = threading.Timer(0.1, bench.plug)
        plugging.start()
        bench.driver.open(5 * SOON_MS)
        plugging.join()
        bench.hold(bench.tags[0])
        assert bench.driver.read(SOON_MS)

    def test_opening_twice_changes_nothing(self, bench: Bench, reader: BadgeReader) -> None:
        bench.hold(bench.tags[0])
        reader.open(SOON_MS)
        assert reader.read(SOON_MS)

    def test_a_pulled_cable_is_told_each_time_without_a_number(
        self, bench: Bench, reader: BadgeReader
    ) -> None:
        bench.hold(bench.tags[0])
        assert reader.read(SOON_MS)
        bench.unplug()
        for _ in range(2):
            with pytest.raises(GONE) as trouble:
                reader.read(SOON_MS)
            assert isinstance(trouble.value, DeviceTrouble)
            assert bench.tags[0].id not in str(trouble.value)

    def test_it_reads_on_after_the_cable_was_pulled(
        self, bench: Bench, reader: BadgeReader
    ) -> None:
        bench.hold_broken()
        assert reader.read(SOON_MS // 4) is None
        bench.unplug()
        with pytest.raises(GONE):
            reader.read(SOON_MS)
        bench.plug()
        reader.open(SOON_MS)
        tag = bench.tags[1]
        bench.hold(tag)
        assert reader.read(SOON_MS) == Badge(tag.id, tag.form, reader.label)

    def test_a_badge_that_lay_there_while_the_reader_was_gone_is_no_new_one(
        self, make: Make
    ) -> None:
        bench = make(AWAY_FOR_A_WHILE_MS)
        bench.driver.open(SOON_MS)
        bench.hold(bench.tags[0])
        assert bench.driver.read(SOON_MS)
        bench.unplug()
        with pytest.raises(GONE):
            bench.driver.read(SOON_MS)
        # Longer than a badge must be away to be a new one: it lay there, and nobody could see it.
        time.sleep(2 * AWAY_FOR_A_WHILE_MS / 1000)
        bench.plug()
        bench.driver.open(SOON_MS)
        bench.hold(bench.tags[0])
        assert bench.driver.read(SOON_MS // 4) is None

    # ------------------------------------------------------------------ waking and closing

    def test_a_wake_ends_a_read(self, reader: BadgeReader) -> None:
        waking = threading.Timer(0.05, reader.wake)
        waking.start()
        assert reader.read(60_000) is None
        waking.join()

    def test_a_wake_before_a_read_ends_it(self, reader: BadgeReader) -> None:
        reader.wake()
        reader.wake()
        assert reader.read(60_000) is None
        assert reader.read(AT_ONCE_MS) is None

    def test_a_wake_ends_an_open(self, bench: Bench) -> None:
        bench.unplug()
        bench.driver.wake()
        with pytest.raises(DeviceAbsent):
            bench.driver.open(60_000)

    def test_a_wake_loses_no_badge(self, bench: Bench, reader: BadgeReader) -> None:
        bench.hold(bench.tags[0])
        reader.wake()
        assert any([reader.read(SOON_MS), reader.read(SOON_MS)])

    def test_a_closed_reader_can_be_opened_again_and_has_forgotten_what_lay_there(
        self, bench: Bench, reader: BadgeReader
    ) -> None:
        bench.hold(bench.tags[0])
        assert reader.read(SOON_MS)
        reader.close()
        reader.close()
        with pytest.raises(DeviceAbsent):
            reader.read(AT_ONCE_MS)
        reader.open(SOON_MS)
        bench.hold(bench.tags[0])
        assert reader.read(SOON_MS)
