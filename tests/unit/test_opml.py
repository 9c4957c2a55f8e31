"""OPML of every make: nothing usable is lost, nothing that is left out goes unnamed."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dateline.model import FeedKind, FeedSpec, Source
from dateline.opml import as_sources, parse, write

GOOD = """<?xml version="1.0" encoding="UTF-8"?>
<opml version="2.0">
<head><title>Mine</title></head>
<body>
  <outline text="Europe">
    <outline text="Ports" title="Ports">
      <outline type="rss" text="The Post" title="The Post" xmlUrl="https://post.example/rss" htmlUrl="https://www.post.example/" language="en-gb"/>
    </outline>
    <outline type="rss" text="Times &amp; Tides" xmlUrl="https://times.example/feed?a=1&amp;b=2"></outline>
  </outline>
  <outline type="rss" xmlUrl="https://bare.example/atom.xml" category="/World/Sea,Weather"/>
</body></opml>"""


def read(text: str | bytes):
    return parse(text.encode() if isinstance(text, str) else text)


def said(text: str | bytes) -> list[str]:
    return [str(problem) for problem in read(text)[1]]


def outline(attributes: str) -> str:
    return f"<opml><body>\n<outline {attributes}/>\n</body></opml>"


def test_feeds_come_with_folders_titles_and_pages():
    """Folders within folders, categories, a title that is only in text."""
    outlines, problems = read(GOOD)
    assert problems == ()
    post, times, bare = outlines
    assert (post.url, post.title, post.line) == ("https://post.example/rss", "The Post", 7)
    assert (post.home_url, post.language) == ("https://www.post.example/", "en-GB")
    assert post.folders == ("Europe", "Ports")
    assert (times.url, times.title) == ("https://times.example/feed?a=1&b=2", "Times & Tides")
    assert times.folders == ("Europe",)
    assert (bare.title, bare.home_url, bare.folders) == (None, None, ("World", "Sea", "Weather"))


@pytest.mark.parametrize(
    "text",
    [
        GOOD.upper().replace("HTTPS://", "https://").replace("&AMP;", "&amp;"),
        GOOD.replace("&amp;b", "&b").replace("&amp;", "&"),
        GOOD.replace("<head><title>Mine</title></head>", ""),
        GOOD.replace("<head><title>Mine</title></head>", "<head><title>Mine</head>"),
        GOOD.replace("</body></opml>", ""),
        GOOD.replace("UTF-8", "UTF-16"),
        GOOD.replace("<?xml", "\ufeff \n<?xml").replace("</outline>\n  </outline>", ""),
        GOOD.replace('"', "'"),
        GOOD.partition("<body>")[2],
    ],
    ids=[
        "capitals",
        "ampersands",
        "no head",
        "open title",
        "cut",
        "charset",
        "prolog",
        "quotes",
        "body",
    ],
)
def test_a_broken_file_gives_all_its_feeds(text):
    outlines, problems = read(text)
    assert len(outlines) == 3
    assert problems == ()


@pytest.mark.parametrize("charset", ["utf-16", "iso-8859-1", "utf-8-sig"])
def test_charsets(charset):
    """Declared wrongly, too."""
    text = outline('text="Café" xmlUrl="https://cafe.example/rss"')
    for declared in (charset, "utf-8"):
        body = f'<?xml version="1.0" encoding="{declared}"?>{text}'.encode(charset)
        assert read(body)[0][0].title == "Café"


@pytest.mark.parametrize(
    ("attributes", "reason"),
    [
        ('text="A"', "line 2: A: no xmlUrl"),
        ('text="A" type="link" url="https://a.example/"', "line 2: A: no xmlUrl (type link)"),
        ("", "line 2: an outline without text: no xmlUrl"),
        ('text="A" xmlUrl=""', "line 2: A: no xmlUrl"),
        ('text="A" xmlUrl="a.example/rss"', "line 2: A: xmlUrl: must be an http:// or https://"),
        ('xmlUrl="ftp://a.example/"', "line 2: ftp://a.example/: xmlUrl: must be an http://"),
        ('text="A" xmlUrl="https://u:p@a.example/"', "must not hold a user name or password"),
        ('text="A" xmlUrl="http://192.168.0.1/rss"', "http://192.168.0.1/rss is a private address"),
        ('text="A" isComment="true" xmlUrl="https://a.example/rss"', "line 2: A: commented out"),
    ],
)
def test_what_is_no_feed_is_named_with_its_line_and_reason(attributes, reason):
    (problem,) = said(outline(attributes))
    assert reason in problem
    assert read(outline(attributes))[0] == ()


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("feed://a.example/rss", "http://a.example/rss"),
        ("feed:https://a.example/rss", "https://a.example/rss"),
        ("itpc://a.example/rss", "http://a.example/rss"),
        (" https://a.example/rss\n", "https://a.example/rss"),
    ],
)
def test_addresses_for_readers_are_understood(written, meant):
    assert read(outline(f'xmlUrl="{written}"'))[0][0].url == meant


def test_an_address_may_stand_in_url_if_it_is_a_feeds():
    assert read(outline('type="RSS" url="https://a.example/rss"'))[0][0].url


def test_a_feed_that_stands_twice_is_one_in_both_folders():
    """By http and https alike; the repeat is named."""
    text = """<opml><body><outline text="A">
<outline text="Post" xmlUrl="https://post.example/rss"/></outline><outline text="B">
<outline text="Post!" xmlUrl="http://post.example/rss"/></outline></body></opml>"""
    (one,), problems = read(text)
    assert one.folders == ("A", "B")
    assert list(map(str, problems)) == ["line 3: Post!: the same feed as in line 2"]


@pytest.mark.parametrize("text", ["", "<html><p>Hello</p></html>", "[1]", "\x00\xff", "<opml/>"])
def test_a_file_without_outlines_is_named(text):
    assert said(text) == ["line 1: the file: there is no <outline> in it: is it OPML?"]


def test_outlines_that_broken_markup_hides_are_counted():
    text = GOOD.replace("</body>", '<outline text="cut" xmlUrl="https://c.example')
    (problem,) = said(text.partition("</opml>")[0])
    assert problem.endswith("1 of 6 outlines: broken markup")


def test_outlines_in_comments_do_not_count():
    assert said(GOOD.replace("<body>", '<body><!-- <outline text="old"/> -->')) == []


def test_entities_of_a_document_type_are_never_expanded():
    """Neither bombs nor files."""
    doctype = """<!DOCTYPE opml [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">
<!ENTITY x SYSTEM "file:///etc/passwd">]>"""
    outlines, _ = read(doctype + outline('text="&b;&x;" xmlUrl="https://a.example/rss"'))
    assert [one.title for one in outlines] == ["&b;&x;"]


def test_deep_nesting_and_many_feeds_are_read_quickly():
    begun = time.process_time()
    deep = '<outline text="a">' * 20_000 + '<outline xmlUrl="https://a.example/rss"/>'
    (one,), _ = read(f"<opml><body>{deep}")
    assert len(one.folders) == 1
    many = "".join(
        f'<outline text="F{n}" xmlUrl="https://s{n}.example/rss"/>\n' for n in range(10_000)
    )
    outlines, _ = read(f"<opml><body>{many}</body></opml>")
    assert len(as_sources(outlines, taken=(), enabled=True)) == 10_000
    assert time.process_time() - begun < 30


def test_outlines_become_sources():
    """Slug, name, home page, tags; a feed without a title is called by its domain."""
    sources = as_sources(read(GOOD)[0], taken=(), tags=("mine",), enabled=False)
    post, times, bare = sources
    assert post == Source(
        "the-post",
        "The Post",
        "https://www.post.example/",
        (FeedSpec("https://post.example/rss"),),
        language="en-GB",
        tags=("mine", "Europe", "Ports"),
        enabled=False,
    )
    assert (times.slug, times.home_url) == ("times-tides", "https://times.example/")
    assert (bare.slug, bare.tags) == ("bare-example", ("mine", "World", "Sea", "Weather"))


def test_feeds_of_one_title_and_site_are_one_source_and_slugs_are_unique():
    lines = "".join(
        f'<outline text="{title}" xmlUrl="{url}"/>'
        for title, url in (
            ("News", "https://a.example.org/1"),
            ("news", "https://b.example.org/2"),
            ("News", "https://example.net/3"),
            ("Новости", "https://example.com/4"),
            ("News", "https://example.com/5"),
        )
    )
    sources = as_sources(read(f"<opml>{lines}</opml>")[0], taken=["news"], enabled=True)
    assert [(source.slug, len(source.feeds)) for source in sources] == [
        ("news-2", 2),
        ("news-3", 1),
        ("example-com", 1),
        ("news-4", 1),
    ]


def test_what_is_written_is_read_back():
    """Quotes, tags in folders and categories, several feeds; sitemaps have no place."""
    sources = (
        Source(
            "post",
            'The "Post" & <Co>',
            "https://post.example/",
            (
                FeedSpec("https://post.example/rss?a=1&b='2'"),
                FeedSpec("https://post.example/2"),
                FeedSpec("https://post.example/sitemap.xml", kind=FeedKind.SITEMAP),
            ),
            language="en",
            tags=("ports & sea", "b", "c"),
        ),
        Source("times", "Times", "https://times.example/", (FeedSpec("https://times.example/1"),)),
    )
    outlines, problems = read(write(sources))
    assert problems == ()
    first, second = as_sources(outlines, taken=(), enabled=True)
    assert (first.name, first.home_url, first.tags) == (
        sources[0].name,
        sources[0].home_url,
        sources[0].tags,
    )
    assert first.feeds == sources[0].feeds[:2]
    assert second == sources[1]


_parts = st.sampled_from(
    ["<outline", ' text="a', '"', " xmlUrl='https://a.example/1'", "/>", ">", "</outline>", "<!--", "-->", "&", "<", "\n",
     "<![CDATA[", "]]>", "<title>", "<!DOCTYPE [", "</body>", "=", "é", "<?xml", "<script>"]
)  # fmt: skip


@settings(derandomize=True, max_examples=300, deadline=None)
@given(st.lists(_parts, max_size=25))
def test_nothing_makes_it_raise(parts):
    outlines, problems = read("".join(parts))
    assert outlines or problems
