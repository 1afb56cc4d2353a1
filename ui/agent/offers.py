"""The offer on the table with its keys, what comes after it, and what was recorded."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from app.desk.intents import AcceptOffer, DeclineOffer, DeferOffer, ExtendOffer, NotTheMoment, TakeBackOffer
from app.desk.view import DeskView, OfferNotice, OfferRecord
from app.scripts.screen import OfferScreen, OfferState, OptionRow, Rung
from ui.agent.hands import Hands, clock_time
from ui.keys import Command
from ui.theme.colours import Tint
from ui.widgets.badge import Badge
from ui.widgets.button import KeyButton, Kind
from ui.widgets.flow import flow
from ui.widgets.frames import Box, Many, Surface, gap, line
from ui.widgets.shapes import Shape
from ui.widgets.text import Label, Paragraph, Role
from ui.words.catalogue import say

STATES = {
    OfferState.EXTENDED: ("Said to the caller", Tint.ACCENT, Shape.CHECK),
    OfferState.PENDING: ("Yes, not yet confirmed", Tint.SPECIAL, Shape.AGAIN),
    OfferState.ACCEPTED: ("Accepted", Tint.GOOD, Shape.CHECK),
    OfferState.DECLINED: ("Declined", Tint.PLAIN, Shape.CROSS),
    OfferState.DEFERRED: ("Later", Tint.PLAIN, Shape.AGAIN),
    OfferState.PASSED: ("Not the moment", Tint.PLAIN, Shape.CROSS),
}
_OPEN = (OfferState.ON_TABLE, OfferState.EXTENDED)


class Offers(Box):
    """The upper part of the right column."""

    def __init__(self, hands: Hands) -> None:
        super().__init__()
        self._heading = Label(say("Offer on the table"), Role.SECTION)
        self._count = Label(role=Role.SMALL)
        self._head = QWidget()
        head = flow(self._head, across=8)
        head.addWidget(self._heading)
        head.addWidget(self._count)
        self._card = OfferCard(hands)
        self._rungs: Many[RungLine, Rung] = Many(lambda rung: RungLine(), RungLine.show_this, 0)
        self._reason = NoticeCard(say("Likely reason"))
        self._notice = NoticeCard(say("Offers"))
        self._records: Many[RecordLine, OfferRecord] = Many(lambda record: RecordLine(), RecordLine.show_this, 2)
        self._take_back = KeyButton(say("take back"), hands.keyboard, Command.TAKE_BACK, Kind.FLAT)
        self._take_back.clicked.connect(lambda: hands.send(TakeBackOffer()))
        undo = line(None, (0, 0), 0)
        undo.addWidget(self._take_back)
        undo.addStretch(1)
        self.column.addWidget(self._head)
        self.column.addSpacing(gap(8))
        self.column.addWidget(self._card)
        self.column.addWidget(self._rungs)
        self.column.addWidget(self._reason)
        self.column.addWidget(self._notice)
        self.column.addSpacing(gap(6))
        self.column.addWidget(self._records)
        self.column.addLayout(undo)

    def render_view(self, view: DeskView) -> None:
        """Shows the offers side of this view."""
        screen = view.script
        offer = screen.offer if screen is not None and not view.preview else None
        limit = (
            say("{} of {} allowed").format(offer.number, offer.allowed) if offer is not None and offer.allowed else ""
        )
        self._count.setText(limit)
        self._head.setVisible(offer is not None)
        self._card.show_offer(offer)
        self._rungs.show_these(offer.next_rungs if offer is not None else ())
        self._reason.show_notice(view.likely_reason if offer is None else None)
        self._notice.show_notice(view.offer_notice if offer is None else None)
        self._records.show_these(view.offer_records[:4])
        self._take_back.setVisible(bool(screen is not None and screen.can_take_back and not view.preview))


class OfferCard(Surface):
    """Name, price, why, options and the keys to record what happened."""

    def __init__(self, hands: Hands) -> None:
        super().__init__("accent-card", (12, 13), 0)
        self._name = Paragraph(role=Role.STRONG)
        self._price = Label(role=Role.PRICE)
        self._gist = Paragraph(role=Role.SECONDARY)
        money = line(None, (0, 0), 6)
        money.addWidget(self._price)
        money.addWidget(self._gist, 1)
        self._why = Paragraph(role=Role.SECONDARY)
        self._options: Many[OptionLine, OptionRow] = Many(lambda option: OptionLine(), OptionLine.show_this, gap(3))
        self._state = Badge()
        self._needs = Paragraph(role=Role.SMALL)
        self._blocked = Paragraph(role=Role.SECONDARY, tint=Tint.ATTENTION)
        self._said = KeyButton(say("Said it"), hands.keyboard, Command.EXTEND, Kind.PRIMARY)
        self._yes = KeyButton(say("Yes"), hands.keyboard, Command.ACCEPT)
        self._no = KeyButton(say("No"), hands.keyboard, Command.DECLINE)
        self._later = KeyButton(say("later"), hands.keyboard, Command.LATER, Kind.FLAT)
        self._pass = KeyButton(say("not now"), hands.keyboard, Command.NOT_THE_MOMENT, Kind.FLAT)
        self._said.clicked.connect(lambda: hands.send(ExtendOffer()))
        self._yes.clicked.connect(lambda: hands.send(AcceptOffer()))
        self._no.clicked.connect(lambda: hands.send(DeclineOffer()))
        self._later.clicked.connect(lambda: hands.send(DeferOffer()))
        self._pass.clicked.connect(lambda: hands.send(NotTheMoment()))
        self._loud = flow(across=5, down=5, fill=True)
        for button in (self._said, self._yes, self._no):
            self._loud.addWidget(button)
        quiet = flow(across=2, down=2)
        quiet.addWidget(self._later)
        quiet.addWidget(self._pass)
        state = line(None, (0, 0), 8)
        state.addWidget(self._state)
        state.addStretch(1)
        self.column.addWidget(self._name)
        self.column.addSpacing(3)
        self.column.addLayout(money)
        self.column.addSpacing(2)
        self.column.addWidget(self._why)
        self.column.addSpacing(gap(6))
        self.column.addWidget(self._options)
        self.column.addSpacing(gap(8))
        self.column.addLayout(state)
        self.column.addWidget(self._needs)
        self.column.addWidget(self._blocked)
        self.column.addSpacing(gap(6))
        self.column.addLayout(self._loud)
        self.column.addSpacing(gap(4))
        self.column.addLayout(quiet)

    def show_offer(self, offer: OfferScreen | None) -> None:
        """Shows this offer; hides the card for None."""
        self.setVisible(offer is not None)
        if offer is None:
            return
        open_ = offer.state in _OPEN and not offer.blocked
        self.set_kind("accent-card" if open_ else "card")
        self._name.setText(offer.name)
        self._price.setText(offer.price)
        self._price.setVisible(bool(offer.price))
        self._gist.setText(offer.gist)
        self._why.setText(say("Why: {}").format(offer.why) if offer.why else "")
        self._why.setVisible(bool(offer.why))
        undecided = open_ or offer.state is OfferState.PENDING
        options = offer.options if undecided and len(offer.options) > 1 else ()
        self._options.show_these(_marked(options, offer.option))
        self._show_state(offer)
        self._blocked.setText(offer.blocked)
        self._blocked.setVisible(bool(offer.blocked))
        for button in (self._said, self._yes, self._no, self._later, self._pass):
            button.setVisible(open_)
        extended = offer.state is OfferState.EXTENDED
        self._said.setEnabled(not extended)
        self._said.set_words(say("Said") if extended else say("Said it"))
        self._said.set_kind(Kind.PLAIN if extended else Kind.PRIMARY)
        self._yes.set_kind(Kind.PRIMARY if extended else Kind.PLAIN)

    def _show_state(self, offer: OfferScreen) -> None:
        text, tint, shape = STATES.get(offer.state, ("", Tint.PLAIN, Shape.NONE))
        text = say(text) if text else ""
        chosen = next((row.label for row in offer.options if row.id == offer.option), "")
        if offer.state is OfferState.ACCEPTED and chosen and len(offer.options) > 1:
            text = f"{text}: {chosen}"
        self._state.show_this(text, tint, shape)
        self._state.setVisible(bool(text))
        needs = say(" and ").join(offer.needs)
        self._needs.setText(
            say("Still needed: {}").format(needs) if offer.state is OfferState.PENDING and needs else ""
        )
        self._needs.setVisible(bool(self._needs.text()))


def _marked(options: tuple[OptionRow, ...], chosen: str) -> tuple[OptionRow, ...]:
    """Marks the option chosen, or before that the one that is proposed."""
    if not chosen:
        return options
    return tuple(OptionRow(row.id, row.label, row.price, row.closed, proposed=row.id == chosen) for row in options)


class OptionLine(QWidget):
    """One option: what and for how much, or why it cannot be chosen."""

    def __init__(self) -> None:
        super().__init__()
        row = line(self, (0, 0), 8)
        texts = Box(1)
        self._label = Paragraph(role=Role.BODY_SMALL)
        self._closed = Paragraph(role=Role.SMALL)
        texts.column.addWidget(self._label)
        texts.column.addWidget(self._closed)
        self._price = Label(role=Role.SECONDARY)
        row.addWidget(texts, 1)
        row.addWidget(self._price)

    def show_this(self, option: OptionRow) -> None:
        """Shows this option."""
        mark = "›  " if option.proposed else ""
        self._label.setText(f"{mark}{option.label}")
        self._label.set_tint(Tint.ACCENT if option.proposed else Tint.QUIET if option.closed else Tint.PLAIN)
        self._price.setText(option.price)
        self._price.set_tint(Tint.ACCENT if option.proposed else Tint.PLAIN)
        self._closed.setText(option.closed)
        self._closed.setVisible(bool(option.closed))


class RungLine(QWidget):
    """A later offer of the ladder."""

    def __init__(self) -> None:
        super().__init__()
        row = line(self, (14, 5), 6)
        self._name = Paragraph(role=Role.SECONDARY)
        self._gist = Label(role=Role.SECONDARY)
        row.addWidget(self._name, 1)
        row.addWidget(self._gist)

    def show_this(self, rung: Rung) -> None:
        """Shows this rung."""
        self._name.setText(say("then {}").format(rung.name))
        self._gist.setText(rung.gist)


class NoticeCard(Box):
    """What stands here while no offer is on the table."""

    def __init__(self, heading: str) -> None:
        super().__init__()
        self.column.addWidget(Label(heading, Role.SECTION))
        self.column.addSpacing(gap(8))
        card = Surface("card", (14, 13), 4)
        self._title = Paragraph(role=Role.STRONG)
        self._text = Paragraph(role=Role.SECONDARY, line_height=1.4)
        card.column.addWidget(self._title)
        card.column.addWidget(self._text)
        self.column.addWidget(card)
        self.column.addSpacing(gap(14))

    def show_notice(self, notice: OfferNotice | None) -> None:
        """Shows this notice, or nothing."""
        self.setVisible(notice is not None)
        if notice is not None:
            self._title.setText(notice.title)
            self._title.setVisible(bool(notice.title))
            self._text.setText(notice.text)
            self._text.setVisible(bool(notice.text))


class RecordLine(QWidget):
    """An offer fact of this call; one taken back is struck through and says so."""

    def __init__(self) -> None:
        super().__init__()
        row = line(self, (0, 2), 8)
        self._text = Paragraph(role=Role.SECONDARY)
        self._time = Label(role=Role.SMALL)
        row.addWidget(self._text, 1)
        row.addWidget(self._time)

    def show_this(self, record: OfferRecord) -> None:
        """Shows this record."""
        self._text.setText(say("{} (taken back)").format(record.text) if record.taken_back else record.text)
        self._text.strike(record.taken_back)
        self._time.setText(clock_time(record.at))
