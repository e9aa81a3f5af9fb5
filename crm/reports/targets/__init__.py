"""Sales targets: how they are saved, what counts for the Forecast, and their page. Start with `amounts.py`."""
