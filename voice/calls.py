"""States of a call, and why a call counts as missed. Pure."""

from datetime import timedelta

SPOKE, MISSED, UNWANTED = "spoke", "missed", "unwanted"

SHORT = timedelta(seconds=3)
"""A call shorter than this from a number never seen is perhaps a lure to ring back: a person decides (DESIGN 5)."""

PROVEN_TALK = timedelta(seconds=2)
"""A key was pressed and the call went on this long, with no word from the carrier of how it ended: they spoke."""

GAVE_UP, NOBODY_ANSWERED, CLOSED = "gave up while ringing", "nobody answered", "closed"
LEFT_MESSAGE, ASKED_FOR, VERY_SHORT = "left a message", "asked for it", "hung up within three seconds"
IN_THE_MENU, ON_HOLD, BEFORE_THE_BEEP = "gave up in the menu", "gave up on hold", "gave up before the beep"
"""Why a call was missed, as people read it."""


def spoke(*, accepted: bool, bridged: bool | None, went_on_for: timedelta | None) -> bool:
    """Whether a person and the caller spoke on a staff leg.

    Picking up proves nothing (a mailbox picks up): a key must have been pressed, and the carrier must not say that the
    two were never connected. Where it says nothing, the call must have gone on long enough.
    """
    if not accepted or bridged is False:
        return False
    return bridged is True or (went_on_for is not None and went_on_for >= PROVEN_TALK)
