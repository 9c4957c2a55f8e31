"""What only tracks is told from what selects content."""

from __future__ import annotations

import pytest

from dateline.tracking import tracks


@pytest.mark.parametrize(
    "pair",
    [
        *("utm_source=x", "UTM_Medium=y", "utm-source=x", "fbclid=1", "mc_eid=2", "at_medium=rss"),
        *("itm_source=a", "matomo_campaign=b", "oft_id=1", "intcmp=x", "cx_testId=1"),
        *("relatedposts_hit=1", "spMailingID=5", "s_kwcid=1", "ref=rss", "source=rss_feed"),
    ],
)
def test_what_tells_where_a_reader_comes_from_tracks(pair: str):
    """By name, whatever its case; a label only where it says "rss"."""
    assert tracks(pair)


@pytest.mark.parametrize(
    "pair",
    [
        *(
            "id=7",
            "p=12",
            "page=2",
            "story=abc",
            "v=abc",
            "ref=home",
            "source=reuters",
            "from=2024",
        ),
        *("sub1=x", "data2=y", "campaign=2024", "si=1", "t=90", "utm", "gaa_at=1", "channel=sport"),
        *("ref=progress", "cid=4411", "q=utm_source"),
    ],
)
def test_what_may_select_content_stays(pair: str):
    """Also names that a public list of trackers holds."""
    assert not tracks(pair)
