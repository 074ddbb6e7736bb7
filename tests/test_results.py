"""Claims fail when they are false, and carry what was measured."""

import pytest

from utils.results import claim, collect, spread


def test_a_claim_that_holds_is_printed_without_measured_digits(capsys):
    claim("99.a", "It is small.", [1.234, 1.345], at_most=2, unit="ppm")
    assert capsys.readouterr().out == "Holds: It is small. [mean at most 2 ppm]\n"


@pytest.mark.parametrize(
    ("values", "bars"),
    [([3.0], {"at_most": 2}), ([1.0], {"at_least": 2}), ([1, 9], {"at_least": 2, "at_most": 4})],
)
def test_a_false_claim_stops_the_notebook(values, bars):
    with pytest.raises(AssertionError, match=r"claim 99.a: It holds. Measured"):
        claim("99.a", "It holds.", values, **bars)


def test_a_false_claim_that_is_not_enforced_is_said(capsys):
    claim("99.a", "It holds.", [3.0], at_most=2, enforce=False)
    assert capsys.readouterr().out.startswith("DOES NOT HOLD: It holds.")


def test_statistics():
    claim("99.a", "The worst is good.", [1, 2, 3], at_least=1, statistic="min")
    with pytest.raises(AssertionError):
        claim("99.a", "The worst is good.", [0, 2, 3], at_least=1, statistic="min")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"measured": [1.0]}, "has no bar"),
        ({"measured": [], "at_most": 1}, "finite"),
        ({"measured": [float("nan")], "at_most": 1}, "finite"),
        ({"measured": [1.0], "at_most": 1, "statistic": "best"}, "allowed are"),
    ],
)
def test_bad_claims_are_named(arguments, message):
    with pytest.raises(ValueError, match=message):
        claim("99.a", "It holds.", **arguments)


def test_spread():
    assert spread([1.0, 2.0, 3.0], 1) == "2.0 ± 1.0"
    assert spread([2.0]) == "2.00"
    with pytest.raises(ValueError, match="empty"):
        spread([])


def test_collect_reads_the_metadata_of_outputs():
    output = {"metadata": {"claim": {"name": "99.a"}}, "data": {}}
    notebook = {"cells": [{"outputs": [output, {"name": "stdout"}]}, {"source": ""}]}
    assert collect(notebook) == [{"name": "99.a"}]
