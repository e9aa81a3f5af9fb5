"""The bell: a user's emails, mentions, assignments and answers, as a list to read and dismiss.

Rows are written in the transaction of their cause (`sources.py`) and shown only while the reader may see the record.
"""
