"""Secrets and what must not be kept: the store's key, the system keyring, redaction, rights of files.

May import `app.domain` alone. Never writes a key, a password or a card number anywhere, never logs one, and never asks
a keyring on the UI thread. `app.security.redaction` is pure and cheap to import.
"""
