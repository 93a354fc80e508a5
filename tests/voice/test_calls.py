"""When a customer and a person count as having spoken: never by a pick-up alone."""

from datetime import timedelta

import pytest

from voice.calls import PROVEN_TALK, spoke

SHORTER = PROVEN_TALK - timedelta(milliseconds=1)


@pytest.mark.parametrize("bridged", [True, False, None])
@pytest.mark.parametrize("went_on_for", [None, timedelta(), PROVEN_TALK, timedelta(minutes=9)])
def test_mailbox_that_pressed_no_key_never_spoke(*, bridged: bool | None, went_on_for: timedelta | None) -> None:
    assert spoke(accepted=False, bridged=bridged, went_on_for=went_on_for) is False


@pytest.mark.parametrize(
    ("bridged", "went_on_for", "expected"),
    [
        (True, None, True),
        (True, timedelta(), True),
        (False, None, False),
        (False, timedelta(minutes=9), False),
        (None, None, False),
        (None, timedelta(), False),
        (None, SHORTER, False),
        (None, PROVEN_TALK, True),
        (None, timedelta(minutes=9), True),
    ],
)
def test_key_alone_is_no_talk(*, bridged: bool | None, went_on_for: timedelta | None, expected: bool) -> None:
    assert spoke(accepted=True, bridged=bridged, went_on_for=went_on_for) is expected
