"""Handwritten digits of scikit-learn, split so that no filled-in form is in two parts.

Single images (:func:`load_digits_split`) and strips of several digits that are read column by
column (:func:`make_digit_strips`).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from utils.data._integrity import verify

# Of the pixels and then the labels, as unsigned bytes.
SHA256 = "87ff0c9e40dc7e2c0e34e7257799c2e3f3aec1a016363bb11cad869ec428a826"

# The images were cut from preprinted forms that all ask for the same sequence of about 130
# digits. The labels repeat from form to form, and so show where each form begins.
FORM_STARTS = (0, 130, 256, 386, 516, 646, 776, 906, 1029, 1157, 1287, 1415, 1545, 1667)
_FIRST_FORM_OF_VALIDATION, _FIRST_FORM_OF_TEST = 9, 11

PAD = -1.0  # after the end of a strip; no pixel has this value, since ink is 0 to 1


class Digits(NamedTuple):
    """One part of the data."""

    images: np.ndarray  # (n, 8, 8), float32, 0 is paper and 1 is ink
    labels: np.ndarray  # (n,), int64, 0 to 9
    forms: np.ndarray  # (n,), int64, number of the form that the image was cut from, 0 to 13


class DigitsSplit(NamedTuple):
    """The three parts; no image is in two of them."""

    train: Digits
    validation: Digits
    test: Digits


class Strips(NamedTuple):
    """Digits joined column by column. Row i is a strip, padded on the right to equal length."""

    columns: np.ndarray  # (strips, time, 8), float32: pixels of one column, PAD after the end
    labels: np.ndarray  # (strips, time), int64: the digit the column belongs to, 0 after the end
    positions: np.ndarray  # (strips, time), int64: column inside its digit, -1 after the end
    mask: np.ndarray  # (strips, time), bool: true where there is a column
    images: np.ndarray  # (strips, time), int64: image it was cut from, -1 after the end
    widths: np.ndarray  # (strips, time), int64: number of columns of that digit, 0 after the end

    @property
    def lengths(self) -> np.ndarray:
        """Columns of each strip. Shape ``(strips,)``."""
        return self.mask.sum(axis=1)


def load_digits_split(by: str = "form", seed: int = 0) -> DigitsSplit:
    """The 1,797 digits of scikit-learn in three parts: training, validation and test.

    Parameters
    ----------
    by
        ``"form"``: whole forms, in the order of the file: nine for training (1,157 images), two
        for validation (258), three for the test (382). This is how scores on new writers are
        estimated. ``"image"``: shuffled images in parts of the same sizes; the same writers are
        then in all parts, and scores are higher than new writers would give.
    seed
        Of the shuffle, 0 or more; used only with ``by="image"``.

    Returns
    -------
    DigitsSplit
        ``train``, ``validation`` and ``test``, each with ``images`` ``(n, 8, 8)`` from 0 to 1,
        ``labels`` ``(n,)`` and ``forms`` ``(n,)``.

    Raises
    ------
    ValueError
        If ``by`` is something else, or the seed is negative.

    Warns
    -----
    UserWarning
        If the installed scikit-learn has other data.

    References
    ----------
    E. Alpaydin and C. Kaynak (1998), "Optical Recognition of Handwritten Digits", test set, UCI
    Machine Learning Repository (CC BY 4.0), inside scikit-learn.
    """
    from sklearn.datasets import load_digits

    if by not in ("form", "image"):
        raise ValueError(f"by is {by!r}; allowed are 'form' and 'image'.")
    if seed < 0:
        raise ValueError(f"seed is {seed}; it must be 0 or more.")
    data = load_digits()
    pixels, labels = data.images.astype(np.uint8), data.target.astype(np.int64)
    verify(pixels.tobytes() + labels.astype(np.uint8).tobytes(), SHA256, "scikit-learn")
    images = pixels / np.float32(16)
    forms = np.searchsorted(FORM_STARTS, np.arange(len(labels)), side="right") - 1
    bounds = [FORM_STARTS[_FIRST_FORM_OF_VALIDATION], FORM_STARTS[_FIRST_FORM_OF_TEST]]
    order = np.arange(len(labels))
    if by == "image":
        order = np.random.default_rng(seed).permutation(len(labels))
    return DigitsSplit(
        *(Digits(images[part], labels[part], forms[part]) for part in np.split(order, bounds))
    )


def count_duplicates(images: np.ndarray, others: np.ndarray) -> int:
    """How many of ``others`` are, pixel for pixel, also among ``images``.

    Parameters
    ----------
    images, others
        Shapes ``(n, height, width)`` and ``(m, height, width)``, of one type.

    Raises
    ------
    ValueError
        If their sizes or types differ, so that nothing would ever be found.
    """
    images, others = np.asarray(images), np.asarray(others)
    if images.shape[1:] != others.shape[1:] or images.dtype != others.dtype:
        raise ValueError(
            f"images are {images.shape[1:]} of {images.dtype} and others {others.shape[1:]} of "
            f"{others.dtype}; sizes and types must be equal."
        )
    known = {image.tobytes() for image in images}
    return sum(image.tobytes() in known for image in others)


def make_digit_strips(
    images: np.ndarray,
    labels: np.ndarray,
    count: int,
    *,
    digits: tuple[int, int] = (3, 6),
    trim: bool = True,
    gap: tuple[int, int] = (0, 0),
    seed: int = 0,
    length: int | None = None,
) -> Strips:
    """Join random digits into strips that are read column by column, each column with its label.

    Split the images before you make strips of them: strips that are split afterwards share
    images. Every image is used once before any is used again.

    Parameters
    ----------
    images
        Shape ``(n, height, width)``, 0 is paper and 1 is ink.
    labels
        Shape ``(n,)``.
    count
        How many strips.
    digits
        Least and most digits in a strip, both included.
    trim
        Cut empty columns off both sides of each digit first, so that digits differ in width and
        only their shape tells where one ends and the next begins.
    gap
        Least and most columns of empty paper between two digits, both included. They belong to
        the strip (``mask`` is true), but to no digit: ``labels`` and ``widths`` are 0 there,
        ``positions`` and ``images`` -1.
    seed
        Decides the order of the images and the digits in each strip.
    length
        Columns to pad to; by default those of the longest strip.

    Returns
    -------
    Strips
        ``columns`` ``(count, time, height)``, and ``labels``, ``positions``, ``mask``, ``images``
        and ``widths``, each ``(count, time)``.

    Raises
    ------
    ValueError
        If shapes do not fit, ``count`` is below 1, ``digits`` or ``gap`` is not an increasing
        pair, a pixel is outside 0 to 1, or ``length`` is shorter than the longest strip.
    """
    images, labels = np.asarray(images, dtype=np.float32), np.asarray(labels)
    if images.ndim != 3 or labels.shape != images.shape[:1] or not len(images):
        raise ValueError(
            f"images has shape {images.shape} and labels {labels.shape}; they must be "
            "(n, height, width) and (n,) with n above 0."
        )
    if not (images.min() >= 0 and images.max() <= 1):
        raise ValueError(
            f"images go from {images.min()} to {images.max()}; pixels must be from 0 to 1 "
            "(divide by 16 if they come straight from scikit-learn)."
        )
    if count < 1:
        raise ValueError(f"count is {count}; make at least one strip.")
    least, most = digits
    if not 1 <= least <= most:
        raise ValueError(f"digits is {digits}; give the least and the most, 1 or more each.")
    if not 0 <= gap[0] <= gap[1]:
        raise ValueError(f"gap is {gap}; give the least and the most columns, 0 or more each.")

    rng = np.random.default_rng(seed)
    sizes = rng.integers(least, most + 1, size=count)
    rounds = -(-int(sizes.sum()) // len(images))
    order = np.concatenate([rng.permutation(len(images)) for _ in range(rounds)])
    spans = [_span(image) if trim else (0, images.shape[2]) for image in images]
    chosen = np.split(order[: sizes.sum()], np.cumsum(sizes)[:-1])
    gaps = [rng.integers(gap[0], gap[1] + 1, size=n) for n in sizes - 1]
    longest = max(
        sum(spans[i][1] - spans[i][0] for i in strip) + empty.sum()
        for strip, empty in zip(chosen, gaps)
    )
    if length is None:
        length = longest
    if length < longest:
        raise ValueError(f"length is {length}; the longest of these strips has {longest} columns.")

    columns = np.full((count, length, images.shape[1]), PAD, dtype=np.float32)
    marks = np.zeros((count, length), dtype=np.int64)
    positions, sources = np.full_like(marks, -1), np.full_like(marks, -1)
    widths, mask = np.zeros_like(marks), np.zeros(marks.shape, dtype=bool)
    for row, (strip, empty) in enumerate(zip(chosen, gaps)):
        at = 0
        for i, before in zip(strip, [0, *empty]):
            first, end = spans[i]
            columns[row, at : at + before] = 0
            at += before
            here = slice(at, at + end - first)
            columns[row, here] = images[i][:, first:end].T
            marks[row, here], sources[row, here] = labels[i], i
            positions[row, here], widths[row, here] = np.arange(end - first), end - first
            at += end - first
        mask[row, :at] = True
    return Strips(columns, marks, positions, mask, sources, widths)


def _span(image: np.ndarray) -> tuple[int, int]:
    """First column with ink and the one after the last; an empty image keeps its width."""
    inked = np.flatnonzero(image.any(axis=0))
    return (int(inked[0]), int(inked[-1]) + 1) if len(inked) else (0, image.shape[1])
