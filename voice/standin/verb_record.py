"""<Record>: what the caller leaves, the action at its end even after a hang-up, and the reports (twilio.md 2.5)."""

from datetime import UTC, datetime
from email.utils import format_datetime
from functools import partial
from xml.etree.ElementTree import Element

from voice.standin import documents, reports
from voice.standin.callers import standard
from voice.standin.delivery import DocumentError
from voice.standin.exchange import Exchange
from voice.standin.legs import Request, new_sid
from voice.standin.stage import Stage
from voice.standin.stores import Recording, Transcript, seconds_of

TRANSCRIBED_AFTER = 5.0  # seconds after the recording is complete; minutes in the world
TRANSCRIBED = range(2, 120)  # seconds of sound that the carrier's own transcription takes
ANY_KEY = "1234567890*#"


def record(stage: Stage, verb: Element) -> Request | None:
    """The action's request, or None when there was only silence and silence is not saved."""
    exchange, leg = stage.exchange, stage.leg
    if verb.get("playBeep") != "false":
        exchange.journal.note("plays", phone=leg.phone, call_sid=leg.sid, text="(beep)")
    recording = Recording(new_sid("RE"), leg.sid, "RecordVerb")
    with exchange.changed:
        exchange.recordings[recording.sid] = recording
        leg.inputs.clear()
    _report(stage, verb, recording)
    began = exchange.pace.now()
    digits = "hangup"
    try:
        digits = _listen(stage, verb, began)
    finally:  # whether the caller pressed a key, fell silent, hung up or was redirected
        _stop(stage, recording, began, trimmed=digits == "" and verb.get("trim") != "do-not-trim")
        exchange.start(partial(_complete, stage, verb, recording), leg)
        if digits == "hangup" and leg.ended:
            _tell_of_hangup(stage, verb, recording)
    if recording.status == "absent":
        return None
    return stage.request(verb, params=_result(exchange, recording) | {"Digits": digits})


def _listen(stage: Stage, verb: Element, began: float) -> str:
    """Until a finishing key (which is returned), silence or the greatest length (empty). Raises HungUp, Summoned."""
    exchange, leg = stage.exchange, stage.leg
    silence, longest = float(verb.get("timeout", "5")), float(verb.get("maxLength", "3600"))
    quiet_since = began
    while True:
        until = min(began + longest, quiet_since + silence if silence else began + longest)
        if not exchange.wait(leg, lambda: bool(leg.inputs), until - exchange.pace.now()):
            if leg.speaking and exchange.pace.now() < began + longest:
                quiet_since = exchange.pace.now()
                continue
            return ""
        heard = leg.inputs.popleft()
        if heard.key and heard.key in verb.get("finishOnKey", ANY_KEY):
            return heard.key
        quiet_since = max(quiet_since, heard.at + heard.seconds)


def _stop(stage: Stage, recording: Recording, began: float, *, trimmed: bool) -> None:
    exchange, leg = stage.exchange, stage.leg
    said = [heard for heard in leg.said if heard.at >= began]
    end = exchange.pace.now()
    if trimmed:
        end = max([began + 1, *(heard.at + heard.seconds for heard in said)])
    recording.seconds, recording.words = round(end - began), " ".join(heard.speech for heard in said)
    if audio := next((heard.audio for heard in reversed(said) if heard.audio), None):
        recording.audio, recording.seconds = audio, max(1, round(seconds_of(audio)))
    absent = trimmed and not said and exchange.faults.silent_recordings == "absent"
    recording.status = "absent" if absent else "processing"
    exchange.journal.note(
        "recorded",
        phone=leg.phone,
        call_sid=leg.sid,
        text=recording.words,
        recording_sid=recording.sid,
        seconds=recording.seconds,
    )


def _tell_of_hangup(stage: Stage, verb: Element, recording: Recording) -> None:
    """The action is called although nobody is there to hear its answer."""
    params = _result(stage.exchange, recording) | {"Digits": "hangup"}
    try:
        documents.ask(stage.exchange, stage.leg, stage.request(verb, params=params))
    except DocumentError as error:
        stage.exchange.journal.refuse(error.code, error.text, call_sid=stage.leg.sid)


def url(exchange: Exchange, recording: Recording) -> str:
    """Where the sound can be fetched, with the account's credentials and once it is complete."""
    return f"{exchange.base_url}/2010-04-01/Accounts/{exchange.account_sid}/Recordings/{recording.sid}"


def _result(exchange: Exchange, recording: Recording) -> dict[str, str]:
    return {
        "RecordingUrl": url(exchange, recording),
        "RecordingSid": recording.sid,
        "RecordingDuration": str(recording.seconds),
    }


def _complete(stage: Stage, verb: Element, recording: Recording) -> None:
    exchange = stage.exchange
    if recording.status == "processing":
        exchange.sleep(exchange.faults.recording_lag)
        recording.status = "completed"
    _report(stage, verb, recording)
    if recording.status == "completed" and verb.get("transcribe") == "true" and recording.seconds in TRANSCRIBED:
        exchange.sleep(TRANSCRIBED_AFTER)
        _transcribed(stage, verb, recording)


def _report(stage: Stage, verb: Element, recording: Recording) -> None:
    wanted = verb.get("recordingStatusCallbackEvent", "completed").split()
    if not verb.get("recordingStatusCallback") or recording.status not in wanted:
        return
    params = {
        "AccountSid": stage.exchange.account_sid,
        "CallSid": recording.call_sid,
        "RecordingStatus": recording.status,
        "RecordingChannels": "1",
        "RecordingSource": recording.source,
        "RecordingTrack": "both",
        "RecordingStartTime": format_datetime(recording.created.astimezone(UTC)),
    }
    request = stage.request(
        verb,
        address="recordingStatusCallback",
        method="recordingStatusCallbackMethod",
        params=params | _result(stage.exchange, recording),
    )
    reports.post(stage.exchange, request, about=stage.leg)


def _transcribed(stage: Stage, verb: Element, recording: Recording) -> None:
    exchange, leg = stage.exchange, stage.leg
    sid, status = new_sid("TR"), "completed" if recording.words else "failed"
    exchange.transcripts[sid] = Transcript(sid, recording.sid, recording.words, status)
    params = _result(exchange, recording) | {
        "TranscriptionSid": sid,
        "TranscriptionText": recording.words,
        "TranscriptionStatus": status,
        "TranscriptionUrl": f"{exchange.base_url}/2010-04-01/Accounts/{exchange.account_sid}/Transcriptions/{sid}",
        "Timestamp": format_datetime(datetime.now(UTC)),
    }
    if verb.get("transcribeCallback"):
        request = stage.request(verb, address="transcribeCallback", method="", params=standard(exchange, leg) | params)
        reports.post(exchange, request, about=leg)
