"""What a browser is called, from what it says of itself."""

from sqlalchemy import String

from console import browsers
from console.tables import SignedInSession

KIT = "AppleWebKit/537.36 (KHTML, like Gecko)"
SAID = {
    f"Mozilla/5.0 (Windows NT 10.0; Win64; x64) {KIT} Chrome/141.0.0.0 Safari/537.36": "Chrome on Windows",
    f"Mozilla/5.0 (Windows NT 10.0; Win64; x64) {KIT} Chrome/141.0.0.0 Safari/537.36 Edg/141.0.0.0": "Edge on Windows",
    f"Mozilla/5.0 (Linux; Android 10; K) {KIT} Chrome/141.0.0.0 Mobile Safari/537.36": "Chrome on Android",
    f"Mozilla/5.0 (Linux; Android 10; K) {KIT} SamsungBrowser/28.0 Chrome/130.0.0.0 Mobile Safari/537.36": "Samsung Internet on Android",
    f"Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) {KIT} Chrome/141.0.0.0 Safari/537.36": "Chrome on Chromebook",
    f"Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) {KIT} Chrome/141.0.0.0 Safari/537.36 OPR/122.0.0.0": "Opera on Mac",
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 Version/18.6 Mobile/15E148 Safari/604.1": "Safari on iPhone",
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 CriOS/141.0 Mobile/15E148 Safari/604.1": "Chrome on iPhone",
    "Mozilla/5.0 (iPad; CPU OS 15_5 like Mac OS X) AppleWebKit/605.1.15 FxiOS/143.0 Mobile/15E148 Safari/605.1.15": "Firefox on iPad",
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 Version/26.0 Safari/605.1.15": "Safari on Mac",
    "Mozilla/5.0 (X11; Linux x86_64; rv:143.0) Gecko/20100101 Firefox/143.0": "Firefox on Linux",
    "Mozilla/5.0 (Android 15; Mobile; rv:143.0) Gecko/143.0 Firefox/143.0": "Firefox on Android",
    "Firefox/143.0": "Firefox",
    "curl/8.5.0 (Linux)": "A browser",
    "": "A browser",
    '<script>alert(1)</script>"\u202e\x00' + "x" * 100_000: "A browser",
    "<b>Chrome/1</b> Windows'; DROP TABLE sessions": "Chrome on Windows",
}  # fmt: skip


def test_browser_is_called_by_the_first_that_it_can_be() -> None:
    assert {said: browsers.name(said) for said in SAID} == SAID


def test_longest_name_there_can_be_fits_its_column() -> None:
    longest = len(max(browsers.BROWSERS, key=len) + " on " + max(browsers.DEVICES, key=len))
    kind = SignedInSession.__table__.c.browser.type
    assert isinstance(kind, String)
    assert kind.length is not None
    assert longest <= kind.length
