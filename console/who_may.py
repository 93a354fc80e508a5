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
    **_each(ALL, "pages", ["callback", "card", "customer", "customer_note", "mine", "mine_list", "switch_duty"]),
    **_each(ALL, "pages", ["now", "now_region", "promises", "promises_region", "promises_behind"]),
    **_each(ALL, "pages", ["claim", "release", "call", "snooze", "done", "note", "move", "assign"]),
    **_each(ALL, "pages", ["new_callback", "renumber", "words", "take_back"]),
    **_each(MANAGERS, "pages", ["bulk", "spreadsheet", "reopen", "never_ring", "may_ring", "troubles", "seen_to", "not_seen_to"]),
    **_each(ALL, "pages", ["more", "me", "choose_likes", "change_password", "sign_out_everywhere", "codes", "turn_codes_on", "turn_codes_off"]),
    **_each(MANAGERS, "pages", ["access", "make_login", "make_link", "take_codes_off", "welcome", "set_addresses"]),
    **_each(MANAGERS, "pages", ["remove_login", "end_session", "make_token", "revoke_token", "bring_back_token"]),
    **_each(MANAGERS, "pages", ["board_links", "make_board_link", "revoke_board_link", "bring_back_board_link"]),
    **_each(ALL, "pages", ["phone", "phone_now", "phone_call", "handset", "staff_phone"]),
    **_each(MANAGERS, "pages", ["settings", "one_setting", "save_setting", "settings_business", "save_business"]),
    **_each(MANAGERS, "pages", ["undo_change"]),
    **_each(ALL, "pages", ["customers", "customers_upcoming", "add_customer", "change_customer"]),
    **_each(MANAGERS, "pages", ["customers_csv", "customers_import", "customers_preview", "customers_take_in", "customers_leave", "customers_left_out"]),
    **_each(MANAGERS, "pages", ["customer_contact", "export_customer", "erase_customer", "customer_erased"]),
    **_each(ALL, "pages", ["people", "people_region", "person", "team"]),
    **_each(MANAGERS, "pages", ["new_person", "change_person", "person_returns", "person_leaves", "number_check", "ring_to_check"]),
    **_each(MANAGERS, "pages", ["set_persons_duty", "set_persons_pin"]),
    **_each(MANAGERS, "pages", ["new_team", "change_team", "close_team"]),
    **_each(ALL, "pages", ["hours"]),
    **_each(MANAGERS, "pages", ["hours_week", "hours_holidays", "hours_days_saved", "hours_days_removed"]),
    **_each(ALL, "pages", ["greetings", "greeting", "check_greeting", "hear_greeting", "greeting_take", "save_greeting", "ring_for_greeting"]),
    **_each(ALL, "pages", ["upload_greeting", "put_back_greeting", "keep_take", "undo_greeting", "bring_back_greeting"]),
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
