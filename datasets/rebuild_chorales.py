"""Read Bach's four-part chorales from music21 and keep one chord a beat.

Takes about a minute. Run from the project's folder:

    python datasets/rebuild_chorales.py

What is kept of each file with four parts is the pitch of each part at each quarter note, as MIDI
numbers, after a transposition to C major or A minor by the key that music21 finds. Some settings
occur several times, with small changes. Those that share a quarter of their runs of three chords
are put into the same part, training, validation or test.
"""

import time
from itertools import combinations
from pathlib import Path

import numpy as np
from music21 import converter, corpus, stream

PATH = Path(__file__).parent / "chorales.npz"
SHORTEST = 20  # beats
SHARES = {"train": 0.64, "valid": 0.18, "test": 0.18}
ALIKE = 0.25  # share of runs of three chords, of the shorter piece


def voice(part: stream.Part, beats: np.ndarray) -> np.ndarray:
    """MIDI pitch that a part has at each of these offsets (in quarter notes); 0 where it rests."""
    pitches = np.zeros(len(beats), dtype=np.int16)
    for note in part.flatten().notes:
        start, end = float(note.offset), float(note.offset + note.quarterLength)
        pitches[(beats >= start - 1e-6) & (beats < end - 1e-6)] = note.pitches[-1].midi
    return pitches


def read(path: Path) -> np.ndarray | None:
    """Pitches (beats, 4), soprano first, in C major or A minor; None unless it has four parts."""
    score = converter.parse(path, forceSource=True)
    if len(score.parts) != 4:
        return None
    first = score.parts[0].getElementsByClass(stream.Measure)[0]
    upbeat = float(first.duration.quarterLength) % 1  # of half a beat: the beat comes after it
    beats = np.arange(upbeat, float(score.highestTime), 1.0)
    voices = np.stack([voice(part, beats) for part in score.parts], axis=1)
    key = score.analyze("key")
    shift = ((0 if key.mode == "major" else 9) - key.tonic.pitchClass + 5) % 12 - 5
    voices = np.where(voices > 0, voices + shift, 0)
    sounding = np.flatnonzero(voices.any(axis=1))
    return voices[sounding[0] : sounding[-1] + 1] if len(sounding) >= SHORTEST else None


def groups(pieces: list[np.ndarray]) -> np.ndarray:
    """A number for each piece, the same for pieces that are alike."""
    runs = [{p[i : i + 3].tobytes() for i in range(len(p) - 2)} for p in pieces]
    group = np.arange(len(pieces))
    for i, j in combinations(range(len(pieces)), 2):
        if len(runs[i] & runs[j]) > ALIKE * min(len(runs[i]), len(runs[j])):
            group[group == group[j]] = group[i]
    return group


def split(group: np.ndarray) -> np.ndarray:
    """The part of each piece, with groups drawn at random until a part is full."""
    order = np.random.default_rng(0).permutation(np.unique(group))
    parts, full = np.empty(len(group), dtype="<U5"), 0.0
    before = 0
    for part, share in SHARES.items():
        full += share * len(group)
        while before < len(order) and (parts != "").sum() < round(full):
            parts[group == order[before]] = part
            before += 1
    return parts


def main() -> None:
    """Read all files, drop repeated pieces, split, write the file."""
    start, names, pieces, seen = time.process_time(), [], [], set()
    for path in sorted(map(Path, corpus.getComposer("bach"))):
        voices = read(path) if path.suffix == ".mxl" else None
        if voices is None or voices.tobytes() in seen:
            continue
        seen.add(voices.tobytes())
        names.append(path.stem)
        pieces.append(voices.astype(np.int8))
        print(path.stem, voices.shape, flush=True)
    parts = split(groups(pieces))
    np.savez_compressed(
        PATH,
        names=np.array(" ".join(names)),
        parts=np.array(" ".join(parts)),
        lengths=np.array([len(piece) for piece in pieces], dtype=np.int16),
        pitches=np.concatenate(pieces),
    )
    seconds = time.process_time() - start
    print(f"{len(names)} chorales, {sum(map(len, pieces))} beats, {seconds:.0f} s")
    print({part: int((parts == part).sum()) for part in SHARES})


if __name__ == "__main__":
    main()
