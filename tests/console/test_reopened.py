"""What is taken back or opened again when something went on beside it: a talk, another's rule, a closed team, an erased customer."""

import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from callbacks import in_time, wishes
from callbacks.tables import Attempt, Callback, Rung
from office.contact_rules import rule_for, set_rule
from office.tables import Audit, Team, Text
from office.wiring import Office
from reception import escalating

Made = Callable[..., Any]
Send = Callable[..., str]
JANE = "+447700900123"
MINUTE = timedelta(minutes=1)


@pytest.fixture
def database_url(sqlite_template: Path, tmp_path: Path) -> str:
    """One kind of database is enough for what a page says."""
    (tmp_path / "ringtrue.sqlite").write_bytes(sqlite_template.read_bytes())
    return f"sqlite:///{tmp_path}/ringtrue.sqlite"


@pytest.fixture
def send(browser: FlaskClient) -> Send:
    """Send a form; the list after it."""

    def sent(path: str, **fields: Any) -> str:
        token = re.findall(r'name="csrf_token" value="([^"]+)"', browser.get("/me").text)[0]
        data = {"csrf_token": token, "next": "/callbacks", **fields}
        answer = browser.post(path, data=data, headers={"Referer": "https://localhost/callbacks"})
        assert answer.status_code == 303, answer.text
        return browser.get("/callbacks").text

    return sent


@pytest.fixture
def talk(office: Office) -> Made:
    """A talk for that call-back, which goes on unless said otherwise; its id."""

    def talked(callback_id: int, **values: Any) -> int:
        usual = {"fence": 0, "stage": "taken", "staff_id": 2, "by": "Tom Okafor", "customer_phone": JANE}
        with office.database.transaction() as session:
            row = Attempt(callback_id=callback_id, **{"at": office.clock.now(), **usual, **values})
            session.add(row)
            session.flush()
            return row.id

    return talked


def undo_of(page: str) -> str:
    found = re.search(r'<div class="toast".*?action="([^"]+)"', page)
    assert found, "no toast with a way back"
    return found[1]


def the(office: Office, callback_id: int) -> Callback:
    with office.database.reading() as session:
        return session.get_one(Callback, callback_id)


def test_customer_in_a_talk_is_rung_by_nobody_else_by_undo_or_reopening(
    office: Office, clock: Any, send: Send, owe: Made, talk: Made
) -> None:
    jane = owe(state="calling", name="Jane Smith")
    attempt = talk(jane, staff_id=1, taken_at=office.clock.now())
    undo = undo_of(send(f"/callbacks/{jane}/done", outcome="reached"))
    for path in (undo, f"/callbacks/{jane}/reopen"):
        assert "Tom Okafor is on the phone for Jane Smith just now." in send(path)
        assert the(office, jane).state == "done"
    clock.go_on(minutes=1)
    with office.database.transaction() as session:
        row = session.get_one(Attempt, attempt)
        row.stage, row.outcome, row.ended_at = "ended", "reached", clock.now()
    assert "has changed since" in send(undo)
    assert the(office, jane).state == "done"


def test_undo_of_never_ring_leaves_a_rule_that_somebody_made_since_and_is_written_down(
    office: Office, send: Send, owe: Made
) -> None:
    jane = owe()
    undo = undo_of(send(f"/callbacks/{jane}/never-ring"))
    with office.database.transaction() as session:
        set_rule(session, JANE, "blocked", by="Ana", now=office.clock.now())
    assert "has changed since" in send(undo)
    with office.database.transaction() as session:
        assert rule_for(session, JANE) == "blocked"
        set_rule(session, JANE, "do-not-call-back", by="Ana", now=office.clock.now())
    send(undo)
    with office.database.reading() as session:
        written = session.scalars(select(Audit.action).where(Audit.about == f"customer:{JANE}")).all()
        assert (rule_for(session, JANE), written) == (None, ["never-ring", "may-ring"])


def test_what_was_a_closed_teams_is_everybodys_when_it_is_opened_again(
    office: Office, send: Send, owe: Made, sales: int
) -> None:
    jane, anna = owe(team_id=sales), owe("+447700900124", team_id=sales)
    undo = undo_of(send(f"/callbacks/{jane}/done", outcome="reached"))
    send(f"/callbacks/{anna}/done", outcome="reached")
    with office.database.transaction() as session:
        session.get_one(Team, sales).closed_at = office.clock.now()
    send(undo)
    send(f"/callbacks/{anna}/reopen")
    assert [(the(office, each).state, the(office, each).team_id) for each in (jane, anna)] == [("waiting", None)] * 2


@pytest.mark.parametrize("said_by", ["the line", "a person"])
def test_promise_that_was_kept_stays_so_when_it_is_opened_again(
    office: Office, clock: Any, send: Send, owe: Made, talk: Made, said_by: str
) -> None:
    spoke_at = clock.now()
    over = {"state": "done", "outcome": "reached", "spoke_at": spoke_at, "closed_at": spoke_at, "next_try_at": None}
    jane = owe(**over, promised_by=spoke_at + 9 * MINUTE)
    heard = {"customer_answered_at": spoke_at} if said_by == "the line" else {}
    talk(jane, stage="ended", outcome="reached", ended_at=spoke_at, taken_at=spoke_at, **heard)
    clock.go_on(minutes=10)
    send(f"/callbacks/{jane}/reopen")
    escalating.look_after_promises(office)
    with office.database.reading() as session:
        told = session.scalars(select(Text.id).where(Text.to == JANE)).all(), session.scalars(select(Rung.rung)).all()
    if said_by == "a person":
        assert (len(told[0]), "late" in told[1], the(office, jane).spoke_at) == (1, True, None)
        return
    assert told == ([], [])
    send(f"/callbacks/{jane}/done", outcome="reached")
    assert in_time.kept(the(office, jane), clock.now())


def test_later_time_for_a_kept_promise_is_a_promise_of_its_own(office: Office, clock: Any, owe: Made) -> None:
    jane = owe(spoke_at=clock.now(), promised_by=clock.now() + MINUTE)
    with office.database.transaction() as session:
        wishes.move(session, jane, clock.now() + 9 * MINUTE, by="Ana", note="Jane agreed", now=clock.now())
    clock.go_on(minutes=10)
    escalating.look_after_promises(office)
    with office.database.reading() as session:
        assert "late" in session.scalars(select(Rung.rung)).all()


def test_callback_of_an_erased_customer_is_not_opened_again(
    office: Office, browser: FlaskClient, send: Send, owe: Made
) -> None:
    jane = owe()
    path = f"/customers/{JANE}/erase"
    token = re.findall(r'name="csrf_token" value="([^"]+)"', browser.get(path).text)[0]
    data = {"csrf_token": token, "typed": "07700 900123"}
    assert browser.post(path, data=data, headers={"Referer": f"https://localhost{path}"}).status_code == 303
    assert "Reopen" not in browser.get(f"/callbacks/{jane}").text
    assert "This customer was forgotten" in send(f"/callbacks/{jane}/reopen")
    assert the(office, jane).state == "done"


def test_undo_of_many_reads_what_they_were_once(send: Send, owe: Made, statements: Made) -> None:
    ids = [str(owe(f"+4477009000{number:02}")) for number in range(4)]
    undo = undo_of(send("/callbacks/bulk", act="done", id=ids, outcome="reached"))
    asked = statements(lambda: send(undo))
    assert sum("SELECT audit.detail" in each for each in asked) == 1


def test_long_name_in_any_script_is_kept_whole_and_what_is_cut_is_refused_kindly(
    office: Office, send: Send, owe: Made
) -> None:
    claimed = {"state": "claimed", "owner": "🚲" * 200, "claimed_until": office.clock.now() + MINUTE}
    jane = owe(**claimed)
    undo = undo_of(send(f"/callbacks/{jane}/release"))
    send(undo)
    assert the(office, jane).owner == "🚲" * 200
    with office.database.transaction() as session:
        for row in session.scalars(select(Audit).where(Audit.about.startswith("undo:"))):
            row.detail = (row.detail or "")[:50]
    assert "There is nothing to take back any more." in send(undo)


def test_kept_promise_stays_so_however_often_it_is_opened_again(
    office: Office, clock: Any, send: Send, owe: Made
) -> None:
    spoke_at = clock.now()
    over = {"state": "done", "outcome": "answered-elsewhere", "spoke_at": spoke_at, "closed_at": spoke_at}
    jane = owe(**over, next_try_at=None)
    for _ in range(2):
        clock.go_on(minutes=10)
        send(f"/callbacks/{jane}/reopen")
        assert the(office, jane).spoke_at == spoke_at
        send(f"/callbacks/{jane}/done", outcome="reached")


@pytest.mark.parametrize("by_hand", ["by hand", ""])
def test_when_they_were_rung_stays_when_it_is_opened_again_unless_a_person_only_said_so(
    office: Office, clock: Any, send: Send, owe: Made, talk: Made, by_hand: str
) -> None:
    now = clock.now()
    rang_at = now if by_hand else now - 9 * MINUTE  # of one that was made one with it, perhaps
    jane = owe(state="done", outcome="unreachable", closed_at=now, first_rang_at=rang_at, next_try_at=None)
    talk(jane, stage="ended", ended_at=now, customer_rang_at=now - MINUTE, customer_phone="+447700900188")
    send(f"/callbacks/{jane}/reopen")
    assert the(office, jane).first_rang_at == (None if by_hand else rang_at)
