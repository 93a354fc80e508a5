"""Recordings by REST: the facts at once, the sound when it is complete, deletion for good; transcripts (twilio.md 3.2)."""

from flask import jsonify, request
from flask.typing import ResponseReturnValue

from voice.standin import media
from voice.standin.rest import Json, RestError, api, date, exchange, not_found, page, uri
from voice.standin.stores import Recording, Transcript


@api.get("/Recordings/<sid>.json")
def fetch_recording(sid: str) -> ResponseReturnValue:
    return jsonify(_shown(_find(sid)))


@api.get("/Recordings.json")
def list_recordings() -> ResponseReturnValue:
    return jsonify(page("recordings", _all(request.args.get("CallSid")), _shown))


@api.get("/Calls/<call_sid>/Recordings.json")
def list_recordings_of_call(call_sid: str) -> ResponseReturnValue:
    return jsonify(page("recordings", _all(call_sid), _shown))


@api.delete("/Recordings/<sid>.json")
def delete_recording(sid: str) -> ResponseReturnValue:
    """The sound is gone at once."""
    recording = _find(sid)
    if recording.status in {"in-progress", "processing"}:
        raise RestError(400, 20009, "Cannot delete a recording before it is complete")
    recording.status = "deleted"
    return "", 204


@api.get("/Recordings/<sid>.wav")
@api.get("/Recordings/<sid>")
def fetch_sound(sid: str) -> ResponseReturnValue:
    """404 until the recording is completed, and after it was deleted."""
    recording = _find(sid)
    if request.args.get("RequestedChannels") == "2":
        raise RestError(400, 20001, "This recording has one channel")
    if recording.status != "completed":
        raise not_found()
    return media.answer(recording)


@api.get("/Transcriptions/<sid>.json")
def fetch_transcript(sid: str) -> ResponseReturnValue:
    return jsonify(_written(_transcript(sid)))


@api.get("/Recordings/<recording_sid>/Transcriptions.json")
def list_transcripts(recording_sid: str) -> ResponseReturnValue:
    with exchange().changed:
        kept = [one for one in exchange().transcripts.values() if one.recording_sid == recording_sid]
    return jsonify(page("transcriptions", kept, _written))


@api.delete("/Transcriptions/<sid>.json")
def delete_transcript(sid: str) -> ResponseReturnValue:
    with exchange().changed:
        del exchange().transcripts[_transcript(sid).sid]
    return "", 204


def _transcript(sid: str) -> Transcript:
    transcript = exchange().transcripts.get(sid)
    if transcript is None:
        raise not_found()
    return transcript


def _find(sid: str) -> Recording:
    recording = exchange().recordings.get(sid)
    if recording is None or recording.status == "deleted":
        raise not_found()
    return recording


def _all(call_sid: str | None) -> list[Recording]:
    """Newest first."""
    with exchange().changed:
        kept = list(exchange().recordings.values())
    return [one for one in kept[::-1] if one.status != "deleted" and call_sid in {None, one.call_sid}]


def _shown(recording: Recording) -> Json:
    done = recording.status == "completed"
    return {
        "sid": recording.sid,
        "account_sid": exchange().account_sid,
        "api_version": "2010-04-01",
        "call_sid": recording.call_sid,
        "conference_sid": None,
        "status": recording.status,
        "source": recording.source,
        "channels": 1,
        "duration": str(recording.seconds) if done else None,
        "price": None,
        "price_unit": "USD",
        "error_code": None,
        "encryption_details": None,
        "start_time": date(recording.created),
        "date_created": date(recording.created),
        "date_updated": date(recording.created),
        "uri": uri(f"Recordings/{recording.sid}"),
        "media_url": uri(f"Recordings/{recording.sid}").removesuffix(".json"),
        "subresource_uris": {"transcriptions": uri(f"Recordings/{recording.sid}/Transcriptions")},
    }


def _written(transcript: Transcript) -> Json:
    return {
        "sid": transcript.sid,
        "account_sid": exchange().account_sid,
        "api_version": "2010-04-01",
        "recording_sid": transcript.recording_sid,
        "status": transcript.status,
        "transcription_text": transcript.words or None,
        "type": "fast",
        "duration": None,
        "price": None,
        "price_unit": "USD",
        "date_created": date(transcript.created),
        "date_updated": date(transcript.created),
        "uri": uri(f"Transcriptions/{transcript.sid}"),
    }
