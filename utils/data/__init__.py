"""Loaders of data sets, one module each; ``datasets/README.md`` has a datasheet for each."""
