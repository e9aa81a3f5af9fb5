"""The desk: pages that show many features together. Today, the page of each record, a city.

It reads what the features below offer and changes nothing itself. Start at `views/` and `queries.py`.
"""
