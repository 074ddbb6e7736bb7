"""The picture is always there; sliders only where somebody can move them."""

import matplotlib.pyplot as plt
import nbformat
import pytest
from jupyter_client.manager import start_new_kernel
from nbclient import NotebookClient

from utils import interactive, plotting

WIDGET = "application/vnd.jupyter.widget-view+json"
ALT = "A straight line that gets steeper with the slider."
CODE = f"""
import matplotlib
matplotlib.use("agg")
import matplotlib.pyplot as plt
from utils.interactive import explore

def draw(slope):
    figure, axes = plt.subplots()
    axes.plot([0, 1], [0, slope])
    return figure

explore(draw, alt={ALT!r}, slope=(0, 1, 5))
"""


@pytest.fixture
def shown(monkeypatch):
    """What was shown: settings and alternative texts, instead of pictures."""
    texts = []
    monkeypatch.setattr(plotting, "show", lambda figure, alt: texts.append((figure, alt)))
    yield texts
    plt.close("all")


def execute(code):
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(code)])
    NotebookClient(notebook, kernel_name="python3", timeout=120).execute()
    return [o["data"] for o in notebook.cells[0].outputs if o["output_type"] == "display_data"]


def test_nobody_watches_when_nbclient_executes():
    outputs = execute(CODE)
    assert len(outputs) == 1
    assert outputs[0]["text/plain"] == f"Figure: {ALT}"
    assert "image/png" in outputs[0]


def test_sliders_can_be_asked_for():
    outputs = execute(CODE.replace("slope=(", "live=True, slope=("))
    assert "image/png" in outputs[0]
    assert any(WIDGET in data for data in outputs)


@pytest.mark.parametrize("watched", [True, False])
def test_a_front_end_that_can_be_asked_for_input_gets_sliders(watched):
    manager, client = start_new_kernel(kernel_name="python3")
    seen = []

    def collect(message):
        if message["msg_type"] == "display_data":
            seen.append(message["content"]["data"])

    try:
        reply = client.execute_interactive(
            CODE, allow_stdin=watched, output_hook=collect, timeout=120
        )
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)
    assert reply["content"]["status"] == "ok"
    assert "image/png" in seen[0]
    assert any(WIDGET in data for data in seen) == watched


def test_outside_a_notebook_there_is_one_picture_at_the_starting_values(shown):
    calls = []

    def draw(**values):
        calls.append(values)
        return "figure"

    interactive.explore(draw, alt=ALT, slope=(0, 1, 5), offset=(-2, 0, 2))
    assert calls == [{"slope": 1.0, "offset": 0.0}]
    assert shown == [("figure", ALT)]
    assert not interactive.is_live()


def test_sliders_redraw_and_say_what_was_set(shown, monkeypatch):
    import ipywidgets

    made = {}

    def interactive_output(redraw, controls):
        made.update(redraw=redraw, controls=controls)
        return ipywidgets.Output()

    monkeypatch.setattr(ipywidgets, "interactive_output", interactive_output)
    interactive.explore(lambda **values: values, alt=ALT, live=True, forget_bias=(-6, 0, 4))
    slider = made["controls"]["forget_bias"]
    assert (slider.min, slider.value, slider.max, slider.step) == (-6, 0, 4, 0.5)
    assert slider.description == "forget bias"
    made["redraw"](forget_bias=0.0)
    made["redraw"](forget_bias=-3.0)
    assert shown[1] == ({"forget_bias": 0.0}, ALT)
    assert shown[2][0] == {"forget_bias": -3.0}
    assert "forget bias -3" in shown[2][1]


@pytest.mark.parametrize(
    ("sliders", "message"),
    [
        ({}, "at least one"),
        ({"slope": (1, 0, 5)}, r"'slope' is \(1, 0, 5\)"),
        ({"slope": (0, 9, 5)}, "in this order"),
        ({"slope": (2, 2, 2)}, "in this order"),
        ({"slope": (0, 5)}, "lowest, start, highest"),
    ],
)
def test_sliders_that_make_no_sense_are_named(sliders, message):
    with pytest.raises(ValueError, match=message):
        interactive.explore(lambda **_: None, alt=ALT, **sliders)
