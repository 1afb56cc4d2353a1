from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from app.security.errors import KeyMissing, KeyringUnavailable, VaultDamaged, WrongPassword
from app.security.vault import FILE, Cost, StoreKey, Vault, VaultState
from tests.fakes.keyring import MemoryKeyring

CHEAP = Cost(passes=1, memory_kib=64, lanes=1)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "cuecard"


@pytest.fixture
def keyring() -> MemoryKeyring:
    return MemoryKeyring()


class TouchingVault(Vault):
    """Makes the store's file at once, as whoever asks for a key does."""

    def unlock_with_password(self, user: str, password: str, remember: bool = True) -> StoreKey:
        key = super().unlock_with_password(user, password, remember)
        key.path.touch()
        return key

    def start_over(self, user: str, password: str) -> StoreKey:
        key = super().start_over(user, password)
        key.path.touch()
        return key


def vault(folder: Path, keyring: MemoryKeyring | None = None) -> Vault:
    return TouchingVault(folder, keyring, CHEAP)


def test_with_a_keyring_a_restart_opens_the_same_store_without_a_question(folder: Path, keyring: MemoryKeyring) -> None:
    first = vault(folder, keyring)
    assert (first.state(), first.unlock_with_keyring()) == (VaultState.NEW, None)
    made = first.unlock_with_password("ana", "right")

    again = vault(folder, keyring)

    assert again.state() is VaultState.KEYRING
    assert again.unlock_with_keyring() == made
    assert len(made.key) == 32


def test_without_a_keyring_a_restart_asks_for_the_password(folder: Path) -> None:
    made = vault(folder).unlock_with_password("ana", "right")

    again = vault(folder)

    assert (again.state(), again.unlock_with_keyring()) == (VaultState.PASSWORD, None)
    with pytest.raises(WrongPassword, match="the one before"):
        again.unlock_with_password("ana", "wrong")
    assert again.unlock_with_password(" Ana ", "right") == made


def test_a_keyring_that_is_locked_when_the_store_is_made_counts_as_none(folder: Path, keyring: MemoryKeyring) -> None:
    keyring.locked = True

    vault(folder, keyring).unlock_with_password("ana", "right")

    assert vault(folder, keyring).state() is VaultState.PASSWORD


def test_a_key_gone_from_the_keyring_is_told_and_the_store_is_left_alone(folder: Path, keyring: MemoryKeyring) -> None:
    made = vault(folder, keyring).unlock_with_password("ana", "right")
    made.path.write_bytes(b"the store")
    keyring.secrets.clear()
    again = vault(folder, keyring)

    with pytest.raises(KeyMissing, match="unsent events"):
        again.unlock_with_keyring()
    with pytest.raises(KeyMissing):
        again.unlock_with_password("ana", "right")
    assert made.path.read_bytes() == b"the store"

    fresh = again.start_over("ana", "right")

    assert fresh.path != made.path
    assert fresh.device_id != made.device_id
    assert again.unlock_with_password("ana", "right") == fresh
    assert again.locked_files() == [made.path]


def test_somebody_elses_secret_under_our_name_is_no_key(folder: Path, keyring: MemoryKeyring) -> None:
    made = vault(folder, keyring).unlock_with_password("ana", "right")

    for wrong in ("", "no key", "00" * 32):
        keyring.secrets[made.device_id] = wrong
        with pytest.raises(KeyMissing):
            vault(folder, keyring).unlock_with_keyring()


@pytest.mark.parametrize("there", [True, False])
def test_a_keyring_that_is_locked_or_gone_is_not_a_missing_key(
    folder: Path, keyring: MemoryKeyring, there: bool
) -> None:
    vault(folder, keyring).unlock_with_password("ana", "right")
    keyring.locked = True

    with pytest.raises(KeyringUnavailable):
        vault(folder, keyring if there else None).unlock_with_keyring()


def test_each_agent_has_a_store_a_key_and_a_device_id_of_his_own(folder: Path) -> None:
    both = vault(folder)
    ana = both.unlock_with_password("ana", "a")
    ben = both.unlock_with_password("ben", "b")

    assert len({ana.path, ben.path}) == len({ana.key, ben.key}) == len({ana.device_id, ben.device_id}) == 2
    with pytest.raises(WrongPassword):
        both.unlock_with_password("ana", "b")


def test_the_store_that_a_restart_opens_is_that_of_the_last_agent(folder: Path, keyring: MemoryKeyring) -> None:
    both = vault(folder, keyring)
    ana = both.unlock_with_password("ana", "a")
    both.unlock_with_password("ben", "b")
    both.unlock_with_password("ana", "a")

    assert vault(folder, keyring).unlock_with_keyring() == ana


def test_what_an_earlier_agent_left_unsent_can_be_opened_by_the_keyring_alone(
    folder: Path, keyring: MemoryKeyring
) -> None:
    ana = vault(folder, keyring).unlock_with_password("ana", "a")
    vault(folder, None).unlock_with_password("cara", "c")
    ben = vault(folder, keyring).unlock_with_password("ben", "b")

    assert vault(folder, keyring).others_of(ben.device_id) == [ana]
    assert vault(folder, keyring).others_of(ana.device_id) == [ben]


def test_a_store_whose_file_is_gone_is_replaced_by_one_with_another_device_id(
    folder: Path, keyring: MemoryKeyring
) -> None:
    made = vault(folder, keyring).unlock_with_password("ana", "right")
    made.path.unlink()
    again = vault(folder, keyring)

    assert (again.state(), again.unlock_with_keyring()) == (VaultState.NEW, None)
    fresh = again.unlock_with_password("ana", "right")

    assert fresh.device_id != made.device_id
    assert vault(folder, keyring).unlock_with_keyring() == fresh


def test_the_device_id_promised_before_the_first_sign_in_is_the_one_kept(folder: Path) -> None:
    fresh = vault(folder)
    promised = fresh.device_id("ana")

    made = fresh.unlock_with_password("ana", "a")

    assert made.device_id == promised == vault(folder).device_id("ana")


def test_a_changed_password_opens_the_same_key_and_the_old_one_no_more(folder: Path) -> None:
    made = vault(folder).unlock_with_password("ana", "old")

    with pytest.raises(WrongPassword):
        vault(folder).change_password("ana", "guess", "new")
    vault(folder).change_password("ana", "old", "new")

    assert vault(folder).unlock_with_password("ana", "new") == made
    with pytest.raises(WrongPassword):
        vault(folder).unlock_with_password("ana", "old")


def test_wrapping_again_uses_a_new_salt_since_a_pad_is_used_once(folder: Path) -> None:
    vault(folder).unlock_with_password("ana", "same")
    before = (folder / FILE).read_text()

    vault(folder).change_password("ana", "same", "same")

    assert (folder / FILE).read_text() != before


def test_the_file_tells_neither_key_nor_password_nor_name_and_is_for_its_owner_alone(
    folder: Path, keyring: MemoryKeyring
) -> None:
    ana = vault(folder).unlock_with_password("ana.lopez", "pass-word-1")
    ben = vault(folder, keyring).unlock_with_password("ben.smith", "pass-word-2")

    text = (folder / FILE).read_text()

    for secret in (ana.key.hex(), ben.key.hex(), "pass-word", "lopez", "smith"):
        assert secret not in text
    assert "key=" not in repr(ana)
    if os.name == "posix":
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
        assert stat.S_IMODE((folder / FILE).stat().st_mode) == 0o600


@pytest.mark.parametrize(
    "damage",
    [
        b"",
        b"{",
        b"\xff",
        b"[]",
        b'{"version": 2}',
        b'{"stores": [{"user": "u", "file": "../x.db", "device": "d", "check": "c"}]}',
    ],
)
def test_a_damaged_file_is_told_and_never_written_over(folder: Path, damage: bytes) -> None:
    folder.mkdir()
    (folder / FILE).write_bytes(damage)

    with pytest.raises(VaultDamaged):
        vault(folder).unlock_with_password("ana", "right")

    assert (folder / FILE).read_bytes() == damage


def test_a_damaged_wrapping_is_told(folder: Path) -> None:
    vault(folder).unlock_with_password("ana", "right")
    text = (folder / FILE).read_text()

    for damaged in (text.replace('"salt": "', '"salt": "x'), text.replace('"passes": 1', '"passes": 0')):
        assert damaged != text
        (folder / FILE).write_text(damaged)
        with pytest.raises(VaultDamaged):
            vault(folder).unlock_with_password("ana", "right")


def test_the_real_cost_of_a_try_is_what_rfc_9106_recommends(folder: Path) -> None:
    real = Vault(folder, None)
    made = real.unlock_with_password("ana", "right")
    made.path.touch()

    assert Cost() == Cost(passes=3, memory_kib=65_536, lanes=4)
    assert Vault(folder, None).unlock_with_password("ana", "right") == made
