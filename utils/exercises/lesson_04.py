"""Exercises of lesson 04, a vanilla LSTM."""

from __future__ import annotations

import numpy as np

from utils.exercises import Exercise, wrong_if

_SERIES = np.array([3.0, 4, 6, 5, 4, 3, 5, 7, 8, 6, 5, 4, 6, 8, 12, 9, 7, 6, 10, 13, 15, 12])


def _check_weights(answer: int) -> str:
    wrong_if(answer == 32 * 3 + 32 * 32 + 32, "That is one gate; an LSTM has four sets of weights.")
    wrong_if(answer == 4 * (32 * 3 + 32 * 32), "Nearly: every set of weights has biases too.")
    wrong_if(answer == 4 * (32 * 3 + 32), "The units also read each other, one step later.")
    wrong_if(answer != 4480 + 128, "Count one gate first: inputs, recurrent, biases.")
    return "4 × (32·3 + 32² + 32) = 4608: four sets, each with input, recurrent and bias weights."


q1 = Exercise(
    "04.1",
    "Count the weights",
    _check_weights,
    hints=(
        "There are four sets of weights: input gate, forget gate, candidate, output gate.",
        "One set has 32·3 weights for the input and 32·32 for the hidden state.",
        "And 32 biases. Add up one set and take it four times.",
    ),
    solution="weights_of_lstm = 4 * (32 * 3 + 32 * 32 + 32)",
    answer_name="weights_of_lstm",
    mistakes=(
        "weights_of_lstm = 32 * 3 + 32 * 32 + 32",
        "weights_of_lstm = 4 * (32 * 3 + 32 * 32)",
        "weights_of_lstm = 4 * (32 * 3 + 32)",
        "weights_of_lstm = 100",
    ),
)


def _check_growth(answer) -> str:
    series, targets = _SERIES, 5
    start = len(series) - targets
    when = np.arange(start, len(series))
    expected = series[when - 1] * series[when - 12] / series[when - 13]
    got = answer(series.copy(), targets)
    wrong_if(got is None, "The function returns nothing; end it with return.")
    got = np.asarray(got, dtype=float)
    wrong_if(
        got.shape != (targets,),
        f"The result has shape {got.shape}; one forecast for each target is ({targets},).",
    )
    future = series.copy()
    future[-1] += 1
    wrong_if(
        not np.allclose(np.asarray(answer(future, targets))[-1], got[-1]),
        "The last forecast changes when the last value does: it has seen what it forecasts.",
    )
    wrong_if(
        np.allclose(got, series[when - 1] * series[when - 11] / series[when - 12]),
        "The growth of a year ago is from month t - 13 to month t - 12; yours is a month late.",
    )
    wrong_if(
        np.allclose(got, series[when - 12] * series[when - 1] / series[when - 2]),
        "Yours takes last year's value and this year's last growth; it is the other way round.",
    )
    wrong_if(np.allclose(got, series[when - 1]), "That is last month; the growth is missing.")
    wrong_if(not np.allclose(got, expected), "By hand, one forecast is y[t-1] y[t-12] / y[t-13].")
    return "Three numbers of the past and nothing to fit: that is what the LSTM has to beat."


q2 = Exercise(
    "04.2",
    "A rule without coefficients",
    _check_growth,
    hints=(
        "Make an array with the positions of the targets: the last ones of the series.",
        "positions = np.arange(len(series) - targets, len(series)); then series[positions - 1] is "
        "the month before each.",
    ),
    solution="""
def growth_rule(series, targets):
    positions = np.arange(len(series) - targets, len(series))
    return series[positions - 1] * series[positions - 12] / series[positions - 13]
""",
    answer_name="growth_rule",
    mistakes=(
        "def growth_rule(series, targets):\n"
        "    p = np.arange(len(series) - targets, len(series))\n"
        "    return series[p - 1] * series[p - 11] / series[p - 12]",
        "def growth_rule(series, targets):\n    return series[-targets:]",
        "def growth_rule(series, targets):\n    return series[-targets - 1 : -1]",
        "def growth_rule(series, targets):\n    return series[:-1]",
        "def growth_rule(series, targets):\n"
        "    p = np.arange(len(series) - targets, len(series))\n"
        "    return series[p - 12] * series[p - 1] / series[p - 2]",
    ),
)


def _check_scaler(answer) -> str:
    rng = np.random.default_rng(1)
    train, test = rng.normal(5, 2, 40), rng.normal(9, 1, 20)
    result = answer(train.copy(), test.copy())
    wrong_if(
        not isinstance(result, tuple | list) or len(result) != 2,
        "Return two arrays: the scaled training part and the scaled test part.",
    )
    scaled_train, scaled_test = (np.asarray(part, dtype=float) for part in result)
    both = np.concatenate([train, test])
    wrong_if(
        scaled_train.shape == train.shape
        and np.allclose(scaled_train, (train - both.mean()) / both.std()),
        "You took mean and spread of both parts together: the test part has leaked.",
    )
    wrong_if(
        scaled_test.shape == test.shape and np.allclose(scaled_test.mean(), 0),
        "You scaled the test part by its own mean: then its level is lost, and it is not known "
        "when the first forecast is made.",
    )
    wrong_if(
        not np.allclose(scaled_train.mean(), 0),
        "The scaled training part should have mean 0; subtract its mean.",
    )
    deviations = (train.std(), train.std(ddof=1))
    wrong_if(
        not any(np.allclose(scaled_train, (train - train.mean()) / d) for d in deviations),
        "The scaled training part should have spread 1; divide by its standard deviation.",
    )
    wrong_if(
        not any(np.allclose(scaled_test, (test - train.mean()) / d) for d in deviations),
        "The test part has to be scaled by the mean and spread of the training part.",
    )
    return "Mean and spread come from the training part; the test part is free to lie elsewhere."


q3 = Exercise(
    "04.3",
    "A scaler that cannot leak",
    _check_scaler,
    hints=(
        "What do you know on the day before the first test month? Only the training part.",
        "Compute train.mean() and train.std() once, and use them for both parts.",
    ),
    solution="""
def scale_without_leak(train, test):
    mean, deviation = train.mean(), train.std()
    return (train - mean) / deviation, (test - mean) / deviation
""",
    answer_name="scale_without_leak",
    mistakes=(
        "def scale_without_leak(train, test):\n"
        "    both = np.concatenate([train, test])\n"
        "    return (train - both.mean()) / both.std(), (test - both.mean()) / both.std()",
        "def scale_without_leak(train, test):\n"
        "    return (train - train.mean()) / train.std(), (test - test.mean()) / test.std()",
        "def scale_without_leak(train, test):\n"
        "    return train - train.mean(), test - train.mean()",
        "def scale_without_leak(train, test):\n    return (train - train.mean()) / train.std()",
    ),
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
        "An RMSE is a positive number; one of yours is not.",
    )
    wrong_if(
        len(set(np.round(errors, 6))) < 5,
        "Two seeds have exactly the same error; was the network restarted for each?",
    )
    wrong_if(
        errors.max() < 3,
        "All below 3 thousand is too good for this series; are they errors of standardised values?",
    )
    mean = errors.mean()
    if mean < 14.4:
        return (
            f"Mean {mean:.1f}: below the regression's 14.5, if all was chosen before 1957. "
            "Would it hold on another series?"
        )
    if mean <= 18:
        return f"Mean {mean:.1f}: between the bar of this lesson and the regression's 14.5."
    return (
        f"Mean {mean:.1f}: an honest figure above the bar of 18. What did the training loss say: "
        "too few passes, or too many?"
    )


q4 = Exercise(
    "04.4",
    "Beat the regression",
    _check_errors,
    hints=(
        "Feed seasonal changes; the fewer weights and passes, the less is learnt by heart.",
        "Watch the validation error against passes: where does it turn up?",
        "Averaging the forecasts of five networks costs nothing and helps; but then report five "
        "such averages.",
    ),
    solution="""
# One way: the second network with 20 passes, chosen on 1955-56.
my_errors = []
for model, _ in train_over_seeds(
    X_seasonal[training_seasonal], target_seasonal[training_seasonal], 20, "exercise"
):
    predicted = model.predict_on_batch(X_seasonal)[:, 0]
    forecast = passengers_from_seasonal(predicted, month_seasonal, scale_seasonal)
    my_errors.append(rmse(truth, forecast[np.isin(month_seasonal, scored)]))
""",
    answer_name="my_errors",
    mistakes=(
        "my_errors = 14.2",
        "my_errors = [14.2]",
        "my_errors = [14.2] * 5",
        "my_errors = [0.2, 0.21, 0.19, 0.22, 0.2001]",
        "my_errors = [15.0, 14.0, -1.0, 16.0, 17.0]",
    ),
    points=3,
    # Stand-ins for what the notebook defines, with the same names and shapes.
)

EXERCISES = (q1, q2, q3, q4)
