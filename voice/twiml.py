"""A turn as TwiML. The only module that imports the carrier library's XML builder.

Every address in a document is absolute on our public base, as the carrier will sign it.
"""

from collections.abc import Callable
from datetime import timedelta

from twilio.twiml.voice_response import Gather, VoiceResponse

from office.profile import VoiceProfile
from voice import wording
from voice.addresses import SOUNDS
from voice.conversation.turns import (
    Act,
    Ask,
    AskNumber,
    GoTo,
    HangUp,
    Hold,
    LeaveHold,
    Pause,
    Play,
    Record,
    Ring,
    RingCustomer,
    Say,
    TakeFromHold,
    Turn,
)

Address = Callable[[str], str]
"""From a step's or a report's name to the public URL at which the carrier asks for it."""

NOTHING = '<?xml version="1.0" encoding="UTF-8"?><Response/>'
"""An answer to a request that nobody hears, or that has been answered."""

EVENTS = "initiated ringing answered completed"

LONGEST_HINT = 100
"""Characters of a word to listen for, that the carrier takes (twilio.md 2.4)."""

SILENCE_ENDS_A_MESSAGE = timedelta(seconds=8)
"""People think while they speak; the carrier's own five seconds cut them off (twilio.md 2.5)."""

FIND_THEM_WITHIN = timedelta(seconds=5)
"""So long a staff phone looks for the caller in the queue: the shortest that the carrier knows. They are there or gone."""

CARRIERS_OWN = VoiceProfile(name=None, language=None)


def render(turn: Turn, address: Address, caller_id: str | None, *, voice: VoiceProfile = CARRIERS_OWN) -> str:
    """The turn as a whole document, UTF-8 text. `caller_id` is the number shown to whomever we ring; None: the carrier's default.

    `voice` speaks every sentence; a pair that the carrier does not have would be silence (twilio.md 2.3, 13520).
    """
    response = VoiceResponse()
    for act in turn.acts:
        if not (_say_or_ask(response, act, address, voice) or _ring(response, act, address, caller_id)):
            _go_on(response, act, address)
    return str(response)


def _say_or_ask(response: VoiceResponse, act: Act, address: Address, voice: VoiceProfile) -> bool:
    """What is heard, and what is asked. False when the act is another."""
    match act:
        case Say(text):
            _say(response, text, voice)
        case Play(sound):
            response.play(_sound(sound, address))
        case Ask():
            _ask(response, act, address, voice)
        case AskNumber(text, then, wait):
            gather = response.gather(
                input="dtmf", finish_on_key="#", timeout=_seconds(wait), action=address(then), method="POST"
            )  # fmt: skip
            _say(gather, text, voice)
        case Record():
            _record(response, act, address)
        case _:
            return False
    return True


def _ring(response: VoiceResponse, act: Act, address: Address, caller_id: str | None) -> bool:
    """Two phones brought together. False when the act is another."""
    match act:
        case Ring():
            _ring_staff(response, act, address, caller_id)
        case RingCustomer():
            _ring_customer(response, act, address, caller_id)
        case Hold(queue, then, hears):
            response.enqueue(
                queue, action=address(then), method="POST", wait_url=address(hears), wait_url_method="POST"
            )  # fmt: skip
        case TakeFromHold(queue, then):
            dial = response.dial(action=address(then), method="POST", timeout=_seconds(FIND_THEM_WITHIN))
            dial.queue(queue)
        case _:
            return False
    return True


def _go_on(response: VoiceResponse, act: Act, address: Address) -> None:
    match act:
        case Pause(length):
            response.pause(length=_seconds(length))
        case LeaveHold():
            response.leave()
        case GoTo(step):
            response.redirect(address(step), method="POST")
        case HangUp():
            response.hangup()


def _sound(sound: str, address: Address) -> str:
    """By its public name, or at a whole path."""
    return address(sound if sound.startswith("/") else SOUNDS + sound)


def _say(where: VoiceResponse | Gather, text: str, voice: VoiceProfile) -> None:
    """Nothing to say is no verb: an empty one is an error (twilio.md 2.3, 13520)."""
    words = wording.clean(text, longest=1000)
    if words:
        where.say(words, voice=voice.name, language=voice.language)


def _ask(response: VoiceResponse, ask: Ask, address: Address, voice: VoiceProfile) -> None:
    """One key; or words, in the voice's language, the end of which the carrier hears by itself."""
    gather = response.gather(
        num_digits=1, timeout=_seconds(ask.wait), action=address(ask.then), method="POST", **_listening(ask, voice)
    )  # fmt: skip
    if ask.sound and ask.sound_first:
        gather.play(_sound(ask.sound, address))
    _say(gather, ask.text, voice)
    if ask.sound and not ask.sound_first:
        gather.play(_sound(ask.sound, address))


def _listening(ask: Ask, voice: VoiceProfile) -> dict[str, str]:
    if not ask.listen:
        return {}
    hints = ",".join(filter(None, (wording.clean(hint.replace(",", " "), LONGEST_HINT) for hint in ask.listen)))
    spoken = {"input": "dtmf speech", "speech_timeout": "auto", "hints": hints}
    return spoken | ({"language": voice.language} if voice.language else {})


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


def _record(response: VoiceResponse, record: Record, address: Address) -> None:
    """Any key ends it. What the carrier writes down is reported minutes later, and only of 2 to 120 seconds (twilio.md 2.5)."""
    written = {"transcribe": True, "transcribe_callback": address("transcript_report")} if record.transcribe else {}
    response.record(
        action=address(record.then),
        method="POST",
        max_length=_seconds(record.longest),
        timeout=_seconds(SILENCE_ENDS_A_MESSAGE),
        play_beep=True,
        recording_status_callback=address("recording_report"),
        recording_status_callback_event="completed absent",
        recording_status_callback_method="POST",
        **written,
    )


def _seconds(length: timedelta) -> int:
    return int(length.total_seconds())
