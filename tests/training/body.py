"""`make train CORPORA=folder`: train the body model, cross-validated by publisher, and write its weights.

Labels: a block's share of word 4-grams that are in the page's true body. A page's blocks weigh together
about as much as another page's, each by its text, so that training minds what the score minds.
Deterministic for the same corpora and library versions.
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import json
import pickle
import re
import sys
from collections import Counter
from dataclasses import dataclass
from multiprocessing import Pool
from pathlib import Path
from typing import Any

import numpy as np

from dateline import charset
from dateline.extract import blocks, body, features, gate, model, titles, verdict
from dateline.extract.signals import read
from dateline.model import Hints
from dateline.text import clean

EXTRACT = Path(blocks.__file__).parent
MADE_BY = tuple(EXTRACT / name for name in ("blocks.py", "features.py", "titles.py"))
"""What the weights depend on, beside this file and the corpora."""
FOLDS = 5
TREES = 250
DEPTH = 6
# What a page of a set counts: news with hand-made bodies first, drafts and old tools' output less.
SETS = {
    "aeb": 3.0,
    "fundus": 4.0,
    "daniel": 0.1,
    "wcxb": 1.0,
    "trafilatura_eval": 1.0,
    "readability": 0.3,
    "newspaper4k": 0.3,
    "newspaper3k": 0.2,
}
# Of the short lines that are certainly no body only some are needed, each counting for the others.
EASY = 0.35
SHORT = 12
OTHER_PAGES = 0.2
_WORD = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af]"
    "|[^\\W\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af]+"
)
_N = 4


def digest() -> str:
    """Of all code that the weights depend on."""
    found = hashlib.sha256()
    for path in (*MADE_BY, Path(__file__)):
        found.update(path.read_bytes())
    return found.hexdigest()


@dataclass
class Labelled:
    """One page: its blocks, and per block label, weight and words."""

    set: str
    id: str
    publisher: str
    found: blocks.Blocks
    title: str
    descriptions: list[str]
    matrix: np.ndarray
    label: np.ndarray
    weight: np.ndarray
    mass: np.ndarray


def label(found: blocks.Blocks, truth: dict[str, Any]) -> tuple[np.ndarray, np.ndarray]:
    """(label, weight) of each block; weight 0 where the truth does not tell."""
    if truth.get("with_segments") is not None and truth.get("body") is None:
        return _by_segments(found, truth)
    body_text = truth.get("body_core") or truth["body"]
    share = _shares(found, body_text)
    mass = np.array([len(_WORD.findall(text)) for text in found.text], dtype=float)
    true = float((mass * share).sum())
    weight = mass / max(true, 50.0)
    total = weight.sum()
    weight = weight * min(1.0, 4.0 / max(total, 1e-9)) + 0.002
    if truth.get("body_core"):
        # The standfirst has its own place: neither wanted nor punished.
        apart = _shares(found, truth["body"]) - share
        weight[apart > 0.5] = 0
    return share, weight


def _by_segments(found: blocks.Blocks, truth: dict[str, Any]) -> tuple[np.ndarray, np.ndarray]:
    wanted = [clean(text) for text in truth.get("with_segments") or ()]
    unwanted = [clean(text) for text in truth.get("without_segments") or ()]
    labels, weights = np.zeros(len(found)), np.zeros(len(found))
    for i, block in enumerate(found.text):
        if any(text in block for text in unwanted):
            labels[i], weights[i] = 0.0, 0.25
        if any(text in block for text in wanted):
            labels[i], weights[i] = 1.0, 0.25
    return labels, weights


def _shares(found: blocks.Blocks, text: str) -> np.ndarray:
    tokens = _WORD.findall(text)
    grams = {n: set(zip(*(tokens[i:] for i in range(n)), strict=False)) for n in range(1, _N + 1)}
    lines = {tuple(_WORD.findall(line)) for line in text.splitlines()}
    share = np.zeros(len(found))
    short = []
    for i, block in enumerate(found.text):
        mine = _WORD.findall(block)
        if len(mine) >= _N:
            own = list(zip(*(mine[k:] for k in range(_N)), strict=False))
            share[i] = sum(gram in grams[_N] for gram in own) / len(own)
        elif mine and tuple(mine) in lines:
            share[i] = 1.0
        elif mine and tuple(mine) in grams[len(mine)]:
            short.append(i)
    for i in short:
        around = share[max(i - 1, 0) : i + 2]
        share[i] = 1.0 if (around > 0.8).sum() >= 2 else 0.0
    return _once(found, share)


def _once(found: blocks.Blocks, share: np.ndarray) -> np.ndarray:
    """Of equal blocks only the one in the best company is the body's."""
    copies: dict[str, list[int]] = {}
    for i, block in enumerate(found.text):
        if share[i] > 0.5:
            copies.setdefault(block, []).append(i)
    mass = share * np.array([len(block) for block in found.text])
    near = np.convolve(mass, np.ones(13), mode="full")[6 : 6 + len(mass)]
    for same in copies.values():
        if len(same) > 1:
            best = max(same, key=lambda i: near[i])
            for i in same:
                share[i] = share[i] if i == best else 0.0
    return share


def prepare(task: tuple[Path, dict[str, Any]]) -> Labelled | None:
    """Read, cut and label one page."""
    folder, truth = task
    raw = gzip.decompress((folder / truth["page"]).read_bytes())
    decoded = charset.decode(raw)
    if gate.too_much(decoded.text):
        return None
    signals = read(decoded.text.replace("\0", ""), truth.get("url") or "https://unknown.example/x")
    found = blocks.segment(signals.tree)
    if not len(found):
        return None
    found.html = ""
    title = titles.choose(signals, Hints()).value or ""
    descriptions = body.descriptions(signals)
    matrix = features.matrix(found, title, descriptions, body.declared_body(signals))
    labels, weights = label(found, truth)
    if folder.name == "wcxb" and truth.get("page_type") != "article":
        weights = weights * OTHER_PAGES
    publisher = truth.get("publisher_key") or truth.get("publisher") or truth["id"]
    mass = np.array([len(_WORD.findall(text)) for text in found.text], dtype=float)
    return Labelled(
        *(folder.name, truth["id"], publisher, found, title, descriptions),
        *(matrix, labels, weights, mass),
    )


def load(corpora: Path, names: list[str]) -> list[Labelled]:
    """All labelled pages of the sets."""
    tasks = []
    for name in names:
        folder = corpora / "articles" / name
        for line in (folder / "truth.jsonl").open(encoding="utf-8"):
            truth = json.loads(line)
            is_suspect = name == "daniel" and truth.get("body_suspect")
            if (truth.get("body") or truth.get("with_segments")) and not is_suspect:
                tasks.append((folder, truth))
    with Pool(2) as pool:
        return [page for page in pool.imap(prepare, tasks, chunksize=20) if page is not None]


def folds(pages: list[Labelled]) -> dict[str, int]:
    """Publisher → fold, the large ones dealt out first."""
    sizes = Counter(page.publisher for page in pages)
    load = [0] * FOLDS
    dealt = {}
    for publisher, size in sorted(sizes.items(), key=lambda item: (-item[1], item[0])):
        fold = load.index(min(load))
        dealt[publisher] = fold
        load[fold] += size
    return dealt


def train(pages: list[Labelled], trees: int = TREES, seed: int = 1) -> dict[str, np.ndarray]:
    """Fit, and lay the trees out for `model.Trees`."""
    import lightgbm  # a development dependency

    chance = np.random.default_rng(0)
    parts = []
    for page in pages:
        easy = (page.label < 0.05) & (page.mass < SHORT)
        keep = (page.weight > 0) & (~easy | (chance.random(len(easy)) < EASY))
        weight = page.weight * SETS[page.set] / np.where(easy, EASY, 1.0)
        parts.append((page.matrix[keep], page.label[keep], weight[keep]))
    matrix, labels, weights = (np.concatenate(column) for column in zip(*parts, strict=True))
    booster = lightgbm.train(
        {
            "objective": "cross_entropy",
            "learning_rate": 0.06,
            "num_leaves": 2**DEPTH - 1,
            "max_depth": DEPTH,
            "min_sum_hessian_in_leaf": 0.3,
            "min_data_in_leaf": 30,
            "feature_fraction": 0.3,
            "bagging_fraction": 0.7,
            "bagging_freq": 1,
            "lambda_l2": 5.0,
            "max_bin": 63,
            "verbose": -1,
            "seed": seed,
            "num_threads": 2,
            "deterministic": True,
            "force_row_wise": True,
        },
        lightgbm.Dataset(matrix, labels, weight=weights),
        trees,
    )
    return laid_out(booster.dump_model()["tree_info"])


def laid_out(trees: list[dict[str, Any]]) -> dict[str, np.ndarray]:
    """The trees of a LightGBM dump as perfect binary trees."""
    feature = np.zeros((len(trees), 2**DEPTH - 1), dtype=np.int16)
    threshold = np.full((len(trees), 2**DEPTH - 1), np.inf, dtype=np.float32)
    leaf = np.zeros((len(trees), 2**DEPTH), dtype=np.float32)

    def place(t: int, node: dict[str, Any], at: int, level: int) -> None:
        if level == DEPTH:
            leaf[t, at - (2**DEPTH - 1)] = node["leaf_value"]
        elif "leaf_value" in node:
            # Nothing is above infinity: always left.
            place(t, node, 2 * at + 1, level + 1)
        else:
            feature[t, at] = node["split_feature"]
            # A float32 must not round a threshold across the values that it parts.
            threshold[t, at] = np.float32(node["threshold"])
            place(t, node["left_child"], 2 * at + 1, level + 1)
            place(t, node["right_child"], 2 * at + 2, level + 1)

    for t, tree in enumerate(trees):
        place(t, tree["tree_structure"], 0, 0)
    return {
        "feature": feature,
        "threshold": threshold,
        "leaf": leaf.astype(np.float16),
    }


def main() -> int:
    """Train on everything, and fold by fold for the figures."""
    parser = argparse.ArgumentParser(prog="make train")
    parser.add_argument("corpora", type=Path)
    parser.add_argument("--work", type=Path, default=Path(".local/training"))
    parser.add_argument("--cached", action="store_true", help="labelled pages of the last time")
    parser.add_argument(
        "--only-folds", action="store_true", help="leave the committed weights alone"
    )
    options = parser.parse_args()
    options.work.mkdir(parents=True, exist_ok=True)
    cache = options.work / "pages.pickle"
    if options.cached and cache.exists():
        pages = pickle.loads(cache.read_bytes())
    else:
        pages = load(options.corpora, list(SETS))
        cache.write_bytes(pickle.dumps(pages))
    dealt = folds(pages)
    (options.work / "folds.json").write_text(json.dumps(dealt, indent=0, sort_keys=True))
    print(
        f"{len(pages)} pages, {len(dealt)} publishers, {sum(len(p.label) for p in pages)} blocks",
        flush=True,
    )
    for fold in range(FOLDS):
        np.savez_compressed(
            options.work / f"fold-{fold}.npz",
            **train([page for page in pages if dealt[page.publisher] != fold]),
        )
        print(f"fold {fold} trained", flush=True)
    (options.work / "made_by").write_text(digest())
    if not options.only_folds:
        model.WEIGHTS.parent.mkdir(exist_ok=True)
        np.savez_compressed(model.WEIGHTS, **train(pages))
    report: dict[str, Any] = {
        "pages": len(pages),
        "publishers": len(dealt),
        **held_out(pages, dealt, options.work),
    }
    sys.stdout.write(json.dumps(report) + "\n")
    return 0


def held_out(pages: list[Labelled], dealt: dict[str, int], work: Path) -> dict[str, Any]:
    """F1 of mean precision and recall by set, each page by a model that never saw its publisher.

    Recall is of what the blocks hold, not of the truth: for choosing between models.
    """
    rows: dict[str, list[tuple[float, float]]] = {}
    for fold in range(FOLDS):
        trees = model.Trees.load(work / f"fold-{fold}.npz")
        for page in pages:
            if dealt[page.publisher] == fold:
                mass = page.mass * (page.weight > 0)
                if not (mass * page.label).sum():
                    continue
                chosen = trees.probabilities(page.matrix) >= verdict.CHOSEN
                hit = float((mass * page.label)[chosen].sum())
                taken, true = float(mass[chosen].sum()), float((mass * page.label).sum())
                rows.setdefault(page.set, []).append((hit / taken if taken else 0.0, hit / true))
    report = {}
    for name, values in sorted(rows.items()):
        precision, recall = np.mean(values, axis=0)
        report[name] = round(float(2 * precision * recall / (precision + recall)), 4)
    return report


if __name__ == "__main__":
    raise SystemExit(main())
