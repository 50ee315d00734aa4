"""What every listener for the pairing code must do, whatever it is made of."""

import threading
from collections.abc import Iterator
from typing import Protocol

import pytest

from drivers import DeviceAbsent
from drivers.scanner._code import CODE, Found, Misread
from tests.drivers.scanner.contract import AT_ONCE_MS, SOON_MS


class AnyListener(Protocol):
    @property
    def refused(self) -> tuple[str, ...]: ...

    def open(self) -> None: ...

    def listen(self, timeout_ms: int) -> Found | Misread | None: ...

    def wake(self) -> None: ...

    def close(self) -> None: ...


class PairingBench(Protocol):
    """A plugged-in scanner, set to Enter as suffix, and a listener that is not open."""

    listener: AnyListener

    def scan(self, text: str) -> None: ...


class ListenerContract:
    """Inherit this and give a `bench`."""

    @pytest.fixture
    def bench(self) -> Iterator[PairingBench]:
        raise NotImplementedError

    @pytest.fixture
    def listener(self, bench: PairingBench) -> AnyListener:
        bench.listener.open()
        return bench.listener

    def test_who_says_the_code_is_found(self, bench: PairingBench, listener: AnyListener) -> None:
        bench.scan(CODE)
        found = listener.listen(SOON_MS)
        assert isinstance(found, Found)
        assert found.label
        assert found.options
        assert not found.aim
        assert listener.listen(AT_ONCE_MS) is None

    def test_an_aim_identifier_is_noticed(self, bench: PairingBench, listener: AnyListener) -> None:
        bench.scan("]C0" + CODE)
        found = listener.listen(SOON_MS)
        assert isinstance(found, Found)
        assert found.aim

    def test_another_code_is_told_and_not_paired(
        self, bench: PairingBench, listener: AnyListener
    ) -> None:
        bench.scan("4006381333931")
        misread = listener.listen(SOON_MS)
        assert isinstance(misread, Misread)
        assert (misread.text, misread.why) == ("4006381333931", "another_code")
        bench.scan(CODE)
        assert isinstance(listener.listen(SOON_MS), Found)

    def test_the_code_with_more_behind_it_is_told_apart_from_another_code(
        self, bench: PairingBench, listener: AnyListener
    ) -> None:
        bench.scan(CODE + "##")
        misread = listener.listen(SOON_MS)
        assert isinstance(misread, Misread)
        assert (misread.text, misread.why) == (CODE + "##", "unknown_frame")

    def test_silence_is_nothing(self, listener: AnyListener) -> None:
        assert listener.listen(AT_ONCE_MS) is None
        assert listener.listen(0) is None
        assert listener.refused == ()

    def test_a_listener_that_is_not_open_hears_nothing(self, bench: PairingBench) -> None:
        with pytest.raises(DeviceAbsent):
            bench.listener.listen(AT_ONCE_MS)

    def test_a_wake_ends_the_listening(self, listener: AnyListener) -> None:
        waking = threading.Timer(0.05, listener.wake)
        waking.start()
        assert listener.listen(60_000) is None
        waking.join()

    def test_a_wake_before_the_listening_ends_it(self, listener: AnyListener) -> None:
        listener.wake()
        listener.wake()
        assert listener.listen(60_000) is None
        assert listener.listen(AT_ONCE_MS) is None

    def test_a_wake_loses_no_scan(self, bench: PairingBench, listener: AnyListener) -> None:
        bench.scan(CODE)
        listener.wake()
        heard = [listener.listen(SOON_MS), listener.listen(SOON_MS)]
        assert any(isinstance(one, Found) for one in heard)

    def test_a_closed_listener_can_be_opened_again(
        self, bench: PairingBench, listener: AnyListener
    ) -> None:
        listener.open()
        listener.close()
        listener.close()
        with pytest.raises(DeviceAbsent):
            listener.listen(AT_ONCE_MS)
        listener.open()
        bench.scan(CODE)
        assert isinstance(listener.listen(SOON_MS), Found)
