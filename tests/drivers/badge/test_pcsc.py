"""PC/SC readers: the real pcscd and pyscard, with a virtual reader and cards that are programs."""

import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from smartcard import scard

from drivers import DeviceAbsent, DeviceBusy, DeviceSilent
from drivers.badge import Badge, BadgeReaderAmbiguous, BadgeServiceOff
from drivers.badge.pcsc import Driver, Options, badge_said, is_gone, moves_between, readers
from tests.drivers.badge import virtual_pcsc
from tests.drivers.badge.contract import (
    AT_ONCE_MS,
    HARDLY_AWAY_MS,
    NEVER_AWAY_MS,
    SOON_MS,
    BadgeReaderContract,
)
from tests.drivers.badge.tags import MIFARE, NTAG, Tag
from tests.drivers.badge.virtual_pcsc import GET_UID, Card, Service, wait_until

READER = "Virtual PCD 00 00"
GOOD = b"\x90\x00"

pytestmark = pytest.mark.alone


def uid(tag: Tag) -> bytes:
    return bytes.fromhex(tag.id) + GOOD


class PcscBench:
    """A virtual reader, and at most one card on it."""

    def __init__(self, service: Service, away_ms: int) -> None:
        self.service = service
        self.tags = (MIFARE, NTAG)
        self.driver = Driver(Options(name=READER, away_ms=away_ms))
        self._card: Card | None = None
        self._on: bytes = b""

    def hold(self, tag: Tag) -> None:
        self.put(uid(tag))

    def put(self, answer: bytes) -> Card:
        if self._card is None or self._on != answer:
            self.lift()
            self._card, self._on = Card(self.service.port, answer), answer
            wait_until(self.service.sees_card)
        return self._card

    def lift(self) -> None:
        if self._card is not None:
            self._card.lift()
            self._card = None
            wait_until(lambda: not self.service.sees_card())

    def hold_broken(self) -> None:
        self.put(bytes.fromhex("6A81"))

    def unplug(self) -> None:
        self.service.kill()
        self._card = None
        self.service.unplug_readers()
        self.service.start()

    def plug(self) -> None:
        self.service.kill()
        self.service.plug_readers()
        self.service.start()


@pytest.fixture(scope="module")
def service() -> Iterator[Service]:
    if reason := virtual_pcsc.why_not():
        pytest.skip(reason)
    with virtual_pcsc.service() as service:
        yield service


@pytest.fixture
def make(service: Service) -> Iterator[Callable[[int], PcscBench]]:
    benches: list[PcscBench] = []

    def make(away_ms: int) -> PcscBench:
        benches.append(PcscBench(service, away_ms))
        return benches[-1]

    yield make
    for bench in benches:
        bench.driver.close()
        bench.lift()
    if not service.has_readers():
        service.kill()
        service.plug_readers()
        service.start()


@pytest.fixture
def bench(make: Callable[[int], PcscBench]) -> PcscBench:
    bench = make(NEVER_AWAY_MS)
    bench.driver.open(SOON_MS)
    return bench


class TestPcsc(BadgeReaderContract):
    @pytest.fixture
    def make(self, make: Callable[[int], PcscBench]) -> Callable[[int], PcscBench]:
        return make

    @pytest.fixture
    def bench(self, make: Callable[[int], PcscBench]) -> PcscBench:
        return make(1500)


# ---------------------------------------------------------------------------------- cards


@pytest.mark.parametrize("tag", [MIFARE, NTAG, Tag("0123456789ABCDEF0123", "uid10")])
def test_the_card_is_asked_for_its_number_once(bench: PcscBench, tag: Tag) -> None:
    card = bench.put(uid(tag))
    assert bench.driver.read(SOON_MS) == Badge(tag.id, tag.form, READER)
    for _ in range(5):
        assert bench.driver.read(AT_ONCE_MS) is None
    assert card.asked == [GET_UID]


@pytest.mark.parametrize(
    "answer",
    [
        "9000",
        "04A1B29000",
        "04A1B2C3D49000",
        "04A1B2C3D4E5F6079000",
        "04A1B2C36300",
        "04A1B2C3",
        "8804A1B29000",
        "000000009000",
        "FFFFFFFF9000",
        "90",
        "",
    ],
)
def test_what_is_no_number_is_no_badge(answer: str) -> None:
    assert badge_said(list(bytes.fromhex(answer)), "reader") is None


@given(st.binary(max_size=40))
def test_any_answer_is_a_badge_that_says_it_or_nothing(answer: bytes) -> None:
    for said in (answer, answer + GOOD):
        found = badge_said(list(said), "reader")
        if found is not None:
            assert bytes.fromhex(found.id) + GOOD == said


def test_a_card_that_lies_there_is_read_when_the_reader_is_opened(bench: PcscBench) -> None:
    bench.driver.close()
    bench.hold(MIFARE)
    bench.driver.open(SOON_MS)
    assert bench.driver.read(SOON_MS)


def test_a_card_that_left_and_came_back_between_two_looks_stayed(
    make: Callable[[int], PcscBench],
) -> None:
    bench = make(HARDLY_AWAY_MS)
    bench.driver.open(SOON_MS)
    bench.hold(MIFARE)
    assert bench.driver.read(SOON_MS)
    bench.lift()
    bench.hold(MIFARE)
    assert bench.driver.read(0) is None
    bench.lift()
    bench.hold(NTAG)
    assert bench.driver.read(SOON_MS)


def test_a_card_is_away_from_when_it_was_lifted_not_from_when_it_was_read(
    make: Callable[[int], PcscBench],
) -> None:
    bench = make(500)
    bench.driver.open(SOON_MS)
    bench.hold(MIFARE)
    assert bench.driver.read(SOON_MS)
    for _ in range(12):
        assert bench.driver.read(AT_ONCE_MS) is None
    bench.lift()
    bench.hold(MIFARE)
    assert bench.driver.read(0) is None


def test_a_card_that_was_read_is_left_to_other_programs(bench: PcscBench) -> None:
    bench.hold(MIFARE)
    assert bench.driver.read(SOON_MS)
    protocols = scard.SCARD_PROTOCOL_T0 | scard.SCARD_PROTOCOL_T1
    with bench.service.client() as other:
        answer = scard.SCardConnect(other, READER, scard.SCARD_SHARE_EXCLUSIVE, protocols)[0]
        assert answer == scard.SCARD_S_SUCCESS


def test_a_card_that_came_and_left_between_two_looks_was_not_read(bench: PcscBench) -> None:
    assert bench.driver.read(0) is None
    bench.hold(MIFARE)
    bench.lift()
    assert bench.driver.read(AT_ONCE_MS) is None
    assert bench.driver.voided == 1


def test_a_card_without_a_number_is_counted_once(bench: PcscBench) -> None:
    bench.put(bytes.fromhex("6A81"))
    for _ in range(5):
        assert bench.driver.read(AT_ONCE_MS) is None
    assert bench.driver.voided == 1


def test_a_card_that_another_program_keeps_is_busy_once(bench: PcscBench) -> None:
    assert bench.driver.read(0) is None
    protocols = scard.SCARD_PROTOCOL_T0 | scard.SCARD_PROTOCOL_T1
    with bench.service.client() as other:
        bench.hold(MIFARE)
        mode = scard.SCARD_SHARE_EXCLUSIVE
        answer, card, _ = scard.SCardConnect(other, READER, mode, protocols)
        assert answer == scard.SCARD_S_SUCCESS
        with pytest.raises(DeviceBusy):
            bench.driver.read(SOON_MS)
        assert bench.driver.read(AT_ONCE_MS) is None
        scard.SCardDisconnect(card, scard.SCARD_LEAVE_CARD)
    bench.lift()
    assert bench.driver.read(AT_ONCE_MS) is None
    bench.hold(MIFARE)
    assert bench.driver.read(SOON_MS)


# ---------------------------------------------------------------------------------- choosing


@pytest.mark.usefixtures("service")
def test_several_readers_are_not_told_apart_by_guesswork() -> None:
    for name in (None, "Virtual PCD"):
        with pytest.raises(BadgeReaderAmbiguous) as refusal:
            Driver(Options(name=name)).open(60_000)
        assert refusal.value.fields == {"candidates": "Virtual PCD 00 00; Virtual PCD 00 01"}


def test_a_reader_is_chosen_by_its_name(service: Service) -> None:
    driver = Driver(Options(name="Virtual PCD 00 01"))
    driver.open(SOON_MS)
    card = Card(service.port + 1, uid(MIFARE))
    assert driver.read(SOON_MS) == Badge(MIFARE.id, MIFARE.form, "Virtual PCD 00 01")
    card.lift()
    wait_until(lambda: not service.sees_card(1))
    driver.close()


@pytest.mark.usefixtures("service")
def test_a_reader_of_another_name_is_absent() -> None:
    with pytest.raises(DeviceAbsent):
        Driver(Options(name="ACS ACR122U PICC Interface")).open(0)


@pytest.mark.parametrize(
    ("name", "reader", "fits"),
    [
        (None, "ACS ACR122U PICC Interface 00 00", True),
        ("ACS ACR122U PICC Interface", "ACS ACR122U PICC Interface 0A 01", True),
        ("ACS ACR122U PICC Interface 00 00", "ACS ACR122U PICC Interface 01 00", False),
        ("ACS ACR122U", "ACS ACR122U PICC Interface 00 00", False),
    ],
)
def test_the_place_in_the_list_may_be_left_out(name: str | None, reader: str, fits: bool) -> None:
    assert Driver(Options(name=name))._fits(reader) is fits


# ---------------------------------------------------------------------------------- the service


def test_without_the_service_the_service_is_named(bench: PcscBench) -> None:
    bench.driver.close()
    bench.service.kill()
    with pytest.raises(BadgeServiceOff):
        bench.driver.open(AT_ONCE_MS)
    bench.service.start()
    bench.driver.open(SOON_MS)
    bench.hold(MIFARE)
    assert bench.driver.read(SOON_MS)


def test_a_service_that_dies_and_comes_back_in_the_middle_is_recovered_from(
    bench: PcscBench,
) -> None:
    for tag in (MIFARE, NTAG):
        bench.hold(tag)
        assert bench.driver.read(SOON_MS)
        bench.service.kill()
        bench._card = None
        with pytest.raises(BadgeServiceOff) as trouble:
            bench.driver.read(SOON_MS)
        assert tag.id not in str(trouble.value)
        with pytest.raises(DeviceAbsent):
            bench.driver.read(SOON_MS)
        bench.service.start()
        bench.driver.open(SOON_MS)


def test_a_service_that_was_restarted_between_two_looks_is_noticed(bench: PcscBench) -> None:
    assert bench.driver.read(0) is None
    bench.service.kill()
    bench.service.start()
    with pytest.raises(BadgeServiceOff):
        bench.driver.read(SOON_MS)
    bench.driver.open(SOON_MS)
    bench.hold(MIFARE)
    assert bench.driver.read(SOON_MS)


def test_a_service_that_dies_ends_a_long_wait(bench: PcscBench) -> None:
    dying = threading.Timer(0.2, bench.service.kill)
    dying.start()
    with pytest.raises(BadgeServiceOff):
        bench.driver.read(600_000)
    dying.join()
    bench.service.start()


def pcsc_threads() -> list[threading.Thread]:
    return [thread for thread in threading.enumerate() if thread.name == "pcsc"]


def test_a_service_that_hangs_is_silent_and_recovered_from_when_it_goes_on(
    bench: PcscBench,
) -> None:
    bench.hold(MIFARE)
    assert bench.driver.read(SOON_MS)
    bench.service.hang()
    try:
        with pytest.raises(DeviceSilent):
            bench.driver.read(600_000)
        for _ in range(3):
            with pytest.raises(DeviceSilent):
                bench.driver.open(AT_ONCE_MS)
            with pytest.raises(DeviceAbsent):
                bench.driver.read(AT_ONCE_MS)
        bench.driver.close()
        with pytest.raises(DeviceSilent):
            bench.driver.open(AT_ONCE_MS)
        assert len(pcsc_threads()) == 1
    finally:
        bench.service.go_on()
    bench.driver.open(SOON_MS)
    bench.hold(NTAG)
    assert bench.driver.read(SOON_MS)
    bench.driver.close()
    wait_until(lambda: not pcsc_threads())


def test_a_service_that_hangs_at_the_opening_is_silent(make: Callable[[int], PcscBench]) -> None:
    bench = make(NEVER_AWAY_MS)
    bench.service.hang()
    try:
        with pytest.raises(DeviceSilent):
            bench.driver.open(AT_ONCE_MS)
    finally:
        bench.service.go_on()
    bench.driver.open(SOON_MS)
    bench.hold(MIFARE)
    assert bench.driver.read(SOON_MS)


def test_a_service_that_hung_and_is_killed_is_recovered_from(bench: PcscBench) -> None:
    bench.service.hang()
    with pytest.raises(DeviceSilent):
        bench.driver.read(SOON_MS)
    bench.service.kill()
    bench._card = None
    bench.service.start()
    bench.driver.open(SOON_MS)
    bench.hold(MIFARE)
    assert bench.driver.read(SOON_MS)


def test_restarts_of_the_service_keep_no_files(bench: PcscBench) -> None:
    counts = []
    for _ in range(3):
        bench.service.kill()
        with pytest.raises(BadgeServiceOff):
            bench.driver.read(SOON_MS)
        bench.service.start()
        bench.driver.open(SOON_MS)
        counts.append(sum(1 for _ in Path("/proc/self/fd").iterdir()))
    assert counts[0] == counts[2]


# ---------------------------------------------------------------------------------- states


@pytest.mark.parametrize(
    ("state", "gone"),
    [
        (scard.SCARD_STATE_UNAVAILABLE | scard.SCARD_STATE_CHANGED, True),
        # As pcsc-lite says it of a reader that was pulled out while it waited.
        (scard.SCARD_STATE_UNKNOWN | scard.SCARD_STATE_CHANGED | scard.SCARD_STATE_IGNORE, True),
        (scard.SCARD_STATE_PRESENT | scard.SCARD_STATE_INUSE, False),
        (scard.SCARD_STATE_EMPTY | 7 << 16, False),
        (scard.SCARD_STATE_PRESENT | scard.SCARD_STATE_MUTE, False),
    ],
)
def test_a_pulled_reader_is_known_by_its_state(state: int, gone: bool) -> None:
    assert is_gone(state) is gone


def test_moves_of_cards_are_counted_over_the_end_of_the_count() -> None:
    empty, present = scard.SCARD_STATE_EMPTY, scard.SCARD_STATE_PRESENT
    assert moves_between(0xFFFF << 16 | present, empty) == 1
    assert moves_between(3 << 16 | empty, 5 << 16 | empty) == 2
    assert moves_between(3 << 16 | present, 3 << 16 | present | scard.SCARD_STATE_INUSE) == 0
    assert moves_between(scard.SCARD_STATE_UNAWARE, 9 << 16 | present) == 0


def test_the_readers_that_are_there_are_listed_and_none_without_the_service(
    service: Service,
) -> None:
    assert READER in readers()
    service.kill()
    try:
        assert readers() == ()
    finally:
        service.start()
