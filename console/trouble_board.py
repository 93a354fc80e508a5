"""What went wrong, for a manager: to whom, and what to do about it; grouped, the newest first. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from callbacks.promise import State, Tried
from callbacks.tables import Attempt, Callback
from console import wording
from office.outbox import UNKNOWN
from office.tables import Alert, Mail, Staff, Text
from voicemail_greetings.tables import Erasure, Message

LONGEST_QUOTE = 160
"""Characters of a text that tell which one it was."""

GUARD = "guard:"
"""How the reasons of alerts begin that tell of a limit that was met."""

ASK_TO_DO = {
    "danger": "Ring them now, or hand it to somebody who can.",
    "late": "A quick call now still means a lot.",
    "nobody": "Ask somebody to go on duty.",
    "flag": "Listen to their message, and ring them first.",
    "message": "Listen to it, and ring them.",
    "webhook": "See that the other software answers again.",
    "guard": "Allow more, if it should be more.",
}
"""By how the reason of an alert begins."""

TRIED = {
    Tried.REFUSED.value: ("{by} rang {who}; the carrier wouldn’t put the call through.", "Check their number."),
    Tried.FAILED.value: ("{by} rang {who}; the line dropped.", "We try again by ourselves."),
    Tried.UNKNOWN.value: (
        "{by} rang {who}; nobody can tell whether their phone did.",
        "Ring them, and say who you are.",
    ),
}


@dataclass(frozen=True, slots=True)
class Link:
    """Where to see to it: the endpoint, what its address wants, and what the link says."""

    endpoint: str
    values: Mapping[str, object]
    words: str


FRAUD_GUARD = Link("pages.one_setting", {"name": "fraud"}, "Open Fraud guard")


@dataclass(frozen=True, slots=True)
class Trouble:
    """One thing. `key` names it while it is not seen to; None: it goes by itself when it is mended. `quoted` are its own words."""

    key: str | None
    at: datetime | None
    said: str
    to_do: str
    link: Link | None = None
    quoted: str | None = None


@dataclass(frozen=True, slots=True)
class Group:
    """Things of a kind, the newest first; `more` are not shown."""

    name: str
    title: str
    rows: tuple[Trouble, ...]
    more: int


@dataclass(frozen=True, slots=True)
class About:
    """What the sentences depend on: now, the office's zone and region, names by number, and which numbers are our own people's."""

    now: datetime
    zone: ZoneInfo
    region: str
    names: Mapping[str, str]
    ours: frozenset[str]

    def who(self, phone: str | None) -> str:
        """What a sentence calls whoever has that number."""
        if phone is None:
            return "a caller who hid their number"
        name = wording.legible(self.names.get(phone) or "")
        return wording.brief(name) or wording.number(phone, self.region)

    def when(self, moment: datetime) -> str:
        """A time, with its day when that is not today."""
        day, clock = wording.day(moment, self.now, self.zone), wording.clock(moment, self.zone)
        return f"{day} {clock}" if day else clock


def lead(groups: Sequence[Group]) -> tuple[str, str]:
    """How things stand, and the next step."""
    many = sum(len(group.rows) + group.more for group in groups)
    if not many:
        return "Nothing is wrong.", "Enjoy it."
    things = "One thing wants" if many == 1 else f"{wording.small(many)} things want"
    return f"{things} a look.", "What you have seen to goes from this page, and stays in the record."


def sorted_groups(groups: Sequence[Group]) -> tuple[Group, ...]:
    """Those with something in them; what concerns us all first, then the group with the newest."""
    full = [group for group in groups if group.rows]
    return tuple(sorted(full, key=_newest, reverse=True))


def _newest(group: Group) -> tuple[bool, float]:
    return group.name == "ours", max((row.at.timestamp() for row in group.rows if row.at), default=0.0)


def callback_link(callback_id: int | None) -> Link | None:
    """To a call-back, if there is one."""
    return Link("pages.callback", {"callback_id": callback_id}, "Open the call-back") if callback_id else None


def alert(row: Alert, about: About) -> Trouble:
    """Something that a manager was told, or is to be."""
    kind = row.reason.partition(":")[0]
    told = f"Told at {about.when(row.told_at)}." if row.told_at else "Nobody has been told yet."
    link = FRAUD_GUARD if kind == "guard" else callback_link(of_alert(row))
    return Trouble(f"alert:{row.id}", row.at, f"{_ended(row.said)} {told}", ASK_TO_DO.get(kind, "Have a look."), link)


def of_alert(row: Alert) -> int | None:
    """The call-back that an alert is about, by its reason ("late:7:2026-11-24T12:00")."""
    kind, *rest = row.reason.split(":")
    place = {"danger": 0, "late": 0, "nobody": 0, "flag": 1}.get(kind)
    found = rest[place] if place is not None and len(rest) > place else ""
    return int(found) if found.isascii() and found.isdigit() else None


def needs_person(row: Callback, about: About) -> Trouble:
    """Nothing more happens with it by itself."""
    said = (
        f"The call-back of {about.who(row.own_phone)}, promised by {about.when(row.promised_by)}, waits for a person."
    )
    to_do = "Listen to their message." if row.phone is None else "Ring them, or say how it went."
    return Trouble(f"person:{row.id}", row.missed_at, said, to_do, callback_link(row.id))


def attempt(row: Attempt, owed: Callback, about: About) -> Trouble:
    """A try that came to nothing for a reason that somebody may mend."""
    said, to_do = TRIED[row.outcome or ""]
    name = wording.brief(wording.legible(owed.name or "")) or about.who(row.customer_phone)
    told = said.format(by=wording.brief(wording.legible(row.by)), who=name)
    over = owed.state == State.DONE.value
    return Trouble(
        f"try:{row.id}", row.at, told, "It is over since." if over else to_do, callback_link(row.callback_id)
    )


def text(row: Text, about: About) -> Trouble:
    """A text that was not sent, or perhaps not."""
    return _unsent("text", row, about.who(row.to), _customer_link(row.to, about))


def mail(row: Mail, about: About) -> Trouble:  # noqa: ARG001 - all are asked alike
    """The same of a mail."""
    return _unsent("mail", row, row.to, None)


def _unsent(kind: str, row: Text | Mail, to: str, link: Link | None) -> Trouble:
    said = (
        f"Nobody can tell whether a {kind} to {to} went out."
        if row.state == UNKNOWN
        else f"A {kind} to {to} wasn’t sent."
    )
    quoted = " ".join(wording.legible(row.body).split())
    short = quoted if len(quoted) <= LONGEST_QUOTE else f"{quoted[:LONGEST_QUOTE].rstrip()}…"
    return Trouble(f"{kind}:{row.id}", row.created_at, said, "Tell them yourself, if it still matters.", link, short)


def _customer_link(phone: str, about: About) -> Link | None:
    return (
        Link("pages.customer", {"phone": phone}, "Open their page")
        if phone in about.names.keys() - about.ours
        else None
    )


def message(row: Message, phone: str | None, callback_id: int | None, about: About) -> Trouble:
    """A message whose sound or words never came."""
    left = f"{about.who(phone)} left a message at {about.when(row.ended_at)}"
    said = left[:1].upper() + left[1:]
    link = callback_link(callback_id)
    if row.lost is not None:
        return Trouble(f"message:{row.id}", row.ended_at, f"{said}; its sound never came.", "Ring them, and ask.", link)
    why = f": {wording.legible(row.words_why)}" if row.words_why else ""
    told = f"{said}, and nobody could write it out{why}."
    return Trouble(f"message:{row.id}", row.ended_at, told, "Listen to it, and write the words.", link)


def off_duty(row: Staff, about: About) -> Trouble:  # noqa: ARG001 - all are asked alike
    """Taken off duty for calls that they did not pick up."""
    who, rang = wording.brief(wording.legible(row.name)), row.last_rang_at
    calls = "a call" if row.misses == 1 else f"{row.misses} calls in a row"
    link = Link("pages.person", {"staff_id": row.id}, f"Open {who}’s page")
    said = f"{who} was taken off duty after {calls} went unanswered."
    to_do = f"Ask {who} whether the phone is all right, then put them back on duty."
    key = f"off-duty:{row.id}-{rang:%Y%m%d%H%M%S}" if rang else f"off-duty:{row.id}-never"
    return Trouble(key, rang, said, to_do, link)


def receiver(host: str, key: str, given_up: int, waiting: int, at: datetime) -> Trouble:
    """Other software that does not take what we tell it."""
    parts = [f"{many} {what}" for many, what in ((waiting, "still tried"), (given_up, "given up")) if many]
    said = f"{host} hasn’t taken what became of call-backs: {', '.join(parts)}."
    return Trouble(key, at, said, "See that it answers; what waits is sent by itself for a day.")


def erasure(row: Erasure, about: About) -> Trouble:
    """The carrier still has what it was asked to forget."""
    said = f"The carrier was asked {row.tries} times to forget a {row.kind}, first at {about.when(row.asked_at)}, and hasn’t."
    return Trouble(
        f"erasure:{row.sid}", row.asked_at, said, "Delete it at the carrier by hand; we go on asking.", quoted=row.sid
    )


def loop(name: str, at: datetime, about: About) -> Trouble:
    """A loop of ours that does its rounds no more."""
    said = f"The work process ({name}) was last heard of at {about.when(at)}. Nobody is rung back while it is away."
    return Trouble(None, at, said, "Start the worker again.")


NEVER_WORKED = Trouble(
    None, None, "Ringtrue’s worker hasn’t started. Nobody is rung back until it does.", "Start the worker."
)


def set_aside(name: str, at: datetime, about: About) -> Trouble:
    """Something that the carrier told us while the database was gone, and that could not be kept afterwards."""
    said = f"What the carrier told us at {about.when(at)}, while the database was gone, couldn’t be kept."
    to_do = "Look at the file in the folder “journal” of the data directory."
    return Trouble(f"journal:{name}", at, said, to_do, quoted=name)


def group(name: str, title: str, found: tuple[Sequence[Trouble], int]) -> Group:
    """What was found, of so many in all."""
    rows, many = found
    return Group(name, title, tuple(rows), max(many - len(rows), 0))


def _ended(said: str) -> str:
    words = wording.legible(said)
    return words if words.endswith((".", "?", "!")) else f"{words}."
