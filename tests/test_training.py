"""Training over seeds: the same as building anew, and as training one after the other."""

import keras
import numpy as np
import pytest
from keras import layers

from utils.cells import AblatedLSTMCell
from utils.training import fit_side_by_side, over_seeds, reinitialize

RNG = np.random.default_rng(0)
X = RNG.normal(size=(16, 4, 1)).astype("float32")
Y = X[:, :2].sum(axis=1)  # (16, 1)


class Ramp(keras.initializers.Initializer):
    """Without get_config, so that no copy of a layer could carry ``top`` over."""

    def __init__(self, top):
        self.top = top

    def __call__(self, shape, dtype=None):
        return keras.ops.linspace(0.0, self.top, shape[0], dtype=dtype)


def adam_dropout():
    cell = layers.LSTM(3, dropout=0.5, bias_initializer=Ramp(2.0), unit_forget_bias=False)
    return [cell, layers.Dropout(0.5)], keras.optimizers.Adam(0.01, use_ema=True), {}


def adagrad():
    return [layers.GRU(3)], keras.optimizers.Adagrad(0.1), {}


def schedule():
    rate = keras.optimizers.schedules.CosineDecay(0.05, 4)
    return [layers.SimpleRNN(3)], keras.optimizers.Ftrl(rate), {}


def plateau():
    callback = keras.callbacks.ReduceLROnPlateau("loss", factor=0.1, patience=1, min_delta=100)
    return [layers.LSTM(3)], keras.optimizers.SGD(0.1), {"callbacks": [callback], "epochs": 4}


def stateful():
    return [layers.LSTM(3, stateful=True)], keras.optimizers.Adam(0.01), {"shuffle": False}


@pytest.mark.parametrize("case", [adam_dropout, adagrad, schedule, plateau, stateful])
def test_over_seeds_is_building_anew(case):
    """Equal to the last bit: the same numbers go through the same compiled operations."""

    def build():
        hidden, optimizer, _ = case()
        model = keras.Sequential([keras.Input((4, 1), batch_size=8), *hidden, layers.Dense(1)])
        # One case compiled, the others operation by operation, which is quicker to start.
        how = {"jit_compile": False, "run_eagerly": case is not adam_dropout}
        model.compile(optimizer, "mse", metrics=["mae"], **how)
        return model

    def train(model):
        options = {"batch_size": 8, "epochs": 2, "verbose": 0, **case()[2]}
        log = model.fit(X, Y, **options).history
        return log, np.concatenate([w.ravel() for w in model.get_weights()])

    anew = []
    for seed in (7, 8, 7):
        keras.utils.set_random_seed(seed)
        anew.append(train(build()))
    logs, weights = zip(*[train(model) for _, model in over_seeds(build, (7, 8, 7))])
    assert logs == tuple(log for log, _ in anew)
    assert np.array_equal(weights, [w for _, w in anew])
    assert logs[0] != logs[1]


def test_over_seeds_compiles_once():
    traced = []

    def loss(truth, predicted):
        traced.append(1)
        return keras.ops.mean(keras.ops.square(truth - predicted), axis=-1)

    def build():
        model = keras.Sequential([keras.Input((4, 1)), layers.SimpleRNN(2), layers.Dense(1)])
        model.compile("sgd", loss)
        return model

    counts = []
    for seed, model in over_seeds(build, [np.int64(1), 2, 3]):
        model.fit(X, Y, verbose=0)
        counts.append((seed, len(traced)))
    assert [seed for seed, _ in counts] == [1, 2, 3]
    assert counts[0][1] == counts[2][1] > 0


def test_what_cannot_be_reinitialized_is_named():
    def build(units=2, optimizer="sgd"):
        model = keras.Sequential([keras.Input((1,)), layers.Dense(units)])
        if optimizer:
            model.compile(optimizer, "mse")
        return model

    with pytest.raises(ValueError, match="other weights or another optimizer"):
        reinitialize(build(), lambda: build(units=3), seed=0)
    with pytest.raises(ValueError, match="other weights or another optimizer"):
        reinitialize(build(), lambda: build(optimizer="adam"), seed=0)
    with pytest.raises(ValueError, match="not built and compiled"):
        next(over_seeds(lambda: build(optimizer=None), [0]))
    with pytest.raises(ValueError, match="not built and compiled"):
        next(over_seeds(lambda: keras.Sequential([layers.Dense(1)]), [0]))
    with pytest.raises(ValueError, match="seed is -1"):
        next(over_seeds(build, [-1]))


def networks(hidden, units=1, activation=None):
    """Two untrained models of the layers that ``hidden`` makes and a dense one."""
    models = []
    for seed in range(2):
        keras.utils.set_random_seed(seed)
        output = layers.Dense(units, activation=activation)
        models.append(keras.Sequential([keras.Input((4, 1)), *hidden(), output]))
    return models


LABELS = RNG.integers(0, 2, (16, 1))


def own_cell():
    cell = AblatedLSTMCell(3, ["input_gate", "peephole"])
    return [layers.SimpleRNN(2, return_sequences=True), layers.RNN(cell)]


def penalty():
    return [layers.GRU(3, reset_after=False, unroll=True, kernel_regularizer="l2")]


@pytest.mark.parametrize(
    ("hidden", "output", "x", "y", "loss", "own_data"),
    [
        (
            own_cell,
            {"units": 2, "activation": "softmax"},
            np.stack([X, 2 * X[::-1]]),
            np.stack([LABELS, LABELS[::-1]]),
            "sparse_categorical_crossentropy",
            True,
        ),
        (penalty, {"units": 1}, X, Y[:, 0], "mse", False),
    ],
)
def test_side_by_side_is_one_after_the_other(hidden, output, x, y, loss, own_data):
    """Equal up to rounding, since sums run in another order: 1e-5 after 4 steps of Adam."""
    fit = {"epochs": 2, "batch_size": 8, "shuffle": False}

    def own(k):
        return (x[k], y[k]) if own_data else (x, y)

    expected, curves = networks(hidden, **output), {"loss": [], "val_loss": []}
    for k, model in enumerate(expected):
        model.compile(keras.optimizers.Adam(0.05, clipvalue=0.1), loss, run_eagerly=True)
        log = model.fit(*own(k), validation_data=own(k), verbose=0, **fit).history
        for name, curve in curves.items():
            curve.append(log[name])
    models = networks(hidden, **output)
    optimizer = keras.optimizers.Adam(0.05, clipvalue=0.1)
    log = fit_side_by_side(
        models,
        x,
        y,
        loss=loss,
        optimizer=optimizer,
        validation_data=(x, y),
        own_data=own_data,
        **fit,
    )
    for ours, theirs in zip(models, expected, strict=True):
        for a, b in zip(ours.get_weights(), theirs.get_weights(), strict=True):
            assert np.allclose(a, b, atol=1e-5)
    if hidden is not penalty:  # what fit reports includes it
        for name, curve in curves.items():
            assert log[name].shape == (2, 2)
            assert np.allclose(log[name].T, curve, atol=1e-5)


@pytest.mark.parametrize(
    "layer",
    [
        lambda: layers.LSTM(2, dropout=0.1),
        lambda: layers.LSTM(2, kernel_constraint="max_norm"),
        lambda: layers.Flatten(),
    ],
)
def test_layers_that_cannot_be_stacked_are_named(layer):
    models = networks(lambda: [layer()])
    with pytest.raises(ValueError, match=f"{models[0].layers[0].name}' cannot be stacked"):
        fit_side_by_side(models, X, Y, loss="mse", optimizer=keras.optimizers.Adam())


def test_what_does_not_go_side_by_side_is_named():
    def fit(models, optimizer, x=X, **options):
        fit_side_by_side(models, x, Y, loss="mse", optimizer=optimizer, **options)

    adam = keras.optimizers.Adam

    def cells(*without):
        return networks(lambda: [layers.RNN(AblatedLSTMCell(2, [*without, "peephole"]))])

    with pytest.raises(ValueError, match="models must be"):
        fit([], adam())
    for other in (networks(lambda: [layers.LSTM(3)]), cells("input_activation")):
        with pytest.raises(ValueError, match="differ in more than their weights"):
            fit([*cells(), *other], adam())
    same = networks(lambda: [layers.LSTM(2)])
    with pytest.raises(ValueError, match="clipnorm"):
        fit(same, adam(clipnorm=1.0))
    with pytest.raises(ValueError, match="Adafactor mixes weights"):
        fit(same, keras.optimizers.Adafactor())
    with pytest.raises(ValueError, match="x has 16 entries for 2 networks"):
        fit(same, adam(), own_data=True)
