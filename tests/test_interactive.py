"""The picture is always there; sliders only where somebody can move them."""

import pytest
from jupyter_client.manager import start_new_kernel

WIDGET = "application/vnd.jupyter.widget-view+json"
CODE = """
import matplotlib.pyplot as plt
from utils.interactive import explore

def draw(slope):
    figure, axes = plt.subplots()
    axes.plot([0, 1], [0, slope])
    return figure

explore(draw, alt="A straight line that gets steeper.", slope=(0, 1, 5))
"""


@pytest.mark.parametrize("watched", [True, False])
def test_sliders_are_for_front_ends_that_can_be_asked_for_input(watched):
    manager, client = start_new_kernel(kernel_name="python3")
    seen = []

    def keep(message):
        if message["msg_type"] == "display_data":
            seen.append(message["content"]["data"])

    try:
        reply = client.execute_interactive(CODE, allow_stdin=watched, output_hook=keep, timeout=120)
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)
    assert reply["content"]["status"] == "ok"
    assert "image/png" in seen[0]
    assert any(WIDGET in data for data in seen) == watched
