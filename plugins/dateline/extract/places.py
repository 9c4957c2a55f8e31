"""Where a dateline's place is: cities, regions and countries to ISO 3166-1 alpha-2 codes.

Cities come from the IANA zone table plus the capitals and datelines' usual places listed here;
country names from CLDR. A place that is not known gives None: a guess would be worse.
"""

from __future__ import annotations

from functools import lru_cache
from importlib import resources

from babel import Locale

from dateline.text import fold

_CITIES = {
    "AD": "Andorra la Vella",
    "AE": "Abu Dhabi, Sharjah",
    "AF": "Kandahar",
    "AL": "Tirana",
    "AR": "Rosario",
    "AT": "Wien, Vienne, Viena, Graz, Salzburg, Linz, Innsbruck",
    "AU": "Canberra",
    "AZ": "Bakou",
    "BA": "Sarajevo",
    "BD": "Chittagong",
    "BE": "Bruxelles, Brüssel, Bruselas, Brussel, Antwerp, Antwerpen, Ghent, Liege",
    "BF": "Ouagadougou",
    "BG": "Sofia",
    "BH": "Manama",
    "BO": "Santa Cruz",
    "BR": "Brasilia, Rio de Janeiro",
    "BI": "Bujumbura",
    "BT": "Thimphu",
    "BJ": "Cotonou",
    "CA": "Ottawa, Montreal, Calgary, Quebec City, Québec, Mississauga",
    "CD": "Goma",
    "CG": "Brazzaville",
    "CF": "Bangui",
    "CH": (
        "Bern, Berne, Geneva, Genf, Genève, Ginebra, Zürich, Basel, Bâle, Lausanne, "
        "Davos, Lugano, Luzern"
    ),
    "CL": "Santiago de Chile, Valparaiso",
    "CM": "Yaounde",
    "CN": (
        "Beijing, Peking, Pékin, Pekín, Guangzhou, Shenzhen, Wuhan, Chengdu, Tianjin, "
        "Nanjing, Hangzhou, Xi'an"
    ),
    "CO": "Medellin, Cali",
    "CU": "La Habana, La Havane, Havanna",
    "CY": "Larnaca",
    "CZ": "Prag, Praga, Brno",
    "DE": (
        "Berlín, Bonn, Frankfurt, Francfort, Frankfurt/Main, Frankfurt am Main, "
        "Munich, München, Hamburg, Köln, Cologne, Düsseldorf, Dusseldorf, Stuttgart, "
        "Leipzig, Dresden, Hannover, Hanover, Nürnberg, Bremen, Karlsruhe, Mainz, "
        "Wiesbaden, Potsdam, Magdeburg, Erfurt, Kiel, Schwerin, Saarbrücken, Essen, "
        "Dortmund, Wolfsburg, Mannheim, Freiburg, Kassel, Rostock, Ulm, Augsburg, "
        "Bochum, Duisburg, Wuppertal, Bielefeld, Münster, Aachen, Braunschweig, "
        "Chemnitz, Oldenburg, Osnabrück, Heidelberg, Regensburg"
    ),
    "DK": "Kopenhagen, Copenhague, Aarhus",
    "DZ": "Alger, Argel",
    "EC": "Quito",
    "EE": "Tallin",
    "EG": "Kairo, Le Caire, El Cairo, Alexandria, Sharm el-Sheikh",
    "ER": "Asmara",
    "ES": (
        "Barcelona, Valencia, Sevilla, Seville, Bilbao, Málaga, Zaragoza, Palma, "
        "Palma de Mallorca, San Sebastián, Santiago de Compostela, Toledo, Murcia, "
        "Alicante"
    ),
    "ET": "Addis Ababa",
    "FI": "Helsingfors",
    "FR": (
        "París, Parigi, Lyon, Marseille, Strasbourg, Straßburg, Estrasburgo, Nice, "
        "Toulouse, Bordeaux, Lille, Nantes, Cannes, Calais, Rennes, Montpellier, "
        "Grenoble"
    ),
    "GB": (
        "Londres, Londra, Manchester, Birmingham, Liverpool, Glasgow, Edinburgh, "
        "Belfast, Cardiff, Leeds, Bristol, Sheffield, Oxford, Aberdeen, Brighton, "
        "Newcastle, Wimbledon, Silverstone"
    ),
    "GE": "Tiflis",
    "GN": "Conakry",
    "GR": "Athen, Athènes, Atenas, Thessaloniki",
    "HN": "Tegucigalpa",
    "HR": "Zagreb, Split, Dubrovnik",
    "HU": "Budapest",
    "ID": "Denpasar, Surabaya, Bandung",
    "IE": "Cork",
    "IL": "Jerusalem, Jérusalem, Jerusalén, Tel Aviv, Haifa",
    "IN": (
        "New Delhi, Delhi, Neu Delhi, Mumbai, Bombay, Bangalore, Bengaluru, Chennai, "
        "Hyderabad, Ahmedabad, Pune, Lucknow, Srinagar, Jaipur, Chandigarh, Patna, "
        "Bhopal, Thiruvananthapuram, Kochi, Guwahati, Amritsar"
    ),
    "IQ": "Bagdad, Basra, Mosul, Erbil",
    "IR": "Teheran, Téhéran, Isfahan",
    "IS": "Reykjavík",
    "IT": (
        "Roma, Rom, Milan, Milano, Mailand, Turin, Torino, Naples, Napoli, Venice, "
        "Venezia, Florence, Firenze, Bologna, Genoa, Genova, Palermo, Maranello, "
        "Monza, Bari, Catania"
    ),
    "JO": "Ammán",
    "JP": (
        "Tokio, Osaka, Kyoto, Hiroshima, Nagasaki, Fukushima, Nagoya, Sapporo, "
        "Fukuoka, Yokohama, Kobe"
    ),
    "KE": "Nairobi, Mombasa",
    "KH": "Phnom Penh",
    "KP": "Pjöngjang",
    "KR": "Séoul, Seúl, Busan, Pusan, Incheon, Pyeongchang",
    "KW": "Kuwait City",
    "KZ": "Astana, Nur-Sultan",
    "LA": "Vientiane",
    "LB": "Beyrouth, Beirut",
    "LK": "Colombo",
    "LT": "Vilnius",
    "LV": "Riga",
    "LY": "Benghazi, Tripoli, Tripolis",
    "MA": "Rabat, Marrakech",
    "MC": "Monte Carlo",
    "MD": "Chisinau",
    "ME": "Podgorica",
    "MG": "Antananarivo",
    "MK": "Skopje",
    "ML": "Bamako",
    "MM": "Naypyidaw, Naypyitaw, Yangon, Rangoon",
    "MR": "Nouakchott",
    "MT": "Valletta",
    "MW": "Lilongwe",
    "MX": "Mexico City, México, Mexiko-Stadt, Ciudad de México, Guadalajara, Acapulco",
    "MY": (
        "Kuala Lumpur, Putrajaya, George Town, Johor Baru, Johor Bahru, Kota "
        "Kinabalu, Ipoh, Petaling Jaya, Shah Alam"
    ),
    "MZ": "Maputo",
    "NE": "Niamey",
    "NG": "Abuja, Kano, Maiduguri",
    "NL": "The Hague, Den Haag, La Haye, La Haya, Rotterdam, Utrecht, Eindhoven",
    "NO": "Bergen, Trondheim, Stavanger",
    "NP": "Kathmandu",
    "NZ": "Wellington, Christchurch",
    "OM": "Muscat",
    "PE": "Cuzco",
    "PH": "Manille, Davao, Cebu, Quezon City",
    "PK": "Islamabad, Lahore, Peshawar, Quetta, Rawalpindi",
    "PL": "Warschau, Varsovie, Varsovia, Krakow, Gdansk, Wroclaw, Poznan, Katowice",
    "PS": "Gaza City, Gaza, Ramallah, Rafah, Khan Younis, Nablus, Jenin, Bethlehem",
    "PT": "Lissabon, Lisbonne, Lisboa, Porto",
    "QA": "Doha",
    "RO": "Bucarest, Bukarest, Cluj",
    "RS": "Novi Sad, Belgrad, Belgrado",
    "RU": (
        "Moskau, Moscou, Moscú, St Petersburg, St. Petersburg, Saint Petersburg, "
        "Kazan, Sochi, Grozny, Rostov-on-Don"
    ),
    "RW": "Kigali",
    "SA": "Riad, Ryad, Jeddah, Mecca, Dhahran",
    "SD": "Port Sudan",
    "SE": "Gothenburg, Göteborg, Malmo",
    "SI": "Ljubljana",
    "SK": "Bratislava",
    "SN": "Dakar",
    "SO": "Mogadiscio",
    "SV": "San Salvador",
    "SY": "Damaskus, Damas, Aleppo, Homs, Idlib",
    "TD": "N'Djamena",
    "TH": "Chiang Mai, Phuket",
    "TN": "Tunez",
    "TR": "Ankara, Estambul, Izmir, Antalya, Diyarbakir",
    "TW": "Taipeh, Kaohsiung",
    "TZ": "Dodoma, Arusha",
    "UA": (
        "Kyiv, Kiew, Kharkiv, Kharkov, Odessa, Odesa, Lviv, Donetsk, Mariupol, "
        "Dnipro, Kherson, Zaporizhzhia, Kramatorsk, Bakhmut"
    ),
    "UG": "Entebbe",
    "US": (
        "Washington, Washington D.C., Washington DC, Nueva York, Boston, "
        "Philadelphia, Atlanta, Miami, Dallas, Houston, San Francisco, San Diego, "
        "Seattle, Las Vegas, Minneapolis, Milwaukee, Cleveland, Cincinnati, "
        "Pittsburgh, St. Louis, St Louis, New Orleans, Baltimore, Salt Lake City, "
        "Oklahoma City, San Antonio, Honolulu, Hollywood, Nashville, Charlotte, "
        "Orlando, Tampa, Sacramento, Wall Street, Fort Worth, Tucson, Memphis, "
        "Buffalo, Omaha, Kansas City, Cape Canaveral, Guantanamo Bay, Pentagon, White "
        "House, Brooklyn, Manhattan, San Jose"
    ),
    "UY": "Punta del Este",
    "UZ": "Tashkent",
    "VA": "Vatican City, Vatikanstadt, Cité du Vatican, Ciudad del Vaticano",
    "VE": "Maracaibo",
    "VN": "Hanoi, Ho Chi Minh City, Da Nang",
    "XK": "Pristina",
    "YE": "Sanaa, Sana'a, Hodeidah",
    "ZA": "Pretoria, Cape Town, Durban, Soweto",
    "ZM": "Lusaka",
    "ZW": "Harare, Bulawayo",
}
# Cities of the zone table whose name says more of another place in a dateline.
_NOT_CITIES = {
    "san juan",
    "center",
    "eastern",
    "central",
    "mountain",
    "pacific",
    "troll",
    "samara",
    "easter",
}
_WITHOUT_COUNTRY = {"united nations", "vereinte nationen", "nations unies", "naciones unidas"}
_STATES = {
    "US": (
        "Alabama Ala AL, Alaska AK, Arizona Ariz AZ, Arkansas Ark AR, California "
        "Calif CA, Colorado Colo CO, Connecticut Conn CT, Delaware Del DE, Florida "
        "Fla FL, Hawaii HI, Idaho ID, Illinois Ill IL, Indiana Ind IN, Iowa IA, "
        "Kansas Kan KS, Kentucky Ky KY, Louisiana La LA, Maine ME, Maryland Md MD, "
        "Massachusetts Mass MA, Michigan Mich MI, Minnesota Minn MN, Mississippi Miss "
        "MS, Missouri Mo MO, Montana Mont MT, Nebraska Neb NE, Nevada Nev NV, "
        "New_Hampshire N.H. NH, New_Jersey N.J. NJ, New_Mexico N.M. NM, New_York N.Y. "
        "NY, North_Carolina N.C. NC, North_Dakota N.D. ND, Ohio OH, Oklahoma Okla OK, "
        "Oregon Ore OR, Pennsylvania Pa PA, Rhode_Island R.I. RI, South_Carolina S.C. "
        "SC, South_Dakota S.D. SD, Tennessee Tenn TN, Texas Tex TX, Utah UT, Vermont "
        "Vt VT, Virginia Va VA, Washington Wash WA, West_Virginia W.Va. WV, Wisconsin "
        "Wis WI, Wyoming Wyo WY, D.C. DC, Puerto_Rico, U.S. USA"
    ),
    "CA": (
        "Ontario Ont, Quebec Que, Alberta Alta, British_Columbia B.C., Manitoba Man, "
        "Saskatchewan Sask, Nova_Scotia N.S., New_Brunswick N.B., Newfoundland N.L., "
        "Nunavut, Yukon"
    ),
    "GB": "England, Scotland, Wales, Northern_Ireland, U.K. UK, Britain, Great_Britain",
    "AU": "New_South_Wales, Queensland, Tasmania, South_Australia, Western_Australia",
    "PS": "Gaza_Strip, West_Bank",
    "CZ": "Czech_Republic",
    "MM": "Burma",
    "TR": "Turkey",
    "CI": "Ivory_Coast",
    "KR": "South_Korea, Corea_del_Sur",
    "KP": "North_Korea",
    "AE": "UAE",
    "BY": "Belarus",
    "CD": "Congo",
}
_COUNTRY_LANGUAGES = ("en", "de", "fr", "es", "it", "pt", "nl")
# A state and a country: only the city tells.
_AMBIGUOUS_REGIONS = {"georgia", "ga"}


def country_of(place: str) -> str | None:
    """The country a place as printed is in, or None where it does not tell.

    "SEOUL, South Korea" → KR, "SANTA FE, N.M." → US, "LONDON" → GB; several places ("NEW
    YORK/LONDON") only if they agree.
    """
    found = {_one(part) for part in place.split("/")}
    return found.pop() if len(found) == 1 else None


def known_city(place: str) -> bool:
    """Whether every place of "NEW YORK/LONDON" is one of ours."""
    return all(fold(part.split(",")[0]) in _cities() for part in place.split("/") if part.strip())


def known_region(name: str) -> bool:
    """Whether that is a country, or a state as datelines print it ("Calif.", "South Korea")."""
    key = fold(name)
    return key in _AMBIGUOUS_REGIONS or key in _regions()


def _one(place: str) -> str | None:
    city, *regions = [fold(part) for part in place.split(",") if part.strip(" .")] or [""]
    for region in reversed(regions):
        if code := _regions().get(region):
            return code
    code = _cities().get(city)
    if code is not None or regions:
        return code or None
    return _regions().get(city)


def prepare() -> None:
    """Load the tables of cities and regions."""
    _cities()
    _regions()


@lru_cache(maxsize=1)
def _cities() -> dict[str, str]:
    table = resources.files("tzdata") / "zoneinfo" / "zone.tab"
    found: dict[str, str] = {}
    for line in table.read_text(encoding="utf-8").splitlines():
        if not line.startswith("#"):
            code, _, zone = line.split("\t")[:3]
            found[fold(zone.rpartition("/")[2].replace("_", " "))] = code
    for name in _NOT_CITIES:
        found.pop(name, None)
    for code, names in _CITIES.items():
        found |= {fold(name): code for name in names.split(", ") for name in name.split(",")}
    return found | dict.fromkeys(_WITHOUT_COUNTRY, "")


@lru_cache(maxsize=1)
def _regions() -> dict[str, str]:
    found = {
        fold(str(name)): code
        for language in reversed(_COUNTRY_LANGUAGES)
        for code, name in Locale.parse(language).territories.items()
        if code.isalpha()
    }
    for code, names in _STATES.items():
        for name in names.replace(",", " ").split():
            found[fold(name.replace("_", " "))] = code
    for name in _AMBIGUOUS_REGIONS:
        found.pop(name, None)
    return found
