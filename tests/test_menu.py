"""A business with two teams, at our addresses as the carrier posts: whose phone rings for whom, and nobody is left without."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from office import people
from office.profile import read
from office.tables import Team
from voice.tables import Call

JANE = "+447700900123"
PRIYA, TOM = "+447700900101", "+447700900102"
RINGING = {"From": JANE, "To": "+442071838750", "CallStatus": "ringing", "Direction": "inbound"}
NO_ANSWER = {"From": JANE, "DialCallStatus": "no-answer", "DialBridged": "false"}

BUSINESS = """
[business]
name = "Harbour Bikes"
phone = "+442071838750"
timezone = "Europe/London"
country = "GB"
manager_phone = "+442071838799"
[voice]
language = "en-GB"
[hours]
tue = ["09:00-17:30"]
[ringing]
rounds = 1
[[team]]
name = "Workshop"
key = "4"
[[team]]
name = "Sales"
[[staff]]
name = "Priya Shah"
phone = "+447700900101"
teams = ["Workshop"]
[[staff]]
name = "Tom Okafor"
phone = "+447700900102"
teams = ["Sales"]
"""


@pytest.fixture
def office(office):
    with office.database.transaction() as session:
        people.save_business(session, read(BUSINESS))
    return office


@pytest.fixture
def menu(carrier, office):
    """What a caller hears first."""
    return carrier.post("/voice/incoming", **RINGING)


def redirected(carrier, answer):
    """Where the carrier goes on by itself."""
    onward = re.search(r"<Redirect[^>]*>([^<]+)<", answer.text)
    assert onward is not None, answer.text
    return carrier.post(onward.group(1), From=JANE)


def chosen(carrier, menu, **said):
    return redirected(carrier, carrier.post(carrier.key(menu), From=JANE, **said))


def team_of_the_call(office) -> str | None:
    with office.database.reading() as session:
        name: str | None = session.scalar(select(Team.name).join(Call, Call.team_id == Team.id))
    return name


def test_caller_is_asked_in_the_business_s_language_before_any_phone_rings(carrier, menu):
    assert carrier.rung(menu) is None
    assert "Thank you for calling. Just say or press: Workshop, 4; Sales, 1; anybody, 0." in menu.text
    assert 'input="dtmf speech"' in menu.text
    assert 'language="en-GB"' in menu.text


@pytest.mark.parametrize("said", [{"Digits": "1"}, {"SpeechResult": "Sales, please."}, {"SpeechResult": "one"}])
def test_caller_who_chooses_a_team_has_its_phone_rung(carrier, office, menu, said):
    assert carrier.rung(chosen(carrier, menu, **said)) == TOM
    assert team_of_the_call(office) == "Sales"


@pytest.mark.parametrize("said", [{"Digits": "0"}, {"SpeechResult": "a person"}])
def test_caller_who_wants_anybody_has_a_phone_rung_at_once(carrier, office, menu, said):
    assert carrier.rung(carrier.post(carrier.key(menu), From=JANE, **said)) in {PRIYA, TOM}
    assert team_of_the_call(office) is None


def test_silence_is_asked_once_more_and_then_somebody_s_phone_rings(carrier, menu):
    again = redirected(carrier, menu)
    assert "Sorry, once more. Just say or press: Workshop, 4;" in again.text
    assert carrier.rung(redirected(carrier, again)) in {PRIYA, TOM}


def test_caller_whose_team_does_not_answer_and_who_presses_zero_reaches_another(carrier, office, menu):
    ringing = chosen(carrier, menu, Digits="4")
    assert carrier.rung(ringing) == PRIYA
    offer = carrier.post(carrier.action(ringing), **NO_ANSWER)
    with office.database.transaction() as session:
        now = office.clock.now()
        assert people.reserve(session, 1, "attempt:1", now, now + timedelta(hours=1))
    person = carrier.post(carrier.key(offer), From=JANE, Digits="0")
    assert carrier.rung(redirected(carrier, redirected(carrier, person))) == TOM
