"""Phones that ring for a live caller wait for no turn; call-backs leave them theirs."""

from office import pace
from reception import phones as ringing


def test_phones_of_a_live_caller_ring_at_once_and_take_turns(office, in_line, phones, clock):
    ringing.ring_for(office, in_line(1))

    assert len(phones.placed) == 2
    with office.database.reading() as session:
        waits = pace.next_turn(session, pace.CALLS, clock.now(), 1.0) - clock.now()
    assert waits.total_seconds() == 2
