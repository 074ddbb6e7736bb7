"""Train the networks of lesson 15 that take longer than a lesson, and save their weights.

Run from the project's folder, for about ten and fifteen minutes on two cores:

    python datasets/rebuild_char_weights.py keras
    python datasets/rebuild_char_weights.py shakespeare

Writes ``char_keras.npz`` or ``char_shakespeare.npz``: the characters of the text in the order of
their codes, and the weights as float16 in the order of ``model.trainable_variables``. The run on
tiny Shakespeare also replaces its rows in ``shakespeare_results.csv``.
"""

import argparse
import math
import resource
from pathlib import Path

import keras
import numpy as np
import pandas as pd
from scipy.special import logsumexp

from utils import session
from utils.data.corpora import load_corpus
from utils.text.batches import evaluation_streams, stateful_batches
from utils.text.tokenizer import Vocabulary

FOLDER = Path(__file__).parent
UNITS, EMBEDDING, BATCH_SIZE, LENGTH = 448, 64, 16, 64
STEPS = {"keras": 3000, "shakespeare": 5000}  # 3.07 and 5.12 million characters
STEPS_A_PART = 500  # between two scores
LEARNING_RATE, WARM_UP = 0.005, 0.05
STREAMS, CONTEXT = 64, 256


def build_model(symbols: int, batch_size: int) -> keras.Model:
    """Logits of the next character, (batch_size, time, symbols); the state is carried."""
    wide = keras.initializers.RandomNormal(stddev=1.0)
    read = keras.Input(batch_shape=(batch_size, None), dtype="int32")  # (batch, time)
    x = keras.layers.Embedding(symbols, EMBEDDING, wide)(read)
    x = keras.layers.Dropout(0.1)(x)
    x = keras.layers.LSTM(UNITS, return_sequences=True, stateful=True)(x)
    x = keras.layers.Dropout(0.2)(x)
    return keras.Model(read, keras.layers.Dense(symbols)(x))


def set_weights(model: keras.Model, weights: list[np.ndarray]) -> None:
    """Assign trainable weights; the carried state stays."""
    for variable, value in zip(model.trainable_variables, weights, strict=True):
        variable.assign(np.asarray(value, dtype="float32"))


def reset_state(model: keras.Model) -> None:
    """Set the state of every LSTM to zero."""
    for layer in model.layers:
        if isinstance(layer, keras.layers.LSTM):
            layer.reset_state()


def score(reader: keras.Model, codes: np.ndarray, first: int, block: int | None = None) -> float:
    """Mean nats of the characters from ``first`` on, each scored once.

    With ``block`` the state is set to zero every so many characters, and nothing is read before.
    """
    streams = evaluation_streams(codes, first, STREAMS, 0 if block else CONTEXT)
    chunk, total = block or 256, 0.0
    reset_state(reader)
    for at in range(0, streams[0].shape[1], chunk):
        inputs, targets, scored = (a[:, at : at + chunk] for a in streams)
        if block:
            reset_state(reader)
        logits = reader.predict_on_batch(inputs)
        chosen = np.take_along_axis(logits, targets[..., None], axis=-1)[..., 0]
        nats = (logsumexp(logits, axis=-1) - chosen).astype("float64")
        total += nats[scored].sum()
    return total / int(streams[2].sum())


def main(corpus: str, seed: int) -> None:
    """Train, score on the way, save."""
    session.start(seed)
    text = load_corpus(corpus)
    vocabulary = Vocabulary(text)
    codes, cut = vocabulary.encode(text), int(0.9 * len(text))
    model, reader = build_model(len(vocabulary), BATCH_SIZE), build_model(len(vocabulary), STREAMS)
    steps = STEPS[corpus]
    rising = int(WARM_UP * steps)
    rate = keras.optimizers.schedules.CosineDecay(
        0.0, steps - rising, warmup_target=LEARNING_RATE, warmup_steps=rising
    )
    model.compile(
        optimizer=keras.optimizers.Adam(rate, global_clipnorm=1.0),
        loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True),
    )
    rows, seconds = [], 0.0
    for done in range(0, steps, STEPS_A_PART):
        before = resource.getrusage(resource.RUSAGE_SELF).ru_utime
        inputs, targets = stateful_batches(codes[:cut], BATCH_SIZE, LENGTH, STEPS_A_PART, done)
        for at in range(0, len(inputs), BATCH_SIZE):
            part = slice(at, at + BATCH_SIZE)
            loss = model.train_on_batch(inputs[part], targets[part])
        seconds += resource.getrusage(resource.RUSAGE_SELF).ru_utime - before
        weights = [np.asarray(v, dtype="float16") for v in model.trainable_variables]
        set_weights(reader, weights)
        read = (done + STEPS_A_PART) * BATCH_SIZE * LENGTH
        rows.append(("carried", read, score(reader, codes, cut), seconds))
        print(f"{read:,} characters, {rows[-1][2]:.4f} nats, {seconds:.0f} s, {loss=}", flush=True)
    for block in (64, 256):
        rows.append((f"blocks of {block}", read, score(reader, codes, cut, block), math.nan))
        print(f"fresh blocks of {block}: {rows[-1][2]:.4f} nats", flush=True)
    np.savez_compressed(
        FOLDER / f"char_{corpus}.npz",
        characters=np.array(vocabulary.characters),
        **{f"weight_{i}": w for i, w in enumerate(weights)},
    )
    if corpus == "shakespeare":
        record(rows, seed)


def record(rows: list[tuple], seed: int) -> None:
    """Replace the rows of this run in the recorded results."""
    path, run = FOLDER / "shakespeare_results.csv", f"1 x {UNITS}"
    table = pd.read_csv(path)
    table = table[(table["run"] != run) | (table["seed"] != seed)]
    new = pd.DataFrame(rows, columns=["context", "characters", "validation_nats", "seconds"])
    new = new.assign(kind="LSTM", run=run, units=UNITS, layers=1, dropout=0.2, seed=seed)
    new["validation_nats"], new["seconds"] = new["validation_nats"].round(4), new["seconds"].round()
    table = pd.concat([table, new])[table.columns].convert_dtypes()  # whole numbers stay whole
    table.to_csv(path, index=False)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("corpus", choices=["keras", "shakespeare"])
    parser.add_argument("--seed", type=int, default=1)
    main(**vars(parser.parse_args()))
