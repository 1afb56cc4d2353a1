"""The reference central CRM: HTTP API, store, exactly-once ingest, sign-in, reports; started as its own process.

Imports `app.domain` and `app.reports`; knows nothing of the desktop's cache. `process` and `presence` use the standard
library only, since the desktop imports them early. Never writes personal data, factors or tokens to a log.
"""
