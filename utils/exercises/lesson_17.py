"""Exercises of lesson 17: a ceiling by hand, a mean without padding, forms that are new."""

from __future__ import annotations

import numpy as np

from utils.exercises import Exercise, wrong_if


def _check_ceiling(answer) -> str:
    wrong_if(np.ndim(answer) != 0, "Give one number, in percent.")
    value = float(answer)
    wrong_if(
        np.isclose(value, 100, atol=0.1),
        "Three of the reviews have the same words, and not the same verdict. Can all be right?",
    )
    wrong_if(np.isclose(value, 0.875, atol=0.001), "That is the share; give it in percent.")
    wrong_if(np.isclose(value, 7, atol=0.001), "Seven of eight can be right; give it in percent.")
    wrong_if(
        np.isclose(value, 50, atol=0.1),
        "That is one answer for all eight reviews. A bag of words may answer each bag differently.",
    )
    wrong_if(
        np.isclose(value, 62.5, atol=0.1),
        "You gave up the whole group that is mixed. In it the more frequent answer is still right "
        "for two of three.",
    )
    wrong_if(
        np.isclose(value, 75, atol=0.1),
        "'very dull' and 'very very dull' are different bags, because a bag counts how often; and "
        "they agree in any case. Which groups are mixed?",
    )
    wrong_if(not np.isclose(value, 87.5, atol=0.1), "Group the reviews by their sorted words.")
    return (
        "There are five bags. Only {but, clever, dull, not} is mixed, and there two of three can "
        "be right, so seven of eight reviews are."
    )


q1 = Exercise(
    "17.1",
    "A ceiling by hand",
    _check_ceiling,
    hints=(
        "Sort the words of each review. Which reviews become equal?",
        "In each group count the more frequent verdict; add up and divide by eight.",
    ),
    solution="""
answer_1 = 100 * (2 + 2 + 1 + 1 + 1) / 8
""",
    answer_name="answer_1",
    mistakes=(
        "answer_1 = 100",
        "answer_1 = 50",
        "answer_1 = 0.875",
        "answer_1 = 62.5",
        "answer_1 = 75",
        "answer_1 = [87.5, 12.5]",
    ),
)


def _check_mean(answer) -> str:
    from keras import ops

    generator = np.random.default_rng(5)
    states = generator.normal(size=(3, 4, 2)).astype("float32")
    tokens = np.array([[3, 7, 0, 0], [5, 1, 2, 9], [4, 0, 0, 0]], "int32")
    found = ops.convert_to_numpy(answer(*map(ops.convert_to_tensor, (states, tokens))))
    wrong_if(
        found.shape != (3, 2),
        f"For states (3, 4, 2) the mean must be (3, 2); yours is {found.shape}. "
        "Which axis is time?",
    )
    words = (tokens > 0)[..., None]
    wrong_if(
        np.allclose(found, states.mean(axis=1), atol=1e-5),
        "You took the mean over all steps, padding included.",
    )
    wrong_if(
        np.allclose(found, (states * words).sum(axis=1), atol=1e-5),
        "That is the sum over the words. Divide by how many there are.",
    )
    wrong_if(
        np.allclose(found, (states * words).mean(axis=1), atol=1e-5),
        "You left out the padding in the sum, and divided by the whole length all the same.",
    )
    right = (states * words).sum(axis=1) / words.sum(axis=1)
    wrong_if(not np.allclose(found, right, atol=1e-5), "The shape is right, the values are not.")
    accuracy = _train_without_mask(answer)
    wrong_if(accuracy < 0.9, f"Trained with it, the network got only {accuracy:.0%} right.")
    return f"Trained with it and without a mask, one direction got {accuracy:.0%} right."


def _train_without_mask(mean_over_words) -> float:
    """Accuracy on new reviews of an LSTM that reads its padding, with this mean behind it."""
    import keras
    from keras import layers

    from utils.data.generated_reviews import make_reviews

    class Mean(keras.layers.Layer):
        def call(self, states, tokens):
            return mean_over_words(states, tokens)

    train, test, _ = make_reviews(4000, 500, 10, seed=7)
    code = {w: i for i, w in enumerate(sorted(set(" ".join(train.texts).split())), start=1)}
    rows = [[code[word] for word in text.split()] for text in train.texts + test.texts]
    x = np.array([row + [0] * (40 - len(row)) for row in rows], "int32")
    keras.utils.set_random_seed(0)
    tokens = keras.Input((40,), dtype="int32")
    vectors = layers.Embedding(len(code) + 1, 32)(tokens)
    states = layers.LSTM(32, return_sequences=True)(vectors)
    model = keras.Model(tokens, layers.Dense(1)(Mean()(states, tokens)))
    loss = keras.losses.BinaryCrossentropy(from_logits=True)
    model.compile(keras.optimizers.Adam(0.01), loss, steps_per_execution=20)
    model.fit(x[:4000], train.labels, batch_size=50, epochs=3, verbose=0)
    logits = model.predict(x[4000:], batch_size=500, verbose=0)[:, 0]
    return float(np.mean((logits > 0) == test.labels))


q2 = Exercise(
    "17.2",
    "A mean without padding",
    _check_mean,
    hints=(
        "ops.cast(tokens != 0, 'float32') is 1 at words and 0 at padding.",
        "Give it a last axis, [..., None], multiply the states by it and sum over axis 1.",
        "Divide by the sum of the ones themselves, also over axis 1: the number of words.",
    ),
    solution="""
def mean_over_words(states, tokens):
    words = ops.cast(ops.not_equal(tokens, 0), "float32")[..., None]  # (batch, length, 1)
    return ops.sum(states * words, axis=1) / ops.sum(words, axis=1)
""",
    answer_name="mean_over_words",
    mistakes=(
        """
def mean_over_words(states, tokens):
    return ops.mean(states, axis=1)
""",
        """
def mean_over_words(states, tokens):
    words = ops.cast(ops.not_equal(tokens, 0), "float32")[..., None]
    return ops.mean(states * words, axis=1)
""",
        """
def mean_over_words(states, tokens):
    words = ops.cast(ops.not_equal(tokens, 0), "float32")[..., None]
    return ops.sum(states * words, axis=1)
""",
        """
def mean_over_words(states, tokens):
    return states[:, -1]
""",
        """
def mean_over_words(states, tokens):
    words = ops.cast(ops.not_equal(tokens, 0), "float32")[..., None]
    return ops.sum(states * words, axis=2) / ops.sum(words, axis=1)
""",
    ),
    points=2,
)


def _check_pairs(answer, lstm_score, train) -> str:
    wrong_if(
        not isinstance(answer, list | tuple)
        or not all(
            isinstance(pair, list | tuple)
            and len(pair) == 2
            and all(isinstance(text, str) for text in pair)
            for pair in answer
        ),
        "Give a list of pairs of texts: [('a positive one', 'a negative one'), ...].",
    )
    wrong_if(len(answer) < 4, f"Give at least four pairs; you gave {len(answer)}.")
    known = {word for text in train.texts for word in text.split()}
    old = {text.removesuffix(" .") for text in train.texts}
    for positive, negative in answer:
        new = sorted({*positive.split(), *negative.split()} - known)
        wrong_if(new, f"The network does not know {', '.join(new)}.")
        wrong_if(
            sorted(positive.split()) != sorted(negative.split()),
            f"'{positive}' and '{negative}' do not have the same words.",
        )
        wrong_if(positive == negative, f"Both texts of a pair are '{positive}'.")
        wrong_if(
            {positive.removesuffix(" ."), negative.removesuffix(" .")} & old,
            f"'{positive}' or its partner was in the training set. Find a form that is new.",
        )
    texts = [text for pair in answer for text in pair]
    right = (lstm_score(texts) > 0) == np.tile([True, False], len(answer))
    result = f"The network got {right.sum()} of your {right.size} reviews right."
    if right.mean() > 0.9:
        return f"{result} Is your form close to one of the grammar's? Try one that is not."
    return f"{result} Training showed it other forms only, and a bag of words would get half."


q3 = Exercise(
    "17.3",
    "Forms that are new",
    _check_pairs,
    hints=(
        "Combine two forms: 'nobody found the plot not clever and everybody ...'.",
        "Or let 'although' and 'not' meet in one review, or three clauses with 'but' and 'and'.",
    ),
    solution="""
my_pairs = [
    (
        f"nobody found the {a} not {good} and everybody found the {b} {fine}",
        f"everybody found the {a} not {good} and nobody found the {b} {fine}",
    )
    for a, b, good, fine in (
        ("plot", "music", "clever", "warm"),
        ("cast", "ending", "lively", "moving"),
        ("script", "acting", "sharp", "fresh"),
        ("humour", "pacing", "original", "gripping"),
    )
]
""",
    answer_name="my_pairs",
    mistakes=(
        "my_pairs = ['the plot was clever', 'the plot was dull']",
        "my_pairs = [('the plot was not dull', 'the plot was not clever')] * 4",
        "my_pairs = [('nobody found the plot dull', 'nobody found the plot dull')] * 4",
        "my_pairs = [('the plot was splendid not bad', 'the plot was not splendid bad')] * 4",
        "my_pairs = [('dull was not the plot', 'not dull was the plot')] * 3",
    ),
    points=3,
    extra=("lstm_score", "train"),
)

EXERCISES = (q1, q2, q3)
