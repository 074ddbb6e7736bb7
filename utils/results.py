"""Claims: statements of a lesson that are measured, and fail the notebook when they are false.

What a claim prints is the same on every machine. What was measured travels with the saved
notebook as metadata of that output, and ``make results`` prints the table of all of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

CLAIM_KEY = "claim"  # of the output's metadata, where the figures of a claim are kept

_STATISTICS = {
    "mean": np.mean,
    "median": np.median,
    "min": np.min,
    "max": np.max,
}


def claim(
    name: str,
    statement: str,
    measured: float | Sequence[float],
    *,
    at_most: float | None = None,
    at_least: float | None = None,
    statistic: str = "mean",
    baseline: tuple[str, float] | None = None,
    published: tuple[str, float] | None = None,
    unit: str = "",
    seconds: float | None = None,
    enforce: bool = True,
) -> None:
    """State something, check it against what was measured, and keep both for the table.

    Parameters
    ----------
    name
        Lesson number and a word, unique over all lessons: ``"04.rmse"``.
    statement
        One sentence that is true if the bar is met. No measured digits in it.
    measured
        One value, or one a seed.
    at_most, at_least
        The bar; at least one of the two.
    statistic
        What of the values is compared with the bar: ``mean``, ``median``, ``min`` or ``max``.
    baseline, published
        Name (or author, year and table) and value, to stand beside it.
    unit
        Of measured, baseline and published.
    seconds
        What it took to measure, on the machine that saved the notebook.
    enforce
        False when the lesson runs with other parameters than its own: a claim that does not
        hold is then said, and does not stop the notebook.

    Raises
    ------
    AssertionError
        If the claim is false (and enforced).
    ValueError
        If there is no bar, no value, a value that is not finite, or an unknown statistic.
    """
    values = np.atleast_1d(np.asarray(measured, dtype=float))
    if values.size == 0 or not np.all(np.isfinite(values)):
        raise ValueError(f"measured is {measured!r}; a claim needs one or more finite values.")
    if at_most is None and at_least is None:
        raise ValueError(f"claim {name!r} has no bar; give at_most, at_least or both.")
    if statistic not in _STATISTICS:
        raise ValueError(
            f"statistic is {statistic!r}; allowed are {', '.join(sorted(_STATISTICS))}."
        )
    value = float(_STATISTICS[statistic](values))
    holds = (at_most is None or value <= at_most) and (at_least is None or value >= at_least)
    bar = _bar(at_most, at_least, unit, statistic if values.size > 1 else "")
    verdict = "Holds" if holds else "DOES NOT HOLD"
    _display(
        f"{verdict}: {statement} [{bar}]",
        {
            "name": name,
            "statement": statement,
            "bar": bar,
            "holds": holds,
            "measured": [_significant(v) for v in values],
            "statistic": statistic,
            "unit": unit,
            "baseline": list(baseline) if baseline else None,
            "published": list(published) if published else None,
            "seconds": None if seconds is None else round(float(seconds)),
        },
    )
    if enforce and not holds:
        raise AssertionError(f"claim {name}: {statement} Measured {value:.6g}, bar {bar}.")


def spread(values: Sequence[float], digits: int = 2) -> str:
    """Mean and standard deviation over seeds as text: ``17.90 ± 0.81``.

    Parameters
    ----------
    values
        One a seed. With a single value there is no spread, and the text says so by leaving it
        out.
    digits
        After the decimal point.
    """
    values = np.asarray(values, dtype=float)
    if values.size == 0:
        raise ValueError("values is empty; give one value a seed.")
    mean = f"{values.mean():.{digits}f}"
    if values.size == 1:
        return mean
    # ddof=1: the seeds are a sample of all the seeds there are.
    return f"{mean} ± {values.std(ddof=1):.{digits}f}"


def collect(notebook: dict[str, Any]) -> list[dict[str, Any]]:
    """The claims that a saved notebook carries, in order.

    Parameters
    ----------
    notebook
        As ``nbformat.read`` returns it, or the parsed JSON of the file.
    """
    claims = []
    for cell in notebook["cells"]:
        for output in cell.get("outputs", []):
            record = output.get("metadata", {}).get(CLAIM_KEY)
            if record is not None:
                claims.append(dict(record))
    return claims


def _bar(at_most: float | None, at_least: float | None, unit: str, statistic: str) -> str:
    unit = f" {unit}" if unit else ""
    if at_most is not None and at_least is not None:
        text = f"{at_least:g} to {at_most:g}{unit}"
    elif at_most is not None:
        text = f"at most {at_most:g}{unit}"
    else:
        text = f"at least {at_least:g}{unit}"
    return f"{statistic} {text}" if statistic else text


def _significant(value: float) -> float:
    """Four figures: more would only make the saved file differ from run to run."""
    return float(f"{value:.4g}")


def _display(text: str, record: dict[str, Any]) -> None:
    try:
        from IPython import get_ipython
        from IPython.display import display
    except ImportError:
        get_ipython = None
    if get_ipython is None or get_ipython() is None:
        print(text)
        return
    display({"text/plain": text}, raw=True, metadata={CLAIM_KEY: record})
