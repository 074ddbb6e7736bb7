"""Settings for all tests: the lessons' backend, quiet logs, no windows for figures."""

import os

import matplotlib

os.environ["KERAS_BACKEND"] = os.environ.get("KERAS_BACKEND") or "tensorflow"
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

# Not through the environment: the kernels of the notebooks would inherit it.
matplotlib.use("agg")
