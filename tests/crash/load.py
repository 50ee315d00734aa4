"""A busy cashier: an endless, reproducible stream of commands, most of which make sense."""

import random
from collections.abc import Iterator

import msgspec

from appliance.messages import (
    AbandonTicket,
    CancelTender,
    ChangeQuantity,
    ChooseReceipt,
    CloseDay,
    Command,
    KeyQuantity,
    RemoveLine,
    Reprint,
    Scan,
    SetClock,
    SignOut,
    StartTender,
    TenderCash,
)
from appliance.play import START_MS
from tests.flows.corner_shop import ANA, BARCODES

PIECES = tuple(code for code in BARCODES if code != BARCODES[2])


def commands(chance: random.Random) -> Iterator[Command]:
    """From signing in to the end of days. What was open before is taken up and sold."""
    yield SetClock(at_ms=START_MS + chance.randrange(10**10))
    yield ANA
    while True:
        yield from _sale(chance)
        if chance.random() < 0.03:
            yield CloseDay()
            yield ANA
        elif chance.random() < 0.02:
            yield SignOut()
            yield Scan(text=PIECES[0])
            yield ANA


def lines(chance: random.Random) -> Iterator[str]:
    """The same as lines of a script."""
    return (msgspec.json.encode(command).decode() for command in commands(chance))


def _sale(chance: random.Random) -> Iterator[Command]:
    for _ in range(chance.randrange(1, 7)):
        if chance.random() < 0.2:
            yield KeyQuantity(qty_milli=chance.randrange(500, 4000))
            yield Scan(text=chance.choice(BARCODES))
        else:
            yield Scan(text=chance.choice(PIECES))
        if chance.random() < 0.15:
            yield chance.choice([RemoveLine(), ChangeQuantity(line=None, qty_milli=3000)])
        if chance.random() < 0.05:
            yield Scan(text="5901234123457")
    if chance.random() < 0.06:
        yield AbandonTicket()
        return
    if chance.random() < 0.4:
        yield StartTender()
        if chance.random() < 0.3:
            yield CancelTender()
    yield TenderCash(amount_minor=chance.randrange(1, 20) * 5000)
    if chance.random() < 0.5:
        yield ChooseReceipt(sale=None, choice=chance.choice(["print", "none"]))
    if chance.random() < 0.1:
        yield Reprint()
