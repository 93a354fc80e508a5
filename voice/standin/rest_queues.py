"""Queues by REST: who waits, and taking somebody out to another document (twilio.md 3.3)."""

from flask import jsonify
from flask.typing import ResponseReturnValue

from voice.standin.legs import GoTo, Request
from voice.standin.rest import Json, RestError, api, date, exchange, not_found, only, page, uri
from voice.standin.rest_calls import web_address
from voice.standin.rooms import Queue, Waiting


@api.get("/Queues.json")
def list_queues() -> ResponseReturnValue:
    with exchange().changed:
        queues = list(exchange().queues.values())
    return jsonify(page("queues", queues, _queue))


@api.get("/Queues/<sid>.json")
def fetch_queue(sid: str) -> ResponseReturnValue:
    return jsonify(_queue(_find(sid)))


@api.get("/Queues/<sid>/Members.json")
def list_members(sid: str) -> ResponseReturnValue:
    queue = _find(sid)
    with exchange().changed:
        members = list(queue.members)
    return jsonify(page("queue_members", members, lambda one: _member(queue, one)))


@api.get("/Queues/<sid>/Members/<name>.json")
def fetch_member(sid: str, name: str) -> ResponseReturnValue:
    queue = _find(sid)
    return jsonify(_member(queue, _waiting(queue, name)))


@api.post("/Queues/<sid>/Members/<name>.json")
def dequeue(sid: str, name: str) -> ResponseReturnValue:
    """Take a member out, or "Front", to run the document at Url."""
    queue, form = _find(sid), only("Url", "Method")
    if "Url" not in form:
        raise RestError(400, 21205, "Url parameter is required.")
    start = Request(web_address(form, "Url"), form.get("Method", "POST"))
    with exchange().changed:
        member = _waiting(queue, name)
        shown = _member(queue, member)
        queue.members.remove(member)
        exchange().summon(member.leg, GoTo(start))
    return jsonify(shown)


def _find(sid: str) -> Queue:
    queue = next((queue for queue in exchange().queues.values() if queue.sid == sid), None)
    if queue is None:
        raise not_found()
    return queue


def _waiting(queue: Queue, name: str) -> Waiting:
    """By call sid, or whoever is at the front."""
    members = [one for one in queue.members if name in {"Front", one.leg.sid}]
    if not members:
        raise not_found()
    return members[0]


def _queue(queue: Queue) -> Json:
    return {
        "sid": queue.sid,
        "account_sid": exchange().account_sid,
        "friendly_name": queue.name,
        "current_size": len(queue.members),
        "max_size": queue.largest,
        "average_wait_time": queue.average_wait(),
        "date_created": date(queue.created),
        "date_updated": date(queue.created),
        "uri": uri(f"Queues/{queue.sid}"),
        "subresource_uris": {"members": uri(f"Queues/{queue.sid}/Members")},
    }


def _member(queue: Queue, waiting: Waiting) -> Json:
    return {
        "call_sid": waiting.leg.sid,
        "queue_sid": queue.sid,
        "position": queue.position(waiting.leg),
        "wait_time": round(exchange().pace.now() - waiting.since_at),
        "date_enqueued": date(waiting.since),
        "uri": uri(f"Queues/{queue.sid}/Members/{waiting.leg.sid}"),
    }
