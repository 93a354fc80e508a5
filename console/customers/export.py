"""Everything that we hold of a customer, to be handed to them: one JSON file, and the sound of their messages."""

import json
import tempfile
from collections.abc import Sequence
from datetime import datetime
from typing import IO
from zipfile import ZIP_DEFLATED, ZipFile

from sqlalchemy import select
from sqlalchemy.orm import Session

from callbacks import queries as promises
from callbacks.queries import Wanted
from console import known, shown
from console.access import the_office
from console.shown import Shape
from office import audit, people
from office.tables import ContactRule, OptOut, Text
from voice import queries as calling
from voice.tables import Call
from voicemail_greetings import recordings
from voicemail_greetings.tables import Message

EVERYTHING = 10_000
"""Rows of each kind: more than anybody has with us."""


def archive(phone: str, now: datetime) -> IO[bytes]:
    """A ZIP, rewound: customer.json, and recordings/NUMBER.wav by the ids of the messages in it."""
    office, whole = the_office(), tempfile.TemporaryFile()  # noqa: SIM115 - whoever sends it closes it
    with office.database.reading() as session:
        calls = calling.newest(session, EVERYTHING, phone=phone)
        left = known.messages_of(session, {0: [call.sid for call in calls]})[0]
        told = _told(session, phone, calls, left, now)
    with ZipFile(whole, "w", ZIP_DEFLATED) as file:
        file.writestr("customer.json", json.dumps(told, indent=2, ensure_ascii=False))
        for message in left:
            if (path := recordings.sound_path(office, message)) is not None:
                file.write(path, f"recordings/{message.id}.wav")
    whole.seek(0)
    return whole


def _told(session: Session, phone: str, calls: Sequence[Call], left: Sequence[Message], now: datetime) -> Shape:
    found = promises.most_urgent(session, Wanted(phone=phone), EVERYTHING)
    owed = [row for row in found if row.own_phone == phone]  # others asked to be rung there
    about, about_calls = known.about_callbacks(session, owed), known.about_calls(session, calls)
    rule, out = session.get(ContactRule, phone), session.get(OptOut, phone)
    return {
        "phone": phone,
        "written_at": shown.moment(now),
        "customers": [shown.customer(row) for row in people.customers_at(session, phone)],
        "contact": rule and {"rule": rule.rule, "note": rule.note, "by": rule.by, "at": shown.moment(rule.at)},
        "no_texts_since": shown.moment(out.at) if out else None,
        "calls": [shown.call(row, about_calls) for row in calls],
        "callbacks": [shown.callback(row, about, now) for row in owed],
        "messages": [shown.voicemail(row, about.region, None) for row in left],
        "notes": [shown.note(row) for row in people.notes_of(session, phone)],
        "texts": [_text(row) for row in session.scalars(select(Text).where(Text.to == phone).order_by(Text.id))],
        "seen_and_changed": [shown.deed(row) for row in audit.of(session, f"customer:{phone}")],
    }


def _text(row: Text) -> Shape:
    return {"at": shown.moment(row.created_at), "text": row.body, "state": row.state}
