"""What the lessons import: one subject a module.

========== ===================================================================
session    start of a notebook: seeds, threads, quiet logs, figure style
data       loaders of data sets, one module each
windows    windows and splits over a series that cannot see the future
text       vocabularies, encoding, batches of characters
baselines  forecasts and reductions that a network has to beat
metrics    errors and scores, in the units of the data
plotting   the figures of the lessons, each with alternative text
progress   a bar for what takes longer than a few seconds
results    claims: statements that fail the notebook when they are false
exercises  the learner's exercises, one module a lesson
========== ===================================================================

Nothing here trains a model: what a lesson teaches is written in the lesson.
"""
