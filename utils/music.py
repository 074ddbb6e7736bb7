"""From piano rolls to voices, sound and scores, and what a teacher of harmony would count."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np

from utils.data.chorales import LOWEST_PITCH

if TYPE_CHECKING:
    from music21.stream import Score

VOICES = ("soprano", "alto", "tenor", "bass")
FIFTH, OCTAVE = 7, 0  # semitones, octaves left out
SLOTS = 5  # a frame's notes, four at most, and the end of the frame


def notes_of(roll: np.ndarray) -> np.ndarray:
    """Notes of each frame ``(frames, 88)`` in rising order: ``(frames, 5)``.

    Key ``k`` is note ``k + 1``, so that notes are 1 to 88; after the last one the row has zeros,
    of which the first is the end of the frame.

    Raises
    ------
    ValueError
        If the roll is not ``(frames, 88)`` or a frame has more than four notes.
    """
    roll = np.asarray(roll)
    _check_roll(roll)
    if roll.sum(axis=1).max(initial=0) >= SLOTS:
        raise ValueError(f"roll has a frame of {roll.sum(axis=1).max()} notes; at most 4 fit.")
    notes = np.zeros((len(roll), SLOTS), "int32")
    for frame, row in zip(roll, notes):
        found = np.flatnonzero(frame) + 1
        row[: len(found)] = found
    return notes


def symbols_of(roll: np.ndarray) -> np.ndarray:
    """A piece as one row of its notes, rising, with a 0 after each frame and one at the end."""
    notes = notes_of(np.pad(roll, ((0, 1), (0, 0))))
    return notes[np.cumsum(notes == 0, axis=1) <= 1]


def from_symbols(symbols: Iterable[int]) -> np.ndarray:
    """The piano roll ``(frames, 88)`` of a row of symbols, up to the first silent frame.

    Raises
    ------
    ValueError
        If a symbol is not 0 to 88.
    """
    symbols = np.asarray(symbols, dtype=int)
    if symbols.size and not 0 <= symbols.min() <= symbols.max() <= 88:
        raise ValueError(f"symbols are {symbols.min()} to {symbols.max()}; allowed are 0 to 88.")
    frame = np.cumsum(symbols == 0) - (symbols == 0)  # the frame of each symbol
    roll = np.zeros((frame.max(initial=-1) + 1, 88), dtype=np.uint8)
    roll[frame[symbols > 0], symbols[symbols > 0] - 1] = 1
    return roll[: np.append(np.flatnonzero(~roll.any(axis=1)), len(roll))[0]]


def note_arrays(rolls: Iterable[np.ndarray], length: int) -> dict[str, np.ndarray]:
    """What a network reads and predicts: pieces, cut and padded to ``length`` frames.

    Each piece gets a silent frame at its end, which says that it is over.

    Returns
    -------
    dict
        ``past`` ``(n, length, 88)``: the frame before; ``roll`` ``(n, length, 88)``: the frame;
        ``notes`` ``(n, length, 5)``: its notes as in :func:`notes_of`; ``below``: for each of
        them the note just below, 0 for the lowest; ``train`` and ``score`` ``(n, length, 5)``,
        bool: whether there is something to predict, up to the end of the frame. ``score`` leaves
        out the first frame of a piece and the silence after it.
    """
    names = ("past", "roll", "notes", "below", "train", "score")
    columns = {name: [] for name in names}
    for roll in rolls:
        roll = np.pad(roll, ((0, 1), (0, 0)))
        notes = notes_of(roll)
        train = np.cumsum(notes == 0, axis=1) <= 1
        score = train.copy()
        score[[0, -1]] = False
        past = np.pad(roll[:-1], ((1, 0), (0, 0)))
        below = np.pad(notes[:, :-1], ((0, 0), (1, 0)))
        for name, values in zip(names, (past, roll, notes, below, train, score)):
            for start in range(0, len(roll), length):
                part = values[start : start + length]
                columns[name].append(np.pad(part, ((0, length - len(part)), (0, 0))))
    return {name: np.stack(values) for name, values in columns.items()}


def _check_roll(roll: np.ndarray) -> None:
    if roll.ndim != 2 or roll.shape[1] != 88:
        raise ValueError(f"roll has shape {roll.shape}; it must be (frames, 88).")


def to_voices(roll: np.ndarray) -> np.ndarray:
    """Four voices of a piano roll ``(frames, 88)``: MIDI pitches ``(frames, 4)``, soprano first.

    The highest note is the soprano's and the lowest the bass'. Of more than four notes, the
    highest three and the lowest stay. Where there are fewer, two neighbours sing the same one:
    of all ways to share the notes, the one that moves least from the chord before. A silent
    frame is four rests, 0.

    Raises
    ------
    ValueError
        If the roll is not ``(frames, 88)``.
    """
    roll = np.asarray(roll)
    _check_roll(roll)
    voices = np.zeros((len(roll), 4), dtype=int)
    for t, frame in enumerate(roll):
        notes = np.flatnonzero(frame)[::-1] + LOWEST_PITCH
        if len(notes) > 4:
            notes = np.append(notes[:3], notes[-1])
        before = voices[t - 1] if t else voices[t]
        moves = {share: np.abs(notes[list(share)] - before).sum() for share in _SHARES[len(notes)]}
        if moves:
            voices[t] = notes[list(min(moves, key=moves.get))]
    return voices


# Which note, from the top, each voice sings when there are so many.
_SHARES = {
    0: (),
    1: ((0, 0, 0, 0),),
    2: ((0, 0, 0, 1), (0, 0, 1, 1), (0, 1, 1, 1)),
    3: ((0, 0, 1, 2), (0, 1, 1, 2), (0, 1, 2, 2)),
    4: ((0, 1, 2, 3),),
}


def parallels(voices: np.ndarray) -> dict[str, int]:
    """How often two voices move in parallel fifths or octaves.

    Two voices are in parallel fifths where they are a fifth apart (or a fifth and octaves) in two
    chords that follow each other, and both move up or both down; octaves and unisons likewise.
    Chords with a rest are left out.

    Parameters
    ----------
    voices
        MIDI pitches ``(frames, 4)``, soprano first, 0 for a rest.

    Returns
    -------
    dict
        ``fifths`` and ``octaves``: number of chord changes with at least one of them;
        ``changes``: number of chord changes, that is of neighbouring frames without a rest that
        are not the same.
    """
    voices = np.asarray(voices)
    if voices.ndim != 2:
        raise ValueError(f"voices has shape {voices.shape}; it must be (frames, voices).")
    old, new = voices[:-1], voices[1:]
    change = np.any(old != new, axis=1) & np.all((old > 0) & (new > 0), axis=1)
    found = {"fifths": np.zeros(len(change), bool), "octaves": np.zeros(len(change), bool)}
    for high, low in combinations(range(voices.shape[1]), 2):
        up, down = new[:, high] - old[:, high], new[:, low] - old[:, low]
        together = change & (up * down > 0)
        for name, size in (("fifths", FIFTH), ("octaves", OCTAVE)):
            kept = [(v[:, high] - v[:, low]) % 12 == size for v in (old, new)]
            found[name] |= together & kept[0] & kept[1]
    return {name: int(places.sum()) for name, places in found.items()} | {
        "changes": int(change.sum())
    }


def ends_on_tonic(voices: np.ndarray) -> bool:
    """Whether the last chord is C major, A minor or A major with its root in the bass.

    These are the chords on which pieces in C major and A minor end. The fifth may be missing.
    """
    last = np.asarray(voices)[-1]
    if not last.all():
        return False
    notes = frozenset((last % 12).tolist())
    for root, thirds in ((0, (4,)), (9, (0, 1))):
        for third in thirds:
            if last[-1] % 12 == root and {root, third} <= notes <= {root, third, (root + 7) % 12}:
                return True
    return False


def synthesise(voices: np.ndarray, beat: float = 0.6, rate: int = 11_025) -> np.ndarray:
    """Sound of four voices, a little like an organ: int16 samples, mono.

    A pitch that a voice repeats is held. Each note is a sum of six sine waves whose strengths
    fall, with a soft beginning and end, and the last chord dies away.

    Parameters
    ----------
    voices
        MIDI pitches ``(frames, voices)``, 0 for a rest.
    beat
        Seconds a frame.
    rate
        Samples a second.
    """
    voices = np.asarray(voices)
    if voices.ndim != 2 or len(voices) == 0:
        raise ValueError(f"voices has shape {voices.shape}; it must be (frames, voices).")
    size = int(beat * rate)
    sound = np.zeros((len(voices) + 1) * size)  # a beat more, for the last chord
    for voice in voices.T:
        starts = np.flatnonzero(np.diff(voice, prepend=-1))
        for start, end in zip(starts, np.append(starts[1:], len(voice))):
            if voice[start] == 0:
                continue
            samples = (end - start + (end == len(voice))) * size
            time = np.arange(samples) / rate
            frequency = 440 * 2 ** ((voice[start] - 69) / 12)
            overtones = [k for k in range(1, 7) if k * frequency < rate / 2]
            wave = sum(np.sin(2 * np.pi * k * frequency * time) / k**1.5 for k in overtones)
            fade = np.minimum(1, time / 0.03) * np.minimum(1, (time[-1] - time) / 0.08)
            if end == len(voice):
                fade = fade * np.exp(-time / (2 * beat))
            sound[start * size : start * size + samples] += wave * fade
    return np.int16(32_000 * sound / max(np.abs(sound).max(), 1e-9))


def to_score(voices: np.ndarray, title: str = "") -> Score:
    """A score of music21 with four parts, a staff for each.

    ``score.write("midi", fp=path)`` and ``score.write("musicxml", fp=path)`` save it. A pitch
    that is repeated is written as new notes, one a beat.

    Parameters
    ----------
    voices
        MIDI pitches ``(frames, 4)``, soprano first, 0 for a rest.
    title
        Printed above the score.
    """
    from music21 import clef, key, metadata, meter, note, stream  # seconds to import

    score = stream.Score()
    score.metadata = metadata.Metadata(title=title)
    for name, voice in zip(VOICES, np.asarray(voices).T, strict=True):
        part = stream.Part(id=name)
        part.partName = name.capitalize()
        part.append([_clef(clef, name), key.KeySignature(0), meter.TimeSignature("4/4")])
        for midi in voice:
            if midi == 0:
                part.append(note.Rest(quarterLength=1))
                continue
            sung = note.Note(int(midi))
            if sung.pitch.alter == 0:
                sung.pitch.accidental = None  # music21 would print a natural on each
            part.append(sung)
        score.insert(0, part)
    return score


def _clef(clef, name: str):
    return {"tenor": clef.Treble8vbClef, "bass": clef.BassClef}.get(name, clef.TrebleClef)()


def engrave(score: Score, width: int = 2100) -> str:
    """The score as one SVG picture, drawn by Verovio.

    Parameters
    ----------
    score
        A score of music21.
    width
        Of the page, in Verovio's units (tenths of a millimetre); the height follows.
    """
    import tempfile
    from pathlib import Path

    import verovio

    with tempfile.TemporaryDirectory() as folder:
        path = score.write("musicxml", fp=Path(folder) / "score.musicxml")
        music = Path(path).read_text(encoding="utf-8")
    toolkit = verovio.toolkit()
    toolkit.setOptions(
        {
            "pageWidth": width, "adjustPageHeight": True, "header": "none", "footer": "none",
            "scale": 35, "xmlIdSeed": 1, "svgViewBox": True,
        }
    )  # fmt: skip
    toolkit.loadData(music)
    return toolkit.renderToSVG(1)


def pooled_parallels(pieces: Iterable[np.ndarray]) -> dict[str, float]:
    """Parallel fifths and octaves of many pieces, each per 100 chord changes."""
    counts = [parallels(voices) for voices in pieces]
    changes = sum(c["changes"] for c in counts)
    return {
        name: 100 * sum(c[name] for c in counts) / max(changes, 1) for name in ("fifths", "octaves")
    }
