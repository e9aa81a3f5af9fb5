"""Foreign projects that may need suppliers (leads), their parties and their needs.

A lead is a project with its source. It goes through four lead stages before any client is known, so that one project
with three organizations stays one lead. A need is one line of what a prime or owner is looking for. A lead has three
dates: date heard, bid deadline in the project's own zone, next follow-up. Start with `policy.py`.
"""
