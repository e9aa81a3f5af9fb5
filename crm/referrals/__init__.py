"""Referrals: ask a colleague in words; the answer closes the question."""
