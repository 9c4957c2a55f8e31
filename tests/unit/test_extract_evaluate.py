"""Labelled sets: what is written for each page, also for those that cannot be read."""

from __future__ import annotations

import gzip
import json
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest

from dateline.errors import SettingsError
from dateline.extract.evaluate import NOWHERE, evaluate_all

if TYPE_CHECKING:
    from pathlib import Path

TEXT = "The ferry to the northern islands was cancelled on Tuesday after a night of storms. " * 4
PAGE = f"""<!doctype html><html lang="en"><head><title>Ferry cancelled | Isle News</title>
<meta property="article:published_time" content="2024-03-05"><meta name="author" content="Ada Holm">
</head><body><article><h1>Ferry cancelled</h1><p>{TEXT}</p></article></body></html>"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A set with pages of every kind, good and bad."""
    made = tmp_path / "isles"
    (made / "pages").mkdir(parents=True)
    packed = gzip.compress(PAGE.encode())
    (made / "pages/packed.html.gz").write_bytes(packed)
    (made / "pages/plain.html").write_text(PAGE)
    (made / "pages/unpacked.html.gz").write_text(PAGE)
    (made / "pages/cut.html.gz").write_bytes(packed[:-20])
    (made / "pages/empty.html.gz").write_bytes(gzip.compress(b""))
    rows: list[dict[str, Any] | str] = [
        {
            "id": "packed",
            "page": "pages/packed.html.gz",
            "url": "https://isle.example/n/1",
            "x": [],
        },
        {"id": "plain", "page": "pages/plain.html"},
        {"id": "unpacked", "page": "pages/unpacked.html.gz", "url": None},
        {"id": 7, "page": "pages/plain.html"},
        {"id": "packed-by-id"} | {"page": "packed"},
        {"id": "cut", "page": "pages/cut.html.gz"},
        {"id": "missing", "page": "pages/missing.html.gz"},
        {"id": "empty", "page": "pages/empty.html.gz"},
        {"page": "pages/plain.html"},
        {"id": "long", "page": "x" * 5_000},
        "{broken",
        "[1]",
        "",
    ]
    lines = [row if isinstance(row, str) else json.dumps(row) for row in rows]
    (made / "truth.jsonl").write_text("\n".join(lines) + "\n")
    return made


def read(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def test_every_page_has_its_line(folder: Path, tmp_path: Path) -> None:
    """In the order of the truth; what cannot be read says why."""
    out = tmp_path / "made" / "predictions.jsonl"
    report = evaluate_all(folder, out)
    lines = read(out)
    assert [line["id"] for line in lines] == [
        *("packed", "plain", "unpacked", 7, "packed-by-id", "cut", "missing", "empty"),
        *("pages/plain.html", "long", "line-11", "line-12"),
    ]
    good = [line for line in lines if "outcome" not in line]
    assert len(good) == report["articles"] == 6
    for line in good:
        assert line["title"] == "Ferry cancelled"
        assert line["authors"] == ["Ada Holm"]
        assert line["published"] == "2024-03-05"
        assert line["language"] == "en"
        assert line["body"].count("northern islands") == 4
    reasons = {line["id"]: line["reason"].partition(":")[0] for line in lines if "outcome" in line}
    assert reasons == {
        "cut": "page_unreadable",
        "missing": "page_missing",
        "empty": "empty_page",
        "long": "page_unreadable",
        "line-11": "truth_unreadable",
        "line-12": "truth_unreadable",
    }
    assert report["pages"] == len(lines)


def test_sets_of_a_folder_have_a_file_each(folder: Path, tmp_path: Path) -> None:
    """Also below `articles`; ids may repeat between them."""
    (tmp_path / "corpora").mkdir()
    articles = tmp_path / "corpora" / "articles"
    articles.mkdir()
    folder.rename(articles / "isles")
    (articles / "more").mkdir()
    (articles / "more" / "truth.jsonl").write_text(
        '{"id": "packed", "page": "../isles/pages/plain.html"}\n'
    )
    for number, asked in enumerate((articles, tmp_path / "corpora")):
        out = tmp_path / f"out-{number}"
        report = evaluate_all(asked, out, limit=1)
        assert [item["set"] for item in report["sets"]] == ["isles", "more"]
        assert sorted(path.name for path in out.iterdir()) == ["isles.jsonl", "more.jsonl"]
        assert [line["id"] for path in out.iterdir() for line in read(path)] == ["packed"] * 2


def test_a_folder_without_sets_is_an_error(tmp_path: Path) -> None:
    """Which says what was looked for."""
    with pytest.raises(SettingsError, match=r"truth\.jsonl"):
        evaluate_all(tmp_path, tmp_path / "out")


def test_the_unknown_address_gives_nothing_away() -> None:
    """No date, no home page, no id in it."""
    assert NOWHERE.count("/") > 3
    assert not any(map(str.isdigit, NOWHERE))


def test_module_ends_with_one_line_of_json(folder: Path, tmp_path: Path) -> None:
    """`python -m dateline.extract.evaluate` is the same function."""
    command = [sys.executable, "-m", "dateline.extract.evaluate", folder, "--out", tmp_path / "p"]
    done = subprocess.run([*map(str, command)], capture_output=True, text=True, check=True)
    assert json.loads(done.stdout)["pages"] == 12
    assert len(read(tmp_path / "p")) == 12
