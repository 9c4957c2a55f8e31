"""Housekeeping: what goes, what stays, and that a run looks at a bounded number of rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.db.conftest import Desk, candidate

from dateline.pipeline import Context
from dateline.stages import housekeeping
from dateline.stages.housekeeping import FetchLog, Swept, keep_log, sweep_orphans
from dateline.store.load import load

if TYPE_CHECKING:
    from dateline.settings import Settings

ENTITIES = """
insert into news.entity (kind, name, name_key, wikidata) values
    ('person', 'Ann', 'ann', null), ('person', 'Bob', 'bob', null), ('person', 'Cyd', 'cyd', 'Q1')
"""
MENTION = """
insert into news.mention (article_id, field, starts, ends, surface, kind, entity_id)
select a.id, 'title', 0, 3, 'Ann', 'person', e.id from news.article a, news.entity e
where e.name = 'Ann' and a.canonical_url like '%/a'
"""


@pytest.fixture
def context(desk: Desk, settings: Settings) -> Context:
    """A warehouse with the articles a, b and c."""
    desk.discover(candidate("a"), candidate("b"), candidate("c"))
    desk.extract(desk.fetch())
    load(desk.database, "run-1")
    desk.query("delete from ops.story_key")
    return Context(settings, desk.database, "run")


def test_the_log_keeps_its_days_and_has_those_to_come(context: Context, desk: Desk) -> None:
    desk.query("select ops.ensure_fetch_partitions((now() - interval '93 days')::date)")
    desk.query(
        "drop table ops.fetch_"
        + desk.query("select to_char(now() at time zone 'UTC' + interval '3 days', 'YYYYMMDD')")[0][
            0
        ]
    )
    # The days that ended 92, 91 and 90 days ago or more; the one after them is partly younger.
    assert keep_log(context) == FetchLog(made=1, dropped=3)
    assert keep_log(context) == FetchLog()


def test_only_entities_that_nobody_names_or_has_linked_go(context: Context, desk: Desk) -> None:
    desk.query(ENTITIES)
    desk.query(MENTION)
    assert sweep_orphans(context) == Swept(looked=3, entities=1)
    assert desk.query("select name from news.entity order by 1") == [("Ann",), ("Cyd",)]
    desk.query("delete from news.mention")
    assert sweep_orphans(context).entities == 1


def test_keys_of_merged_and_deleted_articles_go_those_of_gone_ones_stay(
    context: Context, desk: Desk
) -> None:
    """What a publisher has deleted still tells who copied whom."""
    desk.query("insert into ops.story_key select -id, id from news.article")
    desk.query("insert into ops.story_key values (7, 999999), (-9223372036854775808, 999999)")
    desk.query("update news.article set gone_at = now() where canonical_url like '%/b'")
    desk.query(
        "update news.article set merged_into = (select min(id) from news.article)"
        " where canonical_url like '%/c'"
    )
    kept = desk.query("select id from news.article where merged_into is null order by 1")
    assert sweep_orphans(context) == Swept(looked=5, story_keys=3)
    assert desk.query("select article_id from ops.story_key order by 1") == kept
    assert len(kept) == 2


def test_a_run_looks_at_so_many_rows_and_the_next_goes_on_there(
    context: Context, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By portions of two, two a run, over five entities; then it begins anew."""
    monkeypatch.setattr(housekeeping, "PORTION", 2)
    monkeypatch.setattr(housekeeping, "PORTIONS", 2)
    desk.query(
        "insert into news.entity (kind, name, name_key, wikidata)"
        " select 'other', n, n, 'Q1' from generate_series(1, 5) n"
    )
    desk.query("update news.entity set wikidata = null where name in ('1', '5')")
    assert sweep_orphans(context) == Swept(looked=4, entities=1)
    assert sweep_orphans(context) == Swept(looked=1, entities=1)
    assert sweep_orphans(context) == Swept(looked=3)


def test_rows_of_one_key_are_looked_at_together(
    context: Context, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The place is a key: what a portion cut in the middle of one would never be looked at."""
    monkeypatch.setattr(housekeeping, "PORTION", 1)
    desk.query("insert into ops.story_key values (1, 999997), (1, 999998), (2, 999999)")
    assert sweep_orphans(context) == Swept(looked=3, story_keys=3)
