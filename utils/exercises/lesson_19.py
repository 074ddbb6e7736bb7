"""Exercises of lesson 19: nats per frame, a chooser that cannot hear, harmony for a melody."""

from __future__ import annotations

import numpy as np

from utils.exercises import Exercise, wrong_if


def _check_nats(answer) -> str:
    wrong_if(np.ndim(answer) != 0, "Give one number.")
    value = float(answer)
    first, second = -np.log([0.5, 0.8, 0.4, 0.9]), -np.log([0.25, 0.5, 0.8, 0.5, 1.0])
    both = np.concatenate([first, second])
    close = lambda wrong: np.isclose(value, wrong, atol=0.012)  # noqa: E731
    wrong_if(close(both.mean()), "This is a mean over symbols; divide by the number of frames.")
    wrong_if(close(both.sum()), "This is the sum over both frames; how many frames are there?")
    wrong_if(close((both.sum() + np.log(0.9)) / 2), "The end of a frame is a choice too.")
    wrong_if(close(both.sum() / 2 / np.log(2)), "These are bits; nats take the natural logarithm.")
    wrong_if(value < 0, "Nats are minus the logarithm of a probability, so they are positive.")
    wrong_if(not close(both.sum() / 2), "Sum minus ln p over each frame's notes and its end first.")
    return (
        "The frames need 1.94 and 3.00 nats, 2.47 on average. The end of a full chord is free, "
        "since everybody knows that there are four voices; after three notes it is not."
    )


q1 = Exercise(
    "19.1",
    "Nats per frame",
    _check_nats,
    hints=(
        "The probability of a frame is the product over its notes and its end.",
        "Sum minus the natural logarithms in each frame, then take the mean over two frames.",
    ),
    solution="""
nats_per_frame = -np.log([0.5, 0.8, 0.4, 0.9, 0.25, 0.5, 0.8, 0.5, 1]).sum() / 2
""",
    answer_name="nats_per_frame",
    mistakes=(
        "nats_per_frame = -np.log([0.5, 0.8, 0.4, 0.9, 0.25, 0.5, 0.8, 0.5, 1]).mean()",
        "nats_per_frame = -np.log([0.5, 0.8, 0.4, 0.25, 0.5, 0.8, 0.5]).sum() / 2",
        "nats_per_frame = -np.log2([0.5, 0.8, 0.4, 0.9, 0.25, 0.5, 0.8, 0.5, 1]).sum() / 2",
        "nats_per_frame = -np.log([0.5, 0.8, 0.4, 0.9, 0.25, 0.5, 0.8, 0.5, 1]).sum()",
    ),
)


def _check_deaf(build, train, fit_notes, note_nats, nats) -> str:
    import keras

    keras.utils.set_random_seed(0)
    model = build()
    wrong_if(not isinstance(model, keras.Model), "Return a keras.Model.")
    wrong_if(len(model.inputs) != 2, "The model takes two inputs, past and below, in this order.")
    wrong_if(getattr(model, "optimizer", None) is None, "Compile the model before you return it.")
    past, below = train["past"][:2, :6], train["below"][:2, :6]
    logits = model.predict_on_batch([past, below])
    wrong_if(
        logits.shape != (2, 6, 5, 89),
        f"For 2 parts of 6 frames the logits must be (2, 6, 5, 89); yours are {logits.shape}.",
    )
    other = model.predict_on_batch([past, np.zeros_like(below)])
    wrong_if(
        not np.allclose(logits, other, atol=1e-4),
        "The logits change with the notes below, in the scores or in what is ruled out.",
    )
    changed = past.copy()
    changed[:, 3] = 1 - changed[:, 3]
    later = model.predict_on_batch([changed, below])
    wrong_if(
        not np.allclose(logits[:, :3], later[:, :3], atol=1e-4),
        "A frame's logits depend on frames that come after it.",
    )
    wrong_if(
        np.allclose(logits[:, 3:], later[:, 3:], atol=1e-4),
        "The logits do not depend on the frames before.",
    )
    wrong_if(
        np.allclose(logits[:, :, 0], logits[:, :, 1], atol=1e-4),
        "All five choices get the same logits; each needs its own.",
    )
    fit_notes(model, train["past"])
    score, hearing = note_nats(model), float(np.mean(nats["LSTM, note by note"]))
    wrong_if(not np.isfinite(score), "Trained with it, the score is not a number.")
    return (
        f"It needs {score:.1f} nats per frame, the network that hears the notes below "
        f"{hearing:.1f}, and the LSTM that takes keys at once "
        f"{np.mean(nats['LSTM, keys at once']):.1f}."
    )


q2 = Exercise(
    "19.2",
    "A chooser that cannot hear",
    _check_deaf,
    hints=(
        "state = build_reader()(past) has shape (batch, time, units + 88).",
        "layers.Dense(5 * 89)(state) and layers.Reshape((-1, 5, 89)).",
        "compile_model(model, loss, learning_rate, epochs), with the loss of build_model.",
    ),
    solution="""
def build_deaf_model():
    past, below = keras.Input((None, 88)), keras.Input((None, 5), dtype="int32")
    x = layers.Dense(units, activation="relu")(build_reader()(past))
    logits = layers.Reshape((-1, 5, 89))(layers.Dense(5 * 89)(x))
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    return compile_model(keras.Model([past, below], logits), loss, learning_rate, epochs)
""",
    answer_name="build_deaf_model",
    mistakes=(
        """
def build_deaf_model():
    return build_model()
""",
        """
def build_deaf_model():
    past, below = keras.Input((None, 88)), keras.Input((None, 5), dtype="int32")
    logits = layers.Reshape((-1, 5, 89))(layers.Dense(5 * 89)(build_reader()(past)))
    return keras.Model([past, below], logits)
""",
        """
def build_deaf_model():
    past, below = keras.Input((None, 88)), keras.Input((None, 5), dtype="int32")
    logits = layers.Dense(89)(build_reader()(past))
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    return compile_model(keras.Model([past, below], logits), loss, learning_rate, epochs)
""",
        """
def build_deaf_model():
    past, below = keras.Input((None, 88)), keras.Input((None, 5), dtype="int32")
    logits = layers.Dense(89)(build_reader()(past))
    logits = ops.repeat(logits[:, :, None], 5, axis=2)
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    return compile_model(keras.Model([past, below], logits), loss, learning_rate, epochs)
""",
    ),
    points=2,
    extra=("train", "fit_notes", "note_nats", "nats"),
)


def _check_harmony(harmonise, composer, bach) -> str:
    from utils.music import SLOTS

    sung = bach[bach.any(axis=1)][:24]
    melody = 88 - np.argmax(sung[:, ::-1], axis=1)
    roll = np.asarray(harmonise(melody.copy()))
    wrong_if(
        roll.shape != sung.shape,
        f"For a melody of {len(melody)} beats return ({len(melody)}, 88), not {roll.shape}.",
    )
    wrong_if(not np.isin(roll, (0, 1)).all(), "A piano roll holds zeros and ones.")
    sizes = roll.sum(axis=1)
    wrong_if(sizes.max() >= SLOTS, "A frame has more than four notes.")
    wrong_if((sizes == 0).any(), "A frame is silent.")
    kept = 88 - np.argmax(roll[:, ::-1], axis=1) == melody
    wrong_if(not kept.all(), f"In {np.sum(~kept)} of {len(melody)} beats the melody is not on top.")
    wrong_if(sizes.mean() < 2.5, "The melody is nearly alone; four voices are wanted.")
    own, his = (_nats_of(composer, piece) for piece in (roll.astype("uint8"), sung))
    wrong_if(
        own > 20,
        f"The composer finds {own:.0f} nats per frame in it, as in chords drawn at random.",
    )
    return f"The composer finds {own:.1f} nats per frame in your setting and {his:.1f} in Bach's."


def _nats_of(model, roll: np.ndarray) -> float:
    from scipy.special import log_softmax

    from utils.music import note_arrays

    data = note_arrays([roll], len(roll) + 1)
    logits = np.asarray(model.predict_on_batch([data["past"], data["below"]]), dtype=float)
    chosen = np.take_along_axis(log_softmax(logits, -1), data["notes"][..., None], -1)[..., 0]
    return float(-chosen[data["score"]].sum() / data["score"][..., 0].sum())


q3 = Exercise(
    "19.3",
    "Harmony for a melody",
    _check_harmony,
    hints=(
        "Begin with the loop of compose. At each beat draw many chords from the same state, for "
        "instance 200 rows of the chooser, and keep one whose highest note is the melody's.",
        "If none has it, take the three lowest notes of one that lie below the melody, and add it.",
        "Better: of those that have it, take the most probable one, or follow several beginnings.",
    ),
    solution="""
def harmonise(melody):
    reader, chooser = composer.get_layer("reader"), composer.get_layer("chooser")
    generator, count = np.random.default_rng(0), 200
    roll = np.zeros((1, len(melody) + 1, 88))
    for t, top in enumerate(melody):
        state = reader.predict_on_batch(roll[:, :-1])[:, t : t + 1]
        below, sounds = np.zeros((count, 1, 5), "int32"), np.ones(count, bool)
        drawn = np.zeros((count, 88))
        for k in range(4):
            logits = chooser.predict_on_batch([np.repeat(state, count, 0), below])[:, 0, k]
            p = softmax(logits.astype(float), -1)
            p[:, top + 1 :] = 0  # nothing above the melody
            note = draw(p, generator) if k else draw(np.where(np.arange(89) > 0, p, 0), generator)
            sounds &= note > 0
            drawn[sounds, note[sounds] - 1] = 1
            below[:, 0, k + 1] = note
        right = drawn[drawn[:, top - 1] == 1]
        if len(right):
            roll[0, t + 1] = right[np.argmax(right.sum(axis=1))]
        else:
            keys = np.flatnonzero(drawn[0])[:3]
            roll[0, t + 1, [*keys, top - 1]] = 1
    return roll[0, 1:]
""",
    answer_name="harmonise",
    mistakes=(
        """
def harmonise(melody):
    return np.eye(88)[melody - 1]
""",
        """
def harmonise(melody):
    return compose(composer, 8)[0][: len(melody)]
""",
        """
def harmonise(melody):
    roll, random = np.eye(88)[melody - 1], np.random.default_rng(0)
    for frame, top in zip(roll, melody):
        frame[random.choice(top - 1, 3, replace=False)] = 1
    return roll
""",
        """
def harmonise(melody):
    return np.ones((len(melody), 88))
""",
    ),
    points=3,
    extra=("composer", "bach_roll"),
)

EXERCISES = (q1, q2, q3)
