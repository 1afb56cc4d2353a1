"""The two sounds that an agent may switch on: a call rings, an offer is accepted. Both are off by default."""

from __future__ import annotations

from collections.abc import Callable

from app.desk.view import DeskView, OfferRecord, Phase
from app.domain.event import EventType


class Sounds:
    """Rings where the settings say so. `wanted` answers for a setting's name, `ring` makes the sound."""

    def __init__(self, wanted: Callable[[str], bool], ring: Callable[[], None]) -> None:
        self._wanted = wanted
        self._ring = ring

    def changed(self, before: DeskView | None, view: DeskView) -> None:
        """The desk shows something else now."""
        if before is None:
            return
        if (rings(view) and not rings(before) and self._wanted("sound")) or (
            _accepted_now(before, view) and self._wanted("bell_on_accept")
        ):
            self._ring()


def rings(view: DeskView) -> bool:
    """Whether a call rings, also behind the lock."""
    return view.phase is Phase.RINGING or (view.locked is not None and view.locked.under is Phase.RINGING)


def _accepted_now(before: DeskView, view: DeskView) -> bool:
    """An accept was recorded in this call just now, and nothing that happened in it forbids a bell."""
    if before.call is None or view.call is None or (view.script is not None and "bell" in view.script.suppressed):
        return False
    return bool(_accepts(view) - _accepts(before))


def _accepts(view: DeskView) -> frozenset[OfferRecord]:
    return frozenset(
        record for record in view.offer_records if record.kind == EventType.OFFER_ACCEPTED and not record.taken_back
    )
