"""Windows, baselines, backtests and tests of forecasts."""
