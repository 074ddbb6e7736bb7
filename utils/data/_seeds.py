"""What the generators of synthetic data ask of their numbers."""

from __future__ import annotations

import numbers


def is_whole(value: object) -> bool:
    """Whether it is an integer of Python or NumPy; True and False are not."""
    return isinstance(value, numbers.Integral) and not isinstance(value, bool)


def seed_parts(seed: int | tuple[int, ...]) -> tuple[int, ...]:
    """A seed as a tuple for ``numpy.random.default_rng``.

    Raises
    ------
    ValueError
        If it is neither an integer of 0 or more nor a tuple of such integers.
    """
    parts = seed if isinstance(seed, tuple) else (seed,)
    if not parts or not all(is_whole(part) and part >= 0 for part in parts):
        raise ValueError(
            f"seed is {seed!r}; it must be an integer, 0 or more, or a tuple of such integers."
        )
    return tuple(int(part) for part in parts)
