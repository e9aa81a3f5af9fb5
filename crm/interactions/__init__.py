"""Contacts: what was said, with whom, how long, for which client; and what is planned.

A *contact* (a counseling *session* is one kind) is planned, held, canceled or rescheduled. It names the people of both
sides with the organization of that day, our staff, and for each client concerned the minutes, funder and session type.
`sentence.py` reads the quick-log box ("met Li at CIIE 20m prep 10m, call Fri"), `paste.py` a pasted mail; both only
propose. Start with `policy.py` for the lists and what counts.
"""
