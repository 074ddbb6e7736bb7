"""Start of a notebook: seeds, threads, quiet logs, figure style, a line of versions."""

from __future__ import annotations

import contextlib
import functools
import importlib.metadata
import numbers
import os
import platform
import sys
import warnings
from collections.abc import Iterator

BACKENDS = ("tensorflow", "jax", "torch")


def start(seed: int = 0) -> None:
    """Prepare the kernel for a lesson and print one line with what runs it.

    Call it in the first cell, before Keras is imported: log level, threads and backend are
    read once, when the backend is loaded. The backend is TensorFlow unless the environment
    variable ``KERAS_BACKEND`` (``tensorflow``, ``jax`` or ``torch``) says otherwise.

    Parameters
    ----------
    seed
        Seeds Python, NumPy and the backend. A non-negative integer below 2**32.

    Raises
    ------
    ValueError
        If the seed is out of range or ``KERAS_BACKEND`` names no backend of Keras.
    ImportError
        If the backend that was asked for is not installed.
    """
    _check_seed(seed)
    backend = os.environ.setdefault("KERAS_BACKEND", "tensorflow")
    if backend not in BACKENDS:
        raise ValueError(
            f"KERAS_BACKEND is {backend!r}; allowed are {', '.join(BACKENDS)}. "
            "Change the environment variable and restart the kernel."
        )
    _quiet_logs()
    try:
        with _c_level_stderr_to_nowhere():
            _limit_threads(backend)
            if backend == "tensorflow":
                disable_pipeline_tuning()
            import keras
    except ImportError as error:
        raise ImportError(
            f"the Keras backend {backend!r} could not be imported ({error}). Install it "
            f"(pip install -e '.[{backend}]'), or unset KERAS_BACKEND and restart the kernel."
        ) from error

    set_seed(seed)
    from utils import plotting

    plotting.use_style()
    # Keras and its backend are named by version because figures in a lesson depend on them.
    print(
        f"Python {platform.python_version()}, Keras {keras.__version__} on "
        f"{backend} {importlib.metadata.version(backend)}, "
        f"{os.cpu_count()} processors, seed {seed}"
    )


def set_seed(seed: int) -> None:
    """Seed Python, NumPy and the Keras backend, so that a run can be repeated.

    Parameters
    ----------
    seed
        A non-negative integer below 2**32.

    Raises
    ------
    ValueError
        If the seed is out of range.
    """
    _check_seed(seed)
    import keras

    keras.utils.set_random_seed(int(seed))


def disable_pipeline_tuning() -> None:
    """Switch off TensorFlow's tuning of input pipelines, for all of them; :func:`start` does it.

    Keras wraps the arrays of ``model.fit(x, y)`` in a ``tf.data`` pipeline, which a tuner in a
    thread of its own tries to speed up. There is nothing to gain with arrays in memory, and it
    costs: with the tuner about every second ``fit`` of a larger LSTM (batch 64, 64 steps, two
    layers of 256) runs on one core (34 ms a step instead of 17; CPU time over wall time .95
    instead of 1.79), and every ``fit`` waits at its end until the tuner wakes up. Losses are
    the same to the last bit.

    Neither TensorFlow 2.21 nor Keras 3.15 has a setting for this, only an option of each
    pipeline, and ``fit`` makes its pipeline itself. So this changes the default of that option:
    ``tf.data.Options()`` comes with ``autotune.enabled = False``, and whoever wants the tuner
    sets it to True. Nothing happens if it was called before.
    """
    import tensorflow as tf

    if tf.data.Options().autotune.enabled is False:
        return
    original = tf.data.Options.__init__

    @functools.wraps(original)
    def init(options, *args, **kwargs):
        original(options, *args, **kwargs)
        options.autotune.enabled = False

    tf.data.Options.__init__ = init


def _check_seed(seed: int) -> None:
    if isinstance(seed, bool) or not isinstance(seed, numbers.Integral) or not 0 <= seed < 2**32:
        raise ValueError(f"seed is {seed!r}; it must be an integer from 0 to 2**32 - 1.")


def _quiet_logs() -> None:
    """Silence what libraries write to the terminal, which is not about the lesson."""
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    os.environ.setdefault("ABSL_MIN_LOG_LEVEL", "3")
    os.environ.setdefault("GRPC_VERBOSITY", "ERROR")
    # Keras 3.15 converts tensors of TensorFlow 2.21 in a way that NumPy 2 is going to change.
    warnings.filterwarnings("ignore", "__array__ implementation doesn't accept a copy keyword")


@contextlib.contextmanager
def _c_level_stderr_to_nowhere() -> Iterator[None]:
    """Drop what compiled code writes to file descriptor 2 before it reads its log level.

    TensorFlow 2.21 prints a few lines on import that no setting reaches; they carry times and
    would be kept in the saved notebook. Python's own errors are raised, not written here.
    """
    sys.stderr.flush()
    kept = os.dup(2)
    nowhere = os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(nowhere, 2)
        yield
    finally:
        sys.stderr.flush()
        os.dup2(kept, 2)
        os.close(kept)
        os.close(nowhere)


def _limit_threads(backend: str) -> None:
    """One thread inside an operation: small networks run faster so, and sums keep their order."""
    if backend == "tensorflow":
        import tensorflow as tf

        if _tensorflow_has_run(tf):
            return
        tf.config.threading.set_intra_op_parallelism_threads(1)
        tf.config.threading.set_inter_op_parallelism_threads(2)
        tf.get_logger().setLevel("ERROR")
    elif backend == "torch":
        import torch

        torch.set_num_threads(1)


def _tensorflow_has_run(tf) -> bool:
    """Whether TensorFlow's threads exist already (the cell was run a second time)."""
    try:
        tf.config.threading.set_intra_op_parallelism_threads(1)
    except RuntimeError:
        return True
    return False
