"""The CRM contract over Tryton, a CRM of others: its parties are the accounts, its notes take the calls' outcomes.

May import `app.domain` and `app.sync`. It asks Tryton by JSON-RPC and writes nothing there but notes: what Tryton has
no place for (verification, orders, single events, reports) is declared in `abilities` and stays away visibly.
"""
