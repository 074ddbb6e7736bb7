"""The gradient of any function by automatic differentiation, on every backend of Keras."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import keras
import numpy as np
from keras import ops


def gradient(function: Callable[[Any], Any], x: Any) -> np.ndarray:
    """Derivatives of ``function``, which returns one number, with respect to each entry of ``x``.

    Parameters
    ----------
    function
        Takes a tensor of the shape of ``x``, computes with ``keras.ops`` and layers.
    x
        Where to take the gradient: a floating-point array or tensor.

    Returns
    -------
    np.ndarray
        The shape of ``x``; zero where the result does not depend on an entry.

    Raises
    ------
    ValueError
        If ``function`` returns more than one number.
    """

    def number(tensor: Any) -> Any:
        value = ops.convert_to_tensor(function(tensor))
        if value.shape != ():
            raise ValueError(
                f"function returns shape {tuple(value.shape)}; it must return one number, for "
                "instance by ops.sum."
            )
        return value

    x = ops.convert_to_tensor(x)
    backend = keras.backend.backend()
    if backend == "jax":
        import jax

        return np.asarray(jax.grad(number)(x))
    if backend == "torch":
        import torch

        x = x.detach().clone().requires_grad_(True)
        (result,) = torch.autograd.grad(number(x), x, materialize_grads=True)
        return result.cpu().numpy()
    import tensorflow as tf

    with tf.GradientTape() as tape:
        tape.watch(x)
        value = number(x)
    return tape.gradient(value, x, unconnected_gradients="zero").numpy()
