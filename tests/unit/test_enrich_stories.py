"""Stories: grouping by links, and the role of each member."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from dateline.enrich.near import imprint
from dateline.enrich.stories import Group, Link, Member, appeared, cast, copies, group

NOON = datetime(2026, 3, 4, 12, 0, tzinfo=UTC)


def link(one: int, other: int) -> Link:
    return Link(one, other, 0.9, 0.95)


def member(
    article: int, source: str, minute: int, agency: str | None = None, name: str = ""
) -> Member:
    return Member(article, source, name or source, agency, NOON + timedelta(minutes=minute))


def test_copies_are_told_once_and_what_has_no_text_is_left_out() -> None:
    body = " ".join(f"w{i}" for i in range(60))
    prints = {1: imprint("", body), 2: imprint("", body), 3: imprint("", body[::-1])}
    assert copies([(2, 3), (1, 2), (1, 4)], prints, {}) == [Link(1, 2, 1.0, 1.0)]
    assert copies([(1, 2)], prints, {2: prints[1].shingles}) == []


def test_linked_articles_are_a_new_story() -> None:
    assert group({1, 2, 3}, [link(1, 2)], {}, ()) == (Group(None, (1, 2)),)


def test_links_chain() -> None:
    assert group({1, 2, 3}, [link(1, 2), link(2, 3)], {}, ()) == (Group(None, (1, 2, 3)),)


def test_an_older_article_without_story_joins_too() -> None:
    assert group({5}, [link(3, 5)], {}, ()) == (Group(None, (3, 5)),)


def test_a_story_outside_the_batch_takes_in_what_is_linked_to_it() -> None:
    """Its own member is not said to join."""
    assert group({5}, [link(3, 5)], {3: 7}, ()) == (Group(7, (5,)),)


def test_the_oldest_of_merged_stories_stays() -> None:
    assert group({5}, [link(3, 5), link(4, 5)], {3: 8, 4: 7}, ()) == (Group(7, (5,), (8,)),)


def test_a_story_wholly_in_the_batch_keeps_its_id() -> None:
    assert group({1, 2}, [link(1, 2)], {1: 7, 2: 7}, ()) == (Group(7, (1, 2)),)


def test_an_article_that_moves_leaves_its_story_to_the_others() -> None:
    """1 and 2 were in a story with 9, which is not of the batch and not like them any more."""
    assert group({1, 2}, [link(1, 2)], {1: 7, 2: 7}, {7}) == (Group(None, (1, 2)),)


def test_of_two_parts_of_a_story_the_first_keeps_its_id() -> None:
    links = [link(1, 2), link(3, 4)]
    stories = dict.fromkeys((1, 2, 3, 4), 7)
    assert group({1, 2, 3, 4}, links, stories, ()) == (Group(7, (1, 2)), Group(None, (3, 4)))


def test_parts_that_are_linked_to_one_story_are_one() -> None:
    """Though not with each other: two of its members are not of the batch."""
    links = [link(1, 8), link(2, 9)]
    assert group({1, 2}, links, {8: 7, 9: 7}, ()) == (Group(7, (1, 2)),)


def test_an_article_that_is_like_none_is_in_no_group() -> None:
    assert group({1}, [], {1: 7}, {7}) == ()


def test_the_earliest_is_the_original() -> None:
    found = cast([member(1, "b", 150), member(2, "a", 0), member(3, "a", 5)])
    assert [(part.article, part.role, part.reason) for part in found.parts] == [
        (2, "original", "earliest publication"),
        (3, "near_copy", "again by the same source, 5 min later"),
        (1, "near_copy", "after a, 2 h 30 min later"),
    ]
    assert (found.first, found.agency) == (2, None)


def test_articles_of_the_same_minute_go_by_id() -> None:
    assert cast([member(2, "b", 0), member(1, "a", 0)]).first == 1


def test_an_agencys_text_has_no_original_where_its_own_article_is_missing() -> None:
    found = cast([member(1, "a", 0), member(2, "b", 9, "dpa")])
    assert {part.role for part in found.parts} == {"wire_copy"}
    assert (found.first, found.agency) == (1, "dpa")


def test_of_two_agencies_the_more_often_named_owns_the_text() -> None:
    found = cast([member(1, "a", 0, "AFP"), member(2, "b", 1, "AP"), member(3, "c", 2, "AP")])
    assert found.agency == "AP"
    assert found.parts[0].reason == "names AFP"


def test_no_members_no_parts() -> None:
    assert cast([]).first is None


def test_an_article_appears_when_it_says_but_not_after_it_was_seen() -> None:
    """A bare day may mean any time of it."""
    seen = NOON + timedelta(hours=1)
    midnight = NOON.replace(hour=0)
    assert appeared(NOON, "instant", seen) == NOON
    assert appeared(NOON + timedelta(days=3), "instant", seen) == seen
    assert appeared(midnight, "day", seen) == seen
    assert appeared(midnight, "day", seen + timedelta(days=5)) == midnight + timedelta(days=1)
    assert appeared(None, "none", seen) == seen
