"""[recording], [words] and [retention] of a business.toml, and how each of the staff is told of messages."""

from datetime import timedelta

import pytest

from office import people
from office.profile import ProfileError, RecordingPolicy, read
from office.tables import Staff
from tests.conftest import BUSINESS

NOTICE = "Calls may be recorded."


def test_nothing_is_announced_and_nothing_deleted_at_the_carrier_unless_the_file_says_so():
    assert read(BUSINESS).recording == RecordingPolicy(notice=None, delete_at_carrier=False)
    said = f'[recording]\nnotice = "{NOTICE}"\ndelete_at_carrier = true\n'
    assert read(BUSINESS + said).recording == RecordingPolicy(NOTICE, delete_at_carrier=True)


def test_words_are_written_here_in_the_language_that_we_speak():
    words = read(BUSINESS).words
    assert (words.engines, words.language) == (("whisper",), "en")
    assert "urgent" in words.urgent
    assert "complaint" in words.complaint
    german = read(BUSINESS + '[words]\nlanguage = "DE"\n').words
    assert (german.language, german.urgent) == ("de", ())


def test_words_that_tell_something_are_the_business_s_own_in_small_letters():
    said = '[words]\nengines = ["http", "carrier"]\nurgent = ["Flat Tyre", "flat tyre"]\ncomplaint = []\n'
    words = read(BUSINESS + said).words
    assert (words.engines, words.urgent, words.complaint) == (("http", "carrier"), ("flat tyre",), ())


@pytest.mark.parametrize(
    ("said", "what"),
    [
        ('[words]\nengines = ["siri"]', r'words\.engines.*must be a list of "whisper", "carrier", "http"'),
        ('[words]\nengines = ["http", "http"]', r"words\.engines.*each once"),
        ('[words]\nlanguage = "english"', r'words\.language.*two letters of a language.*"en"'),
        ('[words]\nurgent = "leak"', r'words\.urgent.*must be a list of words.*\["emergency"\]'),
        ('[retention]\nrecordings = "1h"', r"retention\.recordings"),
        ('[recording]\nnotice = ""', r"recording\.notice"),
    ],
)
def test_what_cannot_be_is_told_with_an_example(said: str, what: str):
    with pytest.raises(ProfileError, match=what):
        read(f"{BUSINESS}{said}\n")


def test_everything_is_kept_for_a_while_and_no_longer():
    kept = read(BUSINESS + '[retention]\nwords = "7d"\n').retention
    assert (kept.recordings, kept.words) == (timedelta(days=180), timedelta(days=7))
    assert (kept.texts, kept.deliveries) == (timedelta(days=366), timedelta(days=30))


def test_whoever_wants_mails_has_an_address_and_both_are_kept_with_them(office):
    wants = BUSINESS.replace('phone = "+447700900101"\n', 'phone = "+447700900101"\nnotices = "mail"\n')
    with pytest.raises(ProfileError, match=r"staff\[1\]\.notices.*mails need an email of this person"):
        read(wants)
    written = wants.replace('notices = "mail"\n', 'notices = "mail"\nemail = "priya@example.com"\n')
    with office.database.transaction() as session:
        people.save_business(session, read(written))
        priya = session.get_one(Staff, 1)
        assert (priya.notices, priya.email) == ("mail", "priya@example.com")
