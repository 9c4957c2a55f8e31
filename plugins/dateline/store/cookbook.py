"""The cookbook: ready queries of sql/cookbook, with parameters and defaults.

A file starts with its title, then a line `-- name=default: meaning` for each parameter.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from dateline.errors import SettingsError
from dateline.store.sqlfiles import sql_folder

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dateline.store.database import Database

_PARAMETER = re.compile(r"^-- (\w+)=([^:]*): (.+)$")


@dataclass(frozen=True, slots=True)
class Recipe:
    """A query of the cookbook; `parameters` is name → (default, meaning)."""

    name: str
    title: str
    parameters: Mapping[str, tuple[str, str]]
    sql: str


def recipes() -> dict[str, Recipe]:
    """All queries, by name."""
    return {
        path.stem: _parse(path.stem, path.read_text(encoding="utf-8"))
        for path in sorted((sql_folder() / "cookbook").glob("*.sql"))
    }


def _parse(name: str, text: str) -> Recipe:
    title, *rest = text.splitlines()
    found = [match for line in rest if (match := _PARAMETER.match(line))]
    parameters = {match[1]: (match[2], match[3]) for match in found}
    return Recipe(name, title.removeprefix("-- "), parameters, text)


def cook(
    database: Database, name: str, values: Mapping[str, str]
) -> tuple[list[str], list[tuple[Any, ...]]]:
    """Run a query of the cookbook.

    Args:
        database: the warehouse.
        name: the file's stem.
        values: parameters; those left out take their defaults.

    Returns:
        Column names and rows.

    Raises:
        SettingsError: no such query or parameter; names those there are.
        StoreError: Postgres refuses a value.
    """
    known = recipes()
    if name not in known:
        raise SettingsError(f"no query {name!r} in the cookbook: there are {', '.join(known)}")
    recipe = known[name]
    if unknown := set(values) - set(recipe.parameters):
        raise SettingsError(
            f"query {name!r} has no parameter {', '.join(sorted(unknown))}: "
            f"it takes {', '.join(recipe.parameters) or 'none'}"
        )
    parameters = {key: default for key, (default, _) in recipe.parameters.items()} | dict(values)
    with database.transaction() as cursor:
        cursor.execute(recipe.sql, parameters)
        return [column.name for column in cursor.description or ()], cursor.fetchall()
