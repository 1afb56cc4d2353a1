from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest
from keyring.backend import KeyringBackend

from app.security.errors import KeyringUnavailable
from app.security.keyrings import SystemKeyring, system_keyring


class Prompting(KeyringBackend):
    """A keyring that waits for its prompt to be answered, as a locked gnome-keyring does."""

    priority = 1

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.answered = threading.Event()

    def get_password(self, service: str, username: str) -> str | None:
        self.answered.wait(20)
        return "secret"

    def set_password(self, service: str, username: str, password: str) -> None:
        raise RuntimeError(f"no access to the secret of {username}")


@pytest.fixture
def prompting() -> Iterator[Prompting]:
    backend = Prompting()
    yield backend
    backend.answered.set()


def test_a_keyring_that_waits_for_its_prompt_is_given_up_in_time(prompting: Prompting) -> None:
    keyring = SystemKeyring(prompting, deadline_seconds=0.05)

    with pytest.raises(KeyringUnavailable, match="unlock it"):
        keyring.get("store")


def test_while_one_call_hangs_the_next_ones_fail_at_once_and_after_the_answer_it_works(prompting: Prompting) -> None:
    keyring = SystemKeyring(prompting, deadline_seconds=0.05)
    with pytest.raises(KeyringUnavailable):
        keyring.get("store")
    (hanging,) = (thread for thread in threading.enumerate() if thread.name == "keyring")

    with pytest.raises(KeyringUnavailable):
        keyring.get("store")
    assert [thread for thread in threading.enumerate() if thread.name == "keyring"] == [hanging]

    prompting.answered.set()
    hanging.join(10)
    assert keyring.get("store") == "secret"


def test_what_a_keyring_says_about_its_owner_is_not_passed_on(prompting: Prompting) -> None:
    keyring = SystemKeyring(prompting, deadline_seconds=5)

    with pytest.raises(KeyringUnavailable) as refused:
        keyring.put("ana.lopez", "secret")

    assert "ana" not in str(refused.value)
    assert refused.value.__cause__ is None


def test_a_secret_longer_than_windows_takes_is_refused_on_every_system(prompting: Prompting) -> None:
    with pytest.raises(ValueError, match="1280"):
        SystemKeyring(prompting).put("store", "x" * 3_000)


def test_without_a_bus_there_is_no_keyring(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent")

    assert system_keyring() is None
