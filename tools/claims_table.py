"""Write RESULTS.md and the README's table of lessons from the saved notebooks; nothing is run.

python tools/claims_table.py
"""

from __future__ import annotations

import sys

from notebooks import PATHS, ROOT, read
from utils.claims import read_claims, table

START, END = "<!-- lessons: from make results -->", "<!-- end of lessons -->"

INTRODUCTION = """# Results

What every lesson claims and what was measured, from the saved notebooks (`make results` writes this
file). A claim is a sentence with a bar; when it stops being true, the build fails. *Measured* is
the statistic that the bar tests: mean ± standard deviation, median [lowest, highest], or the worst
case. *Seconds* are from the claim before to this one, on the machine that saved the notebook (two
cores). `make reseed SEEDS=100` runs all of it again with seeds that nobody tuned on.

"""


def results() -> str:
    """RESULTS.md: findings lesson by lesson, then tolerances of all lessons."""
    parts, checks = [INTRODUCTION, "## Findings\n"], []
    for path in PATHS:
        notebook = read(path)
        lesson = notebook["metadata"]["lesson"]
        claims = read_claims(notebook)
        findings = [c for c in claims if not c["check"]]
        checks += [c for c in claims if c["check"]]
        if findings:
            heading = f"[{lesson['number']} · {lesson['title']}](notebooks/{path.name})"
            parts.append(f"\n### {heading}\n\n{lesson['question']}\n\n{table(findings)}\n")
    if checks:
        parts.append("\n## Checks\n\nTwo ways to the same number, compared.\n")
        for claim in checks:
            claim["statement"] = f"{claim['name'][:2]}: {claim['statement']}"
        parts.append(f"\n{table(checks)}\n")
    return "".join(parts)


def lessons() -> str:
    """The README's table: number, question, answer in a line, minutes to read, seconds to run."""
    lines = [
        "| lesson | question | answer | minutes | seconds |",
        "| --- | --- | --- | --: | --: |",
    ]
    for path in PATHS:
        about = read(path)["metadata"]["lesson"]
        link = f"[{about['number']} {about['title']}](notebooks/{path.name})"
        cells = [link, about["question"], about["answer"], about["minutes"], about["seconds"]]
        lines.append("| " + " | ".join(map(str, cells)) + " |")
    return "\n".join(lines)


def replace_between(text: str, new: str) -> str:
    """The text with what stands between the two marks replaced.

    Raises
    ------
    ValueError
        If one of the marks is missing.
    """
    head, start, rest = text.partition(START)
    _, end, tail = rest.partition(END)
    if not start or not end:
        raise ValueError(
            f"README.md lacks the marks {START} and {END}, between which the table goes."
        )
    return f"{head}{start}\n{new}\n{end}{tail}"


def main() -> int:
    """Write both files, and say which of them changed."""
    readme = ROOT / "README.md"
    new = {
        ROOT / "RESULTS.md": results(),
        readme: replace_between(readme.read_text(encoding="utf-8"), lessons()),
    }
    for path, text in new.items():
        changed = not path.exists() or path.read_text(encoding="utf-8") != text
        if changed:
            path.write_text(text, encoding="utf-8")
        print(f"{path.name}: {'written' if changed else 'up to date'}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
