"""Write the numbers behind the explorers: explorers/gates.json and explorers/temperature.json.

.venv/bin/python website/record.py    # after lesson 02 or the weights of lesson 15 have changed

The cells of lesson 02 are run as they stand, so these are the weights of the networks on its page.
"""

from __future__ import annotations

import contextlib
import io
import json
import sys
from pathlib import Path
from typing import Any

import numpy as np

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "tools"))

from notebooks import path_of, read, tags  # noqa: E402
from utils import session  # noqa: E402
from utils.data.char_weights import load_char_weights  # noqa: E402

PREFIXES = (
    "    def call(self, inputs, training=False):\n        ",
    '    """A layer that ',
    "import",
    "        return self.",
    "            raise ValueError(\n                f",
    "    def build(self, input_",
)


def run_lesson(number: str, until: str) -> dict[str, Any]:
    """Names after running a lesson's code cells up to the one that contains ``until``."""
    names: dict[str, Any] = {"__name__": "lesson"}
    for cell in read(path_of(number))["cells"]:
        if until in cell["source"]:
            return names
        if cell["cell_type"] == "code":
            source = cell["source"]
            if "setup" in tags(cell):  # without the branch that serves Colab
                source = source[source.index("session.start") :]
                names["session"] = session
            with contextlib.redirect_stdout(io.StringIO()):
                exec(compile(source, f"lesson {number}", "exec"), names)  # noqa: S102
    raise ValueError(f"lesson {number} has no cell with {until!r}; say in this file where to stop.")


def gates(lesson: dict[str, Any]) -> dict[str, Any]:
    """Weights of the first network, the string, and the order in which its units are drawn."""
    weights = lesson["runs"][0]
    held = lesson["read"](lesson["train"], *weights)[0]["f"][np.char.islower(lesson["train"])]
    return {
        "weights": {n: np.asarray(w, float).round(6).tolist() for n, w in zip("WUbV", weights)},
        "order": np.argsort(-held.mean(axis=0)).tolist(),
        "string": "".join(lesson["example"]),
    }


def temperature(lesson: dict[str, Any]) -> dict[str, Any]:
    """Logits of the network of the long run on Keras' source after each of some prefixes."""
    characters, (embedding, W, U, b, V, bias) = load_char_weights("keras")
    codes = {character: code for code, character in enumerate(characters)}
    rows = []
    for prefix in PREFIXES:
        x = np.stack([embedding[codes[c]] for c in "\n\n" + prefix])[None].astype("float32")
        h = lesson["lstm"](x, W, U, b)["h"][0, -1]
        rows.append({"prefix": prefix, "logits": (h @ V + bias).astype(float).round(3).tolist()})
    return {"characters": "".join(characters), "prefixes": rows}


if __name__ == "__main__":
    lesson = run_lesson("02", until="explore(\n")
    for name, data in (("gates", gates(lesson)), ("temperature", temperature(lesson))):
        text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
        (HERE / "explorers" / f"{name}.json").write_text(text + "\n", encoding="utf-8")
