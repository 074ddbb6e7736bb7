"""Digits and strips: parts that do not leak, strips that can be taken apart again."""

from __future__ import annotations

import numpy as np
import pytest
import sklearn.datasets
from hypothesis import given, settings
from hypothesis import strategies as st

from utils.data import digits
from utils.data.digits import PAD, count_duplicates, load_digits_split, make_digit_strips


@pytest.fixture(scope="module")
def split():
    return load_digits_split()


def test_sizes_types_and_range(split):
    assert [len(part.labels) for part in split] == [1157, 258, 382]
    for part in split:
        assert part.images.shape == (len(part.labels), 8, 8)
        assert part.images.dtype == np.float32 and part.labels.dtype == np.int64
        assert part.images.min() == 0 and part.images.max() == 1
        assert set(part.labels) == set(range(10))


@pytest.mark.parametrize("by", ["form", "image"])
def test_parts_hold_every_image_once_and_share_none(by):
    parts = load_digits_split(by=by)
    together = np.concatenate([part.images for part in parts]).reshape(1797, 64)
    everything = sklearn.datasets.load_digits().data / 16
    assert np.array_equal(np.unique(together, axis=0), np.unique(everything, axis=0))
    assert count_duplicates(parts.train.images, parts.validation.images) == 0
    assert count_duplicates(parts.train.images, parts.test.images) == 0
    assert count_duplicates(parts.validation.images, parts.test.images) == 0


def test_no_form_is_in_two_parts(split):
    forms = [set(part.forms) for part in split]
    assert forms == [set(range(9)), {9, 10}, {11, 12, 13}]
    shuffled = load_digits_split(by="image")
    assert set(shuffled.train.forms) & set(shuffled.test.forms), "shuffled images share forms"


def test_forms_begin_where_the_row_of_labels_begins_again():
    labels = "".join(map(str, sklearn.datasets.load_digits().target))
    assert len(digits.FORM_STARTS) == 14
    for start in digits.FORM_STARTS:
        # One form has lost its first digit.
        assert labels[start : start + 9] in ("012345678", "123456789")
        assert start == 0 or labels[start - 1] in "893"


def test_shuffle_depends_on_the_seed_only():
    a, b, c = (load_digits_split(by="image", seed=s) for s in (1, 1, 2))
    assert np.array_equal(a.test.images, b.test.images)
    assert not np.array_equal(a.test.images, c.test.images)


def test_bad_arguments_of_the_split():
    with pytest.raises(ValueError, match="by is 'writer'.*'form'"):
        load_digits_split(by="writer")
    with pytest.raises(ValueError, match="seed is -1"):
        load_digits_split(seed=-1)


def _changed(monkeypatch, images, target):
    other = sklearn.utils.Bunch(images=images, target=target)
    monkeypatch.setattr(sklearn.datasets, "load_digits", lambda: other)


def test_other_data_are_noticed(monkeypatch):
    data = sklearn.datasets.load_digits()
    images = data.images.copy()
    images[5, 3, 3] = 15 - images[5, 3, 3]
    _changed(monkeypatch, images, data.target)
    with pytest.warns(UserWarning, match="results will differ"):
        load_digits_split()
    _changed(monkeypatch, data.images[:-1], data.target[:-1])
    with pytest.raises(RuntimeError, match="1796 digits where 1797"):
        load_digits_split()


def test_duplicates_are_counted(split):
    some = split.train.images[:5]
    assert count_duplicates(some, some[[0, 3, 3]]) == 3
    with pytest.raises(ValueError, match="sizes must be equal"):
        count_duplicates(some, some[:, :4])
    with pytest.raises(ValueError, match="use one type"):
        count_duplicates(some, some.astype(float))


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


def test_strips_of_test_images_hold_no_training_image(split):
    strips = make_digit_strips(split.test.images, split.test.labels, 200, trim=False, seed=3)
    starts = np.argwhere(strips.positions == 0)
    cut = np.stack([strips.columns[r, t : t + 8].T for r, t in starts])  # images again
    assert count_duplicates(split.test.images, cut) == len(cut)
    assert count_duplicates(split.train.images, cut) == 0


def test_every_image_is_used_before_any_is_used_again(split):
    strips = make_digit_strips(split.test.images, split.test.labels, 300, seed=5)
    used = np.bincount(strips.images[strips.positions == 0], minlength=len(split.test.labels))
    assert used.max() - used.min() <= 1


def test_seed_and_length(split):
    a, b, c = (
        make_digit_strips(split.test.images, split.test.labels, 9, seed=s) for s in (1, 1, 2)
    )
    assert all(np.array_equal(x, y) for x, y in zip(a, b))
    assert not np.array_equal(a.images, c.images)
    longer = make_digit_strips(split.test.images, split.test.labels, 9, seed=1, length=60)
    assert longer.columns.shape == (9, 60, 8)
    assert np.array_equal(longer.lengths, a.lengths)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"count": 0}, "count is 0"),
        ({"digits": (3, 2)}, "digits is"),
        ({"digits": (0, 2)}, "digits is"),
        ({"length": 5}, "length is 5"),
    ],
)
def test_bad_arguments_of_strips(split, change, message):
    arguments = {"count": 4, **change}
    with pytest.raises(ValueError, match=message):
        make_digit_strips(split.test.images, split.test.labels, **arguments)


def test_bad_images(split):
    images, labels = split.test.images, split.test.labels
    with pytest.raises(ValueError, match="from 0 to 1"):
        make_digit_strips(images * 16, labels, 3)
    with pytest.raises(ValueError, match="from 0 to 1"):
        make_digit_strips(np.full_like(images, np.nan), labels, 3)
    with pytest.raises(ValueError, match="must be"):
        make_digit_strips(images, labels[:-1], 3)
    with pytest.raises(ValueError, match="n above 0"):
        make_digit_strips(images[:0], labels[:0], 3)
