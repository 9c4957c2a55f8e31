"""Commands on recipes: list, check, try."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import typer
from rich.table import Table
from rich.text import Text

from dateline.cli.console import counted, fail, out, say, shown, table
from dateline.errors import SettingsError
from dateline.extract.recipes import FIELDS, Recipe, Version
from dateline.model import Article, FeedKind, Hints, Outcome, Page
from dateline.settings import Settings

app = typer.Typer(
    no_args_is_help=True, help="Selectors for a publisher, over what extraction finds."
)

_COLUMNS = {"published": "published_at", "modified": "modified_at", "image": "image_url"}
_STYLES = {"changed": "yellow", "new": "green", "missed": "bold red", "same": "dim"}
_SNIPPET = 400


def _files(settings: Settings) -> list[Path]:
    return sorted(settings.recipes_dir.glob("*.toml"))


@app.command("list")
def list_() -> None:
    """Every recipe file: hosts, designs and golden pages."""
    from dateline.recipefiles import golden_pages, load_recipe

    settings = Settings.load()
    rows: list[tuple[Any, ...]] = []
    for path in _files(settings):
        goldens = len(golden_pages(path))
        try:
            recipe = load_recipe(path)
        except SettingsError as error:
            rows.append((path.stem, "", "", goldens, str(error).partition("\n")[0]))
        else:
            days = [_days(version) for version in recipe.versions]
            rows.append((recipe.name, recipe.hosts, days, goldens, ""))
    table(("recipe", "hosts", "valid", "golden pages", "problem"), rows)
    say(f"\n{counted(len(rows), 'recipe')} in {settings.recipes_dir}", style="dim")


def _days(version: Version) -> str:
    return f"{version.valid_from or ''}…{version.valid_until or ''}".replace("…", " to ").strip()


@app.command()
def check(
    files: list[Path] = typer.Argument(None, help="Recipe files; all, if left out."),
) -> None:
    """Validate recipe files and run their golden pages; exit 1 if something is wrong."""
    from dateline.recipefiles import golden_differences, golden_pages, load_recipe

    settings = Settings.load()
    wrong = 0
    for path in files or _files(settings):
        try:
            recipe = load_recipe(path)
            found = {page: golden_differences(recipe, page) for page in golden_pages(path)}
        except SettingsError as error:
            fail(str(error))
            wrong += 1
            continue
        bad = {page: lines for page, lines in found.items() if lines}
        wrong += bool(bad)
        mark = "✗" if bad else "✓"
        say(f"{mark} {recipe.name}: {counted(len(found), 'golden page')}, {len(bad)} differ")
        for page, lines in bad.items():
            for line in lines:
                say(f"    {page.stem}: {line}")
    if wrong:
        raise typer.Exit(1)


@app.command("try")
def try_(
    page: str = typer.Argument(..., help="A URL, or a file."),
    recipe: str = typer.Option("", help="Name or file; without it, the one for the page's host."),
    url: str = typer.Option("", help="The address of a file's page."),
    listing: bool = typer.Option(False, "--listing", help="The page is a listing: show its links."),
    allow_private: bool = typer.Option(False, help="Fetch from loopback and private addresses."),
) -> None:
    """Show a page's fields without and with a recipe; exit 1 if a selector finds nothing.

    With --listing: the links that a recipe (or what is usual, without one) finds on it.
    """
    from dateline.extract import extract
    from dateline.stages.single import read_page

    settings = Settings.load()
    found = read_page(page, url or None, settings, allow_private=allow_private)
    if listing:
        _try_listing(found, _chosen(settings, recipe, found) if recipe else None)
        return
    chosen = _chosen(settings, recipe, found)
    if not chosen.versions:
        raise SettingsError(f"recipe {chosen.name!r} is for listing pages alone: add --listing")
    version = chosen.on(found.fetched_at.date())
    if version is None:
        raise SettingsError(
            f"recipe {chosen.name!r} has no version for {found.fetched_at.date()}: "
            "see its valid_from and valid_until"
        )
    now = datetime.now(UTC)
    before = extract(found, Hints(), now=now)
    after = extract(found, Hints(), now=now, recipe=chosen)
    if isinstance(after, Outcome):
        fail(f"no article, with recipe {chosen.name!r}: {after.state}, {after.reason}")
        raise typer.Exit(1)
    rows = [(field, *_compared(field, before, after)) for field in FIELDS if field in version.rules]
    _draw(chosen.name, rows)
    if missed := [field for field, *_, verdict in rows if verdict == "missed"]:
        for field in missed:
            say(f"{field}: {_note(after, field)['recipe_missed']}")
        raise typer.Exit(1)


def _try_listing(page: Page, recipe: Recipe | None) -> None:
    from dateline.discover import parse_feed

    if recipe and recipe.listing is None:
        raise SettingsError(f"recipe {recipe.name!r} has no [listing]")
    found = parse_feed(
        page.body,
        url=page.final_url,
        content_type=page.header("content-type"),
        now=page.fetched_at,
        kind=FeedKind.LISTING,
        listing=recipe.listing if recipe else None,
    )
    if found.problem:
        fail(found.problem)
        raise typer.Exit(1)
    table(
        ("published", "title", "address"),
        ((one.published, one.title, one.url) for one in found.candidates),
    )
    by = (
        f"by recipe {recipe.name}"
        if recipe
        else "without a recipe: what looks like an article's address"
    )
    say(f"\n{counted(len(found.candidates), 'link')} ({by})", style="dim")


def _chosen(settings: Settings, name: str, page: Page) -> Recipe:
    from dateline.recipefiles import find_recipe, load_recipe

    if name.endswith(".toml"):
        chosen = load_recipe(Path(name))
    elif name:
        chosen = find_recipe(settings.recipes_dir, name)
    else:
        loaded = (load_recipe(path) for path in _files(settings))
        fitting = [found for found in loaded if found.hosts and found.is_for(page.final_url)]
        if not fitting:
            raise SettingsError(f"no recipe is for {page.final_url}: name one with --recipe")
        return fitting[0]
    if not chosen.is_for(page.final_url):
        hosts = ", ".join(chosen.hosts)
        raise SettingsError(
            f"recipe {chosen.name!r} is for {hosts}, not for {page.final_url}: "
            "give a file's address with --url"
        )
    return chosen


def _note(article: Article, field: str) -> dict[str, Any]:
    note: dict[str, Any] = article.provenance.get(_COLUMNS.get(field, field), {})
    return note


def _compared(field: str, before: Article | Outcome, after: Article) -> tuple[str, str, str]:
    """(automatic, recipe, verdict)."""
    automatic = _text(before, field) if isinstance(before, Article) else f"({before.reason})"
    if "recipe_missed" in _note(after, field):
        return automatic, "", "missed"
    value = _text(after, field)
    if value == automatic:
        return automatic, value, "same"
    return automatic, value, "changed" if automatic else "new"


def _text(article: Article, field: str) -> str:
    if field == "authors":
        return "; ".join(author.name for author in article.authors)
    value = getattr(article, _COLUMNS.get(field, field))
    return value.isoformat() if isinstance(value, datetime) else shown(value)


def _draw(name: str, rows: list[tuple[str, str, str, str]]) -> None:
    drawn = Table(box=None, pad_edge=False, header_style="bold", padding=(0, 2, 0, 0))
    drawn.add_column("field", no_wrap=True)
    drawn.add_column("automatic", ratio=1, overflow="fold")
    drawn.add_column(f"recipe {name}", ratio=1, overflow="fold")
    drawn.add_column("", no_wrap=True)
    for field, automatic, value, verdict in rows:
        style = _STYLES[verdict]
        drawn.add_row(
            field,
            Text(_short(automatic), style="" if verdict != "same" else "dim"),
            Text(_short(value), style=style),
            Text(verdict, style=style),
        )
    out.print(drawn)


def _short(text: str) -> str:
    if len(text) <= _SNIPPET:
        return text
    return f"{text[: _SNIPPET // 2]} … {text[-_SNIPPET // 2 :]} ({len(text)} characters)"
