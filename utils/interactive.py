"""A figure with sliders in front of a person, and the figure alone everywhere else."""

from __future__ import annotations

from collections.abc import Callable

from matplotlib.figure import Figure

from utils import plotting


def explore(
    draw: Callable[..., Figure], *, alt: str, **sliders: tuple[float, float, float]
) -> None:
    """Show ``draw`` at the starting values and, in a live front end, sliders that redraw it.

    >>> explore(draw, alt="A sine wave with one peak.", frequency=(0.5, 1, 5))

    Parameters
    ----------
    draw
        Called with one float for each slider, by name; returns a figure.
    alt
        Alternative text of the figure at the starting values, as for :func:`plotting.show`.
    sliders
        Name to lowest, starting and highest value.
    """
    from IPython import get_ipython

    plotting.show(draw(**{name: float(start) for name, (_, start, _) in sliders.items()}), alt)
    # JupyterLab, VS Code and Colab can be asked for input, and say so with each request to run a
    # cell; nbval and papermill, which nobody watches, say no: what they save has no sliders.
    request = getattr(getattr(get_ipython(), "kernel", None), "get_parent", dict)()
    if not request.get("content", {}).get("allow_stdin"):
        return
    from ipywidgets import FloatSlider, interact

    controls = {
        name: FloatSlider(start, min=low, max=high, step=(high - low) / 20, continuous_update=False)
        for name, (low, start, high) in sliders.items()
    }
    interact(lambda **values: plotting.show(draw(**values), alt), **controls)
