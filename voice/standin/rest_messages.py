"""Texts by REST: send one, look at it; delivery is reported in the background."""

from functools import partial

from flask import Response, jsonify
from flask.typing import ResponseReturnValue

from voice.standin import broken
from voice.standin.delivery import DocumentError, deliver
from voice.standin.exchange import Exchange
from voice.standin.legs import Request, new_sid
from voice.standin.rest import Json, RestError, api, date, exchange, not_found, only, page, uri
from voice.standin.rest_calls import web_address
from voice.standin.rest_new_calls import check_numbers
from voice.standin.stores import Text

LONGEST = 1600  # characters
TRAVELS = 2.0  # seconds from sent to delivered


@api.post("/Messages.json")
def create_message() -> ResponseReturnValue:
    form = only("To", "From", "Body", "StatusCallback")
    check_numbers(form, refused_from=21606)
    if not form.get("Body"):
        raise RestError(400, 21602, "Message body is required.")
    if len(form["Body"]) > LONGEST:
        raise RestError(400, 21617, f"The message body exceeds the {LONGEST} character limit.")
    if (form["From"], form["To"]) in exchange().opted_out:
        raise RestError(400, 21610, "Attempt to send to unsubscribed recipient")
    report = web_address(form, "StatusCallback") if "StatusCallback" in form else None
    return broken.answer("Messages", partial(_send, form, report))


def _send(form: dict[str, str], report: str | None) -> Response:
    house = exchange()
    text = Text(new_sid("SM"), form["From"], form["To"], form["Body"], "outbound-api", "queued")
    with house.changed:
        house.texts.append(text)
    house.journal.note("texted", phone=text.recipient, text=text.body, sid=text.sid, **{"from": text.sender})
    response = jsonify(_shown(text))
    response.status_code = 201
    house.start(partial(_deliver, house, text, report))
    return response


def _deliver(house: Exchange, text: Text, report: str | None) -> None:
    for status in ("sent", "delivered"):
        text.status = status
        if report:
            _report(house, text, report)
        house.sleep(TRAVELS)


def _report(house: Exchange, text: Text, url: str) -> None:
    params = {
        "AccountSid": house.account_sid,
        "ApiVersion": "2010-04-01",
        "MessageSid": text.sid,
        "SmsSid": text.sid,
        "MessageStatus": text.status,
        "SmsStatus": text.status,
        "From": text.sender,
        "To": text.recipient,
    }
    try:
        deliver(house, Request(url, params=params))
    except DocumentError as error:
        house.journal.refuse(error.code, error.text, phone=text.recipient)


@api.get("/Messages/<sid>.json")
def fetch_message(sid: str) -> ResponseReturnValue:
    text = next((text for text in exchange().texts if text.sid == sid), None)
    if text is None:
        raise not_found()
    return jsonify(_shown(text))


@api.get("/Messages.json")
def list_messages() -> ResponseReturnValue:
    with exchange().changed:
        texts = exchange().texts[::-1]
    return jsonify(page("messages", texts, _shown))


def _shown(text: Text) -> Json:
    return {
        "sid": text.sid,
        "account_sid": exchange().account_sid,
        "api_version": "2010-04-01",
        "from": text.sender,
        "to": text.recipient,
        "body": text.body,
        "status": text.status,
        "direction": text.direction,
        "num_segments": "1",
        "num_media": "0",
        "price": None,
        "price_unit": "USD",
        "error_code": None,
        "error_message": None,
        "messaging_service_sid": None,
        "date_created": date(text.created),
        "date_sent": date(text.created),
        "date_updated": date(text.created),
        "uri": uri(f"Messages/{text.sid}"),
        "subresource_uris": {"media": uri(f"Messages/{text.sid}/Media")},
    }
