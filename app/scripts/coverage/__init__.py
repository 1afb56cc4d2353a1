"""Walks scripts by the thousand, with customers on every boundary, and reports what was never reached.

Values in, values out: no I/O, no clock; the same seed gives the same report. May use everything of `app.scripts`.
"""

from app.scripts.coverage.report import Ended, Report, ScriptReport, Unreached
from app.scripts.coverage.run import TODAY, cover

__all__ = ["TODAY", "Ended", "Report", "ScriptReport", "Unreached", "cover"]
