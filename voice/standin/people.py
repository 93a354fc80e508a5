"""The people and machines at the phones: what they press, say and wait for."""

from collections.abc import Callable

from voice.standin.exchange import Exchange
from voice.standin.legs import SPEECH, Heard, Leg
from voice.standin.phones import Behaviour, Step
from voice.standin.stores import seconds_of, wav_at

BETWEEN_KEYS = 0.2  # seconds
MAILBOX_STAYS = 60.0  # seconds, then it hangs up

HangUp = Callable[[], None]


def live(exchange: Exchange, leg: Leg, behaviour: Behaviour, hang_up: HangUp) -> None:
    """Be the party that has just answered, until the leg ends. Raises HungUp then."""
    if behaviour.kind == "mailbox":
        _be_a_mailbox(exchange, leg, behaviour.greeting, hang_up)
    else:
        follow(exchange, leg, behaviour.script, hang_up)


def _be_a_mailbox(exchange: Exchange, leg: Leg, greeting: str, hang_up: HangUp) -> None:
    say(exchange, leg, greeting)
    exchange.attend(leg, lambda: False, len(greeting) / SPEECH)
    exchange.journal.note("says", phone=leg.phone, call_sid=leg.sid, text="(beep)")
    exchange.attend(leg, lambda: False, MAILBOX_STAYS)
    hang_up()


def follow(exchange: Exchange, leg: Leg, script: tuple[Step, ...], hang_up: HangUp) -> None:
    """Do the steps one after another. Raises HungUp when the leg ends before that."""
    ear = _Ear(exchange, leg)
    for step in script:
        if step.on_hearing is not None:
            ear.hears(step.on_hearing)
        if step.after:
            exchange.attend(leg, lambda: False, step.after)
        if step.press is not None:
            press(exchange, leg, step.press)
        if step.say is not None or step.sound is not None:
            say(exchange, leg, step.say or "", wav_at(step.sound) if step.sound else None)
        if step.hang_up:
            hang_up()


class _Ear:
    """Listens on from where it last recognised something, so that the same words later are not the same hearing."""

    def __init__(self, exchange: Exchange, leg: Leg) -> None:
        self._exchange, self._leg = exchange, leg
        self._utterance, self._character = 0, 0

    def hears(self, words: str) -> None:
        """Returns as soon as `words` have been spoken to the end, and not merely begun."""
        while True:
            with self._exchange.changed:
                known = len(self._leg.utterances)
                found = self._find(words.casefold())
            if found is None:
                self._exchange.attend(self._leg, lambda known=known: len(self._leg.utterances) > known)  # type: ignore[misc]
                continue
            index, character = found
            utterance = self._leg.utterances[index]
            moment = utterance.reached(character) or 0.0
            self._exchange.attend(self._leg, lambda u=utterance: u.cut is not None, moment - self._exchange.pace.now())  # type: ignore[misc]
            if utterance.reached(character) is not None:
                self._utterance, self._character = index, character
                return

    def _find(self, words: str) -> tuple[int, int] | None:
        for index in range(self._utterance, len(self._leg.utterances)):
            utterance = self._leg.utterances[index]
            start = self._character if index == self._utterance else 0
            at = utterance.text.casefold().find(words, start)
            if at >= 0 and utterance.reached(at + len(words)) is not None:
                return index, at + len(words)
        return None


def press(exchange: Exchange, leg: Leg, keys: str) -> None:
    """Press keys one after another; only a verb that listens at that moment takes them."""
    exchange.journal.note("presses", phone=leg.phone, call_sid=leg.sid, text=keys)
    for index, key in enumerate(keys):
        if index:
            exchange.attend(leg, lambda: False, BETWEEN_KEYS)
        with exchange.changed:
            leg.inputs.append(Heard(key, "", exchange.pace.now()))
            exchange.changed.notify_all()


def say(exchange: Exchange, leg: Leg, words: str, audio: bytes | None = None) -> None:
    """Speak: whoever is bridged to this phone hears it, and so does a Gather or a Record that listens."""
    seconds = seconds_of(audio) if audio else len(words) / SPEECH
    with exchange.changed:
        exchange.journal.note("says", phone=leg.phone, call_sid=leg.sid, text=words)
        heard = Heard("", words, exchange.pace.now(), seconds, audio)
        leg.speaking = False
        leg.inputs.append(heard)
        leg.said.append(heard)
        for peer in leg.peers:
            exchange.hears(peer, words)
        exchange.changed.notify_all()
