"""The mirror's thread: ships entries up, brings others' entries down, pairs, and tells how all that goes.

It has its own connection to the store, which only reads. What is to be written goes into the register's queue, a few
entries at a time, and the next few only after the register said what became of them: the queue never fills with them,
memory is bounded, and a scan waits for one such piece at most (`PIECE_US`).

It ships at once when the register has recorded something, and fetches when the server has news, for which a second
connection waits (`listening.py`). So a price changed elsewhere is here at once, and a sale is there within a fraction
of a second. Only where that second line does not hold is the server asked every half second (`POLL_S`), a slow one
less often. When it is away, the wait doubles up to a minute, with some chance in it, so that twenty tills do not come
back in the same moment.

One rule of the house is broken here on purpose. Elsewhere a defect ends the thread, and with it the process. A defect
in here is logged, shown, and tried again later: the mirror must never stop the till.
"""

import logging
import random
import threading
import time
from collections import deque
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Final

import msgspec

from appliance import __version__
from appliance.clock import Clock
from appliance.journal.pairing_wire import Peppers, short_fingerprint
from appliance.journal.wire import Welcome
from appliance.messages import (
    AnyJob,
    EntriesTaken,
    Event,
    Fields,
    HistoriesPart,
    LookForServers,
    MirrorChanged,
    MirrorState,
    PairingStepped,
    PairNow,
    ServerForgotten,
    ServerPaired,
    ServersFound,
    ShipEntries,
    UnpairNow,
)
from appliance.mirror import discovery, paired, pairing
from appliance.mirror.courier import Courier
from appliance.mirror.https_link import HttpsLink, trusting
from appliance.mirror.journal import Handover, NotTaken, RegisterBusy, StoreJournal
from appliance.mirror.link import ServerAway
from appliance.mirror.listening import Listener
from appliance.mirror.paired import Pairing, PairingDamaged
from appliance.mirror.seals import Seals
from appliance.problems import Refusal
from appliance.services import pepper

log = logging.getLogger(__name__)

POLL_S: Final = 0.5
"""How often the server is asked for news while nobody waits there for them."""
LISTENING_POLL_S: Final = 15.0
"""The same while the listener waits: to notice a server that has gone without a word."""
LONGEST_POLL_S: Final = 5.0
_SHARE: Final = 20
"""It is asked no more often than one part in so many of the time would go by with asking."""
FIRST_WAIT_S: Final = 1.0
LONGEST_WAIT_S: Final = 60.0
LISTEN_S: Final = 2.0
"""How long servers may take to answer to mDNS."""
STOP_S: Final = 5.0
_MOST_JOBS: Final = 8
_MOST_FOUND: Final = 3
"""Anybody on the network can say that they are the server: each place where it is not costs some seconds."""

Post = Callable[[Event], bool]
"""Puts an event into the register's queue; False where it is full. Never blocks."""


class Mirror:
    """The mirror of one register. Any thread may call; none of it blocks but `stop`."""

    def __init__(self, store: Path, clock: Clock, post: Post) -> None:
        """Nothing is begun. `store` is the register's folder."""
        self._store = store
        self._clock = clock
        self._post = post
        self._changed = threading.Condition()
        self._jobs: deque[AnyJob] = deque()
        self._has_news = False
        self._is_stopping = False
        self._handover = Handover(post)
        self._journal: StoreJournal | None = None
        self._pairing: Pairing | None = None
        self._link: HttpsLink | None = None
        self._courier: Courier | None = None
        self._line: HttpsLink | None = None
        self._seals: Seals | None = None
        self._listener = Listener(self._wake)
        self._told: MirrorChanged | None = None
        self._has_told_pairing = False
        self._wait_s, self._tried = FIRST_WAIT_S, 0
        self._next_at = self._fetch_at = 0.0
        self._stuck: Refusal | None = None
        self._told_parted: dict[str, int] = {}
        self._has_handed_over = False
        self._addresses: deque[tuple[str, int]] = deque()
        self._where: tuple[str, int] | None = None
        self._thread = threading.Thread(target=self._work, name="mirror", daemon=True)

    def start(self) -> None:
        """Begin; the register's store must be there."""
        self._listener.start()
        self._thread.start()

    def stop(self) -> None:
        """End; waits a few seconds at most for what is under way on the network, and then leaves it."""
        with self._changed:
            self._is_stopping = True
            self._changed.notify_all()
        self._handover.stop()
        self._listener.stop()
        if self._thread.is_alive():
            self._thread.join(STOP_S)

    def where(self) -> tuple[str, int] | None:
        """The server's address and port, while it answers there."""
        return self._where

    def take(self, job: AnyJob) -> bool:
        """A job of the mirror; False where it is none, or too many wait."""
        if isinstance(job, EntriesTaken):
            self._handover.taken(job)
            return True
        with self._changed:
            match job:
                case ShipEntries():
                    self._has_news = True
                case LookForServers() | PairNow() | UnpairNow():
                    if len(self._jobs) >= _MOST_JOBS:
                        return False
                    self._jobs.append(job)
                case _:
                    return False
            self._changed.notify_all()
        return True

    # ------------------------------------------------------------------ the thread

    def _work(self) -> None:
        try:
            self._guarded(self._take_up)
            while not self._is_stopping:
                job = self._next()
                if job is not None:
                    self._guarded(partial(self._do, job))
                elif self._pairing is not None and time.monotonic() >= self._next_at:
                    self._guarded(self._round)
        finally:
            self._hang_up()
            if self._journal is not None:
                self._journal.close()

    def _next(self) -> AnyJob | None:
        """The next job, or None when it is time for a round, or when there is news and the server is not away."""
        with self._changed:
            while not self._is_stopping:
                if self._jobs:
                    return self._jobs.popleft()
                left = None if self._pairing is None else self._next_at - time.monotonic()
                is_away = self._wait_s > FIRST_WAIT_S
                if self._has_news and self._pairing is not None and not is_away:
                    self._next_at, left = 0.0, 0.0
                self._has_news = False
                if left is not None and left <= 0:
                    return None
                self._changed.wait(left)
        return None

    def _guarded(self, work: Callable[[], None]) -> None:
        """Do something; what goes wrong is told, and tried again later."""
        try:
            work()
        except ServerAway as away:
            self._gone("alone", away)
        except Refusal as no:
            # Also the store's troubles and entries that do not fit: all of them are told, none is passed over.
            log.warning("mirror: %s", no)
            self._gone("trouble", no)
        except Exception:
            log.exception("a defect in the mirror: it goes on later")
            self._gone("trouble", MirrorDefect())

    def _gone(self, state: MirrorState, why: Refusal) -> None:
        """Nothing can be mirrored now; try again after a while."""
        self._hang_up()
        if self._is_stopping:
            return
        self._addresses.rotate(-1)
        self._tried += 1
        if state == "trouble" or self._tried >= len(self._addresses):
            wait_s = self._wait_s * random.uniform(0.5, 1.0)  # noqa: S311 - no secret
            self._next_at = time.monotonic() + wait_s
            self._wait_s, self._tried = min(LONGEST_WAIT_S, self._wait_s * 2), 0
        if self._pairing is not None or isinstance(why, PairingDamaged):
            self._tell(state, why.code, tuple(why.fields.items()))

    # ------------------------------------------------------------------ what a person asks

    def _do(self, job: AnyJob) -> None:
        self._wait_s, self._next_at = FIRST_WAIT_S, 0.0
        match job:
            case LookForServers():
                self._send(ServersFound(discovery.find(LISTEN_S, self._is_wanted_elsewhere)))
            case PairNow():
                self._pair(job)
            case UnpairNow():
                self._unpair()

    def _pair(self, job: PairNow) -> None:
        if self._pairing is not None:
            self._send(PairingStepped("", "already_paired"))
            return

        def step(name: str) -> None:
            self._send(PairingStepped(name))

        try:
            if job.text:
                made = pairing.by_scan(job.text, job.applicant, self._clock, step)
            else:
                made = pairing.by_digits(
                    job.host, job.port, job.code, job.applicant, self._clock, step
                )
            paired.write(self._store, made)
        except Refusal as no:
            log.info("pairing: %s", no.code)
            self._send(PairingStepped("", no.code, tuple(no.fields.items())))
            return
        except Exception:
            log.exception("a defect in pairing")
            self._send(PairingStepped("", MirrorDefect.code))
            return
        self._take_up()

    def _unpair(self) -> None:
        fingerprint = "" if self._pairing is None else self._pairing.fingerprint
        self._hang_up()
        paired.forget(self._store)
        self._pairing, self._told = None, None
        self._has_told_pairing = False
        self._addresses.clear()
        self._send(ServerForgotten(fingerprint))

    # ------------------------------------------------------------------ one round after another

    def _take_up(self) -> None:
        """The pairing that is kept; at the start, and after a new one."""
        self._pairing = paired.read(self._store)
        self._stuck, self._has_handed_over = None, False
        self._told_parted.clear()
        self._next_at = self._fetch_at = 0.0
        if self._pairing is not None:
            self._addresses = deque(_addresses(self._pairing))

    def _round(self) -> None:
        pairing_ = self._pairing
        assert pairing_ is not None
        if not self._has_told_pairing:
            self._has_told_pairing = self._tell_pairing(pairing_)
        journal = self._journal = self._journal or StoreJournal(self._store, self._handover)
        courier = self._courier or self._connected(pairing_, journal)
        began = time.monotonic()
        if courier.welcome is None:
            self._learn(courier.greet())
            self._where = self._addresses[0]
            self._hand_over(courier, journal)
        self._wait_s, self._tried = FIRST_WAIT_S, 0
        self._tell_progress(courier)
        while not self._is_wanted_elsewhere():
            has_shipped = courier.ship()
            has_fetched = self._fetched(courier)
            self._tell_progress(courier)
            # Where the greeting must be said again, something is odd: not at once, whatever the server answers.
            if courier.welcome is None or not (has_shipped or has_fetched):
                break
            began = time.monotonic()
        took_s = time.monotonic() - began
        self._listen(courier, journal)
        poll_s = LISTENING_POLL_S if self._listener.is_waiting else POLL_S
        self._next_at = time.monotonic() + max(poll_s, min(LONGEST_POLL_S, _SHARE * took_s))

    def _listen(self, courier: Courier, journal: StoreJournal) -> None:
        """Have the second line wait for what is not here yet.

        Not while there is something that this register cannot take: the server would tell of it again at once.
        """
        if self._line is not None and courier.welcome is not None and self._stuck is None:
            self._listener.listen(self._line, courier.have(), journal.origin)

    def _wake(self) -> None:
        with self._changed:
            self._has_news = True
            self._changed.notify_all()

    def _fetched(self, courier: Courier) -> bool:
        """Whether something came. What the register could not take in is asked for again later, and sales go on up."""
        if time.monotonic() < self._fetch_at:
            return False
        try:
            has_fetched = courier.fetch()
        except (NotTaken, RegisterBusy) as no:
            log.warning("mirror: %s", no)
            self._fetch_at, self._stuck = time.monotonic() + LONGEST_WAIT_S, no
            return False
        self._stuck = None
        return has_fetched

    def _connected(self, pairing_: Pairing, journal: StoreJournal) -> Courier:
        try:
            context = trusting(pairing_.authority, pairing_.certificate, pairing_.key)
            self._seals = Seals(self._store, pairing_.sealing)
        except ValueError as why:
            raise PairingDamaged(path=str(self._store), why=str(why)) from why
        host, port = self._address(pairing_)
        self._link = HttpsLink(host, port, context)
        self._line = HttpsLink(host, port, context)
        ring = pepper.of_store(self._store)
        self._courier = Courier(
            self._link, journal, __version__, ring.fingerprints, self._seals.take
        )
        return self._courier

    def _address(self, pairing_: Pairing) -> tuple[str, int]:
        """Where to look next: where it was, its other addresses, and if it is away for long where mDNS says it is."""
        if self._wait_s > FIRST_WAIT_S * 4 and not self._tried:
            mark = short_fingerprint(pairing_.authority_sha256)
            heard = discovery.find(LISTEN_S, self._is_wanted_elsewhere)
            found = [(one.host, one.port) for one in heard if one.mark == mark]
            known = (*found[:_MOST_FOUND], *_addresses(pairing_))
            self._addresses = deque(dict.fromkeys(known))
        return self._addresses[0]

    def _hand_over(self, courier: Courier, journal: StoreJournal) -> None:
        """Once a start, give the server what was set apart here because it holds another history; it may lack it."""
        if self._has_handed_over:
            return
        for entries in journal.apart():
            courier.hand_over(entries)
            courier.welcome = None
        self._has_handed_over = True

    def _learn(self, welcome: Welcome) -> None:
        """The shop may have another name by now; where the rings of keys for PINs differ, both learn what they lack."""
        before, link, ring = self._pairing, self._link, pepper.of_store(self._store)
        assert before is not None
        assert link is not None
        # A server that was restored goes on in a new origin, and several may share the shop.
        now = msgspec.structs.replace(before, shop=welcome.shop, server=welcome.server)
        if welcome.peppers and welcome.peppers != ring.fingerprints:
            keys = link.peppers(Peppers(pepper.to_hex(ring.keys))).keys
            now = msgspec.structs.replace(now, peppers=keys)
        if now != before:
            paired.write(self._store, now)
            self._pairing = now
            self._has_told_pairing = self._tell_pairing(now)

    def _is_wanted_elsewhere(self) -> bool:
        return self._is_stopping or bool(self._jobs)

    def _hang_up(self) -> None:
        self._listener.hang_up()
        self._line = self._where = None
        if self._seals is not None:
            self._seals.save()
        if self._link is not None:
            self._link.close()
        self._link = self._courier = None

    # ------------------------------------------------------------------ telling

    def _tell_pairing(self, made: Pairing) -> bool:
        return self._send(
            ServerPaired(
                server=made.server,
                shop=made.shop,
                name=made.name,
                address=made.address,
                since_ms=made.since_ms,
                replaces=made.replaces,
                peppers=made.peppers,
            )
        )

    def _tell_progress(self, courier: Courier) -> None:
        assert self._journal is not None
        for origin, seq in courier.parted.items():
            # What another copy of this disk had recorded again must be here first, or it would be so twice.
            if origin == self._journal.origin and not (courier.has_all or self._stuck):
                continue
            if self._told_parted.get(origin) != seq and self._send(HistoriesPart(origin, seq)):
                self._told_parted[origin] = seq
        # Whoever reads it starts the register again: not before it knows what to do then.
        parted = self._told_parted.keys() & courier.parted.keys()
        if parted:
            own = self._journal.origin
            origin = own if own in parted else min(parted)
            seq = courier.parted[origin]
            self._tell("trouble", "mirror_forked", (("origin", origin), ("seq", seq)), courier)
        elif self._stuck is not None:
            self._tell("trouble", self._stuck.code, tuple(self._stuck.fields.items()), courier)
        else:
            self._tell("connected", "", (), courier)

    def _tell(
        self, state: MirrorState, code: str, fields: Fields, courier: Courier | None = None
    ) -> None:
        """How the mirror is; the same again is not told again. What the queue had no room for is told the next time."""
        before = self._told or MirrorChanged("off")
        acked, pulled, total = before.acked, before.pulled, before.total
        if courier is not None:
            assert self._journal is not None
            seq = self._journal.own_seq()
            acked = max(0, seq - courier.behind())
            pulled, total = courier.lacking()
        now = MirrorChanged(state, acked, pulled, total, code, fields)
        if now != self._told and self._post(now):
            self._told = now

    def _send(self, event: Event) -> bool:
        """Tell something that must arrive: waits for room as long as the program runs."""
        while not self._is_stopping:
            if self._post(event):
                return True
            with self._changed:
                self._changed.wait(_FULL_S)
        return False


def _addresses(made: Pairing) -> tuple[tuple[str, int], ...]:
    """Where the server may be, as it said when it was paired: the address that worked first."""
    return tuple((host, made.port) for host in dict.fromkeys((made.host, *made.hosts)))


class MirrorDefect(Refusal):
    """Our own mistake, in the mirror: selling goes on, and the log has more of it."""

    code = "mirror_defect"


_FULL_S: Final = 0.05
"""How long to wait when the register's queue is full."""
