"""The window's own texts in the languages it speaks. Knows no Qt and no widget; imports nothing of ours.

English stands where it is said, inside `say("...")`; the tables have what it is called elsewhere. What the desk, the
scripts and the hub say is theirs to translate.
"""
