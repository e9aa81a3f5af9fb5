"""Changes to accounts.

`users` and `teams` are for administrators, `profile` and `factors` for a user's own account, and `reassignment` moves
the records of a user who leaves.
"""
