"""Exercises of lesson 15, a network that writes one character at a time."""

from __future__ import annotations

import numpy as np

from utils.exercises import Exercise, wrong_if


def _check_bytes(answer) -> str:
    bits = 1.5 * 1_000_000 / np.log(2)
    wrong_if(abs(answer - bits) < 20, "Those are bits; a byte has eight of them.")
    wrong_if(abs(answer - 187_500) < 20, "Nats are not bits: one nat is 1 / ln 2 bits.")
    wrong_if(
        abs(answer - 1_500_000 * np.log(2) / 8) < 20,
        "You multiplied by ln 2. A nat is more than a bit, so the number of bits is larger.",
    )
    wrong_if(
        abs(answer - bits / 8) > 500,
        "Go from nats to bits for one character, then to a million characters, then to bytes.",
    )
    return (
        "1.5 / ln 2 = 2.164 bits a character, 270,505 bytes in all. With arithmetic coding, a "
        "model that predicts is a compressor; this text shrinks to about 27 % of its bytes."
    )


q1 = Exercise(
    "15.1",
    "From nats to bytes",
    _check_bytes,
    hints=(
        "Cross-entropy is the average length of an ideal code for one character, in nats.",
        "One nat is 1 / ln 2 = 1.4427 bits; eight bits are a byte.",
    ),
    solution="bytes_needed = 1.5 / np.log(2) * 1_000_000 / 8",
    answer_name="bytes_needed",
    mistakes=(
        "bytes_needed = 1.5 / np.log(2) * 1_000_000",
        "bytes_needed = 1.5 * 1_000_000 / 8",
        "bytes_needed = 1.5 * np.log(2) * 1_000_000 / 8",
        "bytes_needed = 1_000_000",
    ),
)

_READ = 60_000  # characters that the window network is trained on


def _check_window(answer, train, valid) -> str:
    import keras

    symbols = int(max(train.max(), valid.max())) + 1
    keras.utils.set_random_seed(0)
    model = answer(symbols)
    wrong_if(not isinstance(model, keras.Model), "The function should return a Keras model.")
    codes = np.array(valid[None, :40])

    def logits(changed=None):
        read = codes.copy()
        if changed is not None:
            read[0, changed] = (read[0, changed] + 1) % symbols
        return np.asarray(model.predict_on_batch(read))

    before = logits()
    wrong_if(
        before.shape != (1, 40, symbols),
        f"For codes of shape (1, 40) the output has shape {before.shape}; it should be "
        f"(1, 40, {symbols}), logits for every place.",
    )

    def moved(changed):
        return np.flatnonzero(np.abs(logits(changed) - before).max(axis=(0, 2)) > 1e-6)

    reached = moved(20)
    wrong_if(
        reached.size and reached[0] < 20,
        "A character changes the logits of places before it, so the network sees its targets. "
        'Use padding="causal".',
    )
    wrong_if(
        reached.size and reached[-1] > 27,
        f"A character still changes the logits {reached[-1] - 20} places later; the eight last "
        "characters, the current one included, reach 7 places.",
    )
    wrong_if(
        not np.array_equal(reached, np.arange(20, 28)),
        f"A character changes the logits of {reached.size} places; it should be the next 8, its "
        "own included.",
    )
    inputs, targets = (train[i : i + _READ].reshape(-1, 100) for i in (0, 1))
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(keras.optimizers.Adam(0.005), loss)
    model.fit(inputs, targets, batch_size=8, epochs=2, verbose=0)
    nats = model.evaluate(valid[None, :20_000], valid[None, 1:20_001], verbose=0)
    pairs = np.full((symbols, symbols), 0.1)
    np.add.at(pairs, (train[:_READ], train[1 : _READ + 1]), 1)
    table = pairs / pairs.sum(axis=1, keepdims=True)
    counted = -np.log(table[valid[:20_000], valid[1:20_001]]).mean()
    wrong_if(
        not nats < counted - 0.1,
        f"Trained on {_READ:,} characters it needs {nats:.2f} nats, and counted pairs of the same "
        f"text need {counted:.2f}. Is there a nonlinear layer, and does the output have none?",
    )
    return (
        f"Trained on {_READ:,} characters it needs {nats:.2f} nats where counted pairs of the "
        f"same text need {counted:.2f}. A window of eight goes a long way in code."
    )


q2 = Exercise(
    "15.2",
    "Eight characters and no memory",
    _check_window,
    hints=(
        "An embedding, a convolution over time, and a Dense layer without activation.",
        'keras.layers.Conv1D(128, 8, padding="causal", activation="relu") sees eight places.',
    ),
    solution="""
def build_window_model(symbols):
    return keras.Sequential(
        [
            keras.Input((None,), dtype="int32"),
            keras.layers.Embedding(symbols, 32),
            keras.layers.Conv1D(128, 8, padding="causal", activation="relu"),
            keras.layers.Dense(symbols),
        ]
    )
""",
    answer_name="build_window_model",
    mistakes=tuple(
        "def build_window_model(symbols):\n"
        '    return keras.Sequential([keras.Input((None,), dtype="int32"), '
        f"keras.layers.Embedding(symbols, 8), {layers}])"
        for layers in (
            'keras.layers.Conv1D(symbols, 8, padding="same")',
            'keras.layers.Conv1D(symbols, 3, padding="causal")',
            "keras.layers.LSTM(symbols, return_sequences=True)",
            "keras.layers.LSTM(symbols)",
        )
    ),
    points=2,
    extra=("train", "valid"),
)


def _check_mixture(answer, network, counts) -> str:
    middle = len(network) // 2
    early, late = (network[:middle], counts[:middle]), (network[middle:], counts[middle:])
    nats = answer(early[0].copy(), early[1].copy(), late[0].copy(), late[1].copy())
    wrong_if(nats is None, "The function returns nothing; end it with return.")
    nats = np.asarray(nats, dtype=float)
    wrong_if(
        nats.shape != late[0].shape,
        f"The result has shape {nats.shape}; one value for each later character is "
        f"{late[0].shape}.",
    )
    apart = np.abs(late[0] - late[1]) > 0.01
    wrong_if(
        np.any(nats < np.minimum(*late) - 1e-6) or np.allclose(nats[apart], np.min(late, 0)[apart]),
        "You took the better model at each character, after seeing which one it was. A forecast "
        "has to choose before.",
    )
    wrong_if(
        np.allclose(nats, np.mean(late, axis=0)),
        "That is the mean of the nats, the geometric mean of the probabilities, and those do not "
        "sum to one over the symbols. Mix the probabilities.",
    )
    best = min(late[0].mean(), late[1].mean())
    wrong_if(
        not nats.mean() < best - 0.005,
        f"The mixture needs {nats.mean():.3f} nats on the later text; the better model alone "
        f"needs {best:.3f}.",
    )
    return (
        f"{nats.mean():.3f} nats on the later text, where the better model alone needs "
        f"{best:.3f}. They err at different places. What else could the weight depend on?"
    )


q3 = Exercise(
    "15.3",
    "Network and counts together",
    _check_mixture,
    hints=(
        "np.exp(-network) is the probability that the network gave to the character that came.",
        "w * p_network + (1 - w) * p_counts sums to one for every w between 0 and 1.",
        "Try eleven values of w on the earlier text and keep the best one for the later text.",
    ),
    solution="""
def mixture(network, counts, network_later, counts_later):
    def nats(weight, network, counts):
        return -np.log(weight * np.exp(-network) + (1 - weight) * np.exp(-counts))

    best = min(np.linspace(0, 1, 11), key=lambda w: nats(w, network, counts).mean())
    return nats(best, network_later, counts_later)
""",
    answer_name="mixture",
    mistakes=tuple(
        f"def mixture(network, counts, network_later, counts_later):\n    return {result}"
        for result in (
            "np.minimum(network_later, counts_later)",
            "(network_later + counts_later) / 2",
            "network_later",
            "network_later.mean()",
        )
    ),
    points=3,
    extra=("long_nats", "counted_nats"),
)

EXERCISES = (q1, q2, q3)
