"""Exercises of lesson 06, training well."""

from __future__ import annotations

import math

import numpy as np

from utils.exercises import Exercise, one_per_seed, wrong_if
from utils.forecasting.comparison import paired_interval


def _check_masked_mean(answer) -> str:
    loss = np.array([[1.0, 2.0, 3.0, 9.0], [4.0, 9.0, 9.0, 9.0]])
    mask = np.array([[True, True, True, False], [True, False, False, False]])
    got = answer(loss.copy(), mask.copy())
    wrong_if(got is None, "The function returns nothing; end it with return.")
    got = np.asarray(got, dtype=float)
    wrong_if(got.shape != (), f"The result has shape {got.shape}; a mean is one number.")
    wrong_if(
        np.isclose(got, (loss * mask).mean()),
        "You divide by all steps, the padded ones too: more padding would make the loss smaller.",
    )
    wrong_if(
        np.isclose(got, loss.mean()), "The padded steps are still in it; the mask is not used."
    )
    wrong_if(
        np.isclose(got, ((loss * mask).sum(axis=1) / mask.sum(axis=1)).mean()),
        "You take the mean of each sequence first, so a step of a short sequence counts more.",
    )
    wrong_if(np.isclose(got, (loss * mask).sum()), "That is the sum; divide by the real steps.")
    wrong_if(
        not np.isclose(got, 2.5),
        "The real losses are 1, 2, 3 and 4 in the check, so their mean is 2.5; "
        f"yours is {float(got):.3g}.",
    )
    longer = (np.pad(a, ((0, 0), (0, 3))) for a in (loss, mask))
    wrong_if(
        not np.isclose(float(answer(*longer)), 2.5),
        "Three more padded steps change your mean; it must depend on the real ones alone.",
    )
    return "Sum over the real steps, divided by their number: padding further changes nothing."


q1 = Exercise(
    "06.1",
    "A mean that ignores padding",
    _check_masked_mean,
    hints=(
        "How many steps are real? mask.sum() counts them.",
        "Multiply by the mask, add up, and divide by the number of real steps.",
    ),
    solution="""
def masked_mean(loss, mask):
    return (loss * mask).sum() / mask.sum()
""",
    answer_name="masked_mean",
    mistakes=(
        "def masked_mean(loss, mask):\n    return (loss * mask).mean()",
        "def masked_mean(loss, mask):\n    return loss.mean()",
        "def masked_mean(loss, mask):\n"
        "    return ((loss * mask).sum(axis=1) / mask.sum(axis=1)).mean()",
        "def masked_mean(loss, mask):\n    return (loss * mask).sum()",
        "def masked_mean(loss, mask):\n    return (loss * mask).sum(axis=1) / mask.sum(axis=1)",
    ),
)


def _check_smoothed(answer) -> str:
    import keras
    from keras import layers, ops

    from utils.data.digits import load_digits_split

    loss = answer(0.2)
    wrong_if(loss is None, "smoothed_loss returns nothing; it should return the loss function.")
    wrong_if(not callable(loss), "smoothed_loss should return a function of y_true and y_pred.")
    right = np.eye(10, dtype="float32")[:1]
    logits = 3 * right  # sure of the right class, but not certain

    def value(share):
        return float(ops.mean(answer(share)(ops.convert_to_tensor(right), logits)))

    log_p = logits[0] - math.log(np.exp(logits[0]).sum())
    wrong_if(
        math.isclose(value(0.2), -log_p[0], rel_tol=1e-4),
        "With share 0.2 it is still the ordinary cross-entropy; the targets are not smoothed.",
    )
    p = np.exp(log_p)
    as_if = -(0.82 * math.log(3 / 3) + 0.02 * 9 * math.log(1e-7))
    wrong_if(
        math.isclose(value(0.2), as_if, rel_tol=0.05),
        "y_pred are logits: pass from_logits=True, or the loss takes them for probabilities.",
    )
    wrong_if(
        math.isclose(value(0.2), -0.8 * log_p[0], rel_tol=1e-4),
        "The right class has given up its share, but the ten classes have not received it.",
    )
    expected = -(0.8 * log_p[0] + 0.02 * log_p.sum())
    wrong_if(
        not math.isclose(value(0.2), expected, rel_tol=1e-3),
        f"For one example the check expects {expected:.3f} and gets {value(0.2):.3f}. Targets: "
        "0.82 for the right class and 0.02 for each other, if the share is 0.2.",
    )
    train = load_digits_split().train
    x, y = train.images[:200], np.eye(10, dtype="float32")[train.labels[:200]]
    sure = []
    for share in (0.0, 0.2):
        keras.utils.set_random_seed(0)
        model = keras.Sequential([keras.Input((8, 8)), layers.LSTM(16), layers.Dense(10)])
        model.compile(keras.optimizers.Adam(0.01), loss=answer(share))
        model.fit(x, y, batch_size=25, epochs=25, verbose=0)
        p = np.asarray(ops.softmax(model(x)))
        sure.append(float(p.max(axis=1).mean()))
    wrong_if(
        not sure[1] < sure[0] < 1.001,
        "A network trained with it is no less sure of its answers. Does share 0 give the "
        "ordinary cross-entropy?",
    )
    return (
        f"A network trained with it gives its answers a mean probability of {sure[1]:.2f}, "
        f"where plain cross-entropy ends at {sure[0]:.2f}."
    )


q2 = Exercise(
    "06.2",
    "A loss that punishes certainty",
    _check_smoothed,
    hints=(
        "The new targets are (1 - share) * y_true + share / 10.",
        "keras.losses.categorical_crossentropy takes targets of any kind, and from_logits=True.",
    ),
    solution="""
def smoothed_loss(share):
    def loss(y_true, y_pred):
        targets = (1 - share) * y_true + share / 10
        return keras.losses.categorical_crossentropy(targets, y_pred, from_logits=True)

    return loss
""",
    answer_name="smoothed_loss",
    mistakes=(
        "def smoothed_loss(share):\n"
        "    return keras.losses.CategoricalCrossentropy(from_logits=True)",
        "def smoothed_loss(share):\n"
        "    return keras.losses.CategoricalCrossentropy(label_smoothing=share)",
        "def smoothed_loss(share):\n"
        "    return lambda y, z: keras.losses.categorical_crossentropy(\n"
        "        (1 - share) * y, z, from_logits=True)",
        "def smoothed_loss(share):\n"
        "    return lambda y, z: keras.losses.categorical_crossentropy(\n"
        "        (1 - share) * y + share, z, from_logits=True)",
        "def smoothed_loss(share):\n    return share",
    ),
    points=2,
)


def _check_gains(answer, seeds) -> str:
    gains = one_per_seed(answer, seeds)
    wrong_if(
        np.abs(gains).max() < 1,
        "All are below one point: are they fractions from 0 to 1? Multiply by 100.",
    )
    wrong_if(
        gains.min() > 30,
        "All above 30 points: are these accuracies? Subtract the plain network's, seed by seed.",
    )
    wrong_if(
        gains.std() == 0, "All differences are equal: was each network trained from its own seed?"
    )
    mean, low, high = paired_interval(gains)
    interval = f"{mean:+.1f} points, 95 % interval {low:+.1f} to {high:+.1f}"
    if low > 0:
        return (
            f"{interval}: it helps, if the test images chose nothing. Is it also better than "
            "dropout alone?"
        )
    if high < 0:
        return f"{interval}: it hurts. That is a result; write it down."
    return f"{interval}: the interval contains zero. Seeds alone could do this."


q3 = Exercise(
    "06.3",
    "Two remedies together",
    _check_gains,
    hints=(
        "A build function with two changed places, for instance layers.LSTM(units, dropout=0.2, "
        "recurrent_dropout=0.2), or AdamW(learning_rate, weight_decay=0.3) as the optimizer.",
        "To choose: train_seeds(build, **watch)['histories'] has the validation losses.",
        "train_seeds(build)['accuracy'] - plain['accuracy'] is the answer, seed by seed.",
    ),
    solution="""
# One way, to be compared on the validation images and seeds from 1000 on first.
def both():
    return build_model(layers.LSTM(units, dropout=0.2, recurrent_dropout=0.2))


my_gains = train_seeds(both)["accuracy"] - plain["accuracy"]
""",
    answer_name="my_gains",
    mistakes=(
        "my_gains = 5.0",
        "my_gains = [5.0]",
        "my_gains = [0.05 + k / 100 for k in range(len(seeds))]",
        "my_gains = [75.0 + k for k in range(len(seeds))]",
        "my_gains = [5.0] * len(seeds)",
    ),
    points=3,
    extra=("seeds",),
)

EXERCISES = (q1, q2, q3)
