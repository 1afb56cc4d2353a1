"""All of the site's phone systems at one hub process, put together once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from urllib.parse import unquote, urlsplit

from app.hub.phones.door import Door
from app.hub.phones.errors import PhoneSetupError
from app.hub.phones.switch import Listening, Switch
from app.hub.phones.switchboard import Switchboard
from app.hub.store import Store, setting
from app.telephony.ami import AmiAddress, AmiSource
from app.telephony.caller import make_ready
from app.telephony.errors import UnknownSource
from app.telephony.sources import ami_address


class Phones:
    """Attributes: `switchboard`, `door`, `switches`."""

    def __init__(self, store: Store, clock: Callable[[], datetime], on_told: Callable[[], None], holder: str) -> None:
        """`holder` names this process; `on_told` is called when something was pushed."""
        self._store = store
        self._clock = clock
        self._holder = holder
        self.switchboard = Switchboard(store, clock, on_told)
        self.door = Door(store, clock, self.switchboard)
        self.switches: list[Switch] = []

    def listen_to(self, phone: str, secret: Callable[[str], str | None]) -> None:
        """Begins to listen to a switch ("ami://user@host:port"); `secret` finds its secret by its name.

        Raises PhoneSetupError for what names no switch.
        """
        address, in_address = switch_address(phone)
        with self._store.read() as connection:
            region = setting(connection, "site_region", "GB")

        def open_source(under_way: list[str]) -> Listening:
            make_ready(region)
            return AmiSource(
                address,
                lambda: in_address if in_address is not None else secret(address.secret_name),
                region,
                self._clock,
                under_way,
            )

        name = f"ami-{address.host}:{address.port}"
        switch = Switch(name, open_source, self._store, self._clock, self.switchboard, self._holder)
        self.switches.append(switch)
        switch.start()

    def close(self) -> None:
        """Stops listening; what was heard is passed on first."""
        for switch in self.switches:
            switch.close()
        self.switchboard.close()


def switch_address(phone: str) -> tuple[AmiAddress, str | None]:
    """Where a switch is, and the secret that stands in its address; raises PhoneSetupError."""
    try:
        parts = urlsplit(phone.strip())
        if parts.scheme != "ami":
            raise PhoneSetupError("The hub listens to Asterisk only: --phone ami://user@host:5038")
        address = ami_address(parts)
    except (ValueError, UnknownSource) as error:
        raise PhoneSetupError(f"{error}" if isinstance(error, UnknownSource) else "This is no address.") from error
    if address.agent:
        raise PhoneSetupError("The hub listens for everybody: leave the agent's phone out of --phone.")
    return address, None if parts.password is None else unquote(parts.password)


def all_switches(phones: Sequence[str]) -> None:
    """Raises PhoneSetupError for the first that names no switch; to be asked before a hub starts."""
    for phone in phones:
        switch_address(phone)
