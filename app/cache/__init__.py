"""The encrypted local store: accounts, outbox, drafts of calls under way, sign-in, settings.

May import `app.domain` and the values of `app.desk.ports` and `app.sync.crm`; never knows the hub, never uses the
network, never decides anything about a call. `app.cache.errors` costs nothing to import, `app.cache.store` pulls in
SQLAlchemy and SQLCipher and is imported by `bootstrap` away from the first paint.
"""
