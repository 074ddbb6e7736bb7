"""What the lessons import: one subject a module.

=========== ==================================================================
session     start of a notebook: seeds, threads, quiet logs, figure style
environment whether this machine has what the lessons need
data        loaders of data sets, one module each
windows     windows and splits over a series that cannot see the future
text        characters as integers, and batches for a network that reads text
sequences   texts of different lengths as padded tokens, and back
sampling    choosing the next symbol: temperature, top-k, top-p
writing     what written text is like: does it parse, how varied is it
baselines   forecasts that a network has to beat
cells       variants of the LSTM cell, for keras.layers.RNN
ngrams      character n-gram models that a network has to beat
backtest    rolling origins, errors of forecasts, and whether one is better
volatility  how much prices move in a day: measured and forecast
metrics     errors and scores, in the units of the data
plotting    the figures of the lessons, each with alternative text
interactive a figure with sliders where somebody can move them, a picture elsewhere
progress    a bar for what takes longer than a few seconds
results     claims: statements that fail the notebook when they are false
exercises   the learner's exercises, one module a lesson
lessons     the saved lessons as files, for tools and tests
=========== ==================================================================

Nothing here trains a model: what a lesson teaches is written in the lesson.
"""
