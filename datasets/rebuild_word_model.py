"""Train the word models of lesson 16 that take longer than a lesson, and record what they score.

Run from the project's folder, for about five and ten minutes on one core:

    python datasets/rebuild_word_model.py keras
    python datasets/rebuild_word_model.py shakespeare

``keras`` trains with and without dropout and tied weights, from three seeds, on the docstrings of
Keras. ``shakespeare`` trains two networks on tiny Shakespeare in words: one without the last part
of the training text, on which the weight of the mixture is chosen, and one on all of it. Words and
weights (float16) of the second go to ``word_shakespeare.npz``. Both commands replace their rows in
``word_results.csv``.
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
from utils.data.keras_docstrings import load_keras_docstrings, split_files
from utils.data.shakespeare import load_shakespeare
from utils.text.batches import evaluation_streams, stateful_batches
from utils.text.ngrams import NGramModel, longest_order
from utils.text.words import WordVocabulary, split_words

FOLDER = Path(__file__).parent
LEAST = 3  # rarer words are unknown
STREAMS, CONTEXT = 16, 64
COLUMNS = ["corpus", "model", "units", "dropout", "tied", "epochs", "seed"]
COLUMNS += ["part", "perplexity", "seconds"]
SIZES = {  # units, batch size, words between updates, learning rate at its peak
    "keras": (64, 16, 16, 0.01),
    "shakespeare": (128, 32, 32, 0.008),
}
DROPOUT = 0.5  # on tiny Shakespeare
VARIANTS = [  # epochs, dropout, tied
    (6, 0.3, True), (6, 0.0, True), (6, 0.3, False), (2, 0.3, True), (2, 0.0, True),
]  # fmt: skip


class Tied(layers.Layer):
    """Scores of all words: products with the rows of an embedding, and a bias."""

    def __init__(self, embedding: layers.Embedding, frequencies: np.ndarray) -> None:
        super().__init__()
        self.embedding, self.frequencies = embedding, frequencies

    def build(self, shape: tuple) -> None:
        """The bias begins with the logarithms of the frequencies."""
        self.bias = self.add_weight(shape=(len(self.frequencies),), initializer="zeros")
        self.bias.assign(np.log(self.frequencies))

    def call(self, h):
        """(batch, time, units) to (batch, time, words)."""
        return ops.matmul(h, ops.transpose(self.embedding.embeddings)) + self.bias


def build_model(frequencies, rows, units, dropout, tied=True) -> keras.Model:
    """Codes (rows, time) in, scores of the next word (rows, time, words) out."""
    words = len(frequencies)
    read = keras.Input(batch_shape=(rows, None), dtype="int32")
    normal = keras.initializers.RandomNormal(stddev=units**-0.5 if tied else 1.0)
    embedding = layers.Embedding(words, units, normal)
    x = layers.Dropout(dropout)(embedding(read))
    x = layers.LSTM(units, return_sequences=True, stateful=True)(x)
    x = layers.Dropout(dropout)(x)
    output = Tied(embedding, frequencies) if tied else layers.Dense(words)
    model = keras.Model(read, output(x))
    if not tied:
        output.bias.assign(np.log(frequencies))
    return model


def train(codes, words, seed, corpus, dropout, tied=True, epochs=8):
    """A network that scores, and the processor seconds that its training took."""
    units, batch_size, length, peak = SIZES[corpus]
    keras.utils.set_random_seed(seed)
    frequencies = np.bincount(codes, minlength=words) + 1.0
    frequencies /= frequencies.sum()
    steps = epochs * len(codes) // (batch_size * length) // 10 * 10
    model = build_model(frequencies, batch_size, units, dropout, tied)
    rate = keras.optimizers.schedules.CosineDecay(
        0.0, steps - steps // 20, warmup_target=peak, warmup_steps=steps // 20
    )
    model.compile(
        keras.optimizers.Adam(rate, global_clipnorm=1.0),
        keras.losses.SparseCategoricalCrossentropy(from_logits=True),
        steps_per_execution=10,
        jit_compile=units < 128,  # larger ones gain nothing from it
    )
    before = resource.getrusage(resource.RUSAGE_SELF).ru_utime
    data = stateful_batches(codes, batch_size, length, steps)
    model.fit(*data, batch_size=batch_size, shuffle=False, verbose=0)
    seconds = resource.getrusage(resource.RUSAGE_SELF).ru_utime - before
    reader = build_model(frequencies, STREAMS, units, 0.0, tied)
    for variable, weight in zip(reader.trainable_variables, model.trainable_variables, strict=True):
        variable.assign(np.asarray(weight, "float16").astype("float32"))
    return reader, seconds


def nats(reader, history, codes) -> np.ndarray:
    """Nats of each word of a text that follows ``history``, (words,)."""
    parts = evaluation_streams(np.concatenate([history, codes]), len(history), STREAMS, CONTEXT)
    for layer in reader.layers:
        if isinstance(layer, layers.LSTM):
            layer.reset_state()
    found = []
    for at in range(0, parts[0].shape[1], 64):
        inputs, targets, _ = (a[:, at : at + 64] for a in parts)
        log_p = log_softmax(np.asarray(reader.predict_on_batch(inputs)), axis=-1)
        found.append(-np.take_along_axis(log_p, targets[..., None], axis=-1)[..., 0])
    return np.concatenate(found, axis=1)[parts[2]].astype(float)


def perplexity(*models: np.ndarray, weight: float = 1.0) -> float:
    """Of one model's nats, or of a mixture in which the first of two has this weight."""
    p = weight * np.exp(-models[0]) + (1 - weight) * np.exp(-models[-1])
    return float(np.exp(-np.log(p).mean()))


def run_keras() -> list[dict]:
    """Dropout and tying, each taken away, from three seeds."""
    tokens = [split_words(t) for t in split_files(load_keras_docstrings(), seed=0)]
    vocabulary = WordVocabulary.from_text(tokens[0], LEAST)
    codes, valid, test = map(vocabulary.encode, tokens)
    units, rows = SIZES["keras"][0], []
    for seed in (0, 1, 2):
        for epochs, p, tied in VARIANTS:
            reader, seconds = train(codes, len(vocabulary), seed, "keras", p, tied, epochs)
            setting = dict(model="LSTM", units=units, dropout=p, tied=tied, epochs=epochs)
            for part, text in (("validation", valid), ("test", test)):
                value = perplexity(nats(reader, codes, text))
                rows.append(setting | dict(seed=seed, part=part, perplexity=value, seconds=seconds))
            print(rows[-2], rows[-1]["perplexity"], flush=True)
    return rows


def shakespeare() -> tuple[np.ndarray, np.ndarray, WordVocabulary]:
    """Codes of the training part, nine tenths of the characters, and of the rest; the words."""
    text = load_shakespeare()
    cut = int(0.9 * len(text))
    older, newer = split_words(text[:cut]), split_words(text[cut:])
    vocabulary = WordVocabulary.from_text(older, LEAST)
    return vocabulary.encode(older), vocabulary.encode(newer), vocabulary


def choose(codes, words, seed) -> tuple[int, float]:
    """Order of the counts and weight of the network, from the last part of the training text.

    Neither the counts nor the network that are used here have seen that part.
    """
    first = int(0.95 * len(codes))
    old, last = codes[:first], codes[first:]
    network = nats(train(old, words, seed, "shakespeare", DROPOUT)[0], old, last)
    counted = {
        order: -NGramModel(old, words, order).log_probabilities(last, old)
        for order in range(2, longest_order(words) + 1)
    }
    order = min(counted, key=lambda k: counted[k].mean())
    weights = np.linspace(0, 1, 101)
    return order, min(weights, key=lambda w: perplexity(network, counted[order], weight=w))


def run_shakespeare(seed: int = 0, chosen: tuple[int, float] | None = None) -> list[dict]:
    """One network, counts, and their mixture, all on the whole training part."""
    codes, test, vocabulary = shakespeare()
    words = len(vocabulary)
    order, weight = chosen or choose(codes, words, seed)
    reader, seconds = train(codes, words, seed, "shakespeare", DROPOUT)
    network, rows, counted = nats(reader, codes, test), [], {}
    for k in range(2, longest_order(words) + 1):
        counted[k] = -NGramModel(codes, words, k).log_probabilities(test, codes)
        score = perplexity(counted[k])
        rows.append(dict(model=f"Kneser-Ney {k}-gram", part="test", perplexity=score))
    setting = dict(units=SIZES["shakespeare"][0], dropout=DROPOUT, tied=True, epochs=8, seed=seed)
    score = perplexity(network)
    rows.append(setting | dict(model="LSTM", part="test", perplexity=score, seconds=seconds))
    score = perplexity(network, counted[order], weight=weight)
    name = f"mixture, {weight:.2f} LSTM and {1 - weight:.2f} Kneser-Ney {order}-gram"
    rows.append(setting | dict(model=name, part="test", perplexity=score))
    print(pd.DataFrame(rows).to_string(), flush=True)
    variables = [np.asarray(v, dtype="float16") for v in reader.trainable_variables]
    np.savez_compressed(
        FOLDER / "word_shakespeare.npz",
        words=np.array(" ".join(vocabulary.words[1:])),  # no word holds a blank
        **{f"weight_{i}": v for i, v in enumerate(variables)},
    )
    return rows


def main(corpus: str) -> None:
    """Train, score, record."""
    session.start(0)
    record(corpus, run_keras() if corpus == "keras" else run_shakespeare())


def record(corpus: str, rows: list[dict]) -> None:
    """Replace the rows of a corpus in the recorded results."""
    new = pd.DataFrame(rows).assign(corpus=corpus).reindex(columns=COLUMNS)
    new["perplexity"], new["seconds"] = new["perplexity"].round(2), new["seconds"].round()
    path = FOLDER / "word_results.csv"
    if path.exists():
        old = pd.read_csv(path)
        new = pd.concat([old[old["corpus"] != corpus], new])
    new.convert_dtypes().sort_values("corpus", kind="stable").to_csv(path, index=False)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("corpus", choices=["keras", "shakespeare"])
    main(parser.parse_args().corpus)
