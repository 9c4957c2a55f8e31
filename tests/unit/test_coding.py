"""Content codings, as far as the client's tests do not show them."""

from __future__ import annotations

import pytest
from backports import zstd

from dateline import coding

PAGE = b"".join(b"<p>Paragraph %d of the story.</p>" % n for n in range(400))
HALVES = zstd.compress(PAGE[:5000]), zstd.compress(PAGE[5000:])


def test_zstd_is_offered_and_undone():
    assert "zstd" in coding.ACCEPTED
    assert coding.decode(zstd.compress(PAGE), ["zstd"], limit=len(PAGE)) == PAGE


def test_zstd_frames_are_joined():
    assert coding.decode(b"".join(HALVES), ["zstd"], limit=len(PAGE)) == PAGE


@pytest.mark.parametrize(
    ("wire", "reason"),
    [
        (zstd.compress(PAGE)[:-9], "truncated"),
        (HALVES[0] + HALVES[1][:-9], "truncated"),
        (b"plain text, no frame", "bad_encoding"),
        (zstd.compress(PAGE + b"!"), "too_large"),
        (zstd.compress(PAGE) * 2, "too_large"),
    ],
)
def test_what_is_not_whole_or_too_large_is_refused(wire, reason):
    with pytest.raises(coding.CodingError) as refused:
        coding.decode(wire, ["zstd"], limit=len(PAGE))
    assert refused.value.reason == reason


def test_a_bomb_is_told_from_a_large_page():
    with pytest.raises(coding.CodingError) as refused:
        coding.decode(zstd.compress(bytes(20_000_000)), ["zstd"], limit=1_000_000)
    assert refused.value.reason == "bomb"


def test_a_zstd_window_above_that_of_the_web_is_refused():
    """RFC 9659: 8 MB; the format itself allows terabytes, all of it allocated."""
    parameter = zstd.CompressionParameter
    options = {parameter.window_log: 27, parameter.enable_long_distance_matching: 1}
    stream = zstd.ZstdCompressor(options=options)
    wire = stream.compress(PAGE) + stream.flush()
    with pytest.raises(coding.CodingError) as refused:
        coding.decode(wire, ["zstd"], limit=len(PAGE))
    assert refused.value.reason == "bad_encoding"
