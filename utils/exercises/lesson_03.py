"""Exercises of lesson 03, backpropagation through time."""

from __future__ import annotations

import numpy as np

from utils.exercises import Exercise, wrong_if


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


def _one_step():
    """A step with all quantities at random, and its true gradients by the complex step."""
    rng = np.random.default_rng(3)
    batch, n = 2, 3
    z, h, c = (
        rng.normal(size=(batch, 4 * n)),
        rng.normal(size=(batch, n)),
        rng.normal(size=(batch, n)),
    )
    U = rng.normal(size=(n, 4 * n))
    dh, dc = rng.normal(size=(batch, n)), rng.normal(size=(batch, n))

    def gates(z):
        i, f, o = _sigmoid(z[:, :n]), _sigmoid(z[:, n : 2 * n]), _sigmoid(z[:, 3 * n :])
        return i, f, np.tanh(z[:, 2 * n : 3 * n]), o

    def loss(z, c):
        """Anything whose gradients at h_t and c_t are dh and dc will do."""
        i, f, g, o = gates(z)
        new = f * c + i * g
        return np.sum(dh * o * np.tanh(new) + dc * new)

    def gradient(function, array):
        out = np.zeros(array.shape)
        for place in np.ndindex(array.shape):
            moved = array.astype(complex)
            moved[place] += 1e-30j
            out[place] = function(moved).imag / 1e-30
        return out

    i, f, g, o = gates(z)
    kept = (rng.normal(size=(batch, 2)), h, c, i, f, g, o, np.tanh(f * c + i * g))
    return dh, dc, kept, U, gradient(lambda q: loss(q, c), z), gradient(lambda q: loss(z, q), c)


def _check_repaired(answer) -> str:
    dh, dc, kept, U, right_dz, right_dc = _one_step()
    n = dh.shape[1]
    copies = tuple(array.copy() for array in kept)
    result = answer(dh.copy(), dc.copy(), copies, U.copy())
    wrong_if(
        not isinstance(result, tuple | list) or len(result) != 3,
        "Return three arrays: dz, dh of the step before, dc of the step before.",
    )
    wrong_if(
        any(not np.array_equal(p, q) for p, q in zip(kept, copies, strict=True)),
        "Your function changes a saved array in place; the next backward pass would be wrong.",
    )
    dz, dh_before, dc_before = (np.asarray(part, dtype=float) for part in result)
    wrong_if(
        dz.shape != right_dz.shape or dh_before.shape != dh.shape or dc_before.shape != dc.shape,
        f"Shapes are {dz.shape}, {dh_before.shape}, {dc_before.shape}; they should be "
        f"{right_dz.shape}, {dh.shape}, {dc.shape}.",
    )
    names = ("input gate", "forget gate", "candidate", "output gate")
    blocks = [slice(k * n, (k + 1) * n) for k in range(4)]
    bad = [
        name
        for name, block in zip(names, blocks, strict=True)
        if not np.allclose(dz[:, block], right_dz[:, block])
    ]
    dc_is_right = np.allclose(dc_before, right_dc)
    wrong_if(
        bad == ["candidate"] and not dc_is_right,
        "Both mistakes are still there: one in the candidate's part of dz, one in the dc that is "
        "handed on.",
    )
    wrong_if(
        bad == ["candidate"],
        "dc is right now. The candidate's part of dz is not: which nonlinearity made g?",
    )
    wrong_if(
        not bad and not dc_is_right,
        "dz is right now. The dc that is handed on is not: it lacks what came through h_t.",
    )
    wrong_if(bad, f"dz is wrong for: {', '.join(bad)}.")
    wrong_if(not dc_is_right, "The dc that is handed on is not right.")
    wrong_if(
        not np.allclose(dh_before, right_dz @ U.T), "dh of the step before should be dz @ U.T."
    )
    return (
        "The candidate is a tanh, so its factor is 1 - g²; and what is handed on is the whole dc "
        "times f, with the path through h_t in it."
    )


_FRAME = """
def repaired(dh, dc, kept, U):
    x, h, c, i, f, g, o, s = kept
    total = {total}
    do, di, dg, df = dh * s, total * g, total * i, total * c
    dz = np.concatenate(
        [di * i * (1 - i), df * f * (1 - f), {candidate}, do * o * (1 - o)], axis=1
    )
    return dz, dz @ U.T, {handed_on}
"""
_WHOLE = "dc + dh * o * (1 - s**2)"

q2 = Exercise(
    "03.2",
    "Two planted mistakes",
    _check_repaired,
    hints=(
        "Compare each part of dz with finite differences: which of the four gates is wrong?",
        "g is a tanh, not a sigmoid. And which of dc and total belongs into the last line?",
        "The candidate's part is dg * (1 - g**2); the last value returned is total * f.",
    ),
    solution=_FRAME.format(total=_WHOLE, candidate="dg * (1 - g**2)", handed_on="total * f"),
    answer_name="repaired",
    mistakes=(
        _FRAME.format(total=_WHOLE, candidate="dg * g * (1 - g)", handed_on="dc * f"),
        _FRAME.format(total=_WHOLE, candidate="dg * (1 - g**2)", handed_on="dc * f"),
        _FRAME.format(total=_WHOLE, candidate="dg * g * (1 - g)", handed_on="total * f"),
        _FRAME.format(total="dc", candidate="dg * (1 - g**2)", handed_on="total * f"),
        _FRAME.format(total=_WHOLE, candidate="dg * (1 - g**2)", handed_on="total * f").replace(
            "    return", "    f *= total\n    return"
        ),
    ),
    points=2,
)


def _check_coupled(answer) -> str:
    rng = np.random.default_rng(4)
    z_i, z_g, c, dc = rng.normal(size=(4, 2, 3))
    i, g = _sigmoid(z_i), np.tanh(z_g)
    result = answer(dc.copy(), c.copy(), i.copy(), g.copy())
    wrong_if(
        not isinstance(result, tuple | list) or len(result) != 3,
        "Return three arrays: dz_i, dz_g and dc of the step before.",
    )
    of_i, of_g, of_c = (np.asarray(part, dtype=float) for part in result)
    slope_i, slope_g = i * (1 - i), 1 - g**2
    wrong_if(
        np.allclose(of_i, dc * g * slope_i),
        "dz_i has the use of i as input gate only; i was used a second time, in 1 - i.",
    )
    wrong_if(
        np.allclose(of_i, dc * (g + c) * slope_i),
        "dz_i: the second use of i has a minus sign, since f = 1 - i.",
    )
    wrong_if(
        np.allclose(of_i, dc * (g - c)),
        "That is di; to get dz_i it still has to pass the sigmoid.",
    )
    wrong_if(
        np.allclose(of_c, dc * i),
        "dc of the step before: c was multiplied by 1 - i, not by i.",
    )
    wrong_if(not np.allclose(of_i, dc * (g - c) * slope_i), "dz_i is not right yet.")
    wrong_if(not np.allclose(of_g, dc * i * slope_g), "dz_g is not right yet.")
    wrong_if(not np.allclose(of_c, dc * (1 - i)), "dc of the step before is not right yet.")
    return (
        "i was used twice, so two terms: di = dc (g - c). If cell and candidate agree, the gate "
        "does not matter, and its gradient is 0."
    )


q3 = Exercise(
    "03.3",
    "Coupled gates",
    _check_coupled,
    hints=(
        "List every place where i is used in c_t = (1 - i) c + i g. The chain rule adds them.",
        "d c_t / d i = g - c. Then through the sigmoid: times i (1 - i).",
        "The candidate is as before: dg = dc * i, then times 1 - g².",
    ),
    solution="""
def coupled_back(dc, c, i, g):
    return dc * (g - c) * i * (1 - i), dc * i * (1 - g**2), dc * (1 - i)
""",
    answer_name="coupled_back",
    mistakes=(
        "def coupled_back(dc, c, i, g):\n"
        "    return dc * g * i * (1 - i), dc * i * (1 - g**2), dc * (1 - i)",
        "def coupled_back(dc, c, i, g):\n"
        "    return dc * (g + c) * i * (1 - i), dc * i * (1 - g**2), dc * (1 - i)",
        "def coupled_back(dc, c, i, g):\n    return dc * (g - c), dc * i, dc * (1 - i)",
        "def coupled_back(dc, c, i, g):\n"
        "    return dc * (g - c) * i * (1 - i), dc * i * (1 - g**2), dc * i",
    ),
    points=2,
)


def _check_errors(answer) -> str:
    wrong_if(
        not isinstance(answer, list | tuple | np.ndarray),
        "Give a list of five errors, one a seed: one number hides how much luck was in it.",
    )
    errors = np.asarray(answer, dtype=float)
    wrong_if(errors.shape != (5,), f"You gave {errors.size} values; five seeds give five errors.")
    wrong_if(
        not np.all(np.isfinite(errors)) or errors.min() <= 0,
        "A mean squared error on 2000 sequences is a positive number; one of yours is not.",
    )
    wrong_if(
        len(set(np.round(errors, 9))) < 5,
        "Two seeds have exactly the same error; was each trained from its own start?",
    )
    mean = errors.mean()
    wrong_if(
        mean > 0.05,
        f"Mean {mean:.3f}, and always saying ½ has 0.083: little was learned. What could teach "
        "the network to write and keep, within six steps?",
    )
    if mean < 0.01:
        return (
            f"Mean {mean:.4f} at a lag twice as long as the cut. The gradient never crossed it; "
            "the weights did, since they are the same at every step."
        )
    return (
        f"Mean {mean:.3f}: well below the baseline of 0.083; the lesson's own way gets below 0.01."
    )


q4 = Exercise(
    "03.4",
    "A lag beyond the cut",
    _check_errors,
    hints=(
        "Nothing says that the training sequences must have the lag of the test.",
        "In the lesson, which data was learned with a cut of 3?",
        "Train on recall_task(..., None, ...) with cut=6, test on recall_task(2000, 12, ...).",
    ),
    solution="""
my_errors = []
for (start, *_), seed in zip(runs, seeds):
    x, y = recall_task(updates_recall * batch, None, seed=(seed, 4))  # any lag from 0 to 19
    x = x.reshape(updates_recall, batch, length, 2)
    found, _ = train(start, x, y.reshape(updates_recall, batch, 1), cut=6)
    x, y = recall_task(2000, 12, seed=(seed, 5))
    my_errors.append(float(np.mean((predict(found, x) - y) ** 2)))
""",
    answer_name="my_errors",
    mistakes=(
        "my_errors = 0.004",
        "my_errors = [0.004]",
        "my_errors = [0.004] * 5",
        "my_errors = [0.004, 0.003, -0.001, 0.002, 0.005]",
        "my_errors = [0.0841, 0.0833, 0.0852, 0.0826, 0.0839]",
    ),
    points=3,
    # Stand-ins for what the notebook defines, with the same names and shapes.
)

EXERCISES = (q1, q2, q3, q4)
