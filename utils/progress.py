"""A progress bar for what takes longer than a few seconds.

In a notebook the bar is drawn below the cell while it runs and taken away when it ends, so
that the saved output is the same whether it was watched or not. Outside a notebook nothing
is drawn.
"""

from __future__ import annotations

import html
import time
from typing import Self

import keras

_MIN_SECONDS = 0.25  # between two drawings: a bar must cost less than what it measures


class Progress:
    """A bar with a label, for use in a ``with`` statement.

    >>> with Progress("training", total=3) as bar:
    ...     for seed in range(3):
    ...         bar.update(note=f"seed {seed}")

    Parameters
    ----------
    label
        What is going on, in a few words.
    total
        How many steps there are; a positive integer.

    Raises
    ------
    ValueError
        If ``total`` is not positive.
    """

    def __init__(self, label: str, total: int) -> None:
        if total < 1:
            raise ValueError(f"total is {total}; a bar needs at least one step.")
        self.label = label
        self.total = total
        self.done = 0
        self._started = self._drawn = time.monotonic()
        self._handle = None

    def __enter__(self) -> Self:
        self._handle = _display_handle()
        return self

    def __exit__(self, *_error: object) -> None:
        if self._handle is not None:
            self._handle.update({}, raw=True)

    def update(self, steps: int = 1, note: str = "") -> None:
        """Move the bar by so many steps and show a note beside it."""
        self.done = min(self.done + steps, self.total)
        now = time.monotonic()
        if self._handle is None or now - self._drawn < _MIN_SECONDS:
            return
        self._drawn = now
        self._handle.update(self._picture(now - self._started, note), raw=True)

    def _picture(self, seconds: float, note: str) -> dict[str, str]:
        left = seconds / self.done * (self.total - self.done) if self.done else 0.0
        text = f"{self.label}: {self.done} of {self.total}, {left:.0f} s left"
        text = f"{text}, {note}" if note else text
        bar = f"<progress value='{self.done}' max='{self.total}'></progress> {html.escape(text)}"
        return {"text/plain": text, "text/html": bar}


class KerasProgress(keras.callbacks.Callback):
    """The same bar as a Keras callback: one step an epoch, with the last loss beside it.

    Parameters
    ----------
    label
        What is being trained.
    epochs
        How many epochs ``fit`` will run. With ``runs`` above 1 the same callback serves
        several calls of ``fit`` (several seeds), and the bar ends after the last one.
    """

    def __init__(self, label: str, epochs: int, runs: int = 1) -> None:
        super().__init__()
        self._bar = Progress(label, epochs * runs)
        self._runs_left = runs

    def on_train_begin(self, logs=None) -> None:
        if self._bar._handle is None:
            self._bar.__enter__()

    def on_epoch_end(self, epoch, logs=None) -> None:
        loss = (logs or {}).get("loss")
        self._bar.update(note="" if loss is None else f"loss {float(loss):.3f}")

    def on_train_end(self, logs=None) -> None:
        self._runs_left -= 1
        if self._runs_left <= 0:
            self._bar.__exit__()


def _display_handle():
    """An empty output that can be updated later, or None outside a notebook."""
    try:
        from IPython import get_ipython
        from IPython.display import DisplayHandle
    except ImportError:
        return None
    shell = get_ipython()
    if shell is None or not hasattr(shell, "kernel"):
        return None
    handle = DisplayHandle()
    handle.display({}, raw=True)  # no content: leaves no trace in what a test compares
    return handle
