"""How a page is cut into blocks: the same by the Python loop and by the compiled one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from selectolax.lexbor import LexborHTMLParser

from dateline.extract import blocks
from dateline.extract.blocks import HINT_BIT, ZONE_BIT, Blocks, element_names, segment
from dateline.extract.compiled import native

if TYPE_CHECKING:
    from collections.abc import Callable

COMPILED = pytest.param(
    "compiled",
    marks=pytest.mark.skipif(
        native is None, reason="not compiled: python -m dateline.local.native tells why"
    ),
)


@pytest.fixture(params=["python", COMPILED])
def cut(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], Blocks]:
    """Cuts a page, written as any page is."""
    if request.param == "python":
        monkeypatch.setattr(blocks, "native", None)
    return lambda html: segment(LexborHTMLParser(html))


def zones(found: Blocks, i: int) -> set[str]:
    """The zones of the block's element."""
    return {name for name, bit in ZONE_BIT.items() if found.zone[found.element[i]] & bit}


def hints(found: Blocks, i: int) -> set[str]:
    """The hints of the block's own element."""
    return {name for name, bit in HINT_BIT.items() if found.hints[found.element[i]] & bit}


def test_a_block_is_a_run_of_text_without_a_block_level_tag(cut):
    """Inline tags do not end it, whatever is no inline tag does."""
    found = cut(
        "<div>Loose <b>bold</b> text<p>A <a href=/x>link</a>, <x-card>a card</x-card> tail"
        "<section>last</section></div>"
    )
    assert found.text == ["Loose bold text", "A link,", "a card", "tail", "last"]
    tags = [found.tag[element] for element in found.element]
    assert tags == ["div", "p", "x-card", "p", "section"]
    assert (found.links[1], found.anchors[1], found.bold[0], found.bold[1]) == (4, 1, 4, 0)


@pytest.mark.parametrize("html", ["", "<p></p>", "<div> \n\t&nbsp;</div>", "<br><br>", "<img>"])
def test_white_space_is_no_block(cut, html: str):
    """However it is written."""
    assert cut(html).text == []


def test_lines_between_brs_are_blocks(cut):
    """All of one element; those after a <br> are marked."""
    found = cut("<div>one<br>two <i>and</i><br><br>three</div><p>four")
    assert found.text == ["one", "two and", "three", "four"]
    assert found.broken == [False, True, True, False]
    assert len(set(found.element[:3])) == 1


def test_a_heading_keeps_its_lines_together(cut):
    """A <br> in it is a space, even with a <span> around."""
    found = cut("<h1>Ferry<br>returns</h1><h2><span>To the<br></span>islands</h2>")
    assert found.text == ["Ferry returns", "To the islands"]
    assert found.broken == [False, False]


def test_each_item_of_a_list_is_a_block(cut):
    """The item knows its list by its parent."""
    found = cut("<ol><li>one<li>two<ul><li>three</ul>four</ol><dl><dt>term<dd>what it is</dl>")
    assert found.text == ["one", "two", "three", "four", "term", "what it is"]
    parents = [found.tag[found.parent[element]] for element in found.element]
    assert parents == ["ol", "ol", "ul", "ol", "dl", "dl"]


def test_a_row_of_data_is_one_block(cut):
    """Its cells parted by bars, empty ones left out; the row holds it."""
    found = cut(
        "<table><tr><th>Team<th><th>Goals<tr><td><a href=/a>Elm</a><td><p>3<td> &nbsp; </table>after"
    )
    assert found.text == ["Team | Goals", "Elm | 3", "after"]
    assert [found.tag[element] for element in found.element] == ["tr", "tr", "body"]
    assert (found.links[1], found.anchors[1]) == (3, 1)
    assert found.html[found.start[1] : found.stop[1]].startswith("<tr><td><a")


@pytest.mark.parametrize(
    "cell",
    [
        "<div>a column</div>",
        "<h2>a heading</h2>",
        "<img>a picture",
        "<table><tr><td>inner</table>",
        "<ul><li>item</ul>",
        "word " * 40,
    ],
)
def test_a_table_for_layout_is_cut_further(cut, cell: str):
    """Where a cell holds more than a value."""
    found = cut(f"<table><tr><td>first<td>{cell}</table>")
    assert found.text[0] == "first"
    assert not any(" | " in text for text in found.text)


def test_a_long_row_is_no_data(cut):
    """Six hundred characters in all, one hundred and fifty in a cell."""
    cells = "".join(f"<td>{'x' * 149}" for _ in range(4))
    assert len(cut(f"<table><tr>{cells}</table>")) == 1
    assert len(cut(f"<table><tr>{cells}<td>wwwww</table>")) == 5


@pytest.mark.parametrize(
    ("html", "zone"),
    [
        ("<nav>x</nav>", "nav"),
        ("<menu>x</menu>", "nav"),
        ("<div role=navigation><div>x</div></div>", "nav"),
        ("<div role=contentinfo>x</div>", "footer"),
        ("<div role=complementary>x</div>", "aside"),
        ("<div role=banner>x</div>", "header"),
        ("<figure><figcaption>x</figcaption></figure>", "figure"),
        ("<figcaption>x</figcaption>", "figure"),
        ("<h6>x</h6>", "heading"),
        ("<div hidden><p>x</p></div>", "hidden"),
        ("<div aria-hidden=true>x</div>", "hidden"),
        ("<div style='color: red; DISPLAY : none'>x</div>", "hidden"),
        ("<div style='visibility:hidden'>x</div>", "hidden"),
        ("<div role=dialog>x</div>", "hidden"),
        ("<div itemprop='x articleBody'><p>x</p></div>", "body"),
        ("<blockquote><p>x</p></blockquote>", "blockquote"),
        ("<details><summary>x</summary></details>", "details"),
    ],
)
def test_tags_roles_and_attributes_say_where_a_block_is(cut, html: str, zone: str):
    """For all that they hold, and for nothing after them."""
    found = cut(f"{html}<p>after</p>")
    assert found.text == ["x", "after"]
    assert zone in zones(found, 0)
    assert zones(found, 1) == set()


@pytest.mark.parametrize(
    "attributes",
    ["aria-hidden=false", "style='display:block'", "title='display:none'", "data-hidden=1"],
)
def test_what_is_shown_is_not_hidden(cut, attributes: str):
    """Only what says so is."""
    assert zones(cut(f"<div {attributes}>x</div>"), 0) == set()


@pytest.mark.parametrize(
    ("attributes", "expected"),
    [
        ("class=article-body", {"body", "article"}),
        ("class='c-1 storyContent'", {"body", "article"}),
        ("id=content", {"body"}),
        ("class=poster", set()),
        ("class=standfirst", {"lead"}),
        ("class=leaderboard", set()),
        ("class=read-more", {"related"}),
        ("class='read the more'", set()),
        ("class=AuthorName", {"byline"}),
        ("class=footage", set()),
        ("class=footer", {"chrome"}),
        ("class=ad", set()),
        ("class=ads", {"ad"}),
        ("class=reader", set()),
        ("class=kommentare", {"comment"}),
        ("title=footer", set()),
    ],
)
def test_words_of_class_and_id_hint(cut, attributes: str, expected: set[str]):
    """By words, in kebab or camel case, or by two that follow each other."""
    found = cut(f"<div {attributes}><p>x</p></div><div {attributes}>y</div>")
    assert hints(found, 1) == expected
    assert hints(found, 0) == set()
    above = {name for name, bit in HINT_BIT.items() if found.above[found.element[0]] & bit}
    assert above == expected


@pytest.mark.parametrize(
    "silent",
    [
        "<script>let a = '<!-- </p><p>no';</script>",
        "<style>p > a { content: '</p>' }</style>",
        "<svg><text>no</text><svg><path/><g>no</g></svg>no</svg>",
        "<template><p>no</p><template>no</template><p>no</template>",
        "<noscript>no<img></noscript>",
        "<iframe><p>no</iframe>",
        "<select><option>no</select>",
        "<textarea><p>no</p></textarea>",
        "<button>no <b>no</b></button>",
        "<video>no</video>",
        "<math><mi>no</mi></math>",
    ],
)
def test_what_is_no_text_is_passed_over(cut, silent: str):
    """With all that it holds; the text around it stays one block."""
    found = cut(f"<p>before {silent}after</p><p>next</p>")
    assert found.text == ["before after", "next"]


def test_an_unclosed_script_takes_the_rest(cut):
    """As a browser reads it."""
    assert cut("<p>before</p><script><!-- <p>no").text == ["before"]


def test_comments_are_no_text_and_end_nothing(cut):
    """Whatever they hold."""
    found = cut("<p>one<!-- </p> > <b>no --> two<!----><!-->no--> three</p>")
    assert found.text == ["one twono--> three"]


def test_references_are_resolved_once(cut):
    """A page that writes about "&lt;" keeps it."""
    found = cut("<p>Q&amp;A &lt;b&gt; &amp;lt; &nbsp;&nbsp;5&euro; &quot;&#8220;&quot;</p>")
    assert found.text == ['Q&A <b> &lt; 5€ "“"']


def test_elements_know_the_blocks_below_them(cut):
    """From `begin` to before `end`, whatever they are wrapped in."""
    found = cut("<nav>n</nav><main><h1>t</h1><div><p>a<p>b</div><p></p></main><p>z")
    extents = {
        tag: found.text[begin:end]
        for tag, begin, end in zip(found.tag, found.begin, found.end, strict=True)
    }
    assert extents["body"] == ["n", "t", "a", "b", "z"]
    assert extents["main"] == ["t", "a", "b"]
    assert extents["div"] == ["a", "b"]
    assert extents["nav"] == ["n"]
    empty = [i for i, begin in enumerate(found.begin) if begin == found.end[i]]
    assert [found.tag[i] for i in empty] == ["p"]
    assert all(
        found.begin[element] <= i < found.end[element] for i, element in enumerate(found.element)
    )


def test_text_after_a_child_belongs_to_the_parent(cut):
    """Depth and parents follow the tree."""
    found = cut("<div>a<p>b</p>c</div>d")
    assert [found.tag[element] for element in found.element] == ["div", "p", "div", "body"]
    assert [found.depth[element] for element in found.element] == [1, 2, 1, 0]
    assert found.element[0] == found.element[2]


def test_equal_elements_have_one_signature(cut):
    """By tag and class."""
    found = cut("<p class=a>1</p><p class=a id=x>2</p><p class=b>3</p><div class=a>4</div>")
    one, two, three, four = (found.signature[element] for element in found.element)
    assert one == two
    assert len({one, three, four}) == 3


def test_h1s_are_remembered_by_the_block_they_begin(cut):
    """Also where a picture or nothing is in them."""
    assert cut("<p>a</p><h1>b</h1><h1></h1><p>c</p><h1>d</h1>").h1 == [1, 2, 3]


def test_a_block_is_found_again_in_the_page(cut):
    """From the tag before its text to the tag after it."""
    found = cut("<div>a <b>b</b><br>c<p>d</p></div>")
    pieces = [found.html[a:b] for a, b in zip(found.start, found.stop, strict=True)]
    assert pieces == ["<div>a <b>b</b>", "<br>c", "<p>d"]


def test_a_page_has_at_most_ten_thousand_blocks(cut):
    """What comes after is not read, but its elements are."""
    found = cut("<p>x" * 10_050 + "<table><tr><td>row</table>")
    assert len(found) == 10_000
    assert found.tag.count("p") == 10_050
    assert found.end[0] == 10_000


def test_a_block_has_at_most_two_hundred_thousand_characters(cut):
    """Of one text, or of many pieces."""
    assert len(cut(f"<p>{'x' * 200_050}").text[0]) == 200_000
    found = cut(f"<p>{'<i>xxxxxxxxx</i>y' * 20_050}<p>next")
    assert [len(text) for text in found.text] == [200_000, 4]


def test_long_attributes_are_read_as_far_as_six_hundred_characters(cut):
    """A page cannot make them costly."""
    found = cut(f"<p data-x={'y' * 700} class=standfirst>a</p><p class=standfirst>b</p>")
    assert (hints(found, 0), hints(found, 1)) == (set(), {"lead"})


def test_elements_are_named_for_people(cut):
    """Tag and first class, one for each element; what is in a row of data has none."""
    found = cut("<div class='a b'><p>x</p></div><table><tr class=r><td>1<td>2</table><svg/>")
    names = element_names(found)
    assert names == ["body", "div.a", "p", "table", "tbody", "tr.r"]
    assert len(names) == len(found.tag)
