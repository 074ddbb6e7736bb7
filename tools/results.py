"""Print the table of claims of all lessons, and keep the tables of the README up to date.

Usage: python tools/results.py            print the claims
       python tools/results.py --write    also write both tables into README.md

Everything comes from the saved notebooks; nothing is run.
"""

from __future__ import annotations

import argparse
import base64
from pathlib import Path
from typing import Any

from utils.lessons import PATHS, ROOT, read
from utils.results import collect, spread


def lessons() -> list[tuple[Path, dict[str, Any]]]:
    """Path and parsed notebook of each lesson, in order of their numbers."""
    return [(path, read(path)) for path in PATHS]


def lessons_table() -> str:
    """Markdown table of lessons: question, what it shows, minutes to read, seconds to run."""
    lines = [
        "| no. | question | what it shows | minutes | seconds |",
        "| --- | --- | --- | --: | --: |",
    ]
    for path, notebook in lessons():
        lesson = notebook["metadata"]["lesson"]
        link = f"[{lesson['number']} {lesson['title']}](notebooks/{path.name})"
        lines.append(
            f"| {link} | {lesson['question']} | {lesson['shows']} | {lesson['minutes']} "
            f"| {lesson['seconds']} |"
        )
    return "\n".join(lines)


def claims_table() -> str:
    """Markdown table of claims: bar, baseline, published value, measured, seconds."""
    lines = [
        "| lesson | claim | bar | measured | seeds | baseline | published | seconds |",
        "| --- | --- | --- | --: | --: | --- | --- | --: |",
    ]
    for _, notebook in lessons():
        for claim in collect(notebook):
            unit = f" {claim['unit']}" if claim["unit"] else ""
            measured = spread(claim["measured"], digits=_digits(claim["measured"]))
            count = len(claim["measured"])
            lines.append(
                "| "
                + " | ".join(
                    [
                        claim["name"].split(".")[0],
                        claim["statement"].replace("|", "\\|"),
                        claim["bar"],
                        f"{measured}{unit}",
                        str(count) if count > 1 else "exact or one run",
                        _named(claim["baseline"]),
                        _named(claim["published"]),
                        "" if claim["seconds"] is None else str(claim["seconds"]),
                    ]
                )
                + " |"
            )
    return "\n".join(lines)


# Pictures of the README: file name, lesson, and words of the figure's alternative text.
PICTURES = (
    ("memory.png", "00", "sixteen cell states"),
    ("counting.png", "05", "The state of one unit: in LSTMs straight up"),
    ("stocks.png", "09", "Four panels that look alike"),
    ("attention.png", "14", "Attention weights for dates in German"),
)


def pictures() -> dict[str, bytes]:
    """File name to PNG, as saved in the lessons."""
    found = {}
    for name, number, words in PICTURES:
        for path, notebook in lessons():
            if not path.name.startswith(f"{number}_"):
                continue
            for cell in notebook["cells"]:
                for output in cell.get("outputs", []):
                    data = output.get("data", {})
                    if "image/png" in data and words in "".join(data["text/plain"]):
                        found.setdefault(name, base64.b64decode("".join(data["image/png"])))
    return found


def write_readme() -> bool:
    """Put tables and pictures of the lessons into the README; True if something changed."""
    readme = ROOT / "README.md"
    old = new = readme.read_text(encoding="utf-8")
    for name, table in (("lessons", lessons_table()), ("claims", claims_table())):
        start, end = f"<!-- {name}: from make results -->", f"<!-- end of {name} -->"
        head, _, rest = new.partition(start)
        tail = rest.partition(end)[2]
        new = f"{head}{start}\n{table}\n{end}{tail}"
    readme.write_text(new, encoding="utf-8")
    changed = new != old
    folder = ROOT / "images"
    folder.mkdir(exist_ok=True)
    for name, picture in pictures().items():
        file = folder / name
        if not file.exists() or file.read_bytes() != picture:
            file.write_bytes(picture)
            changed = True
    return changed


def _named(pair: list | None) -> str:
    return "" if pair is None else f"{pair[0]}: {pair[1]:g}"


def _digits(values: list[float]) -> int:
    """Digits after the point that show about three figures."""
    size = max(abs(v) for v in values)
    return 1 if size >= 100 else 2 if size >= 10 else 3


def main() -> None:
    """Print the claims; with ``--write`` update the README first."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--write", action="store_true", help="update README.md")
    if parser.parse_args().write:
        changed = write_readme()
        print("README.md updated." if changed else "README.md is up to date.")
    print(claims_table())


if __name__ == "__main__":
    main()
