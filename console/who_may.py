"""Who may: every page and act behind the gate, by its endpoint, and the roles that may ask for it. What is not here is nobody's.

Which rows somebody sees is held by the queries (access.Viewer.teams); what is theirs to change, by the rooms.
"""

from collections.abc import Iterable

from console.access import MANAGER, STAFF

ALL = frozenset({MANAGER, STAFF})
MANAGERS = frozenset({MANAGER})


def _each(roles: frozenset[str], blueprint: str, names: Iterable[str]) -> dict[str, frozenset[str]]:
    return {f"{blueprint}.{name}": roles for name in names}


WHO_MAY: dict[str, frozenset[str]] = {
    **_each(ALL, "pages", ["home", "sign_out", "callbacks", "refreshed", "voicemail", "one_voicemail", "transcribe", "number"]),
    **_each(ALL, "pages", ["callback", "card", "customer", "mine", "mine_list", "switch_duty"]),
    **_each(ALL, "pages", ["now", "now_region", "promises", "promises_behind"]),
    **_each(ALL, "pages", ["claim", "release", "call", "snooze", "done", "note", "move"]),
    **_each(MANAGERS, "pages", ["assign", "bulk", "spreadsheet"]),
    **_each(ALL, "pages", ["me", "change_password", "sign_out_everywhere", "codes", "turn_codes_on", "turn_codes_off"]),
    **_each(MANAGERS, "pages", ["access", "make_login", "make_link", "take_codes_off", "welcome", "set_addresses"]),
    **_each(MANAGERS, "pages", ["undo_change"]),
    **_each(ALL, "api", ["callbacks", "callback", "calls", "customer", "staff", "fairness"]),
    **_each(ALL, "api", ["create", "claim", "release", "call", "snooze", "move", "done", "note", "number", "away"]),
    **_each(ALL, "api", ["voicemail", "one_voicemail", "exported", "transcribe"]),
    **_each(ALL, "api", ["in_force", "choose", "history", "check", "preview", "preview_aloud", "make", "make_of_sound", "undo", "ring_me"]),
    **_each(MANAGERS, "pages", ["promises_csv_file"]),
    **_each(MANAGERS, "api", ["assign", "erase"]),
}  # fmt: skip
"""By endpoint. A page is asked for by those roles alone; what is at an address of theirs may still be another's: 404."""


def may(role: str, endpoint: str | None) -> bool:
    """Whether somebody of that role may ask for what is there."""
    return role in WHO_MAY.get(endpoint or "", frozenset())
