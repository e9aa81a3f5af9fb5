"""Sample data: `flask seed`, small for the demo and large for measuring, into an empty database.

The *cast* is written by hand and stands in screenshots and handbooks; the *crowd* around it is drawn by a fixed random
seed. Both go through `office.Office`, which makes rows as the services would, and `sheets.Sheets`, which puts them in
by the thousand. Dates are relative to today. Start with `seed.py`.
"""
