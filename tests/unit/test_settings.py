"""Settings: what they accept, and what they keep to themselves."""

from __future__ import annotations

import traceback

import pytest

from dateline.errors import SettingsError
from dateline.settings import Settings


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("", ""),
        ("https://news.example.org/websub", "https://news.example.org/websub"),
        ("http://127.0.0.1:8080/base/websub/", "http://127.0.0.1:8080/base/websub"),
    ],
)
def test_address_for_hubs_is_kept_without_its_last_slash(given: str, kept: str) -> None:
    assert Settings.load({"DATELINE_WEBSUB_URL": given}).websub_url == kept


@pytest.mark.parametrize(
    "given",
    [
        "news.example.org/websub",
        "ftp://news.example.org/websub",
        "https://",
        "https:///websub",
        "https://news.example.org/websub?key=1",
        "https://news.example.org/websub#x",
        "https://me:secret@news.example.org/websub",
        "https://news.example.org:99999/websub",
        "http://[::1/websub",
    ],
)
def test_address_for_hubs_must_be_one_that_a_path_can_follow(given: str) -> None:
    with pytest.raises(SettingsError, match="DATELINE_WEBSUB_URL"):
        Settings.load({"DATELINE_WEBSUB_URL": given})


@pytest.mark.parametrize("proxy", ["", "http://proxy.example:3128", "https://u:p@[::1]:8443"])
def test_a_proxy_is_an_http_address(proxy):
    assert Settings.load({"DATELINE_PROXY": proxy}).proxy == proxy


@pytest.mark.parametrize(
    "proxy", ["socks5://user:hunter2@h:1", "user:hunter2@h:1", "http://user:hunter2@h:x", "http://"]
)
def test_a_bad_proxy_is_refused_without_repeating_its_password(proxy):
    with pytest.raises(SettingsError, match="DATELINE_PROXY=") as refused:
        Settings.load({"DATELINE_PROXY": proxy})
    assert "hunter2" not in "".join(traceback.format_exception(refused.value))


def test_the_proxys_password_is_not_shown():
    assert "hunter2" not in repr(Settings.load({"DATELINE_PROXY": "http://user:hunter2@h:1"}))
