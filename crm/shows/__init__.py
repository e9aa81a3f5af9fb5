"""Trade shows, missions and other events, who goes, and whom they meet there.

A *show* has days in its own zone, halls, tables or booths; a *meeting* is a slot for two sides that is wished, asked,
agreed, placed, held or missed, and becomes a contact once held. Nobody sits at two tables at a time: `policy.clashes`.
"""
