"""What counts as the same text: for telling a revision from a re-render."""

from __future__ import annotations

import hashlib
import re
import unicodedata

from dateline.months import month_in

_FOLDED = str.maketrans(
    dict.fromkeys("‘’‚‛′`´ʼ", "'")
    | dict.fromkeys("“”„‟″«»「」『』", '"')
    | dict.fromkeys("‐‑‒–—―−﹘", "-")
    | dict.fromkeys("\xad\u200b\u200c\u200d\u200e\u200f\u2060\ufeff", "")
    | {"…": "..."}
)
_DASHES = re.compile(r"\s*-+\s*")
_SPACE = re.compile(r"\s+")
_CJK = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
_WORD = re.compile(rf"[{_CJK}]|(?:(?![{_CJK}])\w)+(?:['’.,-](?:(?![{_CJK}])\w)+)*")
_SPACELESS = {"zh", "ja", "th", "lo", "km", "my"}
_SPACED = re.compile(r"\w+(?:['’.,-]\w+)*")

_NOISE_LENGTH = 60
"""Characters of the longest line that can be template noise."""
# Lower case. Lines that a template puts among the paragraphs and that change or go without an edit.
_AGO = r"""(?:just now|gerade eben|(?:vor|hace|il\sy\sa|há)\s\d+\s\w{1,9}|för\s\d+\s\w{1,9}\ssedan
    |(?:\d+|an?|one)\s?\w{1,9}\s(?:ago|fa|geleden|sedan|siden|temu|назад|тому|önce)|\d+\s?\w{1,3}前)"""
# The words in the place of a month are looked up: see `_is_noise`.
_DATE = r"""(?:(?:\w{2,12}\.?,?\s)?
    (?:\d{4}-\d\d-\d\dt\d\d:\d\d\S*
    |\d[\d./-]*(?:st|nd|rd|th|er)?(?:\s(?:de\s)?(?P<after>\w{3,12})\.?(?:,?\s(?:del?\s)?\d{4})?)?
    |(?P<before>\w{3,12})\.?\s\d{1,2}(?:st|nd|rd|th)?(?:,?\s\d{4})?)|\d{4}年\d{1,2}月\d{1,2}日)"""
_CLOCK = r"\d{1,2}(?:[:.h]\d{2}){1,2}\W*(?:(?:[ap]\.?m|uhr|h)\b\W*)?(?:[a-z]{2,5}\b\W*)?"
_AT = r"\W*(?:(?:at|on|um|am|le|el|il|em|à|a\slas|às|alle|den|kl|o|в)\b\W+)?"
_NOISE = re.compile(
    rf"""\W*(?:
    (?:(?:last|zuletzt|última|dernière|ultimo|senast|laatst)\s)?
    (?:updated?|modified|posted|published|aktualisiert|stand|veröffentlicht|actualizad[oa]|actualización|publicado
       |mis\sà\sjour|mise\sà\sjour|publié|aggiornato|pubblicato|atualizad[oa]|bijgewerkt|uppdaterad|publicerad
       |opdateret|oppdatert|zaktualizowano|aktualizacja|обновлено|更新)
    (?:\W*|\W+{_AT}(?:{_AGO}|{_CLOCK}|(?:{_CLOCK}{_AT})?{_DATE}(?:{_AT}{_CLOCK})?))
    |{_AGO}(?:\s(?:aktualisiert|updated))?
    |\d+[\s-]min(?:ute)?s?\.?\s(?:read|lesezeit|de\slectura|de\slecture|di\slettura|leestijd)|lesezeit\W*\d+\smin\w*\.?
    |(?:share|teilen|compartir|partager|condividi|compartilhar|delen|dela|udostępnij|поделиться|シェア|分享)
       (?:\s(?:this|the|on|auf|en|sur|su|diesen|cet|op|på|via))?(?:\s(?:article|story|post|page|artikel|artículo|articolo))?
       (?:\s(?:facebook|twitter|x|whatsapp|linkedin|email))?
    |(?:save|print|listen|drucken|merken|imprimir|imprimer|stampa|(?:comments?|kommentare|comentarios|commentaires)\W*\d*)
    |\d[\d.,]*\s?[km]?\s(?:comments?|shares?|kommentare?|comentarios?|commentaires?|commenti|comentários?|reacties|komentarzy)
    |advert(?:isement)?|anzeige|werbung|publicidad|publicité|pubblicità|publicidade|advertentie|annons|reklama|реклама
    )\W*""",
    re.VERBOSE,
)


def content_hash(title: str, summary: str | None, body: str) -> bytes:
    """16 bytes (blake2b), equal while only typography, white space or template noise changes."""
    digest = hashlib.blake2b(digest_size=16)
    for part in (title, without_noise(summary or ""), without_noise(body)):
        digest.update(normal(part).encode("utf-8", "surrogatepass"))
        digest.update(b"\0")
    return digest.digest()


def without_noise(text: str) -> str:
    """The text without lines such as "Updated 5 minutes ago", "Share", "12 comments"."""
    return "\n".join(line for line in text.split("\n") if not _is_noise(line))


def _is_noise(line: str) -> bool:
    found = _NOISE.fullmatch(line.lower()) if 0 < len(line) <= _NOISE_LENGTH else None
    if found is None:
        return False
    month = found["before"] or found["after"]
    return month is None or month_in(month) is not None


def word_count(text: str, language: str | None) -> int:
    """Words; in languages without spaces (Chinese, Japanese, Thai …) characters."""
    primary = (language or "").partition("-")[0]
    pattern = _WORD if primary in _SPACELESS or not language else _SPACED
    return sum(1 for _ in pattern.finditer(text))


def words_of(text: str) -> list[str]:
    """The words of a text in any language; in scripts without spaces the characters."""
    return _WORD.findall(text)


def normal(text: str) -> str:
    """The text with one form for each kind of quote, dash, width and white space."""
    text = text.translate(_FOLDED)
    text = unicodedata.normalize("NFKC", text).translate(_FOLDED)
    return _SPACE.sub(" ", _DASHES.sub("-", text)).strip()
