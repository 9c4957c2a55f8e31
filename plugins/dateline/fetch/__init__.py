"""Fetching over HTTP: the only importer of requests.

- `Client`: one GET with limits, guards, redirects, decoding ─► Response | Failure
- `Crawl`: many, politely: robots.txt, pace by host ─► Fetched …
- `judge_page`: what a result means for its URL ─► Outcome
"""

from dateline.fetch.client import Client
from dateline.fetch.crawl import Crawl
from dateline.fetch.judge import backoff, judge_page, judge_parts, retry_after
from dateline.fetch.values import (
    Deferred,
    Failure,
    Fetched,
    Forbidden,
    Request,
    Response,
)

__all__ = [
    "Client",
    "Crawl",
    "Deferred",
    "Failure",
    "Fetched",
    "Forbidden",
    "Request",
    "Response",
    "backoff",
    "judge_page",
    "judge_parts",
    "retry_after",
]
