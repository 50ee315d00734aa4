"""Motion, by pictures that are drawn here."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from appliance.recorder.motion import ACROSS, DOWN, Motion, Zone, mask, means
from drivers.camera import Small

WIDTH, HEIGHT = 320, 240
Picture = NDArray[np.uint8]


def shop(seed: int = 1) -> Picture:
    """Shelves, with the noise of a cheap sensor."""
    noise = np.random.default_rng(seed).normal(0, 3, (HEIGHT, WIDTH))
    shelves = 60 + 60 * (np.indices((HEIGHT, WIDTH))[1] // 20 % 2)
    seen: Picture = np.clip(shelves + noise, 0, 255).astype(np.uint8)
    return seen


def person(picture: Picture, left: int) -> Picture:
    changed = picture.copy()
    changed[60:200, left : left + 50] = 230
    return changed


def small(picture: Picture) -> Small:
    return Small(0, WIDTH, HEIGHT, picture.tobytes() + bytes(WIDTH * HEIGHT // 2))


def used(motion: Motion) -> Motion:
    """One that has seen the empty shop for a while."""
    for seed in range(20):
        motion.look(small(shop(seed)))
    return motion


def test_an_empty_shop_does_not_move() -> None:
    motion = used(Motion(80))
    assert [motion.look(small(shop(seed))).motion for seed in range(20, 60)] == [0] * 40


def test_a_person_moves_as_much_as_they_fill_of_the_picture() -> None:
    seen = used(Motion(50)).look(small(person(shop(99), 100)))
    share = 1000 * 140 * 50 / (WIDTH * HEIGHT)
    assert share * 0.8 <= seen.motion <= share * 1.4


@pytest.mark.parametrize("step", [-40, 20, 90])
def test_light_that_goes_on_or_off_is_no_motion(step: int) -> None:
    lit = np.clip(shop(99).astype(int) + step, 0, 255).astype(np.uint8)
    assert used(Motion(50)).look(small(lit)).motion == 0


def test_a_person_is_seen_though_the_light_goes_on_with_them() -> None:
    lit = np.clip(person(shop(99), 100).astype(int) + 20, 0, 255).astype(np.uint8)
    assert used(Motion(50)).look(small(lit)).motion > 50


def test_what_moves_where_it_does_not_count_is_left_out() -> None:
    left_half = Motion(50, (Zone(0, 0, 500, 1000),))
    assert used(left_half).look(small(person(shop(99), 50))).motion == 0
    assert used(left_half).look(small(person(shop(99), 200))).motion > 100


def test_where_nothing_counts_nothing_moves() -> None:
    assert used(Motion(100, (Zone(0, 0, 1000, 1000),))).look(small(person(shop(9), 50))).motion == 0


def test_a_faint_change_needs_a_high_sensitivity() -> None:
    faint = shop(99).astype(int)
    faint[60:200, 100:150] += 12
    picture = faint.astype(np.uint8)
    assert used(Motion(90)).look(small(picture)).motion > 0
    assert used(Motion(10)).look(small(picture)).motion == 0


def test_somebody_who_stays_becomes_part_of_the_shop_and_is_seen_when_they_go() -> None:
    motion = used(Motion(50))
    stays = [motion.look(small(person(shop(seed), 100))).motion for seed in range(200)]
    assert stays[0] > 50
    assert stays[-1] == 0
    assert motion.look(small(shop(300))).motion > 50


@pytest.mark.parametrize(("grey", "covered"), [(0, True), (128, True), (None, False)])
def test_a_covered_lens_is_told(grey: int | None, covered: bool) -> None:
    picture = shop() if grey is None else np.full((HEIGHT, WIDTH), grey, np.uint8)
    assert Motion(50).look(small(picture)).is_covered is covered


@given(st.integers(ACROSS, 700), st.integers(DOWN, 500))
def test_pictures_of_any_size_have_the_same_blocks(width: int, height: int) -> None:
    one = Small(0, width, height, bytes(width * height * 3 // 2 + 2))
    assert means(one).shape == (DOWN, ACROSS)


@given(*[st.integers(0, 1000)] * 4)
def test_a_zone_touches_each_block_that_it_reaches_into(a: int, b: int, c: int, d: int) -> None:
    left, right = sorted((a, b))
    top, bottom = sorted((c, d))
    touched = mask((Zone(left, top, right, bottom),))
    for row in range(DOWN):
        for column in range(ACROSS):
            reaches = (
                left * ACROSS < (column + 1) * 1000
                and right * ACROSS > column * 1000
                and top * DOWN < (row + 1) * 1000
                and bottom * DOWN > row * 1000
            )
            if right > left and bottom > top:
                assert bool(touched[row, column]) is reaches
