"""The sample newsroom, from its feeds to Postgres: what its editors wrote is what is stored."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

from dateline.model import State
from dateline.store.feeds import make_all_due
from dateline.store.frontier import make_due

if TYPE_CHECKING:
    from dateline.newsroom import Expected, Newsroom

ROW = """
select f.url, a.title, a.summary, a.body, a.language, a.kind, a.section, a.authors, a.tags,
       a.published_at, a.published_precision, a.is_paywalled, a.dateline_place, a.dateline_country,
       a.agency, a.word_count, a.source
from news.article_flat a join ops.frontier f on f.article_id = a.id and f.state = 'loaded'
"""
NAMES = (
    *("url", "title", "summary", "body", "language", "kind", "section", "authors", "tags"),
    *("published_at", "precision", "paywalled", "place", "country", "agency", "words", "source"),
)
BARE = {"newsroom-diario", "newsroom-goniec"}
"""Publishers whose pages print the section as a bare line that nothing marks as one."""


def read(fed) -> dict[str, dict]:
    """URL → the loaded article."""
    return {row[0]: dict(zip(NAMES, row, strict=True)) for row in fed.query(ROW)}


def wrong(row: dict, truth: Expected) -> list[str]:
    """What a stored article has that its publisher did not write, by field."""
    dateline = truth.dateline
    pairs = {
        "source": (row["source"], truth.publisher),
        "title": (row["title"], truth.title),
        "summary": (row["summary"] or "", truth.summary),
        "kind": (row["kind"], truth.kind.value),
        "authors": (tuple(row["authors"]), truth.authors),
        "tags": (row["tags"], sorted(truth.tags)),
        "section": (row["section"] or "", "" if truth.publisher in BARE else truth.section),
        "published_at": (row["published_at"], truth.published_at),
        "precision": (row["precision"], "instant"),
        "language": ((row["language"] or "").partition("-")[0], truth.language.partition("-")[0]),
        "paywalled": (bool(row["paywalled"]), not truth.free),
        "place": (row["place"], dateline and dateline.place),
        "country": (row["country"], dateline and dateline.country),
        "agency": (row["agency"], dateline and dateline.agency),
    }
    found = [
        f"{truth.url}: {name}: {is_!r}, not {should!r}"
        for name, (is_, should) in pairs.items()
        if is_ != should
    ]
    return found + [f"{truth.url}: body: {problem}" for problem in body_problems(row, truth)]


def body_problems(row: dict, truth: Expected) -> list[str]:
    stored, at, problems = row["body"].split("\n\n"), 0, []
    for paragraph in truth.paragraphs:
        place = next((i for i, text in enumerate(stored[at:], at) if paragraph in text), None)
        if place is None:
            problems.append(f"lacks, or has out of order, {paragraph[:60]!r}")
        else:
            at = place
    if any(text.strip() == truth.title for text in stored):
        problems.append("repeats the title")
    if (words := len(re.findall(r"\w+", row["body"]))) and not 0.8 < row["words"] / words < 1.2:
        problems.append(f"word_count {row['words']}, counted {words}")
    return problems


def test_first_run_stores_exactly_what_the_publishers_wrote(fed, room: Newsroom):
    """Every listed address ends in its state, and every loaded article equals the truth."""
    truth = {row.url: row for row in room.expected()}

    done = fed.ingest()

    def keyed(url: str) -> str:
        return url.partition("?utm_")[0]

    states = {keyed(url): state for url, (state, _) in fed.states().items()}
    assert states == {url: row.state.value for url, row in truth.items()}
    assert Counter(states.values()) == {"loaded": 35, "duplicate": 1, "skipped": 1, "gone": 2}
    ledger = done.ledger
    assert (ledger.discovered, ledger.new, ledger.revised) == (39, 35, 0)
    assert (ledger.loaded, ledger.duplicate, ledger.skipped, ledger.gone) == (35, 1, 1, 2)
    assert (ledger.polled, ledger.feeds_failed, ledger.waiting, ledger.quarantined) == (6, 0, 0, 0)
    stored = {keyed(url): row for url, row in read(fed).items()}
    loaded = [row for row in truth.values() if row.state is State.LOADED]
    problems = [line for row in loaded for line in wrong(stored[row.url], row)]
    assert not problems, "\n".join(problems)
    paged = "select url from news.article where provenance -> 'body' ->> 'parts' = '2'"
    assert [url.rpartition("/")[2][:10] for (url,) in fed.query(paged)] == ["orgelnacht"]


def test_runs_after_the_first_change_nothing(fed):
    """Feeds answer "not modified" or with the same bytes; rechecked pages make no revision."""
    fed.ingest()
    before = fed.query("select id, title, body, revision from news.article order by id")

    make_all_due(fed.database)
    again = fed.ingest()
    assert (again.discovered.polled, again.discovered.unmodified) == (6, 6)
    assert (again.ledger.discovered, again.ledger.new, again.ledger.revised) == (0, 0, 0)

    assert make_due(fed.database, "recheck", None) == 35
    rechecked = fed.ingest()
    assert rechecked.ledger.unchanged == rechecked.ledger.discovered == 35
    assert (rechecked.ledger.new, rechecked.ledger.revised) == (0, 0)
    assert fed.query("select id, title, body, revision from news.article order by id") == before
    assert fed.balanced()


def test_an_edit_a_publication_and_a_removal_each_show_once(fed, room: Newsroom):
    """An edit keeps the old text as a revision, a new article is one row, a removed one is gone."""
    fed.ingest()
    (removed,) = fed.query(
        "select url from news.article where url like %s order by published_at limit 1",
        f"{room.sites[0].home}/%",
    )[0]
    edited = room.edit()
    published = room.publish()
    room.remove(removed)
    ((old_body,),) = fed.query("select body from news.article where url = %s", edited)

    make_all_due(fed.database)
    make_due(fed.database, "recheck", None)
    done = fed.ingest()

    assert (done.ledger.new, done.ledger.revised, done.ledger.gone) == (1, 1, 1)
    assert fed.held() == (36, 1)
    ((revision, text, changed, now),) = fed.query(
        "select r.revision, r.body, r.changed, a.body from news.revision r "
        "join news.article a on a.id = r.article_id where a.url = %s",
        edited,
    )
    assert (revision, text, changed) == (1, old_body, ["body"])
    truth = next(row for row in room.expected() if row.url == edited)
    assert now != old_body
    assert all(paragraph in now for paragraph in truth.paragraphs)
    assert fed.query("select count(*) from news.article where url = %s", published) == [(1,)]
    gone = "select url from news.article where gone_at is not null"
    assert fed.query(gone) == []
    fed.query("update ops.frontier set gone_since = gone_since - interval '6 hours' returning 1")
    make_due(fed.database, "recheck", None)
    assert fed.ingest().ledger.gone == 1
    assert fed.query(gone) == [(removed,)]
    assert fed.balanced()
