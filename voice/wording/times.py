"""How times and numbers are spoken: "a quarter past three this afternoon", "twenty-five"."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from office.spoken import in_words

__all__ = ["clock_words", "in_words", "spoken_day", "spoken_time"]

HOURS = ("twelve", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven")
QUARTERS = {15: "a quarter", 30: "half"}
NIGHTS = {-1: "last night", 0: "tonight", 1: "tomorrow night"}


def spoken_time(moment: datetime, now: datetime, zone: ZoneInfo) -> str:
    """A moment as people say it: "a quarter past three this afternoon", "ten past nine on Monday morning"."""
    local = moment.astimezone(zone)
    # Midnight, and the hour after it, end the evening before: "midnight tonight", never "midnight tomorrow morning".
    before = timedelta(hours=1) if local.hour == 0 else timedelta()
    day, today = (local - before).date(), (now.astimezone(zone) - before).date()
    return f"{clock_words(local)} {_day_words(day, (day - today).days, _part(local))}"


def spoken_day(moment: datetime, now: datetime, zone: ZoneInfo) -> str:
    """Until when somebody is away: "this afternoon", "Monday morning", "Monday the 7th of December"."""
    local = moment.astimezone(zone)
    days = (local.date() - now.astimezone(zone).date()).days
    return _day_words(local.date(), days, _part(local) if days < 7 else "").removeprefix("on ")


def _part(local: datetime) -> str:
    """The part of the day; noon needs none."""
    if (local.hour, local.minute) == (12, 0):
        return ""
    if not 1 <= local.hour < 21:
        return "night"
    return "morning" if local.hour < 12 else "afternoon" if local.hour < 18 else "evening"


def clock_words(local: datetime) -> str:
    """The time on a clock face, in words: "three o'clock", "twenty-five to four", "noon"."""
    if local.minute == 0:
        return {0: "midnight", 12: "noon"}.get(local.hour, f"{HOURS[local.hour % 12]} o'clock")
    if local.minute <= 30:
        return f"{_minutes(local.minute)} past {HOURS[local.hour % 12] if local.hour else 'midnight'}"
    return f"{_minutes(60 - local.minute)} to {HOURS[(local.hour + 1) % 12]}"


def _minutes(count: int) -> str:
    if count in QUARTERS:
        return QUARTERS[count]
    words = in_words(count)
    if count % 5 == 0:
        return words
    return f"{words} minute" if count == 1 else f"{words} minutes"


def _day_words(day: date, days: int, part: str) -> str:
    if part == "night" and days in NIGHTS:
        return NIGHTS[days]
    if days == 0:
        return f"this {part}" if part else "today"
    if days in {-1, 1}:
        return f"{'tomorrow' if days == 1 else 'yesterday'} {part}".rstrip()
    if 1 < days < 7:
        return f"on {day:%A} {part}".rstrip()
    return f"on {f'the {part} of ' if part else ''}{day:%A} the {_ordinal(day.day)} of {day:%B}"


def _ordinal(day: int) -> str:
    ending = "th" if 10 <= day % 100 <= 20 else {1: "st", 2: "nd", 3: "rd"}.get(day % 10, "th")
    return f"{day}{ending}"
