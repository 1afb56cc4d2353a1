"""The head of the centre: where we are, and what to say now. It never scrolls."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal

from app.desk.intents import AskWhy, OtherPhrasing, PinPhrasing, SpeakLanguage
from app.desk.view import DeskView, Locked, Phase
from ui.agent.hands import Hands
from ui.keys import Command
from ui.theme import metrics
from ui.theme.theme import theme
from ui.widgets.button import KeyButton, Kind
from ui.widgets.flow import flow
from ui.widgets.frames import Box, gap, line
from ui.widgets.sentence import Sentence
from ui.widgets.text import ElidedLabel, Label, Role
from ui.words.catalogue import say

if TYPE_CHECKING:
    from app.scripts.screen import StepScreen

LANGUAGES = {"de": "Deutsch", "en": "English", "es": "Español", "fr": "Français", "it": "Italiano", "pl": "Polski"}
"""What people call their own language."""


@dataclass(frozen=True, slots=True)
class Headline:
    """What the head says: `place` › `title`, `aside` at the right, and the texts to say.

    `pinned`: this phrasing is; `has_key_words`: there are key words besides the sentence; `asks`: one may ask why.
    """

    place: str
    title: str
    aside: str
    texts: tuple[str, ...]
    bullets: bool = False
    phrasing: int = 1
    phrasings: int = 1
    release: int = 0
    language: str = ""
    next_language: str = ""
    pinned: bool = False
    has_key_words: bool = False
    asks: bool = False


def opening(view: DeskView) -> bool:
    """Whether it is not yet known who will work here: no form is shown that would go away again."""
    return view.phase is Phase.SIGNED_OUT and bool(view.busy) and not view.sign_in_user


def headline(view: DeskView, key_words: bool = False) -> Headline:
    """The headline of a view, in every phase; with `key_words` those instead of a sentence, where there are any."""
    if opening(view):
        return Headline("", "Cuecard", "", (f"{say(view.busy)} …",))
    if view.phase is Phase.SIGNED_OUT:
        return Headline("", say("Sign in"), "", (say("Sign in to take calls."),))
    if view.locked is not None:
        return _locked(view.locked)
    if view.phase is Phase.WRAP_UP:
        over = view.wrap_up is None or view.wrap_up.call_over
        return Headline(
            say("Wrap-up"), say("How did it end?"), "" if over else say("the caller is still on the line"), ()
        )
    if view.script is not None and view.call is not None:
        return replace(_of_step(view.script, key_words), pinned=view.pinned, asks=not view.preview)
    if view.call is not None:
        return Headline("", say("On the phone"), "", ())
    if view.calling is not None:
        aside = say("the phone dials") if view.calling.dials else say("dial this number")
        return Headline(say("Callback"), view.calling.about, aside, (view.calling.number,))
    if view.phase is Phase.BREAK:
        return Headline("", view.on_break, "", (say("Enjoy your break. A call that comes still opens here."),))
    return Headline("", say("Ready"), "", (say("The next call opens here by itself."),))


def _locked(locked: Locked) -> Headline:
    going_on = say("Type your password to go on.") if locked.needs_password else say("Press Enter to go on.")
    texts = {
        Phase.RINGING: say("A call is ringing."),
        Phase.ON_CALL: say("Your call is still on."),
        Phase.WRAP_UP: say("Your wrap-up is still open."),
    }
    return Headline("", say("Locked"), "", (texts.get(locked.under, going_on),))


def has_key_words(screen: StepScreen) -> bool:
    """Whether the step has key words besides its sentence. What must be said word for word has none."""
    return bool(screen.spoken and screen.points) and screen.disclosure is None and screen.consent is None


def _of_step(screen: StepScreen, key_words: bool) -> Headline:
    aside = say("then back to {}").format(screen.returns_to) if screen.returns_to else ""
    reading = screen.disclosure is not None and not screen.disclosure.confirmed
    texts: tuple[str, ...]
    if key_words and has_key_words(screen):
        texts, bullets = screen.points, True
    elif screen.spoken:
        texts, bullets = (screen.spoken,), False
    elif screen.points and not reading:
        texts, bullets = screen.points, True
    else:
        texts, bullets = (), False
    return Headline(
        screen.script_title,
        screen.step_title,
        aside,
        texts,
        bullets,
        screen.phrasing,
        screen.phrasings,
        screen.release,
        screen.language,
        _next(screen.language, screen.languages),
        has_key_words=has_key_words(screen),
    )


def _next(language: str, languages: tuple[str, ...]) -> str:
    """The language after this one; "" where there is no other."""
    if len(languages) < 2 or language not in languages:
        return ""
    return languages[(languages.index(language) + 1) % len(languages)]


class Head(Box):
    """Paints the headline; F2 shows another phrasing, Alt+Down the next part of a long text.

    Signals: `key_words_wanted` to go to key words, or back.
    """

    key_words_wanted = Signal()

    def __init__(self, hands: Hands) -> None:
        super().__init__()
        self._shown: Headline | None = None
        self._key_words = False
        self._place = ElidedLabel(role=Role.SECONDARY)
        self._arrow = Label("›", Role.SECONDARY)
        self._title = ElidedLabel(role=Role.STEP)
        self._back_to = ElidedLabel(role=Role.SECONDARY)
        self._release = Label(role=Role.SECONDARY)
        top = line(None, (0, 0), 10)
        for part in (self._place, self._arrow, self._title):
            top.addWidget(part)
        top.addStretch(1)
        top.addWidget(self._back_to)
        top.addWidget(self._release)
        self.sentence = Sentence()
        self.sentence.paged.connect(self._paged)
        self._other = KeyButton(say("another way to say it"), hands.keyboard, Command.OTHER_PHRASING, Kind.FLAT)
        self._other.clicked.connect(lambda: hands.send(OtherPhrasing()))
        self._speak = KeyButton("", hands.keyboard, Command.LANGUAGE, Kind.FLAT)
        self._speak.clicked.connect(self.speak_next)
        self._hands = hands
        self._count = Label(role=Role.SECONDARY)
        self._next_part = KeyButton(say("next part"), hands.keyboard, Command.PAGE_ON, Kind.FLAT)
        self._next_part.clicked.connect(lambda: self.turn(1))
        self._pin = KeyButton(say("pin"), hands.keyboard, Command.PIN, Kind.FLAT)
        self._pin.clicked.connect(lambda: hands.send(PinPhrasing()))
        self._shorter = KeyButton(say("key words"), hands.keyboard, Command.KEY_WORDS, Kind.FLAT)
        self._shorter.clicked.connect(self.key_words_wanted)
        self._why = KeyButton(say("why?"), hands.keyboard, Command.WHY, Kind.FLAT)
        self._why.setAccessibleDescription(say("Why does it say this?"))
        self._why.clicked.connect(lambda: hands.send(AskWhy()))
        below = line(None, (0, 0), 0)
        below.addSpacing(17)
        links = flow(across=6, down=2)
        for link in (self._other, self._count, self._pin, self._next_part, self._shorter, self._why, self._speak):
            links.addWidget(link)
        below.addLayout(links, 1)
        self._saying = Box()
        said = self._saying.column
        said.addSpacing(gap(14))
        said.addWidget(self.sentence)
        said.addSpacing(gap(8))
        said.addLayout(below)
        self.column.addLayout(top)
        self.column.addWidget(self._saying)

    def render_view(self, view: DeskView) -> None:
        """Shows this view's headline."""
        shown = headline(view, self._key_words)
        if shown == self._shown:
            return
        self._shown = shown
        self._place.setText(shown.place)
        self._place.setVisible(bool(shown.place))
        self._arrow.setVisible(bool(shown.place and shown.title))
        self._title.setText(shown.title)
        self._back_to.setText(shown.aside)
        self._back_to.setVisible(bool(shown.aside))
        self._release.setText(say("release {}").format(shown.release) if shown.release else "")
        self._release.setVisible(shown.release > 0)
        self.sentence.say(shown.texts, shown.bullets)
        self._saying.setVisible(bool(shown.texts))
        several = shown.phrasings > 1 and not (self._key_words and shown.has_key_words)
        self._other.setVisible(several)
        self._pin.setVisible(several and shown.asks)
        self._pin.set_words(say("pinned") if shown.pinned else say("pin"))
        self._pin.set_chosen(shown.pinned)
        # With large text the answers need the room; the keys work all the same, and the list of keys has them.
        roomy = theme().scale <= metrics.TABS_ABOVE_SCALE
        self._shorter.setVisible(shown.has_key_words and roomy)
        self._shorter.set_words(say("whole sentence") if self._key_words else say("key words"))
        self._why.setVisible(shown.asks and roomy)
        self._speak.set_words(LANGUAGES.get(shown.next_language, shown.next_language))
        self._speak.setVisible(bool(shown.next_language))
        self._paged()

    def use_key_words(self, wanted: bool) -> bool:
        """Key words instead of a sentence where there are any, from the next view on; whether that is a change."""
        changed, self._key_words = wanted is not self._key_words, wanted
        if changed:
            self._shown = None
        return changed

    def speak_next(self) -> None:
        """Goes on in the next language that the script has."""
        if self._shown is not None and self._shown.next_language:
            self._hands.send(SpeakLanguage(self._shown.next_language))

    def turn(self, by: int) -> None:
        """Another part of a text that is too long to be shown whole; after the last comes the first."""
        at_end = by > 0 and self.sentence.page == self.sentence.pages - 1
        self.sentence.turn(-self.sentence.page if at_end else by)

    def limit(self, height: int) -> None:
        """The most height that the text may take."""
        self.sentence.leave_room(height)

    def _paged(self) -> None:
        shown = self._shown
        parts: list[str] = []
        if shown is not None and shown.phrasings > 1 and shown.texts and not shown.bullets:
            parts.append(say("{} of {}").format(shown.phrasing, shown.phrasings))
        if self.sentence.pages > 1:
            parts.append(say("part {} of {}").format(self.sentence.page + 1, self.sentence.pages))
        self._count.setText(" · ".join(parts))
        self._count.setVisible(bool(parts))
        self._next_part.setVisible(self.sentence.pages > 1)
