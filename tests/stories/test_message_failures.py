"""Messages whose sound does not come, or cannot be kept: each stands on the list with its true state, and comes when the trouble is over."""

import wave
from datetime import UTC, datetime, timedelta

from sqlalchemy import select, update

from voice.standin.client import Busy
from voice.standin.stores import sound
from voicemail_greetings.tables import Message

NUMBER, PRIYA = "+442071838750", "+447700900101"
CALLERS = [f"+44770090020{digit}" for digit in range(5)]
EACH_ANOTHER = ("media_missing", "media_wrong_type", "media_too_large", "media_redirected", "media_reset")

ONE_PERSON = """
[business]
name = "Harbour Bikes"
phone = "+442071838750"
timezone = "Europe/London"
country = "GB"
manager_phone = "+442071838799"
[hours]
always = true
[callbacks]
first_try_after = "1h"
[[staff]]
name = "Priya Shah"
phone = "+447700900101"
"""


def messages(house):
    with house.database.reading() as session:
        return session.scalars(select(Message).order_by(Message.id)).all()


def ask_now(house):
    """Nobody waits for the next try in a story."""
    with house.database.transaction() as session:
        session.execute(update(Message).where(Message.file.is_(None)).values(fetch_at=datetime.now(UTC)))


def until_asked(house, times):
    """Until each was asked for so often and not had; each stands on the list all the while."""
    said = f"five messages that were asked for {times} times"
    house.until(lambda: all(each.fetches == times for each in messages(house)), said)
    assert [each.file or each.lost for each in messages(house)] == [None] * 5
    assert all(row["voicemail"] for row in house.callbacks())
    assert len(house.callbacks()) == 5


def leave_messages(house, spoken):
    house.carrier.phone(PRIYA, Busy())
    for caller in CALLERS:
        asks = {"on_hearing": "a message, 3", "press": "3"}
        says = {"on_hearing": "beep", "after": 3, "say": "Please ring me.", "sound": str(spoken)}
        house.carrier.dial(caller, NUMBER, [asks, says, {"after": 8, "hang_up": True}])
    house.until(lambda: len(messages(house)) == 5, "five messages")


def test_messages_stand_on_the_list_whatever_keeps_their_sound_away_and_it_comes_when_that_is_over(
    build, closed_port, tmp_path
):
    """Redis is gone all the while; the disk takes nothing; nothing is there yet; then each meets another fault of the carrier."""
    house = build(f"redis://127.0.0.1:{closed_port}", business=ONE_PERSON)
    spoken, folder = tmp_path / "spoken.wav", tmp_path / "var" / "recordings"
    spoken.write_bytes(sound(6))
    leave_messages(house, spoken)
    folder.write_text("a file stands where the folder should")
    house.start_worker()
    in_a_while = datetime.now(UTC) + timedelta(seconds=30)
    house.until(lambda: all(each.fetch_at > in_a_while for each in messages(house)), "nothing that could be kept")
    until_asked(house, 0)

    folder.unlink()
    house.carrier.faults(media_missing=5)
    ask_now(house)
    until_asked(house, 1)
    house.carrier.faults(**dict.fromkeys(EACH_ANOTHER, 1))
    ask_now(house)
    until_asked(house, 2)
    ask_now(house)
    house.until(lambda: all(each.file for each in messages(house)), "the sound of all five")

    (kept,) = folder.glob("*/*")
    assert kept.read_bytes() == spoken.read_bytes()
    with wave.open(str(kept)) as heard:
        seconds = heard.getnframes() / heard.getframerate()
    assert {(each.file, each.duration_s, each.label) for each in messages(house)} == {
        (f"{kept.parent.name}/{kept.name}", round(seconds), None)
    }
