"""Opportunities: one client's chance at one buyer or prime.

An opportunity follows a sales path (project or direct sale) through stages, shown on the board in five groups. Each
stage has exit tests: facts that should be on record before the next stage. A move may skip tests, and keeps a list of
them; it can't skip the export review. Every change of stage, amount, close date and counselor is a row. Start with
`stages.py` for the lists and `policy.py` for the moves.
"""
