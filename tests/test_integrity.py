"""Data inside packages: quiet when they are the recorded ones, a warning when they are not."""

import importlib
import tomllib
import warnings
from pathlib import Path

import pandas as pd
import pytest
from packaging.requirements import Requirement

from utils.data import sunspots
from utils.data._integrity import VERSIONS, checksum

LOADERS = [
    ("co2", "load_co2"),
    ("dates", "make_dates"),
    ("digits", "load_digits_split"),
    ("el_nino", "load_el_nino"),
    ("number_words", "make_number_words"),
    ("sp500", "load_sp500"),
    ("sunspots", "load_sunspots"),
]


@pytest.mark.parametrize(("module", "loader"), LOADERS)
def test_a_loader_compares_its_data_with_the_recorded_ones(module, loader, monkeypatch):
    module = importlib.import_module(f"utils.data.{module}")
    seen = []
    monkeypatch.setattr(module, "verify", lambda *arguments: seen.append(arguments))
    getattr(module, loader)()
    ((data, sha256, package),) = seen
    assert checksum(data) == sha256 and package in VERSIONS


def test_other_data_are_returned_with_a_warning(monkeypatch):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        expected = sunspots.load_sunspots()
    monkeypatch.setattr(sunspots, "SHA256", "0" * 64)
    with pytest.warns(UserWarning, match="statsmodels") as caught:
        assert sunspots.load_sunspots().equals(expected)
    assert caught[0].filename == __file__  # points to the line that loads


def test_a_checksum_ignores_the_last_bit_and_nothing_else():
    table = pd.DataFrame({"a": [1.25, 3.5]}, pd.date_range("2001", periods=2, name="date"))
    assert checksum(table) == checksum(table * (1 + 1e-14))
    others = [table + 1e-5, table[::-1], table.shift(1, freq="D"), table.rename(columns={"a": "b"})]
    assert checksum(table) not in [checksum(other) for other in others]
    assert checksum((("a", "b"), ("c",))) != checksum((("a",), ("b", "c")))
    assert checksum("é") == checksum("é".encode())


def test_versions_are_allowed_by_the_project():
    project = tomllib.loads((Path(__file__).parents[1] / "pyproject.toml").read_text("utf-8"))
    allowed = [Requirement(line) for line in project["project"]["dependencies"]]
    specifiers = {requirement.name: requirement.specifier for requirement in allowed}
    assert all(version in specifiers[package] for package, version in VERSIONS.items())
