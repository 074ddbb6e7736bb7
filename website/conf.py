"""Settings of Sphinx for the site; build.py lays out the pages that they apply to."""

import re
import sys
import tomllib
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
sys.path[:0] = [str(HERE), str(ROOT)]
EMPTY_HEADER = re.compile(r"<th[^>]*>(<p></p>)?</th>")
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]

project = "LSTM lab"
author = "LSTM lab contributors"
copyright = "LSTM lab contributors. Code MIT, text and figures CC BY 4.0"  # noqa: A001
release = PROJECT["version"]
html_title = project
language = "en"

extensions = [
    "myst_nb",
    "sphinx.ext.autodoc",
    "sphinx.ext.napoleon",
    "docstrings",
    "formulae",
    "terms",
]
exclude_patterns = ["README.md"]

# Notebooks are shown as they were saved.
nb_execution_mode = "off"
nb_merge_streams = True
nb_render_markdown_format = "gfm"
myst_enable_extensions = ["dollarmath", "amsmath", "colon_fence"]
myst_heading_anchors = 3
myst_links_external_new_tab = False

# Docstrings are read without the packages that the modules import.
autodoc_mock_imports = sorted(
    {"IPython", "ipywidgets", "keras", "matplotlib", "pandas", "pooch", "requests"}
    | {"scipy", "sklearn", "statsmodels", "arch", "babel", "num2words", "music21", "verovio"}
    | {"tensorflow", "packaging"}
)
autodoc_typehints = "signature"
autodoc_member_order = "bysource"
autodoc_preserve_defaults = True
add_module_names = False
napoleon_google_docstring = False
napoleon_use_rtype = False

html_theme = "furo"
templates_path = [str(HERE / "_templates")]
html_static_path = [str(HERE / "_static"), str(ROOT / "build" / "pages" / "_static")]
html_favicon = str(HERE / "_static" / "favicon.svg")
html_css_files = ["site.css"]
html_js_files = [("site.js", {"defer": "defer"})]
html_copy_source = False
html_use_index = False
html_domain_indices = False
html_show_sphinx = False
html_permalinks_icon = "#"
highlight_language = "none"
pygments_style = "a11y-high-contrast-light"
pygments_dark_style = "a11y-high-contrast-dark"
html_theme_options = {
    "top_of_page_buttons": [],
    "light_css_variables": {
        "color-brand-primary": "#005A8C",  # the blue of utils.plotting, dark enough for text
        "color-brand-content": "#005A8C",
        "color-brand-visited": "#005A8C",
    },
    "dark_css_variables": {
        "color-brand-primary": "#56B4E9",  # its sky
        "color-brand-content": "#7CC4EE",
        "color-brand-visited": "#7CC4EE",
    },
    "footer_icons": [
        {"name": "Repository", "url": PROJECT["urls"]["Repository"], "html": "Repository"}
    ],
}


def setup(app):
    """Mend in the pages what readers of a screen stumble over in theme, notebooks and tables."""

    def mend(app, page, template, context, tree):
        body = context.get("body", "").replace(' aria-label="Toggle hidden content"', "")
        context["body"] = EMPTY_HEADER.sub("<td></td>", body)
        navigation = context.get("furo_navigation_tree", "")
        context["furo_navigation_tree"] = navigation.replace(' role="heading"', "")

    app.connect("html-page-context", mend, priority=900)
