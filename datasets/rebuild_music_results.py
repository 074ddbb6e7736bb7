"""Measure lesson 19's models on the JSB chorales, or train the network that composes.

Run from the project's folder (processor time on two shared cores in brackets):

    python datasets/rebuild_music_results.py             the table of results [6 minutes]
    python datasets/rebuild_music_results.py --compose   weights, on music21's chorales [2 minutes]

All settings were chosen on the validation pieces. All scores are nats per frame, summed over the
notes of a frame, means over all frames but the first of each piece.
"""

import argparse
import resource
from pathlib import Path

import keras
import numpy as np
import pandas as pd
from keras import layers, ops
from scipy.special import log_softmax

from utils import session
from utils.data.chorales import load_chorales
from utils.music import SLOTS, note_arrays, symbols_of
from utils.text.ngrams import NGramModel, longest_order
from utils.training import over_seeds

FOLDER = Path(__file__).parent
LENGTH, BATCH_SIZE = 40, 16  # frames that are trained together
SEEDS, LONG_SEEDS = (0, 1), (0,)
RUNS = {  # units, dropout after the LSTM, in the chooser; highest learning rate; epochs
    "short": (150, 0.4, 0.0, 0.02, 10),
    "long": (150, 0.4, 0.3, 0.015, 40),
}


def build_reader(units: int, dropout: float) -> keras.Model:
    """Frames before (batch, time, 88) to what is known of them (batch, time, units + 88)."""
    past = keras.Input((None, 88))
    wide = keras.initializers.RandomNormal(stddev=0.3)  # four of the 88 inputs are 1
    x = layers.Dropout(dropout / 2)(past)
    x = layers.LSTM(units, kernel_initializer=wide, return_sequences=True)(x)
    x = layers.Dropout(dropout)(x)
    return keras.Model(past, layers.Concatenate()([x, past]), name="reader")


def build_chooser(units: int, dropout: float) -> keras.Model:
    """State (batch, time, units + 88), notes below (batch, time, 5) to logits (..., 5, 89)."""
    state, below = keras.Input((None, units + 88)), keras.Input((None, SLOTS), dtype="int32")
    wide = keras.initializers.RandomNormal(stddev=0.5)
    heard = ops.cumsum(layers.Embedding(89, units, wide)(below), axis=2)
    x = layers.Dense(units)(state)[:, :, None] + heard
    x = layers.Dropout(dropout)(layers.Activation("relu")(x))
    logits = layers.Dense(89)(x)
    keys = np.arange(89)
    impossible = ops.logical_and(below[..., None] >= keys, keys > 0)  # not above the last one
    return keras.Model([state, below], ops.where(impossible, -1e9, logits), name="chooser")


def compiled(model, loss, rate, steps, per_call) -> keras.Model:
    """The model, compiled; the learning rate falls from `rate` along a cosine."""
    schedule = keras.optimizers.schedules.CosineDecay(rate, steps)
    optimizer = keras.optimizers.Adam(schedule, global_clipnorm=1.0)
    model.compile(optimizer, loss, steps_per_execution=per_call, jit_compile=False)
    return model


def build_model(units, dropout, choosing, rate, steps, per_call) -> keras.Model:
    """Note by note, compiled."""
    past, below = keras.Input((None, 88)), keras.Input((None, SLOTS), dtype="int32")
    logits = build_chooser(units, choosing)([build_reader(units, dropout)(past), below])
    model = keras.Model([past, below], logits)
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    return compiled(model, loss, rate, steps, per_call)


def build_at_once(units, dropout, rate, steps, per_call) -> keras.Model:
    """All keys of a frame at once, each on its own: logits (batch, time, 88)."""
    past = keras.Input((None, 88))
    if units:
        logits = layers.Dense(88)(build_reader(units, dropout)(past))
    else:  # logistic regression on the last frames
        decay = keras.regularizers.L2(1e-6)
        x = layers.Dropout(dropout)(past)
        logits = layers.Conv1D(88, 4, padding="causal", kernel_regularizer=decay)(x)
    model = keras.Model(past, logits)
    loss = keras.losses.BinaryCrossentropy(from_logits=True)
    return compiled(model, loss, rate, steps, per_call)


def key_nats(model, data: dict[str, np.ndarray]) -> float:
    """Mean nats of the scored frames, all keys at once: the sum over 88 independent ones."""
    logits = model.predict(data["past"], batch_size=len(data["past"]), verbose=0)
    nats = (np.logaddexp(0, logits) - data["roll"] * logits).sum(axis=-1)
    return float(nats[data["score"][..., 0]].mean())


def note_nats(model, data: dict[str, np.ndarray]) -> float:
    """Mean nats of the scored frames, note by note."""
    inputs = [data["past"], data["below"]]
    logits = log_softmax(model.predict(inputs, batch_size=len(inputs[0]), verbose=0), axis=-1)
    nats = -np.take_along_axis(logits, data["notes"][..., None], axis=-1)[..., 0]
    return float(nats[data["score"]].sum() / data["score"][..., 0].sum())


def cpu() -> float:
    """Seconds of processor time so far."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_utime


def train(rolls, build, epochs, seeds, targets):
    """Yield seed, trained model and the seconds that its training took."""
    data = note_arrays(rolls, LENGTH)
    batches = -(-len(data["past"]) // BATCH_SIZE)
    # Equal batches: a few parts of pieces are in them twice.
    rows = np.resize(np.random.default_rng(0).permutation(len(data["past"])), batches * BATCH_SIZE)
    data = {name: values[rows] for name, values in data.items()}
    per_call = max(k for k in range(1, 31) if batches % k == 0)
    for seed, model in over_seeds(lambda: build(epochs * batches, per_call), seeds):
        before = cpu()
        if targets == "notes":
            inputs, weights = [data["past"], data["below"]], data["train"].astype("float32")
        else:
            inputs, weights = data["past"], data["train"][..., 0].astype("float32")
        model.fit(
            inputs, data[targets], sample_weight=weights, batch_size=BATCH_SIZE, epochs=epochs,
            verbose=0,
        )  # fmt: skip
        yield seed, model, cpu() - before


def counted(rolls: dict) -> list[dict]:
    """Marginal, note-wise Markov chain and Kneser-Ney counts of notes in rising order."""
    rows = []
    frames = np.concatenate(rolls["train"])
    old = np.concatenate([roll[:-1] for roll in rolls["train"]])
    new = np.concatenate([roll[1:] for roll in rolls["train"]])
    marginal = (frames.sum(axis=0) + 0.5) / (len(frames) + 1)
    chain = [
        ((new * (old == v)).sum(axis=0) + 0.5 * 2 * marginal) / ((old == v).sum(axis=0) + 1)
        for v in (0, 1)
    ]
    codes = np.concatenate([symbols_of(roll) for roll in rolls["train"]])
    models = {k: NGramModel(codes, 89, k) for k in range(2, longest_order(89) + 1)}
    for part in ("valid", "test"):
        before = np.concatenate([roll[:-1] for roll in rolls[part]])
        after = np.concatenate([roll[1:] for roll in rolls[part]])
        for name, p in (
            ("marginal", np.broadcast_to(marginal, after.shape)),
            ("Markov chain of each note", np.where(before, chain[1], chain[0])),
        ):
            nats = -np.log(np.where(after, p, 1 - p)).sum(axis=1).mean()
            rows.append({"model": name, "part": part, "nats": nats})
        for k, model in models.items():
            nats = sum(-model.log_probabilities(*later(roll)).sum() for roll in rolls[part])
            nats /= len(after)
            rows.append({"model": f"Kneser-Ney {k}-gram", "part": part, "nats": nats})
    return rows


def later(roll: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The symbols of all frames but the first, and those before them."""
    symbols = symbols_of(roll)[:-1]
    first = int(np.flatnonzero(symbols == 0)[0]) + 1
    return symbols[first:], symbols[:first]


def choose_rate(rolls: list[np.ndarray], valid: dict[str, np.ndarray]) -> float:
    """The highest learning rate of the logistic regression, on the validation pieces."""
    found = {}
    for rate in (0.01, 0.02, 0.05, 0.1):
        build = lambda *size, r=rate: build_at_once(0, 0.1, r, *size)  # noqa: E731
        for _, model, _ in train(rolls, build, 30, [1000], "roll"):
            found[rate] = key_nats(model, valid)
    print({rate: round(nats, 3) for rate, nats in found.items()}, flush=True)
    return min(found, key=found.get)


def record() -> None:
    """The table."""
    rolls = load_chorales("jsb")
    parts = {part: note_arrays(rolls[part], 200) for part in ("valid", "test")}
    rows = counted(rolls)
    for name, settings, epochs in (
        ("logistic regression", (0, 0.1, choose_rate(rolls["train"], parts["valid"])), 30),
        ("LSTM, keys at once", (150, 0.4, 0.012), 20),
    ):
        build = lambda *size, s=settings: build_at_once(*s, *size)  # noqa: E731
        for seed, model, seconds in train(rolls["train"], build, epochs, SEEDS, "roll"):
            for part, data in parts.items():
                row = {"model": name, "units": settings[0] or None, "epochs": epochs, "seed": seed}
                row |= {"part": part, "nats": key_nats(model, data), "seconds": seconds}
                rows.append(row)
            print(rows[-2:], flush=True)
    for name, (*settings, epochs) in RUNS.items():
        build = lambda *size, s=settings: build_model(*s, *size)  # noqa: E731
        seeds = LONG_SEEDS if name == "long" else SEEDS
        for seed, model, seconds in train(rolls["train"], build, epochs, seeds, "notes"):
            for part, data in parts.items():
                row = {"model": f"LSTM, note by note, {name}", "units": settings[0]}
                row |= {"epochs": epochs, "seed": seed, "part": part}
                rows.append(row | {"nats": note_nats(model, data), "seconds": seconds})
            print(rows[-2:], flush=True)
    table = pd.DataFrame(rows)
    table["nats"], table["seconds"] = table["nats"].round(3), table["seconds"].round()
    table.convert_dtypes().to_csv(FOLDER / "music_results.csv", index=False)


def compose() -> None:
    """The weights of a long run on the chorales of music21."""
    rolls = load_chorales("music21")
    *settings, epochs = RUNS["long"]
    build = lambda *size: build_model(*settings, *size)  # noqa: E731
    for _, model, seconds in train(rolls["train"], build, epochs, [0], "notes"):
        weights = [np.asarray(v, "float16") for v in model.trainable_variables]
        for variable, value in zip(model.trainable_variables, weights, strict=True):
            variable.assign(value.astype("float32"))
        scores = {
            part: note_nats(model, note_arrays(rolls[part], 200)) for part in ("valid", "test")
        }
        print({part: round(nats, 3) for part, nats in scores.items()}, f"{seconds:.0f} s")
        np.savez_compressed(
            FOLDER / "music_weights.npz", **{f"weight_{i}": w for i, w in enumerate(weights)}
        )


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--compose", action="store_true")
    session.start(0)
    compose() if parser.parse_args().compose else record()
