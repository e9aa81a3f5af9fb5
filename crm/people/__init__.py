"""People, their positions and relationships, and the clients they represent in China.

A *person* needs a name in one script only. *Positions* (affiliations) keep their history, so an old interaction still
shows the organization of its day. A *relation* has a type and is read in both directions. A *China rep*
(representation) represents a client in a territory. Start with `policy.py` for the closed lists.
"""
