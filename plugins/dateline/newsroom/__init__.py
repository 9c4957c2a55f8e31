"""The sample newsroom: six invented publishers on loopback, written by hand for this project.

    content/*.toml ─► content ─► site ─► render, feeds ─► router ─► listener ─► server
    (as written)      (load)     (state) (HTML, XML)      (paths)   (HTTP)      (ports, control)
                                                                                  └─► hub (WebSub)

It lets the first run work without internet, and gives tests a publisher that changes on request:
`publish`, `edit`, `remove`, `misbehave`, and `expected` for the truth of every listed address.
"""

from dateline.newsroom.client import (
    Hits,
    SiteStatus,
    edit,
    expected,
    misbehave,
    publish,
    remove,
    sources,
    status,
)
from dateline.newsroom.server import Newsroom
from dateline.newsroom.site import Expected

__all__ = [
    "Expected",
    "Hits",
    "Newsroom",
    "SiteStatus",
    "edit",
    "expected",
    "misbehave",
    "publish",
    "remove",
    "sources",
    "status",
]
