"""The figures of the lessons: one look, direct labels, and alternative text on each.

Functions that draw return a figure (or draw into axes that they are given) and show nothing;
:func:`show` puts a figure into the notebook together with its alternative text.
"""

from __future__ import annotations

import io
from collections.abc import Sequence

import matplotlib as mpl
import matplotlib.pyplot as plt
import matplotlib.ticker
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

# Okabe & Ito's palette (2008), told apart by colour-blind readers; ordered so that neighbours
# also differ in lightness, for print in grey.
COLOURS = {
    "black": "#000000",
    "blue": "#0072B2",
    "orange": "#E69F00",
    "green": "#009E73",
    "red": "#D55E00",
    "purple": "#CC79A7",
    "sky": "#56B4E9",
    "grey": "#7F7F7F",
}
_DPI = 110


def use_style() -> None:
    """Set the look that all lessons share."""
    mpl.rcParams.update(
        {
            "figure.figsize": (8.0, 3.6),
            "figure.dpi": _DPI,
            "figure.constrained_layout.use": True,
            "axes.spines.top": False,
            "axes.spines.right": False,
            "axes.grid": True,
            "grid.color": "#E5E5E5",
            "grid.linewidth": 0.8,
            "axes.axisbelow": True,
            "axes.titlelocation": "left",
            "axes.titlesize": 12,
            "axes.labelsize": 11,
            "xtick.labelsize": 10,
            "ytick.labelsize": 10,
            "font.size": 11,
            "lines.linewidth": 1.8,
            "legend.frameon": False,
            "axes.prop_cycle": mpl.cycler(
                color=[COLOURS[c] for c in ("blue", "orange", "green", "red", "purple", "black")]
            ),
            "image.cmap": "viridis",
        }
    )


def show(figure: Figure, alt: str) -> None:
    """Put a figure into the notebook with its alternative text, and close it.

    Parameters
    ----------
    figure
        From matplotlib.
    alt
        What somebody who cannot see the figure should know: what is drawn and what it shows,
        in a sentence or two. It is the text that tests compare, so no measured digits.

    Raises
    ------
    ValueError
        If ``alt`` is shorter than a sentence.
    """
    if len(alt.split()) < 5:
        raise ValueError(f"alt is {alt!r}; describe in a sentence what is drawn and what it shows.")
    from IPython.display import display

    buffer = io.BytesIO()
    # No software version in the file: it would differ from machine to machine.
    figure.savefig(buffer, format="png", dpi=_DPI, metadata={"Software": None})
    plt.close(figure)
    display(
        {"image/png": buffer.getvalue(), "text/plain": f"Figure: {alt}"},
        raw=True,
        metadata={"image/png": {"alt": alt}},
    )


def label_line(
    axes: Axes,
    x: float,
    y: float,
    text: str,
    colour: str,
    *,
    offset: tuple[float, float] = (6, 0),
    align: str = "left",
) -> None:
    """Write a label in a line's colour beside a point of it, instead of a legend.

    Parameters
    ----------
    axes
        Where to draw.
    x, y
        The point, in data coordinates.
    text, colour
        The label; the colour of the line.
    offset
        From the point, in typographic points.
    align
        Of the text at that place: ``left``, ``center`` or ``right``.
    """
    axes.annotate(
        text,
        (x, y),
        xytext=offset,
        textcoords="offset points",
        color=colour,
        ha=align,
        va="center",
        annotation_clip=False,
    )


def plot_forecasts(
    times: Sequence,
    truth: np.ndarray,
    forecasts: dict[str, np.ndarray],
    *,
    unit: str,
    title: str = "",
    history: tuple[Sequence, np.ndarray] | None = None,
) -> Figure:
    """Truth in black and each forecast in its own colour, in the same axes.

    Parameters
    ----------
    times, truth
        Equal lengths: when, and what happened.
    forecasts
        Name to values, each as long as ``truth``. The baseline belongs here too.
    unit
        Label of the vertical axis.
    history
        Times and values before the forecasts, drawn in grey.

    Raises
    ------
    ValueError
        If a forecast is not as long as ``truth``.
    """
    for name, values in forecasts.items():
        if len(values) != len(truth):
            raise ValueError(
                f"forecast {name!r} has {len(values)} values and truth {len(truth)}; "
                "they must be equally long."
            )
    figure, axes = plt.subplots(figsize=(9, 4))
    if history is not None:
        axes.plot(history[0], history[1], color=COLOURS["grey"], linewidth=1.2)
    axes.plot(times, truth, color=COLOURS["black"], linewidth=2.4, label="truth")
    styles = [("orange", "--"), ("blue", "-"), ("green", "-."), ("red", ":"), ("purple", "-")]
    for (name, values), (colour, dash) in zip(forecasts.items(), styles, strict=False):
        axes.plot(times, values, color=COLOURS[colour], linestyle=dash, label=name)
    axes.set(ylabel=unit, title=title)
    # The lines cross all the time; a legend above the axes is clearer than labels among them.
    axes.legend(loc="upper left", ncols=min(4, 1 + len(forecasts)), bbox_to_anchor=(0, 1.0))
    low, high = axes.get_ylim()
    axes.set_ylim(low, high + 0.15 * (high - low))
    return figure


def plot_heatmaps(
    rows: dict[str, np.ndarray],
    *,
    text: Sequence[str] | None = None,
    xlabel: str = "time step",
    limits: dict[str, tuple[float, float]] | None = None,
    title: str = "",
) -> Figure:
    """Matrices over the same time axis, one below the other, aligned column by column.

    Parameters
    ----------
    rows
        Name to matrix of shape ``(units, time)``; one time axis for all.
    text
        One label a time step (the characters that were read), written below.
    limits
        Colour range by name. Without it: 0 to 1 for values in there, else symmetric about 0.

    Raises
    ------
    ValueError
        If the rows differ in their number of steps, or ``text`` has another number of labels.
    """
    steps = {name: np.atleast_2d(matrix).shape[1] for name, matrix in rows.items()}
    if len(set(steps.values())) != 1:
        raise ValueError(f"rows differ in time steps: {steps}; they share one time axis.")
    count = next(iter(steps.values()))
    if text is not None and len(text) != count:
        raise ValueError(f"text has {len(text)} labels for {count} time steps; give one a step.")
    heights = [max(np.atleast_2d(m).shape[0], 2) for m in rows.values()]
    inches = np.clip(0.16 * np.asarray(heights), 0.6, 2.4)
    figure, all_axes = plt.subplots(
        len(rows),
        1,
        figsize=(9, float(inches.sum()) + 0.9 + 0.15 * len(rows)),
        sharex=True,
        squeeze=False,
        height_ratios=inches,
    )
    for axes, (name, matrix) in zip(all_axes[:, 0], rows.items(), strict=True):
        matrix = np.atleast_2d(matrix)
        low, high = (limits or {}).get(name) or _limits(matrix)
        image = axes.imshow(
            matrix,
            aspect="auto",
            interpolation="nearest",
            vmin=low,
            vmax=high,
            cmap="viridis" if low >= 0 else "RdBu_r",
        )
        axes.set_ylabel(name, rotation=0, ha="right", va="center")
        axes.set_yticks([])
        axes.grid(False)
        figure.colorbar(image, ax=axes, pad=0.01, fraction=0.03, aspect=8)
    last = all_axes[-1, 0]
    last.set_xlabel(xlabel)
    if text is None:
        last.xaxis.set_major_locator(mpl.ticker.MaxNLocator(integer=True))
    else:
        last.set_xticks(range(count), [_visible(t) for t in text], fontfamily="monospace")
    all_axes[0, 0].set_title(title)
    return figure


def plot_attention(
    weights: np.ndarray,
    source: Sequence[str],
    target: Sequence[str],
    *,
    axes: Axes | None = None,
    title: str = "",
) -> Axes:
    """Attention weights: one row for each token written, one column for each token read.

    Parameters
    ----------
    weights
        Shape ``(len(target), len(source))``; each row sums to 1 unless part of it was cut off.
    source, target
        Tokens, usually characters.
    axes
        Where to draw; a new figure if None.

    Raises
    ------
    ValueError
        If ``weights`` does not fit ``source`` and ``target``.
    """
    weights = np.asarray(weights)
    if weights.shape != (len(target), len(source)):
        raise ValueError(
            f"weights has shape {weights.shape}; for {len(target)} target and {len(source)} "
            f"source tokens it must be ({len(target)}, {len(source)})."
        )
    if axes is None:
        size = (2.0 + 0.26 * len(source), 1.4 + 0.26 * len(target))
        axes = plt.subplots(figsize=size)[1]
    axes.imshow(weights, cmap="Greys", vmin=0, vmax=1, aspect="auto", interpolation="nearest")
    axes.set_xticks(range(len(source)), [_visible(t) for t in source], fontfamily="monospace")
    axes.set_yticks(range(len(target)), [_visible(t) for t in target], fontfamily="monospace")
    axes.set(xlabel="read", ylabel="written", title=title)
    axes.grid(False)
    return axes


def plot_images(
    images: np.ndarray,
    *,
    titles: Sequence[str] | None = None,
    row_labels: Sequence[str] | None = None,
    inches: float = 0.8,
) -> Figure:
    """A table of small pictures: rows of shape ``(rows, columns, height, width)``, 0 to 1.

    Parameters
    ----------
    images
        Shape ``(rows, columns, height, width)`` or ``(columns, height, width)`` for one row.
    titles
        One a column.
    row_labels
        One a row, such as "input" and "reconstruction".
    inches
        Height of a picture.

    Raises
    ------
    ValueError
        If ``images`` has neither three nor four axes.
    """
    images = np.asarray(images)
    if images.ndim == 3:
        images = images[None]
    if images.ndim != 4:
        raise ValueError(
            f"images has shape {images.shape}; it must be (rows, columns, height, width)."
        )
    rows, columns, height, width = images.shape
    figure, grid = plt.subplots(
        rows,
        columns,
        figsize=(
            inches * columns * width / height + (1.4 if row_labels else 0.2),
            inches * rows + 0.4,
        ),
        squeeze=False,
    )
    for row, column in np.ndindex(rows, columns):
        axes = grid[row, column]
        axes.imshow(images[row, column], cmap="Greys", vmin=0, vmax=1, interpolation="nearest")
        axes.set(xticks=[], yticks=[])
        axes.grid(False)
        for spine in axes.spines.values():
            spine.set(visible=True, color="#CCCCCC")
        if titles is not None and row == 0:
            axes.set_title(titles[column], fontsize=10, loc="center")
        if row_labels is not None and column == 0:
            axes.set_ylabel(row_labels[row], rotation=0, ha="right", va="center")
    return figure


def _limits(matrix: np.ndarray) -> tuple[float, float]:
    low, high = float(np.min(matrix)), float(np.max(matrix))
    if 0 <= low and high <= 1:
        return 0.0, 1.0
    reach = max(abs(low), abs(high))
    return -reach, reach


def _visible(token: str) -> str:
    """White space as a visible sign, so that a tick is never empty."""
    return {" ": "␣", "\n": "↵", "\t": "⇥"}.get(token, token)
