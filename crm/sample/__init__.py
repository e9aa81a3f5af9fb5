"""Sample data: `flask seed`, small for the demo and large for measuring, into an empty database.

The records in `demo` are written by hand and appear in screenshots and handbooks; all others are random, from a fixed
seed. Both go through `writer.Office`, which makes rows as the services would, and `inserter.Sheets`, which inserts them
by the thousand. Dates are relative to today. Start with `seed.py`.
"""
