"""Start of a notebook: repeatable, quiet, and clear when something is wrong."""

import os
import subprocess
import sys

import numpy as np
import pytest

from utils import session


def run(code: str, **environment: str) -> subprocess.CompletedProcess:
    return subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def test_start_prints_one_line_and_nothing_on_stderr():
    result = run("from utils import session; session.start(seed=3); session.start(seed=3)")
    assert result.returncode == 0, result.stderr
    first, second = result.stdout.splitlines()
    assert first == second
    assert "Keras" in first
    assert "seed 3" in first
    assert result.stderr == ""


def test_the_same_seed_gives_the_same_network():
    import keras

    def weights(seed):
        session.set_seed(seed)
        layer = keras.layers.LSTM(3)
        layer.build((None, 4, 2))
        return np.concatenate([w.ravel() for w in layer.get_weights()])

    assert np.array_equal(weights(1), weights(1))
    assert not np.array_equal(weights(1), weights(2))
    session.set_seed(np.int64(5))


def test_pipelines_without_tuning_give_the_same_losses(monkeypatch):
    import keras
    import tensorflow as tf

    x = np.random.default_rng(0).normal(size=(50, 6, 1)).astype("float32")

    def losses():
        keras.utils.set_random_seed(0)
        layers = [keras.Input((6, 1)), keras.layers.LSTM(4), keras.layers.Dense(1)]
        model = keras.Sequential(layers)
        model.compile("adam", "mse")
        return model.fit(x, x[:, 0], batch_size=8, epochs=3, verbose=0).history["loss"]

    session.disable_pipeline_tuning()
    session.disable_pipeline_tuning()  # wraps once
    without = losses()
    assert tf.data.Options().autotune.enabled is False
    monkeypatch.setattr(tf.data.Options, "__init__", tf.data.Options.__init__.__wrapped__)
    assert tf.data.Options().autotune.enabled is None  # TensorFlow decides: on
    assert losses() == without


@pytest.mark.parametrize("seed", [-1, 2**32, 1.0, True, "1"])
def test_bad_seeds_are_named(seed):
    with pytest.raises(ValueError, match="seed is"):
        session.set_seed(seed)


def test_unknown_backend_is_named():
    result = run("from utils import session; session.start()", KERAS_BACKEND="theano")
    assert "KERAS_BACKEND is 'theano'; allowed are tensorflow, jax, torch" in result.stderr


def test_missing_backend_says_how_to_install_it():
    code = "import sys; sys.modules['jax'] = None; from utils import session; session.start()"
    result = run(code, KERAS_BACKEND="jax")
    assert "pip install -e '.[jax]'" in result.stderr
