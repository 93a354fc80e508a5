"""What we text: whole sentences that fit into one text where the names allow it."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from voice.wording import spoken_time
from voice.wording import texts as wording

LONDON, NOW = ZoneInfo("Europe/London"), datetime(2026, 11, 24, 10, 0, tzinfo=UTC)
TOMORROW = datetime(2026, 11, 25, 11, 35, tzinfo=UTC)
NAME, PHONE = "Harbour Bikes", "+442071838750"
PARTS = ["tomorrow afternoon", "Wednesday afternoon", "Thursday morning"]


@pytest.mark.parametrize(
    "text",
    [
        wording.promise(NAME, spoken_time(TOMORROW, NOW, LONDON)),
        wording.cancelled(NAME),
        wording.offer_parts(PARTS),
        wording.offer_parts(PARTS[:1]),
        wording.moved(NOW, TOMORROW, NOW, LONDON),
        wording.moved(TOMORROW, TOMORROW, NOW, LONDON),
        wording.added(spoken_time(TOMORROW, NOW, LONDON)),
        wording.stranger(NAME, PHONE),
        wording.unreachable(NAME, PHONE),
    ],
)
def test_text_fits_into_one_and_is_plain_and_polite(text):
    assert len(text) <= 160
    assert text.isascii()
    assert "Sorry" in text or "hank you" in text


def test_part_of_a_day_that_has_begun_is_told_by_its_end():
    assert "ring you by twenty-five to twelve tomorrow morning." in wording.moved(NOW, TOMORROW, NOW, LONDON)
    assert "Reply A for tomorrow afternoon." in wording.offer_parts(PARTS[:1])
