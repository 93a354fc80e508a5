"""Every address that the carrier calls is locked: who did not sign as our carrier is refused, and nothing is written."""

import io
import json
from collections.abc import Iterator
from dataclasses import replace
from itertools import product
from typing import Any
from urllib.parse import urlencode

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.routing import BaseConverter, Rule
from werkzeug.routing.converters import AnyConverter, IntegerConverter
from werkzeug.test import TestResponse

from office.database import Base
from office.line import signature
from office.settings import Settings
from office.wiring import Office
from tests.served import served
from webhooks import LARGEST_FORM

FETCHED = {"sounds.play", "recordings.play"}
"""What the carrier fetches to play it says nothing about the call: its name is what lets it in."""

FORM = "application/x-www-form-urlencoded"
NEXT_TOKEN = "the-token-that-comes-next"
Fields = dict[str, list[str]]


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """As while the carrier's token is being changed: two are good."""
    return replace(settings, secondary_auth_token=NEXT_TOKEN)


@pytest.fixture
def app(office: Office) -> Flask:
    return served(office)


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.fixture
def addresses(app: Flask) -> list[str]:
    """A path for every address of the carrier's, and for each word that stands in one."""
    rules = [rule for rule in app.url_map.iter_rules() if rule.endpoint.startswith("carrier.")]
    return [path for rule in rules for path in paths(app, rule)]


@pytest.fixture
def fields(settings: Settings) -> Fields:
    """What would be written down at any of them, were it believed."""
    return {
        "AccountSid": [settings.account_sid],
        "CallSid": ["CA" + "1" * 32],
        "CallStatus": ["completed"],
        "RecordingSid": ["RE" + "2" * 32],
        "RecordingStatus": ["completed"],
        "RecordingDuration": ["7"],
        "MessageSid": ["SM" + "3" * 32],
        "From": ["+447700900123"],
        "Body": ["Please ring me"],
    }


@pytest.fixture
def nothing_written(office: Office) -> Iterator[None]:
    """Every table holds after the test what it held before."""
    before = everything(office)
    yield
    assert everything(office) == before


def paths(app: Flask, rule: Rule) -> Iterator[str]:
    names = rule.arguments
    for values in product(*(examples(rule._converters[name]) for name in names)):
        yield app.url_map.bind("").build(rule.endpoint, dict(zip(names, values, strict=True)), "POST")


def examples(converter: BaseConverter) -> list[Any]:
    if isinstance(converter, AnyConverter):
        return sorted(converter.items)
    return [1] if isinstance(converter, IntegerConverter) else ["greet"]


def everything(office: Office) -> dict[str, list[tuple[object, ...]]]:
    with office.database.reading() as session:
        return {
            table.name: [tuple(row) for row in session.execute(select(table))] for table in Base.metadata.sorted_tables
        }


def signed(office: Office, path: str, fields: Fields, token: str | None = None) -> dict[str, str]:
    settings = office.settings
    given = signature.sign(settings.public_base_url + path, fields, token or settings.auth_token)
    return {"X-Twilio-Signature": given}


def post(client: FlaskClient, path: str, fields: Fields, headers: dict[str, str]) -> TestResponse:
    return client.post(path, data=urlencode(fields, doseq=True), content_type=FORM, headers=headers)


def test_every_address_of_the_carrier_is_looked_at(app: Flask, addresses: list[str]) -> None:
    assert {"/voice/incoming", "/voice/status", "/voice/fallback", "/texts/incoming"} <= set(addresses)
    for rule in app.url_map.iter_rules():  # whatever is added among the carrier's addresses has the carrier's lock
        if rule.rule.startswith(("/voice/", "/texts/")) or rule.rule.startswith("/callbacks/attempts/"):
            assert rule.endpoint.startswith("carrier.") or rule.endpoint in FETCHED, rule


@pytest.mark.usefixtures("nothing_written")
@pytest.mark.parametrize("given", [None, "", "c2lnbmVkIGJ5IG5vYm9keQ==", "é", "x" * 5000])
def test_unsigned_request_is_refused(
    client: FlaskClient, addresses: list[str], fields: Fields, given: str | None
) -> None:
    headers = {} if given is None else {"X-Twilio-Signature": given}
    assert {path: post(client, path, fields, headers).status_code for path in addresses} == dict.fromkeys(
        addresses, 403
    )


@pytest.mark.usefixtures("nothing_written")
def test_signature_by_another_token_is_refused(
    office: Office, client: FlaskClient, addresses: list[str], fields: Fields
) -> None:
    for path in addresses:
        assert post(client, path, fields, signed(office, path, fields, "another-token")).status_code == 403, path


@pytest.mark.usefixtures("nothing_written")
@pytest.mark.parametrize("base", ["https://another.test", "http://ringtrue.test", "https://ringtrue.test.evil.test"])
def test_signature_over_another_public_address_is_refused(
    settings: Settings, client: FlaskClient, addresses: list[str], fields: Fields, base: str
) -> None:
    for path in addresses:
        given = signature.sign(base + path, fields, settings.auth_token)
        # The Host header is the sender's own word, so it must not count.
        headers = {"X-Twilio-Signature": given, "Host": base.partition("//")[2]}
        assert post(client, path, fields, headers).status_code == 403, path


@pytest.mark.usefixtures("nothing_written")
def test_signature_over_another_path_or_form_is_refused(
    office: Office, client: FlaskClient, addresses: list[str], fields: Fields
) -> None:
    other_fields = fields | {"From": ["+447700900124"]}
    for path in addresses:
        assert post(client, path, fields, signed(office, "/voice", fields)).status_code == 403, path
        assert post(client, f"{path}?x=1", fields, signed(office, path, fields)).status_code == 403, path
        assert post(client, path, other_fields, signed(office, path, fields)).status_code == 403, path


@pytest.mark.usefixtures("nothing_written")
@pytest.mark.parametrize("account", [["AC" + "9" * 32], [""], []])
def test_request_for_another_account_is_refused(
    office: Office, client: FlaskClient, addresses: list[str], fields: Fields, account: list[str]
) -> None:
    foreign = fields | {"AccountSid": account}
    for path in addresses:
        assert post(client, path, foreign, signed(office, path, foreign)).status_code == 403, path


@pytest.mark.usefixtures("nothing_written")
@pytest.mark.parametrize(
    "sid", ["", "CA1", "CA" + "1" * 63, "CA 11111111", "CA11111111\n", "../../../etc/passwd", "ＣＡ１１１１１１１１"]
)
def test_malformed_call_sid_is_refused(
    office: Office, client: FlaskClient, addresses: list[str], fields: Fields, sid: str
) -> None:
    strange = fields | {"CallSid": [sid]}
    for path in addresses:
        if path != "/texts/incoming":  # a text is part of no call
            assert post(client, path, strange, signed(office, path, strange)).status_code == 403, path


@pytest.mark.usefixtures("nothing_written")
@pytest.mark.parametrize("again", ["AccountSid", "CallSid", "From", "Digits"])
def test_repeated_field_is_refused(
    office: Office, client: FlaskClient, addresses: list[str], fields: Fields, again: str
) -> None:
    repeated = fields | {again: [*fields.get(again, ["1"]), "2"]}
    for path in addresses:
        assert post(client, path, repeated, signed(office, path, repeated)).status_code == 403, path


@pytest.mark.usefixtures("nothing_written")
@pytest.mark.parametrize("kind", ["application/json", "multipart/form-data; boundary=x", "text/plain", ""])
def test_body_of_another_kind_is_refused(
    office: Office, client: FlaskClient, addresses: list[str], fields: Fields, kind: str
) -> None:
    body = json.dumps({name: values[0] for name, values in fields.items()})
    for path in addresses:
        for covered in (fields, {}):
            headers = signed(office, path, covered)
            assert client.post(path, data=body, content_type=kind, headers=headers).status_code == 403, path


@pytest.mark.usefixtures("nothing_written")
def test_form_of_another_kind_is_refused_although_its_fields_are_signed(
    office: Office, client: FlaskClient, addresses: list[str], fields: Fields
) -> None:
    for path in addresses:
        headers = signed(office, path, fields)
        answer = client.post(path, data=fields, content_type="multipart/form-data", headers=headers)
        assert answer.status_code == 403, path


@pytest.mark.usefixtures("nothing_written")
@pytest.mark.parametrize("chunked", [False, True])
def test_body_over_the_limit_is_refused_however_well_signed(
    office: Office, client: FlaskClient, addresses: list[str], fields: Fields, *, chunked: bool
) -> None:
    large = fields | {"Body": ["x" * LARGEST_FORM]}
    body = urlencode(large, doseq=True).encode()
    length = {} if chunked else {"content_length": len(body)}
    for path in addresses:
        answer = client.post(
            path,
            input_stream=io.BytesIO(body),
            content_type=FORM,
            headers=signed(office, path, large),
            environ_base={"wsgi.input_terminated": True} | ({"HTTP_TRANSFER_ENCODING": "chunked"} if chunked else {}),
            **length,
        )
        assert answer.status_code in {403, 413}, path


@pytest.mark.usefixtures("nothing_written")
@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "PATCH", "DELETE"])
def test_another_method_is_not_allowed(
    office: Office, client: FlaskClient, addresses: list[str], fields: Fields, method: str
) -> None:
    for path in addresses:
        headers = signed(office, path, fields)
        body = urlencode(fields, doseq=True)
        assert client.open(path, method=method, data=body, content_type=FORM, headers=headers).status_code == 405, path


@pytest.mark.parametrize("path", ["/voice/incoming", "/voice/status", "/voice/recording_report", "/texts/incoming"])
@pytest.mark.parametrize("token", [None, NEXT_TOKEN])
def test_request_signed_with_either_token_is_believed(
    office: Office, client: FlaskClient, fields: Fields, path: str, token: str | None
) -> None:
    before = everything(office)
    assert post(client, path, fields, signed(office, path, fields, token)).status_code in {200, 204}
    assert everything(office) != before
