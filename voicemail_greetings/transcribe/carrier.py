"""The carrier's own words for a message: it makes them by itself, and reports them minutes later (twilio.md 2.5)."""

from datetime import timedelta

from voicemail_greetings.transcribe import EngineError, Recorded, Written

TOO_SHORT, TOO_LONG = 2, 120
"""Seconds: it writes out only what is between the two, and never says that it will not."""


class Carrier:
    """Waits for the carrier's report, which `words_asked.heard_from_carrier` writes down, and which ends the wait."""

    name = "carrier"

    def write(self, heard: Recorded, within: float) -> Written | timedelta:
        """What it reported; while its report may still come, all the time there is. Raises EngineError at once where none ever does."""
        if heard.carrier_words:
            return Written(heard.carrier_words)
        if heard.language != "en":
            raise EngineError("the carrier writes out English only")
        if not TOO_SHORT < heard.seconds < TOO_LONG:
            raise EngineError(f"the carrier writes out messages of {TOO_SHORT} to {TOO_LONG} seconds only")
        if heard.carrier_words is None:
            return timedelta(seconds=within)
        raise EngineError("the carrier could not write it out")
