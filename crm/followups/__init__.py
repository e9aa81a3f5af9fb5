"""Follow-ups: what is to be done next, by whom, until when, and who promised it; and whom to keep in touch with.

A *follow-up* is due on a date or at a local appointment, is about a record, and has a *side*: we promised, they
promised, or an idea. "No answer" puts it off by two working days and counts the try. *Keep in touch every n days* (by
tier or per record) turns silence into a reminder. `words.py` has the lists, `policy.py` the due dates and lights.
"""
