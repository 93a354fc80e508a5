"""<Gather>: keys or speech, whichever comes first (twilio.md 2.4)."""

from dataclasses import replace
from xml.etree.ElementTree import Element

from voice.standin import verbs
from voice.standin.legs import Heard, Request
from voice.standin.stage import Stage

NESTED = {"Say": verbs.say, "Play": verbs.play, "Pause": verbs.pause}
AUTO = 1.0  # seconds of silence after which speechTimeout="auto" thinks that the sentence is over
CONFIDENCE = "0.91"


def gather(stage: Stage, verb: Element) -> Request | None:
    """The action's request when there is input, or when it wants to hear of none; else None, and the document goes on."""
    inputs, kinds = stage.leg.inputs, verb.get("input", "dtmf").split()
    inputs.clear()  # keys pressed before the verb are not kept

    def interested() -> bool:
        while inputs and ("dtmf" if inputs[0].key else "speech") not in kinds:
            inputs.popleft()
        return bool(inputs)

    for child in verb:
        NESTED[child.tag](replace(stage, interrupted=interested), child)
    got = stage.exchange.wait(stage.leg, interested, _timeout(verb))
    params = _understood(stage, verb, inputs[0]) if got else {}
    if not params and verb.get("actionOnEmptyResult") != "true":
        return None
    return stage.request(verb, params=params or {"Digits": "", "msg": "Gather End"})


def _timeout(verb: Element) -> float:
    return float(verb.get("timeout", "5"))


def _understood(stage: Stage, verb: Element, first: Heard) -> dict[str, str]:
    return _keys(stage, verb) if first.key else _speech(stage, verb, first)


def _keys(stage: Stage, verb: Element) -> dict[str, str]:
    finish, wanted = verb.get("finishOnKey", "#"), int(verb.get("numDigits", "0"))
    digits, finished = "", ""
    inputs = stage.leg.inputs
    while stage.exchange.wait(stage.leg, lambda: bool(inputs), _timeout(verb)):
        key = inputs.popleft().key
        if key and key == finish:
            finished = key
            break
        digits += key
        if wanted and len(digits) >= wanted:
            break
    params = {"Digits": digits, "msg": "Gather End"} if digits else {}
    return params | ({"FinishedOnKey": finished} if digits and finished else {})


def _speech(stage: Stage, verb: Element, first: Heard) -> dict[str, str]:
    """All that is said until the silence is long enough."""
    wanted = verb.get("speechTimeout", verb.get("timeout", "5"))
    silence = AUTO if wanted == "auto" else float(wanted)
    said, over = [first.speech], first.at + first.seconds
    inputs = stage.leg.inputs
    inputs.popleft()
    while stage.exchange.wait(stage.leg, lambda: bool(inputs), over + silence - stage.exchange.pace.now()):
        heard = inputs.popleft()
        if heard.speech:
            said.append(heard.speech)
            over = heard.at + heard.seconds
    return {"SpeechResult": " ".join(said), "Confidence": CONFIDENCE, "Language": verb.get("language", "en-US")}
