"""Small damage is repaired without guessing; what is sound stays as it is, to the letter."""

from __future__ import annotations

from xml.dom.minidom import parseString

import pytest

from dateline.discover.mend import mend


@pytest.mark.parametrize(
    "text",
    [
        "<rss><a>x &amp; y &lt; &#169; &#xA9;</a></rss>",
        "<rss><a><![CDATA[R&D &nbsp; &copy; <b>]]></a></rss>",
        '<rss xmlns:dc="urn:dc"><dc:a xml:lang="en"/></rss>',
        "<rss><a>12:30 &gt; 11:00</a></rss>",
    ],
)
def test_sound_xml_is_left_alone(text: str):
    """Not a letter changes, and nothing is reported."""
    assert mend(text) == (text, None)


@pytest.mark.parametrize(
    ("text", "mended"),
    [
        ("R&D", "R&amp;D"),
        ("a & b", "a &amp; b"),
        ("?a=1&b=2", "?a=1&amp;b=2"),
        ("caf&eacute;&nbsp;!", "caf\u00e9\u00a0!"),
        ("&nope;", "&amp;nope;"),
        ("&LT;&AMP;", "&amp;LT;&amp;AMP;"),
        ("&#0;&#x1F;&#xD800;&#xFFFFFF;x", "x"),
        ("<![CDATA[a&b]]>&<![CDATA[&eacute;]]>", "<![CDATA[a&b]]>&amp;<![CDATA[&eacute;]]>"),
    ],
)
def test_ampersands_are_mended_outside_cdata(text: str, mended: str):
    """HTML's entities become their characters, a bare "&" itself; CDATA is text already."""
    found, wrong = mend(f"<rss>{text}</rss>")
    assert (found, wrong) == (f"<rss>{mended}</rss>", "ampersand")
    parseString(found)


def test_control_characters_go():
    """XML forbids them in any spelling."""
    assert mend("<rss>a\x08b\x0bc\td</rss>") == ("<rss>abc\td</rss>", "control character")


def test_a_prefix_is_declared_where_the_publisher_forgot():
    """The well-known ones as what they mean, any other as something of its own."""
    found, wrong = mend('<rss version="2.0"><dc:creator>A</dc:creator><odd:x r:about="y"/></rss>')
    assert wrong == "prefix"
    assert 'xmlns:dc="http://purl.org/dc/elements/1.1/"' in found
    assert 'xmlns:odd="urn:undeclared:odd"' in found
    assert 'xmlns:r="urn:undeclared:r"' in found
    parseString(found)


def test_all_that_was_wrong_is_named():
    """In the order of mending."""
    assert mend("<rss>\x01&<dc:a/></rss>")[1] == "control character, ampersand, prefix"
