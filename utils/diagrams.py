"""Diagrams: networks unrolled in time."""

from __future__ import annotations

from collections.abc import Sequence

import matplotlib as mpl
import matplotlib.pyplot as plt
from matplotlib.figure import Figure

from utils.plotting import COLOURS


def draw_unrolled(
    inputs: Sequence[str], outputs: Sequence[str], *, cell: str = "LSTM", skip: int | None = None
) -> Figure:
    """A recurrent network unrolled in time: equal cells, inputs below, outputs above.

    Parameters
    ----------
    inputs, outputs
        One label a step; an empty output draws no arrow.
    cell
        Written into each box.
    skip
        A step that stands for several: drawn as dots instead of a box.
    """
    if len(inputs) != len(outputs):
        raise ValueError(f"{len(inputs)} inputs and {len(outputs)} outputs; give one each a step.")
    figure, axes = plt.subplots(figsize=(1.3 * len(inputs) + 0.6, 2.3))
    arrow = {"arrowstyle": "-|>", "color": COLOURS["grey"], "shrinkA": 0, "shrinkB": 0}
    for step, (below, above) in enumerate(zip(inputs, outputs, strict=True)):
        if step == skip:
            axes.text(step, 0, "…", ha="center", va="center", fontsize=18)
        else:
            axes.add_patch(
                mpl.patches.FancyBboxPatch(
                    (step - 0.3, -0.25),
                    0.6,
                    0.5,
                    boxstyle="round,pad=0.02",
                    facecolor=COLOURS["sky"],
                    edgecolor=COLOURS["blue"],
                    alpha=0.5,
                )
            )
            axes.text(step, 0, cell, ha="center", va="center")
            axes.annotate("", (step, -0.28), (step, -0.62), arrowprops=arrow)
            axes.text(step, -0.7, below, ha="center", va="top")
            if above:
                axes.annotate("", (step, 0.62), (step, 0.28), arrowprops=arrow)
                axes.text(step, 0.68, above, ha="center", va="bottom", fontweight="bold")
        if step:
            axes.annotate("", (step - 0.33, 0), (step - 0.67, 0), arrowprops=arrow)
    axes.text(0.5, 0.12, "$h, c$", ha="center", va="bottom", fontsize=9)
    axes.set(xlim=(-0.6, len(inputs) - 0.4), ylim=(-1.05, 1.0))
    axes.axis("off")
    return figure
