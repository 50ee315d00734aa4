"""What was acknowledged in the shop of `shop.py`, and what of it may be missing because its disk was thrown away."""

from collections.abc import Sequence
from pathlib import Path

from tests.crash import shop_judge
from tests.crash.shop_places import Place, Register


class Ledger:
    """Kept by whoever throws disks away.

    `paired` are the devices that the server let in, its own entries. `maybe` are the sales and devices that may be
    missing; `apart` those of them that some device still held.
    """

    def __init__(self, server: Place, registers: Sequence[Register], office: Path) -> None:
        """Nothing happened yet. `office` is the store of one more device."""
        self._server, self._registers = server, registers
        self.paired: set[str] = set()
        self.maybe: set[int | str] = set()
        self.apart: set[int | str] = set()
        self.stores = {one.name: one.store for one in (server, *registers)} | {"office": office}

    @property
    def sold(self) -> set[int]:
        """The sales that any cashier saw paid."""
        return set().union(*(register.done for register in self._registers))

    def misses(self, register: Register) -> set[int]:
        """What its cashier saw paid and is nowhere where it must be: on its disk, or on the server if it lost that."""
        missing = register.done - shop_judge.serials(register.store).keys() - self.maybe
        return missing and missing - shop_judge.serials(self._server.store).keys()

    def held(self) -> set[int | str]:
        """The sales and devices that must not be lost.

        A sale counts where its own register or the server has it. What another register holds alone comes back, or it
        ends in the server's quarantine, for the owner to see.
        """
        held: set[int | str] = set(shop_judge.serials(self._server.store))
        for register in self._registers:
            held |= register.done & shop_judge.serials(register.store).keys()
        return held.union(*map(shop_judge.devices, self.stores.values()))

    def thrown_away(self, before: set[int | str]) -> None:
        """A disk was: what was `held` before and is no longer may be missing at the end."""
        gone = before - self.held()
        self.maybe |= gone
        seen: set[int | str] = set()
        for store in self.stores.values():
            seen |= shop_judge.serials(store).keys() | shop_judge.apart(store)
        self.apart = {one for one in self.apart | gone if one in seen}

    def is_second_disaster(self, place: Place, copy: Path) -> bool:
        """Whether, with this copy, another device would hold alone what nobody may hand on.

        That is what is left of an origin of which neither the register that began it nor the server knows, and the end
        of one that was left because of a fork; see `mirror/README.md`.
        """
        held = {name: shop_judge.heads(store) for name, store in self.stores.items()}
        held[place.name] = shop_judge.heads(copy)
        forked = shop_judge.forked(self.stores.values())
        for register in self._registers:
            for origin in shop_judge.lines(self.stores.values(), register.name):
                most = max(held[name].get(origin, 0) for name in (self._server.name, register.name))
                if any(one.get(origin, 0) > most for one in held.values()) and (
                    most == 0 or origin in forked
                ):
                    return True
        return False
