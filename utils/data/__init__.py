"""Data sets, one module each; ``datasets/README.md`` has a datasheet for each.

``load_`` functions read data that exist, ``make_`` functions generate data from a seed.

The loaders of time series (``airline``, ``co2``, ``el_nino``, ``sp500``, ``sunspots``) return
tables of one form, so that a lesson can replace one series with another: a ``pandas.DataFrame``
with one row per time step, oldest first; a ``DatetimeIndex`` named ``date`` without duplicates,
with its frequency where the steps are regular; columns of floats without missing values, with
the unit in the name of the column where there is one.
"""
