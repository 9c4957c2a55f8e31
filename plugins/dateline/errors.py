"""The errors Dateline raises.

DatelineError
 ├─ SettingsError     a setting, source file or argument is wrong: says which, why, and what to do
 ├─ StackError        the local stack cannot start, stop or be reached
 ├─ StoreError        Postgres refused or is out of reach
 │   └─ MigrationError   the database and sql/migrations disagree
 ├─ ArchiveError      a WARC file cannot be written or read
 └─ LedgerError       the ledger of a run does not balance

Expected outcomes (unmodified, forbidden, no body, timed out) are not errors but `Outcome` values.
Each error is raised `from` its cause; `str(error)` is one line that a person can act on.
"""

from __future__ import annotations


class DatelineError(Exception):
    """Base of everything Dateline raises on purpose."""


class SettingsError(DatelineError):
    """A setting, source file or argument is wrong; the message names it and says what to do."""


class StackError(DatelineError):
    """The local stack cannot start, stop or be reached."""


class StoreError(DatelineError):
    """Postgres refused a statement or is out of reach."""


class MigrationError(StoreError):
    """The database and the migrations disagree."""


class ArchiveError(DatelineError):
    """A WARC file cannot be written or read."""


class LedgerError(DatelineError):
    """The ledger of a run does not balance; the message names the checks that failed."""
