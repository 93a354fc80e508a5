"""The jobs about a message tell whom it concerns, in the transactions that keep what they found."""

from datetime import timedelta

from office.tables import Business
from reception import message_jobs


def test_silent_message_is_told_to_nobody_after_all_once_its_sound_is_there(world):
    world.rang(team_id=None)
    left = world.leaves(file="ab/abc.wav")
    assert message_jobs.fetch(world.office, left)
    assert len(world.texts()) == 2
    world.set(type(world.message(left)), left, label="silent")

    assert message_jobs.fetch(world.office, left)
    assert world.texts() == []


def test_words_that_are_there_are_told_and_hurry_their_call_back(world, clock):
    with world.office.database.transaction() as session:
        business = session.get_one(Business, 1)
        business.tables, business.version = business.tables | {"words": {"engines": ["carrier"]}}, 2
    one = world.rang(team_id=None)
    by = clock.now() + timedelta(minutes=2)
    left = world.leaves(words_at=clock.now(), words_by=by, carrier_words="There is a leak.")
    assert message_jobs.write_words(world.office, left)

    assert world.message(left).flags == ["urgent: leak"]
    assert [body for _, body in world.texts()][2:] == ['+44 7700 900123 said: "There is a leak."'] * 2
    assert world.callback(one).hurry_by == clock.now() + timedelta(hours=1)
