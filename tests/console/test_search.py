"""What is looked for is found whichever way the database goes: row by row, or by a list of all that matches."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import update

from callbacks import lists
from callbacks.claims import Who
from callbacks.tables import Callback
from console import search
from office.tables import Note
from office.wiring import Office
from tests.console.conftest import Owe
from voicemail_greetings.tables import Message

ROW_BY_ROW, A_LIST_OF_ALL = 1000, 0


@pytest.fixture
def owed(
    office: Office, owe: Owe, call: Callable[..., str], message: Callable[..., None], customers: Callable[..., None]
) -> dict[str, int]:
    """A call-back for each place in which a word may stand, and one that has none of them; their ids."""
    now = office.clock.now()
    phones = {name: f"+4477009001{place:02}" for place, name in enumerate(("note", "known", "said", "own", "other"))}
    ids = {name: owe(phone, closed_at=now, state="done") for name, phone in phones.items() if name != "other"}
    ids |= {
        "open": owe(phones["known"]),
        "from": owe("+447700900177", called_from=phones["note"]),
        "other": owe(phones["other"]),
    }
    customers((phones["known"], "Ada Unicorn"))
    message(call("CA1", ids["said"]))
    with office.database.transaction() as session:
        session.add(Note(phone=phones["note"], at=now, by="Priya Shah", text="brings a Unicorn"))
        session.execute(update(Message).values(words="about the unicorn"))
        session.execute(update(Callback).where(Callback.id == ids["own"]).values(close_note="unicorn sold"))
    return ids


@pytest.mark.parametrize("few", [ROW_BY_ROW, A_LIST_OF_ALL])
def test_word_is_found_in_names_notes_messages_and_what_was_written_down(
    office: Office, owed: dict[str, int], few: int
) -> None:
    now = office.clock.now()
    with office.database.reading() as session:
        wanted = lists.Wanted("open", Who("Priya Shah", 1), now, now - timedelta(hours=10))
        found = lists.sought(session, wanted, search.found("unicorn", "GB"), few)
        counted = lists.counts(session, found)
        shown = {row.id for row in lists.page(session, found, 50)}
    assert shown == {owed["open"], owed["from"]}
    assert (counted["open"], counted["done"]) == (2, 4)
