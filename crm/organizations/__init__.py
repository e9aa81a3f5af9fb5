"""Organizations: clients, primes, posts, representative firms, buyers and all others, each a set of *roles*.

Names stand in two scripts with *aliases*; what is true of a client at a time (staff, sales, US content) are *dated
facts* with a source; a post has *roles that outlive people*. A client belongs to a team, the others are shared. Start
with `policy.py` for the lists.
"""
