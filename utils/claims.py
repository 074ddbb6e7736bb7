"""Claims: sentences of a lesson that are measured, and a table of what was measured.

``claim`` records and says nothing. ``show_claims`` shows the table at the end of the lesson, and
``count_claims`` prints one line that the tests compare: when a claim stops being true that line
changes, and the build fails. A lesson that runs with other parameters goes on to its end.
"""

from __future__ import annotations

import math
import time
from collections.abc import Sequence
from typing import Any

import numpy as np

METADATA_KEY = "claims"  # of the table's output, where the figures travel with the saved notebook

_STATISTICS = {"mean": np.mean, "median": np.median, "min": np.min, "max": np.max}
_recorded: dict[str, dict[str, Any]] = {}
_clock = time.perf_counter()


def claim(
    name: str,
    statement: str,
    measured: float | Sequence[float],
    *,
    at_most: float | None = None,
    at_least: float | None = None,
    statistic: str = "mean",
    of: str = "seeds",
    unit: str = "",
    baseline: tuple[str, float] | None = None,
    published: tuple[str, float] | None = None,
    check: bool = False,
) -> None:
    """Record a sentence and what was measured; shown by :func:`show_claims`.

    Parameters
    ----------
    name
        Lesson number and a word, unique in the lesson: ``"04.rmse"``. A cell that is run again
        replaces its claim.
    statement
        One sentence that is true exactly if the bar is met, without measured digits.
    measured
        One value, or one for each of ``of``.
    at_most, at_least
        The bar; at least one of the two.
    statistic
        What is compared with the bar: ``mean``, ``median``, ``min`` or ``max`` of the values.
    of
        What the values are, in the plural: ``"seeds"``, ``"variants"``, ``"test days"``.
    unit
        Of measured, baseline and published.
    baseline, published
        Name (or author, year and table) and value, to stand beside it.
    check
        True for a tolerance (two programs agree, a saved model answers the same), which
        RESULTS.md lists apart from the findings.

    Raises
    ------
    ValueError
        If there is no bar, no value, a value that is not finite, or an unknown statistic.
    """
    values = np.ravel(np.asarray(measured, dtype=float))
    if values.size == 0 or not np.all(np.isfinite(values)):
        raise ValueError(f"measured is {measured!r}; a claim needs one or more finite values.")
    if at_most is None and at_least is None:
        raise ValueError(f"claim {name!r} has no bar; give at_most, at_least or both.")
    if statistic not in _STATISTICS:
        raise ValueError(f"statistic is {statistic!r}; allowed are {', '.join(_STATISTICS)}.")
    global _clock
    now = time.perf_counter()
    value = float(_STATISTICS[statistic](values))
    _recorded[name] = {
        "name": name,
        "statement": statement,
        "measured": [float(f"{v:.5g}") for v in values],
        "statistic": statistic,
        "of": of,
        "unit": unit,
        "at_most": at_most,
        "at_least": at_least,
        "holds": bool(
            (at_most is None or value <= at_most) and (at_least is None or value >= at_least)
        ),
        "baseline": list(baseline) if baseline else None,
        "published": list(published) if published else None,
        "check": check,
        "seconds": round(now - _clock),  # since the claim before
    }
    _clock = now


def count_claims() -> None:
    """Print how many of the claims hold, and the names of those that do not."""
    failed = [name for name, record in _recorded.items() if not record["holds"]]
    print(
        f"{len(_recorded) - len(failed)} of {len(_recorded)} claims hold"
        + (f"; not: {', '.join(failed)}" if failed else "")
    )


def show_claims() -> None:
    """Show the table of all claims made so far: measured, bar, baseline, published, verdict."""
    from IPython.display import display

    records = list(_recorded.values())
    text = table(records)
    display(
        {"text/markdown": text, "text/plain": text},
        raw=True,
        metadata={METADATA_KEY: records},
    )


def table(records: Sequence[dict[str, Any]]) -> str:
    """Claims as a Markdown table; a column that no claim fills is left out.

    Parameters
    ----------
    records
        As :func:`read_claims` returns them.
    """
    columns: dict[str, list[str]] = {
        "claim": [r["statement"].replace("|", "\\|") for r in records],
        "measured": [_measured(r) for r in records],
        "bar": [_bar(r) for r in records],
        "baseline": [_named(r["baseline"]) for r in records],
        "published": [_named(r["published"]) for r in records],
        "seconds": [str(r["seconds"]) for r in records],
        "verdict": ["holds" if r["holds"] else "**does not hold**" for r in records],
    }
    columns = {name: cells for name, cells in columns.items() if any(cells)}
    lines = ["| " + " | ".join(columns) + " |", "| " + " | ".join("---" for _ in columns) + " |"]
    lines += ["| " + " | ".join(row) + " |" for row in zip(*columns.values(), strict=True)]
    return "\n".join(lines)


def read_claims(notebook: dict[str, Any]) -> list[dict[str, Any]]:
    """The claims that a saved notebook carries in the output of :func:`show_claims`, in order.

    Parameters
    ----------
    notebook
        As ``nbformat.read`` returns it, or the parsed JSON of the file.
    """
    return [
        dict(record)
        for cell in notebook["cells"]
        for output in cell.get("outputs", [])
        for record in output.get("metadata", {}).get(METADATA_KEY, [])
    ]


def mean_std(values: Sequence[float], digits: int | None = None) -> str:
    """Mean and standard deviation as text: ``15.56 ± 0.28``.

    Parameters
    ----------
    values
        One for each seed. A single value has no deviation, and the text has none; values that
        are all equal are said to be so.
    digits
        After the decimal point. None gives the deviation two digits, and the mean as many places.

    Raises
    ------
    ValueError
        If there is no value.
    """
    values = np.asarray(values, dtype=float)
    if values.size == 0:
        raise ValueError("values is empty; give one value for each seed.")
    mean = float(values.mean())
    # ddof=1: the seeds are a sample of all the seeds there are.
    deviation = float(values.std(ddof=1)) if values.size > 1 else 0.0
    if digits is not None:
        return f"{mean:.{digits}f}" + (f" ± {deviation:.{digits}f}" if values.size > 1 else "")
    if deviation == 0:
        return number(mean) + (f" (all {values.size})" if values.size > 1 else "")
    if not 1e-3 <= abs(mean) < 1e5:
        return f"{mean:.2e} ± {deviation:.1e}"
    places = max(0, 1 - math.floor(math.log10(deviation)))
    return f"{mean:.{places}f} ± {deviation:.{places}f}"


def number(value: float) -> str:
    """Three digits; scientific below 1e-3 and from 1e5 on: ``0.0123``, ``4.4e-16``, ``12,300``."""
    if value == 0:
        return "0"
    if not 1e-3 <= abs(value) < 1e5:
        return f"{value:.1e}"
    places = max(0, 2 - math.floor(math.log10(abs(value))))
    return f"{value:,.{places}f}"


def _measured(record: dict[str, Any]) -> str:
    """The statistic that the bar tests, with its spread, as text."""
    values, statistic = np.asarray(record["measured"]), record["statistic"]
    unit = f" {record['unit']}" if record["unit"] else ""
    count = f" ({values.size} {record['of']})"
    if values.size == 1:
        return number(values[0]) + unit
    if values.min() == values.max():
        return f"{number(values[0])}{unit} (all {values.size} {record['of']})"
    if statistic == "mean":
        return mean_std(values) + unit + count
    if statistic == "median":
        low, middle, high = map(number, np.quantile(values, [0, 0.5, 1]))
        return f"median {middle} [{low}, {high}]{unit}{count}"
    word = "lowest" if statistic == "min" else "highest"
    return (
        f"{number(_STATISTICS[statistic](values))}{unit} ({word} of {values.size} {record['of']})"
    )


def _bar(record: dict[str, Any]) -> str:
    parts = [
        f"{sign} {record[side]:g}"
        for side, sign in (("at_least", "≥"), ("at_most", "≤"))
        if record[side] is not None
    ]
    return " and ".join(parts)


def _named(pair: list | None) -> str:
    return "" if pair is None else f"{pair[0]}: {number(pair[1])}"
