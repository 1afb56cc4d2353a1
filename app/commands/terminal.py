"""Prints for people: nothing of a script or a file name can steer the terminal."""

from __future__ import annotations

import sys
from pathlib import Path


def say(text: str) -> None:
    """Prints a line."""
    # Bytes, so that a terminal's encoding cannot fail on a sign; what could steer the terminal is taken out.
    sys.stdout.flush()
    sys.stdout.buffer.write(harmless(text).encode("utf-8") + b"\n")
    sys.stdout.flush()


def harmless(text: str) -> str:
    """The text without signs that could steer a terminal."""
    return "".join(_harmless(sign) for sign in text)


def shown(path: Path) -> str:
    """The path as seen from here, where it lies below."""
    try:
        return str(path.relative_to(Path.cwd()))
    except ValueError:
        return str(path)


def _harmless(sign: str) -> str:
    if sign.isprintable() or sign == "\n":
        return sign
    # Amounts and dates are written with spaces of other kinds.
    return " " if sign in "\t\u00a0\u202f\u2009" else "�"


def fail(sentence: str, code: int = 2) -> int:
    """Prints what went wrong with a command about scripts; the exit code."""
    sys.stderr.write(f"cuecard script: {harmless(sentence)}\n")
    return code
