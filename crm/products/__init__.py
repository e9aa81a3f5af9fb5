"""Products of clients: technologies, products, materials and services.

A product has a name in both scripts, an HS6 and a NAICS code, certificates, and an *export classification*: the
jurisdiction, the entry of its list, who classified it and when. Start with `policy.py`.
"""
