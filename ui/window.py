"""The main window: the rooms, the panels over them, the keyboard, and the way forward when a call rings."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Protocol

from PySide6.QtCore import QPoint, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QAbstractButton, QApplication, QWidget

from app.desk.intents import Intent, OpenPractice, SignOut, StayInWrapUp
from app.desk.lead import LeadDesk, LeadView
from app.desk.ports import Clock, Tasks
from app.desk.view import DeskView, Phase
from app.practice.view import PracticeDesk, PracticeView, Stage
from app.settings.book import SettingsBook
from ui.agent.hands import clock_time
from ui.agent.room import TINTS, AgentRoom
from ui.forward import bring_forward
from ui.idle import IdleWatch
from ui.keyboard import Keyboard
from ui.keys import Command, KeyMap, KeyRefused, changed
from ui.panels import MenuPanel, MessagesPanel, Panel, WorkPanel
from ui.settings import WindowSettings
from ui.sounds import Sounds, rings
from ui.theme.theme import theme
from ui.widgets.frames import column, settle
from ui.words.catalogue import CATALOGUE

if TYPE_CHECKING:
    from app.desk.lead_talk import LeadTalk, TalkView
    from app.desk.ports import SyncPanel
    from ui.agent.strip import Strip
    from ui.help.panel import HelpTexts
    from ui.lead.room import LeadRoom
    from ui.pictures import Pictures
    from ui.practice.front import PracticeFront

SMALLEST = (720, 520)
USUAL = (1366, 768)
WARM_UP_MS = 50


class Desk(Protocol):
    """The desk as the window needs it: what to show, and where intents go."""

    @property
    def view(self) -> DeskView:
        """What to show now."""

    def send(self, intent: Intent) -> None:
        """Takes what the agent means."""


def own_keys(settings: WindowSettings) -> KeyMap:
    """The keys with the agent's own changes; without them where they no longer fit together."""
    try:
        return KeyMap(changed(dict(settings.keys)))
    except (KeyRefused, ValueError):
        return KeyMap()


class MainWindow(QWidget):
    """Everything that is on the screen.

    `render` shows a view of the desk; it is called on every change, on the UI thread. `render_lead` does the same for
    the team's figures. `book` has all settings, for the panel in which they are chosen; `sync` finds what the panel
    about sync shows, None while nobody is signed in (called in a worker).
    Signals: `settings_changed` with the WindowSettings to keep; `closed` when the user closed it.
    """

    settings_changed = Signal(object)
    closed = Signal()

    def __init__(
        self,
        desk: Desk,
        lead: LeadDesk | None,
        clock: Clock,
        settings: WindowSettings | None = None,
        tasks: Tasks | None = None,
        keymap: KeyMap | None = None,
        pictures: Pictures | None = None,
        help_texts: HelpTexts | None = None,
        practice: PracticeDesk | None = None,
        book: SettingsBook | None = None,
        sync: Callable[[], SyncPanel | None] | None = None,
    ) -> None:
        super().__init__()
        self._desk = desk
        self._lead = lead
        self._talk: LeadTalk | None = None
        self._tasks = tasks
        self._clock = clock
        self._view: DeskView | None = None
        self.settings = settings or WindowSettings()
        CATALOGUE.choose(self.settings.language)
        theme().choose(self.settings.scheme, self.settings.text_scale)
        self.setWindowTitle("Cuecard")
        self.setMinimumSize(*SMALLEST)
        self.resize(*USUAL)
        self.keyboard = Keyboard(self, keymap or own_keys(self.settings))
        self.keyboard.listen(self._obey)
        self.keyboard.pressed.connect(self._key_pressed)
        self._idle = IdleWatch(self, self._idle_for_long)
        self._book, self._sync = book, sync
        self._sounds = Sounds(lambda name: book is not None and bool(book.value(name)), QApplication.beep)
        self._pictures = pictures
        self.agent = self._make_agent()
        self._team: LeadRoom | None = None
        self._practice = practice
        self._front: PracticeFront | None = None
        self._room: QWidget = self.agent
        self._layout = column(self)
        self._layout.addWidget(self.agent)
        self._panels: dict[str, Panel] = {}
        self._help = help_texts
        self._strip: Strip | None = None
        self._warm = False
        self.render(desk.view)

    def render(self, view: DeskView) -> None:  # type: ignore[override]
        """Shows this view; only what changed is painted anew. (QWidget's own `render` is not used.)"""
        before, self._view = self._view, view
        self._speak()
        self.agent.render_view(view)
        self._sounds.changed(before, view)
        self._idle.after(view.lock_after_s)
        if view.locked is not None and (before is None or before.locked is None):
            self._close_panels()
            self.show_room("desk")
        if view.messages and (before is None or view.messages != before.messages):
            self._messages().add([(one.id, clock_time(one.at), TINTS[one.tone], one.text) for one in view.messages])
        self._replace_panels()
        if self._strip is not None:
            self._strip.render_view(view)
            if view.phase is Phase.SIGNED_OUT and self._strip.isVisible():
                self._show_full()
        comes_in = before is not None and before.phase is Phase.SIGNED_OUT and view.phase is not Phase.SIGNED_OUT
        if comes_in and self.settings.strip and self.isVisible() and not view.is_lead:
            self.show_strip()
        if before is not None and rings(view) and not rings(before):
            self.show_room("desk")
            bring_forward(self._strip if self._strip is not None and self._strip.isVisible() else self)

    def show_strip(self) -> None:
        """Shows the small strip on top instead of the full window."""
        strip = self._the_strip()
        if self._view is not None:
            strip.render_view(self._view)
        place = self.settings.strip_place
        strip.open_at(QPoint(*place) if place is not None else None)
        self._idle.watch(strip)
        self.hide()
        self.apply(replace(self.settings, strip=True))

    def show_full(self) -> None:
        """Back to the full window, which takes the keyboard: it was asked for."""
        self._show_full()
        self.apply(replace(self.settings, strip=False))

    def _show_full(self) -> None:
        self.show()
        self.raise_()
        self.activateWindow()
        if self._strip is not None:
            self._strip.hide()

    def _make_agent(self) -> AgentRoom:
        agent = AgentRoom(self._send, self.keyboard, self._clock, self._pictures)
        agent.menu_wanted.connect(self._toggle_menu)
        agent.messages_wanted.connect(self._open_messages)
        agent.sync_wanted.connect(self._toggle_sync)
        agent.key_words_wanted.connect(self._toggle_key_words)
        agent.use_key_words(self.settings.key_words)
        return agent

    def _the_strip(self) -> Strip:
        if self._strip is None:
            from ui.agent.strip import Strip

            keymap, pictures = self.keyboard.keymap, self._pictures
            self._strip = Strip(self._send, self._obey, keymap, self._clock, pictures)
            self._strip.keyboard.pressed.connect(self._key_pressed)
            self._strip.use_key_words(self.settings.key_words)
            self._strip.full_wanted.connect(self.show_full)
            self._strip.moved.connect(self._strip_moved)
        return self._strip

    def _strip_moved(self, place: QPoint) -> None:
        self.apply(replace(self.settings, strip_place=(place.x(), place.y())))

    def render_lead(self, view: LeadView) -> None:
        """Shows the team's figures, once the lead's room was opened."""
        if self._team is not None:
            self._team.render_view(view)

    def render_practice(self, practice: PracticeView) -> None:
        """Shows practice in front of the rooms; nothing of it is built before somebody practises."""
        if self._front is None:
            if self._practice is None or practice.stage is Stage.OFF:
                return
            from ui.practice.front import PracticeFront

            self._front = PracticeFront(self._practice, self.keyboard, self._layout, self.show_room)
        if practice.stage is not Stage.OFF and self._strip is not None and self._strip.isVisible():
            self.show_full()
        self._close_panels()
        self._front.render_view(practice)

    def talk_with(self, talk: LeadTalk | None) -> None:
        """From now on a lead's questions and messages go this way; None: nobody leads anything here."""
        self._talk = talk
        if self._team is not None:
            self._team.use_talk(talk)

    def render_talk(self, view: TalkView) -> None:
        """Shows the lead's questions and messages, once the lead's room was opened."""
        if self._team is not None:
            self._team.render_talk(view)

    def show_room(self, room: str) -> None:
        """Shows the agent's calls ("desk"), the team's figures ("lead") or practice ("practice")."""
        wanted: QWidget = self._lead_room() if room == "lead" else self.agent
        if room == "practice" and self._front is not None:
            wanted = self._front.room
        if wanted is self._room:
            return
        focus = QApplication.focusWidget()
        wanted.setVisible(True)
        if focus is not None and self._room.isAncestorOf(focus):
            wanted.setFocus()
        self._room.setVisible(False)
        self._room = wanted

    def _lead_room(self) -> QWidget:
        """The lead's room, built when it is first wanted."""
        if self._team is None:
            from ui.lead.room import LeadRoom

            self._team = LeadRoom(self._lead, self._clock, self._tasks)
            self._team.menu_wanted.connect(self._toggle_menu)
            self._team.desk_wanted.connect(lambda: self._go("desk"))
            self._layout.addWidget(self._team)
            self._team.setVisible(False)
            self._team.use_talk(self._talk)
            if self._lead is not None:
                self._team.render_view(self._lead.view)
            self._team.begin()
        return self._team

    def apply(self, settings: WindowSettings) -> None:
        """Takes another appearance."""
        if settings == self.settings:
            return
        if settings.keys != self.settings.keys:
            self._use_keys(settings)
        self.settings = settings
        theme().choose(settings.scheme, settings.text_scale)
        self.agent.use_key_words(settings.key_words)
        if self._strip is not None:
            self._strip.use_key_words(settings.key_words)
        self.settings_changed.emit(settings)
        self._speak()
        self._renew_panels()

    def take(self, settings: WindowSettings) -> None:
        """Settings that were changed elsewhere: in their panel, or by the hub."""
        to_strip = settings.strip is not self.settings.strip
        self.apply(replace(settings, strip=self.settings.strip))
        signed_in = self._view is not None and self._view.phase is not Phase.SIGNED_OUT
        if to_strip and not settings.strip:
            self.show_full()
        elif to_strip and signed_in and self._room is self.agent:
            self._close_panels()
            self.show_strip()
        elif to_strip:
            self.apply(settings)
        self._renew_panels()

    def _renew_panels(self) -> None:
        for panel in self._panels.values():
            if isinstance(panel, WorkPanel | MenuPanel) and panel.isVisible():
                panel.renew()
            panel.place()

    def _speak(self) -> None:
        """Says everything in the language chosen, but never in the middle of a call: that would take its screen away.

        Texts are said when a widget is made, so the rooms and panels are made anew.
        """
        on_call = self._view is not None and (self._view.call is not None or self._view.locked is not None)
        if on_call or not CATALOGUE.choose(self.settings.language):
            return
        open_ones = [name for name, panel in self._panels.items() if panel.isVisible()]
        earlier, self._panels = self._panels, {}
        messages = earlier.get("messages")
        if isinstance(messages, MessagesPanel):
            self._messages().take_over(messages)
        strip, self._strip = self._strip, None
        team, self._team = self._team, None
        front, self._front = self._front, None
        at_desk, agent = self._room is self.agent, self.agent
        self.agent = self._room = self._make_agent()
        self._layout.addWidget(self.agent)
        if self._view is not None:
            self.agent.render_view(self._view)
        practised = front.parts if front is not None else ()
        for one in (*earlier.values(), strip, team, agent, *practised):
            if one is not None:
                one.hide()
                one.deleteLater()
        if not at_desk and not (front is not None and front.on):
            self.show_room("lead")
        self.agent.setVisible(at_desk)
        if self._practice is not None:
            self.render_practice(self._practice.practice)
        self._begin_warm_up()
        if strip is not None and self.settings.strip:
            self.show_strip()
        for name in open_ones:
            self._toggle(name, self._makers[name])

    @property
    def _makers(self) -> dict[str, Callable[[], Panel]]:
        """What makes each panel."""
        return {
            "keys": self._make_help,
            "change": self._make_change_keys,
            "menu": self._make_menu,
            "messages": self._messages,
            "settings": self._make_settings,
            "sync": self._make_sync,
        }

    def _use_keys(self, settings: WindowSettings) -> None:
        keymap = own_keys(settings)
        self.keyboard.use(keymap)
        if self._strip is not None:
            self._strip.keyboard.use(keymap)

    def showEvent(self, event: QShowEvent) -> None:
        """Prepares for the first call once the window has been painted."""
        super().showEvent(event)
        self._idle.watch(self)
        if not self._warm:
            self._warm = True
            self._begin_warm_up()

    def _begin_warm_up(self) -> None:
        agent, steps = self.agent, self.agent.warm_up()
        QTimer.singleShot(WARM_UP_MS, self, lambda: self._warm_up(agent, steps))

    def _warm_up(self, agent: AgentRoom, steps: Iterator[None]) -> None:
        """Does one step; keys and calls that came meanwhile have their turn before the next."""
        if agent is not self.agent:
            # It was made anew in another language.
            return
        for _ in steps:
            QTimer.singleShot(0, self, lambda: self._warm_up(agent, steps))
            return

    def closeEvent(self, event: QCloseEvent) -> None:
        """Tells that the user closed the window."""
        super().closeEvent(event)
        if self._strip is not None:
            self._strip.hide()
        self.closed.emit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keeps an open panel in its corner."""
        super().resizeEvent(event)
        self._replace_panels()

    def _replace_panels(self) -> None:
        """Puts an open panel where it belongs now."""
        for panel in self._panels.values():
            if panel.isVisible():
                settle()
                panel.place()

    # Keys and panels

    def _key_pressed(self) -> None:
        self._idle.touch()
        view = self._view
        if view is not None and view.wrap_up is not None and view.wrap_up.ready_in is not None:
            self._send(StayInWrapUp())

    def _idle_for_long(self) -> None:
        """Nobody is there: what is on the screen is masked."""
        if self._view is not None and self._view.phase is not Phase.SIGNED_OUT:
            self.agent.lock()

    def _obey(self, command: Command) -> bool:
        if self._view is not None and self._view.locked is not None:
            return self.agent.obey(command)
        if command is Command.HELP:
            self._toggle("keys", self._make_help)
        elif command is Command.ROOMS:
            self._toggle_menu()
        elif command is Command.SETTINGS:
            self._toggle_settings()
        elif command is Command.SYNC:
            self._toggle_sync()
        elif command is Command.KEY_WORDS:
            self._toggle_key_words()
        elif command is Command.STRIP:
            if self._view is None or self._view.phase is Phase.SIGNED_OUT or self._room is not self.agent:
                return False
            if self._front is not None and self._front.on:
                return False
            self.show_strip()
        elif (command is Command.ESCAPE and self._close_panels()) or self._obeyed_by_panel(command):
            pass
        elif command is Command.PRACTICE:
            self._send(OpenPractice())
        elif self._front is not None and self._room is self._front.room:
            return self._front.obey(command)
        elif self._room is not self.agent:
            return self._pressed_in_lead_room(command)
        else:
            return self.agent.obey(command)
        return True

    def _pressed_in_lead_room(self, command: Command) -> bool:
        """Enter presses the button that has the keyboard; no other key is a command in the lead's room."""
        focus = QApplication.focusWidget()
        if command is not Command.ENTER or not isinstance(focus, QAbstractButton) or not self._room.isAncestorOf(focus):
            return False
        focus.click()
        return True

    def _obeyed_by_panel(self, command: Command) -> bool:
        """Whether an open panel takes the key: search in the help, and Enter where the keyboard is in a panel."""
        shown = next((panel for panel in self._panels.values() if panel.isVisible()), None)
        if shown is None:
            return False
        if command is Command.FIND:
            return shown.search()
        return command is Command.ENTER and shown.enter(QApplication.focusWidget())

    def _make_help(self) -> Panel:
        from ui.help.panel import HelpPanel

        return HelpPanel(self, self.keyboard, self._help, self._tasks)

    def _make_change_keys(self) -> Panel:
        from ui.keys_panel import ChangeKeysPanel

        panel = ChangeKeysPanel(self, self.keyboard, lambda: self.settings)
        panel.settings_wanted.connect(self.apply)
        return panel

    def _send(self, intent: Intent) -> None:
        self._desk.send(intent)

    def _toggle(self, name: str, make: Callable[[], Panel]) -> None:
        if self._view is not None and self._view.locked is not None:
            return
        panel = self._panels.get(name)
        if panel is None:
            panel = self._panels[name] = make()
            panel.stay_below(self._said_until)
        shown = panel.isVisible()
        self._close_panels()
        if not shown:
            panel.open()

    def _said_until(self, left: int) -> int:
        """Where what to say ends, while a caller is there and it reaches beyond `left`; 0 else."""
        if self._view is None or self._view.call is None or not self.agent.isVisible():
            return 0
        sentence = self.agent.head.sentence
        end = sentence.mapTo(self, QPoint(sentence.width(), sentence.height()))
        return end.y() if end.x() > left else 0

    def _close_panels(self) -> bool:
        """Closes what is open; says whether anything was."""
        shown = [panel for panel in self._panels.values() if panel.isVisible()]
        focus = QApplication.focusWidget()
        for panel in shown:
            if focus is not None and panel.isAncestorOf(focus):
                self._room.setFocus()
            panel.hide()
        return bool(shown)

    def _toggle_menu(self) -> None:
        self._toggle("menu", self._make_menu)
        menu = self._panels.get("menu")
        view = self._view
        if isinstance(menu, MenuPanel) and view is not None:
            signed_in = view.phase is not Phase.SIGNED_OUT
            lead = signed_in and view.is_lead and self._lead is not None
            menu.show_for(signed_in, lead, self._book is not None, signed_in and self._sync is not None)
            menu.place()

    def _toggle_key_words(self) -> None:
        self.apply(replace(self.settings, key_words=not self.settings.key_words))

    def _toggle_settings(self) -> None:
        if self._book is not None:
            self._toggle("settings", self._make_settings)

    def _make_settings(self) -> Panel:
        from ui.settings.panel import SettingsPanel

        if self._book is None:
            raise RuntimeError("There are no settings to choose.")
        panel = SettingsPanel(self, self.keyboard, self._book)
        panel.keys_wanted.connect(lambda: self._toggle("change", self._make_change_keys))
        return panel

    def _toggle_sync(self) -> None:
        if self._sync is not None and self._view is not None and self._view.phase is not Phase.SIGNED_OUT:
            self._toggle("sync", self._make_sync)

    def _make_sync(self) -> Panel:
        from ui.sync_panel import SyncStatePanel

        if self._sync is None or self._tasks is None:
            raise RuntimeError("There is nothing to synchronise.")
        return SyncStatePanel(self, self.keyboard, self._sync, self._tasks, self._clock, lambda: self._desk.view.sync)

    def _make_menu(self) -> Panel:
        menu = MenuPanel(self, self.keyboard, lambda: self.settings)
        menu.room_wanted.connect(self._go)
        menu.settings_wanted.connect(self.apply)
        menu.messages_wanted.connect(self._open_messages)
        menu.keys_wanted.connect(lambda: self._toggle("keys", self._make_help))
        menu.change_keys_wanted.connect(lambda: self._toggle("change", self._make_change_keys))
        menu.strip_wanted.connect(self._strip_from_menu)
        menu.all_settings_wanted.connect(self._toggle_settings)
        menu.sync_wanted.connect(self._toggle_sync)
        menu.sign_out_wanted.connect(self._sign_out)
        return menu

    def _messages(self) -> MessagesPanel:
        panel = self._panels.get("messages")
        if not isinstance(panel, MessagesPanel):
            panel = self._panels["messages"] = MessagesPanel(self, self.keyboard)
        return panel

    def _open_messages(self) -> None:
        self._messages()
        self._toggle("messages", self._messages)

    def _go(self, room: str) -> None:
        self._close_panels()
        self.show_room(room)

    def _strip_from_menu(self) -> None:
        self._close_panels()
        self.show_room("desk")
        self.show_strip()

    def _sign_out(self) -> None:
        self._close_panels()
        self._send(SignOut())
