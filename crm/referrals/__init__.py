"""Referrals: ask a colleague; the answer closes the question."""
