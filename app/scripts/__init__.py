"""The call-script language: parse, check, compile, walk.

Takes and returns values and bytes: no I/O, no clock, no randomness of its own. May import `app.domain` and
`app.offers`. Never evaluates text of a script as code.
"""
