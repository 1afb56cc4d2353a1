"""What Asterisk has told of its channels: pure, each event a snapshot that says all of a channel anew.

A channel is one leg. Channels with the same `Linkedid` are one interaction; the channel whose own id that is began it
(the customer's, on a call that came in). Since every event repeats the whole channel, a lost event costs little.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from app.domain.call import Presentation
from app.domain.phone import is_unfilled_macro
from app.telephony.ami_protocol import Block
from app.telephony.uui import account_in, account_number, readable_uui

MOST_CHANNELS = 20_000
_RINGING, UP = 5, 6
_PREFIXES = ("", "Dest", "Transferer", "Transferee", "OrigTransferer", "SecondTransferer", "TransferTarget")
_PRESENTATION_NAMES = ("CALLERID(num-pres)", "CALLERID(pres)", "CALLERPRES", "CALLERPRES()")
_NOT_ATTACHED = frozenset({"BLINDTRANSFER", "ATTENDEDTRANSFER", "DNIS", "UUI", *_PRESENTATION_NAMES})
_NUMBERLESS = frozenset({"", "<unknown>", "s", "h"})


@dataclass(slots=True)
class Channel:
    """One leg as last told.

    `state` is Asterisk's (5 ringing, 6 up); `bridge` "" while it talks to nobody; `began`: it was the first of its
    interaction once, as the leg is by which an agent asks a colleague.
    """

    unique: str
    linked: str
    name: str = ""
    state: int = 0
    number: str = ""
    caller_name: str = ""
    connected: str = ""
    connected_name: str = ""
    bridge: str = ""
    dialled: bool = False
    began: bool = False
    held: bool = False
    transferred: bool = False
    dial_status: str = ""
    agent_reason: str = ""
    touched: int = 0

    @property
    def device(self) -> str:
        """The interface that it belongs to: "SIP/1001" of "SIP/1001-0000001b"."""
        return self.name.rpartition("-")[0] or self.name

    @property
    def up(self) -> bool:
        """Whether it has been answered."""
        return self.state == UP

    @property
    def rings(self) -> bool:
        """Whether it is being rung."""
        return self.state == _RINGING


@dataclass(slots=True)
class Interaction:
    """What is known of everything under one Linkedid.

    `presentation` None: nobody has told. `asked_to_end` and `left_first` are the channels that first hung up and that
    first left the conversation, "" while all talk.
    """

    linked: str
    number: str = ""
    name: str = ""
    dnis: str = ""
    uui: str = ""
    queue: str = ""
    presentation: Presentation | None = None
    asked_to_end: str = ""
    left_first: str = ""
    attached: dict[str, str] = field(default_factory=dict)


class Channels:
    """All channels and interactions that are under way."""

    def __init__(self) -> None:
        self._channels: dict[str, Channel] = {}
        self._interactions: dict[str, Interaction] = {}
        self._of_linked: dict[str, set[str]] = {}
        self._gone: dict[str, None] = {}
        self.now = 0

    def __iter__(self) -> Iterator[Channel]:
        return iter(list(self._channels.values()))

    def get(self, unique: str) -> Channel | None:
        """A channel that is under way."""
        return self._channels.get(unique)

    def interaction(self, linked: str) -> Interaction:
        """What is known under a Linkedid."""
        return self._interactions.setdefault(linked, Interaction(linked))

    def together(self, linked: str) -> list[Channel]:
        """The channels of an interaction."""
        return [self._channels[unique] for unique in self._of_linked.get(linked, ())]

    def take(self, block: Block) -> list[Channel]:
        """Takes in every channel that the event tells of; those, the event's own first."""
        self.now += 1
        told = []
        for prefix in _PREFIXES:
            unique = block.get(f"{prefix}Uniqueid")
            if unique and unique not in self._gone:
                told.append(self._snapshot(block, prefix, unique))
        for channel in told:
            self._learn(channel, block)
        return told

    def remove(self, channel: Channel) -> None:
        """Forgets a channel that has ended; what comes late of it is passed over."""
        self._channels.pop(channel.unique, None)
        self._gone[channel.unique] = None
        if len(self._gone) > MOST_CHANNELS:
            del self._gone[next(iter(self._gone))]
        self._unlink(channel)

    def _snapshot(self, block: Block, prefix: str, unique: str) -> Channel:
        linked = block.get(f"{prefix}Linkedid") or unique
        channel = self._channels.get(unique)
        if channel is None:
            channel = Channel(unique, linked)
            self._channels[unique] = channel
            if len(self._channels) > MOST_CHANNELS:
                self.remove(next(iter(self._channels.values())))
        elif channel.linked != linked:
            self._unlink(channel)
            channel.linked = linked
        self._of_linked.setdefault(linked, set()).add(unique)
        channel.began = channel.began or (linked == unique and not channel.dialled and prefix != "Dest")
        channel.touched = self.now
        channel.name = block.get(f"{prefix}Channel") or channel.name
        state = block.get(f"{prefix}ChannelState")
        if state.isdecimal() and len(state) < 3:
            # A channel never stops being answered: an event that comes late does not take it back.
            channel.state = max(channel.state, int(state)) if channel.up else int(state)
        channel.number = _known(block.get(f"{prefix}CallerIDNum")) or channel.number
        channel.caller_name = _known(block.get(f"{prefix}CallerIDName")) or channel.caller_name
        channel.connected = _known(block.get(f"{prefix}ConnectedLineNum")) or channel.connected
        channel.connected_name = _known(block.get(f"{prefix}ConnectedLineName")) or channel.connected_name
        if prefix == "Dest":
            channel.dialled = True
        return channel

    def _learn(self, channel: Channel, block: Block) -> None:
        interaction = self.interaction(channel.linked)
        first = channel.unique == channel.linked
        if first and not interaction.number:
            interaction.number, interaction.name = channel.number, channel.caller_name
        own = channel.unique == block.get("Uniqueid")
        variables = block.variables if own else block.other_variables
        if first and own and not interaction.dnis:
            extension = block.get("Exten")
            interaction.dnis = "" if extension in _NUMBERLESS else extension
        if first or channel.dialled:
            _learn_variables(interaction, variables, presentation=first)
        if own and block.event == "UserEvent":
            _learn_user_event(interaction, block)
        if interaction.uui and "account" not in interaction.attached and account_in(interaction.uui):
            interaction.attached["account"] = account_in(interaction.uui)
        if block.get("Queue"):
            interaction.queue = block.get("Queue")

    def _unlink(self, channel: Channel) -> None:
        rest = self._of_linked.get(channel.linked)
        if rest is not None:
            rest.discard(channel.unique)
            if not rest:
                del self._of_linked[channel.linked]
                self._interactions.pop(channel.linked, None)


def _learn_variables(interaction: Interaction, variables: Mapping[str, str], *, presentation: bool) -> None:
    for name, value in variables.items():
        if not value:
            continue
        if name in _PRESENTATION_NAMES:
            if presentation:
                _learn_presentation(interaction, value)
        elif name == "DNIS":
            interaction.dnis = value
        elif name == "UUI":
            interaction.uui = readable_uui(value)
        elif name not in _NOT_ATTACHED and not is_unfilled_macro(value):
            _attach(interaction, _attached_name(name), value)


def _learn_user_event(interaction: Interaction, block: Block) -> None:
    """What the dial plan sends by `UserEvent(InboundCall,..)`: DNIS, UUI, Acct, Pres."""
    _learn_presentation(interaction, block.get("Pres"))
    dnis, uui, account = block.get("DNIS"), block.get("UUI"), block.get("Acct")
    interaction.dnis = dnis or interaction.dnis
    interaction.uui = readable_uui(uui) or interaction.uui
    _attach(interaction, "account", account)


def _attach(interaction: Interaction, name: str, value: str) -> None:
    kept = account_number(value) if name == "account" else value
    if kept:
        interaction.attached[name] = kept


def _learn_presentation(interaction: Interaction, told: str) -> None:
    """Once withheld, always withheld: no later event of the same interaction shows the number after all."""
    if not told or interaction.presentation is Presentation.RESTRICTED:
        return
    if told.startswith("allowed"):
        interaction.presentation = Presentation.ALLOWED
    elif told.startswith("unavailable"):
        interaction.presentation = Presentation.UNAVAILABLE
    else:
        interaction.presentation = Presentation.RESTRICTED


def _attached_name(variable: str) -> str:
    name = variable.lower()
    return "account" if name in ("acct", "account", "accountnumber") else name


def _known(value: str) -> str:
    return "" if value == "<unknown>" else value
