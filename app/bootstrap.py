"""The one place where the rooms are wired together.

`open_program` gives the window its desk; everything that takes time to import is imported here, so this module is
imported in a thread behind the first paint.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from functools import partial
from pathlib import Path
from typing import cast

import uuid_utils

from app.desk.desk import Desk
from app.desk.lead_service import LeadService
from app.desk.lead_talk import LeadTalkService
from app.desk.ports import CallSource, Tasks
from app.desk.rules import DeskRules
from app.desk.state import Site, World, site_of
from app.find_model import FindModel
from app.hub.demo_sign_ins import SIGN_INS_FILE, DemoSignIns, read_sign_ins
from app.hub.process import EmbeddedHub, start_embedded
from app.kept_fresh import KeptFresh
from app.library_folder import load, read_files
from app.library_in_use import InUse, LibraryInUse
from app.phone_secret import phone_secret
from app.places import program_dir
from app.practice.call import Around
from app.practice.door import PracticeDoor
from app.releases import RELEASES_FOLDER, TRUSTED_FOLDER, ReleaseFolder, read_trusted
from app.scripts.library import Library
from app.scripts.model import Severity
from app.security.files import private_folder
from app.security.keyrings import system_keyring
from app.security.vault import Vault
from app.settings.book import SettingsBook
from app.settings.pins import PinnedPhrasings
from app.shifts import StoreGate
from app.sync.conversations import HubLeadLine
from app.sync.hub_calls import calls_now
from app.sync.hub_crm import HubCrm
from app.sync.open_crm import open_crm
from app.sync.transport import HttpTransport
from app.telephony.handoff_server import HandoffServer
from app.telephony.simulated import SimulatedPhone
from app.telephony.sources import Surroundings, open_source

HUB_FOLDER = "hub"
STORES_FOLDER = "stores"
FIND_FOLDER = "find"


class CannotStart(Exception):
    """The program cannot be put together. The text is a sentence for the user and says what to do."""


@dataclass(frozen=True, slots=True)
class Settings:
    """How to start.

    `data` is the user's folder. `hub` is the address to sign in to; with `demo` a hub with made-up customers is
    started instead, in the folder `hub`. `phones` are call source settings ("baresip://127.0.0.1:4444").
    `authorities` is a PEM file with a certificate to trust besides the system's (a small site's own).
    `words` says an English text of the desk in the window's language.
    """

    data: Path
    hub: str = ""
    demo: bool = False
    phones: tuple[str, ...] = ()
    authorities: Path | None = None
    words: Callable[[str], str] = str


@dataclass(slots=True)
class Program:
    """The program without its window. `practice` stands before the desk: the window talks to it.

    `picture` finds those of the libraries in use, by release number and file name. `phones` are the settings in use;
    `simulated` finds the phone for people without one, None where there is none.
    """

    desk: Desk
    practice: PracticeDoor
    gate: StoreGate
    tasks: Tasks
    picture: Callable[[int, str], bytes]
    demo: DemoSignIns | None
    phones: tuple[str, ...]
    simulated: Callable[[], SimulatedPhone | None]
    _transport: HttpTransport
    _hub: EmbeddedHub | None = None

    def lead_service(self) -> LeadService | None:
        """The lead's side for who is signed in now; None while nobody is."""
        shift = self.gate.shift
        if shift is None:
            return None
        zone: tzinfo = site_of(shift.session).zone
        reports = self.gate.reports()
        return LeadService(reports, shift.session, self.tasks, zone, utc_now().astimezone(zone).date())

    def lead_talk(self) -> LeadTalkService | None:
        """The lead's questions and messages for who is signed in now; None where the CRM has none."""
        shift = self.gate.shift
        if shift is None or shift.pushes is None or not isinstance(shift.crm, HubCrm):
            return None
        return LeadTalkService(HubLeadLine(shift.crm), shift.pushes, self.tasks, new_id)

    def stop(self) -> None:
        """Ends everything in order; what was confirmed is kept."""
        self.desk.stop()
        self.gate.stop()
        self._transport.close()
        if self._hub is not None:
            self._hub.stop()


def open_program(settings: Settings, tasks: Tasks, book: SettingsBook, handoff: HandoffServer | None = None) -> Program:
    """Puts the program together; takes as long as the imports and, for the demo, the hub need.

    `book` has the settings in force. Raises CannotStart where the library has errors, or the hub of the demo does not
    start.
    """
    private_folder(settings.data)
    releases = ReleaseFolder(settings.data / RELEASES_FOLDER, read_trusted(settings.data / TRUSTED_FOLDER))
    library = LibraryInUse(shipped_library(), read_files(shipped_folder()), releases, utc_now)
    chosen = library.choose()
    find_model = FindModel(settings.data / FIND_FOLDER, chosen.vectors)

    hub, demo = _demo_hub(settings) if settings.demo else (None, None)
    address = hub.url if hub is not None else settings.hub
    if not address:
        raise CannotStart(
            "Cuecard does not know its hub. Start it with --hub https://hub.example.com, or with --demo for a made-up "
            "company."
        )
    try:
        crm = open_crm(address, "desktop", settings.authorities)
    except ValueError as error:
        raise CannotStart(f"The hub's address cannot be used: {error}") from error

    def use(fresh: InUse) -> None:
        find_model.use_released(fresh.vectors)
        tasks.post(lambda: desk.use_library(fresh.library, fresh.notices))
        tasks.post(lambda: practice.use_library(fresh.library))

    gate = StoreGate(
        Vault(settings.data / STORES_FOLDER, system_keyring()),
        crm.connect,
        clock=utc_now,
        random=random.random,
        alongside=KeptFresh(library, book, use, random.random).begin,
    )
    phones = settings.phones or (("simulated:",) if settings.demo else ())
    opened: dict[str, CallSource] = {}

    def open_sources(site: Site, under_way: Sequence[tuple[str, str]]) -> Mapping[str, CallSource]:
        opened.clear()
        shift = gate.shift
        pushes = shift.pushes if shift is not None else None
        read_calls = partial(calls_now, shift.crm) if shift is not None and isinstance(shift.crm, HubCrm) else None
        wanted = (*phones, *(("handoff:",) if handoff is not None else ()))
        for setting in wanted:
            own = tuple(leg for source, leg in under_way if source == setting.partition(":")[0])
            around = Surroundings(site.region, utc_now, handoff, own, phone_secret, pushes=pushes, calls_now=read_calls)
            source = open_source(setting, around)
            opened[source.name] = source
        return dict(opened)

    desk = Desk(
        World(
            gate,
            tasks,
            utc_now,
            new_id,
            chosen.library,
            open_sources,
            rerank_with=find_model,
            kept_library=library.with_hash,
            notices=chosen.notices,
            rules=partial(_rules, book),
            words=settings.words,
            pins=PinnedPhrasings(book),
        )
    )

    def around() -> Around | None:
        shift = gate.shift
        if shift is None:
            return None
        return Around(shift.session, tasks, utc_now, new_id, settings.words, find_model)

    practice = PracticeDoor(desk, chosen.library, around, random.random)
    simulated = partial(_simulated, opened)
    return Program(desk, practice, gate, tasks, library.picture, demo, phones, simulated, crm.transport, hub)


def shipped_library() -> Library:
    """The library that came with the program; raises CannotStart with its first error."""
    return read_library(shipped_folder())


def shipped_folder() -> Path:
    """Where the library that came with the program lies."""
    return program_dir() / "scripts_library"


def read_library(folder: Path) -> Library:
    """The library of a folder; raises CannotStart with its first error."""
    loaded = load(folder)
    if loaded.library is None:
        first = next((each for each in loaded.problems if each.severity is Severity.ERROR), None)
        where = f"{first.file}:{first.place.line}: {first.message}" if first is not None else str(folder)
        raise CannotStart(f"The script library has errors and was not used. {where}")
    return loaded.library


def utc_now() -> datetime:
    """The clock that is handed to everything."""
    return datetime.now(UTC)


def new_id() -> str:
    """A new UUIDv7."""
    return str(uuid_utils.uuid7())


def _demo_hub(settings: Settings) -> tuple[EmbeddedHub, DemoSignIns | None]:
    folder = settings.data / HUB_FOLDER
    try:
        hub = start_embedded(folder)
    except OSError as error:
        raise CannotStart(f"The demo's hub could not be started: {error.strerror}.") from error
    except Exception as error:
        raise CannotStart(f"The demo's hub could not be started. {error}") from error
    return hub, read_sign_ins(folder / SIGN_INS_FILE)


def _rules(book: SettingsBook) -> DeskRules:
    """What a site decides about an agent's shift, as the settings in force say."""
    return DeskRules(
        ready_after_s=cast(int, book.value("ready_after_seconds")),
        lock_after_s=60 * cast(int, book.value("lock_after_minutes")),
    )


def _simulated(opened: Mapping[str, CallSource]) -> SimulatedPhone | None:
    phone = opened.get(SimulatedPhone.name)
    return phone if isinstance(phone, SimulatedPhone) else None
