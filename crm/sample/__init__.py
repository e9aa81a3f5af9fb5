"""Sample data: `flask seed`, small for the demo and large for measuring, into an empty database.

The records of `demo` are invented one by one, partly in CSV files, and appear in screenshots; those of `generators` are
random, from a fixed seed. `rows` makes the rows of both as the services would, and inserts them by the thousand. Dates are
relative to today. Start with `seed.py`.
"""
