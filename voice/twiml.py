"""A turn as TwiML. The only module that imports the carrier library's XML builder.

Every address in a document is absolute on our public base, as the carrier will sign it.
"""

from collections.abc import Callable
from datetime import timedelta

from twilio.twiml.voice_response import Gather, VoiceResponse

from office.profile import VoiceProfile
from voice import wording
from voice.conversation.turns import Act, Ask, GoTo, HangUp, Record, Ring, RingCustomer, Say, Turn

Address = Callable[[str], str]
"""From a step's or a report's name to the public URL at which the carrier asks for it."""

NOTHING = '<?xml version="1.0" encoding="UTF-8"?><Response/>'
"""An answer to a request that nobody hears, or that has been answered."""

EVENTS = "initiated ringing answered completed"


CARRIERS_OWN = VoiceProfile(name=None, language=None)


def render(turn: Turn, address: Address, caller_id: str | None, *, voice: VoiceProfile = CARRIERS_OWN) -> str:
    """The turn as a whole document, UTF-8 text. `caller_id` is the number shown to whomever we ring; None: the carrier's default.

    `voice` speaks every sentence; a pair that the carrier does not have would be silence (twilio.md 2.3, 13520).
    """
    response = VoiceResponse()
    for act in turn.acts:
        _add(response, act, address, caller_id, voice)
    return str(response)


def _add(response: VoiceResponse, act: Act, address: Address, caller_id: str | None, voice: VoiceProfile) -> None:
    match act:
        case Say(text):
            _say(response, text, voice)
        case Ask(text, then, wait):
            gather = response.gather(num_digits=1, timeout=_seconds(wait), action=address(then), method="POST")
            _say(gather, text, voice)
        case Ring():
            _ring_staff(response, act, address, caller_id)
        case RingCustomer():
            _ring_customer(response, act, address, caller_id)
        case Record(longest, then):
            _record(response, longest, then, address)
        case GoTo(step):
            response.redirect(address(step), method="POST")
        case HangUp():
            response.hangup()


def _say(where: VoiceResponse | Gather, text: str, voice: VoiceProfile) -> None:
    where.say(wording.clean(text, longest=1000), voice=voice.name, language=voice.language)


def _ring_staff(response: VoiceResponse, ring: Ring, address: Address, caller_id: str | None) -> None:
    """One phone at a time: with several, the first to pick up, perhaps a mailbox, cancels the rest (twilio.md 2.6)."""
    dial = response.dial(
        action=address(ring.then), method="POST", timeout=_seconds(ring.ring_for), caller_id=caller_id
    )  # fmt: skip
    dial.number(ring.staff.phone, url=address(ring.whisper), method="POST")


def _ring_customer(response: VoiceResponse, ring: RingCustomer, address: Address, caller_id: str | None) -> None:
    dial = response.dial(
        action=address(ring.then),
        method="POST",
        timeout=_seconds(ring.ring_for),
        time_limit=_seconds(ring.talk_for),
        caller_id=caller_id,
    )
    dial.number(
        ring.phone,
        status_callback=address("customer_report"),
        status_callback_event=EVENTS,
        status_callback_method="POST",
        machine_detection="Enable",
        amd_status_callback=address("machine_report"),
        amd_status_callback_method="POST",
    )


def _record(response: VoiceResponse, longest: timedelta, then: str, address: Address) -> None:
    response.record(
        action=address(then),
        method="POST",
        max_length=_seconds(longest),
        play_beep=True,
        recording_status_callback=address("recording_report"),
        recording_status_callback_event="completed absent",
        recording_status_callback_method="POST",
    )


def _seconds(length: timedelta) -> int:
    return int(length.total_seconds())
