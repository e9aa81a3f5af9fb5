"""Follow-ups: what has to be done next, who does it and when, and how often to keep in touch.

A *follow-up* is due on a date or at a local appointment, is about records, and has a *side*: we owe, they owe, or an
idea. "No answer" postpones it by two working days and counts the attempt. *Keep in touch every n days* (by tier or per
record) leads to reminders about silent records. `enums.py` has the closed lists, `policy.py` the due dates and
indicators.
"""
