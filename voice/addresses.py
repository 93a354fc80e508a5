"""Where the carrier goes on with a customer's call, as paths: webhooks.py answers there."""

from voice.conversation.steps import HOLD_STEPS, LEG_STEPS

SOUNDS = "/voice/sounds/"
RECORDING_REPORTS = frozenset({"recording_report", "transcript_report"})
DIAL_REPORTS = frozenset({"customer_report", "machine_report"})


def of_call(call_id: int, number: int, leg: int, step: str) -> str:
    """Named in the answer to turn `number`: the next turn, the staff phone that was rung last (`leg`), or where something is told.

    A step that begins with a slash is a path already.
    """
    if step.startswith("/"):
        return step
    if step in LEG_STEPS:
        return of_leg(call_id, leg, step)
    if step in HOLD_STEPS:
        return f"/voice/holding/{call_id}/{number}/{step}"
    if step in DIAL_REPORTS:
        return f"/voice/dialled/{call_id}/{number}/{step}"
    return f"/voice/{step}" if step in RECORDING_REPORTS else f"/voice/calls/{number + 1}/{step}"


def of_leg(call_id: int, leg: int, step: str) -> str:
    """Where a staff phone, named by the call and its number in it, asks what it hears, or is reported."""
    return step if step.startswith("/") else f"/voice/legs/{call_id}/{leg}/{step}"


def of_hold(call_id: int, number: int, step: str) -> str:
    """Where a caller who waits since turn `number` asks what they hear."""
    return step if step.startswith("/") else f"/voice/holding/{call_id}/{number}/{step}"
