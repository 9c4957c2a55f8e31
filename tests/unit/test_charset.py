"""Which charset a page is in, by what it says and by what it is."""

from __future__ import annotations

import codecs
import time

import pytest

from dateline.charset import decode

TEXTS = {
    "fr": "Le maire a déclaré que l’école où il a été élève rouvrira après la fête. À côté, ça gèle.",
    "es": "¿Cuándo volverá el niño? «Mañana», dijo el señor Núñez, que también llegó tarde. ¡Qué día!",
    "de": "Die Bürger müssen größere Maßnahmen für die Straße erwägen, sagte Jörg Müller am Übergang.",
    "pt": "A eleição não mudará a situação das populações, disse João à televisão. É só o começo.",
    "pl": "Władze miasta ogłosiły, że most zostanie zamknięty. Mieszkańcy są źli, a późną nocą śnieg.",
    "hu": "Az új híd építése késik, mondta a főpolgármester, és a lakók dühösek, mert így több idő.",
    "tr": "Başkan köprünün açılışını erteledi; ışıklar şimdi yeşil değil, dedi çalışan işçi güldü.",
    "ru": "Мэр города объявил, что мост будет закрыт до весны, а жители недовольны решением совета.",
    "el": "Ο δήμαρχος ανακοίνωσε ότι η γέφυρα θα κλείσει. Άλλοι κάτοικοι διαμαρτύρονται έντονα εδώ.",
    "ja": "市長は橋を春まで閉鎖すると発表した。住民は議会の決定に不満を抱いている。雨が降り続いた。",
    "ko": "시장은 다리를 봄까지 폐쇄한다고 발표했다. 주민들은 의회의 결정에 불만을 품고 있다고 한다.",
}


def page(text, *, head="", lang=""):
    lang = f' lang="{lang}"' if lang else ""
    return f"<!doctype html><html{lang}><head>{head}<title>x</title></head><p>{text * 4}</p></html>"


class TestBelief:
    """Whom to believe."""

    LATIN = page("Größe").encode("latin-1")

    @pytest.mark.parametrize(
        ("bom", "charset"),
        [
            (codecs.BOM_UTF8, "utf-8"),
            (codecs.BOM_UTF16_LE, "utf-16-le"),
            (codecs.BOM_UTF16_BE, "utf-16-be"),
        ],
    )
    def test_a_bom_goes_before_all(self, bom, charset):
        text = page("Größe", head="<meta charset=koi8-r>")
        found = decode(bom + text.encode(charset), "text/html; charset=iso-8859-5")
        assert (found.text, found.origin) == (text, "bom")

    def test_utf8_does_not_happen_by_chance(self):
        text = page("Größe", head="<meta charset=iso-8859-1>")
        found = decode(text.encode(), "text/html; charset=iso-8859-1")
        assert (found.text, found.origin, found.declared) == (text, "utf8", "cp1252")

    def test_the_header_goes_before_the_page(self):
        text = page("Größe", head="<meta charset=koi8-r>")
        found = decode(text.encode("latin-1"), "text/html; charset=iso-8859-1")
        assert (found.text, found.charset, found.origin) == (text, "cp1252", "header")

    def test_the_page_is_believed_without_a_header(self):
        text = page(TEXTS["ru"], head='<meta http-equiv=x content="text/html; charset=koi8-r">')
        found = decode(text.encode("koi8-r"), "text/html")
        assert (found.text, found.origin) == (text, "meta")

    def test_a_charset_that_cannot_decode_the_page_gives_way(self):
        text = page(TEXTS["fr"], lang="fr")
        found = decode(text.encode("cp1252"), "text/html; charset=utf-8")
        assert (found.text, found.origin) == (text, "detected")
        assert (found.declared, found.replaced) == ("utf-8", 0)

    @pytest.mark.parametrize("label", ["hex", "zlib", "idna", "unicode_escape", "no-such", "utf-7"])
    def test_what_is_no_charset_of_the_web_is_not_used(self, label):
        found = decode(self.LATIN, f"text/html; charset={label}")
        assert found.text == self.LATIN.decode("cp1252")


@pytest.mark.parametrize("lang", [True, False], ids=["told its language", "not told"])
@pytest.mark.parametrize(
    ("language", "charset"),
    [
        ("fr", "cp1252"),
        ("es", "latin-1"),
        ("de", "latin-1"),
        ("pt", "cp1252"),
        ("pl", "cp1250"),
        ("pl", "iso8859-2"),
        ("ru", "cp1251"),
        ("ru", "koi8-r"),
        ("el", "cp1253"),
        ("el", "iso8859-7"),
        ("ja", "shift_jis"),
        ("ja", "euc-jp"),
        ("ko", "euc-kr"),
    ],
)
def test_what_nobody_declared_is_detected(language, charset, lang):
    text = page(TEXTS[language].replace("’", "'"), lang=language if lang else "")
    found = decode(text.encode(charset, "xmlcharrefreplace"))
    assert found.text == text.encode(charset, "xmlcharrefreplace").decode(charset)
    assert found.origin == "detected"


@pytest.mark.parametrize(("language", "charset"), [("hu", "cp1250"), ("tr", "cp1254")])
def test_the_language_settles_what_is_as_likely(language, charset):
    text = page(TEXTS[language], lang=language)
    assert decode(text.encode(charset)).text == text


def test_quotes_alone_do_not_make_another_script():
    text = page("“No,” she said — “never…”")
    assert decode(text.encode("cp1252")).text == text


def test_detection_ends_soon_on_bytes_of_any_kind():
    started = time.process_time()
    for byte in (b"\x80", b"\xe9a", b"\xff\x00", b"\xc3\x28", b"<html lang="):
        decode(byte * 2_000_000)
    assert time.process_time() - started < 10
