"""Milestones: results of the center's work for a client, the chain that led to them, and the client's confirmation.

A result counts as confirmed once the client has confirmed it. Impact surveys ask the client by a link that needs no
sign-in; a counselor accepts the answer before it becomes milestones. Start with `policy.py` for the lists and the
dates of surveys, and `queries/chain.py` for the way from a U.S. post to a result.
"""
