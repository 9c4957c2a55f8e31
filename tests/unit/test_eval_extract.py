"""The evaluation runs on any corpora of the shape, with the scorer that they bring."""

from __future__ import annotations

import gzip
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
EVALUATION = ROOT / "tests" / "benchmarks" / "eval_extract.py"

# A scorer with the corpora's interface: a page's precision and recall are of its words.
SCORER = """
def score_page(truth, made, body_field, cjk, skip_suspect=False):
    found = {}
    if truth.get(body_field):
        wanted, got = set(truth[body_field].split()), set((made.get("body") or "").split())
        both = len(wanted & got)
        found["body"] = {"precision": both / len(got) if got else None, "recall": both / len(wanted)}
    if truth.get("title"):
        found["title"] = {"exact": float(truth["title"] == made.get("title"))}
    return found


def summarise(pages, n):
    result = {}
    means = lambda f, k: [p[f][k] for p in pages if f in p and p[f][k] is not None]
    mean = lambda values: sum(values) / len(values) if values else 0.0
    if any("body" in p for p in pages):
        p, r = mean(means("body", "precision")), mean(means("body", "recall"))
        result["body"] = {"n": len(pages), "f1": 2 * p * r / (p + r) if p + r else 0.0}
    if any("title" in p for p in pages):
        result["title"] = {"n": len(pages), "exact": mean(means("title", "exact"))}
    return result
"""
PARAGRAPHS = [
    f"On day {day} of the strike the harbour pilots met the owners in a hotel, and agreed on nothing."
    for day in range(6)
]


@pytest.fixture
def corpora(tmp_path: Path) -> Path:
    """Eight pages of four publishers, one of them missing."""
    folder = tmp_path / "articles" / "fundus"
    (folder / "pages").mkdir(parents=True)
    (tmp_path / "score.py").write_text(SCORER)
    leads = tmp_path / "datelines"
    leads.mkdir()
    lead = {"text": "OSLO (AP) — Pilots met.", "is_dateline": True, "place": "OSLO"}
    (leads / "article_leads.jsonl").write_text(json.dumps(lead) + "\n")
    with gzip.open(leads / "reuters21578_index.jsonl.gz", "wt") as out:
        out.write(
            json.dumps({"dateline": "OSLO, March 3 -", "lead": "Pilots", "dateline_place": "OSLO"})
        )
    truths: list[dict[str, Any]] = []
    for i in range(8):
        body = "\n".join(PARAGRAPHS[: 3 + i % 3])
        marked = "".join(f"<p>{line}</p>" for line in body.splitlines())
        head = f"<!doctype html><html><head><title>Strike {i}</title></head>"
        page = f"{head}<body><article><h1>Strike {i}</h1>{marked}</article></body></html>"
        truths.append({"id": str(i), "page": f"pages/{i}.html.gz", "publisher": f"p{i % 4}"})
        truths[-1] |= {"title": f"Strike {i}", "body": body, "url": f"https://p.example/n/{i}"}
        if i:
            (folder / truths[-1]["page"]).write_bytes(gzip.compress(page.encode()))
    (folder / "truth.jsonl").write_text("".join(json.dumps(truth) + "\n" for truth in truths))
    return tmp_path


def run(*arguments: object) -> dict[str, Any]:
    command = [sys.executable, EVALUATION, *arguments]
    done = subprocess.run([*map(str, command)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert max(map(len, done.stdout.splitlines()[:-1])) <= 120
    result: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return result


def test_all_engines_are_measured_side_by_side(corpora: Path, tmp_path: Path) -> None:
    """A missing page counts as an empty prediction; every figure has its interval."""
    result = run(corpora, "--sets", "fundus", "--committed", "--out", tmp_path / "out")
    by_name = {item["figure"]: item for item in result["figures"]}
    assert set(by_name) == {"body F1", "title exact"}
    for engine in ("dateline", "trafilatura", "fast"):
        found = by_name["title exact"][engine]
        assert found["value"] == pytest.approx(7 / 8)
        assert found["low"] < found["value"] <= found["high"] <= 1
        assert by_name["body F1"][engine]["value"] > 0.8
        lines = (tmp_path / "out" / engine / "fundus.jsonl").read_text().splitlines()
        assert [json.loads(line)["id"] for line in lines] == [str(i) for i in range(8)]
    assert by_name["title exact"]["ours_minus_default"]["value"] == 0
    assert set(result["cpu_ms_a_page"]["fundus"]) == {
        *("dateline", "from bytes", "trafilatura", "fast")
    }
    assert result["refused"]["fundus"] == {"pages": 8, "page_missing": 1}
    assert result["datelines"]["lead_f1"] == result["datelines"]["reuters_place"] == 1


def test_publishers_are_read_with_the_weights_of_their_fold(corpora: Path, tmp_path: Path) -> None:
    """Weights that take nothing make a fold's pages fail, and no others."""
    import numpy as np

    from dateline.extract import model

    with np.load(model.WEIGHTS) as found:
        good = dict(found)
    folds = tmp_path / "folds"
    folds.mkdir()
    for fold in range(5):
        nothing = {"leaf": np.full_like(good["leaf"], -9)} if fold == 2 else {}
        np.savez(folds / f"fold-{fold}.npz", **(good | nothing))
    (folds / "folds.json").write_text(json.dumps({"p1": 2, "p2": 0}))
    arguments = ("--sets", "fundus", "--ours", "--keep-folds", "--folds", folds)
    run(corpora, *arguments, "--out", tmp_path / "out")
    lines = (tmp_path / "out" / "dateline" / "fundus.jsonl").read_text().splitlines()
    origins = [json.loads(line).get("from", {}).get("body") for line in lines]
    # Page 0 is missing; 1 and 5 are of p1, whose fold's model takes no block.
    assert origins[0] is None
    assert [origin == "model" for origin in origins[1:]] == [False, *[True] * 3, False, *[True] * 2]
