"""Voices, parallels, final chords, sound and scores, on small cases worked out by hand."""

import numpy as np
import pytest

from utils import music
from utils.data.chorales import roll_of

C_MAJOR = [72, 67, 64, 48]  # c'' g' e' c
G_MAJOR = [71, 67, 62, 43]
D_MINOR = [74, 69, 65, 50]  # all voices of C_MAJOR one step up


def test_four_notes_are_four_voices_from_the_top():
    np.testing.assert_array_equal(music.to_voices(roll_of([C_MAJOR, G_MAJOR])), [C_MAJOR, G_MAJOR])


def test_three_notes_are_shared_with_the_least_movement():
    roll = roll_of([[72, 67, 64, 48], [72, 64, 64, 48], [72, 72, 64, 48]])
    voices = music.to_voices(roll)
    np.testing.assert_array_equal(voices[1], [72, 64, 64, 48])  # the alto moves by 3, not by 5
    np.testing.assert_array_equal(voices[2], voices[1])  # the same notes: nobody moves


def test_silence_and_five_notes():
    voices = music.to_voices(roll_of([[0, 0, 0, 0, 0], [72, 67, 64, 60, 48]]))
    np.testing.assert_array_equal(voices, [[0, 0, 0, 0], [72, 67, 64, 48]])


def test_a_roll_of_another_shape_is_refused():
    with pytest.raises(ValueError, match="88"):
        music.to_voices(np.zeros((3, 12)))


@pytest.mark.parametrize(
    ("chords", "fifths", "octaves"),
    [
        ([C_MAJOR, D_MINOR], 1, 1),  # soprano and bass in octaves, alto and bass in fifths
        ([C_MAJOR, G_MAJOR], 0, 0),
        ([C_MAJOR, C_MAJOR], 0, 0),  # nobody moves
        ([[67, 60], [79, 72]], 1, 0),  # a fifth, an octave higher
        ([[67, 60], [62, 67]], 0, 0),  # in contrary motion, and no fifth above any more
        ([[79, 60], [74, 67]], 0, 0),  # a twelfth and a fifth, in contrary motion
        ([[72, 60], [74, 62], [76, 64]], 0, 2),
        ([[67, 60], [0, 62], [69, 62]], 0, 0),  # a rest between
    ],
)
def test_parallels(chords, fifths, octaves):
    found = music.parallels(np.array(chords))
    assert (found["fifths"], found["octaves"]) == (fifths, octaves)


def test_changes_count_neighbours_that_differ():
    assert music.parallels(np.array([C_MAJOR, C_MAJOR, G_MAJOR, [0] * 4]))["changes"] == 1


def test_parallels_of_many_pieces_are_pooled():
    pieces = [np.array([C_MAJOR, D_MINOR]), np.array([C_MAJOR, G_MAJOR, C_MAJOR, G_MAJOR])]
    assert music.pooled_parallels(pieces) == {"fifths": 25.0, "octaves": 25.0}


@pytest.mark.parametrize(
    ("chord", "ends"),
    [
        (C_MAJOR, True),
        ([72, 64, 60, 48], True),  # without the fifth
        ([72, 67, 60, 48], False),  # without the third
        ([72, 67, 60, 52], False),  # E in the bass
        ([72, 69, 64, 57], True),  # A minor
        ([73, 69, 64, 57], True),  # A major
        ([71, 67, 62, 55], False),
        ([72, 67, 64, 0], False),
    ],
)
def test_final_chord(chord, ends):
    assert music.ends_on_tonic(np.array([G_MAJOR, chord])) is ends


def test_sound_has_the_right_pitch_and_length():
    rate, beat = 8000, 0.5
    sound = music.synthesise(np.array([[69]] * 4), beat, rate)
    assert sound.dtype == np.int16 and len(sound) == 5 * rate * beat
    strength = np.abs(np.fft.rfft(sound))
    assert np.argmax(strength) * rate / len(sound) == pytest.approx(440, abs=1)


def test_a_repeated_pitch_is_held_and_a_rest_is_silent():
    held = music.synthesise(np.array([[60], [60], [0], [60]]), 0.5, 8000).astype(float)
    assert np.abs(held[3900:4100]).max() > 1000  # no gap between the first two
    assert np.abs(held[8000:12000]).max() == 0


def test_a_score_can_be_saved_read_again_and_drawn(tmp_path):
    from music21 import converter

    voices = np.array([C_MAJOR, G_MAJOR, D_MINOR, [72, 67, 64, 0]])
    score = music.to_score(voices, "Test")
    for form, name in (("midi", "a.mid"), ("musicxml", "a.musicxml")):
        score.write(form, fp=tmp_path / name)
        again = converter.parse(tmp_path / name)
        first = sorted(p.midi for p in again.chordify().flatten().notes[0].pitches)
        assert first == sorted(C_MAJOR)
    assert "<accidental" not in (tmp_path / "a.musicxml").read_text()  # white keys only
    picture = music.engrave(score)
    assert picture.startswith("<svg") and picture.count('class="note') >= 15
    assert picture == music.engrave(score)  # nothing random in it


def test_notes_rise_and_end_with_zero():
    notes = music.notes_of(roll_of([C_MAJOR, [0, 0, 0, 0], [72, 72, 72, 60]]))
    np.testing.assert_array_equal(notes, [[28, 44, 47, 52, 0], [0, 0, 0, 0, 0], [40, 52, 0, 0, 0]])
    with pytest.raises(ValueError, match="5 notes"):
        music.notes_of(roll_of([[72, 67, 64, 60, 48]]))


def test_a_piece_as_symbols():
    symbols = music.symbols_of(roll_of([[72, 60], [0, 0], [62, 62]]))
    np.testing.assert_array_equal(symbols, [40, 52, 0, 0, 42, 0, 0])


def test_symbols_and_back():
    roll = roll_of([C_MAJOR, [72, 72, 64, 48], G_MAJOR])
    np.testing.assert_array_equal(music.from_symbols(music.symbols_of(roll)), roll)
    assert music.from_symbols([0, 40, 0]).shape == (0, 88)
    with pytest.raises(ValueError, match="88"):
        music.from_symbols([40, 89, 0])


def test_arrays_of_a_network():
    roll = roll_of([[72, 60], [62, 62], [72, 60]])
    data = music.note_arrays([roll, roll[:1]], length=3)
    assert data["past"].shape == (3, 3, 88) and data["notes"].shape == (3, 3, 5)
    np.testing.assert_array_equal(data["past"][0], np.stack([0 * roll[0], roll[0], roll[1]]))
    np.testing.assert_array_equal(data["past"][1, 0], roll[2])  # the cut forgets nothing
    np.testing.assert_array_equal(data["notes"][0, 0], [40, 52, 0, 0, 0])
    np.testing.assert_array_equal(data["below"][0, 0], [0, 40, 52, 0, 0])
    assert data["train"].sum() == (3 + 2 + 3 + 1) + (3 + 1)  # with the silence at each end
    assert data["score"].sum() == 2 + 3  # without it and without the first frames
    assert not data["train"][1, 1:].any() and not data["train"][2, 2:].any()  # padding
