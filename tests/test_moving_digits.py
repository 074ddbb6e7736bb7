"""Films of moving digits: the truth that comes with them is true."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from utils.data.digits import load_digits_split
from utils.data.moving_digits import bounce, make_moving_digits_split

IMAGES = np.random.default_rng(0).random((6, 3, 3)).astype(np.float32)
LABELS = np.array([0, 1, 2, 3, 4, 5])


def walk(start: int, velocity: int, time: int, room: int) -> list[int]:
    """One pixel after the other, turning round at the walls: an independent oracle."""
    place, direction, path = start, np.sign(velocity), []
    for _ in range(time):
        path.append(place)
        for _ in range(abs(velocity)):
            if not 0 <= place + direction <= room:
                direction = -direction
            place += direction
    return path


@given(
    room=st.integers(1, 12),
    time=st.integers(1, 30),
    data=st.data(),
)
@settings(max_examples=200, deadline=None)
def test_bounce_is_a_walk_that_turns_at_the_walls(room, time, data):
    start = data.draw(st.tuples(*[st.integers(0, room)] * 2))
    velocity = data.draw(st.tuples(*[st.integers(-room, room)] * 2))
    path = bounce(np.array([start]), np.array([velocity]), time, room)
    assert path.shape == (1, time, 2)
    for axis in range(2):
        assert path[0, :, axis].tolist() == walk(start[axis], velocity[axis], time, room)


@given(seed=st.integers(0, 1000), size=st.integers(4, 9), time=st.integers(1, 9))
@settings(max_examples=50, deadline=None)
def test_each_frame_is_the_image_at_its_position_and_nothing_else(seed, size, time):
    films = make_moving_digits(IMAGES, LABELS, 5, time=time, size=size, speeds=(1,), seed=seed)
    assert films.frames.shape == (5, time, size, size)
    assert films.frames.dtype == np.float32
    for film in range(5):
        image = IMAGES[films.images[film]]
        assert films.labels[film] == LABELS[films.images[film]]
        for frame in range(time):
            row, column = films.positions[film, frame]
            expected = np.zeros((size, size), np.float32)
            expected[row : row + 3, column : column + 3] = image
            np.testing.assert_array_equal(films.frames[film, frame], expected)


def test_speeds_are_those_asked_for_and_positions_stay_inside():
    films = make_moving_digits(IMAGES, LABELS, 400, time=10, size=9, speeds=(1, 2), seed=3)
    assert set(np.unique(films.velocities)) == {-2, -1, 1, 2}
    assert films.positions.min() == 0
    assert films.positions.max() == 6
    moves = np.abs(np.diff(films.positions, axis=1))
    assert (moves.max(axis=1) <= np.abs(films.velocities)).all()
    assert len(np.unique(films.images)) == len(IMAGES)


def test_first_move_is_the_velocity_unless_a_wall_is_in_the_way():
    films = make_moving_digits(IMAGES, LABELS, 300, time=2, size=9, seed=5)
    straight = films.positions[:, 0] + films.velocities
    inside = (straight >= 0) & (straight <= 6)
    assert inside.any()
    np.testing.assert_array_equal(films.positions[:, 1][inside], straight[inside])


def test_same_seed_same_films_other_seed_other_films():
    one, again, other = (make_moving_digits(IMAGES, LABELS, 20, size=9, seed=s) for s in (1, 1, 2))
    for a, b in zip(one, again, strict=True):
        np.testing.assert_array_equal(a, b)
    assert not np.array_equal(one.frames, other.frames)


def test_parts_use_the_digits_of_their_own_part():
    split = make_moving_digits_split(60, 30, 30, time=2)
    for films, part in zip(split, load_digits_split(), strict=True):
        np.testing.assert_array_equal(films.labels, part.labels[films.images])
        for film in range(len(films.frames)):
            row, column = films.positions[film, 0]
            np.testing.assert_array_equal(
                films.frames[film, 0, row : row + 8, column : column + 8],
                part.images[films.images[film]],
            )


def test_size_of_one_part_does_not_change_another():
    small, large = make_moving_digits_split(10, 5, 8), make_moving_digits_split(25, 9, 8)
    np.testing.assert_array_equal(small.test.frames, large.test.frames)
    assert not np.array_equal(small.train.velocities[:8], small.test.velocities)


@pytest.mark.parametrize(
    "change, message",
    [
        ({"films": 0}, "films is 0"),
        ({"time": 0}, "time is 0"),
        ({"size": 3}, "size is 3.*at least 4"),
        ({"speeds": ()}, "speeds is"),
        ({"speeds": (0, 1)}, "speeds is"),
        ({"speeds": (1, 7)}, "from 1 to 6"),
        ({"speeds": (1.5,)}, "speeds is"),
        ({"images": IMAGES[:, :2]}, "images has shape"),
        ({"images": IMAGES[:0]}, "images has shape"),
        ({"labels": LABELS[:3]}, "labels has shape"),
    ],
)
def test_bad_input_is_named(change, message):
    arguments = {"images": IMAGES, "labels": LABELS, "films": 4, "size": 9} | change
    with pytest.raises(ValueError, match=message):
        make_moving_digits(**arguments)


@pytest.mark.parametrize("seed", [-1, 1.5, True, "0"])
def test_bad_seed_is_named(seed):
    with pytest.raises(ValueError, match="seed is"):
        make_moving_digits_split(4, 4, 4, seed=seed)


def test_bounce_names_what_is_wrong():
    inside = np.array([[0, 1]])
    with pytest.raises(ValueError, match="room is 0"):
        bounce(inside, inside, 3, 0)
    with pytest.raises(ValueError, match="from 0 to 4"):
        bounce(np.array([[0, 5]]), inside, 3, 4)
    with pytest.raises(ValueError, match="must be .n, 2"):
        bounce(inside, np.array([1, 1]), 3, 4)
