"""The report on fairness, by the API and at a terminal: whom it counts as what, and whose rows it is made of."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from office import people
from office.customer_list import CustomerRow
from office.customers import save as save_customers

JANE, TOM, ANN = "+447700900123", "+447700900124", "+447700900125"
PAGE = "/api/fairness"


@pytest.fixture
def ask(visitor, bearer) -> Callable[..., dict[str, Any]]:
    """What the report says of each kind of caller."""

    def asked(query: str = "", **who: Any) -> dict[str, Any]:
        answer = visitor.get(f"{PAGE}{query}", headers=bearer(**who))
        assert answer.status_code == 200, answer.text
        return {one["kind"]: one for one in answer.json["callers"]}

    return asked


@pytest.fixture
def counts(ask) -> Callable[..., dict[str, int]]:
    return lambda *query, **who: {kind: one["callbacks"] for kind, one in ask(*query, **who).items()}


@pytest.fixture
def later(clock) -> None:
    """An hour has gone by: the period ends now, and what happened before is in it."""
    clock.go_on(hours=1)


def test_caller_is_known_new_or_withheld_as_they_were_at_their_first_call(counts, owe, call, clock) -> None:
    first, second, third = owe(JANE), owe(TOM), owe(ANN)
    call("CA1", first, known=True)
    call("CA2", second, phone=TOM, known=False)
    call("CA3", second, phone=TOM, known=True)
    call("CA4", third, phone=None, known=False)
    clock.go_on(hours=1)
    assert counts() == {"known": 1, "new": 1, "withheld": 1}


def test_call_back_that_no_call_led_to_is_known_by_the_list_of_customers(counts, owe, office, clock) -> None:
    with office.database.transaction() as session:
        save_customers(session, [CustomerRow(1, JANE, "Jane Smith")])
    owe(JANE, customer_id=1)
    owe(TOM)
    owe(None)
    clock.go_on(hours=1)
    assert counts() == {"known": 1, "new": 1, "withheld": 1}


def test_call_backs_that_we_began_are_left_out(counts, owe, clock) -> None:
    owe(JANE, kind="apology")
    owe(TOM, kind="outreach")
    owe(ANN, kind="complaint")
    clock.go_on(hours=1)
    assert sum(counts().values()) == 1


def test_call_back_that_became_one_with_another_is_left_out(counts, owe, call, clock) -> None:
    owe(JANE, state="done", outcome="cancelled", closed_at=clock.now())
    call("CA1", owe(TOM, state="done", outcome="cancelled", closed_at=clock.now()), phone=TOM)
    clock.go_on(hours=1)
    assert counts() == {"known": 1, "new": 0, "withheld": 0}


def test_waits_and_shares_are_told(ask, owe, clock) -> None:
    now = clock.now()
    ended = {"first_rang_at": now + timedelta(minutes=5), "spoke_at": now + timedelta(minutes=6)}
    owe(JANE, state="done", outcome="reached", closed_at=now + timedelta(minutes=9), **ended)
    owe(TOM)
    clock.go_on(hours=3)
    assert ask()["new"] == {
        "kind": "new",
        "callbacks": 2,
        "open": 1,
        "spoken": 1,
        "until_rung": {"median_s": 5550, "longest_s": 10800},
        "until_spoken": {"median_s": 5580, "longest_s": 10800},
        "rang_in_time": {"yes": 1, "of": 2, "share": 0.5},
        "kept": {"yes": 1, "of": 2, "share": 0.5},
    }


def test_cancelled_promise_counts_neither_as_kept_nor_as_broken(ask, owe, call, clock) -> None:
    call("CA1", owe(JANE, state="done", outcome="cancelled", closed_at=clock.now()))
    clock.go_on(hours=3)
    assert ask()["known"]["kept"] == {"yes": 0, "of": 0, "share": None}


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("?since=2026-11-24T10:00:00Z", 1),
        ("?since=2026-11-24T10:00:01Z", 0),
        ("?since=2026-11-24T09:00:00Z&until=2026-11-24T10:00:00Z", 0),
        ("?since=2026-11-24T11:00:00%2B01:00&until=2026-11-24T11:00:01+01:00", 1),
        ("?until=2026-12-24T10:00:01Z", 0),
        ("?until=0001-01-02T00:00:00Z", 0),
    ],
)
def test_period_is_from_its_beginning_up_to_its_end(counts, owe, later, query, count) -> None:
    assert sum(counts(query).values()) == 0
    owe(JANE, missed_at=people.NEVER.replace(year=2026, month=11, day=24, hour=10))
    assert sum(counts(query).values()) == count


def test_period_is_thirty_days_when_nothing_is_said(visitor, bearer) -> None:
    answer = visitor.get(PAGE, headers=bearer()).json
    assert (answer["since"], answer["until"]) == ("2026-10-25T10:00:00+00:00", "2026-11-24T10:00:00+00:00")
    assert set(answer["definitions"]) >= {"known", "until_rung", "kept"}


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("?since=yesterday", "since"),
        ("?since=2026-11-24T10:00:00", "since"),
        ("?until=0001-01-01T00:00:00%2B23:00", "until"),
        ("?since=2026-11-24T10:00:00Z&until=2026-11-24T10:00:00Z", "since"),
        ("?since=2025-11-22T10:00:00Z", "since"),
    ],
)
def test_period_that_cannot_be_is_told(visitor, bearer, query, field) -> None:
    answer = visitor.get(PAGE + query, headers=bearer())
    assert (answer.status_code, answer.json["error"]["field"]) == (400, field)


def test_staff_see_how_the_callers_of_their_teams_were_served(counts, owe, sales, later) -> None:
    now = people.NEVER.replace(year=2026, month=11, day=24, hour=10)
    owe(JANE, missed_at=now)
    owe(TOM, missed_at=now, team_id=sales)
    owe(ANN, missed_at=now, team_id=None)
    assert sum(counts(role="staff", staff="Tom Okafor").values()) == 2
    assert sum(counts(role="manager").values()) == 3


def test_stranger_sees_nothing(visitor) -> None:
    assert visitor.get(PAGE).status_code == 401


def test_table_at_the_terminal_says_the_same(app, owe, call, clock) -> None:
    now = clock.now()
    ended = {"first_rang_at": now + timedelta(seconds=310), "spoke_at": now + timedelta(minutes=6)}
    call("CA1", owe(JANE, state="done", outcome="reached", closed_at=now + timedelta(minutes=9), **ended))
    call("CA2", owe(TOM, first_rang_at=now + timedelta(minutes=5)), phone=TOM, known=False)
    clock.go_on(days=1, hours=2)
    told = app.test_cli_runner().invoke(args=["fairness", "--days", "2"])
    lines = told.stdout.splitlines()
    assert lines[:4] == [
        "caller    call-backs  open  spoken  until rung       until spoken   rang in time   kept",
        "known     1           0     1       5m 10s / 5m 10s  6m / 6m        1 of 1 (100%)  1 of 1 (100%)",
        "new       1           1     0       5m / 5m          1d 2h / 1d 2h  1 of 1 (100%)  0 of 1 (0%)",
        "withheld  0           0     0       -                -              -              -",
    ]
    assert any(line.startswith("until spoken: Seconds from") for line in lines)


def test_days_leave_out_what_was_before_them(app, owe, clock) -> None:
    owe(JANE)
    clock.go_on(days=2)
    told = app.test_cli_runner().invoke(args=["fairness", "--days", "1"])
    assert [line.split()[1] for line in told.stdout.splitlines()[1:4]] == ["0", "0", "0"]


def test_secret_for_other_software_is_printed_alone(app, office) -> None:
    told = app.test_cli_runner().invoke(args=["webhook-secret"])
    assert (told.exit_code, len(told.stdout)) == (0, 65)
    assert office.settings.secret_key not in told.stdout
