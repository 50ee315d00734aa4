"""What a cashier does at the real window again and again: scan, pay, go on to the next customer."""

from tests.flows.window import Till


def lines(till: Till) -> list[str]:
    """The keys of the ticket's lines that can be seen."""
    return [box["key"] for box in till.widgets() if box["key"].startswith("line:")]


def first(till: Till, kind: str, place: int = 0) -> str:
    """The key of the first thing of a kind, such as `tile:`, once it can be seen."""

    def keys() -> list[str]:
        return [box["key"] for box in till.widgets() if box["key"].startswith(kind)]

    till.wait(lambda: len(keys()) > place, kind)
    return keys()[place]


def hits(till: Till) -> list[str]:
    """The names of the products that the search found."""
    boxes = till.widgets()
    return [
        next(after["text"] for after in boxes[place + 1 :] if after["text"])
        for place, box in enumerate(boxes)
        if box["key"].startswith("hit:")
    ]


def scan(till: Till, *places: int) -> None:
    """Hold articles of the bench under the scanner, one after another."""
    for place in places:
        before = len(lines(till))
        till.tap(first(till, "bench_scan:", place))
        till.wait(lambda before=before: len(lines(till)) == before + 1, "the scanned line")  # type: ignore[misc]


def pay(till: Till, quick: int) -> None:
    """Take cash by one of the quick amounts; 0 is the exact one."""
    till.tap("pay_cash")
    till.tap(first(till, "quick:", quick))
    till.see(key="new_sale")


def begin_next_sale(till: Till) -> None:
    """Leave the page with the change. It does not listen for a moment, so that nobody taps it away unseen."""

    def left() -> bool:
        button = till.find(key="new_sale")
        if button is not None:
            till.press(button)
        return till.reads("Ready for the next customer")

    till.wait(left, "the next sale")
