"""Train one network from several seeds without compiling it again for each."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

import keras

from utils.session import set_seed


def over_seeds(
    build: Callable[[], keras.Model], seeds: Iterable[int]
) -> Iterator[tuple[int, keras.Model]]:
    """Yield ``(seed, model)`` for each seed, with the model as ``build`` makes it from that seed.

    It does what this loop does, and the losses are the same to the last bit::

        for seed in seeds:
            keras.utils.set_random_seed(seed)
            model = build()

    but it is one model all the way, so that ``fit`` is traced and compiled only for the first
    seed, which for a small network takes longer than to train it. Take from the model what you
    want to keep (``get_weights``, predictions) before the loop goes on.

    Parameters
    ----------
    build
        Returns a new model, built (it has an ``Input``) and compiled; called once a seed.
    seeds
        Non-negative integers below 2**32.

    Raises
    ------
    ValueError
        If a model is not built and compiled, or a seed is out of range.
    """
    model = None
    for seed in seeds:
        if model is None:
            set_seed(seed)
            model = build()
            _state(model)  # refuses what is not compiled before it is trained
        else:
            reinitialize(model, build, seed)
        yield seed, model


def reinitialize(model: keras.Model, build: Callable[[], keras.Model], seed: int) -> None:
    """Put a model into the state that ``build`` makes from this seed, and keep what is compiled.

    All that training changes is copied from a new model: weights, states of stateful layers and
    of random generators, and what the optimizer holds, its learning rate included. The new
    model needs no tracing, which makes it cheap. (A copy of ``model`` itself would not do: once
    trained, neither it nor its optimizer knows all that it started from.)

    Parameters
    ----------
    model
        What ``build`` returned before.
    build
        Returns a new model, built and compiled.
    seed
        A non-negative integer below 2**32.

    Raises
    ------
    ValueError
        If a model is not built and compiled, if ``build`` makes a model with other weights or
        another optimizer, or if the seed is out of range.
    """
    set_seed(seed)
    old, new = _state(model), _state(build())
    if [(v.shape, v.dtype) for v in old] != [(v.shape, v.dtype) for v in new]:
        raise ValueError(
            "build makes a model with other weights or another optimizer than model has; pass the "
            "function that model was made with."
        )
    for variable, initial in zip(old, new, strict=True):
        variable.assign(initial.value)
    model.reset_metrics()


def _state(model: keras.Model) -> list[keras.Variable]:
    """All variables that training changes: weights, states, and what the optimizer holds."""
    if not model.built or getattr(model, "optimizer", None) is None:
        raise ValueError("the model is not built and compiled; begin it with an Input, compile it.")
    if not model.optimizer.built:
        model.optimizer.build(model.trainable_variables)
    return model.variables + model.optimizer.variables
