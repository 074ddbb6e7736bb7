"""Exercises of lesson 16: perplexity, a tied table behind a narrow door, a cache."""

from __future__ import annotations

import numpy as np

from utils.exercises import Exercise, wrong_if
from utils.text.batches import stateful_batches


def _check_perplexity(answer) -> str:
    given = float(answer)
    wrong_if(abs(given - 2.25) < 0.01, "That is the mean number of bits; perplexity is 2 to that.")
    wrong_if(abs(given - 9 * np.log(2) / 4) < 0.01, "That is the loss in nats; take e to that.")
    wrong_if(abs(given - 4) < 0.01, "That is one over the mean probability; the logarithms matter.")
    wrong_if(
        abs(given - 5.5) < 0.01, "That is the mean of 2, 4, 8 and 8; average their logarithms."
    )
    wrong_if(abs(given - 2**2.25) > 0.05, "Average -ln p over the four words, then take e to that.")
    return (
        "The words cost 1, 2, 3 and 3 bits, 2.25 on average, and 2 to the power 2.25 is 4.76. It "
        "is the geometric mean of 2, 4, 8 and 8."
    )


q1 = Exercise(
    "16.1",
    "From probabilities to perplexity",
    _check_perplexity,
    hints=(
        "The loss of each word is -ln p. What is the mean?",
        "np.exp(-np.mean(np.log([1 / 2, 1 / 4, 1 / 8, 1 / 8])))",
    ),
    solution="answer_1 = np.exp(-np.mean(np.log([1 / 2, 1 / 4, 1 / 8, 1 / 8])))",
    answer_name="answer_1",
    mistakes=(
        "answer_1 = 2.25",
        "answer_1 = 4",
        "answer_1 = np.mean([2, 4, 8, 8])",
        "answer_1 = -np.mean(np.log([1 / 2, 1 / 4, 1 / 8, 1 / 8]))",
        "answer_1 = 0.25",
    ),
)


def _check_projected(answer, train, validation, frequency) -> str:
    import keras

    words, rows, size, units, length = len(frequency), 16, 12, 40, 16
    keras.utils.set_random_seed(0)
    model = answer(rows, size, units)
    wrong_if(not isinstance(model, keras.Model), "Return a keras.Model.")
    shape = np.asarray(model(train[: rows * 3].reshape(rows, 3))).shape
    wrong_if(
        shape != (rows, 3, words),
        f"For codes (16, 3) the scores must be (16, 3, {words}); yours are {shape}.",
    )
    tables = [v for v in model.trainable_variables if words in v.shape and len(v.shape) == 2]
    wrong_if(
        len(tables) != 1,
        f"Your model has {len(tables)} matrices with a side of {words} words; tied, it has one.",
    )
    wrong_if(
        tuple(tables[0].shape) != (words, size),
        f"The table is {tuple(tables[0].shape)}; it should be ({words}, {size}).",
    )
    has_lstm = any(tuple(v.shape) == (units, 4 * units) for v in model.trainable_variables)
    wrong_if(not has_lstm, f"I find no LSTM of {units} units: the Dense layer comes after it.")
    steps = 100
    inputs, targets = stateful_batches(train, rows, length, steps)
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(keras.optimizers.Adam(0.01), loss, steps_per_execution=10, jit_compile=True)
    model.fit(inputs, targets, batch_size=rows, shuffle=False, verbose=0)
    inputs, targets = stateful_batches(validation, rows, length, 20)
    found = np.exp(model.evaluate(inputs, targets, batch_size=rows, verbose=0))
    frequencies = np.exp(-np.log(frequency[targets]).mean())
    wrong_if(
        found > 0.97 * frequencies,
        f"It was trained and has perplexity {found:.0f}; frequencies alone have {frequencies:.0f}. "
        "Do the scores depend on what the LSTM has read?",
    )
    return (
        f"After {steps} updates the perplexity is {found:.0f}, frequencies alone have "
        f"{frequencies:.0f}. Now the LSTM can be wide and the table narrow, or the other way round."
    )


q2 = Exercise(
    "16.2",
    "Tied, and not as wide",
    _check_projected,
    hints=(
        "Copy build_model. The embedding gets `size` dimensions, the LSTM `units`.",
        "After the LSTM comes layers.Dense(size); its output has as many numbers as a row of E.",
        "TiedOutput(embedding, np.log(frequency)) takes any (rows, time, size).",
    ),
    solution="""
def build_projected(rows, size, units):
    read = keras.Input(batch_shape=(rows, None), dtype="int32")
    embedding = layers.Embedding(words, size, keras.initializers.RandomNormal(stddev=size**-0.5))
    x = CarriedLSTM(units, return_sequences=True, stateful=True)(embedding(read))
    x = layers.Dense(size)(x)
    return keras.Model(read, TiedOutput(embedding, np.log(frequency))(x))
""",
    answer_name="build_projected",
    mistakes=(
        """
def build_projected(rows, size, units):
    read = keras.Input(batch_shape=(rows, None), dtype="int32")
    x = layers.Embedding(words, size)(read)
    x = CarriedLSTM(units, return_sequences=True, stateful=True)(x)
    return keras.Model(read, layers.Dense(words)(x))
""",
        """
def build_projected(rows, size, units):
    read = keras.Input(batch_shape=(rows, None), dtype="int32")
    embedding = layers.Embedding(words, size)
    x = CarriedLSTM(size, return_sequences=True, stateful=True)(embedding(read))
    return keras.Model(read, TiedOutput(embedding, np.log(frequency))(x))
""",
        """
def build_projected(rows, size, units):
    read = keras.Input(batch_shape=(rows, None), dtype="int32")
    embedding = layers.Embedding(words, size)
    x = layers.Dense(size)(embedding(read))
    return keras.Model(read, TiedOutput(embedding, np.log(frequency))(x))
""",
        """
def build_projected(rows, size, units):
    read = keras.Input(batch_shape=(rows, None), dtype="int32")
    embedding = layers.Embedding(words, size)
    x = CarriedLSTM(units, return_sequences=True, stateful=True)(embedding(read))
    return keras.Model(read, layers.Dense(size)(x))
""",
    ),
    points=2,
    extra=("train", "valid", "frequency"),
)


def _check_cache(answer, text, words, mixtures) -> str:
    nats = mixtures[0]
    generator = np.random.default_rng(0)
    short = generator.integers(7, size=12)
    shape = np.shape(answer(short, 7))
    wrong_if(
        shape != (12,),
        f"For 12 words give 12 probabilities, those of the words that came; your shape is {shape}.",
    )
    total = sum(np.asarray(answer(np.append(short, w), 7), dtype=float)[-1] for w in range(7))
    wrong_if(
        not np.isfinite(total) or abs(total - 1) > 1e-6,
        f"After twelve codes, the probabilities of the seven codes that may come sum to {total:.3f}"
        "; they must sum to 1.",
    )
    p = np.asarray(answer(text, words), dtype=float)
    wrong_if(not np.all((p >= 0) & (p <= 1)), "Probabilities are between 0 and 1; not all are.")
    other = np.append(text[:500], text[:500][::-1])
    changed = np.asarray(answer(other, words), dtype=float)
    wrong_if(
        not np.allclose(changed[:501], np.asarray(answer(other[:501], words), dtype=float)),
        "A probability changed when later words did: yours looks into the future.",
    )
    half = len(text) // 2  # the weight is chosen on the first half
    weights = np.linspace(0, 0.5, 51)
    losses = [-np.log(w * p + (1 - w) * np.exp(-nats))[:half].mean() for w in weights]
    weight = weights[int(np.argmin(losses))]
    mixed = -np.log(weight * p + (1 - weight) * np.exp(-nats))[half:].mean()
    gain = 100 * (1 - np.exp(mixed - nats[half:].mean()))
    wrong_if(
        gain < 0.5,
        f"It is a model, but with a weight of {weight:.2f} the perplexity falls by {gain:.1f} % "
        "only. Recent words should be likelier than words read long ago.",
    )
    return (
        f"With a weight of {weight:.2f}, chosen on the first half, the perplexity of the second "
        f"half falls by {gain:.1f} %. Can you find a better one? Count pairs of words as well, or "
        "let recent words fade more slowly."
    )


q3 = Exercise(
    "16.3",
    "Words that were read a moment ago",
    _check_cache,
    hints=(
        "Keep an array of counts, one a word. Note the probability of each word before you count "
        "it.",
        "Let counts fade: multiply all of them by 0.99 or so at each word.",
        "Add a small number to every count, so that no probability is zero.",
    ),
    solution="""
def cache(text, words):
    counts, p = np.zeros(words), np.empty(len(text))
    for i, word in enumerate(text):
        p[i] = (counts[word] + 0.01) / (counts.sum() + 0.01 * words)
        counts *= 0.995
        counts[word] += 1
    return p
""",
    answer_name="cache",
    mistakes=(
        """
def cache(text, words):
    counts = np.bincount(text, minlength=words)
    return counts[text] / counts.sum()
""",
        """
def cache(text, words):
    return np.full(len(text), 1 / words)
""",
        """
def cache(text, words):
    counts, p = np.zeros(words), np.empty(len(text))
    for i, word in enumerate(text):
        p[i] = (counts[word] + 0.01) / (counts.sum() + 1)
        counts[word] += 1
    return p
""",
        """
def cache(text, words):
    later = np.bincount(text, minlength=words) + 1.0
    return np.array([(later / later.sum())[w] for w in text])
""",
        """
def cache(text, words):
    return np.full((len(text), words), 1 / words)
""",
    ),
    points=3,
    extra=("test", "words", "mixtures"),
)

EXERCISES = (q1, q2, q3)
