"""What administrators do: people, teams, devices, tokens, a customer's data, retention, the audit trail, certificates.

The same functions stand behind `/v1/admin` and `cuecard admin`. May import the hub's store, tables and people; never
the routes, and nothing here prints or asks.
"""
