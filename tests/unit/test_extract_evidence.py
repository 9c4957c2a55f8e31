"""Choosing by evidence: weights, losers, and how sure the choice is."""

from __future__ import annotations

from dateline.extract.evidence import Choice, Evidence, confidence, first, vote


def test_the_weight_of_agreeing_signals_wins():
    """Two that agree beat a heavier one; the first one's spelling is taken."""
    choice = vote([Evidence("B", "x", 1.2), Evidence("a", "y"), Evidence("A", "z")], str.lower)
    assert (choice.value, choice.provenance["from"]) == ("a", "y")
    assert choice.provenance["others"] == {"x": "B"}


def test_no_evidence_is_no_choice():
    """Neither value nor provenance."""
    assert vote([], str) == first([]) == Choice(None)


def test_confidence_grows_with_agreement_and_falls_with_contradiction():
    """Between 0 and 1."""
    assert 0 == confidence(0) < confidence(0.5) < confidence(1) < confidence(3) < 1
    assert confidence(1, 1) < confidence(1)
    torn = first([Evidence("a", "x"), Evidence("b", "y")])
    sure = first([Evidence("a", "x"), Evidence("a", "y")])
    assert torn.provenance["confidence"] < sure.provenance["confidence"]
