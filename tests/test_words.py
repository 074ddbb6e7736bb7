"""Words, sentences of docstrings, and what the long run left behind."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from utils.data import keras_docstrings
from utils.data.keras_docstrings import load_keras_docstrings, sentences_of, split_files
from utils.data.word_model import load_word_results, load_word_weights
from utils.text.words import UNKNOWN, WordVocabulary, join_words, split_words

WORDS = st.lists(st.sampled_from(["to", "be", "or", "not", ",", "\n"]), min_size=1, max_size=30)


def test_tokens_are_words_numbers_marks_and_line_ends():
    tokens = ["don't", "pad", "y_true", "(", "16", ")", ":", "no", ".", "\n", "yes", "!"]
    assert split_words("Don't pad y_true (16): NO.\nYes!") == tokens


def test_joined_words_split_into_the_same_words():
    words = split_words("O, Romeo (Romeo)! wherefore\nart thou?\n")
    assert join_words(words) == "o, romeo (romeo)! wherefore\nart thou?\n"
    assert split_words(join_words(words)) == words


@given(WORDS, st.integers(1, 4))
def test_known_words_survive_and_all_others_become_unknown(words, least):
    counts = {word: words.count(word) for word in words}
    if max(counts.values()) < least:
        with pytest.raises(ValueError, match="lower least"):
            WordVocabulary.from_text(words, least)
        return
    vocabulary = WordVocabulary.from_text(words, least)
    codes = vocabulary.encode(words)
    expected = [word if counts[word] >= least else UNKNOWN for word in words]
    assert vocabulary.decode(codes) == expected
    assert codes.max() < len(vocabulary)
    frequency = np.bincount(codes, minlength=len(vocabulary))[1:]
    assert np.all(np.diff(frequency) <= 0)  # the most frequent first


def test_codes_do_not_depend_on_the_order_of_the_text():
    first, second = (WordVocabulary.from_text(t.split()) for t in ("b a c a", "a c a b"))
    assert first.words == second.words


def test_the_unknown_word_in_a_text_is_no_word():
    vocabulary = WordVocabulary.from_text(["a", UNKNOWN, UNKNOWN])
    assert UNKNOWN not in vocabulary and "a" in vocabulary and len(vocabulary) == 2


@pytest.mark.parametrize(
    "call, message",
    [
        (lambda: split_words(["a"]), "list"),
        (lambda: WordVocabulary([]), "empty"),
        (lambda: WordVocabulary(["a", "a"]), "'a' twice"),
        (lambda: WordVocabulary([UNKNOWN]), "twice"),
        (lambda: WordVocabulary.from_text(["a"], least=0), "least is 0"),
        (lambda: WordVocabulary(["a"]).encode("a"), "split it first"),
        (lambda: WordVocabulary(["a"]).decode([2]), "0 to 1"),
        (lambda: WordVocabulary(["a"]).decode([0.5]), "integers"),
        (lambda: WordVocabulary(["a"]).decode([[1]]), "shape"),
        (lambda: split_files({"a.py": ["A."]}), "at least 10"),
    ],
)
def test_bad_input_is_named(call, message):
    with pytest.raises(ValueError, match=message):
        call()


SOURCE = '''
def f(x, y):
    """Adds two numbers, e.g. One and two.

    The result is a tensor
    of rank two. Too short. It has `x`, a "name" and don't.

    Args:
        x: Optional name of the first tensor. Must be
            positive or zero.

    >>> f(1, 2)
    This is the output of the code.

    - A list of all of the rest.

    ```python
    This is code as well it seems.
    ```
    Formulas such as a = b are left out.
    """
'''


def test_sentences_are_prose_without_code_and_names_of_arguments():
    assert sentences_of(SOURCE) == [
        "Adds two numbers, e.g. One and two.",
        "The result is a tensor of rank two.",
        "It has x, a name and don't.",
        "Optional name of the first tensor.",
        "Must be positive or zero.",
        "A list of all of the rest.",
    ]


def test_each_sentence_occurs_once_whatever_its_capitals(monkeypatch):
    files = {"a.py": ["One two three four."], "b.py": ["ONE two three four."]}
    monkeypatch.setattr(keras_docstrings, "_sentences_by_file", lambda: files)
    with pytest.warns(UserWarning, match="keras"):
        assert load_keras_docstrings() == {"a.py": ["One two three four."]}
    with pytest.warns(UserWarning, match="keras"):
        assert len(load_keras_docstrings(repetitions=True)) == 2


def test_installed_docstrings_are_those_that_the_lesson_was_measured_on():
    corpus = load_keras_docstrings()  # warns, and fails here, if they are not
    sentences = [s.lower() for part in corpus.values() for s in part]
    assert len(sentences) == len(set(sentences)) == 7190
    assert len(load_keras_docstrings(repetitions=True)) >= len(corpus)


def test_no_file_is_in_two_parts_and_none_is_lost():
    corpus = {f"{i}.py": [f"sentence {i}", f"again {i}"] for i in range(23)}
    parts = [set(part.split("\n")[:-1]) for part in split_files(corpus, seed=3)]
    assert [len(part) for part in parts] == [38, 4, 4]
    assert set.union(*parts) == {s for sentences in corpus.values() for s in sentences}
    for part in parts:  # a file is in one part or not at all
        assert all((f"again {s.split()[1]}" in part) for s in part if s.startswith("sentence"))
    assert split_files(corpus, seed=3) != split_files(corpus, seed=4)


def test_saved_weights_fit_their_words_and_results_are_complete():
    words, weights = load_word_weights()
    size = len(WordVocabulary(words))
    shapes = [(size, 128), (128, 512), (128, 512), (512,), (size,)]
    assert [w.shape for w in weights] == shapes
    assert all(np.isfinite(w).all() for w in weights)
    results = load_word_results()
    assert set(results["corpus"]) == {"keras", "shakespeare"}
    assert not results["perplexity"].isna().any()
    trained = results[results["model"] == "LSTM"]
    assert not trained.duplicated(["corpus", "epochs", "dropout", "tied", "part", "seed"]).any()
