"""Merge two records of a kind into one, and undo it for 30 days."""
