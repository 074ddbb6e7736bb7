"""Measure lesson 17's methods on real sentences (Pang & Lee 2005) and record their accuracy.

Run from the project's folder; the second takes about twelve minutes of processor time:

    python datasets/rebuild_polarity_results.py --choose    settings, compared on part 0
    python datasets/rebuild_polarity_results.py             parts 1 to 5, with the chosen settings

One permutation (seed 0) cuts the 10,662 sentences into ten parts. Part 0 was used to choose the
settings and is never a test set. Each of the parts 1 to 5 is a test set once, and all methods then
learn from the other nine parts. Nothing is fitted, chosen or stopped on a test set.
"""

import argparse
import resource
from collections import Counter, defaultdict
from pathlib import Path

import keras
import numpy as np
import pandas as pd
from keras import layers
from sklearn.feature_extraction.text import CountVectorizer, TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.naive_bayes import MultinomialNB
from sklearn.pipeline import make_pipeline

from utils import session
from utils.data.sentence_polarity import load_sentence_polarity
from utils.training import over_seeds

HERE = Path(__file__).parent
PARTS, TESTED = 10, range(1, 6)
WORDS = 9000  # the most frequent ones of the training sentences have a token of their own
LENGTH, BATCH_SIZE = 40, 64  # what comes after 40 words is cut off; 3 % of the sentences are longer
MEMBERS = 5  # of the ensemble
ENSEMBLE = f"{MEMBERS} BiLSTMs"
BAYES = "naive Bayes, words and pairs"
TURNS = {
    "not", "no", "never", "nothing", "nor", "neither", "without", "hardly", "but", "although",
    "though", "however", "yet", "despite",
}  # fmt: skip


def counting(kind: str, longest: int, strength: float):
    """A classifier that counts words, or words and pairs; unfitted."""
    settings = {"token_pattern": r"\S+", "ngram_range": (1, longest)}
    if kind == "bayes":
        return make_pipeline(
            CountVectorizer(binary=True, **settings), MultinomialNB(alpha=strength)
        )
    regression = LogisticRegression(C=strength, max_iter=1000)
    return make_pipeline(TfidfVectorizer(sublinear_tf=True, **settings), regression)


def build_network(epochs: int, dropout: float, mean: bool, rate: float) -> keras.Model:
    """Tokens (batch, 40) -> logit (batch, 1); `mean`: over all states, else the last ones."""
    tokens = keras.Input((LENGTH,), dtype="int32")
    x = layers.Embedding(WORDS + 2, 64, mask_zero=True)(tokens)
    x = layers.SpatialDropout1D(dropout)(x)
    x = layers.Bidirectional(layers.LSTM(32, return_sequences=mean))(x)
    x = layers.GlobalAveragePooling1D()(x) if mean else x
    model = keras.Model(tokens, layers.Dense(1)(layers.Dropout(dropout)(x)))
    schedule = keras.optimizers.schedules.CosineDecay(rate, BATCHES * epochs)
    optimizer = keras.optimizers.AdamW(schedule, weight_decay=0.01, global_clipnorm=1.0)
    loss = keras.losses.BinaryCrossentropy(from_logits=True)
    model.compile(optimizer, loss, steps_per_execution=5, jit_compile=True)
    return model


BATCHES = 150  # an epoch: nine parts in batches of 64
PLAIN = {"epochs": 2, "dropout": 0.0, "mean": False, "rate": 0.003}
REGULARISED = {"epochs": 4, "dropout": 0.5, "mean": True, "rate": 0.005}


def tokens_of(texts: list[str], train: list[str]) -> np.ndarray:
    """Tokens (n, 40): 0 for padding, 1 for words that are rare or unknown in `train`."""
    counts = Counter(word for text in train for word in text.split())
    known = [word for word, count in counts.most_common(WORDS) if count > 1]
    code = {word: token for token, word in enumerate(known, start=2)}
    x = np.zeros((len(texts), LENGTH), "int32")
    for row, text in zip(x, texts):
        codes = [code.get(word, 1) for word in text.split()[:LENGTH]]
        row[: len(codes)] = codes
    return x


def probabilities(
    texts: list[str], labels: np.ndarray, tested: list[int], members: int, settings: dict
) -> dict[int, np.ndarray]:
    """Of being positive, for each tested part: (members, sentences of that part)."""
    found: dict[int, list] = {part: [] for part in tested}
    seeds = [100 * part + member for part in tested for member in range(members)]
    for seed, model in over_seeds(lambda: build_network(**settings), seeds):
        part = seed // 100
        test, train = split(len(texts), part)
        x = tokens_of(texts, [texts[i] for i in train])
        train = np.resize(train, BATCHES * BATCH_SIZE)  # equal batches: a few sentences twice
        model.fit(
            x[train], labels[train], batch_size=BATCH_SIZE, epochs=settings["epochs"], verbose=0
        )
        test = np.resize(test, 1067)  # compiled for one size only
        found[part].append(model.predict(x[test], batch_size=len(test), verbose=0)[:, 0])
        print(f"{settings}, part {part}, seed {seed}, {cpu():.0f} s", flush=True)
    return {
        part: 1 / (1 + np.exp(-np.array(logits)[:, : len(split(len(texts), part)[0])]))
        for part, logits in found.items()
    }


def in_other_order(texts: list[str]) -> list[str]:
    """Each sentence with its words (and punctuation) in a random order."""
    generator = np.random.default_rng(0)
    return [" ".join(generator.permutation(text.split())) for text in texts]


def split(count: int, part: int) -> tuple[np.ndarray, np.ndarray]:
    """Row numbers of the test part, and of the nine others."""
    parts = np.array_split(np.random.default_rng(0).permutation(count), PARTS)
    return parts[part], np.concatenate([rows for i, rows in enumerate(parts) if i != part])


def cpu() -> float:
    """Seconds of processor time so far."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_utime


def choose(texts: list[str], labels: np.ndarray) -> None:
    """Accuracy on part 0 of the settings that were considered."""
    test, train = split(len(texts), 0)
    for kind, strengths in (("bayes", (0.3, 1, 3)), ("tf-idf", (3, 10, 30, 100))):
        for longest in (1, 2):
            for strength in strengths:
                model = counting(kind, longest, strength)
                model.fit([texts[i] for i in train], labels[train])
                right = model.score([texts[i] for i in test], labels[test])
                print(f"{kind}, {longest}, {strength}: {right:.3f}", flush=True)
    for base, changes in (
        (PLAIN, ({"epochs": 1}, {}, {"epochs": 3})), (REGULARISED, ({}, {"epochs": 7}))
    ):  # fmt: skip
        for change in changes:
            found = probabilities(texts, labels, [0], 2, base | change)[0]
            print(((found > 0.5) == labels[test]).mean(axis=1).round(3), flush=True)


def measure(texts: list[str], labels: np.ndarray) -> tuple[list[tuple], pd.DataFrame]:
    """Rows of the table of accuracies, and probabilities of three methods for each sentence."""
    rows, chances, seconds = [], defaultdict(dict), {}
    for name, settings in COUNTING.items():
        start = cpu()
        for part in TESTED:
            test, train = split(len(texts), part)
            model = counting(*settings).fit([texts[i] for i in train], labels[train])
            chances[name][part] = model.predict_proba([texts[i] for i in test])[None, :, 1]
        seconds[name] = cpu() - start
    regularised = "BiLSTM, regularised"
    for name, shown, members, settings in (
        ("BiLSTM", texts, 1, PLAIN),
        ("BiLSTM, words shuffled", in_other_order(texts), 2, REGULARISED),
        (regularised, texts, MEMBERS, REGULARISED),
    ):
        start = cpu()
        chances[name] = probabilities(shown, labels, list(TESTED), members, settings)
        seconds[name] = cpu() - start
    for part in TESTED:
        together = chances[regularised][part].mean(axis=0, keepdims=True)
        chances[ENSEMBLE][part] = together
        bayes = chances[BAYES][part]
        chances[f"{ENSEMBLE} and naive Bayes"][part] = (together + bayes) / 2
    for name in list(chances)[-2:]:
        seconds[name] = seconds[regularised]
    turned = np.array(
        [any(word in TURNS or word.endswith("n't") for word in text.split()) for text in texts]
    )
    for name, found in chances.items():
        for part in TESTED:
            test = split(len(texts), part)[0]
            right = (found[part] > 0.5) == labels[test]
            kinds = {"all": test >= 0, "not or but": turned[test], "others": ~turned[test]}
            for group, chosen in kinds.items():
                accuracy = round(float(right[:, chosen].mean()), 4)
                rows.append((part, name, group, int(chosen.sum()), accuracy, seconds[name]))
    tested = np.concatenate([split(len(texts), part)[0] for part in TESTED])
    columns = {
        name: np.concatenate([chances[name][part][0] for part in TESTED])  # first network, if many
        for name in (BAYES, regularised, ENSEMBLE)
    }
    return rows, pd.DataFrame(columns, index=pd.Index(tested, name="sentence")).sort_index()


# Why these sentences are hard, as we read them.
KINDS = {
    1767: "contrast", 3207: "contrast",
    6059: "irony", 6542: "irony", 7180: "irony",
    6377: "negation",
    4581: "praise and blame",
    6810: "praise of somebody else",
    5709: "verdict not in words", 6319: "verdict not in words",
}  # fmt: skip


def failures(texts: list[str], labels: np.ndarray, chances: pd.DataFrame) -> pd.DataFrame:
    """The ten sentences on which the ensemble is most confidently wrong, sorted by kind."""
    chance = chances[ENSEMBLE]
    worst = (chance - labels[chance.index]).abs().nlargest(10).index
    columns = {
        "kind": [KINDS.get(i, "not yet read") for i in worst],
        "label": labels[worst],
        "probability": chance[worst],
        "text": [texts[i] for i in worst],
    }
    return pd.DataFrame(columns, index=worst).sort_values(["kind", "probability"])


# Strengths as --choose found them best on part 0.
COUNTING = {
    "TF-IDF, words": ("tf-idf", 1, 3),
    "TF-IDF, words and pairs": ("tf-idf", 2, 100),
    "naive Bayes, words": ("bayes", 1, 3),
    BAYES: ("bayes", 2, 1),
}


def main() -> None:
    """Choose, or measure and write the table."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--choose", action="store_true", help="compare settings on part 0 only")
    only_choose = parser.parse_args().choose
    session.start(0)
    texts, labels = load_sentence_polarity()
    if only_choose:
        return choose(texts, labels)
    columns = ["part", "method", "group", "sentences", "accuracy", "seconds"]
    rows, chances = measure(texts, labels)
    table = pd.DataFrame(rows, columns=columns)
    table["seconds"] = table["seconds"].round().astype(int)
    table.to_csv(HERE / "polarity_results.csv", index=False)
    chances = chances.round(3)
    chances.to_csv(HERE / "polarity_probabilities.csv")
    failures(texts, labels, chances).to_csv(HERE / "polarity_failures.csv")


if __name__ == "__main__":
    main()
