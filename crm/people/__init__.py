"""People, where they work and worked, how they know each other, and whom they represent in China.

One name is enough to save a *person*. *Works at* (affiliation) keeps its history, so an old contact still shows the
firm of its day. A *relation* is typed and read in both directions. A *China rep* (representation) stands for a client
in a territory, by word or by agreement. Start with `policy.py` for the lists.
"""
