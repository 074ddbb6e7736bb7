"""The synthetic ECG: its labels are true."""

import re

import numpy as np
import pytest

from utils.data.ecg_like import FAULTS, make_ecg_like


@pytest.fixture(scope="module")
def faulty():
    return make_ecg_like(120, faults=12, seed=1)


def test_only_what_is_labelled_differs(faulty):
    assert np.array_equal(faulty.signal[~faulty.faulty], faulty.clean[~faulty.faulty])
    inside = np.zeros_like(faulty.faulty)
    for start, stop, _ in faulty.segments.itertuples(index=False):
        assert not inside[start:stop].any(), "two faults overlap"
        inside[start:stop] = True
        # Every fault is far above the noise of 0.02.
        assert np.abs(faulty.signal - faulty.clean)[start:stop].max() > 0.15
    assert np.array_equal(inside, faulty.faulty)
    assert faulty.segments["kind"].value_counts().to_dict() == dict.fromkeys(FAULTS, 2)


def test_normal_beats_lie_between_faults(faulty):
    edges = faulty.segments[["start", "stop"]].to_numpy()
    for stop, start in zip(edges[:-1, 1], edges[1:, 0], strict=True):
        assert ((faulty.beats >= stop) & (faulty.beats < start)).sum() >= 2


def test_the_seed_decides_and_faults_do_not_change_the_clean_signal(faulty):
    assert np.array_equal(make_ecg_like(120, faults=12, seed=1).signal, faulty.signal)
    assert np.array_equal(make_ecg_like(120, seed=1).signal, faulty.clean)
    assert not np.array_equal(make_ecg_like(120, seed=2).signal, faulty.clean)


def test_it_looks_like_an_ecg():
    made = make_ecg_like(60, heart_rate=70, noise=0)
    assert 66 <= len(made.beats) <= 74 and np.all(made.signal[made.beats] > 0.8)
    gaps = np.diff(made.beats) / made.rate
    assert 0.01 < gaps.std() / gaps.mean() < 0.06
    # Before the tall wave a small one, after it a dip and a broad one.
    beat, width = made.beats[10], gaps.mean() * made.rate
    around = made.signal[beat - round(0.4 * width) : beat + round(0.5 * width)]
    assert around[: round(0.28 * width)].max() > 0.15
    assert around[round(0.4 * width) :].min() < -0.1
    assert around[round(0.6 * width) :].max() > 0.3
    assert not made.faulty.any() and len(made.segments) == 0


@pytest.mark.parametrize(
    ("kind", "is_of_kind"),
    [
        ("missed beat", lambda part, clean: np.abs(part).max() < 0.1 < clean.max()),
        ("early beat", lambda part, clean: part.argmax() < clean.argmax() and part.max() > 0.85),
        ("wrong amplitude", lambda part, clean: not 0.7 < part.max() < 1.3),
        ("noise burst", lambda part, clean: 0.15 < (part - clean).std() < 0.25),
        ("baseline drift", lambda part, clean: 0.45 < np.abs(part - clean).max() <= 0.5),
        ("flat line", lambda part, clean: np.ptp(part) < 1e-12),
    ],
)
def test_faults_are_what_they_are_called(kind, is_of_kind):
    made = make_ecg_like(60, faults=3, kinds=[kind], noise=0, seed=4)
    assert len(made.segments) == 3
    for start, stop, name in made.segments.itertuples(index=False):
        assert name == kind and is_of_kind(made.signal[start:stop], made.clean[start:stop])


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("rate", 20),
        ("heart_rate", 5),
        ("noise", float("nan")),
        ("faults", -1),
        ("kinds", ["broken"]),
        ("kinds", []),
        ("seconds", 0.5),
        ("seed", -1),
    ],
)
def test_bad_arguments_are_named(name, value):
    with pytest.raises(ValueError, match=name):
        make_ecg_like(**{"seconds": 30} | {name: value})


def test_as_many_faults_fit_as_the_error_says():
    with pytest.raises(ValueError, match="faults") as error:
        make_ecg_like(40, faults=30)
    room = int(re.findall(r"\d+", str(error.value))[-1])
    assert len(make_ecg_like(40, faults=room).segments) == room
    with pytest.raises(ValueError, match="faults"):
        make_ecg_like(40, faults=room + 1)
