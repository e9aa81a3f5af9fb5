"""Likely duplicates: while a record is entered, and as a list of suspected pairs to merge or dismiss."""
