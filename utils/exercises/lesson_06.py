"""Exercises of lesson 06, training well."""

from __future__ import annotations

import numpy as np

from utils.exercises import Exercise, wrong_if


def _check_bias(answer) -> str:
    def memory(bias):
        return 1 + np.exp(bias)  # 1 / (1 - sigma(bias))

    got = answer(40.0)
    wrong_if(got is None, "The function returns nothing; end it with return.")
    got = float(got)
    wrong_if(not np.isfinite(got), "The bias for a memory of 40 steps is not a finite number.")
    wrong_if(
        np.isclose(got, 1 - 1 / 40),
        "That is the gate f itself; the bias is what goes into the sigmoid, so undo it.",
    )
    wrong_if(
        np.isclose(got, -np.log(39)),
        "The sign is the other way round: a negative bias closes the gate, and the cell forgets.",
    )
    wrong_if(
        np.isclose(got, np.log(40)),
        "Close: log(steps) gives one step too many. Solve 1 / (1 - f) = steps for f first.",
    )
    wrong_if(
        not np.isclose(got, np.log(39)),
        f"A gate with your bias remembers for {memory(got):.1f} steps where 40 were asked for.",
    )
    wrong_if(
        not np.isclose(float(answer(2.0)), 0),
        "40 steps are right, but a memory of 2 steps needs f = 1/2, which is a bias of 0.",
    )
    return (
        "b_f = log(steps - 1). Keras's bias of 1 stands for a memory of 3.7 steps, "
        "which is why a pause of 40 was too long for it."
    )


q1 = Exercise(
    "06.1",
    "A bias for a memory",
    _check_bias,
    hints=(
        "First the gate: which f has 1 / (1 - f) = steps?",
        "f = 1 - 1 / steps. The inverse of the sigmoid is log(f / (1 - f)).",
        "Simplify: f / (1 - f) = steps - 1.",
    ),
    solution="""
def forget_bias_for(steps):
    return np.log(steps - 1)
""",
    answer_name="forget_bias_for",
    mistakes=(
        "def forget_bias_for(steps):\n    return 1 - 1 / steps",
        "def forget_bias_for(steps):\n    return np.log(steps)",
        "def forget_bias_for(steps):\n    return -np.log(steps - 1)",
        "def forget_bias_for(steps):\n    return steps",
        "def forget_bias_for(steps):\n    return np.log(39)",
    ),
)


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


q2 = Exercise(
    "06.2",
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


def _check_kept(answer) -> str:
    losses = [2.0, 1.5, 1.2, 1.3, 1.25, 1.4, 1.1, 1.6]  # a pause of three, then a new lowest
    got = answer(list(losses), 3)
    wrong_if(got is None, "The function returns nothing; end it with return.")
    wrong_if(
        got == 6,
        "Epoch 6 has the lowest loss of all, but after epochs 3, 4 and 5 without a new lowest one "
        "training had stopped; it never got there.",
    )
    wrong_if(
        got == 5,
        "Epoch 5 is where training stops; the weights that are kept are those of the lowest loss.",
    )
    wrong_if(
        got == 1.2, "That is the lowest loss itself; the question asks for the epoch it belongs to."
    )
    wrong_if(
        got != 2,
        f"With losses {losses} and patience 3 training stops after epoch 5 and keeps epoch 2; "
        f"yours keeps {got}.",
    )
    wrong_if(
        answer(list(losses), 4) != 6,
        "With patience 4 training survives the pause and finds the lowest loss at epoch 6. An "
        "epoch resets the count only if it is below the lowest so far, and it does reset it.",
    )
    wrong_if(
        answer([1.0, 1.0, 1.0], 2) != 0,
        "An equal loss is not a new lowest one: of 1.0, 1.0, 1.0 the first is kept.",
    )
    return (
        "The weights of the lowest loss seen before patience ran out. A short patience can stop "
        "too soon, a long one costs time only, since the best weights are restored."
    )


q3 = Exercise(
    "06.3",
    "Early stopping by hand",
    _check_kept,
    hints=(
        "Walk through the losses and remember two things: the best epoch and how long ago it was.",
        "At each epoch: lower than the best so far? Then it is the new best. Otherwise, if "
        "patience epochs have passed since the best, stop.",
    ),
    solution="""
def kept_epoch(losses, patience):
    best = 0
    for epoch, loss in enumerate(losses):
        if loss < losses[best]:
            best = epoch
        elif epoch - best >= patience:
            break
    return best
""",
    answer_name="kept_epoch",
    mistakes=(
        "def kept_epoch(losses, patience):\n    return int(np.argmin(losses))",
        "def kept_epoch(losses, patience):\n    return 5",
        "def kept_epoch(losses, patience):\n    return min(losses[:5])",
        "def kept_epoch(losses, patience):\n    return 2",
        "def kept_epoch(losses, patience):\n    return patience",
    ),
)


def _check_gains(answer) -> str:
    wrong_if(
        not isinstance(answer, list | tuple | np.ndarray),
        "Give ten differences, one a seed: one number hides how much luck was in it.",
    )
    gains = np.asarray(answer, dtype=float)
    wrong_if(gains.shape != (10,), f"You gave {gains.size} values; seeds 0 to 9 give ten.")
    wrong_if(not np.all(np.isfinite(gains)), "One of your differences is not a number.")
    wrong_if(
        np.abs(gains).max() < 1,
        "All are below one point: are they shares from 0 to 1? Multiply by 100.",
    )
    wrong_if(
        gains.min() > 30,
        "All above 30 points: are these accuracies? Subtract the plain network's, seed by seed.",
    )
    mean, deviation = gains.mean(), gains.std(ddof=1)
    wrong_if(
        deviation == 0, "Ten equal differences: were the networks started from different seeds?"
    )
    wrong_if(
        mean <= deviation,
        f"Mean {mean:.1f}, spread {deviation:.1f}: by the rule of this lesson that is inside the "
        "noise (or worse). An honest result; try another combination, on validation.",
    )
    return (
        f"Mean {mean:.1f} points, spread {deviation:.1f}: it helps by the rule of this lesson, if "
        "the test images chose nothing. Is it also more than recurrent dropout alone?"
    )


q4 = Exercise(
    "06.4",
    "Two remedies together",
    _check_gains,
    hints=(
        "Recurrent dropout is the strongest single one; what does it leave undone?",
        "networks_with(range(100, 110), recurrent_dropout=0.2, dropout=0.2) and train(...); "
        "compare the validation accuracies with those of networks_with(range(100, 110)).",
        "The plain networks of seeds 0 to 9 are already scored: end_accuracy[plain].",
    ),
    solution="""
# One way, to be tried on validation with seeds 100 to 109 first: both kinds of dropout.
mine = networks_with(seeds, recurrent_dropout=0.2, dropout=0.2)
my_model, _, _ = train(mine, x_train, y_train, (x_validation, y_validation), passes)
my_gains = 100 * (scores(my_model.predict_on_batch(x_test), y_test)[1] - end_accuracy[plain])
""",
    answer_name="my_gains",
    mistakes=(
        "my_gains = 5.0",
        "my_gains = [5.0, 6.0]",
        "my_gains = [0.05, 0.03, 0.06, 0.02, 0.05, 0.04, 0.07, 0.01, 0.03, 0.05]",
        "my_gains = [75.0, 74, 76, 77, 73, 74, 75, 76, 74, 75]",
        "my_gains = [5.0, -4, 6, -7, 3, -2, 5, -6, 4, 1]",
        "my_gains = [5.0] * 10",
    ),
    points=3,
    # Stand-ins for what the notebook defines, with the same names and shapes.
)

EXERCISES = (q1, q2, q3, q4)
