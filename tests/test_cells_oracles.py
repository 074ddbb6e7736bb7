"""The cells against implementations that are not ours: TensorFlow's kernels, ONNX, PyTorch.

Random weights, random initial states, sequences of different lengths. Forward and gradient. What
no other library has (the coupled gate's gradient, the ablations, minLSTM) is held to finite
differences and closed forms in test_cells.py.
"""

from __future__ import annotations

import keras
import numpy as np
import oracles
import pytest
from oracles import needs

from utils.cells import AblatedLSTMCell, CoupledLSTMCell, PeepholeLSTMCell, ProjectedLSTMCell

BATCH, TIME, INPUTS, UNITS, PROJECTION = 3, 6, 4, 5, 3
LENGTHS = (6, 4, 1)
FULL = (TIME,) * BATCH
FLOAT32 = {"rtol": 0, "atol": 2e-6}  # of sums of a few dozen products of order 1
FLOAT64 = {"rtol": 0, "atol": 1e-12}

seeds = pytest.mark.parametrize("seed", [0, 1, 2])
lengths_too = pytest.mark.parametrize("lengths", [FULL, LENGTHS], ids=["full", "masked"])
runtimes = pytest.mark.parametrize(
    "runtime",
    [
        pytest.param(False, marks=needs("onnx"), id="reference"),
        pytest.param(True, marks=needs("onnxruntime"), id="runtime"),
    ],
)
on_tensorflow = pytest.mark.skipif(
    keras.backend.backend() != "tensorflow", reason="this oracle is TensorFlow's own kernel"
)


def plain(**kwargs):
    return keras.layers.LSTMCell(UNITS, **kwargs)


def peephole(**kwargs):
    return PeepholeLSTMCell(UNITS, **kwargs)


def nothing_left_out(**kwargs):
    return AblatedLSTMCell(UNITS, **kwargs)


def no_peephole(**kwargs):
    return AblatedLSTMCell(UNITS, without="peephole", **kwargs)


lstm_cells = pytest.mark.parametrize("make", [plain, peephole, nothing_left_out, no_peephole])


class Problem:
    """A layer with random weights, inputs, initial states, and a random loss of all it returns."""

    def __init__(self, cell, seed, lengths=FULL, dtype="float32"):
        rng = np.random.default_rng(seed)
        self.layer = keras.layers.RNN(cell, return_sequences=True, return_state=True, dtype=dtype)
        self.layer.build((BATCH, TIME, INPUTS))
        self.variables = {v.path.split("/")[-1]: v for v in cell.trainable_variables}
        self.weights = {
            name: rng.normal(0, 0.7, v.shape).astype(dtype) for name, v in self.variables.items()
        }
        for name, variable in self.variables.items():
            variable.assign(self.weights[name])
        sizes = np.ravel(cell.state_size)
        self.x = rng.normal(size=(BATCH, TIME, INPUTS)).astype(dtype)
        self.states = [rng.normal(size=(BATCH, n)).astype(dtype) for n in sizes]
        self.lengths, self.mask = lengths, np.arange(TIME) < np.array(lengths)[:, None]
        # The output at a masked step repeats an earlier one and counts for nothing.
        y_weights = rng.normal(size=(BATCH, TIME, sizes[0])) * self.mask[:, :, None]
        last = [rng.normal(size=(BATCH, n)) for n in sizes]
        self.loss_weights = [w.astype(dtype) for w in (y_weights, *last)]

    def run(self, x, states):
        """``(y, *states)`` as tensors of the backend."""
        return self.layer(x, mask=keras.ops.convert_to_tensor(self.mask), initial_state=states)

    def forward(self):
        y, *states = (keras.ops.convert_to_numpy(t) for t in self.run(self.x, self.states))
        return y * self.mask[:, :, None], *states

    def loss(self, total):
        """The loss as a function of tensors; ``total(a, w)`` sums their product."""
        return lambda *tensors: sum(total(a, w) for a, w in zip(tensors, self.loss_weights))

    def gradients(self):
        """By TensorFlow's automatic differentiation, by name."""
        import tensorflow as tf

        x, states = tf.constant(self.x), [tf.constant(s) for s in self.states]
        watched = dict(zip(("x", "h0", "c0"), (x, *states)))
        watched |= {name: v.value for name, v in self.variables.items()}
        with tf.GradientTape() as tape:
            tape.watch(list(watched.values()))
            value = self.loss(_tensorflow_total)(*self.run(x, states))
        return {
            k: tf.convert_to_tensor(g).numpy() for k, g in tape.gradient(value, watched).items()
        }


def _tensorflow_total(a, w):
    import tensorflow as tf

    return tf.reduce_sum(a * w)


def agree(ours, theirs, tolerance):
    assert len(ours) == len(theirs)
    for mine, other in zip(ours, theirs):
        np.testing.assert_allclose(mine, other, **tolerance)


def gradients_agree(ours, theirs, tolerance):
    assert set(theirs) == set(ours), "a weight without a gradient"
    for name, other in theirs.items():
        scale = np.abs(other).max()
        assert scale > 0, name
        np.testing.assert_allclose(ours[name] / scale, other / scale, err_msg=name, **tolerance)


# Vanilla and peephole: TensorFlow ----------------------------------------------------------------


@on_tensorflow
@lstm_cells
@lengths_too
@seeds
def test_forward_as_tensorflows_block_cell(make, lengths, seed):
    problem = Problem(make(), seed, lengths)

    def alone(x, h, c):
        return oracles.tensorflow_block_cell(x, problem.weights, h, c)

    theirs = oracles.one_by_one(alone, problem.x, lengths, *problem.states, UNITS)
    agree(problem.forward(), theirs, FLOAT32)


@on_tensorflow
@lstm_cells
@seeds
def test_gradient_as_tensorflows_backward_kernel(make, seed):
    problem = Problem(make(), seed)
    theirs = oracles.tensorflow_block_gradients(
        problem.x, problem.weights, *problem.states, problem.loss(_tensorflow_total)
    )
    gradients_agree(problem.gradients(), theirs, {"rtol": 0, "atol": 1e-5})


@on_tensorflow
def test_the_kernels_own_defaults_are_not_ours():
    """Its forget bias of 1 and its clip at 3 make another cell: they have to be switched off."""
    import tensorflow as tf

    problem = Problem(plain(), seed=0)
    w, b, *peepholes = oracles.tensorflow_weights(problem.weights)
    h, c = problem.states[0], 5 * np.ones_like(problem.states[1])
    kernel = {"x": problem.x[:, 0], "cs_prev": c, "h_prev": h, "w": w, "b": b}
    kernel |= dict(zip(("wci", "wcf", "wco"), peepholes))
    by_default = tf.raw_ops.LSTMBlockCell(**kernel).cs.numpy()
    set_right = tf.raw_ops.LSTMBlockCell(**kernel, forget_bias=0.0, cell_clip=-1.0).cs.numpy()
    ours = problem.layer.cell(problem.x[:, 0], [h, c])[1][1]
    np.testing.assert_allclose(ours, set_right, **FLOAT32)
    assert by_default.max() <= 3 < set_right.max()


# Vanilla, peephole, coupled: ONNX ----------------------------------------------------------------


@lstm_cells
@seeds
@runtimes
def test_forward_as_onnx(make, seed, runtime):
    problem = Problem(make(), seed)
    theirs = oracles.onnx_lstm(problem.x, problem.weights, *problem.states, runtime=runtime)
    agree(problem.forward(), theirs, FLOAT32)


@needs("onnxruntime")
@lstm_cells
@seeds
def test_lengths_as_onnx_runtime(make, seed):
    problem = Problem(make(), seed, LENGTHS)
    theirs = oracles.onnx_lstm(problem.x, problem.weights, *problem.states, LENGTHS, runtime=True)
    agree(problem.forward(), theirs, FLOAT32)


@needs("onnxruntime")
@lengths_too
@seeds
def test_coupled_as_onnx_runtime(seed, lengths):
    problem = Problem(CoupledLSTMCell(UNITS), seed, lengths)
    theirs = oracles.onnx_lstm(
        problem.x, problem.weights, *problem.states, lengths, runtime=True, coupled=True
    )
    agree(problem.forward(), theirs, FLOAT32)


@needs("onnxruntime")
@on_tensorflow
@seeds
def test_coupled_gradient_as_onnx_runtime(seed):
    """ONNX Runtime has no gradients: differences of its outputs along random directions."""
    problem = Problem(CoupledLSTMCell(UNITS), seed, LENGTHS)
    gradients = problem.gradients()
    rng, step = np.random.default_rng(seed + 100), 1e-2
    total = problem.loss(lambda a, w: float((a.astype("float64") * w).sum()))

    def moved(direction, by):
        weights = {k: w + by * direction[k] for k, w in problem.weights.items()}
        x = problem.x + by * direction["x"]
        states = [s + by * direction[k] for k, s in zip(("h0", "c0"), problem.states)]
        return total(*oracles.onnx_lstm(x, weights, *states, LENGTHS, runtime=True, coupled=True))

    for _ in range(5):
        direction = {k: rng.normal(size=g.shape) for k, g in gradients.items()}
        length = np.sqrt(sum((d**2).sum() for d in direction.values()))
        direction = {k: d / length for k, d in direction.items()}
        slope = (moved(direction, step) - moved(direction, -step)) / (2 * step)
        predicted = sum((gradients[k] * d).sum() for k, d in direction.items())
        assert slope == pytest.approx(predicted, rel=2e-3, abs=2e-3)


# Ablations: ONNX with a gate held open, or with the identity in the place of tanh -----------------


def with_open_gate(weights, gate):
    """The weights of a cell without a gate, as those of one whose gate is always 1."""
    have = "ifco".replace(gate, "")
    wide = {}
    for name in ("kernel", "recurrent_kernel", "bias"):
        blocks = dict(zip(have, np.split(weights[name], 3, axis=-1)))
        # sigmoid(100) is 1 to the last bit of float32.
        blocks[gate] = np.full_like(blocks["c"], 100.0 if name == "bias" else 0.0)
        wide[name] = np.concatenate([blocks[g] for g in "ifco"], axis=-1)
    if "peephole_kernel" in weights:
        rows = dict(zip("ifo".replace(gate, ""), weights["peephole_kernel"]))
        rows[gate] = np.zeros_like(rows[next(iter(rows))])
        wide["peephole_kernel"] = np.stack([rows[g] for g in "ifo"])
    return wide


@pytest.mark.parametrize("also", [(), ("peephole",)], ids=["peephole", "no_peephole"])
@pytest.mark.parametrize("part", ["input_gate", "forget_gate", "output_gate"])
@seeds
@runtimes
def test_missing_gate_as_a_gate_held_open(part, also, seed, runtime):
    problem = Problem(AblatedLSTMCell(UNITS, without=(part, *also)), seed)
    wide = with_open_gate(problem.weights, part[0])
    theirs = oracles.onnx_lstm(problem.x, wide, *problem.states, runtime=runtime)
    agree(problem.forward(), theirs, FLOAT32 | {"atol": 2e-5})  # cells grow without a gate


@pytest.mark.parametrize(
    "part, activations",
    [
        ("input_activation", ["Sigmoid", "Affine", "Tanh"]),
        ("output_activation", ["Sigmoid", "Tanh", "Affine"]),
    ],
)
@needs("onnxruntime")
@seeds
def test_missing_activation_as_onnx_with_the_identity(part, activations, seed):
    problem = Problem(AblatedLSTMCell(UNITS, without=part), seed, LENGTHS)
    theirs = oracles.onnx_lstm(
        problem.x,
        problem.weights,
        *problem.states,
        LENGTHS,
        runtime=True,
        activations=activations,
    )
    agree(problem.forward(), theirs, FLOAT32 | {"atol": 2e-5})


# Projection and the plain cell: PyTorch ----------------------------------------------------------


@needs("torch")
@pytest.mark.parametrize(
    "make", [plain, no_peephole, lambda **k: ProjectedLSTMCell(UNITS, PROJECTION, **k)]
)
@lengths_too
@seeds
def test_forward_and_gradient_as_torch(make, lengths, seed):
    problem = Problem(make(dtype="float64"), seed, lengths, dtype="float64")
    arguments = (problem.x, problem.weights, *problem.states, lengths)
    agree(problem.forward(), oracles.torch_lstm(*arguments), FLOAT64)
    if keras.backend.backend() == "tensorflow":
        theirs = oracles.torch_lstm(*arguments, problem.loss_weights)
        gradients_agree(problem.gradients(), theirs, FLOAT64)


# GRU, both places of the reset gate --------------------------------------------------------------


def gru(reset_after, seed, lengths=FULL, dtype="float32"):
    cell = keras.layers.GRUCell(UNITS, reset_after=reset_after, dtype=dtype)
    return Problem(cell, seed, lengths, dtype)


@pytest.mark.parametrize("reset_after", [True, False])
@seeds
@runtimes
def test_gru_as_onnx(reset_after, seed, runtime):
    problem = gru(reset_after, seed)
    theirs = oracles.onnx_gru(
        problem.x, problem.weights, *problem.states, runtime=runtime, reset_after=reset_after
    )
    agree(problem.forward(), theirs, FLOAT32)


@needs("onnxruntime")
@pytest.mark.parametrize("reset_after", [True, False])
@seeds
def test_gru_lengths_as_onnx_runtime(reset_after, seed):
    problem = gru(reset_after, seed, LENGTHS)
    theirs = oracles.onnx_gru(
        problem.x,
        problem.weights,
        *problem.states,
        LENGTHS,
        runtime=True,
        reset_after=reset_after,
    )
    agree(problem.forward(), theirs, FLOAT32)


def test_the_two_conventions_of_the_reset_gate_differ():
    """Same numbers, other place of the reset gate: another network, which is why both are held."""
    after = gru(True, seed=0)
    before = gru(False, seed=0)
    for name in ("kernel", "recurrent_kernel"):
        before.variables[name].assign(after.weights[name])
    before.variables["bias"].assign(after.weights["bias"].sum(axis=0))
    before.states, before.x = after.states, after.x
    assert np.abs(before.forward()[0] - after.forward()[0]).max() > 0.05


@needs("torch")
@lengths_too
@seeds
def test_gru_forward_and_gradient_as_torch(lengths, seed):
    problem = gru(True, seed, lengths, "float64")
    arguments = (problem.x, problem.weights, *problem.states, lengths)
    agree(problem.forward(), oracles.torch_gru(*arguments), FLOAT64)
    if keras.backend.backend() == "tensorflow":
        theirs = oracles.torch_gru(*arguments, problem.loss_weights)
        gradients_agree(problem.gradients(), theirs, FLOAT64)
