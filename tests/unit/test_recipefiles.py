"""Recipe files: every mistake is named, and every golden page of the repository is read as it should."""

from __future__ import annotations

import gzip
import json
from datetime import date
from pathlib import Path

import pytest

from dateline.errors import SettingsError
from dateline.extract.recipes import ListingRules, Rule
from dateline.recipefiles import find_recipe, golden_differences, golden_pages, load_recipe

FOLDER = Path(__file__).parents[2] / "dags" / "recipes"
RECIPES = sorted(FOLDER.glob("*.toml"))
GOLDENS = [(path, golden) for path in RECIPES for golden in golden_pages(path)]

GOOD = """
hosts = ["www.Post.example"]
[[version]]
valid_until = 2026-06-30
title = "h1"
authors = { selector = ".by", attribute = "title", pattern = "By (.+)", split = " and ", join = "; " }
remove = ["aside"]
[[version]]
valid_from = 2026-07-01
body = "div"
"""


@pytest.mark.parametrize(("path", "golden"), GOLDENS, ids=lambda path: path.stem)
def test_a_golden_page_is_read_as_expected(path: Path, golden: Path):
    """Each recipe on the pages beside it."""
    assert golden_differences(load_recipe(path), golden) == []


def test_every_recipe_has_a_golden_page_of_each_version():
    """An empty folder does not pass unseen."""
    assert RECIPES
    for path in RECIPES:
        recipe = load_recipe(path)
        days = [
            date.fromisoformat(json.loads(golden.read_text("utf-8"))["fetched"])
            for golden in golden_pages(path)
        ]
        assert {id(recipe.on(day)) for day in days} == {id(v) for v in recipe.versions}, path


def write(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "post.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_all_keys_are_read(tmp_path: Path):
    """What a file can say."""
    recipe = load_recipe(write(tmp_path, GOOD))
    old, new = recipe.versions
    assert (recipe.name, recipe.hosts) == ("post", ("post.example",))
    assert old.rules["title"] == Rule("h1")
    assert old.rules["authors"] == Rule(".by", "title", "By (.+)", " and ", "; ")
    assert (old.remove, old.valid_until) == (("aside",), date(2026, 6, 30))
    assert (new.valid_from, list(new.rules)) == (date(2026, 7, 1), ["body"])


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("x = ", "not valid TOML"),
        ("", "recipe: version: is missing, and so is listing"),
        ("[listing]", "recipe: listing: links: is missing"),
        ("listing = 'a'", "recipe: listing: must be a table"),
        ("[listing]\nlinks = 'a['", "listing: links: is no CSS selector"),
        ("[listing]\nlink = 'a'\nlinks = 'li'\ntitel = 'h3'", "titel: unknown key; did you mean"),
        ("[listing]\nlinks = 'a'\ntitle = { selektor = 'a' }", "title: selector: is missing"),
        ("[listing]\nlinks = 'a'\nexclude = '('", "exclude: is no regular expression"),
        ("[listing]\nlinks = 'a'\nlimit = 0", "limit: must be a whole number between 1 and 1000"),
        ("[listing]\nlinks = 'a'\nlimit = true", "limit: must be a whole number"),
        ("version = 1", "write each version as a [[version]] table"),
        ("[[version]]", "version number 1: has no rule: give one of title"),
        ("[[version]]\ntitel = 'h1'", 'titel: unknown key; did you mean "title"?'),
        ("[[version]]\ntitle = 'h1['", "version number 1: title: is no CSS selector"),
        ("[[version]]\ntitle = 'h1:wobbly'", "title: is no CSS selector"),
        ("[[version]]\ntitle = { attribute = 'x' }", "title: selector: is missing"),
        ("[[version]]\ntitle = { selector = 'a', atribute = 'x' }", 'did you mean "attribute"?'),
        ("[[version]]\ntitle = { selector = 'a', pattern = '(' }", "is no regular expression"),
        ("[[version]]\ntitle = { selector = 'a', pattern = '(a)(b)' }", "at most one group"),
        ("[[version]]\ntitle = 3", "title: must be a table"),
        ("[[version]]\ntitle = 'a'\nvalid_from = '2026-01-01'", "must be a day such as 2026-07-01"),
        (
            "[[version]]\ntitle = 'a'\nvalid_from = 2026-01-02\nvalid_until = 2026-01-01",
            "2026-01-01 is before valid_from, 2026-01-02",
        ),
        ("[[version]]\ntitle = 'a'\n[[version]]\ntitle = 'b'", "shares days with version number 1"),
        ("hosts = ['https://a.example/']\n[[version]]\ntitle = 'a'", "is no host name"),
        ("hosts = 'a.example'\n[[version]]\ntitle = 'a'", "must be a list of host names"),
        ("[[version]]\nremove = 'aside'", "must be a list of selectors"),
    ],
)
def test_mistakes_are_named_with_file_and_key(tmp_path: Path, text: str, said: str):
    """One line a mistake, and what to do."""
    path = write(tmp_path, text)
    with pytest.raises(SettingsError) as caught:
        load_recipe(path)
    assert str(caught.value).startswith(f"{path}: ")
    assert said in str(caught.value)


def test_a_listing_is_read_with_all_its_keys(tmp_path: Path):
    """It needs no version beside it."""
    text = """
[listing]
links = "li"
link = "h3 a"
title = { selector = "h3", pattern = "(.+) –" }
published = { selector = "time", attribute = "datetime" }
summary = "p"
limit = 20
include = '/news/'
exclude = '/ads/'
"""
    recipe = load_recipe(write(tmp_path, text))
    assert recipe.versions == ()
    assert recipe.listing == ListingRules(
        "li",
        link=Rule("h3 a"),
        title=Rule("h3", pattern="(.+) –"),
        published=Rule("time", "datetime"),
        summary=Rule("p"),
        limit=20,
        include="/news/",
        exclude="/ads/",
    )


def test_a_golden_listing_tells_what_differs(tmp_path: Path):
    """A wrong title, a link too few, links that are gone."""
    path = write(tmp_path, "[listing]\nlinks = 'li'")
    folder = tmp_path / "post"
    folder.mkdir()
    page, golden = folder / "a.html", folder / "a.json"
    page.write_text("<li><a href='/1'>One</a></li><li><a href='/2'>Two</a></li>", encoding="utf-8")
    wanted = [{"url": "https://post.example/1", "title": "Eins"}]
    given = {"url": "https://post.example/", "fetched": "2026-05-01", "links": wanted}
    golden.write_text(json.dumps(given), encoding="utf-8")
    assert golden_differences(load_recipe(path), golden) == [
        "links: number 1: title: 'One', expected 'Eins'",
        "links: 2 found, expected 1",
    ]
    page.write_text("<p>Nothing new</p>", encoding="utf-8")
    assert golden_differences(load_recipe(path), golden) == ["links: no_links: li matches nothing"]
    other = load_recipe(write(tmp_path, "[[version]]\ntitle = 'h1'"))
    assert golden_differences(other, golden) == ["links: the recipe has no [listing]"]


def test_all_mistakes_are_told_at_once(tmp_path: Path):
    """Nobody mends a file one error at a time."""
    path = write(tmp_path, "colour = 1\n[[version]]\ntitel = 'a'\nbody = '['")
    with pytest.raises(SettingsError) as caught:
        load_recipe(path)
    assert len(str(caught.value).splitlines()) == 3


def test_a_missing_recipe_names_those_that_there_are(tmp_path: Path):
    """A slip of the pen."""
    write(tmp_path, GOOD)
    with pytest.raises(SettingsError, match=r'there are post; did you mean "post"\?'):
        find_recipe(tmp_path, "pots")
    with pytest.raises(SettingsError, match="no recipe 'x'"):
        find_recipe(tmp_path / "nowhere", "x")
    assert find_recipe(tmp_path, "post").name == "post"


def test_golden_pages_tell_differences_and_misses(tmp_path: Path):
    """A wrong value, a selector that matches nothing, a page that is packed."""
    path = write(tmp_path, "[[version]]\ntitle = 'h1'\nsummary = '.gone'")
    folder = tmp_path / "post"
    folder.mkdir()
    text = "<h1>Ferry returns</h1>" + "".join(
        f"<p>Paragraph {n} tells what the harbour master said of the ferry, at some length.</p>"
        for n in range(6)
    )
    (folder / "a.html.gz").write_bytes(gzip.compress(text.encode()))
    given = {"url": "https://post.example/a", "fetched": "2026-05-01", "expected": {"title": "No"}}
    (folder / "a.json").write_text(json.dumps(given), encoding="utf-8")
    (golden,) = golden_pages(path)
    assert golden_differences(load_recipe(path), golden) == [
        "title: 'Ferry returns', expected 'No'",
        "summary: nothing matches .gone",
    ]
    (folder / "a.html.gz").unlink()
    with pytest.raises(SettingsError, match="its page a"):
        golden_differences(load_recipe(path), golden)
    golden.write_text("{}", encoding="utf-8")
    with pytest.raises(SettingsError, match="must hold url, fetched"):
        golden_differences(load_recipe(path), golden)
