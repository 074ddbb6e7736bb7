"""Short films of a handwritten digit that moves in a straight line and bounces off the walls.

Made by a generator, so that everything about a film is known: the digit, its position in each
frame and its velocity. After the moving digits of Srivastava, Mansimov & Salakhutdinov (2015),
but with one digit of 8 by 8 pixels in place of two of 28 by 28, so that two processor cores are
enough.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from utils.data._seeds import is_whole, seed_parts
from utils.data.digits import load_digits_split


class MovingDigits(NamedTuple):
    """Films and their ground truth; row i of each array belongs to film i."""

    frames: np.ndarray  # (films, time, size, size), float32, 0 is paper and 1 is ink
    labels: np.ndarray  # (films,), int64: the digit that moves, 0 to 9
    positions: np.ndarray  # (films, time, 2), int64: row and column of the digit's upper left
    velocities: np.ndarray  # (films, 2), int64: rows and columns per frame before any bounce
    images: np.ndarray  # (films,), int64: the image that moves, as a row of its part


class MovingDigitsSplit(NamedTuple):
    """Films in three parts; no image, and no form that images were cut from, is in two."""

    train: MovingDigits
    validation: MovingDigits
    test: MovingDigits


def make_moving_digits_split(
    train: int = 2560,
    validation: int = 512,
    test: int = 512,
    *,
    time: int = 12,
    size: int = 16,
    speeds: Sequence[int] = (1, 2),
    seed: int | tuple[int, ...] = 0,
) -> MovingDigitsSplit:
    """Films of scikit-learn's digits; each part uses only the images of its own forms.

    Parameters
    ----------
    train, validation, test
        Films in each part.
    time, size, speeds
        As for :func:`make_moving_digits`.
    seed
        An integer, 0 or more, or a tuple of them; the same seed makes the same films. The parts
        are drawn independently, so the size of one does not change another.

    Returns
    -------
    MovingDigitsSplit
        ``train``, ``validation`` and ``test``, each a :class:`MovingDigits`.

    Raises
    ------
    ValueError
        If a number is out of range.
    """
    parts = load_digits_split()
    films = [
        make_moving_digits(
            part.images,
            part.labels,
            count,
            time=time,
            size=size,
            speeds=speeds,
            seed=(*seed_parts(seed), place),
        )
        for place, (part, count) in enumerate(zip(parts, (train, validation, test), strict=True))
    ]
    return MovingDigitsSplit(*films)


def make_moving_digits(
    images: np.ndarray,
    labels: np.ndarray,
    films: int,
    *,
    time: int = 12,
    size: int = 16,
    speeds: Sequence[int] = (1, 2),
    seed: int | tuple[int, ...] = 0,
) -> MovingDigits:
    """Let images move over an empty square, each in its own film.

    Image, first position and velocity are drawn uniformly and independently; the rest follows
    from them. The digit never leaves the square and its pixels never change.

    Parameters
    ----------
    images
        Shape ``(n, height, width)`` with equal height and width, from 0 to 1.
    labels
        Shape ``(n,)``.
    films
        How many to make, 1 or more.
    time
        Frames a film, 1 or more.
    size
        Height and width of the square in pixels, larger than the images.
    speeds
        Pixels per frame; each direction (down and across) draws one of them, and then a sign.
        Integers from 1 to the room that the image has, ``size`` minus its height.
    seed
        An integer, 0 or more, or a tuple of them; the same seed makes the same films.

    Returns
    -------
    MovingDigits
        Frames, labels, positions, velocities and the numbers of the images.

    Raises
    ------
    ValueError
        If an argument is out of range or shapes do not fit.

    References
    ----------
    N. Srivastava, E. Mansimov and R. Salakhutdinov (2015), "Unsupervised Learning of Video
    Representations using LSTMs".
    """
    images, labels = np.asarray(images, dtype=np.float32), np.asarray(labels)
    square = images.ndim == 3 and images.shape[1] == images.shape[2]
    if not square or not len(images) or labels.shape != images.shape[:1]:
        raise ValueError(
            f"images has shape {images.shape} and labels {labels.shape}; they must be "
            "(n, height, height) and (n,) with n above 0."
        )
    height = images.shape[1]
    room = size - height
    for name, value in (("films", films), ("time", time)):
        if value < 1:
            raise ValueError(f"{name} is {value}; it must be 1 or more.")
    if room < 1:
        raise ValueError(
            f"size is {size}; it must be at least {height + 1}, so that an image of {height} "
            "pixels has room to move."
        )
    if not len(speeds) or not all(is_whole(speed) and 1 <= speed <= room for speed in speeds):
        raise ValueError(
            f"speeds is {tuple(speeds)}; give one or more integers from 1 to {room} pixels per "
            "frame."
        )

    random = np.random.default_rng(seed_parts(seed))
    chosen = random.integers(len(images), size=films)
    starts = random.integers(room + 1, size=(films, 2))
    velocities = random.choice(np.asarray(speeds, dtype=int), size=(films, 2))
    velocities = velocities * random.choice([-1, 1], size=(films, 2))
    positions = bounce(starts, velocities, time, room)  # (films, time, 2)

    # All pixels of all films and frames are placed at once.
    offsets = np.arange(height)
    rows = positions[:, :, 0, None, None] + offsets[:, None]  # (films, time, height, 1)
    columns = positions[:, :, 1, None, None] + offsets[None, :]  # (films, time, 1, height)
    film, frame = np.ogrid[:films, :time]
    frames = np.zeros((films, time, size, size), dtype=np.float32)
    frames[film[..., None, None], frame[..., None, None], rows, columns] = images[chosen][:, None]
    return MovingDigits(frames, labels[chosen], positions, velocities, chosen)


def bounce(starts: np.ndarray, velocities: np.ndarray, time: int, room: int) -> np.ndarray:
    """Positions of points that move at constant speed between two walls and bounce off them.

    Parameters
    ----------
    starts
        Shape ``(n, 2)``: row and column in frame 0, from 0 to ``room``.
    velocities
        Shape ``(n, 2)``: pixels per frame, signed.
    time
        Frames.
    room
        The far wall; the near one is at 0. A point that would be some pixels beyond a wall is
        as many pixels on this side of it instead.

    Returns
    -------
    np.ndarray
        Shape ``(n, time, 2)``, from 0 to ``room``.

    Raises
    ------
    ValueError
        If ``room`` is below 1, the shapes differ, or a start is outside the walls.
    """
    if room < 1:
        raise ValueError(f"room is {room}; it must be 1 or more.")
    starts, velocities = np.asarray(starts), np.asarray(velocities)
    if starts.shape != velocities.shape or starts.ndim != 2:
        raise ValueError(
            f"starts has shape {starts.shape} and velocities {velocities.shape}; both must be "
            "(n, 2)."
        )
    if starts.size and (starts.min() < 0 or starts.max() > room):
        raise ValueError(
            f"starts are from {starts.min()} to {starts.max()}; they must be from 0 to {room}."
        )
    # Without walls the point would go straight on; the line is folded at the walls.
    straight = starts[:, None] + velocities[:, None] * np.arange(time)[:, None]
    folded = straight % (2 * room)
    return np.where(folded > room, 2 * room - folded, folded)
