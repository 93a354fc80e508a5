"""Parts of days that are offered instead of a promised time: later than it, and named as they are called now."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from callbacks.slots import parts_after
from office.profile import read
from tests.conftest import BUSINESS

NOW = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)
"""A Tuesday."""


@pytest.mark.parametrize(
    ("after", "names"),
    [
        (timedelta(hours=5), ["this afternoon", "this evening", "tomorrow morning"]),
        (timedelta(days=1, hours=5), ["tomorrow afternoon", "tomorrow evening", "Thursday morning"]),
        (timedelta(days=2, hours=5), ["Thursday afternoon", "Thursday evening", "Friday morning"]),
        (timedelta(days=7), ["Tuesday 1 December morning", "Tuesday 1 December afternoon"]),
    ],
)
def test_parts_after_a_promise_are_later_and_named_from_now(after, names):
    found = parts_after(NOW + after, NOW, read(BUSINESS).hours, ZoneInfo("Europe/London"))

    assert [name for name, _, _ in found][: len(names)] == names
    assert all(NOW + after <= begins < until for _, begins, until in found)
