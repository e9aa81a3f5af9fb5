"""What clients offer: technologies, products, materials and services.

A product has names in both scripts, an HS6 and NAICS code, certificates, and an *export status*: whose rules hold, the
entry of their list, who says so and when. Start with `policy.py`.
"""
