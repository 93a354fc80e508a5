"""What a browser says it is, in plain words for the list of where somebody is signed in. Pure.

Each claims to be others as well, for the sake of old sites: whoever comes first here is who it is. What it says is worth no trust, so nothing
of it is kept but words of ours. An iPad may say that it is a Mac; nobody can tell.
"""

from collections.abc import Mapping

BROWSERS = {
    "Edge": ("Edg/", "EdgA/", "EdgiOS/", "Edge/"),
    "Opera": ("OPR/", "OPT/", "Opera"),
    "Samsung Internet": ("SamsungBrowser/",),
    "Firefox": ("Firefox/", "FxiOS/"),
    "Chrome": ("Chrome/", "CriOS/"),
    "Safari": ("Safari/",),
}
DEVICES = {
    "iPhone": ("iPhone",),
    "iPad": ("iPad",),
    "Android": ("Android",),
    "Windows": ("Windows",),
    "Chromebook": ("CrOS",),
    "Mac": ("Macintosh",),
    "Linux": ("Linux",),
}
UNKNOWN = "A browser"


def name(user_agent: str) -> str:
    """Such as "Chrome on Windows"; "Firefox" where it says nothing of its device, "A browser" where we know none. At most 60 letters."""
    browser, device = _first(BROWSERS, user_agent), _first(DEVICES, user_agent)
    return f"{browser} on {device}" if browser and device else browser or UNKNOWN


def _first(named: Mapping[str, tuple[str, ...]], user_agent: str) -> str | None:
    return next((words for words, tokens in named.items() if any(token in user_agent for token in tokens)), None)
