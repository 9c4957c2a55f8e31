"""Dateline: from a list of news sources to a clean, versioned Postgres database."""

__version__ = "0.1.0"
