"""The commands of the checkout: start, test, bundle, lock, and the set-up they share.

Python 3.11's standard library only (the environment is not there yet), nothing of `app` or `ui`. Never shipped.
"""
