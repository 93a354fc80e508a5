"""Whether our word was kept, told of a call-back's row. The two facts are kept apart: their phone rang, and we spoke."""

from datetime import datetime

from callbacks import promise
from callbacks.promise import Outcome, State
from callbacks.tables import Callback


def kept(row: Callback, now: datetime) -> bool | None:
    """Whether we spoke to the customer by the promised time; None until known."""
    return promise.kept(row.promised_by, row.spoke_at, now, done=row.state == State.DONE.value)


def rang_in_time(row: Callback, now: datetime) -> bool | None:
    """Whether their phone rang by the promised time; None until known, or when they got through first."""
    done = row.state == State.DONE.value
    in_time = row.spoke_at is not None and row.spoke_at <= row.promised_by
    elsewhere = row.outcome == Outcome.ANSWERED_ELSEWHERE.value and in_time
    return promise.rang_in_time(row.promised_by, row.first_rang_at, now, done=done, elsewhere=elsewhere)
