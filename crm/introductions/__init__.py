"""Who can introduce us: paths from a user through people we know to a prime, owner or buyer."""
