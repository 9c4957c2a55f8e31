"""The archive: what is written is read back, by us and by others, and survives crashes."""

from __future__ import annotations

import gzip
import io
import os
import resource
import signal
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
from warcio.archiveiterator import ArchiveIterator
from warcio.checker import Checker

from dateline.archive import ArchiveWriter, read_page, read_pages, recover
from dateline.errors import ArchiveError
from dateline.fetch import Response
from dateline.model import ArchiveRef, Page

NAME = "pages.warc.gz"
AT = datetime(2026, 3, 1, 12, 30, 15, 250000, tzinfo=UTC)
TEXT = b"".join(b"<p>Paragraph %d of a story.</p>" % n for n in range(500))


def response(path="/a", body=TEXT, *headers, final=None, packed=True, status=200):
    url = f"https://example.org{path}"
    wire = gzip.compress(body, mtime=0) if packed else body
    coding = (("Content-Encoding", "gzip"),) if packed else ()
    return Response(
        url=url,
        final_url=final or url,
        status=status,
        reason="OK",
        headers=(*headers, ("Content-Type", "text/html; charset=latin1"), *coding),
        wire=wire,
        body=body,
        fetched_at=AT,
        elapsed=0.2,
        redirects=(url,) if final else (),
        peer="192.0.2.7",
    )


def write(folder, *responses, name=NAME):
    with ArchiveWriter(folder, name) as writer:
        return [writer.write(item) for item in responses]


@pytest.mark.parametrize("packed", [True, False])
def test_a_page_comes_back_as_it_was_fetched(tmp_path, packed):
    headers = (("X-Twice", "1"), ("X-Twice", "2"), ("X-Accent", "caf\xe9"))
    sent = response("/a", TEXT, *headers, packed=packed, status=203)
    (ref,) = write(tmp_path, sent)
    page = read_page(tmp_path, ref)
    assert page == Page(sent.url, sent.url, 203, sent.headers, TEXT, AT, ref)


def test_pages_are_found_by_their_offsets_in_any_order(tmp_path):
    bodies = [b"", b"x", TEXT, b"\r\n\r\nHTTP/1.1 200 OK\r\n\r\n", bytes(range(256)) * 50]
    sent = [response(f"/{n}", body, packed=n % 2 == 0) for n, body in enumerate(bodies)]
    refs = write(tmp_path, *sent)
    offsets = [ref.offset for ref in reversed(refs)]
    found = dict(read_pages(tmp_path, NAME, offsets))
    assert list(found) == offsets
    assert [found[ref.offset].body for ref in refs] == bodies


def test_the_requested_url_survives_a_redirect(tmp_path):
    refs = write(tmp_path, response("/old", final="https://www.example.org/new"), response("/b"))
    page = read_page(tmp_path, refs[0])
    assert (page.url, page.final_url) == ("https://example.org/old", "https://www.example.org/new")
    assert read_page(tmp_path, refs[1]).url == "https://example.org/b"


def test_chunking_is_not_claimed_for_what_is_no_longer_chunked(tmp_path):
    sent = response("/a", TEXT, ("Transfer-Encoding", "chunked"), ("X", "y"))
    page = read_page(tmp_path, write(tmp_path, sent)[0])
    assert page.header("transfer-encoding") is None
    assert page.header("x") == "y"


def test_a_plain_resource_is_read_as_a_page(tmp_path):
    with ArchiveWriter(tmp_path, NAME) as writer:
        ref = writer.write_resource("file:///wire.txt", "text/plain", b"SEOUL \xe2\x80\x93", AT)
    page = read_page(tmp_path, ref)
    assert (page.status, page.body) == (200, b"SEOUL \xe2\x80\x93")
    assert page.header("content-type") == "text/plain"
    assert page.final_url == "file:///wire.txt"


def paged(folder, *, first=None, parts=(), name=NAME):
    with ArchiveWriter(folder, name) as writer:
        ref = writer.write(first or response("/a"), parts)
        return ref, writer.write(response("/behind"))


class TestParts:
    """The further pages of an article stand behind its first and are read with it."""

    def test_they_come_back_in_order(self, tmp_path):
        further = [response(f"/a?page={n}", b"part %d" % n, packed=n == 2) for n in (2, 3)]
        ref, behind = paged(tmp_path, parts=further)
        page = read_page(tmp_path, ref)
        assert (page.url, page.body, page.ref) == ("https://example.org/a", TEXT, ref)
        assert [(part.url, part.body) for part in page.parts] == [
            ("https://example.org/a?page=2", b"part 2"),
            ("https://example.org/a?page=3", b"part 3"),
        ]
        assert all(part.parts == () and part.fetched_at == AT for part in page.parts)
        assert read_page(tmp_path, behind).parts == ()
        pages = dict(read_pages(tmp_path, NAME, [behind.offset, ref.offset]))
        assert pages[ref.offset] == page

    def test_redirects_keep_their_origin(self, tmp_path):
        first = response("/old", final="https://example.org/new")
        second = response("/new/2", b"x", final="https://example.org/new/2/")
        ref, behind = paged(tmp_path, first=first, parts=[second, response("/new/3")])
        page = read_page(tmp_path, ref)
        assert (page.url, page.final_url) == (first.url, first.final_url)
        assert [part.url for part in page.parts] == [second.url, "https://example.org/new/3"]
        assert page.parts[0].final_url == second.final_url
        assert read_page(tmp_path, behind).url == "https://example.org/behind"

    def test_a_page_without_parts_reads_nothing_more(self, tmp_path):
        """What stands behind it may be damaged."""
        ref, behind = paged(tmp_path)
        path = tmp_path / NAME
        path.write_bytes(path.read_bytes()[: behind.offset] + b"rubbish")
        assert read_page(tmp_path, ref).body == TEXT

    @pytest.mark.parametrize("packed", [True, False])
    def test_a_damaged_part_costs_only_itself_and_what_follows(self, tmp_path, packed):
        further = [response(f"/a/{n}", os.urandom(9000), packed=packed) for n in (2, 3)]
        ref, behind = paged(tmp_path, parts=further)
        path = tmp_path / NAME
        data = bytearray(path.read_bytes())
        data[behind.offset - 5000 : behind.offset - 4000] = bytes(1000)
        path.write_bytes(data)
        page = read_page(tmp_path, ref)
        assert (page.body, [part.body for part in page.parts]) == (TEXT, [further[0].body])

    def test_a_file_that_was_cut_within_the_parts_keeps_the_first(self, tmp_path):
        writer = ArchiveWriter(tmp_path, NAME)
        ref = writer.write(response("/a"), [response("/a/2"), response("/a/3")])
        path = tmp_path / f"{NAME}.open"
        whole = path.read_bytes()
        del writer
        path.write_bytes(whole[:-20])
        assert recover(tmp_path) in ([NAME], [])
        page = read_page(tmp_path, ref)
        assert (page.body, len(page.parts)) == (TEXT, 1)

    def test_others_see_what_belongs_together(self, tmp_path, capsys):
        """The metadata refers to the first page and names the records of the others."""
        further = [response("/a/2"), response("/a/3")]
        paged(tmp_path, parts=further)
        with (tmp_path / NAME).open("rb") as stream:
            records = [
                (record.rec_type, record.rec_headers, record.content_stream().read())
                for record in ArchiveIterator(stream)
            ]
        kinds = [kind for kind, _, _ in records]
        assert kinds == ["warcinfo", "response", "metadata", *["response"] * 3]
        first, metadata, second, third, _ = (head for _, head, _ in records[1:])
        assert metadata.get_header("WARC-Refers-To") == first.get_header("WARC-Record-ID")
        assert first.get_header("WARC-Concurrent-To") == metadata.get_header("WARC-Record-ID")
        names = " ".join(head.get_header("WARC-Record-ID") for head in (second, third))
        assert records[2][2] == f"parts: {names}\r\n".encode()
        assert all(head.get_header("WARC-Refers-To") is None for head in (first, second, third))
        args = type("Args", (), {"inputs": [str(tmp_path / NAME)], "verbose": True})()
        checker = Checker(args)
        checker.process_all()
        assert checker.exit_value == 0, capsys.readouterr().out


class TestFormat:
    """Read by warcio, which is not ours."""

    @pytest.fixture
    def path(self, tmp_path):
        sent = [
            response("/a"),
            response("/plain", packed=False),
            response("/old", final="https://example.org/new"),
            response("/b", TEXT, ("Transfer-Encoding", "chunked")),
        ]
        write(tmp_path, *sent)
        return tmp_path / NAME

    def test_records_follow_the_standard(self, path):
        with path.open("rb") as stream:
            records = [
                (record.rec_type, record.rec_headers, record.content_stream().read())
                for record in ArchiveIterator(stream)
            ]
        kinds = [kind for kind, _, _ in records]
        assert kinds == ["warcinfo", "response", "response", "response", "metadata", "response"]
        assert all(body == TEXT for kind, _, body in records if kind == "response")
        head = records[1][1]
        assert head.protocol == "WARC/1.1"
        assert head.get_header("WARC-Target-URI") == "https://example.org/a"
        assert head.get_header("WARC-Date") == "2026-03-01T12:30:15.250000Z"
        assert head.get_header("WARC-IP-Address") == "192.0.2.7"
        assert records[3][1].get_header("WARC-Concurrent-To") == records[4][1].get_header(
            "WARC-Record-ID"
        )
        assert records[4][1].get_header("WARC-Refers-To") == records[3][1].get_header(
            "WARC-Record-ID"
        )
        assert records[4][2] == b"via: https://example.org/old\r\nhopsFromSeed: R\r\n"

    def test_digests_are_right(self, path, capsys):
        checker = Checker(type("Args", (), {"inputs": [str(path)], "verbose": True})())
        checker.process_all()
        printed = capsys.readouterr().out
        assert checker.exit_value == 0, printed
        assert printed.count("digest pass") == 4, printed

    def test_each_record_is_a_member_of_its_own(self, path):
        with path.open("rb") as stream:
            data = stream.read()
        assert data.count(b"\x1f\x8b\x08") >= 6
        assert gzip.decompress(data).count(b"WARC/1.1\r\n") == 6

    def test_what_came_compressed_is_not_compressed_again(self, tmp_path):
        sent = response("/a", os.urandom(20_000).hex().encode())
        (ref,) = write(tmp_path, sent)
        assert sent.wire in (tmp_path / NAME).read_bytes()[ref.offset :]

    def test_a_line_break_in_a_header_adds_no_header(self, tmp_path):
        sent = response("/a", b"x", ("X", "a\r\nX-Evil: 1\r\n\r\nbody"))
        page = read_page(tmp_path, write(tmp_path, sent)[0])
        assert page.header("x-evil") is None
        assert page.body == b"x"


class TestNames:
    def test_the_file_has_its_name_only_when_it_is_whole(self, tmp_path):
        writer = ArchiveWriter(tmp_path / "deep" / "er", NAME)
        ref = writer.write(response())
        writer.flush()
        folder = tmp_path / "deep" / "er"
        assert [path.name for path in folder.iterdir()] == [NAME + ".open"]
        assert read_page(folder, ref).body == TEXT
        writer.close()
        writer.close()
        assert [path.name for path in folder.iterdir()] == [NAME]
        assert read_page(folder, ref).body == TEXT

    def test_a_file_without_pages_is_not_left(self, tmp_path):
        write(tmp_path)
        assert list(tmp_path.iterdir()) == []

    def test_what_was_written_before_an_error_is_kept(self, tmp_path):
        refs = []

        def fail_after_a_page():
            with ArchiveWriter(tmp_path, NAME) as writer:
                refs.append(writer.write(response()))
                raise RuntimeError

        with pytest.raises(RuntimeError):
            fail_after_a_page()
        (ref,) = refs
        assert read_page(tmp_path, ref).body == TEXT

    @pytest.mark.parametrize("existing", [NAME, NAME + ".open"])
    def test_a_name_is_never_used_twice(self, tmp_path, existing):
        (tmp_path / existing).write_bytes(b"precious")
        with pytest.raises(ArchiveError, match=NAME):
            ArchiveWriter(tmp_path, NAME)
        assert (tmp_path / existing).read_bytes() == b"precious"

    def test_a_folder_that_cannot_be_made_is_named(self, tmp_path):
        (tmp_path / "file").write_text("")
        with pytest.raises(ArchiveError, match="file/folder"):
            ArchiveWriter(tmp_path / "file" / "folder", NAME)


class TestDamage:
    def test_a_damaged_record_is_told_and_the_others_are_read(self, tmp_path):
        refs = write(tmp_path, *(response(f"/{n}") for n in range(3)))
        path = tmp_path / NAME
        data = bytearray(path.read_bytes())
        data[refs[1].offset + 700] ^= 0xFF
        path.write_bytes(data)
        first, second, third = (found for _, found in read_pages(tmp_path, NAME, offsets(refs)))
        assert first.body == third.body == TEXT
        assert isinstance(second, ArchiveError)
        assert str(refs[1].offset) in str(second)
        assert NAME in str(second)

    @pytest.mark.parametrize("shift", [1, 20, 10**9])
    def test_an_offset_that_is_none(self, tmp_path, shift):
        (ref,) = write(tmp_path, response())
        with pytest.raises(ArchiveError, match=NAME):
            read_page(tmp_path, ArchiveRef(NAME, ref.offset + shift))

    def test_an_offset_of_another_record(self, tmp_path):
        write(tmp_path, response())
        with pytest.raises(ArchiveError, match="warcinfo"):
            read_page(tmp_path, ArchiveRef(NAME, 0))

    def test_a_record_cut_short(self, tmp_path):
        (ref,) = write(tmp_path, response())
        path = tmp_path / NAME
        path.write_bytes(path.read_bytes()[:-200])
        with pytest.raises(ArchiveError, match="damaged"):
            read_page(tmp_path, ref)

    def test_a_file_that_is_not_there(self, tmp_path):
        with pytest.raises(ArchiveError, match=r"nothing\.warc\.gz"):
            read_page(tmp_path, ArchiveRef("nothing.warc.gz", 0))


def offsets(refs):
    return [ref.offset for ref in refs]


CRASH = """
import os, signal, sys
from datetime import UTC, datetime
from pathlib import Path
from dateline.archive import ArchiveWriter
from dateline.fetch import Response
writer = ArchiveWriter(Path(sys.argv[1]), sys.argv[2])
for n in range(5):
    url, now = f"http://h/{n}", datetime.now(UTC)
    ref = writer.write(Response(url, url, 200, "OK", (), b"x" * n, b"", now, 0))
    print(ref.offset, flush=True)
if sys.argv[3] == "wait":
    sys.stdin.read()
os.kill(os.getpid(), signal.SIGKILL)
"""


class TestRecovery:
    def crash(self, folder, name=NAME):
        command = [sys.executable, "-c", CRASH, str(folder), name, "die"]
        result = subprocess.run(command, stdout=subprocess.PIPE, check=False)
        assert result.returncode == -signal.SIGKILL
        return [int(line) for line in result.stdout.split()]

    def test_the_file_of_a_killed_writer_is_named(self, tmp_path):
        found = self.crash(tmp_path)
        assert recover(tmp_path) == [NAME]
        assert [path.name for path in tmp_path.iterdir()] == [NAME]
        bodies = [page.body for _, page in read_pages(tmp_path, NAME, found)]
        assert bodies == [b"x" * n for n in range(5)]
        assert recover(tmp_path) == []

    @pytest.mark.parametrize("cut", [1, 8, 60])
    def test_a_record_cut_off_is_cut_away(self, tmp_path, cut):
        found = self.crash(tmp_path)
        path = tmp_path / (NAME + ".open")
        path.write_bytes(path.read_bytes()[:-cut])
        assert recover(tmp_path) == [NAME]
        assert (tmp_path / NAME).stat().st_size == found[4]
        pages = [page for _, page in read_pages(tmp_path, NAME, found[:4])]
        assert [page.body for page in pages] == [b"x" * n for n in range(4)]
        with (tmp_path / NAME).open("rb") as stream:
            assert len(list(ArchiveIterator(stream))) == 5

    def test_zeros_after_a_power_cut_are_cut_away(self, tmp_path):
        found = self.crash(tmp_path)
        path = tmp_path / (NAME + ".open")
        path.write_bytes(path.read_bytes() + bytes(5000))
        assert recover(tmp_path) == [NAME]
        assert all(isinstance(page, Page) for _, page in read_pages(tmp_path, NAME, found))
        assert bytes(100) not in (tmp_path / NAME).read_bytes()

    def test_a_file_without_pages_is_removed(self, tmp_path):
        (tmp_path / "a.warc.gz.open").write_bytes(b"")
        (tmp_path / "b.warc.gz.open").write_bytes(gzip.compress(b"warcinfo"))
        assert recover(tmp_path) == []
        assert list(tmp_path.iterdir()) == []

    def test_a_living_writer_is_left_alone(self, tmp_path):
        """In this process or in another."""
        command = [sys.executable, "-c", CRASH, str(tmp_path), "other.warc.gz", "wait"]
        with (
            ArchiveWriter(tmp_path, NAME) as writer,
            subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process,
        ):
            assert process.stdout is not None
            for _ in range(5):
                process.stdout.readline()
            writer.write(response())
            assert recover(tmp_path) == []
            process.kill()
            process.wait()
            assert recover(tmp_path) == ["other.warc.gz"]
        assert recover(tmp_path) == []
        assert (tmp_path / NAME).exists()

    def test_whole_files_and_strangers_are_left_alone(self, tmp_path):
        write(tmp_path, response())
        (tmp_path / "notes.txt").write_text("mine")
        before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
        assert recover(tmp_path) == []
        assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before

    def test_a_folder_that_is_not_there_has_nothing_to_recover(self, tmp_path):
        assert recover(tmp_path / "none") == []


class TestFullDisk:
    """The kernel itself refuses: a limit on file size, and a device that is always full."""

    @pytest.fixture
    def limit(self):
        """Set the largest size a file may have."""
        soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
        handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        yield lambda size: resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        signal.signal(signal.SIGXFSZ, handler)

    def test_what_was_archived_before_stays_readable(self, tmp_path, limit):
        """The record that did not fit leaves no trace, and writing goes on when there is room."""
        noise = io.BytesIO(os.urandom(60_000)).getvalue()
        writer = ArchiveWriter(tmp_path, NAME)
        first = writer.write(response("/a"))
        size = (tmp_path / (NAME + ".open")).stat().st_size
        limit(size + 20_000)
        with pytest.raises(ArchiveError, match="cannot archive"):
            writer.write(response("/big", noise, packed=False))
        assert (tmp_path / (NAME + ".open")).stat().st_size == size
        second = writer.write(response("/b"))
        writer.close()
        assert second.offset == size
        assert [read_page(tmp_path, ref).body for ref in (first, second)] == [TEXT, TEXT]
        with (tmp_path / NAME).open("rb") as stream:
            assert len(list(ArchiveIterator(stream))) == 3

    def test_a_file_that_cannot_even_begin_is_not_left(self, tmp_path, limit):
        limit(10)
        with pytest.raises(ArchiveError, match="cannot archive"):
            ArchiveWriter(tmp_path, NAME)
        limit(resource.RLIM_INFINITY)
        assert list(tmp_path.iterdir()) == []

    def test_the_message_names_the_full_folder(self, tmp_path):
        """/dev/full answers every write with "no space left on device"."""
        writer = ArchiveWriter(tmp_path, NAME)
        with Path("/dev/full").open("wb") as full:
            os.dup2(full.fileno(), writer._fd)
        with pytest.raises(ArchiveError, match=f"{tmp_path} is full") as caught:
            writer.write(response())
        assert isinstance(caught.value.__cause__, OSError)
        assert "\n" not in str(caught.value)
        writer.close()
