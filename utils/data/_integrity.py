"""Whether data are those that the lessons were measured on."""

from __future__ import annotations

import hashlib
import importlib.metadata
import json
import warnings
from typing import TypeVar

import pandas as pd

Data = TypeVar("Data")

# The packages that hold the data or make them, as the lessons were measured.
VERSIONS = {
    "arch": "8.0.0",
    "babel": "2.18.0",
    "keras": "3.15.1",
    "num2words": "0.5.14",
    "scikit-learn": "1.9.0",
    "statsmodels": "0.15.0",
}


def verify(data: Data, sha256: str, package: str) -> Data:
    """The data as they are, after a warning if their checksum is not the recorded one.

    Parameters
    ----------
    data
        Whatever :func:`checksum` takes.
    sha256
        Checksum of the data that the lessons were measured on.
    package
        Where the data come from, a key of ``VERSIONS``.

    Warns
    -----
    UserWarning
        If the checksums differ; names the version that was used and the installed one.
    """
    if checksum(data) != sha256:
        warnings.warn(
            f"The data from {package} {importlib.metadata.version(package)} are not those that "
            f"the lessons were measured on ({package} {VERSIONS[package]}), so results will "
            "differ. The versions in requirements.lock give the same data.",
            stacklevel=3,
        )
    return data


def checksum(data: object) -> str:
    """SHA-256 as hexadecimal digits.

    Parameters
    ----------
    data
        Text, bytes, a ``pandas.DataFrame`` indexed by date, or nested tuples of text. Numbers of
        a table are written with six decimals, since two versions of a reader may differ in the
        last bit.
    """
    if isinstance(data, pd.DataFrame):
        data = data.to_csv(date_format="%Y-%m-%d", float_format="%.6f", lineterminator="\n")
    elif not isinstance(data, str | bytes):
        data = json.dumps(data)
    return hashlib.sha256(data.encode() if isinstance(data, str) else data).hexdigest()
