"""The pages of an encrypted file and of its write-ahead log, as they lie on the disk: are they what was written?

SQLCipher seals each page with a HMAC-SHA512 over its bytes and its number (SQLCipher's design document; page layout:
ciphertext, 16 bytes IV, 64 bytes HMAC; the file's first 16 bytes are the salt). So damage is found page by page without
decrypting, and a single flipped bit can be put right: flip each bit back until the seal fits. What fits is authentic.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable, Iterator

PAGE = 4096
SALT = 16
_TAG = 64
_CHUNK = 128
_MASK = bytes([0x3A]) * SALT
_ZEROS = bytes(PAGE)


class Seal:
    """Checks the pages of the file with that key (32 raw bytes) and salt."""

    def __init__(self, key: bytes, salt: bytes) -> None:
        self.salt = salt
        masked = bytes(a ^ b for a, b in zip(salt, _MASK, strict=True))
        self._hmac = hmac.new(hashlib.pbkdf2_hmac("sha512", key, masked, 2, 32), digestmod="sha512")

    def fits(self, page: bytes, number: int) -> bool:
        """Whether the page is as it was written. One of zeros is taken for one that never was."""
        return page == _ZEROS or hmac.compare_digest(self._digest(page, number), page[-_TAG:])

    def mended(self, page: bytes, number: int) -> bytes | None:
        """The page with one bit put right, or None where that does not help. Takes some 0.2 s."""
        expected = self._digest(page, number)
        if _bits_apart(expected, page[-_TAG:]) == 1:
            return page[:-_TAG] + expected
        start = SALT if number == 1 else 0
        tag, end = page[-_TAG:], len(page) - _TAG
        tail = number.to_bytes(4, "little")
        before = self._hmac.copy()
        for at in range(start, end, _CHUNK):
            chunk = bytearray(page[at : min(at + _CHUNK, end)])
            rest = page[at + len(chunk) : end] + tail
            for position in range(len(chunk) * 8):
                chunk[position >> 3] ^= 1 << (position & 7)
                tried = before.copy()
                tried.update(chunk)
                tried.update(rest)
                if tried.digest() == tag:
                    return page[:at] + bytes(chunk) + page[at + len(chunk) :]
                chunk[position >> 3] ^= 1 << (position & 7)
            before.update(chunk)
        return None

    def _digest(self, page: bytes, number: int) -> bytes:
        digest = self._hmac.copy()
        digest.update(page[SALT if number == 1 else 0 : -_TAG])
        digest.update(number.to_bytes(4, "little"))
        return digest.digest()


def seal_of(key: bytes, pages: Iterable[tuple[int, bytes]], salts: Iterable[bytes]) -> Seal | None:
    """The seal that fits one of the pages, with one of the salts or one of them with a bit put right; None: none does.

    `pages`: a few of the file, with their numbers.
    """
    some = [(number, page) for number, page in pages if page != _ZEROS]
    given = [salt for salt in salts if len(salt) == SALT]
    for salt in (*given, *(near for each in given for near in one_bit_off(each))):
        seal = Seal(key, salt)
        if any(seal.fits(page, number) for number, page in some):
            return seal
    return None


def one_bit_off(given: bytes) -> Iterator[bytes]:
    """The bytes with each bit flipped in turn."""
    for position in range(len(given) * 8):
        changed = bytearray(given)
        changed[position >> 3] ^= 1 << (position & 7)
        yield bytes(changed)


def _bits_apart(one: bytes, other: bytes) -> int:
    return (int.from_bytes(one, "big") ^ int.from_bytes(other, "big")).bit_count()
