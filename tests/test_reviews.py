"""Reviews: pairs that no bag of words can tell apart, sets that share nothing, real sentences."""

from collections import Counter

import numpy as np
import pytest

from utils.data import sentence_polarity
from utils.data._download import VARIABLE, available
from utils.data.generated_reviews import BLAME, KINDS, PRAISE, make_reviews
from utils.data.sentence_polarity import (
    load_polarity_failures,
    load_polarity_probabilities,
    load_polarity_results,
    load_sentence_polarity,
)


@pytest.fixture(scope="module")
def sets():
    return make_reviews(1000, 200, 100)


def bag(text):
    return tuple(sorted(text.split()))


def core(text):
    """A review without its asides: the one sentence that judges."""
    (sentence,) = [s for s in text.split(" . ") if set(s.split()) & {*PRAISE, *BLAME}]
    return sentence.removesuffix(" .").split()


def test_pairs_have_the_same_words_and_opposite_labels(sets):
    for rows in sets:
        assert rows.labels.tolist() == [1, 0] * (len(rows.texts) // 2)
        pairs = zip(rows.texts[::2], rows.texts[1::2], rows.kinds[::2], strict=True)
        for praised, blamed, kind in pairs:
            assert (bag(core_text(praised)) == bag(core_text(blamed))) == (kind != "plain")
            assert core(praised) != core(blamed)


def core_text(text):
    return " ".join(core(text))


def judge(words):
    """The verdict of a judging sentence, by rules written anew."""

    def value(part):
        signs = [(w in PRAISE) - (w in BLAME) for w in part if w in PRAISE or w in BLAME]
        assert len(set(signs)) == 1
        turned = ("not" in part and "only" not in part) or "nobody" in part
        return -signs[0] if turned else signs[0]

    if "although" in words:
        where = words.index("although")
        if where:
            return value(words[:where])  # the clause before it is the main one
        return value(words[words.index("the", 2) :])
    if "but" in words:
        first, last = words[: words.index("but")], words[words.index("but") + 1 :]
        if "only" in first and "not" in first:
            assert value(first[first.index("only") :]) == value(last)
        return value(last)
    where = words.index("and")
    first, last = value(words[:where]), value(words[where + 1 :])
    assert first == last
    return last


def test_labels_follow_from_the_words_in_order(sets):
    for rows in sets:
        for text, label in zip(rows.texts, rows.labels, strict=True):
            assert judge(core(text)) == 2 * label - 1, text


def test_no_bag_of_words_can_get_more_than_six_in_ten(sets):
    for rows in sets:
        groups = {}
        for text, label in zip(rows.texts, rows.labels, strict=True):
            groups.setdefault(bag(text), Counter())[int(label)] += 1
        best = sum(max(votes.values()) for votes in groups.values()) / len(rows.texts)
        assert best == pytest.approx(0.6)
        assert Counter(rows.kinds) == dict.fromkeys(KINDS, len(rows.texts) // 5)


def test_sets_share_no_judgement_and_the_third_is_longer(sets):
    judgements = [{bag(core_text(text)) for text in rows.texts} for rows in sets]
    expected = sum(6 * len(rows.texts) // 10 for rows in sets)
    assert len(set.union(*judgements)) == sum(map(len, judgements)) == expected
    longest = max(len(text.split()) for rows in sets[:2] for text in rows.texts)
    assert min(len(text.split()) for text in sets[2].texts) > longest
    words = [set(" ".join(rows.texts).split()) for rows in sets]
    assert words[1] | words[2] <= words[0]


def test_seed_decides_and_asides_change_the_last_set_only():
    first, again, other = (make_reviews(20, 10, 10, seed=seed) for seed in (3, 3, (3, 1)))
    assert first[0].texts == again[0].texts != other[0].texts
    stretched = make_reviews(20, 10, 10, seed=3, asides=30)
    assert [rows.texts for rows in stretched[:2]] == [rows.texts for rows in first[:2]]
    assert min(len(text.split(" . ")) for text in stretched[2].texts) == 31


@pytest.mark.parametrize(
    ("settings", "name"),
    [({"train": 15}, "train"), ({"test": 0}, "test"), ({"longer": 1.5}, "longer"),
     ({"asides": 7}, "asides"), ({"seed": -1}, "seed")],
)  # fmt: skip
def test_bad_settings_are_named(settings, name):
    with pytest.raises(ValueError, match=name):
        make_reviews(**settings)


def test_real_sentences():
    if not all(available(name) for name in sentence_polarity.NAMES):
        pytest.skip(f"the sentences are not on this machine; set {VARIABLE} to their folder")
    texts, labels = load_sentence_polarity()
    assert len(texts) == len(set(texts)) == 10_662
    assert labels.sum() == 5331 and labels[0] == 1 and labels[-1] == 0
    assert "simplistic , silly and tedious ." == texts[5331]
    assert all(text == " ".join(text.split()) and text for text in texts)


def test_other_line_separators_do_not_end_a_sentence(monkeypatch, tmp_path):
    (tmp_path / "all").write_bytes(b"fine \x85 work . \nwarm caf\xe9 . \n")
    monkeypatch.setattr(sentence_polarity, "fetch", lambda _name: tmp_path / "all")
    texts, labels = load_sentence_polarity()
    assert texts == ["fine work .", "warm café ."] * 2 and labels.tolist() == [1, 1, 0, 0]


def test_recorded_results_are_complete():
    table = load_polarity_results()
    assert set(table["part"]) == set(range(1, 6))
    for _, rows in table.groupby(["part", "method"]):
        whole, turned, others = (
            rows[rows["group"] == group].iloc[0] for group in ("all", "not or but", "others")
        )
        assert whole["sentences"] == turned["sentences"] + others["sentences"]
        mean = np.average(
            [turned["accuracy"], others["accuracy"]],
            weights=[turned["sentences"], others["sentences"]],
        )
        assert mean == pytest.approx(whole["accuracy"], abs=2e-4)
        assert whole["sentences"] in (1066, 1067)


def test_recorded_probabilities_give_the_recorded_accuracies():
    chances, table = load_polarity_probabilities(), load_polarity_results()
    whole = table[table["group"] == "all"]
    assert chances.index.is_unique and whole.groupby("method")["sentences"].sum().eq(5331).all()
    for name in ("naive Bayes, words and pairs", "5 BiLSTMs"):
        rows = whole[whole["method"] == name]
        right = (chances[name] > 0.5) == (chances.index < 5331)
        expected = np.average(rows["accuracy"], weights=rows["sentences"])
        assert right.mean() == pytest.approx(expected, abs=1e-3)


def test_recorded_failures_are_the_surest_errors():
    failures, chances = load_polarity_failures(), load_polarity_probabilities()["5 BiLSTMs"]
    assert len(failures) == 10 and (failures["label"] == (failures.index < 5331)).all()
    error = (chances - (chances.index < 5331)).abs()
    assert error[failures.index].min() >= error.drop(failures.index).max()
