"""News agencies: the names they are printed under, and the one short name each has here."""

from __future__ import annotations

import re

from dateline.text import fold

# Canonical short name: other names in print. Compared folded, so case and accents do not matter.
_NAMES = {
    "AAP": "Australian Associated Press",
    "AFP": "Agence France-Presse, Agence France Presse, Agencia France-Presse, AFP-Services",
    "Agerpres": "",
    "ANI": "Asian News International",
    "Anadolu": "Anadolu Agency, Anadolu Agentur, Agence Anadolu, Anadolu Ajansi, AA",
    "ANP": "Algemeen Nederlands Persbureau",
    "ANSA": "Agenzia ANSA",
    "Antara": "Antara News",
    "AP": "Associated Press, The Associated Press, AP News, APTN",
    "APA": "Austria Presse Agentur",
    "Belga": "",
    "Bernama": "",
    "Bloomberg": "Bloomberg News",
    "CNN": "CNN Business, CNN Newsource, CNN Wire, CNNMoney, CNN Español",
    "CP": "The Canadian Press, Canadian Press, La Presse canadienne",
    "CTK": "ČTK",
    "dpa": "Deutsche Presse-Agentur, dpa-AFX, dpa International, dpa/tmn, dpa-infocom",
    "EFE": "Agencia EFE, EFE News, EFEUSA",
    "epd": "Evangelischer Pressedienst",
    "Europa Press": "",
    "IANS": "Indo-Asian News Service",
    "Interfax": "Interfax-Ukraine",
    "IRNA": "",
    "Jiji": "Jiji Press",
    "Keystone-SDA": "SDA, Keystone-ATS, ATS, Keystone/SDA",
    "KNA": "Katholische Nachrichten-Agentur",
    "Kyodo": "Kyodo News",
    "Lusa": "Agencia Lusa",
    "MTI": "",
    "NAN": "News Agency of Nigeria",
    "NTB": "",
    "PA": "PA Media, PA News Agency, Press Association, The Press Association",
    "PAP": "Polska Agencja Prasowa",
    "PTI": "Press Trust of India",
    "Reuters": (
        "Reuter, Thomson Reuters, Reuters Breakingviews, Reuters Health, Thomson Reuters Foundation"
    ),
    "RIA Novosti": "RIA, Sputnik",
    "Ritzau": "",
    "SID": "Sport-Informations-Dienst",
    "STT": "",
    "TASS": "ITAR-TASS",
    "Télam": "",
    "TT": "Tidningarnas Telegrambyra",
    "Ukrinform": "",
    "UPI": "United Press International",
    "WAM": "Emirates News Agency",
    "Xinhua": "Xinhua News Agency, Xinhuanet",
    "Yonhap": "Yonhap News, Yonhap News Agency",
}
_BY_NAME = {
    fold(name): short
    for short, others in _NAMES.items()
    for name in (short, *(other.strip() for other in others.split(",")))
    if name
}
_SPLIT = re.compile(r"\s*[/,;&+]\s*|\s+(?:and|und|et|y|with|mit|via|e)\s+", re.IGNORECASE)
_AMBIGUOUS = {
    "pa",
    "aa",
    "ria",
    "tt",
    "pti",
    "ats",
    "sda",
    "stt",
    "cp",
    "ani",
    "nan",
    "mti",
    "apa",
    "sid",
}
_TAIL = re.compile(
    r"\s+(?:news(?: agency| service)?|agency|agentur|staff|wire|in \w+|writer|reporter)s?$",
    re.IGNORECASE,
)


def agency_of(text: str) -> str | None:
    """The agency a credit names, by its canonical short name: "dpa/bb" is dpa; None if none.

    A credit is short: what stands in the brackets of a dateline or as a byline, not a sentence.
    """
    for part in (text, *_SPLIT.split(text)):
        name = fold(part)
        short = _BY_NAME.get(name) or _BY_NAME.get(fold(_TAIL.sub("", part)))
        # "pa" or "ria" in lower case is an initial or a word, not the agency.
        if short and (name not in _AMBIGUOUS or part.strip().isupper()):
            return short
    return None
