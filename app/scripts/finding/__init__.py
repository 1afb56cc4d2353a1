"""Find: from what the caller said to the objection, step or script that answers it.

Pure: a library in, rankings out; text and vectors are values, and model files are handed in as bytes. Imports the rest
of `app.scripts` only for types, and numpy only where a sentence model is asked for. Never opens a file,
never keeps what was typed.
"""
