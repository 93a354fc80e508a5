"""Which of the messages that a customer left is played to whoever rings them back."""

import pytest

from callbacks import attempts
from callbacks.tables import Attempt
from office import people
from reception import gathering
from reception.exchange import Exchange
from voice.conversation.turns import Heard


@pytest.fixture
def offered(world, client):
    """The words and the sound of the message that Tom may hear as he rings them back."""

    def facts():
        now = world.clock.now()
        with client.application.app_context(), world.office.database.transaction() as session:
            tom = people.person(session, 2)
            assert tom is not None
            claimed = attempts.claim_on_the_phone(session, 1, tom, "CA9", now)
            assert claimed is not None
            attempt = session.get_one(Attempt, claimed.attempt_id)
            at = Exchange(session, world.office.business(session), now, Heard("CA9"), attempt=attempt)
            return gathering.gather_attempt(at).attempt

    return facts


@pytest.mark.parametrize(
    "later", [{"label": "silent", "file": "b.wav"}, {"lost": "gone"}, {}], ids=["silent", "lost", "not here yet"]
)
def test_message_that_can_be_heard_is_played_though_another_call_left_none_after_it(world, offered, later):
    world.rang()
    good = world.leaves(file="a.wav", words="My bike is ready?")
    world.rang(sid="CA2")
    world.leaves("CA2", **later)

    attempt = offered()
    assert attempt.said == "My bike is ready?"
    assert f"/{good}-" in attempt.message


def test_last_of_two_good_messages_is_played(world, offered):
    world.rang()
    world.leaves(file="a.wav")
    world.rang(sid="CA2")
    last = world.leaves("CA2", file="b.wav")

    assert f"/{last}-" in offered().message
