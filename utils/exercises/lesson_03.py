"""Exercises of lesson 03, backpropagation through time."""

from __future__ import annotations

import numpy as np

from utils.exercises import Exercise, one_per_seed, wrong_if


def _sigmoid(z):
    return 1 / (1 + np.exp(-z))


def _check_derivatives(answer) -> str:
    z = np.array([-2.0, -0.5, 0.3, 1.5])
    s, i = np.tanh(z), _sigmoid(z)
    result = answer(s.copy(), i.copy())
    wrong_if(
        not isinstance(result, tuple | list) or len(result) != 2,
        "Return two arrays: first the derivative of tanh, then that of the sigmoid.",
    )
    of_tanh, of_sigmoid = (np.asarray(part, dtype=float) for part in result)
    right_tanh, right_sigmoid = 1 - s**2, i * (1 - i)
    wrong_if(
        of_tanh.shape != z.shape or of_sigmoid.shape != z.shape,
        f"Each derivative has the shape of its input, here {z.shape}.",
    )
    wrong_if(
        np.allclose(of_tanh, right_sigmoid) and np.allclose(of_sigmoid, right_tanh),
        "Both are right, in the wrong order: first that of tanh.",
    )
    wrong_if(
        np.allclose(of_tanh, 1 - np.tanh(s) ** 2),
        "You took tanh of s; but s is tanh(z) already.",
    )
    wrong_if(
        np.allclose(of_sigmoid, _sigmoid(i) * (1 - _sigmoid(i))),
        "You took the sigmoid of i; but i is sigmoid(z) already.",
    )
    wrong_if(
        np.allclose(of_tanh, s * (1 - s)),
        "s (1 - s) is the rule of the sigmoid; tanh has another one.",
    )
    wrong_if(
        not np.allclose(of_tanh, right_tanh),
        "The derivative of tanh is not right yet: at z = 0 it must be 1, far out 0.",
    )
    wrong_if(
        not np.allclose(of_sigmoid, right_sigmoid),
        "The derivative of the sigmoid is not right yet: at z = 0 it must be 1/4, far out 0.",
    )
    return (
        "1 - s² and i (1 - i): both need only what the forward pass has saved, and both are "
        "close to 0 where the gate is fully open or shut."
    )


q1 = Exercise(
    "03.1",
    "Derivatives from outputs",
    _check_derivatives,
    hints=(
        "Write sigmoid(z) = 1 / (1 + exp(-z)) and differentiate; then express the result by i.",
        "tanh = sinh / cosh; the quotient rule gives (cosh² - sinh²) / cosh².",
        "The sigmoid's is i * (1 - i). For tanh divide each term of hint 2 by cosh².",
    ),
    solution="""
def local_derivatives(s, i):
    return 1 - s**2, i * (1 - i)
""",
    answer_name="local_derivatives",
    mistakes=(
        "def local_derivatives(s, i):\n    return i * (1 - i), 1 - s**2",
        "def local_derivatives(s, i):\n    return 1 - np.tanh(s) ** 2, i * (1 - i)",
        "def local_derivatives(s, i):\n    return s * (1 - s), i * (1 - i)",
        "def local_derivatives(s, i):\n    return 1 - s**2, 1 - i**2",
        "def local_derivatives(s, i):\n    return 1 - s**2",
    ),
)


def _coupled_step(x, h, c, W, U):
    """One step of an LSTM with f = 1 - i: h_t, c_t and what the way back needs."""
    n = len(U)
    z = x @ W + h @ U
    i, g, o = _sigmoid(z[:, :n]), np.tanh(z[:, n : 2 * n]), _sigmoid(z[:, 2 * n :])
    new = (1 - i) * c + i * g
    s = np.tanh(new)
    return o * s, new, (x, h, c, i, g, o, s)


def _slopes(function, array):
    """Gradient by the complex step, exact to rounding."""
    out = np.zeros(array.shape)
    for place in np.ndindex(array.shape):
        moved = array.astype(complex)
        moved[place] += 1e-30j
        out[place] = function(moved).imag / 1e-30
    return out


def _check_coupled(answer) -> str:
    rng = np.random.default_rng(4)
    x, (h, c, dh, dc) = rng.normal(size=(2, 2)), rng.normal(size=(4, 2, 3))
    W, U = rng.normal(size=(2, 9)), rng.normal(size=(3, 9))

    def loss(x=x, h=h, c=c):
        """Anything whose gradients at h_t and c_t are dh and dc will do."""
        new_h, new_c, _ = _coupled_step(x, h, c, W, U)
        return np.sum(dh * new_h + dc * new_c)

    kept = _coupled_step(x, h, c, W, U)[2]
    copies = tuple(array.copy() for array in kept)
    result = answer(dh.copy(), dc.copy(), copies, U.copy())
    wrong_if(
        not isinstance(result, tuple | list) or len(result) != 3,
        "Return three arrays: dz, dh of the step before, dc of the step before.",
    )
    dz, dh_before, dc_before = (np.asarray(part, dtype=float) for part in result)
    wrong_if(
        dz.shape != (2, 9) or dh_before.shape != h.shape or dc_before.shape != c.shape,
        f"Shapes are {dz.shape}, {dh_before.shape}, {dc_before.shape}; for this step they should "
        f"be (2, 9), {h.shape}, {c.shape}.",
    )
    wrong_if(
        any(not np.array_equal(p, q) for p, q in zip(kept, copies, strict=True)),
        "Your function changes a saved array in place; the next backward pass would be wrong.",
    )
    i, g, o, s = kept[3:]
    total, slope = dc + dh * o * (1 - s**2), i * (1 - i)
    found, right = dz[:, :3], total * (g - c) * slope
    wrong_if(
        np.allclose(found, total * g * slope),
        "dz of i has its use as input gate only; i was used a second time, in 1 - i.",
    )
    wrong_if(
        np.allclose(found, total * (g + c) * slope),
        "dz of i: the second use of i has a minus sign, since f = 1 - i.",
    )
    wrong_if(
        np.allclose(found, dc * (g - c) * slope),
        "dc lacks its second path, through h_t = o tanh(c_t).",
    )
    wrong_if(not np.allclose(found, right), "The part of dz for i is not right yet.")
    wrong_if(
        not np.allclose(dz[:, 3:6], total * i * (1 - g**2)), "The part of dz for g is not right."
    )
    wrong_if(not np.allclose(dz[:, 6:], dh * s * o * (1 - o)), "The part of dz for o is not right.")
    wrong_if(np.allclose(dc_before, total * i), "dc of the step before: c was multiplied by 1 - i.")
    wrong_if(not np.allclose(dc_before, _slopes(lambda q: loss(c=q), c)), "dc is not right yet.")
    wrong_if(not np.allclose(dh_before, _slopes(lambda q: loss(h=q), h)), "dh is not right yet.")
    first, last = _train_coupled(answer)
    wrong_if(last > first / 2, "The network that your function trains does not learn.")
    return (
        "i was used twice, so di = dc (g - c). Trained with it, the loss of a small network fell "
        f"from {first:.2f} to {last:.3f}."
    )


def _train_coupled(step_back, updates=300, n=8, steps=6, batch=32) -> tuple[float, float]:
    """Mean loss of the first and the last 20 updates: say the first number after some steps."""
    rng = np.random.default_rng(5)
    weights = [rng.normal(0, 0.5, shape) for shape in ((2, 3 * n), (n, 3 * n), (n, 1))]
    means, squares, losses = [0 * w for w in weights], [0 * w for w in weights], []
    for t in range(1, updates + 1):
        W, U, V = weights
        x = np.stack([rng.random((batch, steps)), np.ones((batch, steps))], axis=2)
        x[:, 1:, 1] = 0  # only the first step is marked
        h = c = np.zeros((batch, n))
        saved = []
        for k in range(steps):
            h, c, kept = _coupled_step(x[:, k], h, c, W, U)
            saved.append(kept)
        error = h @ V - x[:, 0, :1]
        losses.append(float(np.mean(error**2)))
        dh, dc = 2 * error / batch @ V.T, np.zeros_like(c)
        found = [np.zeros_like(W), np.zeros_like(U), h.T @ (2 * error / batch)]
        for kept in saved[::-1]:
            dz, dh, dc = step_back(dh, dc, kept, U)
            found[0] += kept[0].T @ dz
            found[1] += kept[1].T @ dz
        means = [0.9 * m + 0.1 * g for m, g in zip(means, found, strict=True)]
        squares = [0.999 * s + 0.001 * g * g for s, g in zip(squares, found, strict=True)]
        rate = 0.02 * np.sqrt(1 - 0.999**t) / (1 - 0.9**t)
        moves = [rate * m / (np.sqrt(s) + 1e-8) for m, s in zip(means, squares, strict=True)]
        weights = [w - move for w, move in zip(weights, moves, strict=True)]
    return float(np.mean(losses[:20])), float(np.mean(losses[-20:]))


_COUPLED = """
def coupled_back(dh, dc, kept, U):
    x, h, c, i, g, o, s = kept
    total = {total}
    dz = [{of_i} * i * (1 - i), total * i * (1 - g**2), dh * s * o * (1 - o)]
    dz = np.concatenate(dz, axis=1)
    return dz, dz @ U.T, {handed_on}
"""
_RIGHT = {
    "total": "dc + dh * o * (1 - s**2)",
    "of_i": "total * (g - c)",
    "handed_on": "total * (1 - i)",
}

q2 = Exercise(
    "03.2",
    "Coupled gates",
    _check_coupled,
    hints=(
        "List every place where i is used in c_t = (1 - i) c + i g. The chain rule adds them.",
        "d c_t / d i = g - c. Then through the sigmoid: times i (1 - i).",
        "Start from step_back: dc gets its second path, df goes away, dc * (1 - i) is handed on.",
    ),
    solution=_COUPLED.format(**_RIGHT),
    answer_name="coupled_back",
    mistakes=(
        _COUPLED.format(**_RIGHT | {"of_i": "total * g"}),
        _COUPLED.format(**_RIGHT | {"of_i": "total * (g + c)"}),
        _COUPLED.format(**_RIGHT | {"total": "dc"}),
        _COUPLED.format(**_RIGHT | {"handed_on": "total * i"}),
        "def coupled_back(dh, dc, kept, U):\n    return dh @ U, dc",
    ),
    points=2,
)


def _check_errors(answer, seeds) -> str:
    errors = one_per_seed(answer, seeds, "errors")
    wrong_if(
        errors.min() <= 0,
        "A mean squared error on new sequences is a positive number; one of yours is not.",
    )
    wrong_if(
        len(set(np.round(errors, 9))) < len(errors),
        "Two seeds have exactly the same error; was each trained from its own weights?",
    )
    mean = errors.mean()
    wrong_if(
        mean > 0.05,
        f"Mean {mean:.3f}, and always answering ½ has 0.083: little was learned. What could teach "
        "the network to write and keep, within six steps?",
    )
    if mean < 0.01:
        return (
            f"Mean {mean:.4f} at a lag twice as long as the cut. The gradient never crossed it; "
            "the weights did, since they are the same at every step."
        )
    return f"Mean {mean:.3f}: well below the baseline of 0.083, and below 0.01 can be reached."


q3 = Exercise(
    "03.3",
    "A lag beyond the cut",
    _check_errors,
    hints=(
        "Nothing says that the training sequences must have the lag of the test.",
        "In the lesson, which data was learned with a cut of 3?",
        "Train on recall_task(..., None, ...) with cut=6, test on recall_task(60, 12, ...).",
    ),
    solution="""
my_errors = []
for seed in few_seeds:
    x, y = recall_task(400, None, (seed, 8))  # any lag from 0 to 19
    weights = train(starts[seed], x, y, cut=6)[-1]
    x, y = recall_task(60, 12, (seed, 9))
    my_errors.append(mse(forward(weights, x.reshape(-1, length, 2))[0], y.reshape(-1, 1)))
""",
    answer_name="my_errors",
    mistakes=(
        "my_errors = 0.004",
        "my_errors = [0.004]",
        "my_errors = [0.004] * len(few_seeds)",
        "my_errors = [k / 1000 - 0.001 for k in range(len(few_seeds))]",
        "my_errors = [0.0841 + k / 1000 for k in range(len(few_seeds))]",
    ),
    points=3,
    extra=("few_seeds",),
)

EXERCISES = (q1, q2, q3)
