"""What a call center talks about: accounts, calls, offers, events, people, money, phone numbers.

Frozen data and pure rules. Imports nothing else of ours, does no I/O, reads no clock.
"""
