"""A figure with sliders where somebody can move them, and the figure alone everywhere else.

A saved notebook must show what it means without a running kernel, and a test that executes it
must see the same output every time. So the figure is always drawn as a picture first, and
sliders are added only when the cell was run from a front end with a person in front of it.
"""

from __future__ import annotations

import sys
from collections.abc import Callable

from matplotlib.figure import Figure

from utils import plotting


def explore(
    draw: Callable[..., Figure],
    *,
    alt: str,
    live: bool | None = None,
    **sliders: tuple[float, float, float],
) -> None:
    """Show ``draw`` at the starting values, and where it is possible sliders that redraw it.

    >>> explore(draw, alt="A sine wave with one peak.", frequency=(0.5, 1, 5))

    Parameters
    ----------
    draw
        Called with one float for each slider, by name; returns a figure.
    alt
        Alternative text of the figure at the starting values, as for :func:`plotting.show`.
    live
        Whether to add sliders. None asks :func:`is_live`; True and False decide it by hand.
    sliders
        Name to lowest, starting and highest value. Sliders move in steps of a twentieth of
        their range.

    Raises
    ------
    ValueError
        If there is no slider, or one does not start between its lowest and highest value.
    """
    if not sliders:
        raise ValueError("no slider; give at least one as name=(lowest, start, highest).")
    for name, values in sliders.items():
        if len(values) != 3 or not values[0] <= values[1] <= values[2] or values[0] == values[2]:
            raise ValueError(
                f"slider {name!r} is {values}; it must be (lowest, start, highest), in this order."
            )
    start = {name: float(values[1]) for name, values in sliders.items()}
    plotting.show(draw(**start), alt)
    if is_live() if live is None else live:
        _add_sliders(draw, alt, start, sliders)


def is_live() -> bool:
    """Whether the running cell was sent by a front end with a person in front of it.

    Each request to run a cell says whether the sender can be asked for input (``allow_stdin`` in
    the messages of Jupyter). JupyterLab, Notebook and VS Code say yes; nbclient, nbconvert,
    papermill and nbval, which execute notebooks without anybody watching, say no. Colab is known
    by its module. Outside a notebook the answer is no.
    """
    try:
        from IPython import get_ipython
    except ImportError:
        return False
    kernel = getattr(get_ipython(), "kernel", None)
    if kernel is None:
        return False
    if "google.colab" in sys.modules:
        return True
    request = kernel.get_parent() if hasattr(kernel, "get_parent") else None
    return bool((request or {}).get("content", {}).get("allow_stdin", False))


def _add_sliders(
    draw: Callable[..., Figure],
    alt: str,
    start: dict[str, float],
    sliders: dict[str, tuple[float, float, float]],
) -> None:
    import ipywidgets
    from IPython.display import display

    controls = {
        name: ipywidgets.FloatSlider(
            value=start[name],
            min=low,
            max=high,
            step=(high - low) / 20,
            description=name.replace("_", " "),
            continuous_update=False,  # draw when the slider is let go, not at every pixel
            style={"description_width": "initial"},
        )
        for name, (low, _, high) in sliders.items()
    }

    def redraw(**values: float) -> None:
        text = alt
        if values != start:
            chosen = ", ".join(f"{name.replace('_', ' ')} {v:g}" for name, v in values.items())
            text = f"The same figure at other settings: {chosen}."
        plotting.show(draw(**values), text)

    picture = ipywidgets.interactive_output(redraw, controls)
    display(ipywidgets.VBox([*controls.values(), picture]))
