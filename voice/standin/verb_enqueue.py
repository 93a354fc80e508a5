"""<Enqueue>: wait in a queue, hearing its wait documents again and again, until somebody takes the caller out (2.8)."""

from collections.abc import Callable
from xml.etree.ElementTree import Element

from voice.standin import documents
from voice.standin.delivery import DocumentError
from voice.standin.exchange import Exchange
from voice.standin.legs import HungUp, Meeting, Request, Summoned, new_sid
from voice.standin.rooms import Queue, Waiting
from voice.standin.stage import Leaving, Stage

SHORTEST_WAIT = 1.0  # seconds: a wait document that takes no time is not asked for more often than this


def enqueue(stage: Stage, verb: Element) -> Request | None:
    """The action's request when there is one; else None, and the document goes on."""
    exchange = stage.exchange
    queue = _queue(exchange, (verb.text or "").strip())
    with exchange.changed:
        full = len(queue.members) >= queue.largest
        waiting = Waiting(stage.leg, exchange.pace.now())
        if not full:
            queue.members.append(waiting)
            exchange.changed.notify_all()
    result = {"QueueResult": "queue-full"} if full else _stay(stage, verb, queue, waiting)
    return stage.request(verb, params=result) if "action" in verb.attrib else None


def _queue(exchange: Exchange, name: str) -> Queue:
    with exchange.changed:
        return exchange.queues.setdefault(name, Queue(new_sid("QU"), name))


def _stay(stage: Stage, verb: Element, queue: Queue, waiting: Waiting) -> dict[str, str]:
    """How the stay ended. Raises HungUp and, for a redirect by REST, Summoned."""
    exchange = stage.exchange

    def result(how: str) -> dict[str, str]:
        return {"QueueResult": how, "QueueSid": queue.sid, "QueueTime": str(_waited(exchange, waiting))}

    try:
        _wait(stage, verb, queue, waiting)
    except Leaving:
        return result("leave")
    except HungUp:
        _leave(exchange, queue, waiting)
        if exchange.faults.enqueue_action_after_hangup:
            _tell(stage, verb, result("hangup"))
        raise
    except Summoned as news:
        if isinstance(news.summons, Meeting):
            return _meet(stage, news.summons, result)
        _leave(exchange, queue, waiting)
        if exchange.faults.enqueue_action_on_redirect:
            _tell(stage, verb, result("redirected"))
        raise
    finally:
        _leave(exchange, queue, waiting)
    return result("error")


def _waited(exchange: Exchange, waiting: Waiting) -> int:
    return round(exchange.pace.now() - waiting.since_at)


def _leave(exchange: Exchange, queue: Queue, waiting: Waiting) -> None:
    with exchange.changed:
        if waiting in queue.members:
            queue.members.remove(waiting)
            queue.waits.append(exchange.pace.now() - waiting.since_at)
            exchange.changed.notify_all()


def _wait(stage: Stage, verb: Element, queue: Queue, waiting: Waiting) -> None:
    """Never returns: it ends with HungUp, Summoned or Leaving."""
    exchange, leg = stage.exchange, stage.leg
    while verb.get("waitUrl"):
        began = exchange.pace.now()
        params = _position(exchange, queue, waiting)
        request = stage.request(verb, address="waitUrl", method="waitUrlMethod", params=params)
        stage.run(exchange, leg, request, "queue-wait")
        exchange.wait(leg, lambda: False, began + SHORTEST_WAIT - exchange.pace.now())
    exchange.journal.note("waits", phone=leg.phone, call_sid=leg.sid, text="(music)")
    exchange.wait(leg, lambda: False)


def _position(exchange: Exchange, queue: Queue, waiting: Waiting) -> dict[str, str]:
    with exchange.changed:
        return {
            "QueueSid": queue.sid,
            "QueuePosition": str(queue.position(waiting.leg)),
            "QueueTime": str(_waited(exchange, waiting)),
            "AvgQueueTime": str(queue.average_wait()),
            "CurrentQueueSize": str(len(queue.members)),
            "MaxQueueSize": str(queue.largest),
        }


def _meet(stage: Stage, meeting: Meeting, result: Callable[[str], dict[str, str]]) -> dict[str, str]:
    """Hear the announcement, then be bridged until the other side has had enough. Raises HungUp, Summoned."""
    exchange, leg = stage.exchange, stage.leg
    ended = result("bridged")
    try:
        if meeting.announcement:
            stage.run(exchange, leg, meeting.announcement, "queue-announcement")
        with exchange.changed:
            meeting.ready = True
            exchange.changed.notify_all()
        exchange.wait(leg, lambda: meeting.over)
    finally:
        with exchange.changed:
            meeting.ready, meeting.over = True, True
            exchange.changed.notify_all()
    return ended


def _tell(stage: Stage, verb: Element, result: dict[str, str]) -> None:
    """The action is called, and its answer is heard by nobody."""
    if "action" not in verb.attrib:
        return
    try:
        documents.ask(stage.exchange, stage.leg, stage.request(verb, params=result))
    except DocumentError as error:
        stage.exchange.journal.refuse(error.code, error.text, call_sid=stage.leg.sid)
