"""`dateline backfill …`: what it prints, what it changes, what it says when something is wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Callable
    from pathlib import Path

    from dateline.newsroom import Newsroom

    Dateline = Callable[..., subprocess.CompletedProcess[str]]


def test_sitemaps_and_then_the_archive_itself_are_read(dateline: Dateline, tmp_path: Path) -> None:
    """What is fetched for a span is in a WARC file, which another warehouse could import."""
    dateline("newsroom", "add")
    span = ("--since", "2020-01-01", "--until", "2099-01-01")
    said = dateline("backfill", "sitemaps", *span, "--source", "newsroom-ledger").stdout
    assert "1 sitemap of 1 source read (0 read before, 0 failed, 0 left)" in said
    assert "new articles, 0 revised" in said
    (file,) = (tmp_path / "home" / "archive").rglob("*.warc.gz")
    said = dateline("backfill", "warc", str(file)).stdout
    assert "0 taken" in said
    assert "0 new articles, 0 revised" in said
    assert "read before" in dateline("backfill", "warc", str(file), "--known").stdout


def test_urls_name_what_is_wrong_in_them(
    dateline: Dateline, room: Newsroom, tmp_path: Path
) -> None:
    dateline("newsroom", "add")
    path = tmp_path / "urls.txt"
    path.write_text(f"{room.sites[0].pieces[0].url}\nnonsense\nhttps://unknown.example/\n")
    said = dateline("backfill", "urls", str(path)).stdout
    assert "3 records, 1 taken, 0 known, left out: 1 no_url, 1 unknown_source" in said
    assert "no source for: unknown.example (1)" in said
    assert "no URL in line 2: nonsense" in said
    assert "1 new article, 0 revised" in said


def test_what_is_wrong_is_said_in_a_line(dateline: Dateline, tmp_path: Path) -> None:
    (tmp_path / "page.html").write_text("<html>")
    for arguments, message in (
        (("warc", str(tmp_path / "page.html")), "it is no WARC file"),
        (("warc", str(tmp_path / "none.warc")), "No such file"),
        (("warc", "x", "--known", "--create"), "choose one of"),
        (("warc", "x", "--source", "nobody"), "no source 'nobody'"),
        (("urls", str(tmp_path / "none.txt")), "No such file"),
        (("sitemaps", "--since", "1.10.2026", "--until", "2026-11-01"), "write it as 2026-10-01"),
    ):
        assert message in dateline("backfill", *arguments, fails=True).stderr
