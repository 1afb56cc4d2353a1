"""The parts of a walk: its events, its state, the decisions, the screen. Used through `app.scripts.walk` only.

Pure: no I/O, no clock, no randomness. `events` and `state` know no library; `decide` is the only way to change a walk.
"""
