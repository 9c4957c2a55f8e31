"""Records of others: whatever they hold, reading them is bounded, and the rest of the file is read."""

from __future__ import annotations

import gzip
import io
import tracemalloc
import zlib
from datetime import UTC, datetime

import pytest

from dateline.records import (
    MAX_HEAD,
    Damage,
    Record,
    RecordError,
    SharedMemberError,
    member,
    read,
    scan,
)

PAGE = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<p>Text"


def record(block=PAGE, *, length=None, kind="response", more=b"", gap=b"\r\n"):
    lines = [
        b"WARC/1.0",
        b"WARC-Type: " + kind.encode(),
        b"WARC-Target-URI: <https://example.org/a>",
        b"WARC-Date: 2026-03-01T12:00:00Z",
        b"Content-Length: %d" % (len(block) if length is None else length),
    ]
    return gap.join(lines) + gap + more + gap + block + b"\r\n\r\n"


def packed(data):
    return gzip.compress(data, mtime=0)


def found(data, **options):
    """What a scan of these bytes gives: blocks, and problems of damaged places."""
    items = scan(io.BytesIO(data), **options)
    return [item.block if isinstance(item, Record) else item.problem for item in items]


@pytest.mark.parametrize("pack", [packed, bytes], ids=["gzip", "plain"])
def test_all_records_are_found_and_each_by_its_offset(pack):
    bodies = [b"one", b"", b"WARC/1.0\r\n\r\n", bytes(range(256)) * 500]
    stream = io.BytesIO(b"".join(pack(record(body)) for body in bodies))
    items = list(scan(stream))
    assert [item.block for item in items] == bodies
    for item in reversed(items):
        assert read(stream, item.offset) == item


def test_a_record_is_read_with_its_headers():
    one = read(io.BytesIO(packed(record(more=b"X-Long: a\r\n b\r\nWARC-Type: second\r\n"))), 0)
    assert (one.kind, one.uri) == ("response", "https://example.org/a")
    assert one.headers["x-long"] == "a b"
    assert one.date == datetime(2026, 3, 1, 12, tzinfo=UTC)


def test_line_feeds_alone_end_a_head_too():
    assert found(record(gap=b"\n")) == [PAGE]


@pytest.mark.parametrize(
    ("text", "date"),
    [
        ("2026-03-01T12:00:00Z", datetime(2026, 3, 1, 12, tzinfo=UTC)),
        ("20260301120000", datetime(2026, 3, 1, 12, tzinfo=UTC)),
        ("2026-03-01T12:00:00", datetime(2026, 3, 1, 12, tzinfo=UTC)),
        ("2026-03-01T12:00:00.250+01:00", datetime(2026, 3, 1, 11, 0, 0, 250000, tzinfo=UTC)),
    ],
)
def test_dates_are_read_in_every_spelling(text, date):
    assert Record({"warc-date": text}, b"", 0, 0).date == date


@pytest.mark.parametrize(
    "text", ["", "yesterday", "2026-13-45T00:00:00Z", "0001-01-01T00:00:00+14:00"]
)
def test_a_date_that_is_none_is_an_error_of_its_own(text):
    with pytest.raises(RecordError, match="no date"):
        _ = Record({"warc-date": text}, b"", 0, 0).date


class TestAttacks:
    """Each costs its own record, little memory, and nothing of what stands behind it."""

    BEHIND = record(b"behind")

    def attack(self, data, pack=packed, **options):
        tracemalloc.start()
        try:
            *problems, behind = found(data + pack(self.BEHIND), **options)
            peak = tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()
        assert behind == b"behind"
        assert peak < 8 * 1024**2
        return problems

    def test_a_bomb_with_an_honest_length(self):
        bomb = packed(record(bytes(64 * 1024**2)))
        assert self.attack(bomb, limit=1024**2) == ["its 67108864 bytes are more than 1048576"]

    def test_a_bomb_with_a_small_length(self):
        bomb = packed(record(bytes(64 * 1024**2), length=10))
        assert self.attack(bomb) == ["it is longer than its Content-Length"]

    def test_a_bomb_of_line_breaks_behind_the_block(self):
        bomb = packed(record() + b"\r\n" * 32 * 1024**2)
        assert self.attack(bomb) == ["its end is padded without end"]

    def test_a_head_without_end(self):
        line = b"X-Filler: " + b"a" * 80 + b"\r\n"
        head = packed(b"WARC/1.0\r\n" + line * 500_000)
        assert self.attack(head) == [f"its head has more than {MAX_HEAD} bytes"]

    def test_a_line_without_end(self):
        head = packed(b"WARC/1.0\r\nX: " + b"a" * 64 * 1024**2)
        assert self.attack(head) == [f"its head has more than {MAX_HEAD} bytes"]

    @pytest.mark.parametrize("pack", [packed, bytes], ids=["gzip", "plain"])
    def test_a_length_that_is_too_short(self, pack):
        assert self.attack(pack(record(length=len(PAGE) - 3)), pack) == [
            "it is longer than its Content-Length"
        ]

    def test_a_length_that_is_too_long(self):
        data = packed(record(length=5000))
        assert self.attack(data) == [f"{len(PAGE) + 4} of 5000 bytes are there"]

    def test_a_length_that_would_swallow_the_next_record(self):
        """In a plain file nothing but the record behind it tells."""
        data = record(length=len(PAGE) + 40)
        assert self.attack(data, bytes) == ["it is longer than its Content-Length"]

    @pytest.mark.parametrize("length", [b"-1", b"1e9", b"", b"9" * 5000, "٣".encode()])
    def test_a_length_that_is_none(self, length):
        data = packed(
            record().replace(b"Content-Length: %d" % len(PAGE), b"Content-Length: " + length)
        )
        (problem,) = self.attack(data)
        assert problem.startswith("no Content-Length")

    def test_a_member_that_is_cut(self):
        """The bytes behind it are taken for its own, and found again."""
        data = packed(record(zlib.compress(bytes(range(256)) * 99)))
        assert len(self.attack(data[: len(data) // 2])) == 1

    def test_bytes_turned_in_the_middle(self):
        data = bytearray(packed(record(bytes(range(256)) * 4)))
        data[len(data) // 2] ^= 0xFF
        assert len(self.attack(bytes(data))) == 1

    def test_rubbish_between_records(self):
        assert self.attack(packed(record(b"before")) + b"rubbish\x1f\x8b\x08rubbish") == [
            b"before",
            "no record is there",
        ]


def test_a_file_that_ends_within_a_record_keeps_those_before():
    data = packed(record(b"one")) + packed(record(bytes(range(256)) * 9))[:-20]
    one, problem = found(data)
    assert (one, problem) == (b"one", "the file ends within it")


@pytest.mark.parametrize("pack", [packed, bytes], ids=["gzip", "plain"])
def test_an_offset_within_a_record_is_none(pack):
    data = pack(record(b"HTTP/1.1 200 OK\r\n\r\n" + b"x" * 500))
    for offset in range(1, len(data) + 5):
        with pytest.raises(RecordError):
            read(io.BytesIO(data), offset)


def test_several_records_in_a_member_are_told():
    with pytest.raises(SharedMemberError):
        found(packed(record() + record()))


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"\x28\xb5\x2f\xfd0000", "Zstandard"),
        (b"<html>", "no WARC file"),
        (b"PK\x03\x04", "no WARC file"),
        (packed(b"<html>"), "no WARC file"),
    ],
)
def test_a_file_of_another_kind_is_refused(data, message):
    with pytest.raises(RecordError, match=message):
        found(data)


def test_an_empty_file_has_no_records():
    assert found(b"") == []


def test_a_record_packed_by_itself_is_the_same_record():
    one = read(io.BytesIO(record(more=b"X-Accent: caf\xc3\xa9\r\n")), 0)
    again = read(io.BytesIO(member(one, 1)), 0)
    assert (again.headers, again.block) == (one.headers, one.block)


def test_damage_says_where():
    data = packed(record(b"one"))
    damage = list(scan(io.BytesIO(data + b"xx" + data)))[1]
    assert damage == Damage(len(data), "no record is there")
