"""What every cell of utils.cells keeps: weights, configuration, masks, states, dropout, gradients.

That their equations are the right ones is the subject of test_cells_oracles.py.
"""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys

import keras
import numpy as np
import pytest

from utils.cells import (
    PARTS,
    AblatedLSTMCell,
    CoupledLSTMCell,
    MinLSTMCell,
    PeepholeLSTMCell,
    ProjectedLSTMCell,
)

BATCH, TIME, INPUTS, UNITS, PROJECTION = 3, 5, 4, 6, 2

CELLS = {
    "peephole": lambda **k: PeepholeLSTMCell(UNITS, **k),
    "coupled": lambda **k: CoupledLSTMCell(UNITS, **k),
    "projected": lambda **k: ProjectedLSTMCell(UNITS, PROJECTION, **k),
    "min": lambda **k: MinLSTMCell(UNITS, **k),
    "ablated_nothing": lambda **k: AblatedLSTMCell(UNITS, **k),
    **{
        f"ablated_{part}": lambda part=part, **k: AblatedLSTMCell(UNITS, without=part, **k)
        for part in PARTS
    },
    "ablated_two": lambda **k: AblatedLSTMCell(
        UNITS, without=["output_gate", "input_activation"], **k
    ),
}
each = pytest.mark.parametrize("make", CELLS.values(), ids=CELLS)


def randomised(cell, seed=0, dtype="float32"):
    """The cell in a layer that returns all, with random weights in place of the initial ones."""
    layer = keras.layers.RNN(cell, return_sequences=True, return_state=True, dtype=dtype)
    layer.build((None, TIME, INPUTS))
    rng = np.random.default_rng(seed)
    for variable in layer.trainable_variables:
        variable.assign(rng.normal(0, 0.6, variable.shape))
    return layer


def inputs(seed=0, dtype="float32"):
    return np.random.default_rng(seed + 50).normal(size=(BATCH, TIME, INPUTS)).astype(dtype)


def random_states(cell, seed=0, dtype="float32"):
    rng = np.random.default_rng(seed + 60)
    return [rng.normal(size=(BATCH, n)).astype(dtype) for n in np.ravel(cell.state_size)]


def arrays(tensors):
    return [keras.ops.convert_to_numpy(t) for t in tensors]


# Weights -----------------------------------------------------------------------------------------

N, M, P = UNITS, INPUTS, PROJECTION
BLOCK = M * N + N * N + N  # what one gate has


@pytest.mark.parametrize(
    "name, shapes",
    [
        ("peephole", {"kernel": (M, 4 * N), "peephole_kernel": (3, N)}),
        ("coupled", {"kernel": (M, 3 * N), "recurrent_kernel": (N, 3 * N), "bias": (3 * N,)}),
        ("projected", {"recurrent_kernel": (P, 4 * N), "projection_kernel": (N, P)}),
        ("min", {"kernel": (M, 3 * N), "bias": (3 * N,)}),
        ("ablated_forget_gate", {"kernel": (M, 3 * N), "peephole_kernel": (2, N)}),
    ],
)
def test_shapes_of_the_weights(name, shapes):
    cell = CELLS[name]()
    cell.build((None, M))
    found = {v.path.split("/")[-1]: tuple(v.shape) for v in cell.weights if "seed" not in v.path}
    assert shapes.items() <= found.items()


@pytest.mark.parametrize(
    "name, count",
    [
        ("peephole", 4 * BLOCK + 3 * N),
        ("coupled", 3 * BLOCK),
        ("projected", 4 * (M * N + P * N + N) + N * P),
        ("min", 3 * (M * N + N)),
        ("ablated_nothing", 4 * BLOCK + 3 * N),
        ("ablated_input_gate", 3 * BLOCK + 2 * N),
        ("ablated_forget_gate", 3 * BLOCK + 2 * N),
        ("ablated_output_gate", 3 * BLOCK + 2 * N),
        ("ablated_input_activation", 4 * BLOCK + 3 * N),
        ("ablated_output_activation", 4 * BLOCK + 3 * N),
        ("ablated_peephole", 4 * BLOCK),
        ("ablated_two", 3 * BLOCK + 2 * N),
    ],
)
def test_number_of_parameters(name, count):
    cell = CELLS[name]()
    cell.build((None, M))
    assert cell.count_params() == count


@pytest.mark.parametrize(
    "name, starts",
    [
        ("peephole", [0, 1, 0, 0]),
        ("projected", [0, 1, 0, 0]),
        ("coupled", [-1, 0, 0]),  # f = 1 - i = sigmoid(-z_i)
        ("min", [0, 1, 0]),
        ("ablated_input_gate", [1, 0, 0]),
        ("ablated_forget_gate", [0, 0, 0]),
    ],
)
def test_forget_gate_starts_open(name, starts):
    cell = CELLS[name]()
    cell.build((None, M))
    np.testing.assert_array_equal(
        keras.ops.convert_to_numpy(cell.bias), np.repeat(np.float32(starts), N)
    )
    flat = CELLS[name](unit_forget_bias=False)
    flat.build((None, M))
    assert not keras.ops.convert_to_numpy(flat.bias).any()


@each
def test_without_bias(make):
    layer = randomised(make(use_bias=False))
    assert not [v for v in layer.weights if v.path.endswith("bias")]
    assert np.isfinite(arrays(layer(inputs()))[0]).all()


def test_peepholes_start_as_the_cell_without_them():
    keras.utils.set_random_seed(0)
    plain = keras.layers.LSTM(UNITS, return_sequences=True)
    y = plain(inputs())
    with_peepholes = keras.layers.RNN(PeepholeLSTMCell(UNITS), return_sequences=True)
    with_peepholes.build((None, TIME, INPUTS))
    for name in ("kernel", "recurrent_kernel", "bias"):
        getattr(with_peepholes.cell, name).assign(getattr(plain.cell, name))
    np.testing.assert_allclose(*arrays([y, with_peepholes(inputs())]), atol=1e-6)


# Closed forms and limits -------------------------------------------------------------------------


def test_projection_by_the_identity_is_the_plain_cell():
    layer = randomised(ProjectedLSTMCell(UNITS, UNITS))
    layer.cell.projection_kernel.assign(np.eye(UNITS))
    plain = keras.layers.LSTM(UNITS, return_sequences=True, return_state=True)
    plain.build((None, TIME, INPUTS))
    plain.set_weights([w for w in layer.get_weights()[:3]])
    for ours, theirs in zip(arrays(layer(inputs())), arrays(plain(inputs()))):
        np.testing.assert_allclose(ours, theirs, atol=1e-6)


def test_min_lstm_is_a_weighted_mean_of_its_candidates():
    """Unrolled: h_T is a mean of h_0 and all candidates, with weights from the gates alone."""
    layer = randomised(MinLSTMCell(UNITS, dtype="float64"), dtype="float64")
    x = inputs(dtype="float64")
    (start,) = random_states(layer.cell, dtype="float64")
    z = x @ layer.get_weights()[0] + layer.get_weights()[1]
    i, f, g = np.split(z, 3, axis=-1)
    i, f = 1 / (1 + np.exp(-i)), 1 / (1 + np.exp(-f))
    keep, take = f / (f + i), i / (f + i)
    weight = [np.prod(keep, axis=1)]
    weight += [take[:, t] * np.prod(keep[:, t + 1 :], axis=1) for t in range(TIME)]
    np.testing.assert_allclose(sum(weight), 1.0)
    expected = weight[0] * start + sum(weight[t + 1] * g[:, t] for t in range(TIME))
    np.testing.assert_allclose(
        arrays(layer(x, initial_state=[start]))[1], expected, rtol=0, atol=1e-12
    )


# Gradients ---------------------------------------------------------------------------------------


@pytest.mark.skipif(keras.backend.backend() != "tensorflow", reason="uses TensorFlow's tape")
@each
def test_gradient_as_finite_differences(make):
    """Every entry of every weight, input and initial state, in float64, with a mask."""
    import tensorflow as tf

    layer = randomised(make(dtype="float64"), dtype="float64")
    x, states = inputs(dtype="float64"), random_states(layer.cell, dtype="float64")
    mask = tf.constant(np.arange(TIME) < np.array([[TIME], [3], [1]]))
    variables = [tf.Variable(a) for a in (x, *states)] + [
        v.value for v in layer.trainable_variables
    ]
    rng = np.random.default_rng(7)
    y_weight = rng.normal(size=(BATCH, TIME, layer.cell.output_size))
    state_weights = [rng.normal(size=s.shape) for s in states]

    @tf.function
    def loss():
        first = variables[: 1 + len(states)]
        y, *last = layer(first[0], mask=mask, initial_state=list(first[1:]))
        parts = [tf.reduce_sum(y * y_weight)]
        parts += [tf.reduce_sum(s * w) for s, w in zip(last, state_weights)]
        return tf.add_n(parts)

    with tf.GradientTape() as tape:
        value = loss()
    gradients = tape.gradient(value, variables)
    step = 1e-5
    for variable, gradient in zip(variables, gradients):
        start, found = variable.numpy(), np.zeros(variable.shape)
        for k in np.ndindex(*start.shape):
            moved = start.copy()
            moved[k] = start[k] + step
            variable.assign(moved)
            up = loss()
            moved[k] = start[k] - step
            variable.assign(moved)
            found[k] = (up - loss()).numpy() / (2 * step)
        variable.assign(start)
        gradient = tf.convert_to_tensor(gradient).numpy()
        error = np.abs(found - gradient).max() / max(np.abs(gradient).max(), 1e-3)
        assert error < 1e-7, variable.name


# Masks and states --------------------------------------------------------------------------------


@each
@pytest.mark.parametrize("side", ["left", "right"])
def test_a_masked_sequence_gives_what_it_gives_alone(make, side):
    layer = randomised(make())
    x, first = inputs(), random_states(layer.cell)
    lengths = np.array([TIME, 3, 1])
    there = np.arange(TIME) < lengths[:, None]
    if side == "left":
        there = there[:, ::-1]
    padded = np.zeros_like(x) + 9.0
    for k, length in enumerate(lengths):
        padded[k, there[k]] = x[k, :length]
    y, *last = arrays(
        layer(padded, mask=keras.ops.convert_to_tensor(there.copy()), initial_state=first)
    )
    for k, length in enumerate(lengths):
        alone, *its_last = arrays(
            layer(x[k : k + 1, :length], initial_state=[s[k : k + 1] for s in first])
        )
        np.testing.assert_allclose(y[k, there[k]], alone[0], atol=1e-6)
        for ours, theirs in zip(last, its_last):
            np.testing.assert_allclose(ours[k], theirs[0], atol=1e-6)


@each
def test_states_carry_a_sequence_that_is_cut(make):
    layer = randomised(make())
    x = inputs()
    whole, *last = arrays(layer(x))
    begin, *between = layer(x[:, :2])
    end, *its_last = arrays(layer(x[:, 2:], initial_state=between))
    np.testing.assert_allclose(np.concatenate([*arrays([begin]), end], axis=1), whole, atol=1e-6)
    for ours, theirs in zip(last, its_last):
        np.testing.assert_allclose(ours, theirs, atol=1e-6)


@each
def test_stateful_layer(make):
    layer = keras.layers.RNN(make(), stateful=True)
    x = inputs()
    first, second = arrays([layer(x)])[0], arrays([layer(x)])[0]
    assert np.abs(first - second).max() > 1e-4
    layer.reset_state()
    np.testing.assert_allclose(arrays([layer(x)])[0], first, atol=1e-6)


# Configuration and saving ------------------------------------------------------------------------


@each
def test_the_configuration_makes_the_same_cell(make):
    cell = make(dropout=0.1, recurrent_dropout=0.2, seed=3, bias_regularizer="l2", name="mine")
    again = type(cell).from_config(cell.get_config())
    assert again.get_config() == cell.get_config()
    assert (again.dropout, again.recurrent_dropout, again.name) == (0.1, 0.2, "mine")


@each
def test_a_saved_model_answers_the_same(make, tmp_path):
    model = keras.Sequential(
        [
            keras.Input((None, INPUTS)),
            keras.layers.Masking(),
            keras.layers.Bidirectional(keras.layers.RNN(make(), return_sequences=True)),
            keras.layers.RNN([make(dropout=0.2), make(recurrent_dropout=0.2)]),
        ]
    )
    before = model(inputs())
    model.save(tmp_path / "model.keras")
    after = keras.saving.load_model(tmp_path / "model.keras")(inputs())
    np.testing.assert_array_equal(*arrays([before, after]))


def test_it_trains():
    """Compiled, with what all cells share; the gradient of each is tested above."""
    keras.utils.set_random_seed(0)
    layer = keras.layers.RNN(PeepholeLSTMCell(UNITS, dropout=0.1, recurrent_dropout=0.1))
    model = keras.Sequential([keras.Input((TIME, INPUTS)), layer, keras.layers.Dense(1)])
    model.compile(keras.optimizers.Adam(0.01), "mse")
    loss = model.fit(inputs(), np.ones((BATCH, 1)), epochs=20, verbose=0).history["loss"]
    assert loss[-1] < loss[0] / 2


# Dropout -----------------------------------------------------------------------------------------


@each
@pytest.mark.parametrize("which", ["dropout", "recurrent_dropout"])
def test_dropout_acts_in_training_only(make, which):
    layer = randomised(make(**{which: 0.5}, seed=1))
    states = random_states(layer.cell)
    without = randomised(make())
    x = inputs()
    same = arrays([layer(x, initial_state=states)[0], without(x, initial_state=states)[0]])
    np.testing.assert_allclose(*same, atol=1e-6)
    trained = [arrays(layer(x, initial_state=states, training=True))[0] for _ in range(2)]
    assert np.abs(trained[0] - same[0]).max() > 1e-3
    assert np.abs(trained[0] - trained[1]).max() > 1e-3, "a new mask for every batch"


def test_the_mask_of_the_inputs_is_the_same_at_every_step():
    """minLSTM with its memory switched off puts out what it reads: what is dropped can be seen."""
    layer = keras.layers.RNN(MinLSTMCell(8, dropout=0.5, seed=0), return_sequences=True)
    layer.build((None, TIME, 8))
    kernel = np.concatenate([np.zeros((8, 16)), np.eye(8)], axis=1)
    bias = np.concatenate([np.full(8, 50.0), np.full(8, -50.0), np.zeros(8)])
    layer.set_weights([kernel, bias, *layer.get_weights()[2:]])
    y = arrays([layer(np.ones((20, TIME, 8), "float32"), training=True)])[0]
    assert set(np.unique(y.round(3))) == {0.0, 2.0}, "kept values are doubled: the mean stays"
    assert (y == y[:, :1]).all(), "one mask for all steps of a sequence"
    assert 0.3 < (y == 0).mean() < 0.7


# Errors ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("units", [0, -1, 2.5, True, None])
def test_units_must_be_positive(units):
    for make in (PeepholeLSTMCell, CoupledLSTMCell, MinLSTMCell, AblatedLSTMCell):
        with pytest.raises(ValueError, match="units is .* positive integer"):
            make(units)
    with pytest.raises(ValueError, match="projection_units is"):
        ProjectedLSTMCell(4, units)


@pytest.mark.parametrize("without", ["forget", ["forget_gate", "memory"], "peepholes"])
def test_unknown_part(without):
    with pytest.raises(ValueError, match="without is .*forget_gate"):
        AblatedLSTMCell(4, without=without)


# Backends ----------------------------------------------------------------------------------------

SCRIPT = """
import sys, numpy as np, keras
from test_cells import CELLS, arrays, inputs, randomised, random_states
for name, make in CELLS.items():
    layer = randomised(make(dropout=0.2, recurrent_dropout=0.2))
    mask = keras.ops.convert_to_tensor(np.arange(5) < np.array([[5], [3], [1]]))
    y, *states = arrays(layer(inputs(), mask=mask, initial_state=random_states(layer.cell)))
    np.save(sys.argv[1] + "/" + name, np.concatenate([y.ravel()] + [s.ravel() for s in states]))
    layer(inputs(), training=True)
"""


@pytest.mark.parametrize("backend", ["jax", "torch"])
def test_same_outputs_on_another_backend(backend, tmp_path):
    if importlib.util.find_spec(backend) is None:
        pytest.skip(f"{backend} is not installed: python -m pip install -e '.[{backend}]'")
    here = os.path.dirname(__file__)
    environment = os.environ | {"KERAS_BACKEND": backend, "JAX_PLATFORMS": "cpu"}
    subprocess.run(
        [sys.executable, "-c", SCRIPT, str(tmp_path)],
        check=True,
        cwd=here,
        env=environment,
        capture_output=True,
    )
    for name, make in CELLS.items():
        layer = randomised(make())
        mask = keras.ops.convert_to_tensor(np.arange(TIME) < np.array([[5], [3], [1]]))
        ours = arrays(layer(inputs(), mask=mask, initial_state=random_states(layer.cell)))
        theirs = np.load(tmp_path / f"{name}.npy")
        np.testing.assert_allclose(np.concatenate([a.ravel() for a in ours]), theirs, atol=2e-6)
