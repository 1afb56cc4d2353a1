"""What can go wrong at the hub.

HubError
├── Problem              an answer to one request: HTTP status and a sentence (RFC 9457)
├── StoreMismatch        this database is not one that this hub can work with
└── HubNotStarted        the hub's process did not come up; the text says what to do
"""

from __future__ import annotations

from http import HTTPStatus


class HubError(Exception):
    """Something failed; the text says what to do and holds no personal data."""


class StoreMismatch(HubError):
    """The database is newer than this program, or its key file is another one's."""


class HubNotStarted(HubError):
    """The hub's process ended or did not answer in time."""


class Problem(HubError):
    """A request, or one event in it, that is refused.

    `status` is the HTTP status, `detail` a sentence for the person who has to mend it, `retry_after` in seconds.
    """

    def __init__(self, status: int, detail: str, retry_after: int | None = None) -> None:
        super().__init__(detail)
        self.status = status
        self.detail = detail
        self.retry_after = retry_after

    def as_plain(self) -> dict[str, str | int]:
        """The problem as RFC 9457 writes it."""
        return {
            "type": "about:blank",
            "title": HTTPStatus(self.status).phrase,
            "status": self.status,
            "detail": self.detail,
        }
