"""Projects heard of (leads), their parties and what they look for.

A *lead* is a project with its source; it goes through four lead stages before any client is known, so that one project
with three firms stays one lead. A *need* ("looking for") is one line of what a prime or owner wants. A lead has three
clocks: heard on, bid deadline in the project's own zone, next follow-up. Start with `policy.py`.
"""
