"""Interactions: meetings, calls, emails and visits that took place or are planned.

An interaction (a counseling session is one kind) is planned, held, canceled or rescheduled. It names the people of both
sides with their organization on that day, our staff, and for each client the minutes, funder and session type.
`sentence/` parses the quick-log box ("met Li at CIIE 20m prep 10m, call Fri"), `paste.py` a pasted email; both only
fill in the form. Start with `policy.py` for the enums and the rules of counting.
"""
