"""Every command: what it prints, what it changes, what it says when something is wrong."""

from __future__ import annotations

import csv
import io
import json
import os
import re
import signal
import subprocess
import sys
import tomllib
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from dateline.local.ports import free_port
from dateline.store.websub import claim_request, save_bad_push

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from dateline.newsroom import Newsroom
    from dateline.store import Database

    Dateline = Callable[..., subprocess.CompletedProcess[str]]

WIRE = """OSLO, Norway (AP) – The harbour pilots of the fjord went back to work on Monday after nine days on strike.
The two sides met through the night in a hotel near the airport, a mediator said.
Ferries to the islands had stopped, and hospitals had flown in supplies by helicopter.
"We are tired and glad," said Kari Moe, who leads the pilots' union.
The owners agreed to hire twelve more pilots before the winter.
The agreement still has to be put to a vote of the members next week.
"""


@pytest.fixture
def filled(dateline: Dateline) -> Dateline:
    """A warehouse with the newsroom's articles."""
    dateline("newsroom", "add")
    dateline("ingest")
    return dateline


def count(database: Database, table: str) -> int:
    with database.transaction() as cursor:
        cursor.execute(f"select count(*) from {table}")
        return cursor.fetchone()[0]


def test_ingest_says_where_every_url_went(dateline: Dateline, database: Database) -> None:
    """The first run loads the newsroom, the second finds nothing new."""
    assert "6 sources created" in dateline("newsroom", "add").stdout
    said = dateline("ingest").stdout
    assert "6 feeds polled" in said
    articles = count(database, "news.article")
    assert f"{articles} new articles, 0 revised" in said
    assert articles >= 35
    again = dateline("ingest", "--now").stdout
    assert "0 new articles, 0 revised" in again
    assert (count(database, "news.article"), count(database, "news.revision")) == (articles, 0)


def test_enrich_finds_the_wire_copies_once(filled: Dateline, database: Database) -> None:
    """Two of the newsroom's publishers carry one text."""
    said = filled("enrich").stdout
    assert "2 joined a story" in said
    assert "stories: 1 new, 0 merged" in said
    assert count(database, "news.story_article") == 2
    assert "0 articles compared" in filled("enrich").stdout


def test_publish_edit_and_recheck_reach_the_warehouse(filled: Dateline, database: Database) -> None:
    """One new article, one revision, and then nothing."""
    url = filled("newsroom", "publish").stdout.split()[-1]
    edited = filled("newsroom", "edit").stdout.split()[-1]
    assert "1 new article, 1 revised" in filled("ingest", "--now").stdout
    with database.transaction() as cursor:
        cursor.execute("select url from news.article order by id desc limit 1")
        assert cursor.fetchone() == (url,)
        cursor.execute(
            "select a.url from news.revision r join news.article a on a.id = r.article_id"
        )
        assert cursor.fetchall() == [(edited,)]
    assert "URLs due now" in filled("recheck", "newsroom-courier").stdout
    assert "0 new articles, 0 revised" in filled("ingest").stdout
    assert "0 URLs due now" in filled("retry").stdout
    assert "no source 'nobody'" in filled("recheck", "nobody", fails=True).stderr


def test_subscriptions_show_how_they_stand(filled: Dateline, database: Database) -> None:
    """First none, and the setting that turns them on; then one with what is wrong."""
    assert "DATELINE_WEBSUB_URL" in filled("sources", "subscriptions").stdout
    with database.transaction() as cursor:
        cursor.execute(
            "update ops.feed set topic = url,"
            " hub = case when url like '%/atom.xml' then 'https://hub.example/' end"
        )
    asked = claim_request(database, 0, 1, datetime.now(UTC), local=True, skipped=())
    assert asked is not None
    save_bad_push(database, asked.subscription.token, "push without a signature")
    said = filled("sources", "subscriptions").stdout
    assert "newsroom-ledger" in said
    assert "pending" in said
    assert "push without a signature" in said
    assert asked.subscription.token not in said


def test_sql_prints_a_query_of_the_cookbook(filled: Dateline) -> None:
    """As a table with its length, or with parameters as CSV."""
    few = filled("sql", "newest", "-p", "limit=2", "-p", "source=newsroom-courier", "--csv").stdout
    assert [row["source"] for row in csv.DictReader(io.StringIO(few))] == ["newsroom-courier"] * 2
    assert "(20 rows)" in filled("sql", "newest").stdout


def test_housekeeping_finds_nothing_to_remove_where_all_is_new(
    filled: Dateline, database: Database
) -> None:
    filled("enrich")
    entities = count(database, "news.entity")
    said = filled("housekeeping").stdout
    assert "0 old days dropped, 0 made ahead" in said
    assert "removed: 0 entities, 0 story keys" in said
    assert count(database, "news.entity") == entities > 0


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("sql", "nothing"), "no query 'nothing' in the cookbook"),
        (("sql", "newest", "-p", "lines=3"), "has no parameter lines: it takes source, limit"),
        (("sql", "newest", "-p", "limit"), "write it as name=value"),
        (("sql", "newest", "-p", "limit=many"), "many"),
    ],
)
def test_a_wrong_query_is_explained(
    dateline: Dateline, arguments: tuple[str, ...], words: str
) -> None:
    """One line that names what there is."""
    assert words in dateline(*arguments, fails=True).stderr


def test_sources_are_applied_once(dateline: Dateline, tmp_path: Path) -> None:
    """Again changes nothing, a change is an update, a source that left its file is named."""
    file = tmp_path / "mine.toml"
    one = '[[source]]\nslug = "one"\nname = "One"\nhome = "https://one.example.org/"\nfeeds = ["https://one.example.org/feed"]\n'
    two = one.replace("one", "two").replace("One", "Two")
    file.write_text(one + two)
    assert (
        "2 sources created, 0 updated, 0 unchanged"
        in dateline("sources", "apply", str(file)).stdout
    )
    assert (
        "0 sources created, 0 updated, 2 unchanged"
        in dateline("sources", "apply", str(file)).stdout
    )
    file.write_text(one.replace("One", "First"))
    said = dateline("sources", "apply", str(file)).stdout
    assert "0 sources created, 1 updated, 0 unchanged" in said
    assert "dateline sources disable two" in said
    assert "two is off" in dateline("sources", "disable", "two").stdout
    assert "2 sources, 1 on" in dateline("sources", "list").stdout
    shown = dateline("sources", "show", "one").stdout
    assert tomllib.loads(shown)["source"][0]["name"] == "First"
    file.write_text(shown)
    assert "1 unchanged" in dateline("sources", "apply", str(file)).stdout
    assert "one is on" in dateline("sources", "enable", "one").stdout
    assert "no source 'three'" in dateline("sources", "enable", "three", fails=True).stderr


def test_a_typo_in_a_source_file_is_named(dateline: Dateline, tmp_path: Path) -> None:
    """File, source, key and what was meant."""
    file = tmp_path / "mine.toml"
    file.write_text(
        '[[source]]\nslug = "one"\nname = "One"\nhome = "https://one.example.org/"\nfeed = ["x"]\n'
    )
    said = dateline("sources", "apply", str(file), fails=True).stderr
    for word in (str(file), "one", "feed: unknown key", "feeds"):
        assert word in said


def test_the_starter_list_is_valid_and_off(dateline: Dateline, database: Database) -> None:
    """Some hundred publishers, none on before a person says so."""
    dateline("sources", "apply")
    assert count(database, "news.source") >= 100
    assert count(database, "ops.source where enabled") == 0


def test_a_feed_or_home_page_becomes_a_source(dateline: Dateline, room: Newsroom) -> None:
    """By its own address or by the links of the front page; loopback only if it is allowed."""
    home = f"{room.sites[0].home}/"
    refused = dateline("sources", "add", home, fails=True).stderr
    assert "--allow-private" in refused
    said = dateline(
        "sources", "add", home, "--allow-private", "--slug", "mine", "--delay", "0"
    ).stdout
    assert "added mine" in said
    assert "1 on" in dateline("sources", "list").stdout
    assert (
        "already"
        in dateline("sources", "add", home, "--allow-private", "--slug", "mine", fails=True).stderr
    )
    assert "2 feeds polled" in dateline("ingest").stdout
    nothing = dateline("sources", "add", f"{home}nowhere", "--allow-private", fails=True).stderr
    assert "HTTP 404" in nothing


def test_a_sitemap_or_a_page_of_links_becomes_a_source(
    dateline: Dateline, database: Database, room: Newsroom
) -> None:
    """What was found is told with numbers, and kept by its kind."""
    home = room.sites[0].home
    own = ("--allow-private", "--delay", "0")
    said = dateline("sources", "add", f"{home}/sitemap-news.xml", *own, "--slug", "map").stdout
    assert re.search(r"sitemap-news\.xml: a news sitemap with \d+ entries", said)
    said = dateline("sources", "add", f"{home}/", *own, "--slug", "page", "--listing").stdout
    assert re.search(r"/: a listing page with \d+ entries", said)
    assert tomllib.loads(dateline("sources", "show", "page").stdout)["source"][0]["listings"]
    with database.transaction() as cursor:
        cursor.execute("select kind from ops.feed order by id")
        assert cursor.fetchall() == [("sitemap",), ("listing",)]
    shown = dateline("recipe", "try", f"{home}/", "--listing", "--allow-private").stdout
    assert re.search(r"\d+ links \(without a recipe", shown)


def test_opml_goes_in_and_out(dateline: Dateline, database: Database, tmp_path: Path) -> None:
    """Every line is a source or is named; again adds nothing; what goes out comes in elsewhere."""
    file = tmp_path / "mine.opml"
    file.write_text(
        """<opml><body><outline text="Ports">
<outline text="Post & Sea" xmlUrl="https://post.example.org/rss" htmlUrl="https://post.example.org/"/>
<outline text="No address"/></outline>
<outline text="Times" xmlUrl="https://times.example.net/feed"/></body></opml>"""
    )
    said = dateline("sources", "import", str(file), "--tag", "mine", "--no-enable").stdout
    assert "2 sources added with 2 feeds (off), 1 line left out" in said
    assert "line 3: No address: no xmlUrl" in said
    (post,) = tomllib.loads(dateline("sources", "show", "post-sea").stdout)["source"]
    assert (post["name"], post["tags"]) == ("Post & Sea", ["mine", "Ports"])
    assert (post["enabled"], post["feeds"]) == (False, ["https://post.example.org/rss"])
    again = dateline("sources", "import", str(file)).stdout
    assert "0 sources added" in again
    assert "line 2: Post & Sea: belongs to source post-sea already" in again
    assert count(database, "news.source") == 2
    out = tmp_path / "out.opml"
    assert "2 feeds of 2 sources written" in dateline("sources", "export", str(out)).stderr
    assert out.read_text() == dateline("sources", "export").stdout
    assert 'xmlUrl="https://times.example.net/feed"' in out.read_text()
    missing = dateline("sources", "import", str(tmp_path / "none.opml"), fails=True).stderr
    assert "none.opml: cannot be read" in missing


def test_wire_texts_are_imported_once(
    dateline: Dateline, database: Database, tmp_path: Path
) -> None:
    """Loaded with dateline and agency; the same bytes change nothing, new ones make a revision."""
    file = tmp_path / "pilots.txt"
    file.write_text(WIRE)
    assert "1 new article," in dateline("import", str(file)).stdout
    with database.transaction() as cursor:
        cursor.execute(
            "select agency, dateline_place, dateline_country, language, "
            "array_length(string_to_array(body, E'\\n\\n'), 1) from news.article"
        )
        assert cursor.fetchall() == [("AP", "OSLO, Norway", "NO", "en", 6)]
    assert "1 seen before" in dateline("import", str(file)).stdout
    file.write_text(WIRE.replace("nine days", "ten days"))
    assert "1 revised" in dateline("import", str(file)).stdout
    assert (count(database, "news.article"), count(database, "news.revision")) == (1, 1)
    assert "No such file" in dateline("import", str(tmp_path / "none.txt"), fails=True).stderr


def test_extract_shows_where_each_field_came_from(
    dateline: Dateline, room: Newsroom, tmp_path: Path
) -> None:
    """From a file or an address; what is no article is named."""
    file = tmp_path / "pilots.txt"
    file.write_text(WIRE)
    assert "OSLO, Norway" in dateline("extract", str(file)).stdout
    url = next(item.url for item in room.expected() if item.state == "loaded")
    said = dateline("extract", url, "--allow-private").stdout
    assert "title" in said
    (tmp_path / "a.pdf").write_bytes(b"%PDF-1.7 ...")
    assert "application/pdf" in dateline("extract", str(tmp_path / "a.pdf"), fails=True).stderr


def test_psql_and_ledger_look_into_the_warehouse(filled: Dateline, database: Database) -> None:
    """Psql's own arguments are passed on; the ledger names states, reasons and runs."""
    said = filled("psql", "--", "-Atc", "select count(*) from news.article").stdout
    assert int(said) == count(database, "news.article")
    ledger = filled("ledger").stdout
    for word in ("loaded", "robots", "http_410", "same_article_as", "cli-"):
        assert word in ledger

    assert "no URL is of the run 'none'" in filled("ledger", "--run", "none").stdout


def test_tables_keep_what_is_short_in_a_narrow_terminal(filled: Dateline) -> None:
    """In 80 columns only the longest column is cut: names, states and run ids stay whole."""
    filled("sources", "disable", "newsroom-standard")
    for arguments, words in {
        ("ledger",): ("duplicate", "same_article_as", "quarantined", "balanced", "…"),
        ("sources", "list"): ("newsroom-standard", "off", "feeds ok", "quarantined", "problem"),
        ("sql",): ("bylines", "days=30, limit=20", "…"),
    }.items():
        said = filled(*arguments, process=True, COLUMNS="80").stdout
        assert max(map(len, said.splitlines())) <= 80
        assert [word for word in words if word not in said] == []
    assert re.search(r"^cli-\w{15}-\w{4} +ingest +\d+ ", filled("ledger").stdout, re.MULTILINE)


def test_an_article_taken_offline_is_gone(filled: Dateline, database: Database) -> None:
    """What a publisher removes stays in the warehouse, marked once a later look agrees."""
    url = filled("newsroom", "remove").stdout.split()[-1]
    filled("recheck")
    assert "1 gone" in filled("ingest").stdout
    with database.transaction() as cursor:
        cursor.execute("update ops.frontier set gone_since = gone_since - interval '6 hours'")
    filled("recheck")
    assert "1 gone" in filled("ingest").stdout
    with database.transaction() as cursor:
        cursor.execute("select url from news.article where gone_at is not null")
        assert cursor.fetchall() == [(url,)]


def test_tail_prints_what_changed_as_json_lines(filled: Dateline, database: Database) -> None:
    """The last ten, or on from a cursor or a time; with --limit as many as asked for."""
    lines = [json.loads(line) for line in filled("tail", "--since", "0").stdout.splitlines()]
    assert {line["kind"] for line in lines} == {"new"}
    assert len(lines) == count(database, "news.article")
    assert lines[0].keys() == {
        *("cursor", "kind", "article_id", "revision", "source", "url", "title", "at"),
    }
    last = [json.loads(line) for line in filled("tail").stdout.splitlines()]
    assert last == lines[-10:]
    since = filled("tail", "--since", str(lines[4]["cursor"]), "--limit", "2", "--follow").stdout
    assert [json.loads(line) for line in since.splitlines()] == lines[5:7]
    assert filled("tail", "--since", "2099-01-01").stdout == ""
    assert len(filled("tail", "--since", lines[0]["at"]).stdout.splitlines()) == len(lines)
    assert "neither a cursor nor a time" in filled("tail", "--since", "soon", fails=True).stderr


def test_logs_of_a_stack_that_never_ran(dateline: Dateline) -> None:
    assert "`dateline up` begins them" in dateline("logs", fails=True).stderr


def test_migrate_is_safe_to_repeat(dateline: Dateline, empty_dsn: str) -> None:
    """An empty database is named as such, migrated, and then up to date."""
    assert "dateline db migrate" in dateline("ledger", fails=True, DATELINE_DSN=empty_dsn).stderr
    assert "applied: core" in dateline("db", "migrate", DATELINE_DSN=empty_dsn).stdout
    assert "up to date" in dateline("db", "migrate", DATELINE_DSN=empty_dsn).stdout


def test_an_unreachable_postgres_is_one_clear_line(dateline: Dateline) -> None:
    """Where it was looked for, without the password, and what to do."""
    dsn = f"postgresql://dateline:secret@127.0.0.1:{free_port()}/dateline"
    said = dateline("ingest", fails=True, process=True, DATELINE_DSN=dsn).stderr
    assert len(said.splitlines()) == 1
    assert "cannot connect to postgresql://dateline:…@127.0.0.1" in said
    assert "make up" in said
    assert "secret" not in said


def test_a_wrong_setting_is_named(dateline: Dateline) -> None:
    """The variable, its value and what it must be."""
    said = dateline("ingest", fails=True, DATELINE_THREADS="many").stderr
    assert "DATELINE_THREADS='many'" in said


def test_the_newsroom_command_serves_until_it_is_interrupted(environment: dict[str, str]) -> None:
    """`dateline newsroom` runs it; without it, its commands say how to start it."""
    changed = environment | {"DATELINE_NEWSROOM_PORT": str(free_port(7)), "PYTHONUNBUFFERED": "1"}
    command = [sys.executable, "-m", "dateline.cli", "newsroom"]
    off = subprocess.run(
        [*command, "status"], env=changed, capture_output=True, text=True, check=False
    )
    assert off.returncode == 1
    assert "start it with `dateline newsroom`" in off.stderr
    with subprocess.Popen(
        command,
        env=changed,
        stdout=subprocess.PIPE,
        text=True,
        # A shell has its background jobs ignore the signal, and so would this one.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # noqa: PLW1509
    ) as server:
        assert server.stdout is not None
        while "Ctrl-C" not in server.stdout.readline():
            assert server.poll() is None
        on = subprocess.run(
            [*command, "status"], env=changed, capture_output=True, text=True, check=True
        )
        assert on.stdout.count("newsroom-") == 6
        os.kill(server.pid, signal.SIGINT)
    assert server.returncode == 0


def test_doctor_names_what_is_missing(dateline: Dateline) -> None:
    """Every check on a line; what fails comes with its remedy."""
    fine = dateline("doctor", DATELINE_NEWSROOM="false").stdout
    assert "✓ postgres" in fine
    broken = dateline(
        "doctor", fails=True, DATELINE_DSN=f"postgresql://127.0.0.1:{free_port()}/none"
    )
    assert "✗ warehouse" in broken.stdout
    assert "mend it: " in broken.stdout


def test_version_and_help(dateline: Dateline) -> None:
    """The program says what it is and what it can do."""
    assert dateline("--version", process=True).stdout.startswith("dateline ")
    said = dateline("--help", process=True).stdout
    for word in (
        "up",
        "down",
        "status",
        "ingest",
        "extract",
        "newsroom",
        "sources",
        "sql",
        "doctor",
    ):
        assert word in said


def test_status_of_a_stack_that_does_not_run(dateline: Dateline) -> None:
    """It says so, and so does down."""
    assert "the stack is stopped" in dateline("status", fails=True).stdout
    assert "nothing was running" in dateline("down").stdout


@pytest.mark.usefixtures("filled")
def test_the_dates_of_the_newsroom_are_fresh(database: Database) -> None:
    """Everything was published within the last days, never in the future."""
    with database.transaction() as cursor:
        cursor.execute("select min(published_at), max(published_at) from news.article")
        first, last = cursor.fetchone()
    assert (datetime.now(UTC) - first).days <= 3
    assert last <= datetime.now(UTC)


def test_extract_explains_and_prints_json_or_html(dateline: Dateline, tmp_path: Path) -> None:
    """Blocks and candidates for people, the record and the body for programs."""
    golden = "tests/golden/harbour-post/ferry-returns.html.gz"
    address = ("--url", "https://www.harbourpost.example/news/island-ferry-returns")
    said = dateline("extract", golden, *address, "--explain", "--no-color", COLUMNS="100").stdout
    assert "body       article > p" in said
    assert "\x1b" not in said
    rivals = "tests/golden/stadtblatt/kommentar-radweg.html.gz"
    assert "lost      title" in dateline("extract", rivals, "--explain", "--no-color").stdout
    record = json.loads(dateline("extract", golden, *address, "--json").stdout)
    assert record["title"] == "Island ferry returns after eleven months"
    assert isinstance(record["body"], list)
    html = dateline("extract", golden, *address, "--html").stdout
    assert html.startswith("<p>")
    assert "one of" in dateline("extract", golden, "--json", "--html", fails=True).stderr
    (tmp_path / "list.html").write_text("<title>404 Not Found</title><p>Sorry.</p>")
    refused = dateline("extract", str(tmp_path / "list.html"), "--explain", fails=True).stdout
    assert "skipped: not_an_article: error_page" in refused
    (tmp_path / "bad.html.gz").write_bytes(b"no gzip")
    assert "bad.html.gz" in dateline("extract", str(tmp_path / "bad.html.gz"), fails=True).stderr


def test_evaluate_writes_a_line_a_page(dateline: Dateline, tmp_path: Path) -> None:
    """The last line printed is JSON; a folder without pages to measure is an error."""
    text = "The pilots of the harbour went back to work on Monday, a mediator said. " * 5
    (tmp_path / "page.html").write_text(f"<h1>Pilots return</h1><p>{text}</p><p>{text}</p>")
    (tmp_path / "truth.jsonl").write_text('{"id": "a", "page": "page.html"}\n')
    out = tmp_path / "predictions.jsonl"
    said = dateline("evaluate", str(tmp_path), "--out", str(out)).stdout
    assert json.loads(said.splitlines()[-1])["articles"] == 1
    assert json.loads(out.read_text())["title"] == "Pilots return"
    failed = dateline("evaluate", str(tmp_path / "none"), "--out", str(out), fails=True)
    assert "no truth.jsonl" in failed.stderr
