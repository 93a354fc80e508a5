"""Where the carrier goes on with a customer's call, as paths: webhooks.py answers there."""

from voice.conversation.steps import LEG_STEPS


def of_call(call_id: int, number: int, step: str) -> str:
    """Named in the answer to a turn: the next turn, the staff phone that this one rings, or where recordings are told."""
    if step in LEG_STEPS:
        return of_leg(call_id, number, step)
    return "/voice/recording_report" if step == "recording_report" else f"/voice/calls/{number + 1}/{step}"


def of_leg(call_id: int, number: int, step: str) -> str:
    """Where a staff phone, named by the call and the turn that rang it, asks what it hears."""
    return f"/voice/legs/{call_id}/{number}/{step}"
