"""Organizations: clients, primes, posts, project owners and others, with their names and dated figures.

A *role* is what an organization is to the center; the roles *client*, *prime* and *post* have details of their own. A
client belongs to a team, all other organizations are shared. Start with `services.py`.
"""
