"""The built site in headless Chromium: ``make test-site``. CHROMIUM may name the browser."""

from __future__ import annotations

import ast
import contextlib
import functools
import json
import os
import shutil
import sys
import threading
from collections.abc import Iterator
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import unquote, urljoin, urlsplit

import axe_playwright_python
import numpy as np
import pytest
from bs4 import BeautifulSoup
from playwright.sync_api import Browser, Page, sync_playwright

HERE = Path(__file__).resolve().parent
SITE = HERE.parent / "build" / "site"
sys.path[:0] = [str(HERE), str(HERE.parent / "tools")]

from build import alternative_texts  # noqa: E402
from notebooks import PATHS, output_text, path_of, read  # noqa: E402

PAGES = sorted(path.relative_to(SITE).as_posix() for path in SITE.rglob("*.html"))
AXE = Path(axe_playwright_python.__file__).parent / "axe.min.js"
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "chrome")
FLAGS = (
    "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync"
).split()
# Bytes of a page and of all that it loaded; what is wider than the window and does not scroll.
WEIGHT = """["navigation", "resource"].flatMap((kind) => performance.getEntriesByType(kind))
    .reduce((sum, entry) => sum + entry.encodedBodySize, 0)"""
TOO_WIDE = """[...document.querySelectorAll("article *")].filter((element) => {
    if (element.getBoundingClientRect().right <= innerWidth + 1) return false;
    for (let box = element.parentElement; box; box = box.parentElement) {
        if (/auto|scroll|hidden/.test(getComputedStyle(box).overflowX)) return false;
    }
    return true;
}).map((element) => element.outerHTML.slice(0, 150))"""
# All rules in light mode, colours in dark mode. The many small parts of code and formulae take most
# of the time and look the same everywhere: one page is checked with them.
RULES = """({mode, exclude}) => axe.run({include: [["html"]], exclude}, {
    resultTypes: ["violations"], ...(mode === "dark" ? {runOnly: ["color-contrast"]} : {}),
}).then((result) => result.violations)"""
CODE, SMALL = "notebooks/02_lstm_from_scratch.html", [[".highlight span"], [".katex"]]
MODES = {"light": 1280, "dark": 390}  # colour scheme and width in pixels
each_page = pytest.mark.parametrize("page", PAGES)
each_lesson = pytest.mark.parametrize("path", PATHS, ids=[path.stem for path in PATHS])

if not PAGES:
    pytest.exit("build/site holds no page; build it with: make site", returncode=2)


@pytest.fixture(scope="session")
def address() -> Iterator[str]:
    """Address of a server of the site on this machine."""

    class Quiet(SimpleHTTPRequestHandler):
        def log_message(self, *arguments: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=str(SITE)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """A headless Chromium."""
    program = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, BROWSERS)), None)
    if not program:
        pytest.exit(
            "Chromium was not found. Install it (Debian, Ubuntu: sudo apt install chromium), or "
            "name it: make test-site CHROMIUM=/path/to/chromium",
            returncode=2,
        )
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=FLAGS)
        yield browser
        browser.close()


@contextlib.contextmanager
def opened(browser: Browser, url: str, scheme: str = "light", width: int = 390) -> Iterator[Page]:
    """A page with its folds open and all its pictures; nothing may fail until it is closed."""
    log: list[str] = []
    context = browser.new_context(color_scheme=scheme, viewport={"width": width, "height": 844})
    page = context.new_page()
    page.on("console", lambda m: m.type in ("error", "warning") and log.append(m.text))
    page.on("pageerror", lambda error: log.append(str(error)))
    page.on("requestfailed", lambda request: log.append(f"failed: {request.url}"))
    home = url[: url.index("/", len("http://"))]
    page.on("request", lambda r: r.url.startswith((home, "data:")) or log.append(f"left: {r.url}"))
    try:
        page.goto(url)
        page.evaluate(
            """async () => {
                document.querySelectorAll("details").forEach((fold) => { fold.open = true; });
                const images = [...document.images];
                images.forEach((image) => { image.loading = "eager"; });
                await Promise.all(images.map((image) => image.decode().catch(() => 0)));
            }"""
        )
        yield page
        assert log == []
    finally:
        context.close()


@functools.cache
def parsed(page: str) -> BeautifulSoup:
    """A page of the site as a tree."""
    return BeautifulSoup((SITE / page).read_text(encoding="utf-8"), "html.parser")


@each_page
@pytest.mark.parametrize("mode", MODES)
def test_page_works_for_everybody(page, mode, browser, address):
    """No error, no other host, at most 2 MB; every picture; nothing too wide; nothing for axe."""
    with opened(browser, address + page, mode, MODES[mode]) as tab:
        assert tab.evaluate("[...document.images].filter((i) => !i.naturalWidth).length") == 0
        assert 0 < tab.evaluate(WEIGHT) <= 2_000_000
        assert tab.evaluate("document.documentElement.scrollWidth") <= MODES[mode]
        assert tab.evaluate(TOO_WIDE) == []
        tab.evaluate(AXE.read_text(encoding="utf-8"))
        found = tab.evaluate(RULES, {"mode": mode, "exclude": [] if page == CODE else SMALL})
        assert [(v["id"], [n["html"][:150] for n in v["nodes"][:3]]) for v in found] == []


@each_page
def test_headings_are_in_order(page):
    """One h1 first, and no level is left out."""
    levels = [int(heading.name[1]) for heading in parsed(page).select("h1, h2, h3, h4, h5, h6")]
    assert levels[:1] == [1] and levels.count(1) == 1
    assert all(after <= before + 1 for before, after in zip(levels, levels[1:]))


@each_page
def test_links_lead_somewhere(page):
    """Files and anchors of the site exist."""
    for tag in parsed(page).select("[href], [src]"):
        link = urlsplit(urljoin(f"https://here/{page}", tag.get("href") or tag.get("src")))
        if link.netloc != "here":
            continue
        target = unquote(link.path.lstrip("/")) or "index.html"
        assert (SITE / target).is_file(), target
        if link.fragment and target.endswith(".html"):
            assert parsed(target).find(id=unquote(link.fragment)), f"{target}#{link.fragment}"


@each_lesson
def test_lesson_is_complete(path):
    """Alternative texts as saved, a place to run it, its neighbours, terms linked at first use."""
    page = parsed(f"notebooks/{path.stem}.html")
    alts = {image["alt"] for image in page.select("article img")}
    saved = {alt for cell in read(path)["cells"] for alt in alternative_texts(cell)}
    assert saved and saved <= alts
    links = [a["href"] for a in page.select("article a[href]")]
    assert any("colab" in link for link in links) and any("mybinder" in link for link in links)
    assert len(page.select(".related-pages a")) == 2
    terms = [link for link in links if link.startswith("../glossary.html#")]
    assert terms and len(terms) == len(set(terms))
    assert not page.select("article details[open]")


def test_home_shows_every_lesson_once():
    """In the gallery and in the navigation."""
    home = parsed("index.html")
    for links in (home.select(".gallery a"), home.select(".sidebar-tree a[href^=notebooks]")):
        assert sorted(a["href"] for a in links) == [f"notebooks/{p.stem}.html" for p in PATHS]


def test_search_finds_a_word(browser, address):
    """With the index that was built."""
    with opened(browser, f"{address}search.html?q=perplexity") as tab:
        tab.wait_for_selector("ul.search li")


def functions_of(number: str, wanted: str, **names: object) -> dict[str, object]:
    """``names``, and functions of a lesson as they stand in its cells, which need these names."""
    for cell in read(path_of(number))["cells"]:
        if cell["cell_type"] == "code" and "!git" not in cell["source"]:
            for node in ast.parse(cell["source"]).body:
                if isinstance(node, ast.FunctionDef) and node.name in wanted.split():
                    exec(ast.unparse(node), names)  # noqa: S102
    return names


def move(tab: Page, name: str, value: float) -> None:
    """Put a slider to a value as a reader would."""
    tab.locator(f".explorer [name={name}]").fill(str(value))


def test_gates_compute_what_the_lesson_computes(browser, address):
    """The numbers of the lesson's own functions, and the answers that it printed."""
    data = json.loads((HERE / "explorers" / "gates.json").read_text(encoding="utf-8"))
    weights = [np.array(data["weights"][name]) for name in "WUbV"]
    letters = np.array(list("ABCD"))
    lesson = functions_of("02", "sigmoid lstm encode say read shifted", np=np, letters=letters)
    printed = "".join(output_text(cell) for cell in read(path_of("02"))["cells"])
    with opened(browser, f"{address}notebooks/02_lstm_from_scratch.html") as tab:
        status = tab.locator("#gates [role=status]")
        untouched = status.inner_text()
        for shifts in ({}, {"forget": -4}, {"forget": 0, "input": 5}, {"input": 0, "output": -8}):
            for name, value in shifts.items():
                move(tab, name, value)
            biases = {f"{name}_bias": float(value) for name, value in shifts.items()}
            moved = lesson["shifted"](weights, **biases)
            record, said = lesson["read"](np.array([list(data["string"])]), *moved)
            shown = tab.evaluate("document.getElementById('gates').record")
            for name in "ifgoch":
                np.testing.assert_allclose(shown[name], record[name][0], atol=1e-6)
            assert shown["answers"] == list(said[0])
            if not shifts:
                assert f"reads   {data['string']}\nanswers {''.join(said[0])}\n" in printed
        assert status.inner_text() != untouched
        tab.locator("#gates [name=output]").press("ArrowRight")
        assert tab.locator("#gates [name=output] + output").inner_text() == "−7.5"
        tab.locator("#gates button").click()
        assert status.inner_text() == untouched
        tab.locator("#gates [name=string]").fill("Ax?")
        assert tab.evaluate("document.getElementById('gates').record.answers") == ["-", "A"]


def test_temperature_computes_what_the_lesson_computes(browser, address):
    """Softmax at a temperature, top-k, top-p, and draws from what is left."""
    data = json.loads((HERE / "explorers" / "temperature.json").read_text(encoding="utf-8"))
    lesson = functions_of("15", "keep top_k top_p", np=np)
    with opened(browser, f"{address}notebooks/15_char_rnn.html") as tab:

        def shows(p: np.ndarray) -> None:
            shown = tab.evaluate("document.getElementById('temperature').p")
            np.testing.assert_allclose(shown, p[0], atol=1e-9)

        for row, prefix in enumerate(data["prefixes"]):
            tab.locator("#temperature select").select_option(str(row))
            for T in (0.2, 1.5, 1.0):
                move(tab, "T", T)
                p = np.exp(np.array([prefix["logits"]]) / T)
                p /= p.sum()
                shows(p)
            move(tab, "k", 5)
            shows(lesson["top_k"](p, 5))
            move(tab, "k", len(data["characters"]))
            move(tab, "p", 0.9)
            shows(lesson["top_p"](p, 0.9))
            move(tab, "p", 1)
        move(tab, "k", 1)
        tab.locator("#temperature button").click()
        assert "drawn 50" in tab.locator("#temperature .bars").inner_text()
        assert tab.locator("#temperature .bars li").count() == 1
