"""Diagrams of the lessons: one cell, chains of cells, encoder and decoder.

Each part of the cell has one colour (:data:`PART_COLOURS`), the same in diagrams, heat maps and
bars of all lessons.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import matplotlib.pyplot as plt
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import FancyBboxPatch

from utils.plotting import COLOURS

PART_COLOURS = {
    "i": COLOURS["blue"],  # input gate
    "f": COLOURS["red"],  # forget gate
    "g": COLOURS["green"],  # candidate
    "o": COLOURS["purple"],  # output gate
    "c": COLOURS["black"],  # cell state
    "h": COLOURS["orange"],  # hidden state
}
_FAINT = "#D9D9D9"

# The cell: (part, corner points), each path ends in an arrow; then boxes and signs by part.
_PATHS = [
    ("c", [(0.5, 3), (1.72, 3)]),
    ("c", [(2.28, 3), (3.67, 3)]),
    ("c", [(4.23, 3), (9, 3)]),
    *[(part, [(x, 0), (x, 0.62)]) for part, x in zip("figo", (2, 3.3, 4.6, 6.2))],
    ("f", [(2, 1.38), (2, 2.72)]),
    ("i", [(3.3, 1.38), (3.3, 2.1), (3.67, 2.1)]),
    ("g", [(4.6, 1.38), (4.6, 2.1), (4.23, 2.1)]),
    ("c", [(3.95, 2.38), (3.95, 2.72)]),
    ("o", [(6.2, 1.38), (6.2, 1.5), (7.12, 1.5)]),
    ("h", [(7.4, 3), (7.4, 2.64)]),
    ("h", [(7.4, 1.96), (7.4, 1.78)]),
    ("h", [(7.4, 1.22), (7.4, 0), (9, 0)]),
]
_BOXES = [("f", 2, 1, "σ"), ("i", 3.3, 1, "σ"), ("g", 4.6, 1, "tanh"), ("o", 6.2, 1, "σ")]
_SIGNS = [("f", 2, 3, "×"), ("c", 3.95, 3, "+"), ("c", 3.95, 2.1, "×"), ("h", 7.4, 1.5, "×")]
_NAMES = [("f", 1.6, 1.65), ("i", 2.92, 1.65), ("g", 4.95, 1.65), ("o", 5.82, 1.65)]


def draw_cell(lit: Iterable[str] | None = None, *, axes: Axes | None = None) -> Figure:
    """One step of an LSTM cell, each part in its colour.

    Parameters
    ----------
    lit
        Parts to show in colour, of ``i f g o c h``; the others are drawn pale. All by default.
    axes
        Where to draw; a new figure if None.

    Raises
    ------
    ValueError
        If ``lit`` names something that is no part of the cell.
    """
    lit = set(PART_COLOURS if lit is None else lit)
    if lit - set(PART_COLOURS):
        raise ValueError(
            f"lit has {sorted(lit - set(PART_COLOURS))}; allowed are i, f, g, o, c, h."
        )
    if axes is None:
        axes = plt.subplots(figsize=(8, 3.3))[1]
    colours = {part: c if part in lit else _FAINT for part, c in PART_COLOURS.items()}
    shared = COLOURS["grey"] if lit & set("ifgo") else _FAINT  # what all gates read
    for corners in ([(0.5, 0), (6.2, 0)], [(1.1, -0.5), (1.1, 0)]):
        axes.plot(*zip(*corners), color=shared, linewidth=1.4, zorder=1)
    for part, corners in _PATHS:
        width = 2.8 if part == "c" else 1.9
        axes.plot(*zip(*corners), color=colours[part], linewidth=width, zorder=2)
        _arrow(axes, corners[-2], corners[-1], colours[part])
    for part, x, y, text in _BOXES:
        _label(axes, x, y, text, colours[part], "round")
    for part, x, y, text in _SIGNS:
        _label(axes, x, y, text, colours[part], "circle")
    _label(axes, 7.4, 2.3, "tanh", colours["h"], "round")
    texts = [(part, x, y, f"{part}_t") for part, x, y in _NAMES]
    texts += [("c", 0.2, 3, "c_{t-1}"), ("c", 9.35, 3, "c_t"), ("h", 9.35, 0, "h_t")]
    for part, x, y, text in texts:
        axes.text(x, y, f"${text}$", ha="center", va="center", fontsize=14, color=colours[part])
    for x, y, text in ((0.15, 0, "h_{t-1}"), (1.1, -0.75, "x_t")):
        axes.text(x, y, f"${text}$", ha="center", va="center", fontsize=14, color=shared)
    axes.set(xlim=(-0.3, 9.8), ylim=(-1, 3.5))
    axes.axis("off")
    return axes.figure


def draw_unrolled(
    inputs: Sequence[str],
    outputs: Sequence[str],
    *,
    cell: str = "LSTM",
    skip: int | None = None,
    backward: bool = False,
) -> Figure:
    """A recurrent network unrolled in time: equal cells, inputs below, outputs above.

    Parameters
    ----------
    inputs, outputs
        One label for each step; an empty output draws no arrow.
    cell
        Written into each box.
    skip
        A step that stands for several, drawn as dots instead of a box.
    backward
        Add a second chain above the first, which reads from right to left.

    Raises
    ------
    ValueError
        If there are not as many inputs as outputs.
    """
    if len(inputs) != len(outputs):
        raise ValueError(f"{len(inputs)} inputs and {len(outputs)} outputs; give one each a step.")
    chains = [(0.0, 1, COLOURS["blue"])] + ([(0.95, -1, COLOURS["red"])] if backward else [])
    top = chains[-1][0]
    figure, axes = plt.subplots(figsize=(1.3 * len(inputs) + 0.6, 2.3 + 0.8 * backward))
    for step, (below, above) in enumerate(zip(inputs, outputs, strict=True)):
        for height, direction, colour in chains:
            if step == skip:
                axes.text(step, height, "…", ha="center", va="center", fontsize=18)
            else:
                _box(axes, step - 0.3, height - 0.25, 0.6, 0.5, colour)
                axes.text(step, height, cell, ha="center", va="center")
            if step:
                ends = [(step - 0.67, height), (step - 0.33, height)][::direction]
                _arrow(axes, *ends, colour)
        if step == skip:
            continue
        _arrow(axes, (step, -0.62), (step, -0.28), COLOURS["grey"])
        if backward:  # the input passes the lower chain on the left, its output the upper one
            _bent_arrow(
                axes, [(0, -0.45), (-0.4, -0.45), (-0.4, top - 0.15), (-0.32, top - 0.15)], step
            )
            _bent_arrow(
                axes, [(0.32, 0.15), (0.4, 0.15), (0.4, top + 0.45), (0.03, top + 0.45)], step
            )
        axes.text(step, -0.7, below, ha="center", va="top")
        if above:
            _arrow(axes, (step, top + 0.28), (step, top + 0.62), COLOURS["grey"])
            axes.text(step, top + 0.68, above, ha="center", va="bottom", fontweight="bold")
    axes.text(0.5, 0.1, "$h, c$", ha="center", va="bottom", fontsize=9)
    axes.set(xlim=(-0.6, len(inputs) - 0.4), ylim=(-1.05, top + 1.0))
    axes.axis("off")
    return figure


def draw_encoder_decoder(
    source: Sequence[str], target: Sequence[str], *, attention: bool = False
) -> Figure:
    """An encoder that reads ``source`` and a decoder that generates ``target``.

    Without attention one vector connects them; with attention the decoder also reads a weighted
    mean of all encoder states, drawn for one step.

    Parameters
    ----------
    source
        Tokens that are read.
    target
        Tokens that are generated; each is the input of the next step, after a start token.
    attention
        Draw the weights of the decoder's second step over the source.
    """
    read, written = len(source), len(target)
    shift = read + 0.8
    figure, axes = plt.subplots(figsize=(1.0 * (read + written) + 1.4, 3.0 if attention else 2.4))
    for step, token in enumerate(source):
        _cell(axes, step, "enc", token, "", COLOURS["blue"])
        if step:
            _arrow(axes, (step - 0.67, 0), (step - 0.33, 0), COLOURS["blue"])
    previous = ["<start>", *target[:-1]]
    for step, (token, before) in enumerate(zip(target, previous, strict=True)):
        _cell(axes, shift + step, "dec", before, token, COLOURS["orange"])
        if step:
            _arrow(axes, (shift + step - 0.67, 0), (shift + step - 0.33, 0), COLOURS["orange"])
    _arrow(axes, (read - 0.67, 0), (shift - 0.33, 0), COLOURS["black"])
    axes.text(read - 0.1, 0.08, "$h, c$", ha="center", va="bottom", fontsize=9)
    if attention:
        at, height = shift + 1, 1.55
        weights = [0.15, 0.6, 0.2] + [0.1] * read
        for step in range(read):
            axes.plot(
                [step, read - 0.1],
                [0.28, height],
                color=COLOURS["green"],
                linewidth=0.8 + 4 * weights[step],
                alpha=0.6,
            )
        _label(axes, read - 0.1, height, "Σ αⱼ hⱼ", COLOURS["green"], "round")
        corners = [(read + 0.2, height), (at - 0.24, height), (at - 0.24, 0.28)]
        _bent_arrow(axes, corners, 0, COLOURS["green"])
    axes.set(xlim=(-0.6, shift + written - 0.4), ylim=(-1.05, 1.95 if attention else 1.05))
    axes.axis("off")
    return figure


def _cell(axes: Axes, x: float, text: str, below: str, above: str, colour: str) -> None:
    _box(axes, x - 0.3, -0.25, 0.6, 0.5, colour)
    axes.text(x, 0, text, ha="center", va="center", fontsize=10)
    _arrow(axes, (x, -0.62), (x, -0.28), COLOURS["grey"])
    axes.text(x, -0.7, below, ha="center", va="top", fontsize=10)
    if above:
        _arrow(axes, (x, 0.28), (x, 0.6), COLOURS["grey"])
        axes.text(x, 0.66, above, ha="center", va="bottom", fontweight="bold", fontsize=10)


def _box(axes: Axes, x: float, y: float, width: float, height: float, colour: str) -> None:
    axes.add_patch(
        FancyBboxPatch(
            (x, y),
            width,
            height,
            boxstyle="round,pad=0.02",
            facecolor=colour + "33",
            edgecolor=colour,
        )
    )


def _label(axes: Axes, x: float, y: float, text: str, colour: str, style: str) -> None:
    look = {"boxstyle": f"{style},pad=0.3", "facecolor": "white", "edgecolor": colour}
    axes.text(x, y, text, ha="center", va="center", color=colour, bbox=look, zorder=3)


def _arrow(axes: Axes, start: tuple, end: tuple, colour: str) -> None:
    look = {"arrowstyle": "-|>", "color": colour, "shrinkA": 0, "shrinkB": 0}
    axes.annotate("", end, start, arrowprops=look)


def _bent_arrow(
    axes: Axes, corners: list[tuple[float, float]], shift: float, colour: str = COLOURS["grey"]
) -> None:
    """A line along the corners, moved right by ``shift``, that ends in an arrow."""
    corners = [(x + shift, y) for x, y in corners]
    axes.plot(*zip(*corners), color=colour, linewidth=1.1, zorder=1)
    _arrow(axes, corners[-2], corners[-1], colour)
