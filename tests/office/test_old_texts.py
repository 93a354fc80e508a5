"""Texts are kept for as long as the business keeps them: 366 days, if it says nothing else."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import select

from office import texts
from office.tables import Text

NOW = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)


def test_old_texts_of_which_nothing_more_becomes_are_deleted(office, clock):
    written = [("old", 367, None), ("old and still to go", 367, NOW), ("young", 365, None)]
    written += [(f"old {number}", 400, None) for number in range(200)]
    with office.database.transaction() as session:
        for reason, days, send_at in written:
            at = NOW - timedelta(days=days)
            session.add(Text(reason=reason, to="+447700900123", body="", created_at=at, send_at=send_at))
    assert (texts.forget_old(office), texts.forget_old(office)) == (201, 0)
    with office.database.reading() as session:
        assert list(session.scalars(select(Text.reason).order_by(Text.id))) == ["old and still to go", "young"]
