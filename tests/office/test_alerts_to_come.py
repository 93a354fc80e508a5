"""What a manager is not to be told before a time to come stays out of what they are told before it."""

from datetime import timedelta

from sqlalchemy import select

from office import alerts
from office.tables import Text

LINK = "https://ringtrue.test/callbacks"


def test_alert_for_the_morning_is_not_told_with_what_is_urgent_at_night(office, clock):
    said = []
    with office.database.transaction() as session:
        alerts.raise_alert(session, "flag:complaint:1", "A complaint", clock.now() + timedelta(hours=9))
        alerts.raise_alert(session, "flag:urgent:1", "A leak", clock.now())
    for wait in (timedelta(minutes=1), timedelta(hours=1), timedelta(hours=8)):
        clock.set(clock.now() + wait)
        with office.database.transaction() as session:
            said.append(alerts.digest(session, office.business(session), clock.now(), link=LINK, mail=False))
            bodies = list(session.scalars(select(Text.body).order_by(Text.id)))

    assert said == [True, False, True]
    assert bodies == [f"Harbour Bikes: A leak {LINK}", f"Harbour Bikes: A complaint {LINK}"]
