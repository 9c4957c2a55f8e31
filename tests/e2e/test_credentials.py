"""A password in an address goes no further than the address: not to the archive, not to Postgres."""

from __future__ import annotations

from pathlib import Path

SECRET = "hunter2"
TABLES = ("ops.frontier", "ops.fetch", "ops.quarantine", "ops.host", "news.article")


def test_a_password_in_a_link_or_redirect_is_kept_nowhere(desk, press, say):
    """A good page behind such a redirect, one that fails, and one that a feed links to."""
    host = press.home.removeprefix("http://")
    away = f"http://user:{SECRET}@"
    press.answers |= {
        "/2026/03/04/moved": redirect(f"{away}{host}/2026/03/04/here"),
        "/2026/03/04/here": say.answer(say.article("A story that has moved to another place")),
        "/2026/03/04/broken": redirect(f"{away}[::1/"),
        "/2026/03/04/nowhere": redirect(f"{away}no-such-host.invalid/"),
        "/2026/03/04/linked": say.answer(say.article("A story that is linked with a password")),
    }
    links = [f"{press.home}/2026/03/04/{name}" for name in ("moved", "broken", "nowhere")]
    links.append(f"{away}{host}/2026/03/04/linked")
    items = "".join(f"<item><title>About {n}</title><link>{n}</link></item>" for n in links)
    press.answers["/feed"] = say.answer(
        f'<rss version="2.0"><channel><title>Press</title>{items}</channel></rss>'.replace(
            f"About {away}", "About "
        ),
        "application/rss+xml",
    )
    desk.apply(press.source())
    desk.ingest()

    states = sorted(reason for _, reason in desk.states().values())
    assert states == ["bad_redirect", "new", "new", "robots_dns"]
    stored = "".join(
        text for table in TABLES for (text,) in desk.query(f"select t::text from {table} t")
    )
    archived = b"".join(
        path.read_bytes() for path in Path(desk.settings.archive_dir).rglob("*") if path.is_file()
    )
    assert "here" in stored
    assert archived
    assert SECRET not in stored
    assert SECRET.encode() not in archived


def redirect(location):
    return f"HTTP/1.1 302 Found\r\nLocation: {location}\r\nContent-Length: 0\r\n\r\n".encode()
