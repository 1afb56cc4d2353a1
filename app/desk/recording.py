"""Recording: happenings are stamped, committed in the store's lane, and only then shown as recorded."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from app.desk.ports import Clock, Draft, NewId, Recorder, Tasks
from app.desk.view import Recorded, Saving
from app.domain.event import Event, Happening, NewEvent


class Recording:
    """Commits in order, one transaction at a time; what fails is kept and tried again, never dropped.

    While a commit is under way, further events and the newest draft of each call wait and go together in the next.
    """

    def __init__(
        self,
        recorder: Recorder,
        tasks: Tasks,
        clock: Clock,
        new_id: NewId,
        session: str,
        on_committed: Callable[[Sequence[Event]], None],
        on_changed: Callable[[], None],
    ) -> None:
        self._recorder = recorder
        self._tasks = tasks
        self._clock = clock
        self._new_id = new_id
        self._session = session
        self._on_committed = on_committed
        self._on_changed = on_changed
        self._waiting: list[NewEvent] = []
        self._drafts: dict[str, Draft | None] = {}
        self._under_way = False
        self.state = Recorded()

    @property
    def settled(self) -> bool:
        """Whether everything handed in has been committed."""
        return not (self._under_way or self._waiting or self._drafts)

    def stamp(self, subject: str, happenings: Sequence[Happening]) -> list[NewEvent]:
        """The happenings with id, time and session; a correction must already name an event id."""
        now = self._clock()
        return [
            NewEvent(self._new_id(), each.type, now, subject, self._session, dict(each.data)) for each in happenings
        ]

    def commit(self, events: Sequence[NewEvent], draft: Draft | None = None, drop_draft: str | None = None) -> None:
        """Hands in events together with the call's draft, or the draft's removal."""
        self._waiting.extend(events)
        if draft is not None:
            self._drafts[draft.call] = draft
        if drop_draft is not None:
            self._drafts[drop_draft] = None
        self._next()

    def retry(self) -> None:
        """Tries again what could not be committed."""
        if self.state.saving is Saving.FAILED:
            self._next()

    def _next(self) -> None:
        if self._under_way or not (self._waiting or self._drafts):
            return
        events, self._waiting = tuple(self._waiting), []
        drafts, self._drafts = self._drafts, {}
        self._under_way = True
        if self.state.saving is not Saving.FAILED:
            self.state = Recorded(Saving.SAVING, self.state.at)

        def done(committed: list[Event]) -> None:
            self._under_way = False
            self.state = Recorded(Saving.RECORDED, self._clock())
            self._on_committed(committed)
            self._next()
            self._on_changed()

        def failed(error: Exception) -> None:
            self._under_way = False
            self._waiting = [*events, *self._waiting]
            self._drafts = {**drafts, **self._drafts}
            self.state = Recorded(Saving.FAILED, self.state.at, str(error))
            self._on_changed()

        self._tasks.submit("store", lambda: self._write(events, drafts), done, failed)

    def _write(self, events: tuple[NewEvent, ...], drafts: dict[str, Draft | None]) -> list[Event]:
        # Events of one transaction may belong to one draft only; with two calls under way the second draft follows
        # in a transaction of its own, after the events that it tells of.
        names = list(drafts) or [""]
        committed: list[Event] = []
        for position, name in enumerate(names):
            draft = drafts.get(name)
            drop = name if name and draft is None else None
            committed += self._recorder.record(events if position == 0 else (), draft, drop)
        return committed
