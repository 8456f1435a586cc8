"""Browsers in a few words."""

from __future__ import annotations

import pytest

from sessions_policy.browsers import in_short

LIKE = "Mozilla/5.0 ({}) AppleWebKit/537.36 (KHTML, like Gecko) {}"


@pytest.mark.parametrize(
    ("agent", "words"),
    [
        ("Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0", "Firefox on Linux"),
        (LIKE.format("Windows NT 10.0; Win64; x64", "Chrome/126.0.0.0 Safari/537.36"), "Chrome on Windows"),
        (LIKE.format("Windows NT 10.0; Win64; x64", "Chrome/126.0.0.0 Safari/537.36 Edg/126.0"), "Edge on Windows"),
        (LIKE.format("Macintosh; Intel Mac OS X 10_15_7", "Version/17.5 Safari/605.1.15"), "Safari on macOS"),
        (LIKE.format("iPhone; CPU iPhone OS 17_5 like Mac OS X", "CriOS/126.0 Mobile Safari/604.1"), "Chrome on iPhone"),
        (LIKE.format("Linux; Android 14; Pixel 8", "Chrome/126.0 Mobile Safari/537.36"), "Chrome on Android"),
        (LIKE.format("X11; CrOS x86_64 14541", "Chrome/126.0 Safari/537.36"), "Chrome on ChromeOS"),
        ("curl/8.5.0", "curl"),
        ("python-requests/2.32 extra", "python-requests"),
        ("", ""),
        ("x" * 400, "x" * 60),
        ("<script>/1", "<script>"),
        ("a\x00b\n/1", "ab"),
    ],
)
def test_what_a_browser_is_called(agent: str, words: str) -> None:
    assert in_short(agent) == words
