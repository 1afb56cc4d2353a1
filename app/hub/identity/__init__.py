"""Who somebody is at the hub: tokens that are renewed, sign-in through the company, devices and sessions begun offline.

May import the hub's store, tables, audit trail and errors, never its routes. Writes no password, token, code or key of
anybody's into a log, an error or the audit trail: ids only. Who may be let in at all is `app.hub.people`'s.
"""
