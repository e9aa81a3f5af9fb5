"""Organizations: clients, primes, posts, owners and all other firms and bodies, with their names and dated facts.

A *role* says what a firm is to us; *client*, *prime* and *post* bring facts of their own. A client belongs to a team,
everything else is shared. Start at `services.py`.
"""
