"""Customers: they dial one of our numbers, and they send texts."""

from functools import partial
from xml.etree.ElementTree import Element

from voice.standin import documents, interpreter, lifecycle, people
from voice.standin.callers import places
from voice.standin.delivery import DocumentError, deliver
from voice.standin.exchange import Exchange, Number
from voice.standin.legs import Leg, ReportTo, Request, new_sid
from voice.standin.phones import Step
from voice.standin.stores import Text

STOP = frozenset({"STOP", "STOPALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT", "REVOKE", "OPTOUT"})
START = frozenset({"START", "YES", "UNSTOP"})


def dial(
    exchange: Exchange,
    number: Number,
    caller: str,
    script: tuple[Step, ...],
    *,
    phone: str | None = None,
    params: dict[str, str] | None = None,
    by: str | None = None,
) -> Leg:
    """A customer rings one of our numbers and follows `script`. `phone` is the handset behind a withheld `caller`.

    `by` is whoever holds it in their hands and asks for its call by that name.
    """
    leg = Leg(
        new_sid("CA"),
        caller,
        number.phone,
        "inbound",
        phone or caller,
        exchange.pace.now(),
        status="ringing",
        extra=params or {},
        by=by,
    )
    leg.started = leg.created
    leg.fallback = Request(number.fallback_url) if number.fallback_url else None
    leg.report = ReportTo(number.status_url) if number.status_url else None
    exchange.add(leg)
    hang_up = partial(lifecycle.hang_up, exchange, leg)
    exchange.start(partial(people.follow, exchange, leg, script, hang_up), leg)
    exchange.start(partial(interpreter.converse, exchange, leg, Request(number.voice_url)), leg)
    return leg


def text(exchange: Exchange, number: Number, sender: str, body: str) -> Text:
    """A customer texts one of our numbers; what the application answers is texted back."""
    message = Text(new_sid("SM"), sender, number.phone, body, "inbound", "received")
    with exchange.changed:
        exchange.texts.append(message)
        word, pair = body.strip().upper(), (number.phone, sender)
        if word in STOP:
            exchange.opted_out.add(pair)
        elif word in START:
            exchange.opted_out.discard(pair)
    exchange.start(partial(_deliver, exchange, number, message))
    return message


def _deliver(exchange: Exchange, number: Number, message: Text) -> None:
    if not number.sms_url:
        return
    params = {
        "AccountSid": exchange.account_sid,
        "ApiVersion": "2010-04-01",
        "MessageSid": message.sid,
        "SmsSid": message.sid,
        "SmsMessageSid": message.sid,
        "SmsStatus": "received",
        "From": message.sender,
        "To": message.recipient,
        "Body": message.body,
        "NumMedia": "0",
        "NumSegments": "1",
    }
    params |= places("From", message.sender) | places("To", message.recipient)
    try:
        reply = deliver(exchange, Request(number.sms_url, params=params))
        for answer in _answers(documents.parse(reply.body)) if reply.body.strip() else []:
            _send_back(exchange, message, answer)
    except DocumentError as error:
        exchange.journal.refuse(error.code, error.text, phone=message.sender)


def _answers(root: Element) -> list[str]:
    if root.tag != "Response" or any(verb.tag != "Message" or verb.attrib for verb in root):
        raise DocumentError(12200, "an answer to a text is a <Response> of <Message>s without attributes")
    return [" ".join("".join(verb.itertext()).split()) for verb in root]


def _send_back(exchange: Exchange, message: Text, body: str) -> None:
    if (message.recipient, message.sender) in exchange.opted_out:
        exchange.journal.refuse(21610, "an answer to somebody who has opted out", phone=message.sender)
        return
    answer = Text(new_sid("SM"), message.recipient, message.sender, body, "outbound-reply", "delivered")
    with exchange.changed:
        exchange.texts.append(answer)
    exchange.journal.note("texted", phone=answer.recipient, text=body, sid=answer.sid, **{"from": answer.sender})
