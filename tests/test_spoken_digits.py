"""Recordings and log-mel features, on tones whose frequency is known."""

import io
import wave

import numpy as np
import pytest

from utils.data import spoken_digits
from utils.data.spoken_digits import (
    RATE,
    load_speech_results,
    load_speech_samples,
    load_spoken_digits,
    log_mel,
    loudness,
    mel_bank,
    power_spectra,
)


def wav(samples, rate=RATE):
    content = io.BytesIO()
    with wave.open(content, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes(np.asarray(samples, dtype="<i2").tobytes())
    return content.getvalue()


def tone(hertz, seconds=0.3):
    return np.sin(2 * np.pi * hertz * np.arange(int(seconds * RATE)) / RATE)


@pytest.fixture
def archive(monkeypatch):
    files = {
        "7_theo_12.wav": wav([0, 16384, -32768]),
        "0_george_3.wav": wav([1] * 90),
    }
    monkeypatch.setattr(spoken_digits, "fetch_members", lambda _name: files)
    return files


def test_names_say_digit_speaker_and_take(archive):
    found = load_spoken_digits()
    assert found.labels.tolist() == [0, 7] and found.takes.tolist() == [3, 12]
    assert found.speakers.tolist() == ["george", "theo"]
    assert [len(samples) for samples in found.waves] == [90, 3]
    assert found.waves[1].tolist() == [0, 0.5, -1] and found.waves[1].dtype == np.float32


def test_another_sampling_rate_is_refused(archive):
    archive["1_theo_0.wav"] = wav([0] * 90, rate=16000)
    with pytest.raises(ValueError, match="1_theo_0.wav has 16000"):
        load_spoken_digits()


@pytest.mark.parametrize("hertz", [250, 1000, 3125])
def test_a_tone_is_found_at_its_frequency_all_the_time(hertz):
    power = power_spectra(tone(hertz))
    assert power.shape == (21, 129) and power.dtype == np.float32
    assert (power.argmax(axis=1)[2:-2] == round(hertz / RATE * 256)).all()


def test_bands_cover_the_frequencies_and_grow_wider():
    bank = mel_bank(24)
    assert bank.shape == (129, 24) and np.allclose(bank.sum(axis=0), 1, atol=1e-5)
    centres = np.arange(129) * 31.25 @ bank
    assert 60 < centres[0] < centres[-1] < 3900 and (np.diff(centres) > 0).all()
    assert np.diff(centres)[-5:].min() > 2 * np.diff(centres)[:5].max()
    width = (bank[:, [5, 20]] > 0).sum(axis=0)
    assert width[1] > 2 * width[0]


def test_a_warp_moves_a_tone_as_its_factor_says():
    spectrum = power_spectra(tone(1000))[10]
    higher = power_spectra(tone(1200))[10]
    assert (spectrum @ mel_bank(24, warp=1.2)).argmax() == (higher @ mel_bank(24)).argmax()
    assert (spectrum @ mel_bank(24)).argmax() < (higher @ mel_bank(24)).argmax()
    top = power_spectra(tone(3900))[10]  # above the knee frequencies are squeezed
    assert (top @ mel_bank(24, warp=1.2)).argmax() == (top @ mel_bank(24)).argmax()


def test_log_mel_of_a_louder_sound_is_higher_by_a_constant():
    sound = tone(440) * np.linspace(0, 1, 2400)
    soft, loud = log_mel(sound), log_mel(10 * sound)
    assert soft.shape == (21, 24)
    assert np.allclose(loud - soft, np.log(100), atol=1e-3)


def test_silence_has_a_floor():
    assert np.isfinite(log_mel(np.zeros(800))).all()
    found = log_mel(np.concatenate([tone(440), np.zeros(2400)]))
    power = power_spectra(np.concatenate([tone(440), np.zeros(2400)])) @ mel_bank()
    assert np.allclose(found[-5:], np.log(1e-4 * loudness(power)), atol=1e-3)


def test_bad_arguments():
    with pytest.raises(ValueError, match="samples"):
        log_mel(np.zeros((2, 800)))
    with pytest.raises(ValueError, match="samples"):
        power_spectra(np.zeros(119))
    for bands in (0, 41):
        with pytest.raises(ValueError, match="bands"):
            mel_bank(bands)
    with pytest.raises(ValueError, match="warp"):
        mel_bank(warp=0.4)


def test_bundled_samples_are_short_strings_of_digits():
    samples = load_speech_samples()
    assert len(samples) >= 2
    for sample in samples:
        assert 1 < len(sample.samples) / RATE < 4 and np.abs(sample.samples).max() <= 1
        assert len(sample.digits) >= 3 and all(0 <= digit <= 9 for digit in sample.digits)


def test_recorded_results_hold_every_speaker_once_per_recipe():
    table = load_speech_results()
    unseen = table[table["scored"] == "unseen"]
    counts = unseen.groupby(["recipe", "speaker"]).size().unstack()
    assert counts.shape[1] == 6 and (counts == 1).all().all()
    assert table["error"].between(0, 100).all()
