"""Calls from the site's phone systems: taken in over HTTP or from a switch, sent on to the agent whose phone rings.

May import the hub's own store, push and audit, and `app.telephony`. Never looks at accounts, never records a call (the
agent's desktop does), and keeps what it learns for minutes only. No number or name of a caller gets into a log.
"""
