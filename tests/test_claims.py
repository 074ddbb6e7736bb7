"""Claims: what holds, what the table says of it, and how numbers are written."""

import numpy as np
import pytest

from utils import claims
from utils.claims import claim, count_claims, mean_std, number, read_claims, table


@pytest.fixture(autouse=True)
def nothing_recorded(monkeypatch):
    monkeypatch.setattr(claims, "_recorded", {})


@pytest.mark.parametrize(
    "values, statistic, bar, holds",
    [
        ([1.0, 3.0], "mean", {"at_most": 2.0}, True),
        ([1.0, 3.1], "mean", {"at_most": 2.0}, False),
        ([0.1, 0.2, 9.0], "median", {"at_most": 0.2}, True),
        ([0.9, 1.0], "min", {"at_least": 0.95}, False),
        ([0.9, 1.0], "max", {"at_least": 0.95}, True),
        (0.5, "mean", {"at_least": 0.4, "at_most": 0.6}, True),
    ],
)
def test_a_claim_holds_if_its_statistic_meets_the_bar(values, statistic, bar, holds, capsys):
    claim("99.a", "A sentence.", values, statistic=statistic, **bar)
    count_claims()
    assert ("1 of 1" in capsys.readouterr().out) == holds
    assert claims._recorded["99.a"]["holds"] == holds


def test_a_false_claim_is_named_and_stops_nothing(capsys):
    claim("99.good", "True.", 1.0, at_most=2)
    claim("99.bad", "False.", 3.0, at_most=2)
    count_claims()
    printed = capsys.readouterr().out
    assert "1 of 2" in printed and "99.bad" in printed and "99.good" not in printed


def test_a_cell_that_is_run_again_replaces_its_claim():
    claim("99.a", "A sentence.", 3.0, at_most=2)
    claim("99.a", "A sentence.", 1.0, at_most=2)
    assert len(claims._recorded) == 1 and claims._recorded["99.a"]["holds"]


@pytest.mark.parametrize(
    "arguments",
    [
        {"measured": [], "at_most": 1},
        {"measured": [1, np.nan], "at_most": 1},
        {"measured": 1.0},
        {"measured": 1.0, "at_most": 1, "statistic": "mode"},
    ],
)
def test_what_is_no_claim_is_refused(arguments):
    with pytest.raises(ValueError):
        claim("99.a", "A sentence.", **arguments)


def test_the_table_prints_the_statistic_that_the_bar_tests():
    skewed = [0.0015, 0.0033, 0.15]
    claim("99.median", "Middle.", skewed, at_most=0.01, statistic="median")
    claim("99.min", "Lowest.", [0.9, 0.5], at_least=0.4, statistic="min", of="variants")
    claim("99.all", "All.", [1.0, 1.0], at_least=1, baseline=("coin", 0.5))
    rows = table(list(claims._recorded.values())).splitlines()[2:]
    assert "median 0.00330 [0.00150, 0.150]" in rows[0]
    assert "0.500" in rows[1] and "variants" in rows[1]
    assert "±" not in rows[2] and "coin: 0.500" in rows[2]
    assert "published" not in table(list(claims._recorded.values()))


def test_read_claims_finds_what_a_notebook_carries():
    output = {"metadata": {claims.METADATA_KEY: [{"name": "99.a"}]}, "data": {}}
    notebook = {"cells": [{"outputs": [output, {"name": "stdout"}]}, {"source": ""}]}
    assert read_claims(notebook) == [{"name": "99.a"}]


def test_numbers_as_text():
    assert mean_std([15.3, 15.56, 15.82]) == "15.56 ± 0.26"
    assert mean_std([1.0, 2.0, 3.0], 1) == "2.0 ± 1.0"
    assert mean_std([100, 100]) == "100 (all 2)"
    assert mean_std([1e-7, 3e-7]) == "2.00e-07 ± 1.4e-07"
    assert [number(v) for v in (0, 1, 0.01234, 12345, 4.4e-16)] == [
        "0",
        "1.00",
        "0.0123",
        "12,345",
        "4.4e-16",
    ]
    with pytest.raises(ValueError):
        mean_std([])
