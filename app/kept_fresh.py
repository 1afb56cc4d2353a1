"""What is kept fresh while somebody is signed in: the script library and the managed settings, from the hub."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Protocol

from app.desk.shift import Shift
from app.domain.event import Json
from app.library_in_use import InUse, LibraryInUse
from app.sync.crm import Ability
from app.sync.hub_crm import HubCrm
from app.sync.hub_library import fetch_settings
from app.sync.watch import Watch

EVERY_SECONDS = 3600.0
"""So often it is looked for what no push has told of."""

# A release is a megabyte for each desktop, settings are a few hundred bytes.
_RELEASE_SPREAD_SECONDS = 30.0
_SETTINGS_SPREAD_SECONDS = 5.0


class ManagedSettings(Protocol):
    """Where the hub's settings go; `app.settings.book.SettingsBook` has it."""

    def take_managed(self, values: object) -> None:
        """From now on this is what the hub says."""


class KeptFresh:
    """Begins and ends with a shift; `use` is told of each new library, in any thread.

    Everything is looked at when the shift begins, when the hub pushes or can be heard again, and every hour.
    """

    def __init__(
        self,
        library: LibraryInUse,
        settings: ManagedSettings,
        use: Callable[[InUse], None],
        random: Callable[[], float],
        *,
        spread: float = 1.0,
    ) -> None:
        """`spread` stretches the random wait after a push; 0 for none."""
        self._library = library
        self._settings = settings
        self._use = use
        self._random = random
        self._spread = spread

    def begin(self, shift: Shift) -> Callable[[], None]:
        """Begins to look; the returned function ends it."""
        ends: list[Callable[[], None]] = []
        if Ability.RELEASES in shift.crm.abilities:
            ends += self._watch(shift, "release", lambda: self._look_for_release(shift), _RELEASE_SPREAD_SECONDS)
        if isinstance(shift.crm, HubCrm):
            look = _SettingsLook(shift.crm, self._settings)
            ends += self._watch(shift, "settings", look, _SETTINGS_SPREAD_SECONDS)

        def end() -> None:
            for each in ends:
                each()

        return end

    def _watch(
        self, shift: Shift, kind: str, look: Callable[[], None], spread: float
    ) -> tuple[Callable[[], None], ...]:
        watch = Watch(kind, look, every=EVERY_SECONDS, spread=spread * self._spread, random=self._random)

        def pushed(_: Mapping[str, Json]) -> None:
            watch.poke()

        def heard(again: bool) -> None:
            if again:
                watch.poke()

        unlisten = shift.pushes.listen(kind, pushed, heard) if shift.pushes is not None else lambda: None
        watch.start()
        return unlisten, watch.stop

    def _look_for_release(self, shift: Shift) -> None:
        fresh = self._library.refresh(shift.crm.fetch_release)
        if fresh is not None:
            self._use(fresh)


class _SettingsLook:
    """Asks the hub for settings that are not known yet."""

    def __init__(self, crm: HubCrm, settings: ManagedSettings) -> None:
        self._crm = crm
        self._settings = settings
        self._tag = ""

    def __call__(self) -> None:
        fetched = fetch_settings(self._crm, self._tag)
        if fetched is not None:
            values, self._tag = fetched
            self._settings.take_managed(values)
