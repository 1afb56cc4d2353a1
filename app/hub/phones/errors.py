"""What can go wrong with the site's phone systems at the hub."""

from __future__ import annotations

from app.hub.errors import HubError


class PhoneSetupError(HubError):
    """What was asked for cannot be set up. The text is a sentence for the administrator."""
