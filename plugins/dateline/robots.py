"""robots.txt by RFC 9309, with the tolerance of Google's reference parser.

Where the RFC leaves room, the behaviour is that of https://github.com/google/robotstxt: a group
goes on over blank and unknown lines, common misspellings count, a missing colon is forgiven.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

MAX_BYTES = 500 * 1024
"""What RFC 9309, section 2.5, asks to be read at least; the rest is ignored."""
_MAX_LINE = 2083 * 8
_BOM = b"\xef\xbb\xbf"
_FIELDS = (
    ("agent", ("user-agent", "useragent", "user agent")),
    ("allow", ("allow",)),
    ("disallow", ("disallow", "dissallow", "dissalow", "disalow", "diasllow", "disallaw")),
    ("sitemap", ("sitemap", "site-map")),
    ("delay", ("crawl-delay", "crawldelay", "crawl delay")),
)
_TOKEN = re.compile(r"[A-Za-z_-]*")
_PATH_START = re.compile(r"[/?;]")


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a URL may be fetched, and the line that decided ("Disallow: /x"), if one did."""

    allowed: bool
    rule: str | None = None


@dataclass(frozen=True, slots=True)
class Rule:
    """An Allow or Disallow line. `pattern` is escaped; its length is its weight."""

    allow: bool
    pattern: str

    def __str__(self) -> str:
        return f"{'Allow' if self.allow else 'Disallow'}: {self.pattern}"

    def matches(self, path: str) -> bool:
        """Whether the pattern matches a prefix of the path; linear, no backtracking."""
        pattern, anchored = self.pattern, self.pattern.endswith("$")
        first, *rest = (pattern[:-1] if anchored else pattern).split("*")
        if not path.startswith(first):
            return False
        position = len(first)
        last = rest.pop() if anchored and rest else None
        for piece in rest:
            position = path.find(piece, position)
            if position < 0:
                return False
            position += len(piece)
        if last is not None:
            return len(path) - len(last) >= position and path.endswith(last)
        return not anchored or position == len(path)


@dataclass(frozen=True, slots=True)
class Group:
    """The rules of one agent, merged from all its groups. `delay`: seconds, as written."""

    rules: tuple[Rule, ...] = ()
    delay: float | None = None


@dataclass(frozen=True, slots=True)
class Robots:
    """A parsed robots.txt.

    Attributes:
        groups: agent token in lower case ("*" for all others) → its rules.
        sitemaps: the Sitemap lines, as written.
    """

    groups: dict[str, Group]
    sitemaps: tuple[str, ...] = ()

    def check(self, agent: str, url: str) -> Verdict:
        """Decide by the longest matching rule; Allow wins a tie.

        Args:
            agent: product token, e.g. "Dateline".
            url: absolute and percent-encoded, as it would be sent.
        """
        path = _path_of(url)
        matching = [rule for rule in self._group(agent).rules if rule.matches(path)]
        if not matching:
            return Verdict(allowed=True)
        rule = max(matching, key=lambda rule: (len(rule.pattern), rule.allow))
        return Verdict(rule.allow, str(rule))

    def crawl_delay(self, agent: str) -> float | None:
        """Seconds between requests that the agent's group asks for (not in the RFC)."""
        return self._group(agent).delay

    def _group(self, agent: str) -> Group:
        return self.groups.get(agent.lower()) or self.groups.get("*") or Group()


def parse(body: bytes) -> Robots:
    """Read a robots.txt. Never fails: what is no rule is ignored (an HTML page has none)."""
    rules: dict[str, list[Rule]] = {}
    delays: dict[str, float] = {}
    sitemaps: list[str] = []
    agents: list[str] = []
    open_group = False
    for field, value in _lines(body):
        if field == "agent":
            # Only a rule ends the list of agents: RFC 9309, section 2.2.4.
            agents = [*agents, _agent(value)] if open_group else [_agent(value)]
            open_group = True
            rules.setdefault(agents[-1], [])
        elif field == "sitemap":
            sitemaps.append(value)
        elif field == "delay":
            if (delay := _seconds(value)) is not None:
                delays.update(dict.fromkeys(agents, delay))
        else:
            open_group = False
            if value:
                found = list(_rules(allow=field == "allow", pattern=value))
                for agent in agents:
                    rules[agent].extend(found)
    groups = {agent: Group(tuple(lines), delays.get(agent)) for agent, lines in rules.items()}
    return Robots(groups, tuple(sitemaps))


def _lines(body: bytes) -> Iterable[tuple[str, str]]:
    for byte in _BOM:  # Google forgives a BOM that was cut short as well
        if body[:1] != bytes((byte,)):
            break
        body = body[1:]
    for raw in re.split(rb"\r\n|\r|\n", body[:MAX_BYTES]):
        line = raw[:_MAX_LINE].partition(b"#")[0].strip()
        key, colon, value = line.partition(b":")
        if not colon:
            words = line.split()
            if len(words) != 2:  # noqa: PLR2004 - "Disallow /x": a field and a value
                continue
            key, value = words
        name = key.strip().lower().decode("ascii", "replace")
        field = next((field for field, names in _FIELDS if name.startswith(names)), None)
        if field in {"allow", "disallow"}:
            yield field, _escape(value.strip())
        elif field:
            yield field, value.strip().decode("utf-8", "replace")


def _rules(*, allow: bool, pattern: str) -> Iterable[Rule]:
    yield Rule(allow, pattern)
    folder, _, name = pattern.rpartition("/")
    if allow and name.startswith("index.htm"):  # to allow the index page is to allow its folder
        yield Rule(allow, f"{folder}/$")


def _agent(value: str) -> str:
    if value[:1] == "*" and (len(value) == 1 or value[1].isspace()):
        return "*"
    match = _TOKEN.match(value)
    # A name that starts with anything else matches no agent.
    return match[0].lower() if match and match[0] else "\0"


def _seconds(value: str) -> float | None:
    try:
        seconds = float(value.split(maxsplit=1)[0])
    except (ValueError, IndexError):
        return None
    return seconds if 0 <= seconds < float("inf") else None


def _escape(pattern: bytes) -> str:
    """Percent-encode what is not ASCII, and write escapes in upper case, as URLs have them."""
    upper = re.sub(rb"%[0-9a-fA-F]{2}", lambda match: match[0].upper(), pattern)
    return re.sub(rb"[\x80-\xff]", lambda match: b"%%%02X" % match[0][0], upper).decode("ascii")


def _path_of(url: str) -> str:
    """Path, parameters and query of a URL."""
    url = url.partition("#")[0]
    start = url.find("//") + 2 if "//" in url else 0
    match = _PATH_START.search(url, start)
    if match is None:
        return "/"
    path = url[match.start() :]
    path = re.sub(r"%[0-9a-fA-F]{2}", lambda match: match[0].upper(), path) if "%" in path else path
    return path if path.startswith("/") else "/" + path
