"""Exercises of lesson 18: paths by hand, a loss that is trained, a better reader."""

from __future__ import annotations

import numpy as np

from utils.exercises import Exercise, one_per_seed, wrong_if


def _check_paths(answer) -> str:
    wrong_if(
        not isinstance(answer, int | np.integer) or isinstance(answer, bool),
        "Give a whole number.",
    )
    wrong_if(
        answer == 15,
        "15 is right for two different labels. Between equal ones a blank must stand.",
    )
    wrong_if(
        answer == 1, "The path 7 – 7 has three steps; with four there is room to repeat something."
    )
    wrong_if(
        answer == 4,
        "A fourth step can repeat the first 7, the last 7 or the blank, or be a blank at the "
        "beginning or at the end. Count them again.",
    )
    wrong_if(answer != 5, "Write down 7 – 7 and ask what the fourth step may be, and where.")
    return "77–7, 7–77, 7––7, –7–7 and 7–7–. The formula of the lesson gives 5 over 4, which is 5."


q1 = Exercise(
    "18.1",
    "Paths by hand",
    _check_paths,
    hints=(
        "The shortest path is 7, blank, 7. It has three steps, you need four.",
        "Each of the three entries may last one step longer; or a blank stands in front or behind.",
    ),
    solution="answer_1 = comb(4 + 2 - 1, 2 * 2)",
    answer_name="answer_1",
    mistakes=("answer_1 = 15", "answer_1 = 1", "answer_1 = 4", "answer_1 = 11**4"),
)


def _check_loss(answer) -> str:
    import keras
    from keras import ops

    generator = np.random.default_rng(4)
    y = np.array([[1, 2, 3], [1, 1, 2], [3, 2, 2], [2, 1, 2]], "int32")
    logits = generator.normal(0, 2, (4, 7, 4)).astype("float32")
    result = answer(ops.convert_to_tensor(y), ops.convert_to_tensor(logits))
    wrong_if(result is None, "It returned nothing.")
    losses = ops.convert_to_numpy(result)
    wrong_if(
        losses.shape != (4,),
        f"For 4 strips return 4 losses; yours have the shape {losses.shape}.",
    )
    right = ops.convert_to_numpy(keras.losses.ctc(y, logits))
    wrong_if(
        np.allclose(losses, -right, atol=1e-3), "You return the logarithm; the loss is minus that."
    )
    wrong_if(
        np.allclose(losses[[0, 3]], right[[0, 3]], atol=1e-3)
        and not np.allclose(losses, right, atol=1e-3),
        "It is right for texts without repetition. Between equal labels the blank must not be "
        "skipped.",
    )
    wrong_if(
        not np.allclose(losses, right, atol=1e-3),
        f"Keras gives {np.round(right, 2)}, yours gives {np.round(losses, 2)}. Did you apply "
        "log_softmax, and add the two possible ends?",
    )
    share = _train_to_spot(answer)
    wrong_if(share < 0.8, f"It agrees, but a network trained with it read only {share:.0%}.")
    return f"It agrees with Keras, and a network trained with it read {share:.0%} of new strips."


def _train_to_spot(loss) -> float:
    """Train a small network to read three symbols at random places; share of new strips read."""
    import keras
    from keras import layers

    generator = np.random.default_rng(0)
    count, steps = 2080, 8
    y = generator.integers(1, 4, (count, 3)).astype("int32")
    places = np.sort([generator.permutation(steps)[:3] for _ in range(count)], axis=1)
    x = np.zeros((count, steps, 3), "float32")
    x[np.arange(count)[:, None], places, y - 1] = 1
    x[:, 1:] += 0.5 * x[:, :-1]  # each symbol fades over the next step
    x += generator.normal(0, 0.1, x.shape).astype("float32")
    keras.utils.set_random_seed(0)
    model = keras.Sequential([
        keras.Input((steps, 3)),
        layers.Conv1D(32, 3, padding="same", activation="relu"),
        layers.Dense(4),
    ])  # fmt: skip
    model.compile(keras.optimizers.Adam(0.01), loss, steps_per_execution=20)
    model.fit(x[:1920], y[:1920], batch_size=32, epochs=5, verbose=0)
    paths = model.predict(x[1920:], verbose=0).argmax(axis=-1)
    found = [[k for k, old in zip(path, [0, *path]) if k != old and k] for path in paths]
    # Equal symbols at neighbouring steps cannot be told apart; they do not count.
    clear = ~((np.diff(places) == 1) & (np.diff(y) == 0)).any(axis=1)[1920:]
    right = [text == row.tolist() for text, row in zip(found, y[1920:])]
    return float(np.mean(np.array(right)[clear]))


_MY_CTC = """
def my_ctc(y, logits):
    y = ops.cast(y, "int32")
    length, steps, labels = y.shape[1], logits.shape[1], logits.shape[2]
    s = ops.reshape(ops.stack([ops.zeros_like(y), y], axis=-1), (-1, 2 * length))
    s = ops.pad(s, ((0, 0), (0, 1)))
    logs = ops.einsum("btk,bsk->bts", ops.log_softmax(logits), ops.one_hot(s, labels))
    never = -1e9
    differs = ops.logical_and(s > 0, s != ops.pad(s[:, :-2], ((0, 0), (2, 0))))
    skip = ops.where(differs, 0.0, never)
    alpha = ops.where(ops.arange(2 * length + 1) == 0, 0.0, never) + 0 * logs[:, 0]
    for t in range(steps):
        by_one = ops.pad(alpha[:, :-1], ((0, 0), (1, 0)), constant_values=never)
        by_two = ops.pad(alpha[:, :-2], ((0, 0), (2, 0)), constant_values=never) + skip
        alpha = ops.logaddexp(ops.logaddexp(alpha, by_one), by_two) + logs[:, t]
    return -ops.logaddexp(alpha[:, -1], alpha[:, -2])
"""

q2 = Exercise(
    "18.2",
    "Your own loss",
    _check_loss,
    hints=(
        "s = ops.reshape(ops.stack([zeros_like(y), y], -1), (-1, 2 * length)), then pad a blank.",
        "The logarithms at the entries of s: ops.einsum('btk,bsk->bts', ops.log_softmax(logits), "
        "ops.one_hot(s, labels)).",
        "Begin with -1e9 everywhere but 0 at the first entry. One step: logaddexp of alpha, alpha "
        "moved by one, and alpha moved by two where skipping is allowed; then add the step's "
        "logarithms. At the end, minus logaddexp of the last two entries.",
    ),
    solution=_MY_CTC,
    answer_name="my_ctc",
    mistakes=(
        """
def my_ctc(y, logits):
    return -keras.losses.ctc(y, logits)
""",
        """
def my_ctc(y, logits):
    return ops.mean(keras.losses.ctc(y, logits))
""",
        _MY_CTC.replace(
            "ops.logical_and(s > 0, s != ops.pad(s[:, :-2], ((0, 0), (2, 0))))", "s > 0"
        ),
        """
def my_ctc(y, logits):
    return keras.losses.ctc(y, ops.softmax(logits))
""",
    ),
    points=2,
)


def _check_differences(answer, seeds) -> str:
    values = one_per_seed(answer, seeds[:2])
    wrong_if(
        np.abs(values).max() > 100,
        "Label errors here are rarely above 100 %, so no difference should be larger.",
    )
    each = ", ".join(f"{value:+.1f}" for value in values)
    if values.max() < 0:
        return f"{each} points: lower on every seed. Does it hold on two more, and on the test?"
    if values.min() > 0:
        return f"{each} points: higher on every seed, and that is a result as well."
    return f"{each} points: the seeds do not agree. Two of them cannot tell the readers apart."


q3 = Exercise(
    "18.3",
    "A better reader",
    _check_differences,
    hints=(
        "make_lines(*parts.validation[:2], 200, (3, 8), 88, seed) makes strips of other hands.",
        "Write build_mine like build_model, and loop with over_seeds over seeds[:2] for both.",
        "Ideas: a GRU, two layers, dropout, stronger variation, more updates.",
    ),
    solution="""
def build_mine():
    model = keras.Sequential([
        keras.Input((None, 8)),
        layers.Bidirectional(layers.GRU(units, return_sequences=True)),
        layers.Dense(11),
    ])
    rate = keras.optimizers.schedules.CosineDecay(learning_rate, updates)
    optimizer = keras.optimizers.Adam(rate, global_clipnorm=1.0)
    model.compile(optimizer, keras.losses.CTC(), steps_per_execution=20, jit_compile=True)
    return model


x_own, y_own = make_lines(*parts.train[:2], updates * batch_size, (1, 4), 44, 76)
x_new, y_new = make_lines(*parts.validation[:2], 100, (3, 8), 88, 77)
wanted = [[int(label) for label in row if label] for row in y_new]
scores = []
for build in (build_mine, build_model):
    scores.append([])
    for _, model in over_seeds(build, seeds[:2]):
        model.fit(x_own, y_own, batch_size=batch_size, verbose=0)
        scores[-1].append(label_error(read(model, x_new)[1], wanted))
my_differences = np.subtract(*scores)
""",
    answer_name="my_differences",
    mistakes=(
        "my_differences = -1.0",
        "my_differences = [-1.0]",
        "my_differences = [-1.0, float('nan')]",
        "my_differences = [-1.0, 130.0]",
    ),
    points=3,
    extra=("seeds",),
)

EXERCISES = (q1, q2, q3)
