"""An office full of what nobody planned for: names that are code, words without an end, letters from the right, and something of every kind."""

import json
from datetime import timedelta
from typing import Any

from sqlalchemy.orm import Session

from callbacks.tables import Attempt, Callback, CallbackCall, Move
from console import access, board_links, links
from console.tables import User
from office import audit, kept_lists, people
from office.customer_list import BadRow, CustomerList, CustomerRow
from office.customers import save as save_customers
from office.kept_lists import Kept
from office.profile import read
from office.tables import Alert, Audit, BusinessChange, ContactRule, Note, Staff, Text
from office.wiring import Office
from tests.served import served
from voice.tables import Call
from voicemail_greetings.tables import GreetingVersion, Message

SCRIPT = "<script>window.hacked=1</script>"
IMAGE = '"><img src=x onerror=window.hacked=1>'
FROM_THE_RIGHT = "שלום مرحبا \u202eabc"
EMOJI = "🦊 👩‍👩‍👧‍👦 Zoë 🇬🇧"
ENDLESS = "Wolfeschlegelstein" * 11
AMPERSANDS = "O’Neill & Sons &amp; {{ 7*7 }} ' \""
NAMES = (SCRIPT, IMAGE, ENDLESS, FROM_THE_RIGHT, EMOJI, AMPERSANDS, "Jane Smith")
WORDS = (
    f"{SCRIPT} {IMAGE} {ENDLESS} {FROM_THE_RIGHT} {EMOJI} Ring me on 07700 900456, it’s urgent. "
    + "The blue bike. " * 10
)

FRAME = """
[business]
name = {name}
phone = "+442071838750"
timezone = "Europe/London"
country = "GB"
manager_phone = "+442071838799"
[hours]
mon = ["09:00-12:00", "13:00-17:30"]
tue = ["09:00-17:30"]
fri = ["09:00-17:30"]
[[special_day]]
date = "2026-12-28"
open = []
name = {day}
"""

PHONE = "+447700900123"
"""Of the first customer, who has everything."""
MANAGER, STAFF, WITH_CODES = "p" * 60 + "@example.com", "tom@example.com", "codes@example.com"


def fill(office: Office, password: str) -> dict[str, str]:
    """Put it all there; returns what the addresses of some pages need, by the names that the address map has for it."""
    with served(office).app_context(), office.database.transaction() as session:
        _people(session, office, password)
        _customers(session, office)
        for number, name in enumerate(NAMES):
            _callback(session, office, number, name)
        _history(session, office)
        _changes(session, office)
        made = _links(session, office)
    return {**made, "name": _list(office)}


def business() -> str:
    """A file with a team of every name, and with people who are in two of them."""
    names = list(map(quoted, [SCRIPT, IMAGE, ENDLESS[:100], FROM_THE_RIGHT, EMOJI]))
    teams = [f"[[team]]\nname = {name}\n" for name in ['"Workshop"', *names]]
    every = ['"Priya Shah"\nrole = "manager"', '"Tom Okafor"', *names]
    in_two = f'teams = ["Workshop", {names[0]}]\n'
    staff = [f"[[staff]]\nname = {name}\nphone = '+4477009001{at:02}'\n{in_two}" for at, name in enumerate(every)]
    return FRAME.format(name=quoted(SCRIPT + ENDLESS[:60]), day=quoted(IMAGE)) + "".join(teams + staff)


def quoted(text: str) -> str:
    """As the file has it."""
    return json.dumps(text, ensure_ascii=False)


def _people(session: Session, office: Office, password: str) -> None:
    people.save_business(session, read(business()))
    ids = {name: key for key, name in people.staff_names(session).items()}
    access.add_user(session, MANAGER, password, "manager", ids["Priya Shah"])
    access.add_user(session, STAFF, password, "staff", ids["Tom Okafor"])
    access.add_user(session, WITH_CODES, password, "manager", None)
    user = session.query(User).filter_by(email=WITH_CODES).one()
    user.totp_secret = "JBSWY3DPEHPK3PXP"
    session.get_one(Staff, ids[EMOJI]).away_until = office.clock.now() + timedelta(hours=3)
    session.get_one(Staff, ids[EMOJI]).on_duty = False
    access.add_token(session, IMAGE + ENDLESS[:60], "manager", None)


def _customers(session: Session, office: Office) -> None:
    rows = [
        CustomerRow(1, f"+44770090012{3 + at}", name[:200], birthday=f"--11-{24 + at}", notes=WORDS[:400])
        for at, name in enumerate(NAMES)
    ]
    save_customers(session, rows)
    session.add(ContactRule(phone="+447700900124", rule="message-only", note=IMAGE, by=SCRIPT, at=office.clock.now()))


def _callback(session: Session, office: Office, number: int, name: str) -> None:
    """One in each state, the first with calls, words, tries and notes."""
    now, phone = office.clock.now(), f"+44770090012{3 + number}"
    states: tuple[dict[str, Any], ...] = (
        {"state": "waiting"},
        {"state": "waiting", "needs_person": True},
        {"state": "claimed", "owner": "Priya Shah", "owner_id": 1},
        {"state": "claimed", "owner": ENDLESS[:100], "owner_id": 5, "next_try_at": now + timedelta(minutes=30)},
        {"state": "done", "outcome": "reached", "owner": SCRIPT, "owner_id": 3, "spoke_at": now, "closed_at": now},
        {"state": "done", "outcome": "unreachable", "closed_at": now, "closed_by": IMAGE, "close_note": WORDS[:300]},
        {"state": "claimed", "owner": "Tom Okafor", "owner_id": 2},
    )
    minutes = (-19, 12, 40, 60, -5, -90, 50)[number]
    times = {"missed_at": now - timedelta(hours=2), "promised_by": now + timedelta(minutes=minutes)}
    said = {"reason": (IMAGE + ENDLESS)[:200], "name": name[:200], "kind": "missed", "calls_missed": 2, "tries": 1}
    row = Callback(phone=phone, customer_id=None, team_id=number % 3 + 1, **{**said, **times, **states[number]})
    session.add(row)
    session.flush()
    call = {
        "direction": "inbound",
        "phone": phone,
        "team_id": 1,
        "started_at": now - timedelta(hours=2),
        "seen_at": now,
    }
    session.add(Call(sid=f"CA{number}", ended_at=now - timedelta(hours=1), outcome="missed", **call))
    session.add(CallbackCall(call_sid=f"CA{number}", callback_id=row.id))
    left = {"duration_s": 14, "received_at": now, "ended_at": now, "words_by": now, "fetches": 0}
    done = {"words": WORDS, "words_state": "done", "confidence": 0.4, "flags": ["urgent"], "file": f"{number}.wav"}
    session.add(Message(recording_sid=f"RE{number}", call_sid=f"CA{number}", **left, **(done if number != 1 else {})))


def _history(session: Session, office: Office) -> None:
    now = office.clock.now()
    for at, text in enumerate((WORDS[:2000], FROM_THE_RIGHT)):
        session.add(Note(phone=PHONE, at=now - timedelta(days=at), by=IMAGE, text=text))
    tried = {"callback_id": 1, "fence": 1, "staff_id": 3, "stage": "ended", "customer_phone": PHONE}
    session.add(Attempt(**tried, by=SCRIPT, at=now - timedelta(minutes=9), outcome="refused", ended_at=now))
    moved = {"promised_before": now - timedelta(hours=1), "promised_by": now}
    session.add(Move(callback_id=1, at=now - timedelta(minutes=50), by=IMAGE, note=WORDS[:400], **moved))
    session.add(
        Call(sid="CAnow", direction="inbound", phone=PHONE, team_id=1, started_at=now, seen_at=now, waiting_since=now)
    )
    sent = {"to": PHONE, "state": "failed", "tries": 3, "created_at": now}
    session.add(Text(reason="off-duty:7:3", body=WORDS[:300], **sent))
    session.add(Alert(reason="guard:numbers:1", at=now, said=WORDS[:400]))
    session.add(Alert(reason="danger:2:1", at=now, said=IMAGE))


def _changes(session: Session, office: Office) -> None:
    now = office.clock.now()
    for situation, team, text in (("closed", None, WORDS[:380]), ("closed", 2, SCRIPT), ("busy", None, IMAGE)):
        session.add(GreetingVersion(situation=situation, team_id=team, text=text, made_at=now, made_by=SCRIPT))
    for table in ("hours", "team", "callbacks"):
        tables = {"before": {table: None}, "after": {table: None}}
        session.add(BusinessChange(at=now, by=IMAGE, said=WORDS[:300], **tables))
    audit.write(session, by=SCRIPT, action="contact", about=f"customer:{PHONE}", now=now, detail=f"blocked: {IMAGE}")


def _links(session: Session, office: Office) -> dict[str, str]:
    now = office.clock.now()
    counted = "call-backs=1,calls=3,recordings=2"
    audit.write(session, by=SCRIPT, action="erased", about="customer:…0199", now=now, detail=counted)
    session.flush()
    erased = session.query(Audit).filter_by(action="erased").one()
    _, wall = board_links.make(session, IMAGE + ENDLESS[:60], "clock", SCRIPT, now)
    new_password = links.make(session, links.RESET, 2, SCRIPT, now)
    return {"token of new_password": new_password, "token of tv_board": wall, "audit_id": str(erased.id)}


def _list(office: Office) -> str:
    """Rows that wait to be imported."""
    good = tuple(CustomerRow(at, f"+4477009005{at:02}", name[:200]) for at, name in enumerate(NAMES))
    bad = (BadRow(line=9, value=IMAGE + ENDLESS, what=SCRIPT),)
    return kept_lists.keep(office, 1, Kept(IMAGE, True, CustomerList(good, bad)))
