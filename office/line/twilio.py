"""The line over Twilio's REST API, or any carrier's that speaks it: the one REST client of the house."""

import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import Any

from office.line import CarrierCall, LineRefused, LineUncertain

CONNECT_WITHIN, ANSWER_WITHIN = 3.0, 10.0
"""Seconds. Twilio answers a create in well under a second; together they stay below a job's time limit."""

EVENTS = ["initiated", "ringing", "answered", "completed"]
ALREADY_OVER = 21220
"""Twilio's error code for "call is not in progress, cannot redirect or end" (source: Twilio, error 21220)."""
NEWEST = 100
"""How many of a phone's calls we look through: more than any phone gets in the minutes that we ask about."""

LONGEST_TEXT = 1600
"""Characters (source: Twilio, Message resource, `Body`)."""
TEXT_TOO_LONG = 21617
"""Twilio's error code for it (source: Twilio, error 21617)."""

STORED = re.compile(r"[A-Za-z0-9:_-]{8,64}")
"""Any carrier's identifier of what it keeps, and nothing that could lead to another address."""


class TwilioLine:
    """A `PhoneLine`. `timeout` is seconds to connect and seconds to wait for an answer."""

    def __init__(
        self,
        account_sid: str,
        auth_token: str,
        api_base_url: str,
        *,
        timeout: tuple[float, float] = (CONNECT_WITHIN, ANSWER_WITHIN),
    ) -> None:
        self._account_sid, self._auth_token = account_sid, auth_token
        self._api_base_url, self._timeout = api_base_url, timeout

    def ring(self, to: str, *, caller_id: str, answer_at: str, report_to: str, ring_for: timedelta) -> str:
        """Place a call and return its sid (source: Twilio, Call resource, create; whole seconds of ringing, to 600).

        Raises LineRefused (certainly not dialled) or LineUncertain (perhaps dialled).
        """
        call = self._client.calls.create(
            to=to,
            from_=caller_id,
            url=answer_at,
            method="POST",
            status_callback=report_to,
            status_callback_method="POST",
            status_callback_event=EVENTS,
            timeout=max(1, round(ring_for.total_seconds())),
        )
        return _sid(call)

    def text(self, to: str, *, sender: str, body: str) -> str:
        """Send a text and return its sid (source: Twilio, Message resource, create).

        Raises LineRefused (certainly not sent) or LineUncertain (perhaps sent).
        """
        if len(body) > LONGEST_TEXT:  # as the carrier would, without asking it
            raise LineRefused(
                f"a text has at most {LONGEST_TEXT} characters, not {len(body)}", status=400, code=TEXT_TOO_LONG
            )
        return _sid(self._client.messages.create(to=to, from_=sender, body=body))

    def look_up(self, sid: str) -> CarrierCall | None:
        """The call with that sid, or None when the carrier knows none. Raises LineError when it cannot tell."""
        try:
            return _call(self._client.calls(sid).fetch())
        except LineRefused as error:
            if error.status == 404:
                return None
            raise

    def calls_to(self, phone: str, *, since: datetime) -> list[CarrierCall]:
        """Calls placed to `phone` at or after `since` (UTC), newest first. Raises LineError when it cannot tell.

        The carrier's list may lag some seconds behind its calls (source: Twilio, Call resource).
        """
        from twilio.base.exceptions import TwilioException

        try:
            # No filter by start: a call that is still queued has none, and may be the one that we look for.
            listed = self._client.calls.list(to=phone, page_size=NEWEST, limit=NEWEST)
        except TwilioException as error:
            raise LineUncertain("the carrier's list of calls cannot be read") from error
        return _newest_first([call for call in map(_call, listed) if _is_from(call, since)])

    def hang_up(self, sid: str) -> None:
        """End the call; a call that has ended already is no error. Raises LineError when it cannot."""
        self._end(sid, "completed")

    def cancel(self, sid: str) -> None:
        """Let a phone ring no longer (twilio.md 3.1: `canceled` ends only calls that are queued or ringing).

        A call that was picked up goes on, and one that is over is no error. Raises LineError when it cannot.
        """
        self._end(sid, "canceled")

    def set_addresses(self, number: str, *, voice: str, fallback: str, status: str, texts: str) -> None:
        """Have a number of this account (E.164) ask us at these addresses, all by POST (twilio.md 3.3, IncomingPhoneNumbers).

        An application at the carrier would overrule them, so none is left; a trunk would too, and is somebody's on purpose.
        Raises LineRefused when the number is not this account's or a trunk has it, any other LineError when nobody can tell.
        """
        found = self._client.incoming_phone_numbers.list(phone_number=number, limit=1)
        if not found:
            raise LineRefused("the number isn’t this account’s")
        if found[0].trunk_sid:
            raise LineRefused("a SIP trunk takes this number’s calls")
        asked = {"voice": voice, "voice_fallback": fallback, "sms": texts}
        addresses = {
            f"{what}_{part}": value for what, url in asked.items() for part, value in (("url", url), ("method", "POST"))
        }
        nothing_else = {"voice_application_sid": "", "sms_application_sid": ""}
        found[0].update(status_callback=status, status_callback_method="POST", **addresses, **nothing_else)

    def _end(self, sid: str, status: str) -> None:
        try:
            self._client.calls(sid).update(status=status)
        except LineRefused as error:
            if error.status != 404 and error.code != ALREADY_OVER:
                raise

    def recording(self, sid: str) -> bytes:
        """The audio of a recording as wav (source: Twilio, Recording resource). Raises LineError when not to be had."""
        from office.line import media

        path = f"/2010-04-01/Accounts/{self._account_sid}/Recordings/{_stored(sid)}.wav"
        auth = (self._account_sid, self._auth_token)
        return media.fetch(self._api_base_url + path, auth=auth, timeout=self._timeout)

    def delete_recording(self, sid: str) -> None:
        """Have the carrier forget a recording (twilio.md 3.2: the sound is gone at once, what is known of it later).

        One that it does not know is no error. Raises LineError when it cannot, as before the recording is complete.
        """
        _delete(self._client.recordings(_stored(sid)))

    def delete_transcript(self, sid: str) -> None:
        """Have the carrier forget what it wrote out (twilio.md 3.2); one that it does not know is no error.

        Raises LineError when it cannot.
        """
        _delete(self._client.transcriptions(_stored(sid)))

    @cached_property
    def _client(self) -> Any:
        # Here and not above: these take 100 ms to import, and a web process that only answers never needs them.
        from twilio.rest import Client

        from office.line.carrier_http import CarrierHttp

        # A region or edge in the environment would rewrite the host we were given; an empty mapping would not stop it.
        unmoved = {"TWILIO_REGION": "", "TWILIO_EDGE": ""}
        transport = CarrierHttp(self._timeout)
        client = Client(self._account_sid, self._auth_token, http_client=transport, environment=unmoved)
        client.api.base_url = self._api_base_url
        return client


def _stored(sid: str) -> str:
    if not STORED.fullmatch(sid):
        raise LineRefused("that is not the identifier of anything that the carrier keeps")
    return sid


def _delete(stored: Any) -> None:
    try:
        stored.delete()
    except LineRefused as error:
        if error.status != 404:
            raise


def _sid(created: Any) -> str:
    if not created.sid:
        raise LineUncertain("the carrier took it and did not say under which sid")
    return str(created.sid)


def _call(found: Any) -> CarrierCall:
    if not (found.sid and found.status):
        raise LineUncertain("the carrier described a call without its sid or its state")
    return CarrierCall(
        sid=found.sid,
        to=found.to,
        caller_id=found._from,  # noqa: SLF001 - Twilio's own name for it: `from` is a word of Python
        status=found.status,
        created_at=found.date_created,
        seconds=int(found.duration) if found.duration else None,
        parent_sid=found.parent_call_sid,
    )


def _is_from(call: CarrierCall, since: datetime) -> bool:
    """The carrier tells whole seconds, so one that tells 10:00:00 may have been placed at 10:00:00.9."""
    return call.created_at is None or call.created_at >= since.replace(microsecond=0)


def _newest_first(calls: Sequence[CarrierCall]) -> list[CarrierCall]:
    return sorted(calls, key=lambda call: call.created_at or datetime.max.replace(tzinfo=UTC), reverse=True)
