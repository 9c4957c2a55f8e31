"""Pages that stand in an article's place: errors, bot checks, consent walls, logins, offers.

They are known by their titles, in the languages of large news markets, and by the markup that the
usual products of that kind leave. Either only counts on a page with hardly any text: an article may
be headed "Access denied".
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

    from selectolax.lexbor import LexborHTMLParser

_PARTS = re.compile(r"\s+[|–—·•»«-]+\s+|\s*[|•»]\s*")
_LONGEST = 120
_PART = 80

# Lower case. Each phrase is the whole of a title, or of a part of it between bars and dashes.
_TITLES: Final = {
    "error_page": r"""(?:(?:http )?(?:error|status|fehler|erreur|errore?|ошибка) ?)?(?:404|403|410
        |500|502|503)(?:[:,.]? (?:error|not found|forbidden|fehler|page not found
        |file not found|gone|bad gateway|internal server error
        |service (?:temporarily )?unavailable|no encontrad[oa]))?
        |(?:the )?(?:requested )?(?:page|file|article|story|content|url
        |document)(?: you .{1,40})?(?: (?:was|is|could|can))?(?: ?not
        |n['’]t) (?:be )?(?:found|available|exist)|not found|page (?:missing
        |unavailable|does(?: not|n['’]t) exist|no longer (?:exists|available))|(?:oops
        |sorry|whoops).{0,40}(?:not? (?:be )?f(?:ou|i)nd|n['’]t (?:be )?f(?:ou|i)nd
        |gone|wrong|exist).{0,20}|this page (?:is not|isn['’]t) available
        |something went wrong|(?:an )?error(?: occurred)?|(?:internal )?server error
        |bad gateway|gateway time-?out|service unavailable|(?:site |under |scheduled\s
        |down for )?maintenance|wartungsarbeiten|(?:site )?en maintenance
        |en mantenimiento|em manutenção|in manutenzione|(?:die |diese )?(?:seite
        |artikel)(?: wurde| konnte| ist)?(?: leider)? nicht (?:gefunden(?: werden)?
        |verfügbar|vorhanden)|(?:la |cette )?page (?:est )?(?:introuvable|non trouvée
        |indisponible|inexistante)|(?:la )?página no (?:encontrada|disponible|existe)
        |no se ha encontrado la página|(?:a )?página não (?:encontrada|disponível
        |existe)|(?:la )?pagina non (?:trovata|disponibile|esiste)
        |(?:de )?pagina (?:is )?niet gevonden|sidan (?:hittades|finns
        |kunde) inte(?: hittas)?|sid(?:a|en) (?:blev |ble )?ikke fun[dn]et
        |siden (?:findes|finnes|eksisterer) ikke|sivua ei löyt?d?yn?y?t?
        |(?:nie znaleziono|brak) strony|strona nie (?:została znaleziona|istnieje)
        |stránka (?:nenalezena|nebyla nalezena|neexistuje|sa nenašla)
        |az oldal nem található|a keresett oldal nem található
        |pagina nu (?:a fost găsită|există)|страница не (?:найдена|существует)
        |сторінк[ау] не (?:знайдено|існує)|страницата не е намерена
        |stranica nije pronađena|η σελίδα δεν βρέθηκε|sayfa bulunamadı
        |(?:aradığınız )?sayfa bulunamadı|الصفحة غير موجودة|لم يتم العثور على الصفحة
        |(?:הדף|העמוד) לא נמצא|صفحه (?:مورد نظر )?(?:یافت|پیدا) نشد|.{0,14}ページ(?:が
        |は)(?:見つかりません|存在しません|ありません).{0,6}
        |(?:요청하신 )?페이지를 찾을 수 없습니다\.?|(?:您访问的)?(?:找不到页面
        |页面不存在|页面未找到|页面没有找到|找不到頁面|頁面不存在|找不到網頁)
        |không tìm thấy trang|trang không tồn tại|halaman tidak ditemukan
        |ไม่พบหน้า.{0,20}|(?:पृष्ठ|पेज) नहीं मिला""",
    "bot_check": r"""just a moment|one moment,? please|please wait|attention required!?
        |access (?:to this page has been )?denied|(?:are you|you are) (?:a\s
        |not a )?(?:robot|human)|(?:robot|bot|human|captcha) (?:check|challenge
        |verification|or not)|security (?:check|verification|challenge)|captcha
        |verif(?:y|ying)(?: that)? you(?: are|['’]re) (?:a )?(?:human
        |not a (?:ro)?bot)|checking your browser(?: before .*)?
        |ddos[ -]protection.{0,30}|pardon our interruption|client challenge
        |(?:your )?request (?:was |has been )?(?:rejected|blocked|unsuccessful)
        |(?:403 )?forbidden|(?:sorry, )?you have been blocked
        |(?:please )?enable javascript(?: and cookies)?(?: to continue)?
        |javascript (?:is )?(?:required|disabled)|(?:nur )?einen moment(?:,? bitte)?
        |zugriff verweigert|sicherheitsüberprüfung|un (?:instant
        |momento)(?: por favor)?|accès refusé|acceso denegado
        |verificación de seguridad|acesso negado|accesso negato|toegang geweigerd
        |åtkomst nekad|odmowa dostępu|доступ (?:запрещ[её]н|ограничен)
        |проверка браузера|erişim engellendi|アクセスが拒否されました
        |しばらくお待ちください|잠시만 기다리십시오|访问被拒绝|请稍候|安全验证
        |人机验证|驗證""",
    "consent": r"""before you continue(?: to .{1,40})?|bevor sie (?:zu .{1,40} )?(?:weitergehen
        |fortfahren)|avant de continuer.{0,40}|antes de continuar.{0,40}
        |prima di continuare.{0,40}|voordat (?:je|u) verdergaat.{0,40}
        |innan du fortsätter.{0,40}|(?:your |manage (?:your )?)?(?:privacy
        |cookie) (?:choices|consent|settings|preferences|options)|we (?:value
        |care about|respect) your privacy|(?:cookie )?consent(?: required| form)?
        |your data.{0,3} your (?:choice|experience)|(?:ihre |deine )?(?:datenschutz
        |privatsphäre|privatsphären|cookie)[ -]?einstellungen
        |(?:ihre )?(?:einwilligung|zustimmung)(?: erforderlich)?|(?:gestion
        |paramètres) des cookies|vos choix .{0,30}cookies|(?:configuración
        |preferencias) de (?:cookies|privacidad)|(?:definições
        |preferências) de (?:cookies|privacidade)|preferenze (?:sui |dei )?cookie
        |privacy-?instellingen|cookie-?instellingen|ustawienia prywatności
        |настройки (?:cookie|конфиденциальности)""",
    "login": r"""(?:please )?(?:log|sign)[ -]?(?:in|on)(?: (?:to|or|and|with|required).{0,40})?
        |(?:create|register) (?:an |your )?account|register|(?:bitte )?(?:anmelden
        |einloggen|anmeldung|registrieren)|(?:se )?connexion|se connecter
        |identifiez-vous|inscription|iniciar sesión|inicia sesión|acceder|identifícate
        |regístrate|entrar|fazer login|iniciar sessão|accedi|inloggen|aanmelden
        |logga in|logg inn?|log ind|kirjaudu(?: sisään)?|zaloguj(?: się)?|logowanie
        |přihlášení|prihlásenie|bejelentkezés|autentificare|вход|войти|авторизация
        |увійти|σύνδεση|giriş(?: yap)?|üye girişi|تسجيل الدخول|התחברות|ログイン|로그인
        |登录|登錄|登入|đăng nhập|masuk""",
    "paywall": r"""subscribe(?: now)? to (?:read|continue|keep|unlock|access).{0,40}
        |subscriber[ -](?:only|exclusive)(?: content)?|(?:this (?:content
        |article) is )?(?:for|only for|available to) subscribers(?: only)?
        |subscription required|(?:jetzt )?(?:weiterlesen|lesen) mit .{1,30}
        |(?:nur )?für abonnenten|abonnez-vous pour (?:lire|continuer).{0,30}
        |(?:article )?réservé aux abonnés|suscríbete para (?:leer|seguir
        |continuar).{0,30}|(?:contenido )?(?:exclusivo|solo) para suscriptores
        |assine para (?:ler|continuar).{0,30}|(?:conteúdo )?exclusivo para assinantes
        |abbonati per (?:leggere|continuare).{0,30}""",
    "search": r"""search results?(?: (?:for|page|:).{0,80})?|you searched for.{0,80}
        |results for .{1,80}|suchergebnisse?(?: .{1,80})?|(?:résultats? )(?:de (?:la\s
        |votre )?)?recherche.{0,80}|resultados? d[ea] (?:la |tu |su )?(?:búsqueda
        |busca|pesquisa).{0,80}|risultati (?:della |di )?ricerca.{0,80}
        |zoekresultaten.{0,80}|sökresultat.{0,80}|søgeresultater.{0,80}
        |hakutulokset.{0,80}|wyniki wyszukiwania.{0,80}|výsledky (?:vyhledávání
        |hledání).{0,80}|результаты поиска.{0,80}|arama sonuçları.{0,80}
        |検索結果.{0,80}|搜索结果.{0,80}""",
}


def _joined(pattern: str) -> str:
    """A pattern written over several lines."""
    return re.sub(r"\n\s*", "", pattern)


_NOTICE = re.compile(
    rf"\W*(?:{'|'.join(f'(?P<{name}>{_joined(text)})' for name, text in _TITLES.items())})\W*"
)

_MARKUP: Final = {
    "bot_check": (
        "#challenge-form, #challenge-running, #challenge-error-text, #cf-wrapper,"
        " #cf-error-details,"
        " #px-captcha, .g-recaptcha, .h-captcha, .cf-turnstile, #captcha-container,"
        ' script[src*="/cdn-cgi/challenge-platform/"], script[src*="captcha"],'
        ' iframe[src*="captcha"], iframe[src*="_Incapsula_Resource"],'
        ' script[src*="_Incapsula_Resource"],'
        ' meta[http-equiv="refresh" i][content*="captcha" i]'
    ),
    "consent": (
        'form[action*="consent" i], [id*="consent" i][role="dialog"], .consent-overlay,'
        ' iframe[src*="consent" i]'
    ),
    "login": 'input[type="password"]',
}


def notice_in(titles: Iterable[str]) -> str | None:
    """Which notice one of these titles is: "error_page", "bot_check", "consent" …; None if none is.

    A title counts whole, and by its parts between bars and dashes; the site's name is one of them.
    """
    for title in titles:
        if len(title) > _LONGEST:
            continue
        for part in dict.fromkeys((title, *_PARTS.split(title))):
            if len(part) <= _PART and (match := _NOTICE.fullmatch(part.lower())):
                return match.lastgroup
    return None


def wall_in(tree: LexborHTMLParser) -> str | None:
    """Which wall's markup a page carries; only worth asking where a page has next to no text."""
    return next((name for name, css in _MARKUP.items() if tree.css_first(css)), None)
