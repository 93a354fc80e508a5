"""The settings: which stand on which page, what each is called, and what it does in one line. Pure."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from console.settings import kinds
from console.settings.kinds import Kind
from office.profile import Profile


@dataclass(frozen=True, slots=True)
class Setting:
    """A key of business.toml ("promise.within") as people know it; `options` are what may be chosen, by the file's word."""

    key: str
    label: str
    effect: str
    kind: Kind
    options: tuple[tuple[str, str], ...] = ()

    def now(self, profile: Profile) -> Any:
        """The value that holds."""
        table, _, name = self.key.partition(".")
        return OF_BUSINESS[name](profile) if table == "business" else getattr(getattr(profile, table), name)


@dataclass(frozen=True, slots=True)
class Form:
    """A page of settings; `name` is its place in the address."""

    name: str
    title: str
    settings: tuple[Setting, ...]

    @property
    def tables(self) -> tuple[str, ...]:
        """The tables of business.toml that its keys are in."""
        return tuple(dict.fromkeys(setting.key.partition(".")[0] for setting in self.settings))


OF_BUSINESS: dict[str, Callable[[Profile], Any]] = {
    "name": lambda profile: profile.name,
    "phone": lambda profile: profile.phone,
    "timezone": lambda profile: profile.zone.key,
    "country": lambda profile: "-".join(filter(None, (profile.country, profile.subdivision))),
    "manager_phone": lambda profile: profile.manager_phone,
    "manager_email": lambda profile: profile.manager_email,
}
BY_TEXT_OR_MAIL = (("text", "By text"), ("mail", "By mail"))
ENGINES = (
    ("whisper", "This machine"),
    ("carrier", "The carrier"),
    ("http", "A service of your own (TRANSCRIBE_URL)"),
)

BUSINESS = Form("business", "The business", (
    Setting("business.name", "Its name", "Callers hear it, and every page shows it.", kinds.TEXT),
    Setting("business.phone", "The number that customers ring", "They see it when we ring them. The carrier has to know our addresses for a new one: First steps has them.", kinds.PHONE),
    Setting("business.timezone", "Time zone", "Opening hours and promised times are by its clocks. Write a city’s, such as Europe/London.", kinds.ZONE),
    Setting("business.country", "Country", "Its public holidays are closed, and numbers are read as people there write them. Write England, Scotland, Wales or Northern Ireland to have theirs too; elsewhere a part by its letters, such as DE-BY.", kinds.COUNTRY),
    Setting("business.manager_phone", "The manager’s phone", "It’s rung and texted when a promise is in danger, and callers are put through to it if Ringtrue is ever down.", kinds.PHONE),
    Setting("business.manager_email", "The manager’s email", "For what you’re told by mail. It may stay empty.", kinds.EMAIL),
))  # fmt: skip
PROMISE = Form("promise", "The promise", (
    Setting("promise.within", "We ring back within", "Counted in opening hours from the missed call on. Callers hear the time that comes of it.", kinds.DURATION),
    Setting("promise.ceiling", "And never later than", "By the clock on the wall, wherever opening hours allow it.", kinds.DURATION),
    Setting("aims.kept", "Aim for promises kept", "So many of each month’s promises. Aims stand beside the figures on Promises; callers hear nothing of them.", kinds.PERCENT),
    Setting("aims.answered", "Aim for calls answered by a person", "So many of the calls in open hours, in that very call.", kinds.PERCENT),
    Setting("aims.call_back", "Aim for the middle time to call back", "We speak with half of those whom we missed in less than that. Empty: half of the time in which we ring back.", kinds.DURATION_OR_OURS),
))  # fmt: skip
RINGING = Form("ringing", "Ringing", (
    Setting("ringing.patience", "One phone rings for", "Then the next person’s does. Keep it shorter than a mobile takes to go to its own voicemail.", kinds.DURATION),
    Setting("ringing.rounds", "Times round the team", "How often each free person is rung before the caller is offered something else.", kinds.WHOLE),
    Setting("ringing.rest_after", "Rest after a call", "Whoever has talked isn’t rung again for this long.", kinds.DURATION),
    Setting("ringing.off_after_misses", "Off duty after missed calls in a row", "After that many, they go off duty and get a text. 0 means never.", kinds.WHOLE),
    Setting("ringing.keep_free", "People kept free for callers", "This many people in a team stay free for new callers, unless a promise is at risk.", kinds.WHOLE),
    Setting("holding.longest", "A caller holds for at most", "Then we promise to ring back, so that nobody waits for ever.", kinds.DURATION),
))  # fmt: skip
CALLBACKS = Form("callbacks", "Call-backs", (
    Setting("callbacks.first_try_after", "First try after", "How soon after a missed call somebody’s phone rings.", kinds.DURATION),
    Setting("callbacks.retry_after", "Then again after", "When the customer doesn’t pick up: one wait for each further try, with commas between. Empty means one try.", kinds.DURATIONS),
    Setting("callbacks.remind_before", "Remind everybody before", "How long before the promised time everybody free is told, and phones ring.", kinds.DURATION),
    Setting("callbacks.claim_for", "Kept for whoever takes it", "After this long with nothing done, it goes back to the team.", kinds.DURATION),
    Setting("callbacks.allowed_countries", "Countries that we ring", "Call-backs go nowhere else. Names or two letters, with commas between.", kinds.COUNTRIES),
))  # fmt: skip
TEXTS = Form("texts", "Texts and alerts", (
    Setting("texts.customers", "Text customers whom we missed", "The text says by when we’ll ring, and they may answer. STOP is always honoured.", kinds.YES),
    Setting("alerts.by", "How you’re told", "What a manager must know comes together, every ten minutes at most. Mail needs a mail server (SMTP_URL).", kinds.WAYS, BY_TEXT_OR_MAIL),
))  # fmt: skip
RECORDING = Form("recording", "Recording and words", (
    Setting("recording.notice", "Said before we record", "Callers hear it first. Empty means they’re told nothing; your country’s law may require it.", kinds.LONG_TEXT),
    Setting("recording.delete_at_carrier", "Delete the carrier’s copy", "As soon as we have the recording ourselves.", kinds.YES),
    Setting("words.engines", "Who writes messages out", "We ask them in this order.", kinds.IN_TURN, ENGINES),
    Setting("words.language", "The language callers speak", "Two letters, such as en. Empty: the one that we speak.", kinds.TEXT),
    Setting("words.urgent", "Words that make it urgent", "A message with one of them is called back sooner. Commas between. Empty means our own list; write none for no words.", kinds.PHRASES),
    Setting("words.complaint", "Words that make it a complaint", "You’re told of a message with one of them. Commas between. Empty means our own list; write none for no words.", kinds.PHRASES),
))  # fmt: skip
RETENTION = Form("retention", "How long we keep things", (
    Setting("retention.recordings", "The sound of messages", "Then it’s deleted, here and at the carrier.", kinds.DURATION),
    Setting("retention.words", "The words of messages", "What was written out, also where somebody put it right.", kinds.DURATION),
    Setting("retention.texts", "Texts that we sent", "To customers, to staff and to you.", kinds.DURATION),
    Setting("retention.deliveries", "What other software was told", "What we sent to other software, delivered or not.", kinds.DURATION),
))  # fmt: skip
FRAUD = Form("fraud", "Fraud guard", (
    Setting("guard.number_per_day", "Calls to one customer in a day", "After that a person decides what comes next.", kinds.WHOLE),
    Setting("guard.house_per_hour", "Calls in an hour, to everybody", "After that call-backs wait, and you’re told.", kinds.WHOLE),
    Setting("guard.house_per_day", "Calls in a day, to everybody", "After that call-backs wait until tomorrow, and you’re told.", kinds.WHOLE),
    Setting("guard.minutes_per_day", "Minutes of talk in a day", "What somebody could spend with a telephone of ours, at the most.", kinds.WHOLE),
    Setting("guard.calls_per_second", "Calls a second", "What your carrier allows. 0 means as fast as we can.", kinds.RATE),
))  # fmt: skip

FORMS = {form.name: form for form in (BUSINESS, PROMISE, RINGING, CALLBACKS, TEXTS, RECORDING, RETENTION, FRAUD)}
"""By their names, in the order in which they're shown."""
