"""Cases: one client's chance at one buyer or prime.

A case runs along a *path* (project or direct sale) through *stages*, shown on the board in five groups. Each stage has
exit tests: facts that should be on record before it is over. A jump keeps the tests it skipped; the export gate cannot
be jumped. Every change of stage, amount, close and counselor is a row. Start with `stages.py` for the lists and
`policy.py` for the moves.
"""
