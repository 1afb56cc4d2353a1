"""What the language has and this version's walk cannot do yet: refused with line and reason, never ignored."""

from __future__ import annotations

from app.scripts.check.findings import Findings
from app.scripts.model import Script, Step

# The single list of it. A feature goes from here when the walk can do it.
NOT_YET: dict[str, str] = {
    "task": "Task: cannot be handed to the CRM yet.",
    "send": "Send: cannot be handed to the CRM yet.",
    "transfer": "Transfer: is not connected to the phone yet. Tell the agent with Note: how to transfer.",
    "line_test": "Do: line_test is not connected yet; only place_order and start_cancellation are.",
    "engineer_visit": "Do: engineer_visit is not connected yet; only place_order and start_cancellation are.",
    "guide_by_text": "Do: guide_by_text is not connected yet; only place_order and start_cancellation are.",
}


def check_not_yet(script: Script, found: Findings) -> None:
    """Lines that the walk cannot do."""
    for step in script.steps.values():
        _step(step, found)


def _step(step: Step, found: Findings) -> None:
    for request in step.requests:
        reason = NOT_YET.get(request.what if request.verb == "do" else request.verb)
        if reason:
            found.add("not-yet", request.place, reason)
