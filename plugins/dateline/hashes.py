"""Hashes that several stages share."""

from __future__ import annotations

from hashlib import blake2b


def digest(data: bytes) -> bytes:
    """BLAKE2b-128 of the bytes: 16 bytes, for "is it the same"."""
    return blake2b(data, digest_size=16).digest()
