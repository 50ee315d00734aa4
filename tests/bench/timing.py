"""Taking times, and saying them."""

import gc
import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager


class Times:
    """How long one thing took, many times over; in nanoseconds."""

    def __init__(self, taken_ns: Sequence[int] = ()) -> None:
        self.taken_ns = list(taken_ns)

    @contextmanager
    def one(self) -> Iterator[None]:
        begun_ns = time.perf_counter_ns()
        yield
        self.taken_ns.append(time.perf_counter_ns() - begun_ns)

    def call(self, work: Callable[..., object], *given: object) -> None:
        begun_ns = time.perf_counter_ns()
        work(*given)
        self.taken_ns.append(time.perf_counter_ns() - begun_ns)

    @property
    def median_ns(self) -> float:
        return statistics.median(self.taken_ns)

    def percentile_ns(self, percent: int) -> int:
        """The nearest-rank percentile."""
        ordered = sorted(self.taken_ns)
        return ordered[max(0, -(-len(ordered) * percent // 100) - 1)]

    def __str__(self) -> str:
        parts = [f"median {said(self.median_ns)}", f"p95 {said(self.percentile_ns(95))}"]
        if len(self.taken_ns) >= 100:
            parts.append(f"p99 {said(self.percentile_ns(99))}")
        return ", ".join(parts)


def said(time_ns: float) -> str:
    """A time in the unit that suits it."""
    for unit, size in (("s", 1e9), ("ms", 1e6), ("µs", 1e3)):
        if time_ns >= size:
            return f"{time_ns / size:.3g} {unit}"
    return f"{time_ns:.0f} ns"


def ratio(ours: Times, limit: Times) -> float:
    return ours.median_ns / limit.median_ns


def times(value: float) -> str:
    return f"{value:.2f} ×"


def per_second(count: int, times: Times) -> float:
    """How many a second, by the median run."""
    return count * 1e9 / times.median_ns


@contextmanager
def without_collector() -> Iterator[None]:
    """Keep what exists out of the garbage collector's rounds, as it is not what is measured."""
    gc.collect()
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()
