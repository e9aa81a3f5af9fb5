"""Matches of needs with products: how well a product of a client fits what a project or a prime is looking for.

`scoring` is pure: it compares the facts of a need and of a product and returns points with reasons. Start with
`policy.py`.
"""
