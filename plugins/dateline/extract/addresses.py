"""How much an address looks like an article's: no page is read, no site is known by name."""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

from dateline.text import words

_DATE = re.compile(
    r"/(?:19|20)\d\d[/_-]?(?:[01]?\d|[a-z]{3,9})(?:[/_-]?[0-3]?\d)?(?=[/_.-]|$)", re.IGNORECASE
)
_CODE = re.compile(r"(?=.*\d)(?=.*[a-z])[0-9a-z]{8,}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_NUMBER = re.compile(r"\d{5,}")
_SMALL = re.compile(r"\d{1,3}")
_SUFFIX = re.compile(r"\.(?:html?|shtml|xhtml|php|aspx?|jsp|amp|cms|ece|do|story)$", re.IGNORECASE)
_FILE = re.compile(
    r"\.(?:jpe?g|png|gif|webp|svg|pdf|mp[34]|flv|webm|mov|css|js|json|xml|rss|zip|docx?|xlsx?|pptx?)$",
    re.IGNORECASE,
)
_PARTS = re.compile(r"[-_+ ,]+")
_IDS: Final = frozenset(
    words("id oid artid articleid article_id newsid news_id story storyid aid nid idx sid p docid")
)
_ASKED: Final = frozenset(
    words("q query s search keyword keywords term suche page seite paged offset start")
)

# Path segments by what stands under them. The languages of large news markets; of names that mean
# one thing in one tongue and another in the next, none.
LISTS: Final = frozenset(
    words(
        """tag tags topic topics thema themen themes theme sujet sujets tema temas temi tagi temat
        etiqueta etiquetas category categories categoria categorias categorie kategorie
        kategorien kategoria rubrik rubriken rubrique rubriques rubric seccion secciones section
        sections ressort ressorts author authors autor autores autoren auteur auteurs autore
        autori writer writers profile profiles people staff contributor contributors team
        columnist columnists archive archives archiv archivio archivo archivos arquivo
        hemeroteca collections collection latest neueste newest feed feeds rss sitemap
        plan-du-site seite subcategory forum forums discussion discussions shop store boutique
        tienda loja negozio catalog catalogue catalogo product products produkt produkte produit
        produits producto productos prodotti"""
    )
)
SEARCHES: Final = frozenset(
    words(
        """search suche suchergebnis suchergebnisse recherche rechercher resultats buscar busca
        buscador busqueda pesquisa cerca ricerca zoeken zoek sok sog haku szukaj wyszukiwarka
        vyhledavani hledat arama ara poisk kereses cautare anazitisi tim-kiem searchresults
        search-results"""
    )
)
LOGINS: Final = frozenset(
    words(
        """login log-in logon
        signin sign-in sign_in signup sign-up anmelden anmeldung registrieren
        registrierung connexion se-connecter inscription acceder iniciar-sesion registro
        registrarse
        entrar cadastro accedi registrati registrazione inloggen aanmelden logga-in logowanie
        zaloguj
        rejestracja prihlaseni giris uye-ol register registration account my-account myaccount konto
        mein-konto mon-compte mi-cuenta subscribe subscription subscriptions abonnement abonnements
        abonnieren abo suscripcion suscribete suscripciones assine assinatura abbonamento abbonati
        checkout cart warenkorb panier carrito carrinho carrello winkelwagen password-reset
        forgot-password lost-password"""
    )
)
ABOUT: Final = frozenset(
    words(
        """about about-us aboutus ueber-uns uber-uns a-propos qui-sommes-nous quienes-somos
        quem-somos chi-siamo over-ons om-oss om-os o-nas hakkimizda contact contact-us contacts
        kontakt kontakte contacto contactanos contato contatti nous-contacter iletisim imprint
        impressum mentions-legales aviso-legal note-legali privacy privacy-policy datenschutz
        datenschutzerklaerung politica-de-privacidad politique-de-confidentialite cookie-policy
        cookies terms terms-of-use terms-of-service terms-and-conditions agb cgu cgv disclaimer
        advertise advertising mediadaten mediakit publicidad publicite jobs careers karriere stellen
        faq faqs help hilfe aide ayuda support newsletters newsletter boletines unsubscribe
        accessibility barrierefreiheit"""
    )
)
_HOSTS: Final = frozenset(
    words(
        """forum forums board boards community discuss discussion shop store docs doc developer
        developers help support login signin auth sso account accounts id search suche wiki lists"""
    )
)
_THREADS: Final = frozenset(words("thread threads viewtopic showthread showtopic"))
_AFTER: Final = frozenset(
    words("index default main article artikel articulo articolo detail story")
)
_SURE: Final = 0.6
_SHORT: Final = 2
_SOME_WORDS: Final = 3
_MANY_WORDS: Final = 6
_SOME_LETTERS: Final = 12
_MANY_LETTERS: Final = 40
_FRONTS: Final = frozenset(
    words(
        """news home index default main noticias nachrichten actualites actualite notizie nieuws
        nyheter politics politik politique politica wirtschaft economia economie economy business
        sport sports deporte deportes esporte kultur culture cultura world welt monde mundo
        mondo international opinion opinions meinung debate technology tech technik technologie
        science wissen health gesundheit sante salud video videos live regional local lokales"""
    )
)


def split(url: str) -> SplitResult:
    """As `urlsplit`; of what is no address, nothing."""
    try:
        return urlsplit(url)
    except ValueError:
        return SplitResult("", "", "", "", "")


def segments(url: str) -> list[str]:
    """The parts of an address's path, unescaped and in lower case."""
    return [part for part in unquote(split(url).path).lower().split("/") if part]


def article_likeness(url: str) -> float:
    """How much an address looks like an article's.

    Args:
        url: absolute.

    Returns:
        −1 (a home page, a section, a tag, a search, a file) to 1 (a date, a headline, a number);
        0 where it does not tell.
    """
    address = split(url)
    parts = segments(url)
    query = dict(parse_qsl(address.query)) if address.query else {}
    score = _query_score(query)
    if address.netloc.lower().partition(".")[0] in _HOSTS:
        score -= 0.7
    if not parts:
        return max(-1.0, score if score > 0 else score - 1.0)
    if _FILE.search(parts[-1]):
        return -1.0
    last = _SUFFIX.sub("", parts[-1])
    score += 0.2 if last != parts[-1] and last not in _AFTER else 0.0
    while len(parts) > 1 and last in _AFTER:
        parts = parts[:-1]
        last = _SUFFIX.sub("", parts[-1])
    return max(-1.0, min(1.0, score + _path_score(parts, last, named=score > 0)))


def _query_score(query: dict[str, str]) -> float:
    score = 0.0
    for name, value in query.items():
        key = name.lower()
        if key in _IDS and (any(map(str.isdigit, value)) or _CODE.fullmatch(value)):
            score += 0.6
        elif key in _ASKED:
            score -= 0.6
    return score


def _path_score(parts: list[str], last: str, *, named: bool) -> float:
    """By dates, headlines and numbers, against words that stand for lists and services."""
    pieces = [piece for piece in _PARTS.split(last) if piece]
    dated = _DATE.search("/" + "/".join(parts)) is not None
    headline = max(_headline(part) for part in parts[-2:])
    score = 0.6 * dated + headline
    if any(_NUMBER.search(part) or _CODE.fullmatch(part) for part in parts[-2:]):
        score += 0.5
    if LISTS.intersection(parts[:-1] if headline >= _SURE else parts):
        score -= 0.3 if headline >= _SURE else 0.7
    if _THREADS.intersection((*parts, last)):
        score -= 0.7
    if {last, parts[0]} & (ABOUT | LOGINS | SEARCHES):
        score -= 0.8
    if last in _FRONTS:
        score -= 0.6
    if _SMALL.fullmatch(last) and not dated:
        score -= 0.3
    if headline == 0 and len(pieces) <= _SHORT and not named and not any(map(str.isdigit, last)):
        score -= 0.4 if len(parts) > 1 else 0.7
    return score


def _headline(part: str) -> float:
    """How much a segment looks like a headline, by its words."""
    pieces = [piece for piece in _PARTS.split(part) if piece]
    letters = sum(len(piece) for piece in pieces if not piece.isdigit())
    if len(pieces) >= _MANY_WORDS or letters >= _MANY_LETTERS:
        return 0.9
    # In scripts without spaces a headline is one word; escaped, it is no ASCII.
    if len(pieces) > _SOME_WORDS or (not part.isascii() and letters >= _SOME_LETTERS):
        return 0.6
    return 0.2 if len(pieces) == _SOME_WORDS else 0.0
