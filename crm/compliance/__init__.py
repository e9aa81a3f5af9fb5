"""Compliance records of the center itself: gifts given and received."""
