"""From Asterisk's channels to the normalised events of agents' legs. Pure: blocks in, call events out.

An agent's leg is a channel of his interface that is dialled, rings or is up. What is told of it is worked out anew
after each event from all that is known, and told where it is news; so doubled events tell nothing twice and a lost one
is made up for by the next.

A caller's number is told only where the switch says that it may be shown (channel variable `CALLERID(num-pres)`, or
`Pres` in a UserEvent): the manager interface gives withheld numbers away. Where nobody says, there is no number, unless
the setting trusts the carrier to have taken withheld ones out.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from app.desk.ports import Clock
from app.domain.call import CallEvent, CallState, Direction, EndReason, Presentation
from app.domain.phone import read_number
from app.telephony.ami_channels import Channel, Channels, Interaction
from app.telephony.ami_protocol import Block
from app.telephony.caller import CallerFields, caller_fields

WANTED = frozenset(
    {
        *("Newchannel", "Newstate", "NewConnectedLine", "NewCallerid", "Hangup", "HangupRequest", "Rename"),
        *("DialBegin", "DialState", "DialEnd", "BridgeEnter", "BridgeLeave", "Hold", "Unhold"),
        *("BlindTransfer", "AttendedTransfer", "UserEvent", "QueueCallerJoin", "QueueCallerAbandon"),
        *("AgentCalled", "AgentConnect", "AgentComplete", "AgentRingNoAnswer", "Pickup"),
        *("CoreShowChannel", "CoreShowChannelsComplete"),
    }
)
"""The events that say something about a call; all others are passed over unread."""

_BEGUN_BY_DIALLING = frozenset({"AppDial", "AppDial2", "AppQueue"})
_DIAL_ENDS = {
    "NOANSWER": EndReason.NO_ANSWER,
    "BUSY": EndReason.BUSY,
    "CONGESTION": EndReason.NO_ANSWER,
    "CHANUNAVAIL": EndReason.NO_ANSWER,
}
# ITU-T Q.850: 17 user busy, 18 and 19 no answer, 21 rejected by the phone, 26 answered elsewhere.
_CAUSES = {
    "17": EndReason.BUSY,
    "18": EndReason.NO_ANSWER,
    "19": EndReason.NO_ANSWER,
    "21": EndReason.AGENT,
    "26": EndReason.ELSEWHERE,
}
_AGENT_COMPLETE = {"caller": EndReason.CALLER, "agent": EndReason.AGENT, "transfer": EndReason.TRANSFERRED}


@dataclass(frozen=True, slots=True)
class _Known:
    """All that an event about a leg is made of, to see what is news."""

    state: CallState
    linked: str
    number: str
    name: str
    presentation: Presentation
    direction: Direction
    dnis: str
    uui: str
    queue: str
    attached: tuple[tuple[str, str], ...]


class AmiCalls:
    """The agents' legs. `agent` is the interface whose legs are told ("SIP/1001"), "" for everybody's."""

    def __init__(self, source: str, region: str, clock: Clock, agent: str = "", *, trust_numbers: bool = False) -> None:
        """`region`: ISO 3166. `trust_numbers`: show a number of which nobody says whether it is withheld."""
        self._source = source
        self._region = region
        self._clock = clock
        self._agent = agent.casefold()
        self._trust_numbers = trust_numbers
        self._channels = Channels()
        self._told: dict[str, tuple[_Known, CallEvent]] = {}
        self._seq = 0
        self._listing_since: int | None = None
        self.presentation_told = False
        """Whether the switch has said of any number whether it may be shown."""

    def take(self, block: Block) -> list[CallEvent]:
        """What an event means for the agents' legs; nothing for a response."""
        channels = self._channels.take(block)
        if not channels:
            return []
        self._note(block, channels)
        events: list[CallEvent] = []
        for linked in dict.fromkeys(channel.linked for channel in channels):
            for leg in self._channels.together(linked):
                if self._is_agents(leg):
                    events += self._progress(leg)
        if block.event == "Hangup":
            events += self._hung_up(channels[0], block.get("Cause"))
        return events

    def begin_listing(self) -> None:
        """`CoreShowChannels` has been asked for: what it does not list, and nobody tells of meanwhile, has ended."""
        self._listing_since = self._channels.now

    def end_listing(self, under_way: Sequence[str] = ()) -> list[CallEvent]:
        """The list is complete: the ends of what it does not hold, also of legs that the desk believes `under_way`."""
        if self._listing_since is None:
            return []
        since, self._listing_since = self._listing_since, None
        events: list[CallEvent] = []
        for channel in self._channels:
            if channel.touched <= since:
                events += self._end(channel, EndReason.UNKNOWN)
                self._channels.remove(channel)
        for leg_id in under_way:
            if self._channels.get(leg_id) is None and leg_id not in self._told:
                events.append(self._event(leg_id, CallState.ENDED, end_reason=EndReason.UNKNOWN))
        return events

    def _note(self, block: Block, channels: list[Channel]) -> None:
        """What an event says beyond the state of its channels."""
        own, event = channels[0], block.event
        interaction = self._channels.interaction(own.linked)
        if event in ("Hold", "Unhold"):
            own.held = event == "Hold"
        elif event == "BridgeEnter":
            own.bridge = block.get("BridgeUniqueid")
            interaction.asked_to_end = interaction.left_first = ""
        elif event == "BridgeLeave":
            own.bridge = ""
            interaction.left_first = interaction.left_first or own.unique
        elif event in ("HangupRequest", "QueueCallerAbandon"):
            interaction.asked_to_end = interaction.asked_to_end or own.unique
        elif event in ("DialEnd", "AgentRingNoAnswer", "AgentComplete"):
            dialled = self._channels.get(block.get("DestUniqueid"))
            if dialled is not None and event == "AgentComplete":
                dialled.agent_reason = block.get("Reason")
            elif dialled is not None:
                dialled.dial_status = dialled.dial_status or block.get("DialStatus") or "NOANSWER"
        elif event in ("BlindTransfer", "AttendedTransfer") and block.get("Result") in ("", "Success"):
            for prefix in ("Transferer", "OrigTransferer", "SecondTransferer"):
                transferer = self._channels.get(block.get(f"{prefix}Uniqueid"))
                if transferer is not None:
                    transferer.transferred = True
        elif event == "CoreShowChannel":
            own.bridge = block.get("BridgeId")
            own.dialled = own.dialled or block.get("Application") in _BEGUN_BY_DIALLING

    def _is_agents(self, channel: Channel) -> bool:
        if self._agent:
            return channel.device.casefold() == self._agent
        return (channel.dialled or channel.rings) and not channel.name.startswith("Local/")

    def _progress(self, leg: Channel) -> list[CallEvent]:
        """Tells where the leg is now, if that is news."""
        reason = None if leg.up else self._ended_unanswered(leg)
        if reason is not None:
            events = self._end(leg, reason)
            self._channels.remove(leg)
            return events
        state = _state(leg)
        if state is None:
            return []
        known = self._known(leg, state)
        before = self._told.get(leg.unique)
        if before is not None and before[0] == known:
            return []
        event = self._event(
            leg.unique,
            state,
            linked_id=known.linked,
            call_id=None if leg.unique == leg.linked else known.linked,
            dnis=known.dnis,
            uui=known.uui,
            queue=known.queue,
            attached=dict(known.attached),
            agent=leg.device,
            caller=caller_fields(known.number, known.name, self._region, known.presentation, known.direction),
        )
        self._told[leg.unique] = (known, event)
        return [event]

    def _ended_unanswered(self, leg: Channel) -> EndReason | None:
        """Why the ringing of this leg is over, as soon as that is certain."""
        if leg.dial_status != "CANCEL":
            return _DIAL_ENDS.get(leg.dial_status)
        if self._somebody_else_answered(leg):
            return EndReason.ELSEWHERE
        gone = self._channels.get(leg.linked) is None
        asked = self._channels.interaction(leg.linked).asked_to_end == leg.linked
        return EndReason.ABANDONED if gone or asked else None

    def _hung_up(self, channel: Channel, cause: str) -> list[CallEvent]:
        events = self._end(channel, self._why(channel, cause)) if self._channels.get(channel.unique) else []
        self._channels.remove(channel)
        rest = self._channels.together(channel.linked)
        for leg in rest:
            # What the event of its own would say, should that be lost.
            given_up = not leg.up and leg.dialled and channel.unique == channel.linked
            alone = leg.up and not leg.bridge and len(rest) == 1
            if leg.unique in self._told and (given_up or alone):
                events += self._end(leg, self._why(leg, cause if alone else ""))
                self._channels.remove(leg)
        return events

    def _why(self, leg: Channel, cause: str) -> EndReason:
        interaction = self._channels.interaction(leg.linked)
        if leg.transferred:
            return EndReason.TRANSFERRED
        if leg.up:
            reason = _AGENT_COMPLETE.get(leg.agent_reason)
            first = interaction.asked_to_end or interaction.left_first
            if reason is not None or not first:
                return reason or EndReason.UNKNOWN
            return EndReason.AGENT if first == leg.unique else EndReason.CALLER
        if cause in _CAUSES:
            return _CAUSES[cause]
        if self._somebody_else_answered(leg):
            return EndReason.ELSEWHERE
        gone = self._channels.get(leg.linked) is None
        given_up = gone or leg.dial_status == "CANCEL" or interaction.asked_to_end == leg.linked
        return EndReason.ABANDONED if given_up else EndReason.UNKNOWN

    def _somebody_else_answered(self, leg: Channel) -> bool:
        others = self._channels.together(leg.linked)
        return any(other.up and other.dialled and other.unique != leg.unique for other in others)

    def _known(self, leg: Channel, state: CallState) -> _Known:
        interaction = self._channels.interaction(leg.linked)
        number, name, presentation, direction = self._caller(leg, interaction)
        self.presentation_told = self.presentation_told or interaction.presentation is not None
        return _Known(
            state,
            leg.linked,
            number,
            name,
            presentation,
            direction,
            interaction.dnis,
            interaction.uui,
            interaction.queue,
            tuple(sorted(interaction.attached.items())),
        )

    def _caller(self, leg: Channel, interaction: Interaction) -> tuple[str, str, Presentation, Direction]:
        """Number, name, presentation and direction; neither number nor name where they may not be shown."""
        if leg.unique == leg.linked or self._is_consult(leg):
            # The agent's phone began this one: the number is what he dialled.
            return leg.connected or interaction.dnis, "", Presentation.ALLOWED, Direction.OUTBOUND
        number, name, told = interaction.number, interaction.name, interaction.presentation
        if self._is_extension(number):
            if not leg.connected or self._is_extension(leg.connected):
                return number, name, Presentation.ALLOWED, Direction.INTERNAL
            # A colleague began it and has handed it over: the customer is whom this leg is connected with now.
            number, name, told = leg.connected, leg.connected_name, None
        if told is None:
            told = Presentation.ALLOWED if self._trust_numbers else Presentation.UNAVAILABLE
        shown = told is Presentation.ALLOWED
        return number if shown else "", name if shown else "", told, Direction.INBOUND

    def _is_consult(self, leg: Channel) -> bool:
        """Whether the agent began this leg beside the customer's, to ask a colleague or to hand over.

        It takes on the customer's Linkedid when the two are joined, and is still no call of its own.
        """
        if not leg.began:
            return False
        others = self._channels.together(leg.linked)
        return leg.transferred or any(
            other.unique != leg.unique and other.device == leg.device and other.unique in self._told for other in others
        )

    def _is_extension(self, number: str) -> bool:
        return bool(number) and len(number) < 8 and read_number(number, self._region).extension is not None

    def _end(self, leg: Channel, reason: EndReason) -> list[CallEvent]:
        """The end of a leg that was told of, once."""
        told = self._told.pop(leg.unique, None)
        if told is None:
            return []
        self._seq += 1
        ended = replace(told[1], seq=self._seq, received_at=self._clock(), state=CallState.ENDED, end_reason=reason)
        return [ended]

    def _event(
        self,
        leg_id: str,
        state: CallState,
        *,
        linked_id: str | None = None,
        call_id: str | None = None,
        dnis: str = "",
        uui: str = "",
        queue: str = "",
        agent: str = "",
        attached: dict[str, str] | None = None,
        end_reason: EndReason | None = None,
        caller: CallerFields | None = None,
    ) -> CallEvent:
        self._seq += 1
        fields = caller or caller_fields("", "", self._region, Presentation.UNAVAILABLE)
        return CallEvent(
            source=self._source,
            seq=self._seq,
            received_at=self._clock(),
            leg_id=leg_id,
            state=state,
            linked_id=linked_id,
            call_id=call_id,
            dnis=dnis,
            uui=uui,
            queue=queue,
            agent=agent,
            attached=attached or {},
            end_reason=end_reason,
            **fields,
        )


def _state(leg: Channel) -> CallState | None:
    if leg.transferred:
        return CallState.TRANSFERRED
    if leg.up:
        return CallState.HELD if leg.held else CallState.ANSWERED
    if leg.rings:
        return CallState.RINGING
    return CallState.OFFERED if leg.dialled else None
