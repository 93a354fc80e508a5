"""Times and days as people say them in English: one pattern for all of them. Pure."""

import re

HOURS = "one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve"
HOUR = rf"(?:{HOURS}|1[0-2]|0?[1-9])"
MINUTES = r"(?:five|ten|twenty(?:[ -]five)?|fifteen|thirty|forty|forty[ -]five|[1-5]?\d)"
AM_PM = r"(?:\s*(?:[ap]m\b|[ap]\.\s?m\b\.?))"
PART = r"(?:morning|afternoon|evening|night|lunchtime|lunch)"
DAY = r"(?:(?:mon|tues|wednes|thurs|fri|satur|sun)days?)"
MONTH = r"(?:january|february|march|april|may|june|july|august|september|october|november|december)"
CLOCK = (
    rf"(?:(?:[01]?\d|2[0-3]):[0-5]\d(?::[0-5]\d)?(?!\d){AM_PM}?"
    rf"|{HOUR}[.: ]{MINUTES}{AM_PM}"
    rf"|(?:half|(?:a )?quarter|{MINUTES}(?: minutes?)?) (?:past|to) {HOUR}{AM_PM}?"
    rf"|{HOUR}(?:\s*o['’]?\s?clock|{AM_PM})"
    r"|noon|midday|midnight|lunchtime)"
)
NEAR = r"(?:at|around|about|before|after|by|until|till|from)"
TO_DAY = rf"(?:(?:this|next|on|last)\s+)?(?:today|tonight|tomorrow|yesterday|{DAY})(?:\s+{PART})?"
DATE = rf"(?:the\s+)?(?:{DAY},?\s+)?(?:the\s+)?\d{{1,2}}(?:st|nd|rd|th)?(?:\s+of)?\s+{MONTH}|{MONTH}\s+(?:the\s+)?\d{{1,2}}(?:st|nd|rd|th)?(?!\d)"
LOOSE = rf"(?:(?:this|next)\s+(?:{PART}|week|weekend|month)|in the (?:morning|afternoon|evening))"

TIMES = re.compile(
    rf"\b(?:{DATE}"
    rf"|{TO_DAY}(?:,?\s+(?:{NEAR}\s+)?{CLOCK}|\s+{NEAR}\s+{HOUR}(?![\w:.]*\d))?"
    rf"|{CLOCK}(?:,?\s+(?:{TO_DAY}|{LOOSE}))?"
    rf"|(?<=\bat )(?:{HOURS})(?=[,.!?;]|$|\s+(?:{TO_DAY}|{LOOSE}))(?:\s+(?:{TO_DAY}|{LOOSE}))?"
    rf"|{LOOSE})(?!\w)",
    re.IGNORECASE,
)
"""A day with or without a time, a time with or without a day, a date, or "next week"."""
