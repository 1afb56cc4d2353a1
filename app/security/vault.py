"""Where the keys of the local stores come from.

Each agent has a store of his own on a device, with a random 256-bit key and a device id of its own. So agent B sees
none of A's rows by construction, not by a condition in a query, and each store numbers its events without gaps under
its own source. The key is kept in one of two ways, chosen when the store is made:

* in the system's keyring, where there is an allowed one that answers. A restart then needs no password, and A's
  outbox can be opened for sending while B is signed in.
* else wrapped by the agent's sign-in password: the key XOR 32 bytes of Argon2id (RFC 9106) over password and a salt
  that is new for every wrapping, which makes it a one-time pad. A restart asks for the password; A's outbox waits
  until A signs in again.

Wrapping a random key, instead of deriving it, lets a password change without the database being written anew:
`change_password` unwraps with the old one and wraps with the new. Who no longer has the old one cannot open the store:
`start_over` makes a new one beside it, and the old file stays for the day the password is found.

`vault.json` beside the stores tells for each how its key is kept, with salt and a check value; it holds neither key
nor password nor user name (a hash of it). A keyring's key is in no way in the file: a stolen disk without the keyring
gives nothing to guess passwords on.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from enum import StrEnum
from pathlib import Path

import msgspec
import uuid_utils
from argon2.exceptions import HashingError
from argon2.low_level import Type, hash_secret_raw

from app.security.errors import KeyMissing, KeyringUnavailable, VaultDamaged, WrongPassword
from app.security.files import private_folder, write_private
from app.security.keyrings import Keyring

FILE = "vault.json"
_KEY_BYTES = 32
_SALT_BYTES = 16
_CHECKED = b"cuecard store key"


class VaultState(StrEnum):
    """How the key of an agent's store is kept here. NEW: no store of that agent yet."""

    NEW = "new"
    KEYRING = "keyring"
    PASSWORD = "password"  # noqa: S105 - the word, not one


@dataclass(frozen=True, slots=True)
class Cost:
    """What one try at a password costs: RFC 9106's second recommended choice, about 0.1 s on a desktop."""

    passes: int = 3
    memory_kib: int = 64 * 1024
    lanes: int = 4


@dataclass(frozen=True, slots=True)
class StoreKey:
    """All that opening a store needs: `LocalStore.open(path, key, device_id)`."""

    path: Path
    device_id: str
    key: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class _Wrapping:
    salt: str
    wrapped: str
    cost: Cost


@dataclass(frozen=True, slots=True)
class _Entry:
    """One store. `wrapping` is None where the key is in the keyring (under the device id)."""

    user: str
    file: str
    device: str
    check: str
    wrapping: _Wrapping | None = None
    set_aside: bool = False


@dataclass(frozen=True, slots=True)
class _Book:
    version: int = 1
    last: str | None = None
    stores: tuple[_Entry, ...] = ()


class Vault:
    """The keys of the stores in one folder.

    Reads and writes files and may wait for the keyring: call it in a worker. `keyring` is None where the system has
    no allowed one. May raise VaultError from everything.
    """

    def __init__(
        self,
        folder: Path,
        keyring: Keyring | None,
        cost: Cost | None = None,
        random_bytes: Callable[[int], bytes] = secrets.token_bytes,
    ) -> None:
        self._folder = folder
        self._keyring = keyring
        self._cost = cost or Cost()
        self._random_bytes = random_bytes
        self._promised: dict[str, str] = {}

    def state(self, user: str | None = None) -> VaultState:
        """How that agent's key is kept; without a name, that of the agent who was here last. Asks no keyring."""
        entry = self._last() if user is None else self._entry(user)
        if entry is None:
            return VaultState.NEW
        return VaultState.KEYRING if entry.wrapping is None else VaultState.PASSWORD

    def device_id(self, user: str) -> str:
        """The device id of the agent's store, also before there is one: a sign-in at the hub needs it first."""
        entry = self._entry(user)
        if entry is not None:
            return entry.device
        return self._promised.setdefault(_hashed(user), str(uuid_utils.uuid7()))

    def unlock_with_keyring(self) -> StoreKey | None:
        """The store of the agent who was here last, with no question asked; None where a sign-in is needed.

        Raises KeyMissing and KeyringUnavailable where the key should be in the keyring and cannot be had.
        """
        entry = self._last()
        if entry is None or entry.wrapping is not None:
            return None
        return self._from_keyring(entry)

    def unlock_with_password(self, user: str, password: str, remember: bool = True) -> StoreKey:
        """The agent's store; where there is none of his yet, the key of a new one, to be opened and so made at once.

        `remember`: a restart opens this one, where the keyring keeps its key; else `remember` is called once it may.

        Raises WrongPassword for a store whose key the password wraps. Where the keyring keeps the key the password is
        not looked at: whether it is right is for the hub to say.
        """
        entry = self._entry(user)
        if entry is None:
            return self._create(user, password)
        key = self._from_keyring(entry) if entry.wrapping is None else self._unwrapped(entry, entry.wrapping, password)
        if remember:
            self._remember_last(entry)
        return key

    def remember(self, key: StoreKey) -> None:
        """Makes this the store that a restart opens."""
        entry = next((each for each in self._book().stores if each.device == key.device_id), None)
        if entry is not None:
            self._remember_last(entry)

    def change_password(self, user: str, old: str, new: str) -> None:
        """Wraps the key by the new password; nothing to do where the keyring keeps it. Raises WrongPassword."""
        entry = self._entry(user)
        if entry is None or entry.wrapping is None:
            return
        key = self._unwrapped(entry, entry.wrapping, old).key
        self._replace(entry, replace(entry, wrapping=self._wrapped(key, new)))

    def start_over(self, user: str, password: str) -> StoreKey:
        """A new store beside one that can no longer be opened; the old file is kept, with what was unsent in it."""
        entry = self._entry(user)
        if entry is not None:
            self._replace(entry, replace(entry, set_aside=True))
        return self._create(user, password)

    def others_of(self, device_id: str) -> list[StoreKey]:
        """All stores but that one that the keyring opens now, so that what is unsent in them can be sent as theirs."""
        found = []
        for entry in self._book().stores:
            if entry.device == device_id or entry.wrapping is not None or not self._path(entry).exists():
                continue
            try:
                found.append(self._from_keyring(entry))
            except (KeyMissing, KeyringUnavailable):
                continue
        return found

    def locked_files(self) -> list[Path]:
        """Stores that were set aside because their key was gone: there may be unsent events in them."""
        return [self._path(entry) for entry in self._book().stores if entry.set_aside and self._path(entry).exists()]

    def _create(self, user: str, password: str) -> StoreKey:
        key = self._random_bytes(_KEY_BYTES)
        device = self.device_id(user)
        # The hash tells whose it is without naming him; the device id keeps a second one apart from the first.
        file = f"cuecard-{_hashed(user)[:16]}-{device[-8:]}.db"
        wrapping = None if self._kept_in_keyring(device, key) else self._wrapped(key, password)
        entry = _Entry(_hashed(user), file, device, _check(key), wrapping)
        book = self._book()
        self._write(replace(book, last=device, stores=(*book.stores, entry)))
        self._promised.pop(entry.user, None)
        return StoreKey(self._path(entry), device, key)

    def _kept_in_keyring(self, device: str, key: bytes) -> bool:
        """Whether the keyring took the key and gives it back."""
        if self._keyring is None:
            return False
        try:
            self._keyring.put(device, key.hex())
            return self._keyring.get(device) == key.hex()
        except KeyringUnavailable:
            return False

    def _from_keyring(self, entry: _Entry) -> StoreKey:
        if self._keyring is None:
            raise KeyringUnavailable("The system's keyring cannot be reached; sign in to the desktop and try again.")
        kept = self._keyring.get(entry.device)
        try:
            key = bytes.fromhex(kept or "")
        except ValueError:
            key = b""
        if not hmac.compare_digest(_check(key), entry.check):
            raise KeyMissing(
                "The key of your local store is no longer in the system's keyring. The store was kept as it is: "
                "put the key back, or start over and tell your administrator that unsent events are in it."
            )
        return StoreKey(self._path(entry), entry.device, key)

    def _wrapped(self, key: bytes, password: str) -> _Wrapping:
        salt = self._random_bytes(_SALT_BYTES)
        return _Wrapping(salt.hex(), _xor(key, _pad(password, salt, self._cost)).hex(), self._cost)

    def _unwrapped(self, entry: _Entry, wrapping: _Wrapping, password: str) -> StoreKey:
        try:
            pad = _pad(password, bytes.fromhex(wrapping.salt), wrapping.cost)
            key = _xor(bytes.fromhex(wrapping.wrapped), pad)
        except (ValueError, HashingError):
            raise _damaged() from None
        if not hmac.compare_digest(_check(key), entry.check):
            raise WrongPassword(
                "This password does not open your local store. If it was changed lately, use the one before."
            )
        return StoreKey(self._path(entry), entry.device, key)

    def _path(self, entry: _Entry) -> Path:
        return self._folder / entry.file

    def _entry(self, user: str) -> _Entry | None:
        wanted = _hashed(user)
        return next((entry for entry in self._book().stores if entry.user == wanted and self._is_used(entry)), None)

    def _last(self) -> _Entry | None:
        book = self._book()
        return next((entry for entry in book.stores if entry.device == book.last and self._is_used(entry)), None)

    def _is_used(self, entry: _Entry) -> bool:
        """Without its file a store is not made again: a new file would give out its numbers a second time."""
        return not entry.set_aside and self._path(entry).exists()

    def _remember_last(self, entry: _Entry) -> None:
        book = self._book()
        if book.last != entry.device:
            self._write(replace(book, last=entry.device))

    def _replace(self, old: _Entry, new: _Entry) -> None:
        book = self._book()
        self._write(replace(book, stores=tuple(new if entry == old else entry for entry in book.stores)))

    def _book(self) -> _Book:
        try:
            book = msgspec.json.decode((self._folder / FILE).read_bytes(), type=_Book)
        except FileNotFoundError:
            return _Book()
        except (msgspec.DecodeError, UnicodeDecodeError, OSError):
            raise _damaged() from None
        if book.version != 1 or any(Path(entry.file).name != entry.file for entry in book.stores):
            raise _damaged()
        return book

    def _write(self, book: _Book) -> None:
        write_private(private_folder(self._folder) / FILE, msgspec.json.format(msgspec.json.encode(book)))


def _damaged() -> VaultDamaged:
    return VaultDamaged(f"{FILE} in Cuecard's data folder is damaged; put it back from a backup. Nothing was changed.")


def _hashed(user: str) -> str:
    name = unicodedata.normalize("NFKC", user).strip().casefold()
    return hashlib.sha256(b"cuecard user\0" + name.encode("utf-8", "replace")).hexdigest()


def _check(key: bytes) -> str:
    """Tells whether a key is the right one, and nothing else about it."""
    return hmac.new(key, _CHECKED, hashlib.sha256).hexdigest()


def _pad(password: str, salt: bytes, cost: Cost) -> bytes:
    return hash_secret_raw(
        unicodedata.normalize("NFKC", password).encode("utf-8", "replace"),
        salt,
        time_cost=cost.passes,
        memory_cost=cost.memory_kib,
        parallelism=cost.lanes,
        hash_len=_KEY_BYTES,
        type=Type.ID,
    )


def _xor(left: bytes, right: bytes) -> bytes:
    return bytes(a ^ b for a, b in zip(left, right, strict=True))
