"""How we deal with a number: one rule at a time, kept with who said so, and gone when it is lifted."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from office import contact_rules
from office.tables import ContactRule
from office.wiring import Office

NOW = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)
LATER = NOW + timedelta(days=1)
JANE, AMIR = "+447700900123", "+447700900124"


@pytest.fixture
def session(office: Office):
    with office.database.transaction() as session:
        yield session


def blocked_by_priya(session: Session) -> None:
    contact_rules.set_rule(session, JANE, "blocked", by="Priya Shah", now=NOW, note="sales calls")


def kept(session: Session) -> tuple[object, ...]:
    [row] = session.execute(select(ContactRule.rule, ContactRule.by, ContactRule.at, ContactRule.note))
    return tuple(row)


def test_number_nobody_spoke_of_has_no_rule(session: Session) -> None:
    blocked_by_priya(session)
    assert contact_rules.rule_for(session, AMIR) is None


def test_withheld_number_has_no_rule(session: Session) -> None:
    blocked_by_priya(session)
    assert contact_rules.rule_for(session, None) is None


def test_rule_holds_for_its_number_and_says_who_set_it_when_and_why(session: Session) -> None:
    blocked_by_priya(session)
    assert contact_rules.rule_for(session, JANE) == "blocked"
    assert kept(session) == ("blocked", "Priya Shah", NOW, "sales calls")


def test_other_rule_takes_the_place_of_the_first(session: Session) -> None:
    blocked_by_priya(session)
    contact_rules.set_rule(session, JANE, "message-only", by="Tom Okafor", now=LATER)
    assert contact_rules.rule_for(session, JANE) == "message-only"
    assert kept(session) == ("message-only", "Tom Okafor", LATER, None)


def test_same_rule_again_changes_nothing_unless_it_says_why(session: Session) -> None:
    blocked_by_priya(session)
    contact_rules.set_rule(session, JANE, "blocked", by="customer list", now=LATER)
    assert kept(session) == ("blocked", "Priya Shah", NOW, "sales calls")
    contact_rules.set_rule(session, JANE, "blocked", by="Tom Okafor", now=LATER, note="threats")
    assert kept(session) == ("blocked", "Tom Okafor", LATER, "threats")


def test_lifted_rule_holds_no_more(session: Session) -> None:
    blocked_by_priya(session)
    contact_rules.lift(session, AMIR)
    assert contact_rules.rule_for(session, JANE) == "blocked"
    contact_rules.lift(session, JANE)
    assert contact_rules.rule_for(session, JANE) is None


def test_normal_lifts_and_every_other_word_is_a_rule(session: Session) -> None:
    for word in contact_rules.WORDS:
        contact_rules.deal(session, JANE, word, by="Priya Shah", now=NOW)
        assert contact_rules.rule_for(session, JANE) == (None if word == "normal" else word)


def test_unknown_rule_is_refused_and_the_old_one_holds(session: Session) -> None:
    blocked_by_priya(session)
    with pytest.raises(ValueError, match="do-not-call-back"):
        contact_rules.set_rule(session, JANE, "banned", by="Tom Okafor", now=LATER)
    assert contact_rules.rule_for(session, JANE) == "blocked"
