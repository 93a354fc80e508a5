"""The jobs about a message tell whom it concerns, in the transactions that keep what they found."""

from datetime import timedelta

import pytest

from office.tables import Business
from reception import message_jobs
from tests.voicemail_greetings.test_recordings import API, SILENCE, SOUND, VOICE
from voicemail_greetings import recordings

SID = f"RE{1:032}"


@pytest.mark.parametrize(
    ("sound", "label", "told"), [(VOICE, None, 2), (SILENCE, "silent", 0)], ids=["voice", "silence"]
)
def test_silent_message_is_told_to_nobody_after_all_once_its_sound_is_there(world, twilio, sound, label, told):
    world.rang(team_id=None)
    left = world.leaves(recording_sid=SID)
    assert len(world.texts()) == 2
    twilio.add("GET", f"{API}/Recordings/{SID}.wav", body=sound, **SOUND)

    assert message_jobs.fetch(world.office, left)
    assert (world.message(left).label, len(world.texts())) == (label, told)


def test_sound_of_a_silent_message_is_not_kept_before_that_is_told(world, twilio):
    world.rang(team_id=None)
    left = world.leaves(recording_sid=SID)
    twilio.add("GET", f"{API}/Recordings/{SID}.wav", body=SILENCE, **SOUND)

    def dies(*_: object) -> None:
        raise RuntimeError

    with pytest.raises(RuntimeError):
        recordings.fetch(world.office, left, dies)
    assert (world.message(left).label, world.message(left).file) == (None, None)
    assert len(world.texts()) == 2


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
