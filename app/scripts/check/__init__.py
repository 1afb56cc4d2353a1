"""The checks of scripts and of the whole library, as a trainer sees them while writing.

Rules are data (`rules`); each module holds the checks of one concern. Takes what is known of the library as values,
imports the language's own parts, `app.domain` and `app.offers`. Never does I/O, never raises for what a script says.
"""

from app.scripts.check.known import Known
from app.scripts.check.rules import RULES, Rule
from app.scripts.check.run import check_library, check_script

__all__ = ["RULES", "Known", "Rule", "check_library", "check_script"]
