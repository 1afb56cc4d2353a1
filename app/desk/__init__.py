"""The live call: one state machine that ties call, account, walk, offers and recording together.

`view` is what the window shows, `intents` what it sends back, `ports` what the desk needs of the world. Knows no
database, no HTTP and no widgets. Restores itself after a crash.
"""
