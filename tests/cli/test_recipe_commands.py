"""`dateline recipe`, and recipes in an ingest."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Callable
    from pathlib import Path

    from dateline.store import Database

    Dateline = Callable[..., subprocess.CompletedProcess[str]]

PAGE = "dags/recipes/kuestenbote/faehre-2026.html"
URL = "https://www.kuestenbote.example/inseln/faehre"


def test_list_and_check_look_at_every_recipe(dateline: Dateline, tmp_path: Path) -> None:
    """Those of the repository are right; a broken one is named and fails the check."""
    assert "kuestenbote.example" in dateline("recipe", "list").stdout
    assert "✓ kuestenbote: 3 golden pages, 0 differ" in dateline("recipe", "check").stdout
    broken = tmp_path / "broken.toml"
    broken.write_text("[[version]]\ntitle = 'h1['\n")
    said = dateline("recipe", "check", str(broken), fails=True).stderr
    assert "broken.toml: version number 1: title: is no CSS selector" in said
    folder = {"DATELINE_RECIPES": str(tmp_path)}
    assert "is no CSS selector" in dateline("recipe", "list", **folder).stdout


def test_try_shows_what_a_recipe_changes(dateline: Dateline, tmp_path: Path) -> None:
    """Automatic beside recipe, field by field; a selector without a match fails."""
    said = dateline("recipe", "try", PAGE, "--url", URL).stdout
    rows = {line.split()[0]: line for line in said.splitlines() if line[:1].isalpha()}
    assert "Inselverkehr: Neue Fähre für die Halligen" in rows["title"]
    assert rows["title"].rstrip().endswith("changed")
    assert rows["authors"].rstrip().endswith("same")
    assert rows["tags"].rstrip().endswith("new")
    mine = tmp_path / "mine.toml"
    mine.write_text("[[version]]\ntitle = 'h1.gone'\nsection = 'nav a:last-child'\n")
    said = dateline("recipe", "try", PAGE, "--url", URL, "--recipe", str(mine), fails=True).stdout
    assert "title: nothing matches h1.gone" in said
    assert "missed" in said
    assert "Inseln" in said


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([PAGE], "no recipe is for file://"),
        ([PAGE, "--recipe", "kuestenbote"], "is for kuestenbote.example, not for file://"),
        ([PAGE, "--recipe", "kustenbote"], 'did you mean "kuestenbote"?'),
        ([PAGE, "--recipe", "none.toml"], "none.toml: cannot be read"),
        (["none.html"], "none.html: No such file"),
    ],
)
def test_try_says_what_is_wrong(dateline: Dateline, arguments: list[str], said: str) -> None:
    """And how to go on."""
    assert said in dateline("recipe", "try", *arguments, fails=True).stderr


def test_an_ingest_uses_the_recipe_of_the_source(
    dateline: Dateline, database: Database, tmp_path: Path
) -> None:
    """Its values are loaded; a source with a broken recipe is loaded without, and says so."""
    (tmp_path / "mine.toml").write_text("[[version]]\nsection = { selector = 'h1', pattern = '.' }")
    (tmp_path / "bad.toml").write_text("[[version]]\n")
    dateline("newsroom", "add")
    with database.transaction() as cursor:
        cursor.execute(
            "update ops.source o set recipe = case s.slug when 'newsroom-courier' then 'mine'"
            " when 'newsroom-tagblatt' then 'bad' when 'newsroom-diario' then 'lost' end"
            " from news.source s where s.id = o.source_id"
        )
    dateline("ingest", DATELINE_RECIPES=str(tmp_path))
    with database.transaction() as cursor:
        cursor.execute(
            "select s.slug, count(*), count(*) filter (where a.provenance->'section'->>'from' ="
            " 'recipe:mine' and length(a.section) = 1), min(a.provenance->'recipe'->>'problem')"
            " from news.article a join news.source s on s.id = a.source_id group by 1"
        )
        found = {slug: (articles, marked, why) for slug, articles, marked, why in cursor.fetchall()}
    articles, marked, why = found["newsroom-courier"]
    assert articles == marked > 0
    assert why is None
    assert found["newsroom-tagblatt"][1] == 0
    assert "has no rule" in found["newsroom-tagblatt"][2]
    assert "no recipe 'lost'" in found["newsroom-diario"][2]
    assert found["newsroom-standard"][1:] == (0, None)


def test_a_listing_is_tried_by_its_recipe_or_without(dateline: Dateline, tmp_path: Path) -> None:
    """The links with their titles; exit 1 and the reason where there are none."""
    page = tmp_path / "latest.html"
    page.write_text(
        "<ol class=neueste><li><h3><a href='/hafen/4711'>Fähre fährt</a></h3></li></ol>"
        "<p><a href='/2026/07/14/bruecke-bleibt-bis-herbst-gesperrt'>Brücke bleibt gesperrt</a>"
    )
    own = ("recipe", "try", str(page), "--listing", "--url", "https://kuestenbote.example/neueste/")
    said = dateline(*own, "--recipe", "kuestenbote").stdout
    assert "Fähre fährt" in said
    assert "1 link (by recipe kuestenbote)" in said
    assert "bruecke-bleibt" in dateline(*own).stdout
    page.write_text("<p>Wartung")
    said = dateline(*own, "--recipe", "kuestenbote", fails=True).stderr
    assert "no_links: ol.neueste > li matches nothing" in said
    alone = tmp_path / "alone.toml"
    alone.write_text("[listing]\nlinks = 'a'")
    said = dateline("recipe", "try", str(page), "--recipe", str(alone), fails=True).stderr
    assert "is for listing pages alone" in said
