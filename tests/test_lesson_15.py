"""Lesson 15: the state that is carried is the text that was read; saved models agree."""

import math

import numpy as np
import pytest

from notebooks import find, namespace
from utils.text.batches import stateful_batches

SYMBOLS = 11
SMALL = {"units": 12, "embedding": 5, "batch_size": 3, "length": 4, "dropout": 0.0}


@pytest.fixture(scope="module")
def lesson():
    return namespace("15", **SMALL)


@pytest.fixture(scope="module")
def model(lesson):
    model = lesson["compile_model"](lesson["build_model"](SYMBOLS, 3), steps=20)
    text = np.random.default_rng(0).integers(0, SYMBOLS, 400)
    inputs, targets = stateful_batches(text, 3, 4, 20)
    model.fit(inputs, targets, batch_size=3, shuffle=False, verbose=0)
    return model


@pytest.fixture
def rows():
    return np.random.default_rng(1).integers(0, SYMBOLS, (3, 12))


def read(lesson, model, rows):
    lesson["forget"](model)
    return np.asarray(model.predict_on_batch(rows))


def test_logits_for_every_character(lesson, model, rows):
    assert read(lesson, model, rows).shape == (3, 12, SYMBOLS)


@pytest.mark.parametrize("cuts", [[1], [5], [1, 2, 3], [4, 8]])
def test_carried_state_equals_reading_again(lesson, model, rows, cuts):
    whole = read(lesson, model, rows)
    lesson["forget"](model)
    parts = [np.asarray(model.predict_on_batch(part)) for part in np.split(rows, cuts, axis=1)]
    np.testing.assert_allclose(np.concatenate(parts, axis=1), whole, atol=1e-5)


def test_forgetting_matters_and_is_complete(lesson, model, rows):
    whole = read(lesson, model, rows)
    carried = np.asarray(model.predict_on_batch(rows))  # not forgotten in between
    assert np.abs(carried - whole).max() > 1e-3
    np.testing.assert_array_equal(read(lesson, model, rows), whole)


def test_rows_do_not_see_each_other(lesson, model, rows):
    whole = read(lesson, model, rows)
    other = rows.copy()
    other[1] = (other[1] + 1) % SYMBOLS
    changed = read(lesson, model, other)
    np.testing.assert_allclose(changed[[0, 2]], whole[[0, 2]], atol=1e-6)


def test_logits_do_not_see_the_future(lesson, model, rows):
    whole = read(lesson, model, rows)
    other = rows.copy()
    other[:, 7] = (other[:, 7] + 1) % SYMBOLS
    np.testing.assert_allclose(read(lesson, model, other)[:, :7], whole[:, :7], atol=1e-6)


def test_saved_and_loaded_model_gives_identical_answers(lesson, model, rows, tmp_path):
    import keras

    before = read(lesson, model, rows)  # leaves a state behind, which must not be saved
    model.save(tmp_path / "model.keras")
    loaded = keras.models.load_model(tmp_path / "model.keras")
    np.testing.assert_array_equal(read(lesson, loaded, rows), before)


def test_weights_move_to_a_model_of_another_batch_size(lesson, model, rows):
    single = lesson["build_model"](SYMBOLS, 1)
    single.set_weights(model.get_weights())
    np.testing.assert_allclose(
        read(lesson, single, rows[:1]), read(lesson, model, rows)[:1], atol=1e-5
    )


def test_training_lowers_the_loss_from_the_uniform_guess(lesson):
    text = np.tile([0, 1, 2, 3, 4], 200)
    model = lesson["compile_model"](lesson["build_model"](SYMBOLS, 3), steps=60)
    batches = stateful_batches(text, 3, 4, 60)
    untrained = model.evaluate(*batches, batch_size=3, verbose=0)
    assert untrained == pytest.approx(math.log(SYMBOLS), abs=0.3)
    lesson["forget"](model)
    model.fit(*batches, batch_size=3, shuffle=False, verbose=0)
    assert model.evaluate(*batches, batch_size=3, verbose=0) < untrained - 1


def test_parameters_shape_the_network():
    lesson = namespace("15", **{**SMALL, "layers": 3, "dropout": 0.3})
    kinds = [type(layer).__name__ for layer in lesson["build_model"](SYMBOLS).layers]
    assert kinds.count("LSTM") == kinds.count("Dropout") == 3


def test_any_text_file_is_one_parameter_away(tmp_path):
    """The whole lesson, at a very small scale, on a text without a single bracket or quote."""
    papermill = pytest.importorskip("papermill")
    some = "the cat sat on a mat and so did I.\n".split(" ")
    words = np.random.default_rng(0).choice(some, 6000)
    corpus = tmp_path / "corpus.txt"
    corpus.write_text(" ".join(words), encoding="utf-8")
    small = {"units": 8, "embedding": 4, "train_characters": 8000, "seeds": [0]}
    notebook = papermill.execute_notebook(
        find("15"),
        tmp_path / "out.ipynb",
        parameters={"corpus": str(corpus), **small},
        cwd=find("15").parent,
        kernel_name="python3",
        progress_bar=False,
    )
    printed = "".join(o.get("text", "") for c in notebook.cells for o in c.get("outputs", []))
    assert "nats" in printed and "bits per character" in printed


def test_recorded_results_are_complete():
    from utils.data.shakespeare_results import load_shakespeare_results

    table = load_shakespeare_results()
    networks = table[table["kind"] == "LSTM"]
    assert networks["validation_nats"].between(1, 3).all()
    for _, run in networks.groupby(["run", "seed"]):
        assert run["characters"].is_monotonic_increasing
    assert (
        networks[networks["run"].str.startswith("as this lesson")]
        .groupby("run")["seed"]
        .nunique()
        .min()
        >= 3
    )


def test_n_gram_values_on_shakespeare_are_the_known_ones():
    """Reference values of the table, within one per cent, where the text is at hand."""
    from utils.data._download import available
    from utils.data.shakespeare import NAME, load_shakespeare
    from utils.data.shakespeare_results import load_shakespeare_results
    from utils.text.batches import Vocabulary
    from utils.text.ngrams import NGramModel

    if not available(NAME):
        pytest.skip("tiny Shakespeare is not on this machine; set LSTM_LAB_DATA to its folder")
    text = load_shakespeare()
    vocabulary = Vocabulary(text)
    codes = vocabulary.encode(text)
    cut = int(0.9 * len(codes))
    recorded = load_shakespeare_results().set_index("run")["validation_nats"]
    for name, order, smoothing, known in [
        ("unigram", 1, "witten-bell", 3.347),
        ("Witten-Bell 5-gram", 5, "witten-bell", 1.669),
        ("Kneser-Ney 7-gram", 7, "kneser-ney", 1.517),
    ]:
        model = NGramModel(codes[:cut], len(vocabulary), order, smoothing)
        nats = -model.log_probabilities(codes[cut:], codes[:cut]).mean()
        assert nats == pytest.approx(known, rel=0.01)
        assert nats == pytest.approx(recorded[name], abs=1e-3)
