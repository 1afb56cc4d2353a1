"""The subcommands of `cuecard`, one module each: `add_arguments(parser)` and `run(arguments) -> exit code`.

Reads and writes files and the terminal. Heavy imports stand inside `run`, so that a command costs only what it needs.
"""
