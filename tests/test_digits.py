"""Digits and strips: parts that do not leak, strips that can be taken apart again."""

import numpy as np
import pytest
import sklearn.datasets
from hypothesis import given, settings
from hypothesis import strategies as st

from utils.data.digits import (
    FORM_STARTS,
    PAD,
    count_duplicates,
    load_digits_split,
    make_digit_strips,
)


@pytest.fixture(scope="module")
def split():
    return load_digits_split()


@pytest.mark.parametrize("by", ["form", "image"])
def test_parts_hold_every_image_once_and_share_none(by):
    parts = load_digits_split(by=by)
    assert [len(part.labels) for part in parts] == [1157, 258, 382]
    assert all(part.images.dtype == np.float32 and part.images.max() == 1 for part in parts)
    together = np.concatenate([part.images for part in parts]).reshape(1797, 64)
    everything = sklearn.datasets.load_digits()
    assert np.array_equal(np.unique(together, axis=0), np.unique(everything.data / 16, axis=0))
    assert count_duplicates(parts.train.images, parts.test.images) == 0
    labels = np.bincount(np.concatenate([part.labels for part in parts]))
    assert np.array_equal(labels, np.bincount(everything.target))


def test_no_form_is_in_two_parts(split):
    assert [sorted(set(part.forms)) for part in split] == [[*range(9)], [9, 10], [11, 12, 13]]
    shuffled = load_digits_split(by="image")
    assert set(shuffled.train.forms) & set(shuffled.test.forms)


def test_forms_begin_where_the_sequence_of_labels_begins_again():
    labels = "".join(map(str, sklearn.datasets.load_digits().target))
    assert len(FORM_STARTS) == 14
    for start in FORM_STARTS:  # one form has lost its first digit
        assert labels[start : start + 9] in ("012345678", "123456789")


def test_the_shuffle_depends_on_the_seed():
    a, b, c = (load_digits_split(by="image", seed=s).test.images for s in (1, 1, 2))
    assert np.array_equal(a, b) and not np.array_equal(a, c)


@pytest.mark.parametrize(("name", "value"), [("by", "writer"), ("seed", -1)])
def test_bad_arguments_of_the_split(name, value):
    with pytest.raises(ValueError, match=name):
        load_digits_split(**{name: value})


def test_duplicates_are_counted(split):
    some = split.train.images[:5]
    assert count_duplicates(some, some[[0, 3, 3]]) == 3
    for other in (some[:, :4], some.astype(float)):
        with pytest.raises(ValueError, match="others"):
            count_duplicates(some, other)


@settings(max_examples=25, deadline=None)
@given(
    count=st.integers(1, 12),
    least=st.integers(1, 4),
    more=st.integers(0, 3),
    trim=st.booleans(),
    seed=st.integers(0, 99),
)
def test_a_strip_can_be_taken_apart(count, least, more, trim, seed):
    part = load_digits_split().validation
    strips = make_digit_strips(
        part.images, part.labels, count, digits=(least, least + more), trim=trim, seed=seed
    )
    for row in range(count):
        end = strips.lengths[row]
        assert strips.mask[row, :end].all() and not strips.mask[row, end:].any()
        assert (strips.columns[row, end:] == PAD).all() and (strips.columns[row, :end] >= 0).all()
        assert (strips.positions[row, end:] == -1).all() and (strips.images[row, end:] == -1).all()
        starts = np.flatnonzero(strips.positions[row] == 0)
        assert least <= len(starts) <= least + more
        for start in starts:
            image, width = strips.images[row, start], strips.widths[row, start]
            here = slice(start, start + width)
            assert (strips.images[row, here] == image).all()
            assert (strips.labels[row, here] == part.labels[image]).all()
            assert strips.positions[row, here].tolist() == list(range(width))
            ink = part.images[image].sum()
            assert np.isclose(strips.columns[row, here].sum(), ink), "ink was cut off"


def test_strips_hold_only_the_given_images_each_before_any_again(split):
    strips = make_digit_strips(split.test.images, split.test.labels, 300, trim=False, seed=3)
    starts = np.argwhere(strips.positions == 0)
    cut = np.stack([strips.columns[r, t : t + 8].T for r, t in starts])  # images again
    assert count_duplicates(split.test.images, cut) == len(cut)
    used = np.bincount(strips.images[strips.positions == 0], minlength=len(split.test.labels))
    assert used.max() - used.min() <= 1


def test_seed_and_length(split):
    images, labels = split.test[:2]
    a, b, c = (make_digit_strips(images, labels, 9, seed=s) for s in (1, 1, 2))
    assert all(np.array_equal(x, y) for x, y in zip(a, b))
    assert not np.array_equal(a.images, c.images)
    longer = make_digit_strips(images, labels, 9, seed=1, length=60)
    assert longer.columns.shape == (9, 60, 8) and np.array_equal(longer.lengths, a.lengths)


def test_gaps_are_paper_between_digits_and_nothing_else_changes(split):
    images, labels = split.test[:2]
    tight, loose = (
        make_digit_strips(images, labels, 40, gap=gap, seed=4) for gap in ((0, 0), (1, 3))
    )
    found = set()
    for row in range(40):
        inked = loose.images[row] >= 0
        end = loose.lengths[row]
        assert inked[0] and inked[end - 1] and loose.mask[row, :end].all()
        paper = loose.mask[row] & ~inked
        assert (loose.columns[row, paper] == 0).all() and (loose.positions[row, paper] == -1).all()
        for a, b in zip(tight, loose):
            assert np.array_equal(a[row, tight.mask[row]], b[row, inked])
        starts = np.flatnonzero(loose.positions[row] == 0)
        found |= {paper[a:b].sum() for a, b in zip(starts, starts[1:])}
    assert found == {1, 2, 3}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        *[("count", 0), ("digits", (3, 2)), ("digits", (0, 2)), ("length", 5)],
        *[("gap", (-1, 2)), ("gap", (2, 1))],
        *[("images", np.full((9, 8, 8), value)) for value in (16, np.nan)],
        *[("images", np.zeros((0, 8, 8))), ("labels", np.zeros(8))],
    ],
)
def test_bad_arguments_of_strips(name, value):
    arguments = {"images": np.ones((9, 8, 8)), "labels": np.arange(9), "count": 4} | {name: value}
    with pytest.raises(ValueError, match=name):
        make_digit_strips(**arguments)
