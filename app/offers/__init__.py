"""Which offers, in what order, which options: catalogue, affordability, policy.

Values in, values out: no I/O, no clock. Imports `app.domain` only.
"""
