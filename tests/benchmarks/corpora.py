"""The labelled pages that the benchmarks measure on, and the scorer that comes with them."""

from __future__ import annotations

import importlib.util
import json
import subprocess
import sys
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dateline.extract import model
from dateline.extract.evaluate import read_page, truths
from dateline.model import Page

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from types import ModuleType

ROOT = Path(__file__).parents[2]
FOLDS = ROOT / ".local" / "training"
TRAINING = ROOT / "tests" / "training" / "body.py"
NOW = datetime.now(UTC)


@dataclass(frozen=True)
class Sample:
    """A page of a set, by its truth."""

    folder: Path
    truth: dict[str, Any]

    @property
    def publisher(self) -> str:
        """What pages are kept together by: as in the training."""
        truth = self.truth
        return str(truth.get("publisher_key") or truth.get("publisher") or truth["id"])

    def page(self) -> Page | None:
        """The page; None if its file is missing or broken."""
        found = read_page(self.folder, self.truth, NOW)
        return found if isinstance(found, Page) else None


def scorer(corpora: Path) -> ModuleType:
    """The corpora's own score.py."""
    spec = importlib.util.spec_from_file_location("score", corpora / "score.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def samples(
    corpora: Path,
    name: str,
    most: int | None = None,
    counts: Callable[[str, dict[str, Any]], bool] = lambda *_: True,
) -> list[Sample]:
    """The pages of a set that count; at most so many, spread evenly over it."""
    folder = corpora / "articles" / name
    listed = [Sample(folder, truth) for truth in truths(folder) if counts(name, truth)]
    if most is None or len(listed) <= most:
        return listed
    return [listed[i * len(listed) // most] for i in range(most)]


def fresh(folder: Path) -> bool:
    """Whether the weights of all folds are there, made by the code as it is."""
    files = [folder / "folds.json", *(folder / f"fold-{n}.npz" for n in range(5))]
    made_by = folder / "made_by"
    if not all(path.exists() for path in (*files, made_by)):
        return False
    spec = importlib.util.spec_from_file_location("training_body", TRAINING)
    assert spec
    assert spec.loader
    training = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = training
    spec.loader.exec_module(training)
    return made_by.read_text(encoding="utf-8") == training.digest()


def train_folds(corpora: Path, folder: Path) -> None:
    """Train the folds, leaving the committed weights alone."""
    print(f"training five folds into {folder}: some minutes …", file=sys.stderr, flush=True)
    begun = time.monotonic()
    command = [sys.executable, str(TRAINING), str(corpora), "--work", str(folder), "--only-folds"]
    subprocess.run(command, check=True, stdout=sys.stderr)
    print(f"trained in {time.monotonic() - begun:.0f} s", file=sys.stderr, flush=True)


class Weights:
    """The body model's weights for a publisher: those that were trained without it.

    Publishers that no fold knows were in no training: for them, the committed weights.
    """

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder
        self._folds: dict[str, int] = (
            json.loads((folder / "folds.json").read_text(encoding="utf-8")) if folder else {}
        )

    def use_for(self, publisher: str) -> None:
        """From now on, for this process."""
        fold = self._folds.get(publisher)
        known = self._folder is not None and fold is not None
        model.use(self._folder / f"fold-{fold}.npz" if known and self._folder else model.WEIGHTS)

    def unseen(self, publishers: Sequence[str]) -> int:
        """How many of these the training did not know."""
        return sum(publisher not in self._folds for publisher in publishers)
