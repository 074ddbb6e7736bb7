"""Train a network from several seeds, one after the other or all side by side."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

import keras
import numpy as np
from keras import ops

from utils.session import set_seed

_STACKABLE = (
    keras.layers.RNN,
    keras.layers.Dense,
    keras.layers.Activation,
)
# Optimizers whose step for one weight depends on others of the same matrix.
_MIXING = (keras.optimizers.Adafactor, keras.optimizers.Lamb, keras.optimizers.Muon)


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
    for layer in model.layers:
        if getattr(layer, "stateful", False):
            layer.reset_state()  # these are no variables of the model
    model.reset_metrics()


def _state(model: keras.Model) -> list[keras.Variable]:
    """All variables that training changes: weights, states, and what the optimizer holds."""
    if not model.built or getattr(model, "optimizer", None) is None:
        raise ValueError("the model is not built and compiled; begin it with an Input, compile it.")
    if not model.optimizer.built:
        model.optimizer.build(model.trainable_variables)
    return model.variables + model.optimizer.variables


def fit_side_by_side(
    models: Sequence[keras.Sequential],
    x: np.ndarray,
    y: np.ndarray,
    *,
    loss: str | Callable[[Any, Any], Any],
    optimizer: keras.optimizers.Optimizer,
    epochs: int = 1,
    batch_size: int = 32,
    shuffle: bool = True,
    validation_data: tuple[np.ndarray, np.ndarray] | None = None,
    own_data: bool = False,
    callbacks: Sequence[keras.callbacks.Callback] = (),
) -> dict[str, np.ndarray]:
    """Train many small networks of one architecture at once; each as if it were alone.

    Training a small network takes mostly the time of starting operations, not of computing. So
    every weight of the models is stacked along a new first axis, the network, and one matrix
    product serves all. No number passes from one network to another: the loss is the sum of
    theirs, so that each gets the gradient it would get alone, and the optimizer works weight by
    weight. All see the same batches in the same order. At the end the trained weights are
    written back into ``models``. With up to about 16 units a layer this takes a half to a sixth
    of the time that the networks take one after the other; with 32 units there is no gain.

    Layers may be ``LSTM``, ``GRU``, ``SimpleRNN``, ``RNN`` of one cell, ``Dense`` and
    ``Activation``. A cell of your own sees one more axis here: inputs and states are ``(networks,
    batch, k)``, its matrices ``(networks, m, k)`` and its vectors ``(networks, 1, k)``. It works if
    it uses ``ops.matmul``, products and sums, and addresses axes from the end (``axis=-1``).

    Parameters
    ----------
    models
        Built models of the same layers; they need not be compiled.
    x, y
        Inputs ``(n, time, features)`` and targets ``(n, ...)``; with ``own_data`` both begin
        with the axis of networks.
    loss
        Name of a Keras loss, or a function of targets and predictions that keeps the first two
        axes; it is given ``(batch, networks, ...)``.
    optimizer
        A new one, of a kind that treats each weight by itself, as Adam does.
    epochs, batch_size, shuffle, validation_data, callbacks
        As for ``fit``; callbacks see one model with the sum of all losses. Rows beyond the last
        full batch are compiled separately: better if ``batch_size`` divides ``n``.
    own_data
        Whether each network has inputs and targets of its own, the validation data included.

    Returns
    -------
    dict
        ``loss`` and, with validation data, ``val_loss``: ``(epochs, networks)``, where the mean
        of each epoch is what ``fit`` would report for that network.

    Raises
    ------
    ValueError
        If the models differ, if a layer cannot be stacked (dropout inside a cell; stateful
        layers; constraints), if the optimizer mixes weights (``clipnorm``), or if ``own_data``
        does not fit the shapes.
    """
    models, n = list(models), len(models)
    _check_stackable(models, optimizer)

    def flat(inputs, targets):  # networks' own data side by side in the last axis
        if own_data:
            for name, array in (("x", inputs), ("y", targets)):
                if len(array) != n:
                    raise ValueError(
                        f"{name} has {len(array)} entries for {n} networks; with own_data=True its "
                        "shape is (networks, n, ...)."
                    )
            inputs = np.moveaxis(inputs, 0, -2)
            inputs = inputs.reshape(*inputs.shape[:-2], -1)
            return inputs, np.moveaxis(targets, 0, 1)
        return inputs, targets

    def by_network(targets, predictions):  # (batch, networks) losses
        if not own_data:
            targets = ops.repeat(ops.expand_dims(targets, 1), n, axis=1)
        if len(targets.shape) < len(predictions.shape) and predictions.shape[-1] == 1:
            targets = ops.expand_dims(targets, -1)  # (n,) for a model with one output
        values = loss_function(targets, predictions)
        return ops.mean(ops.reshape(values, (-1, n, int(np.prod(values.shape[2:])))), axis=-1)

    loss_function = keras.losses.get(loss)
    if isinstance(loss_function, keras.losses.Loss):
        loss_function = loss_function.call
    many = _stack(models, own_data)
    steps = -(-x.shape[int(own_data)] // batch_size)
    many.compile(
        optimizer,
        loss=_SummedLoss(by_network),
        metrics=[_LossByNetwork(by_network, n)],
        jit_compile=keras.backend.backend() != "torch",
        # On JAX these steps would be written out one after the other, and compiled so.
        steps_per_execution=min(20, steps) if keras.backend.backend() == "tensorflow" else 1,
    )
    log = many.fit(
        *flat(x, y),
        epochs=epochs,
        batch_size=batch_size,
        shuffle=shuffle,
        validation_data=validation_data and flat(*validation_data),
        callbacks=list(callbacks),
        verbose=0,
    ).history
    for variable, *own in zip(many.weights, *[model.weights for model in models], strict=True):
        for weight, value in zip(own, ops.convert_to_numpy(variable), strict=True):
            weight.assign(value.reshape(weight.shape))
    names = {"loss": "by_network", "val_loss": "val_by_network"}
    return {name: np.array(log[key]) for name, key in names.items() if key in log}


def _check_stackable(models: list[keras.Sequential], optimizer: keras.optimizers.Optimizer) -> None:
    """Refuse what could not be trained as if alone."""
    if not models or not all(isinstance(m, keras.Sequential) and m.built for m in models):
        raise ValueError("models must be keras.Sequential and built: begin each with an Input.")
    plans = [[_plan(layer.get_config()) for layer in model.layers] for model in models]
    shapes = [[tuple(weight.shape) for weight in model.weights] for model in models]
    if any(p != plans[0] for p in plans) or any(s != shapes[0] for s in shapes):
        raise ValueError(
            "models differ in more than their weights; train each architecture in its own call."
        )
    for layer in models[0].layers:
        cell = getattr(layer, "cell", layer)
        if (
            not isinstance(layer, _STACKABLE)
            or isinstance(cell, keras.layers.StackedRNNCells)
            or getattr(cell, "dropout", 0)
            or getattr(cell, "recurrent_dropout", 0)
            or getattr(layer, "stateful", False)
            or any(weight.constraint for weight in layer.weights)
        ):
            raise ValueError(
                f"layer {layer.name!r} cannot be stacked; allowed are RNN layers of one cell (not "
                "stateful, no dropout), Dense and Activation, without constraints. Train "
                "such networks one after the other, with over_seeds."
            )
    if optimizer.clipnorm or optimizer.global_clipnorm:
        raise ValueError("clipnorm would clip all networks by their common norm; use clipvalue.")
    if isinstance(optimizer, _MIXING):
        raise ValueError(f"{type(optimizer).__name__} mixes weights; use Adam or another.")


def _plan(config: Any) -> Any:
    """What a layer computes: its configuration without its name and how its weights begin."""
    if isinstance(config, dict):
        drop = ("name", "seed", "unit_forget_bias")
        kept = {k: v for k, v in config.items() if k not in drop and "initializer" not in k}
        return {k: _plan(v) for k, v in kept.items()}
    return [_plan(v) for v in config] if isinstance(config, list | tuple) else config


class _SummedLoss(keras.losses.Loss):
    """Sum of the networks' losses. (A plain function would see arguments that Keras reshaped.)"""

    def __init__(self, by_network: Callable[[Any, Any], Any]) -> None:
        super().__init__()
        self.by_network = by_network

    def call(self, targets, predictions):
        return ops.sum(self.by_network(targets, predictions), axis=1)


class _LossByNetwork(keras.metrics.Metric):
    """Mean loss of each network, shape ``(networks,)``."""

    def __init__(self, by_network: Callable[[Any, Any], Any], networks: int) -> None:
        super().__init__(name="by_network")
        self.by_network = by_network
        self.total = self.add_variable((networks,), "zeros", name="total")
        self.count = self.add_variable((), "zeros", name="count")

    def update_state(self, targets, predictions, sample_weight=None):
        values = self.by_network(targets, predictions)  # (batch, networks)
        self.total.assign_add(ops.sum(values, axis=0))
        self.count.assign_add(ops.cast(ops.shape(values)[0], self.count.dtype))

    def result(self):
        return self.total / self.count


def _stack(models: list[keras.Sequential], own_data: bool) -> keras.Model:
    """One model of all: (batch, [time,] features) to (batch, networks, [time,] outputs).

    Between its layers, the features of all networks stand end to end in the last axis.
    """
    n, (_, *shape) = len(models), models[0].input_shape
    if own_data:
        shape[-1] *= n
    x = inputs = keras.Input(shape)
    shared = not own_data
    for layer in models[0].layers:
        if isinstance(layer, keras.layers.RNN):
            keep = ("return_sequences", "go_backwards", "unroll", "zero_output_for_mask")
            options = {name: getattr(layer, name) for name in keep}
            x = keras.layers.RNN(_Stacked(layer.cell, n, shared), **options)(x)
        elif isinstance(layer, keras.layers.Dense):
            x = _Stacked(layer, n, shared)(x)
        else:  # works on each number by itself
            x = layer.__class__.from_config(layer.get_config())(x)
            continue
        shared = False
    x = keras.layers.Reshape((*x.shape[1:-1], n, x.shape[-1] // n))(x)
    many = keras.Model(inputs, ops.moveaxis(x, -2, 1))
    for variable, *own in zip(many.weights, *[model.weights for model in models], strict=True):
        variable.assign(np.stack([np.asarray(w) for w in own]).reshape(variable.shape))
    return many


class _Stacked(keras.layers.Layer):
    """A cell or a dense layer, many times, its features end to end: (..., networks * k)."""

    def __init__(self, layer: keras.layers.Layer, networks: int, shared: bool) -> None:
        super().__init__()
        self.networks, self.shared = networks, shared  # shared: all read the same numbers
        kind = {keras.layers.LSTMCell: _LSTMCell, keras.layers.GRUCell: _GRUCell}
        kind = kind.get(type(layer), type(layer))

        class Many(kind):
            def add_weight(self, shape=None, initializer=None, **options):
                shape = (networks, *(1,) * (2 - len(shape)), *shape)
                return super().add_weight(shape=shape, initializer="zeros", **options)

        self.layer = Many.from_config(layer.get_config())
        if hasattr(layer, "state_size"):
            sizes = layer.state_size
            sizes = [sizes] if isinstance(sizes, int) else sizes
            self.state_size = [networks * size for size in sizes]
            self.output_size = networks * (getattr(layer, "output_size", None) or sizes[0])

    def build(self, shape):
        self.layer.build((None, shape[-1] // (1 if self.shared else self.networks)))

    def call(self, x, states=None):
        leading = ops.shape(x)[:-1]  # (batch,) or (batch, time)
        x = ops.reshape(x, (1, -1, x.shape[-1])) if self.shared else self.apart(x)
        if states is None:
            y = self.together(self.layer(x))
            return ops.reshape(y, (*leading, y.shape[-1]))
        y, states = self.layer(x, [self.apart(state) for state in states])
        return self.together(y), [self.together(state) for state in states]

    def apart(self, x):
        """(..., networks * k) to (networks, rows, k)."""
        x = ops.reshape(x, (-1, self.networks, x.shape[-1] // self.networks))
        return ops.transpose(x, (1, 0, 2))

    def together(self, x):
        """(networks, rows, k) to (rows, networks * k)."""
        return ops.reshape(ops.transpose(x, (1, 0, 2)), (-1, self.networks * x.shape[-1]))


class _LSTMCell(keras.layers.LSTMCell):
    """Keras' LSTM for one more axis in front of the batch."""

    def call(self, x, states, training=False):
        h, c = states
        z = ops.matmul(x, self.kernel) + ops.matmul(h, self.recurrent_kernel)
        z = z if self.bias is None else z + self.bias
        i, f, g, o = ops.split(z, 4, axis=-1)
        c = self.recurrent_activation(f) * c + self.recurrent_activation(i) * self.activation(g)
        h = self.recurrent_activation(o) * self.activation(c)
        return h, [h, c]


class _GRUCell(keras.layers.GRUCell):
    """Keras' GRU for one more axis in front of the batch."""

    def call(self, x, states, training=False):
        (h,) = states
        bias = [0.0, 0.0]  # on the input side, on the recurrent side
        if self.use_bias and self.reset_after:
            bias = ops.split(self.bias, 2, axis=-2)
        elif self.use_bias:
            bias[0] = self.bias
        x = ops.split(ops.matmul(x, self.kernel) + bias[0], 3, axis=-1)
        U = ops.split(self.recurrent_kernel, 3, axis=-1)
        b = ops.split(bias[1], 3, axis=-1) if self.use_bias and self.reset_after else [0.0] * 3
        z = self.recurrent_activation(x[0] + ops.matmul(h, U[0]) + b[0])
        r = self.recurrent_activation(x[1] + ops.matmul(h, U[1]) + b[1])
        if self.reset_after:
            g = self.activation(x[2] + r * (ops.matmul(h, U[2]) + b[2]))
        else:
            g = self.activation(x[2] + ops.matmul(r * h, U[2]))
        h = z * h + (1 - z) * g
        return h, [h]
