"""What can go wrong with a phone. Every text is a sentence for the agent or the person who sets phones up.

TelephonyError
├── PhoneUnreachable    the phone's program is not there, or went away
├── PhoneSilent         it is there and did not answer in time
├── PhoneRefused        it answered no
│   └── CallGone        the call has already ended
├── NotSupported        this kind of phone cannot do that
├── WrongProtocol       something else speaks on the phone's port
├── LoginRefused        the switch does not let us in
├── PopRefused          what was handed over is no call
├── HandoffFailed       no window took what was handed over
│   └── NoWindow        no window is open
├── WebhookRefused      a phone system's request is not taken
│   ├── WebhookUnsigned     it does not say who sent it
│   ├── WebhookForged       its signature or token is not the right one
│   ├── WebhookStale        it is too old to be what happens now
│   └── WebhookUnreadable   it is signed, and not in the form that its kind has
└── UnknownSource       the phone setting names nothing we know
"""

from __future__ import annotations


class TelephonyError(Exception):
    """Something is wrong with the phone. The text says what to do and holds no number or name of a caller."""


class PhoneUnreachable(TelephonyError):
    """The phone's program is not there, or went away."""


class PhoneSilent(TelephonyError):
    """The phone did not answer a command in time."""


class PhoneRefused(TelephonyError):
    """The phone answered no."""


class CallGone(PhoneRefused):
    """The call has already ended."""


class NotSupported(TelephonyError):
    """This kind of phone cannot do that."""


class WrongProtocol(TelephonyError):
    """What came over the phone's port is not what the phone would send."""


class LoginRefused(TelephonyError):
    """The switch refuses the user or the secret."""


class PopRefused(TelephonyError):
    """What was handed over is no call: too long, unreadable, or something other than a call."""


class HandoffFailed(TelephonyError):
    """The open window did not take what was handed over."""


class NoWindow(HandoffFailed):
    """No Cuecard window is open for this user."""


class WebhookRefused(TelephonyError):
    """A phone system's request is not taken."""


class WebhookUnsigned(WebhookRefused):
    """It does not say who sent it."""


class WebhookForged(WebhookRefused):
    """Its signature or token is not the right one."""


class WebhookStale(WebhookRefused):
    """It is too old to be what happens now."""


class WebhookUnreadable(WebhookRefused):
    """It is signed, and not in the form that its kind has."""


class UnknownSource(TelephonyError):
    """The phone setting names nothing we know."""
