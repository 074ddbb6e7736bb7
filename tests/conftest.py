"""Settings for all tests: the lessons' backend and threads, no windows for figures."""

import os

import hypothesis
import matplotlib

os.environ["KERAS_BACKEND"] = os.environ.get("KERAS_BACKEND") or "tensorflow"
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
# The threads that session.start gives every lesson. Without, they would depend on which test ran
# TensorFlow first; and TensorFlow 2.21 corrupts its memory in lesson 06 with more of them.
os.environ["TF_NUM_INTRAOP_THREADS"] = "1"
os.environ["TF_NUM_INTEROP_THREADS"] = "2"

# Not through the environment: the kernels of the notebooks would inherit it.
matplotlib.use("agg")

# A busy machine is no reason to fail.
hypothesis.settings.register_profile("lab", deadline=None)
hypothesis.settings.load_profile("lab")
