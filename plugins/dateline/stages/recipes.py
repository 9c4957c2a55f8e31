"""The recipes that a task meets."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from dateline.errors import SettingsError
from dateline.recipefiles import find_recipe

if TYPE_CHECKING:
    from pathlib import Path

    from dateline.extract.recipes import Recipe

log = logging.getLogger(__name__)


class Recipes:
    """Recipes by name, each read once; a broken one stops nobody."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._read: dict[str, Recipe | str] = {}

    def of(self, name: str | None) -> tuple[Recipe | None, str | None]:
        """(recipe, problem) by name: at most one of them."""
        if name is None:
            return None, None
        if name not in self._read:
            try:
                self._read[name] = find_recipe(self._folder, name)
            except SettingsError as error:
                log.warning("recipe_broken", extra={"recipe": name, "problem": str(error)})
                self._read[name] = str(error)
        found = self._read[name]
        return (None, found) if isinstance(found, str) else (found, None)
