"""What every desktop gets from the hub besides accounts: releases of the script library, and managed settings.

May import the hub's store, push, audit trail and errors, `app.releases` and `app.scripts.release` (what a release is)
and `app.settings.schema`; never the routes. It signs nothing and trusts nobody for a desktop: those verify themselves.
"""
