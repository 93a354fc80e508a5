"""What other software was told is kept for as long as the business keeps it: 30 days, if it says nothing else."""

from datetime import timedelta

from sqlalchemy import select

from callbacks import deliveries
from callbacks.tables import Delivery


def test_old_deliveries_of_which_nothing_more_becomes_are_deleted(office, clock, due):
    told = [(31, "waiting"), (29, "delivered"), (31, "delivered"), (31, "given-up")]
    with office.database.transaction() as session:
        for days, state in told:
            at = clock.now() - timedelta(days=days)
            said = {"url": "https://other.test", "event": "kept", "body": "{}"}
            session.add(Delivery(callback_id=due, state=state, created_at=at, **said))
    assert (deliveries.forget_old(office), deliveries.forget_old(office)) == (2, 0)
    with office.database.reading() as session:
        assert list(session.scalars(select(Delivery.state).order_by(Delivery.id))) == ["waiting", "delivered"]
