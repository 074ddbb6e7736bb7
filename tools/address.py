"""Make all links point to another repository: ``make address URL=https://github.com/me/mine``."""

from __future__ import annotations

import re
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
FILES = ("pyproject.toml", "CITATION.cff", "*.md", "*/*.md", "notebooks/*.ipynb")


def change(url: str, root: Path = ROOT) -> list[str]:
    """Write the new address into every file that has the old one; the names of these files.

    Links to Colab and Binder have the name of the repository without ``github.com``; the site is
    at the address that GitHub Pages gives it.

    Raises
    ------
    ValueError
        If the address is not that of a repository on GitHub.
    """
    found = re.fullmatch(r"https://github\.com/([\w.-]+/[\w.-]+?)(\.git)?/?", url)
    if not found:
        raise ValueError(f"URL is {url!r}; it has to be https://github.com/NAME/REPOSITORY")
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    old = project["urls"]["Repository"].removeprefix("https://github.com")
    links = re.compile(rf"((?:github\.com|/github|/gh)){re.escape(old)}(?![\w-])")
    changed = []
    for path in (path for pattern in FILES for path in sorted(root.glob(pattern))):
        text = path.read_bytes().decode()
        new = links.sub(rf"\g<1>/{found[1]}", text).replace(pages(old[1:]), pages(found[1]))
        if new != text:
            path.write_bytes(new.encode())
            changed.append(path.relative_to(root).as_posix())
    return changed


def pages(repository: str) -> str:
    """Where GitHub Pages puts the site of ``name/repository``."""
    owner, _, name = repository.partition("/")
    return f"https://{owner.lower()}.github.io/{name}/"


if __name__ == "__main__":
    try:
        print("\n".join(change(sys.argv[1])) or "All links have this address already.")
    except ValueError as error:
        sys.exit(str(error))
