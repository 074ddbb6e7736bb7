"""Data inside installed packages: whether it is the data that the lessons were written with.

Every loader of a time series (``co2``, ``sunspots``, ``el_nino``, ``sp500``, ``own_series``)
returns the same shape, so that a lesson can put one in the place of another: a
``pandas.DataFrame`` with one row a time step, oldest first; a ``DatetimeIndex`` named ``date``
without duplicates, with its frequency where the steps are regular; columns of floats without
missing values, the unit in the name of the column where there is one.
"""

from __future__ import annotations

import hashlib
import importlib.metadata
import warnings

import numpy as np
import pandas as pd


def checksum(table: pd.DataFrame) -> str:
    """SHA-256 of dates and values, the values written with six decimals.

    Decimals instead of bytes: two versions of a reader may differ in the last bit of a number.
    """
    rows = [
        f"{date:%Y-%m-%d}," + ",".join(f"{value:.6f}" for value in values)
        for date, values in zip(table.index, table.to_numpy(dtype=float), strict=True)
    ]
    return hashlib.sha256("\n".join(rows).encode()).hexdigest()


def version_note(table: pd.DataFrame, sha256: str, package: str, version: str) -> str:
    """A sentence for the reader if these are not the data of the pinned version, else ``""``.

    Parameters
    ----------
    table
        What was loaded.
    sha256
        :func:`checksum` of what the lessons were written with.
    package, version
        Where that came from, for instance ``"statsmodels"`` and ``"0.15.0"``.
    """
    if checksum(table) == sha256:
        return ""
    installed = importlib.metadata.version(package)
    what = (
        f"{package} {installed} is installed and the saved results are from {package} {version}"
        if installed != version
        else f"The data inside {package} {version} have been changed"
    )
    return (
        f"{what}: the data differ, and so will the results. For the same data: "
        f"pip install {package}=={version}"
    )


def checked(table: pd.DataFrame, sha256: str, package: str, version: str) -> pd.DataFrame:
    """The table, after printing :func:`version_note` if there is something to say.

    Raises
    ------
    ValueError
        If the table is not of the shape that all loaders share.
    """
    index = table.index
    if not isinstance(index, pd.DatetimeIndex) or not index.is_monotonic_increasing:
        raise ValueError(f"the index of {package}'s table is not a calendar in order.")
    if index.has_duplicates or not np.isfinite(table.to_numpy(dtype=float)).all():
        raise ValueError(
            f"{package}'s table has dates twice or missing values; install the version that "
            f"the lessons were written with: pip install {package}=={version}"
        )
    note = version_note(table, sha256, package, version)
    if note:
        print(note)
    return table


def warn_if_generated_otherwise(
    found: str, expected: str, package: str, version: str, things: str
) -> None:
    """Warn if a set that is drawn from a package's data is not the one of the saved results.

    Parameters
    ----------
    found, expected
        Checksums: of what was drawn now, and of what the lessons were measured on.
    package, version
        What it was drawn from, for instance ``"babel"`` and ``"2.18.0"``.
    things
        Name of the set in a sentence, such as ``"dates"``.
    """
    if found == expected:
        return
    installed = importlib.metadata.version(package)
    if installed == version:
        cause = f"NumPy {np.__version__} draws other random numbers than the one used then"
        cure = "requirements.lock has that NumPy"
    else:
        cause = f"{package} {version} made those, and {installed} is installed"
        cure = f"for the same ones: pip install {package}=={version}"
    warnings.warn(
        f"These {things} are not the ones that the lessons were measured on: {cause}. "
        f"Results will differ a little; {cure}.",
        stacklevel=3,
    )
