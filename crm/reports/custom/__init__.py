"""Custom reports: a kind of records, filters, one or two groupings and a number, chosen by users and saved.

`question` reads the choices, `build` answers them as a `Report`, `saved` finds and `services` keep saved ones.
"""
