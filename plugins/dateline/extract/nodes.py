"""Reading nodes of a page's tree at a cost that is bounded, whatever they hold."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from selectolax.lexbor import LexborNode

_MOST_NODES = 2_000


def text_within(node: LexborNode, most: int, nodes: int = _MOST_NODES) -> str:
    """A node's text, its pieces parted by spaces: read only as far as `most` characters reach.

    And no further than `nodes` nodes. As `node.text(separator=" ")`, which reads megabytes where a
    page's every byline holds the page.
    """
    pieces: list[str] = []
    length = seen = 0
    waiting = [node.child]
    while waiting and length <= most and seen < nodes:
        current = waiting.pop()
        if current is None:
            continue
        seen += 1
        waiting.append(current.next)
        tag = current.tag
        if tag == "-text":
            text = current.text_content or ""
            pieces.append(text)
            length += len(text)
        elif tag and tag[0] != "-":
            waiting.append(current.child)
    return " ".join(pieces)
