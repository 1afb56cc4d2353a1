"""What can be chosen about Cuecard: one typed list, what the user chose, and what the hub says instead of the defaults.

Used by the window before its first paint, by the desk and by the hub; imports the standard library alone. It shows
nothing, and never asks the hub: what the hub says is brought to it.
"""
