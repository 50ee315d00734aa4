"""The ring of keys: what was hashed with any of them fits, and none is ever lost."""

from pathlib import Path

import pytest
from argon2 import PasswordHasher
from hypothesis import given
from hypothesis import strategies as st

from appliance.services import badges, people, pepper
from appliance.services.pepper import KEY_BYTES, MOST_KEYS, MOST_OF_ONE, NotAPepper, Ring
from appliance.store.database import StoreReadOnly
from tests.appliance.test_whole_file import mode_of

QUICK = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
A, B, C = (bytes([letter]) * KEY_BYTES for letter in b"abc")

keys = st.lists(st.sampled_from([A, B, C]), unique=True, min_size=1)


def test_the_first_key_is_made_once(tmp_path: Path) -> None:
    ring = pepper.of_store(tmp_path)
    assert pepper.of_store(tmp_path).keys == ring.keys
    assert mode_of(tmp_path / pepper.FILE) == 0o600


def test_a_ring_stays_after_a_restart(tmp_path: Path) -> None:
    ring = pepper.of_store(tmp_path)
    own = ring.keys[0]
    assert ring.learn([A, own, B])
    assert not ring.learn([B, A])
    assert pepper.of_store(tmp_path).keys == (own, A, B)
    assert mode_of(tmp_path / pepper.FILE) == 0o600
    assert pepper.of_store(tmp_path).follow([C, A])
    assert pepper.of_store(tmp_path).keys == (C, A, own, B)


def test_half_a_key_at_the_end_of_the_file_is_left_out(tmp_path: Path) -> None:
    (tmp_path / pepper.FILE).write_bytes(A + B + C[:7])
    assert pepper.of_store(tmp_path).keys == (A, B)


def test_a_ring_that_cannot_be_written_stays_as_it_was(tmp_path: Path) -> None:
    ring = pepper.of_store(tmp_path)
    before = ring.keys
    (tmp_path / pepper.FILE).unlink()
    tmp_path.rmdir()
    with pytest.raises(StoreReadOnly):
        ring.learn([A])
    assert ring.keys == before


@pytest.mark.parametrize(
    "more", [[b""], [A[:-1]], [A + b"x"], [bytes([n]) * 32 for n in range(70)]]
)
def test_what_is_no_key_changes_nothing(tmp_path: Path, more: list[bytes]) -> None:
    ring = pepper.of_store(tmp_path)
    before = ring.keys
    for join in (ring.learn, ring.follow):
        with pytest.raises(NotAPepper):
            join(more)
    assert ring.keys == before == pepper.of_store(tmp_path).keys


@pytest.mark.parametrize("came", [["zz"], ["00"], ["00" * KEY_BYTES] * (MOST_KEYS + 1)])
def test_what_comes_over_the_network_is_looked_at(came: list[str]) -> None:
    with pytest.raises(NotAPepper):
        pepper.from_hex(came)
    assert pepper.from_hex(pepper.to_hex([A, B])) == (A, B)


@given(keys, keys)
def test_two_that_met_have_the_same_keys_and_the_servers_first(
    servers: list[bytes], tills: list[bytes]
) -> None:
    server, till = Ring(servers), Ring(tills)
    server.learn(till.keys)
    till.follow(server.keys)
    assert till.keys == server.keys
    assert server.keys[0] == servers[0]
    assert set(server.keys) == {*servers, *tills}


@given(keys, keys, st.randoms())
def test_any_number_of_tills_meet_the_same_ring(
    servers: list[bytes], tills: list[bytes], chance: object
) -> None:
    del chance
    server = Ring(servers)
    first, second = Ring(tills), Ring(tills[::-1])
    for till in (first, second, first, second):
        server.learn(till.keys)
        till.follow(server.keys)
    assert first.keys == second.keys == server.keys


def test_one_device_cannot_fill_the_ring(tmp_path: Path) -> None:
    ring = pepper.of_store(tmp_path)
    own = ring.keys[0]
    many = [bytes([n]) * KEY_BYTES for n in range(60)]
    assert ring.learn_from("K7Q2", [own, *many])
    assert ring.keys == (own, *many[:MOST_OF_ONE]) == pepper.of_store(tmp_path).keys
    assert not ring.learn_from("K7Q2", many)
    # The next one brings more of them, as long as there is room.
    assert ring.learn_from("M0AX", many)
    assert ring.keys == (own, *many[: 2 * MOST_OF_ONE])
    for n in range(20):
        ring.learn_from(f"T{n:03}", many)
    assert ring.keys == (own, *many)
    assert ring.learn_from("ZZZZ", [A, B, C, bytes([200]) * KEY_BYTES])
    assert len(ring.keys) == MOST_KEYS
    assert not ring.learn_from("YYYY", [bytes([201]) * KEY_BYTES])


def test_a_pin_made_with_any_key_fits_and_new_ones_use_the_first() -> None:
    old, new = people.Pins(A, QUICK), people.Pins(Ring([B, A]), QUICK)
    assert new.fits("1234", old.hash("1234"))
    assert new.fits("1234", new.hash("1234"))
    assert not old.fits("1234", new.hash("1234"))
    assert not new.fits("1235", old.hash("1234"))
    assert not new.fits("1234", "no hash at all")
    assert people.Pins(B, QUICK).fits("1234", new.hash("1234"))


def test_a_keeper_learns_while_it_is_in_use() -> None:
    keeper = people.Pins(A, QUICK)
    other = people.Pins(B, QUICK).hash("1234")
    assert not keeper.fits("1234", other)
    keeper.ring.learn([B])
    assert keeper.fits("1234", other)
    assert keeper.pepper == A


def test_a_badge_has_marks_under_each_key() -> None:
    ids = (("wiegand34", "04A1B2C3"), ("wiegand26", "A1B2C3"))
    of_both = badges.marks(people.Pins(Ring([B, A]), QUICK), ids)
    assert of_both == (
        *badges.marks(people.Pins(B, QUICK), ids),
        *badges.marks(people.Pins(A, QUICK), ids),
    )
    assert len({mark for of_key in of_both for mark in of_key}) == 4


def test_fingerprints_name_keys_and_do_not_tell_them() -> None:
    ring = Ring([A, B])
    assert len(set(ring.fingerprints)) == 2
    assert A.hex()[:16] not in ring.fingerprints
