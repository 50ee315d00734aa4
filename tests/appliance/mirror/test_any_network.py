"""Whatever the network and the machines do: nothing is lost, nothing is doubled, and all are equal at the end."""

import os
import shutil
import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from tests.appliance.mirror.shop_on_a_network import FAULTS, Shop

registers = st.integers(0, 1)
errands = st.sampled_from(["greet", "ship", "fetch"])
faults = st.lists(st.sampled_from(FAULTS), max_size=3)
moves = st.lists(st.integers(0, 400), min_size=1, max_size=6)


class AnyNetwork(RuleBasedStateMachine):
    """Two registers, a server, and a network that drops, delays, repeats and reorders."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(prefix="any-network-"))
        self.shop = Shop(self.folder)
        self.lost: set[int] = set()
        self.shipped_edits = 0

    @initialize()
    def begin(self) -> None:
        self.shop.sell(0)

    @rule(number=registers)
    def sell(self, number: int) -> None:
        self.shop.sell(number)

    @rule(number=registers, moves=moves)
    def trade(self, number: int, moves: list[int]) -> None:
        self.shop.trade(self.shop.registers[number], moves)

    @rule(moves=moves)
    def work_in_the_back_office(self, moves: list[int]) -> None:
        self.shop.trade(self.shop.server, moves)

    @rule(number=st.integers(0, 2), name=st.text(max_size=5))
    def edit(self, number: int, name: str) -> None:
        self.shop.edit((self.shop.server, *self.shop.registers)[number], name)

    @rule(number=registers, what=errands, faults=faults)
    def run_an_errand(self, number: int, what: str, faults: list[str]) -> None:
        self.shop.step(number, what, faults)

    @rule()
    def deliver_what_was_late(self) -> None:
        self.shop.deliver_late()

    @rule(number=registers)
    def restart_a_register(self, number: int) -> None:
        self.shop.restart(number)

    @rule()
    def restart_the_server(self) -> None:
        self.shop.server.restart()

    @rule(number=st.integers(0, 2), hours=st.integers(-500, 500))
    def turn_a_clock(self, number: int, hours: int) -> None:
        clock = (self.shop.server, *self.shop.registers)[number].clock
        clock.set(clock.now().at_ms + hours * 3_600_000)

    @rule()
    def back_up_the_server(self) -> None:
        self.shop.server.keep_a_copy()

    @precondition(lambda self: self.shop.server.copy is not None)
    @rule(noticed=st.booleans())
    def restore_the_server(self, noticed: bool) -> None:
        self.shop.server.put_the_copy_back(noticed=noticed)

    @rule(number=registers)
    def back_up_a_register(self, number: int) -> None:
        self.shop.registers[number].keep_a_copy()

    @precondition(lambda self: any(one.copy for one in self.shop.registers))
    @rule(number=registers, noticed=st.booleans())
    def restore_a_register(self, number: int, noticed: bool) -> None:
        """What it had sold since and nobody else has is gone with its disk."""
        register = self.shop.registers[number]
        if register.copy is None:
            return
        register.put_the_copy_back(noticed=noticed)
        self.shop.restart(number)
        held = {
            total
            for node in (self.shop.server, *self.shop.registers)
            for total in self.shop.totals_at(node)
        }
        self.lost |= self.shop.sold.keys() - held

    def teardown(self) -> None:
        try:
            self.shop.settle()
            self.shop.check(lost=frozenset(self.lost))
        finally:
            self.shop.close()
            shutil.rmtree(self.folder)


pytestmark = pytest.mark.timeout(60 + 10 * int(os.environ.get("OPEN_POS_NETWORKS", "10")))
TestAnyNetwork = AnyNetwork.TestCase
TestAnyNetwork.settings = settings(
    max_examples=int(os.environ.get("OPEN_POS_NETWORKS", "10")),
    stateful_step_count=30,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
