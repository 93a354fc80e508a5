"""Reports: what the carrier tells the application afterwards, in order unless a fault says otherwise.

Each is posted by a thread of its own that waits for the one before it to the same address, so that order is kept and a
late one holds nobody up. Their answers change nothing; a bad answer is a refusal.
"""

import math
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime
from functools import partial
from threading import Event

from voice.standin.callers import standard
from voice.standin.delivery import DocumentError, Reply, deliver
from voice.standin.exchange import Exchange
from voice.standin.legs import FINAL, Leg, Outbox, Request

SWAP_WAIT = 3.0  # real seconds that a swapped report waits for the next one to overtake it
ORDER_WAIT = 40.0  # real seconds: longer than any request with its retry
SIP = {"failed": "404", "busy": "486", "no-answer": "487", "canceled": "487", "completed": "200"}


def tell(exchange: Exchange, leg: Leg, event: str) -> None:
    """Report that `leg` was initiated, is ringing, was answered or has completed, if anybody asked for that."""
    report = leg.report
    if report is None or event not in report.events:
        return
    params = standard(exchange, leg) | _progress(leg, event)
    leg.reported += 1
    post(exchange, Request(report.url, report.method, params), about=leg)


def _progress(leg: Leg, event: str) -> dict[str, str]:
    params = {
        "CallStatus": "initiated" if event == "initiated" else leg.status,
        "CallbackSource": "call-progress-events",
        "SequenceNumber": str(leg.reported),
        "Timestamp": format_datetime(datetime.now(UTC)),
    }
    if leg.status in FINAL:
        params |= {"CallDuration": str(leg.talked), "Duration": str(math.ceil(leg.talked / 60))}
        params |= {"SipResponseCode": SIP[leg.status]}
    return params


def post(exchange: Exchange, request: Request, *, about: Leg) -> None:
    """Send a report in the background, with the faults that are set for reports."""
    if about.silent or exchange.faults.strikes("reports_dropped"):
        return
    times = 2 if exchange.faults.strikes("reports_doubled") else 1
    for _ in range(times):
        late, swapped = exchange.faults.strikes("reports_late"), exchange.faults.strikes("reports_swapped")
        with exchange.changed:
            ticket = _ticket(about.outboxes.setdefault(request.url, Outbox()), swapped=swapped)
        exchange.start(partial(_deliver, exchange, request, about, ticket, late=late), about)


@dataclass(frozen=True, slots=True)
class _Ticket:
    """A report goes when `gate` opens (or after `patience` real seconds), then opens `opens`."""

    gate: Event
    patience: float
    opens: tuple[Event, ...]


def _ticket(outbox: Outbox, *, swapped: bool) -> _Ticket:
    if swapped and outbox.held is None:
        outbox.held = Event()
        return _Ticket(outbox.held, SWAP_WAIT, ())
    gate, held = outbox.last, outbox.held
    outbox.last, outbox.held = Event(), None
    return _Ticket(gate, ORDER_WAIT, (outbox.last, held) if held else (outbox.last,))


def _deliver(exchange: Exchange, request: Request, about: Leg, ticket: _Ticket, *, late: bool) -> None:
    if late:
        _open(ticket)
        exchange.sleep(exchange.faults.late_seconds)
    else:
        ticket.gate.wait(ticket.patience)
    try:
        if not about.silent:
            _check(exchange, request, deliver(exchange, request))
    except DocumentError as error:
        exchange.journal.refuse(error.code, f"a report was not taken: {error.text}", call_sid=about.sid)
    finally:
        _open(ticket)


def _open(ticket: _Ticket) -> None:
    for gate in ticket.opens:
        gate.set()


def _check(exchange: Exchange, request: Request, reply: Reply) -> None:
    """A report wants no answer; a body that is not XML is warned of."""
    if reply.body.strip() and "xml" not in reply.content_type:
        exchange.journal.refuse(12300, f"a report to {request.url} was answered with {reply.content_type!r}")
