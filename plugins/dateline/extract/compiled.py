"""The compiled twins of the hot loops, where there is a compiler (`local/native.py`); else None."""

from __future__ import annotations

try:
    from dateline.extract import _native as native
except ImportError:
    native = None  # type: ignore[assignment]

__all__ = ["native"]
