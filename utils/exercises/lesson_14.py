"""Exercises of lesson 14: attention weights, a scaled score that is trained, reversal."""

from __future__ import annotations

import numpy as np

from utils.exercises import Exercise, one_per_seed, wrong_if


def _check_weights(answer) -> str:
    given = np.asarray(answer, dtype=float).ravel()
    wrong_if(given.size != 4, f"Give four weights, padding included; you gave {given.size}.")
    scores = np.array([2.0, 1.0, 0.0, 5.0])
    unmasked = np.exp(scores) / np.exp(scores).sum()
    wrong_if(
        np.allclose(given, unmasked, atol=0.006),
        "This is the softmax without a mask: nearly all of the weight lies on padding.",
    )
    zeroed = np.exp([2.0, 1.0, 0.0, 0.0])
    wrong_if(
        np.allclose(given, zeroed / zeroed.sum(), atol=0.006),
        "You set the score of the padding to 0; but exp(0) is 1, so it still gets weight. What "
        "score has an exponential of zero?",
    )
    wrong_if(
        np.allclose(given, unmasked * [1, 1, 1, 0], atol=0.003),
        "You set the weight of the padding to 0 after the softmax: the others sum to far less "
        "than 1, and the context shrinks. Mask before the softmax.",
    )
    wrong_if(given[3] != 0, "The weight on padding must be exactly 0.")
    wrong_if(abs(given.sum() - 1) > 0.02, f"Weights sum to 1; yours sum to {given.sum():.3f}.")
    right = np.exp(scores[:3]) / np.exp(scores[:3]).sum()
    wrong_if(
        not np.allclose(given[:3], right, atol=0.006),
        "They sum to 1 and padding has none, but the rest is not the softmax of 2, 1, 0.",
    )
    return (
        "Each score one higher weighs e times as much: 0.665, 0.245, 0.090. The 5 of the padding "
        "does not matter, whatever it is."
    )


q1 = Exercise(
    "14.1",
    "Weights by hand",
    _check_weights,
    hints=(
        "Padding takes no part at all: leave it out, then take the softmax of the others.",
        "e**2, e**1 and e**0, each divided by their sum; then a 0 for the padding.",
    ),
    solution="""
scores = np.array([2.0, 1.0, 0.0, 5.0])
scores[3] = -1e9
answer_1 = np.exp(scores) / np.exp(scores).sum()
""",
    answer_name="answer_1",
    mistakes=(
        "answer_1 = np.exp([2, 1, 0, 5]) / np.exp([2, 1, 0, 5]).sum()",
        "answer_1 = np.exp([2, 1, 0, 0]) / np.exp([2, 1, 0, 0]).sum()",
        "answer_1 = np.exp([2, 1, 0, 5]) / np.exp([2, 1, 0, 5]).sum() * [1, 1, 1, 0]",
        "answer_1 = [0.665, 0.245, 0.09]",
        "answer_1 = [2 / 3, 1 / 3, 0, 0]",
    ),
)


def _check_attend(answer) -> str:
    from keras import ops

    generator = np.random.default_rng(3)
    query, memory, keys = (
        generator.normal(size=(2, steps, size)).astype("float32")
        for steps, size in ((3, 9), (5, 4), (5, 9))
    )
    mask = np.array([[True] * 5, [True] * 3 + [False] * 2])
    result = answer(*map(ops.convert_to_tensor, (query, memory, keys, mask)))
    wrong_if(
        not isinstance(result, tuple | list) or len(result) != 2,
        "Return two things: the context and the weights.",
    )
    context, weights = map(ops.convert_to_numpy, result)
    wrong_if(
        weights.shape != (2, 3, 5),
        f"For 3 queries and 5 keys the weights must be (2, 3, 5); yours are {weights.shape}.",
    )
    products = query @ keys.transpose(0, 2, 1)

    def softmax(scores, mask=mask):
        positive = np.exp(scores) * mask[:, None]
        return positive / positive.sum(axis=-1, keepdims=True)

    right = softmax(products / 3)
    wrong_if(
        np.allclose(weights, softmax(products / 3, np.ones_like(mask)), atol=1e-4),
        "You did not use the mask: padding gets weight.",
    )
    wrong_if(
        np.allclose(weights, softmax(products), atol=1e-4),
        "The products are right; divide them by the square root of the size of a key.",
    )
    wrong_if(
        np.allclose(weights, softmax(products / 9), atol=1e-4),
        "You divide by the size of a key; take its square root.",
    )
    wrong_if(not np.allclose(weights, right, atol=1e-4), "The shape is right, the values are not.")
    wrong_if(
        context.shape != (2, 3, 4) or not np.allclose(context, right @ memory, atol=1e-4),
        "The weights are right. The context is their matrix product with the memory.",
    )
    accuracy = _train_to_reverse(answer)
    wrong_if(accuracy < 0.9, f"Trained with it, a network got {accuracy:.0%} of the tokens right.")
    return (
        f"A network trained with it learned to write ten characters backwards ({accuracy:.0%} of "
        "the characters right), and it holds nothing recurrent: its queries are positions."
    )


def _train_to_reverse(attend) -> float:
    """Train a network without recurrence to write its source backwards; accuracy on new ones."""
    import keras
    from keras import layers, ops

    class Attend(keras.layers.Layer):
        def call(self, query, memory, keys):
            return attend(query, memory, keys, ops.ones(ops.shape(keys)[:2], "bool"))[0]

    keras.utils.set_random_seed(0)
    length, units, tokens = 10, 32, 12
    generator = np.random.default_rng(0)
    x = generator.integers(tokens, size=(3200, length))
    where = np.broadcast_to(np.arange(length), x.shape)
    source, place = keras.Input((length,), dtype="int32"), keras.Input((length,), dtype="int32")
    memory = layers.Embedding(tokens, units)(source)
    keys = layers.Embedding(length, units, embeddings_initializer="glorot_normal")(place)
    query = layers.Embedding(length, units, embeddings_initializer="glorot_normal")(place)
    context = Attend()(query, memory, keys)
    model = keras.Model([source, place], layers.Dense(tokens)(context))
    model.compile(
        keras.optimizers.Adam(0.02),
        keras.losses.SparseCategoricalCrossentropy(from_logits=True),
        metrics=["accuracy"],
        steps_per_execution=20,
    )
    x, new = x[:2560], x[2560:]
    model.fit([x, where[: len(x)]], x[:, ::-1], batch_size=64, epochs=5, verbose=0)
    data = [new, where[: len(new)]], new[:, ::-1]
    return float(model.evaluate(*data, batch_size=320, verbose=0)[1])


q2 = Exercise(
    "14.2",
    "Scaled dot products",
    _check_attend,
    hints=(
        "scores = ops.matmul(query, ops.swapaxes(keys, 1, 2)) has shape (batch, queries, keys).",
        "Divide by keys.shape[-1] ** 0.5, then ops.where(mask[:, None], scores, -1e9).",
        "weights = ops.softmax(scores, axis=-1); the context is ops.matmul(weights, memory).",
    ),
    solution="""
def attend(query, memory, keys, mask):
    scores = ops.matmul(query, ops.swapaxes(keys, 1, 2)) / keys.shape[-1] ** 0.5
    weights = ops.softmax(ops.where(mask[:, None], scores, -1e9), axis=-1)
    return ops.matmul(weights, memory), weights
""",
    answer_name="attend",
    mistakes=(
        """
def attend(query, memory, keys, mask):
    weights = ops.softmax(ops.matmul(query, ops.swapaxes(keys, 1, 2)) / keys.shape[-1] ** 0.5)
    return ops.matmul(weights, memory), weights
""",
        """
def attend(query, memory, keys, mask):
    scores = ops.matmul(query, ops.swapaxes(keys, 1, 2))
    weights = ops.softmax(ops.where(mask[:, None], scores, -1e9), axis=-1)
    return ops.matmul(weights, memory), weights
""",
        """
def attend(query, memory, keys, mask):
    scores = ops.matmul(query, ops.swapaxes(keys, 1, 2)) / keys.shape[-1]
    weights = ops.softmax(ops.where(mask[:, None], scores, -1e9), axis=-1)
    return ops.matmul(weights, memory), weights
""",
        """
def attend(query, memory, keys, mask):
    scores = ops.matmul(query, ops.swapaxes(keys, 1, 2)) / keys.shape[-1] ** 0.5
    weights = ops.softmax(ops.where(mask[:, None], scores, -1e9), axis=-1)
    return weights
""",
        """
def attend(query, memory, keys, mask):
    scores = ops.matmul(query, ops.swapaxes(keys, 1, 2)) / keys.shape[-1] ** 0.5
    weights = ops.softmax(ops.where(mask[:, None], scores, -1e9), axis=1)
    return ops.matmul(weights, memory), weights
""",
    ),
    points=2,
)


def _check_differences(answer, seeds) -> str:
    values = one_per_seed(answer, seeds[:2])
    wrong_if(
        np.abs(values).max() > 100, "Exact match is at most 100 %, so no difference can be larger."
    )
    wrong_if(
        values.min() > 30,
        "Did you subtract reversed from forward? Reversed minus forward is asked for.",
    )
    each = ", ".join(f"{value:+.1f}" for value in values)
    if values.max() < 0:
        return (
            f"{each} points: reversing hurts. Most sources end with the year and the answer begins "
            "with it, so forward they are close already. In translation beginnings belong "
            "together, and reversing brings them close."
        )
    return f"{each} points: no loss from every seed. Would two more seeds agree?"


q3 = Exercise(
    "14.3",
    "The source reversed",
    _check_differences,
    hints=(
        "An encoder like build_encoder, with layers.LSTM(units, return_sequences=True, "
        "return_state=True), whose outputs are memory, h and c. Name it 'encoder'.",
        "build_model(attend=None, epochs=2, encoder=...) makes the network. Reversed sources are "
        "read_tokens.encode([text[::-1] for text in train.sources], longest).",
        "write(model, ...)[0] gives answers; exact_match compares them with test.targets.",
    ),
    solution="""
def one_direction():
    source = keras.Input((None,), dtype="int32")
    letters = layers.Embedding(len(read_tokens), embedding)(source)
    mask = ops.not_equal(source, PAD)
    lstm = layers.LSTM(units, return_sequences=True, return_state=True)
    memory, h, c = lstm(letters, mask=mask)
    memory = ops.where(mask[..., None], memory, 0.0)
    return keras.Model(source, [memory, h, c], name="encoder")


def build_one():
    return build_model(attend=None, epochs=2, encoder=one_direction)


back, test_back = (
    read_tokens.encode([text[::-1] for text in rows.sources], longest) for rows in (train, test)
)
right = {}
for name, own, own_test in (("forward", x, x_test), ("reversed", back, test_back)):
    right[name] = []
    for _, model in over_seeds(build_one, seeds[:2]):
        model.fit([own, y[:, :-1]], y[:, 1:], batch_size=batch_size, epochs=2, verbose=0)
        answers, _ = write(model, own_test[:500])
        right[name].append(100 * exact_match(answers, test.targets[:500]).mean())
my_differences = np.subtract(right["reversed"], right["forward"])
""",
    answer_name="my_differences",
    mistakes=(
        "my_differences = -20.0",
        "my_differences = [-20.0]",
        "my_differences = [-20.0, float('nan')]",
        "my_differences = [-220.0, -120.0]",
        "my_differences = [38.0, 41.0]",
    ),
    points=3,
    extra=("seeds",),
)

EXERCISES = (q1, q2, q3)
