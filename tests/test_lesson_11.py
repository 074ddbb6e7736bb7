"""The models of lesson 11 as the lesson defines them, untrained and after a few steps."""

from __future__ import annotations

import numpy as np
import pytest

from notebooks import path_of, run_cells

TIME, FEATURES, SIZE = 5, 7, 3


@pytest.fixture(scope="module")
def lesson():
    return run_cells(path_of("11"), ("setup", "parameters", "define"))


@pytest.fixture(scope="module")
def trained(lesson):
    """A composite model after a few steps, and sequences it has not seen."""
    import keras

    keras.utils.set_random_seed(0)
    x = np.random.default_rng(0).normal(size=(48, TIME, FEATURES)).astype(np.float32)
    model = lesson["build_model"](TIME, FEATURES, SIZE, tasks=("past", "future"))
    lesson["compile_model"](model, steps=12)
    targets = {"past": x[:, ::-1], "future": np.roll(x, 1, axis=1)}
    first = model.evaluate(x, targets, batch_size=48, verbose=0, return_dict=True)["loss"]
    model.fit(x[:32], {k: v[:32] for k, v in targets.items()}, epochs=6, verbose=0)
    last = model.evaluate(x[:32], {k: v[:32] for k, v in targets.items()}, verbose=0)[0]
    assert last < first
    return model, x[32:]


def test_untrained_loss_is_that_of_the_mean(lesson):
    x = np.random.default_rng(1).normal(size=(256, TIME, FEATURES)).astype(np.float32)
    model = lesson["build_model"](TIME, FEATURES, SIZE)
    output = np.asarray(model(x)["past"])
    assert np.mean((output - x[:, ::-1]) ** 2) == pytest.approx(np.mean(x**2), rel=0.1)


@pytest.mark.parametrize("tasks", [("past",), ("future",), ("past", "future")])
def test_shapes(lesson, tasks):
    model = lesson["build_model"](TIME, FEATURES, SIZE, tasks=tasks)
    assert list(model.output) == list(tasks)
    assert all(tuple(y.shape) == (None, TIME, FEATURES) for y in model.output.values())
    assert tuple(model.get_layer("encoder").output.shape) == (None, SIZE)


def test_only_the_code_reaches_the_decoder(trained):
    model, x = trained
    code = model.get_layer("encoder")(x)
    together = model(x)
    for task in ("past", "future"):
        alone = np.asarray(model.get_layer(task)(code))
        np.testing.assert_array_equal(alone, np.asarray(together[task]))


def test_encoder_cut_out_saved_and_loaded_is_identical(trained, tmp_path):
    import keras

    model, x = trained
    encoder = model.get_layer("encoder")
    codes = np.asarray(encoder(x))
    assert codes.shape == (len(x), SIZE)
    assert codes.std(axis=0).min() > 0
    encoder.save(tmp_path / "encoder.keras")
    loaded = keras.saving.load_model(tmp_path / "encoder.keras")
    np.testing.assert_array_equal(np.asarray(loaded(x)), codes)


def test_whole_model_saved_and_loaded_is_identical(trained, tmp_path):
    import keras

    model, x = trained
    model.save(tmp_path / "model.keras")
    loaded = keras.saving.load_model(tmp_path / "model.keras")
    for task, output in model(x).items():
        np.testing.assert_array_equal(np.asarray(loaded(x)[task]), np.asarray(output))


def test_a_sequence_does_not_influence_its_neighbours_in_the_batch(trained):
    model, x = trained
    changed = x.copy()
    changed[1:] = 0
    a, b = (np.asarray(model.get_layer("encoder")(v)) for v in (x, changed))
    np.testing.assert_allclose(a[0], b[0], rtol=0, atol=1e-6)
    assert not np.allclose(a[1:], b[1:])


def test_code_sees_every_frame(trained):
    model, x = trained
    encoder = model.get_layer("encoder")
    codes = np.asarray(encoder(x))
    for t in range(TIME):
        changed = x.copy()
        changed[:, t] += 1
        assert np.abs(np.asarray(encoder(changed)) - codes).max() > 1e-4, f"frame {t}"


def test_sigmoid_output_can_be_asked_for(lesson):
    model = lesson["build_model"](TIME, FEATURES, SIZE, activation="sigmoid")
    x = np.random.default_rng(2).normal(size=(8, TIME, FEATURES)).astype(np.float32)
    output = np.asarray(model(x)["past"])
    assert output.min() > 0 and output.max() < 1
