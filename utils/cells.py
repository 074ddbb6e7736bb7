"""Variants of the LSTM cell, for ``keras.layers.RNN`` on any backend.

    layer = keras.layers.RNN(PeepholeLSTMCell(32), return_sequences=True)
    deep = keras.layers.RNN([ProjectedLSTMCell(64, 16), ProjectedLSTMCell(64, 16)])  # DLSTMP

A cell computes one time step; the layer around it loops, holds the state still where a mask is
false, and returns outputs and states as :class:`keras.layers.LSTM` does. All cells extend
:class:`keras.layers.LSTMCell` and take its keywords: ``activation``, ``recurrent_activation``,
``use_bias``, ``unit_forget_bias``, initializers, regularizers, constraints, ``dropout``,
``recurrent_dropout``, ``seed``, ``name`` and ``dtype``.

Shapes: inputs ``x`` are ``(batch, inputs)``, states ``h`` and ``c`` ``(batch, units)`` unless a
class says otherwise. The blocks of ``kernel`` ``(inputs, gates * units)``, ``recurrent_kernel``
``(units, gates * units)`` and ``bias`` ``(gates * units,)`` stand in Keras' order: input gate i,
forget gate f, candidate c (g in equations), output gate o. A gate that a cell does not have has
no block. In the equations, ``s`` is the logistic function, ``*`` the product of elements, and
``z_k = x W_k + h U_k + b_k`` what reaches gate k.

Dropout: one mask on ``x`` and one on ``h`` for all steps of a sequence and all gates (Gal &
Ghahramani 2016, "A theoretically grounded application of dropout in recurrent neural networks",
with tied weights).
"""

from __future__ import annotations

import numbers
from collections.abc import Iterable
from typing import Any

import keras
from keras import ops

_PACKAGE = "lstm_lab"  # under which the cells are found when a saved model is loaded

PARTS = (
    "input_gate",
    "forget_gate",
    "output_gate",
    "input_activation",
    "output_activation",
    "peephole",
)


class _Cell(keras.layers.LSTMCell):
    """What the cells share: weights by gate, and the sum that reaches each gate."""

    gates: tuple[str, ...] = ("i", "f", "c", "o")

    def __init__(self, units: int, **kwargs: Any) -> None:
        _check_positive("units", units)
        super().__init__(units, **kwargs)
        # One mask for all gates. Keras' own cell draws one a gate if recurrent_dropout is used.
        self.dropout_mask_count = None

    def build(self, input_shape: tuple[int | None, ...]) -> None:
        self._build_gates(inputs=input_shape[-1], recurrent=self.units)

    def _build_gates(self, inputs: int, recurrent: int) -> None:
        """Weights of all gates; ``recurrent`` is the size of the state that feeds back (or 0)."""
        columns = len(self.gates) * self.units
        self.kernel = self.add_weight(
            shape=(inputs, columns),
            name="kernel",
            initializer=self.kernel_initializer,
            regularizer=self.kernel_regularizer,
            constraint=self.kernel_constraint,
        )
        self.recurrent_kernel = None
        if recurrent:
            self.recurrent_kernel = self.add_weight(
                shape=(recurrent, columns),
                name="recurrent_kernel",
                initializer=self.recurrent_initializer,
                regularizer=self.recurrent_regularizer,
                constraint=self.recurrent_constraint,
            )
        self.bias = None
        if self.use_bias:
            self.bias = self.add_weight(
                shape=(columns,),
                name="bias",
                initializer=self._initial_bias,
                regularizer=self.bias_regularizer,
                constraint=self.bias_constraint,
            )

    def _initial_bias(self, _shape: tuple[int, ...], dtype: str | None = None) -> Any:
        """As in Keras: the forget gate starts open (1), the others by ``bias_initializer``."""
        return ops.concatenate([self._initial_bias_of(gate, dtype) for gate in self.gates])

    def _initial_bias_of(self, gate: str, dtype: str | None) -> Any:
        if gate == "f" and self.unit_forget_bias:
            return ops.ones((self.units,), dtype=dtype)
        return self.bias_initializer((self.units,), dtype=dtype)

    def _sums(self, x: Any, h: Any, training: bool) -> dict[str, Any]:
        """``z_k = x W_k + h U_k + b_k`` for each gate k, shape ``(batch, units)`` each."""
        if training and 0.0 < self.dropout < 1.0:
            x = x * self.get_dropout_mask(x)
        z = ops.matmul(x, self.kernel)
        if self.recurrent_kernel is not None:
            if training and 0.0 < self.recurrent_dropout < 1.0:
                h = h * self.get_recurrent_dropout_mask(h)
            z = z + ops.matmul(h, self.recurrent_kernel)
        if self.bias is not None:
            z = z + self.bias
        return dict(zip(self.gates, ops.split(z, len(self.gates), axis=-1), strict=True))


@keras.saving.register_keras_serializable(package=_PACKAGE)
class PeepholeLSTMCell(_Cell):
    """The LSTM whose gates see the cell state, through one weight a unit.

        i = s(z_i + p_i * c')      f = s(z_f + p_f * c')      g = tanh(z_c)
        c = f * c' + i * g         o = s(z_o + p_o * c)       h = o * tanh(c)

    The input and forget gates look at the cell ``c'`` of the step before, the output gate at the
    new one. Gers & Schmidhuber 2000, "Recurrent nets that time and count".

    Parameters
    ----------
    units
        Size of ``h`` and of ``c``.
    peephole_initializer
        Of ``peephole_kernel``, shape ``(3, units)``, rows p_i, p_f, p_o. Zeros, so that training
        starts from the cell without peepholes.
    kwargs
        As for :class:`keras.layers.LSTMCell`.

    Raises
    ------
    ValueError
        If ``units`` is not a positive integer.
    """

    def __init__(self, units: int, peephole_initializer: Any = "zeros", **kwargs: Any) -> None:
        super().__init__(units, **kwargs)
        self.peephole_initializer = keras.initializers.get(peephole_initializer)

    def build(self, input_shape: tuple[int | None, ...]) -> None:
        super().build(input_shape)
        self.peephole_kernel = self.add_weight(
            shape=(3, self.units), name="peephole_kernel", initializer=self.peephole_initializer
        )

    def call(self, inputs: Any, states: list[Any], training: bool = False) -> tuple[Any, list[Any]]:
        h, c = states
        z = self._sums(inputs, h, training)
        p_i, p_f, p_o = self.peephole_kernel[0], self.peephole_kernel[1], self.peephole_kernel[2]
        i = self.recurrent_activation(z["i"] + p_i * c)
        f = self.recurrent_activation(z["f"] + p_f * c)
        c = f * c + i * self.activation(z["c"])
        o = self.recurrent_activation(z["o"] + p_o * c)
        h = o * self.activation(c)
        return h, [h, c]

    def get_config(self) -> dict[str, Any]:
        return {
            **super().get_config(),
            "peephole_initializer": keras.initializers.serialize(self.peephole_initializer),
        }


@keras.saving.register_keras_serializable(package=_PACKAGE)
class CoupledLSTMCell(_Cell):
    """The LSTM that forgets just as much as it takes in: f = 1 - i.

        i = s(z_i)      f = 1 - i      g = tanh(z_c)      o = s(z_o)
        c = f * c' + i * g             h = o * tanh(c)

    Three blocks of weights instead of four, in the order i, c, o. Greff et al. 2017, section III
    (CIFG; theirs has peepholes, this one has none).

    As f = s(-z_i), a forget bias of 1 is a bias of -1 on the input gate: that is where it starts
    unless ``unit_forget_bias`` is False.

    Parameters
    ----------
    units
        Size of ``h`` and of ``c``.
    kwargs
        As for :class:`keras.layers.LSTMCell`.

    Raises
    ------
    ValueError
        If ``units`` is not a positive integer.
    """

    gates = ("i", "c", "o")

    def _initial_bias_of(self, gate: str, dtype: str | None) -> Any:
        if gate == "i" and self.unit_forget_bias:
            return -ops.ones((self.units,), dtype=dtype)
        return super()._initial_bias_of(gate, dtype)

    def call(self, inputs: Any, states: list[Any], training: bool = False) -> tuple[Any, list[Any]]:
        h, c = states
        z = self._sums(inputs, h, training)
        i = self.recurrent_activation(z["i"])
        c = (1.0 - i) * c + i * self.activation(z["c"])
        h = self.recurrent_activation(z["o"]) * self.activation(c)
        return h, [h, c]


@keras.saving.register_keras_serializable(package=_PACKAGE)
class ProjectedLSTMCell(_Cell):
    """The LSTM whose output is projected to fewer numbers before it is fed back: LSTMP.

        i, f, o = s(z_i), s(z_f), s(z_o)      g = tanh(z_c)
        c = f * c' + i * g                    h = (o * tanh(c)) P

    The recurrent weights then have ``projection_units`` rows instead of ``units``, which is most
    of the saving. Sak, Senior & Beaufays 2014, "Long short-term memory recurrent neural network
    architectures for large scale acoustic modeling" (theirs has peepholes and may have a second,
    non-recurrent projection; this one has neither, like ``torch.nn.LSTM(proj_size=...)``).

    Parameters
    ----------
    units
        Size of the cell state ``c``.
    projection_units
        Size of the output and of the recurrent state ``h``.
    projection_initializer
        Of ``projection_kernel`` P, shape ``(units, projection_units)``; there is no bias.
    kwargs
        As for :class:`keras.layers.LSTMCell`.

    Raises
    ------
    ValueError
        If ``units`` or ``projection_units`` is not a positive integer.
    """

    def __init__(
        self,
        units: int,
        projection_units: int,
        projection_initializer: Any = "glorot_uniform",
        **kwargs: Any,
    ) -> None:
        super().__init__(units, **kwargs)
        _check_positive("projection_units", projection_units)
        self.projection_units = projection_units
        self.projection_initializer = keras.initializers.get(projection_initializer)
        self.state_size = [projection_units, units]
        self.output_size = projection_units

    def build(self, input_shape: tuple[int | None, ...]) -> None:
        self._build_gates(inputs=input_shape[-1], recurrent=self.projection_units)
        self.projection_kernel = self.add_weight(
            shape=(self.units, self.projection_units),
            name="projection_kernel",
            initializer=self.projection_initializer,
        )

    def call(self, inputs: Any, states: list[Any], training: bool = False) -> tuple[Any, list[Any]]:
        h, c = states
        z = self._sums(inputs, h, training)
        i = self.recurrent_activation(z["i"])
        f = self.recurrent_activation(z["f"])
        c = f * c + i * self.activation(z["c"])
        o = self.recurrent_activation(z["o"])
        h = ops.matmul(o * self.activation(c), self.projection_kernel)
        return h, [h, c]

    def get_config(self) -> dict[str, Any]:
        return {
            **super().get_config(),
            "projection_units": self.projection_units,
            "projection_initializer": keras.initializers.serialize(self.projection_initializer),
        }


@keras.saving.register_keras_serializable(package=_PACKAGE)
class AblatedLSTMCell(_Cell):
    """The LSTM with peepholes, less the parts that are named: Greff's ablations.

        i = s(z_i + p_i * c')      f = s(z_f + p_f * c')      g = tanh(z_c)
        c = f * c' + i * g         o = s(z_o + p_o * c)       h = o * tanh(c)

    with ``c'`` the cell state of the step before. A gate that is left out is 1 everywhere and has
    no weights; an activation that is left out is the identity. With ``without="peephole"`` this
    is Keras' own cell; with nothing left out it is :class:`PeepholeLSTMCell`.

    Greff, Srivastava, Koutnik, Steunebrink & Schmidhuber 2017, "LSTM: A search space odyssey",
    section III (their NIG, NFG, NOG, NIAF, NOAF and NP).

    Parameters
    ----------
    units
        Size of ``h`` and of ``c``.
    without
        One of ``PARTS``, or several: ``input_gate``, ``forget_gate``, ``output_gate``,
        ``input_activation`` (tanh of the candidate), ``output_activation`` (tanh of the cell),
        ``peephole``.
    peephole_initializer
        Of ``peephole_kernel``, shape ``(gates, units)``, one row for each of i, f, o that is
        there. Zeros, so that training starts from the cell without peepholes.
    kwargs
        As for :class:`keras.layers.LSTMCell`.

    Raises
    ------
    ValueError
        If ``units`` is not a positive integer or ``without`` names something else.
    """

    def __init__(
        self,
        units: int,
        without: str | Iterable[str] = (),
        peephole_initializer: Any = "zeros",
        **kwargs: Any,
    ) -> None:
        super().__init__(units, **kwargs)
        named = {without} if isinstance(without, str) else set(without)
        if not named <= set(PARTS):
            raise ValueError(
                f"without is {without!r}; allowed are {', '.join(PARTS)}, one or several of them."
            )
        self.without = tuple(part for part in PARTS if part in named)
        self.peephole_initializer = keras.initializers.get(peephole_initializer)
        absent = {part[0] for part in self.without if part.endswith("_gate")}
        self.gates = tuple(gate for gate in ("i", "f", "c", "o") if gate not in absent)
        self.peepholes = tuple(gate for gate in ("i", "f", "o") if gate in self.gates)
        if "peephole" in self.without:
            self.peepholes = ()

    def build(self, input_shape: tuple[int | None, ...]) -> None:
        super().build(input_shape)
        self.peephole_kernel = None
        if self.peepholes:
            self.peephole_kernel = self.add_weight(
                shape=(len(self.peepholes), self.units),
                name="peephole_kernel",
                initializer=self.peephole_initializer,
            )

    def call(self, inputs: Any, states: list[Any], training: bool = False) -> tuple[Any, list[Any]]:
        h, c = states
        z = self._sums(inputs, h, training)
        i = self._gate("i", z, c)
        f = self._gate("f", z, c)
        g = z["c"] if "input_activation" in self.without else self.activation(z["c"])
        c = f * c + i * g
        o = self._gate("o", z, c)
        h = o * (c if "output_activation" in self.without else self.activation(c))
        return h, [h, c]

    def _gate(self, gate: str, z: dict[str, Any], c: Any) -> Any:
        """A gate from what reaches it and from the cell, where it can see it; else 1."""
        if gate not in self.gates:
            return 1.0
        if gate in self.peepholes:
            return self.recurrent_activation(
                z[gate] + self.peephole_kernel[self.peepholes.index(gate)] * c
            )
        return self.recurrent_activation(z[gate])

    def get_config(self) -> dict[str, Any]:
        return {
            **super().get_config(),
            "without": list(self.without),
            "peephole_initializer": keras.initializers.serialize(self.peephole_initializer),
        }


@keras.saving.register_keras_serializable(package=_PACKAGE)
class MinLSTMCell(_Cell):
    """The LSTM whose gates see the input only, so that all steps could be computed at once.

        i = s(z_i)      f = s(z_f)      g = z_c      with  z_k = x W_k + b_k
        h = (f * h' + i * g) / (f + i)

    One state, no cell apart from it, no recurrent weights, three blocks in the order i, f, c.
    Feng, Tung, Ahmed, Bengio & Hajimirsadeghi 2024, "Were RNNs all we needed?", section 3.2.

    Parameters
    ----------
    units
        Size of ``h``.
    activation
        Of the candidate: none, as in the paper.
    kwargs
        As for :class:`keras.layers.LSTMCell`. There are no recurrent weights, so
        ``recurrent_dropout`` drops entries of the candidate: the memory itself is never dropped
        (Semeniuta, Severyn & Barth 2016, "Recurrent dropout without memory loss").

    Raises
    ------
    ValueError
        If ``units`` is not a positive integer.
    """

    gates = ("i", "f", "c")

    def __init__(self, units: int, activation: Any = "linear", **kwargs: Any) -> None:
        super().__init__(units, activation=activation, **kwargs)
        self.state_size = [units]

    def build(self, input_shape: tuple[int | None, ...]) -> None:
        self._build_gates(inputs=input_shape[-1], recurrent=0)

    def call(self, inputs: Any, states: list[Any], training: bool = False) -> tuple[Any, list[Any]]:
        (h,) = states
        z = self._sums(inputs, h, training)
        i = self.recurrent_activation(z["i"])
        f = self.recurrent_activation(z["f"])
        g = self.activation(z["c"])
        if training and 0.0 < self.recurrent_dropout < 1.0:
            g = g * self.get_recurrent_dropout_mask(h)
        h = (f * h + i * g) / (f + i)
        return h, [h]


def _check_positive(name: str, value: int) -> None:
    if isinstance(value, bool) or not isinstance(value, numbers.Integral) or value < 1:
        raise ValueError(f"{name} is {value!r}; it must be a positive integer.")
