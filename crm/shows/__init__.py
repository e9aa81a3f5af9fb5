"""Trade shows, missions and other events, who attends, and the meetings there.

A *show* has dates in its own time zone, halls, tables or booths. A *meeting* is a time slot for two sides that goes
from requested to held or missed, and becomes an interaction once held. `policy.clashes` prevents double bookings.
"""
