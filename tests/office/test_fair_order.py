"""The rule of DESIGN 3, from both sides: a promise at risk, then a live caller, then any other promise."""

import pytest

from office import fair_order


@pytest.mark.parametrize(
    ("free", "at_risk", "callers_waiting", "on_duty", "keep_free", "may_have"),
    [
        # a promise at risk goes before everybody
        (1, True, 0, 4, 1, 1),
        (1, True, 3, 4, 1, 1),
        (0, True, 0, 4, 1, 0),
        # any other leaves one more person free
        (1, False, 0, 4, 1, 0),
        (2, False, 0, 4, 1, 1),
        (3, False, 0, 4, 1, 2),
        (1, False, 0, 4, 0, 1),
        # and goes after each caller who waits
        (2, False, 1, 4, 1, 0),
        (3, False, 1, 4, 1, 1),
        (3, False, 3, 4, 0, 0),
        (2, False, 5, 4, 1, 0),
        # the only person on duty keeps promises, unless somebody waits for them
        (1, False, 0, 1, 1, 1),
        (1, False, 1, 1, 1, 0),
    ],
)
def test_people_that_a_promise_may_have(free, at_risk, callers_waiting, on_duty, keep_free, may_have):
    found = fair_order.for_promise(
        free, at_risk=at_risk, callers_waiting=callers_waiting, on_duty=on_duty, keep_free=keep_free
    )
    assert found == may_have


@pytest.mark.parametrize(
    ("free", "promises_at_risk", "callers_ahead", "may_have"),
    [(2, 0, 0, 2), (2, 1, 0, 1), (2, 2, 0, 0), (1, 3, 0, 0), (2, 0, 1, 1), (2, 1, 1, 0), (0, 0, 0, 0)],
)
def test_people_that_a_live_caller_may_have(free, promises_at_risk, callers_ahead, may_have):
    assert fair_order.for_callers(free, promises_at_risk, callers_ahead) == may_have
