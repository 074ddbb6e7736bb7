"""Start of a notebook: seeds, threads, quiet logs, figure style, a line of versions."""

from __future__ import annotations

import contextlib
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


def restart(model, seed: int) -> None:
    """Give a built and compiled model new weights, as if it had been built with this seed.

    A model that is built again for every seed is also traced and compiled again, which takes
    longer than training a small one. This keeps what was compiled, and resets everything that
    training changes: weights, states of random generators, and the optimizer.

    Parameters
    ----------
    model
        A Keras model that is built and compiled.
    seed
        A non-negative integer below 2**32.

    Raises
    ------
    ValueError
        If the model is not built or not compiled, or the seed is out of range.
    """
    import keras

    if not model.built or getattr(model, "optimizer", None) is None:
        raise ValueError("model is not built and compiled; do both before restart.")
    set_seed(seed)
    fresh = keras.models.clone_model(model)
    if not fresh.built:
        fresh.build(model.input_shape)
    for variable, new in zip(model.variables, fresh.variables, strict=True):
        variable.assign(keras.ops.convert_to_tensor(new))
    optimizer = model.optimizer
    if optimizer.built:
        rate = optimizer._learning_rate  # a number kept as a variable, or a schedule
        for variable in optimizer.variables:
            if variable is not rate:
                variable.assign(keras.ops.zeros(variable.shape, dtype=variable.dtype))
    model.reset_metrics()


def _check_seed(seed: int) -> None:
    if isinstance(seed, bool) or not isinstance(seed, numbers.Integral) or not 0 <= seed < 2**32:
        raise ValueError(f"seed is {seed!r}; it must be an integer from 0 to 2**32 - 1.")


def _quiet_logs() -> None:
    """Silence what libraries write to the terminal, which is not about the lesson."""
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    os.environ.setdefault("ABSL_MIN_LOG_LEVEL", "3")
    os.environ.setdefault("GRPC_VERBOSITY", "ERROR")
    # A library of ours may be older than the Python or NumPy it runs on; its notes to its own
    # developers carry file paths and would make the saved output differ between machines.
    warnings.filterwarnings("ignore", category=DeprecationWarning)
    warnings.filterwarnings("ignore", category=FutureWarning)
    warnings.filterwarnings("ignore", message="IProgress not found")


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
        _no_autotuned_pipelines(tf)
    elif backend == "torch":
        import torch

        torch.set_num_threads(1)


def _no_autotuned_pipelines(tf) -> None:
    """Feed arrays to ``fit`` without TensorFlow's tuning of input pipelines.

    Keras wraps arrays in a ``tf.data`` pipeline, whose tuner runs in a thread of its own and
    lets each call of ``fit`` wait for that thread's sleep at the end: in TensorFlow 2.21 up to
    as long again as a short epoch takes. There is nothing to tune when data is in memory.
    Results are the same to the last bit.
    """
    original = tf.data.Options.__init__
    if hasattr(original, "autotune_is_off"):  # start was called before
        return

    def without_autotune(options, *args, **kwargs):
        original(options, *args, **kwargs)
        options.autotune.enabled = False

    without_autotune.autotune_is_off = True
    tf.data.Options.__init__ = without_autotune


def _tensorflow_has_run(tf) -> bool:
    """Whether TensorFlow's threads exist already (the cell was run a second time)."""
    try:
        tf.config.threading.set_intra_op_parallelism_threads(1)
    except RuntimeError:
        return True
    return False
