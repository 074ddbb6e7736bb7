"""Films of moving digits: the ground truth that comes with them is true."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from utils.data.digits import load_digits_split
from utils.data.moving_digits import bounce, make_moving_digits, make_moving_digits_split

IMAGES = np.random.default_rng(0).random((6, 3, 3)).astype(np.float32)
LABELS = np.arange(6)


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


@given(room=st.integers(1, 12), time=st.integers(1, 30), data=st.data())
@settings(max_examples=100, deadline=None)
def test_bounce_is_a_walk_that_turns_at_the_walls(room, time, data):
    start = data.draw(st.tuples(*[st.integers(0, room)] * 2))
    velocity = data.draw(st.tuples(*[st.integers(-room, room)] * 2))
    path = bounce(np.array([start]), np.array([velocity]), time, room)
    assert path[0].T.tolist() == [walk(s, v, time, room) for s, v in zip(start, velocity)]


@given(seed=st.integers(0, 1000), size=st.integers(4, 9), time=st.integers(1, 9))
@settings(max_examples=25, deadline=None)
def test_each_frame_is_the_image_at_its_position_and_nothing_else(seed, size, time):
    films = make_moving_digits(IMAGES, LABELS, 5, time=time, size=size, speeds=(1,), seed=seed)
    expected = np.zeros((5, time, size, size), np.float32)
    for film, frame in np.ndindex(5, time):
        row, column = films.positions[film, frame]
        expected[film, frame, row : row + 3, column : column + 3] = IMAGES[films.images[film]]
    np.testing.assert_array_equal(films.frames, expected, strict=True)
    np.testing.assert_array_equal(films.labels, LABELS[films.images])


def test_all_images_speeds_and_positions_occur():
    films = make_moving_digits(IMAGES, LABELS, 400, time=10, size=9, speeds=(1, 2), seed=3)
    assert set(np.unique(films.velocities)) == {-2, -1, 1, 2}
    assert set(np.unique(films.images)) == set(range(6))
    assert set(np.unique(films.positions)) == set(range(7))
    straight = films.positions[:, 0] + films.velocities
    inside = (straight >= 0) & (straight <= 6)
    np.testing.assert_array_equal(films.positions[:, 1][inside], straight[inside])


def test_the_seed_decides():
    one, again, other = (make_moving_digits(IMAGES, LABELS, 20, size=9, seed=s) for s in (1, 1, 2))
    assert all(np.array_equal(a, b) for a, b in zip(one, again, strict=True))
    assert not np.array_equal(one.frames, other.frames)


def test_parts_use_the_digits_of_their_own_part_and_are_independent():
    split, larger = make_moving_digits_split(60, 30, 30), make_moving_digits_split(90, 40, 30)
    for films, part in zip(split, load_digits_split(), strict=True):
        row, column = films.positions[0, 0]
        digit = films.frames[0, 0, row : row + 8, column : column + 8]
        np.testing.assert_array_equal(digit, part.images[films.images[0]])
        np.testing.assert_array_equal(films.labels, part.labels[films.images])
    np.testing.assert_array_equal(split.test.frames, larger.test.frames)
    assert not np.array_equal(split.validation.velocities, split.test.velocities)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        *[("films", 0), ("time", 0), ("size", 3), ("seed", -1), ("seed", 1.5)],
        *[("speeds", value) for value in ((), (0, 1), (1, 7), (1.5,))],
        *[("images", IMAGES[:, :2]), ("images", IMAGES[:0]), ("labels", LABELS[:3])],
    ],
)
def test_bad_arguments_are_named(name, value):
    arguments = {"images": IMAGES, "labels": LABELS, "films": 4, "size": 9} | {name: value}
    with pytest.raises(ValueError, match=name):
        make_moving_digits(**arguments)


@pytest.mark.parametrize(
    ("starts", "velocities", "room", "name"),
    [
        ([[0, 1]], [[0, 1]], 0, "room"),
        ([[0, 5]], [[0, 1]], 4, "starts"),
        ([[0, 1]], [1, 1], 4, "velocities"),
    ],
)
def test_bounce_names_what_is_wrong(starts, velocities, room, name):
    with pytest.raises(ValueError, match=name):
        bounce(np.array(starts), np.array(velocities), 3, room)
