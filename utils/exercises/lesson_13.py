"""Exercises of lesson 13: a parser, a decoder that is reminded, a reversed answer."""

from __future__ import annotations

import re

import numpy as np

from utils.exercises import Exercise, one_per_seed, wrong_if


def _check_parser(answer) -> str:
    from utils.data.number_words import make_number_words

    _, numbers = make_number_words(1, 1_000, seed=0)
    for text, target in zip(numbers.sources, numbers.targets, strict=True):
        own = answer(text)
        wrong_if(str(own) != target, f"{text!r} is {target!r}; your parser returns {own!r}.")
        wrong_if(not isinstance(own, str), f"Return a string, {target!r}; yours is {own!r}.")
    return "All of 1,000 numbers are right. Where the rules are known, write them down."


_PARSER = """
value = {to_words(n): n for n in [*range(1, 20), *range(20, 100, 10)]}


def parse(text):
    total = part = 0
    for word in split_words(text):
        if word == "hundred":
            part = 100 * part
        elif word == "thousand":
            total, part = 1000 * part, 0
        elif word != "and":
            part += value[word]
    return str(total + part)
"""

q1 = Exercise(
    "13.1",
    "A parser",
    _check_parser,
    hints=(
        "split_words(text) gives the words, value[word] the value of each but three of them.",
        "Keep two sums: what belongs to the thousands, and what came since.",
    ),
    solution=_PARSER,
    answer_name="parse",
    mistakes=(
        _PARSER.replace("part = 100 * part", "part += 100"),
        _PARSER.replace("1000 * part, 0", "1000 * part, part"),
        _PARSER.replace("str(total + part)", "total + part"),
        _PARSER.replace("total + part)", "part)"),
    ),
)

_WORDS, _DIGITS, _UNITS, _LONGEST, _STEPS = 30, 13, 32, 6, 4


def _check_reminded(answer) -> str:
    import keras

    keras.utils.set_random_seed(0)
    model = answer(_WORDS, _DIGITS, _UNITS, _LONGEST, _STEPS)
    wrong_if(
        not isinstance(model, keras.Model) or len(model.inputs) != 2,
        "Return a keras.Model with two inputs, the words and the digits so far.",
    )
    generator = np.random.default_rng(0)
    x = generator.integers(_WORDS, size=(2, _LONGEST))
    given = generator.integers(_DIGITS, size=(2, _STEPS))

    def run(x, given):
        return np.asarray(model.predict_on_batch([x.astype("int32"), given.astype("int32")]))

    logits = run(x, given)
    wrong_if(
        logits.shape != (2, _STEPS, _DIGITS),
        f"For (2, {_LONGEST}) words and (2, {_STEPS}) digits the logits must be "
        f"{(2, _STEPS, _DIGITS)}; yours are {logits.shape}.",
    )
    wrong_if(
        np.allclose(logits.sum(axis=-1), 1, atol=1e-4),
        "These are probabilities. Leave the softmax out: the loss takes logits.",
    )
    other = given.copy()
    other[:, 2:] = (other[:, 2:] + 1) % _DIGITS
    wrong_if(
        not np.allclose(run(x, other)[:, :2], logits[:, :2], atol=1e-5),
        "The first two steps change with later digits: the decoder must not look ahead.",
    )
    wrong_if(
        np.allclose(run((x + 1) % _WORDS, given)[:, 0], logits[:, 0], atol=1e-6),
        "The logits do not depend on the words.",
    )
    decoders = [
        layer
        for layer in model.layers
        if isinstance(layer, keras.layers.LSTM) and layer.return_sequences
    ]
    wrong_if(not decoders, "The decoder is an LSTM with return_sequences=True.")
    decoder = decoders[-1]
    wrong_if(
        decoder.cell.kernel.shape[0] <= _UNITS,
        "The decoder's input at each step must hold the embedding of a digit and also h of the "
        "encoder; yours is too narrow for both.",
    )
    wrong_if(
        len(decoder.input if isinstance(decoder.input, list) else [0]) > 1,
        "Your decoder starts from the encoder's states. Let it start from zeros: call it with "
        "its input only.",
    )
    accuracy = _train_on_small_numbers(model)
    wrong_if(accuracy < 0.9, f"Trained, it got {accuracy:.0%} of the tokens right.")
    return (
        f"Trained for a few seconds it got {accuracy:.0%} of the tokens of unseen numbers right, "
        "teacher-forced. The decoder started from zeros and was told at every step."
    )


def _train_on_small_numbers(model) -> float:
    """Share of the tokens right, teacher-forced, on unseen numbers up to 999."""
    import keras

    from utils.data.number_words import make_number_words

    train, test = make_number_words(768, 192, largest=999, language="en", seed=0)
    rows = [re.findall(r"\w+", text)[::-1] for text in train.sources + test.sources]
    code = {word: i for i, word in enumerate(sorted({word for row in rows for word in row}), 1)}
    x = np.array([[0] * (_LONGEST - len(row)) + [code[word] for word in row] for row in rows])
    targets = train.targets + test.targets
    y = np.array([[10, *map(int, t)] + [11] * (_STEPS - len(t)) for t in targets])
    x, given, wanted = (a.astype("int32") for a in (x, y[:, :-1], y[:, 1:]))
    model.compile(
        keras.optimizers.Adam(0.02, global_clipnorm=1.0),
        keras.losses.SparseCategoricalCrossentropy(from_logits=True),
        steps_per_execution=12,
    )
    n = len(train.sources)
    model.fit([x[:n], given[:n]], wanted[:n], batch_size=64, epochs=25, verbose=0)
    logits = np.asarray(model.predict_on_batch([x[n:], given[n:]]))
    counted = np.cumsum(wanted[n:] == 11, axis=1) <= 1  # digits and the first end
    return float((logits.argmax(axis=-1) == wanted[n:])[counted].mean())


_REMINDED = """
def build_reminded(words, digits, units, longest, steps):
    source = keras.Input((longest,), dtype="int32")
    given = keras.Input((steps,), dtype="int32")
    h = layers.LSTM(units)(layers.Embedding(words, units)(source))
    read = layers.Embedding(digits, units)(given)
    both = layers.Concatenate()([read, layers.RepeatVector(steps)(h)])
    states = layers.LSTM(units, return_sequences=True)(both)
    return keras.Model([source, given], layers.Dense(digits)(states))
"""

q2 = Exercise(
    "13.2",
    "A decoder that is reminded",
    _check_reminded,
    hints=(
        "layers.RepeatVector(steps)(h) turns (batch, units) into (batch, steps, units).",
        "Concatenate the embedded digits and the repeated h along the last axis.",
        "The decoder is called with that and no initial_state; then comes a dense layer.",
    ),
    solution=_REMINDED,
    answer_name="build_reminded",
    mistakes=(
        _REMINDED.replace("layers.Dense(digits)", 'layers.Dense(digits, activation="softmax")'),
        _REMINDED.replace("(both)", "(read)"),
        _REMINDED.replace(
            "layers.LSTM(units, return_sequences=True)(both)",
            "layers.Bidirectional(layers.LSTM(units, return_sequences=True))(both)",
        ),
        _REMINDED.replace("(both)", "(read, initial_state=[h, h])"),
        _REMINDED.replace("(both)", "(both, initial_state=[h, h])"),
        _REMINDED.replace(", return_sequences=True", ""),
    ),
    points=2,
)


def _check_differences(answer, seeds) -> str:
    values = one_per_seed(answer, seeds)
    wrong_if(
        np.abs(values).max() > 100, "Exact match is at most 100 %, so no difference can be larger."
    )
    wrong_if(
        np.abs(values).max() > 50,
        "More than half of the numbers lost or won: do you compare answers that are still "
        "reversed with targets that are not?",
    )
    each = ", ".join(f"{value:+.1f}" for value in values)
    if values.min() > 0:
        return (
            f"{each} points: it helps from every seed. The last words read are the first digits "
            "written, as with a reversed source, so either of the two may be turned."
        )
    return f"{each} points: no gain from every seed. Would more seeds agree?"


q3 = Exercise(
    "13.3",
    "The answer reversed",
    _check_differences,
    hints=(
        "y_reversed is digits.encode([text[::-1] for text in train.targets], 8, start=True, "
        "end=True).",
        "fit(seed, x, y_reversed) trains; write(parts, x_test)[0] gives the answers.",
        "Turn the answers round before you compare them: [text[::-1] for text in ...].",
    ),
    solution="""
y_reversed = digits.encode([t[::-1] for t in train.targets], 8, start=True, end=True)
turned = []
for seed in seeds:
    fit(seed, x, y_reversed)
    turned.append(per_cent([text[::-1] for text in write(parts, x_test)[0]]))
my_differences = np.subtract(turned, exact["forward"])
""",
    answer_name="my_differences",
    mistakes=(
        "my_differences = 0.6",
        "my_differences = [0.6]",
        "my_differences = [float('nan')] * len(seeds)",
        "my_differences = [-140.0] * len(seeds)",
        "my_differences = [-97.0] * len(seeds)",
    ),
    points=3,
    extra=("seeds",),
)

EXERCISES = (q1, q2, q3)
