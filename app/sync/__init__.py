"""What goes between the local store and the central CRM: outbox out, accounts in, callers' factors checked.

May import `app.domain` and the values of `app.desk.ports`; knows the store only as the Protocols in `app.sync.stores`.
Never runs on the UI thread, never decides what is recorded. `app.sync.transport` is the only module with httpx in it.
"""
