"""Bylines as they are printed: the names in them, their roles, and what is neither."""

from __future__ import annotations

import re
from dataclasses import replace

from dateline.extract.agencies import agency_of
from dateline.model import Author
from dateline.text import fold, plain, words

_AROUND = " .,;:|–—-\"'“”„*[]()【】《》（）・·•"
_NAME_PARTS = 2
_LONGEST_AGENCY = 3
_LONGEST_NAME = 60
_MOST_WORDS = 6
# What stands before a name in print, in the tongues met most.
PREFIX = re.compile(
    r"^\s*(?:(?:written|reported|edited|posted|published|submitted|created|story|text|words|reporting"
    r"|review|all posts|view all posts|article|interview|analysis|opinion|photos?|by)"
    r"(?: and \w+)? by|by"
    r"|(?:alle?|zeige alle|view all|all|see all|tous les|ver todos los)"
    r" (?:beiträge|artikel|posts|articles|stories|entradas) (?:von|by|de|anzeigen von)"
    r"|(?:geschrieben|verfasst|veröffentlicht|erstellt|gepostet|eingestellt|publiziert)"
    r" (?:von|durch)"
    r"|von|par|por|di|da|door|av|af|oleh|eine? \w+ von|texte? (?:von|par)"
    r"|(?:escrito|publicado|redactado|postado) por|(?:publié|écrit|rédigé|posté) par"
    r"|(?:scritto|pubblicato|inserito) da|(?:geschreven|geplaatst) door|(?:skrevet|publisert) av"
    r"|skrivet av|tekst|text|autore?(?:in|es|s)?(?!\w)|author|auteur|автор|yazan|reporter|redaktion"
    r"|(?:interview|protokoll|kommentar|analyse|bericht|reportage)(?=\s*:)"
    r"|from)(?:\s*[:|]\s*|\s+)"
    r"|^\s*[\[【(（《]?(?:著者|作者|筆者|撰文|記者|编辑|責任編輯|文)\s*[:：/／]\s*",
    re.IGNORECASE,
)
# Before a handle only what cannot be anything else: "Posted by ana84".
SURE = re.compile(
    r"\s*(?:(?:written|posted|published|submitted|created) by"
    r"|(?:geschrieben|verfasst|veröffentlicht|erstellt|gepostet) von|(?:publié|écrit|posté) par"
    r"|(?:escrito|publicado|postado) por|(?:scritto|pubblicato) da|geplaatst door|skrevet av)\b",
    re.IGNORECASE,
)
_EMAIL = re.compile(r"\S+@\S+\.\w+|@\w+")
_URL = re.compile(r"(?:https?:)?//\S+|www\.\S+", re.IGNORECASE)
_BRACKETS = re.compile(r"\s*[(\[][^()\[\]]*(?:[)\]]|$)")
_CUT = re.compile(
    r"\s*(?:\||\s[–—-]\s|•|·|\n|\bUpdated\b|\bPublished\b|\bPosted\b|\s(?:Jan|Feb|Mar|Apr|May|Jun"
    r"|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*\.?\s\d|\s\d|^\d|\b(?:19"
    r"|20)\d\d\b|\bStand\b|\bgepostet\b|\bam \d).*$",
    re.IGNORECASE | re.DOTALL,
)
_AND = re.compile(
    r"\s*(?:;|/|&|\s(?:and|und|et|y|og|och|en|with|mit|avec|con)\s|,\s+(?:and|und|et|y)\s)\s*",
    re.IGNORECASE,
)
ROLE = re.compile(
    r"\b(?:correspondent\w*|reporter\w*|editors?|writers?|columnist\w*|staff|desk|redaktion\w*"
    r"|redakteur\w*|korrespondent\w*|newsroom|team"
    r"|rédaction|redacción|redazione|journalist\w*|contributors?|producer|bureau|chief|analyst\w*"
    r"|critic|news|nachrichten|agenc\w+|wires?"
    r"|services?|media|press|presse|online|editorial|board|magazine|times|post|gmbh|inc|ltd|digital"
    r"|network|sport|sports)\b",
    re.IGNORECASE,
)
# A role printed behind the name without a comma.
_TRAILING_ROLE = re.compile(
    r"\s+((?:(?:senior|chief|special|guest|contributing|political|sports?|business)\s)*"
    r"(?:staff\s)?(?:writer|reporter|contributor|correspondent|columnist|editor|staff))$",
    re.IGNORECASE,
)
_TRAILING = re.compile(r"\s+(?:on|am|at|le|el|il|um|den|der|in|last|about|im|vom|op|e|i|den)$")
_SUFFIX = re.compile(r"^(?:jr|sr|ii|iii|md|phd|m\.?d|ph\.?d|esq)\.?$", re.IGNORECASE)
_NOT_NAMES = frozenset(
    words(
        "admin administrator author editor staff guest unknown anonymous none null undefined "
        "webmaster redaktion user share comments more follow by posted published written "
        "advertisement sponsored newsletter facebook twitter instagram linkedin email whatsapp"
    )
) | {"no author", "guest author", "super user", "post author", "the author", "site admin"}
_CALL = re.compile(
    r"\b(?:see|view|full bio|all posts|follow|more from|articles|profile|read more|about the|share"
    r"|comments?|sign up|subscribe|copyright|cookies?|minutes?|min read)\b"
)
LIKE_A_NAME = re.compile(
    r"(?:[^\W\d_a-z][\w.'’-]*)"
    r"(?:\s(?:(?:de|da|la|van|von|der|den|bin|al|del|di|du|el|ter|te)\s){0,2}"
    r"[^\W\d_a-z][\w.'’-]*){1,3}"
    r"|[\u3040-\u30ff\u4e00-\u9fff\uac00-\ud7af]{2,8}"
)
_LETTER = re.compile(r"[^\W\d_]")


def parse_byline(text: str) -> list[Author]:
    """The people in a byline: "By Ana Ruiz and Bo Li, Reuters" → Ana Ruiz, Bo Li, Reuters."""
    text = _URL.sub(" ", _EMAIL.sub(" ", plain(text[:1_000])))
    while match := PREFIX.match(text):
        text = text[match.end() :]
    text = _CUT.sub("", _BRACKETS.sub("", text))
    found: list[Author] = []
    for part in _AND.split(text):
        people: list[Author] = []
        for name in _comma_parts(part):
            author = _author(name)
            if author and people and (agency_of(name) or ROLE.search(name)):
                people[-1] = replace(people[-1], role=author.name)
            elif author:
                people.append(author)
        found += people
    return found


def _comma_parts(text: str) -> list[str]:
    """Names between commas; "Smith, Jr." and a role after a name stay with it."""
    parts = [part.strip() for part in text.split(",") if part.strip()]
    # "Ruiz, Ana": one surname, one given name.
    if (
        len(parts) == _NAME_PARTS
        and all(" " not in part for part in parts)
        and not agency_of(parts[1])
    ):
        return [f"{parts[1]} {parts[0]}"] if not _SUFFIX.match(parts[1]) else [", ".join(parts)]
    merged: list[str] = []
    for part in parts:
        if merged and _SUFFIX.match(part):
            merged[-1] = f"{merged[-1]}, {part}"
        else:
            merged.append(part)
    return merged


def _author(text: str) -> Author | None:
    name = _TRAILING.sub("", text.strip(_AROUND)).strip(_AROUND)
    role = None
    if (match := _TRAILING_ROLE.search(name)) and len(name[: match.start()].split()) > 1:
        name, role = name[: match.start()], match[1]
    words_ = name.split()
    for count in range(_LONGEST_AGENCY, 0, -1):
        credit = " ".join(words_[-count:])
        if len(words_) - count >= _NAME_PARTS and agency_of(credit):
            name, role = " ".join(words_[:-count]), credit
            break
    folded = fold(name)
    if (
        not _LETTER.search(name)
        or len(name) > _LONGEST_NAME
        or folded in _NOT_NAMES
        or _CALL.search(folded)
    ):
        return None
    if len(name.split()) > _MOST_WORDS and not agency_of(name):
        return None
    return Author(name, role)
