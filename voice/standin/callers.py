"""The parameters that the carrier sends with every request about a leg (twilio.md 1.2)."""

from voice.standin.exchange import Exchange
from voice.standin.legs import Leg

COUNTRIES = {"+1": "US", "+266": "LS", "+353": "IE", "+44": "GB", "+86": "CN", "+61": "AU", "+49": "DE", "+33": "FR"}
"""A withheld caller's spelled-out digits look like Lesotho's or China's: the carrier says so, and so do we."""

PLACES = ("City", "State", "Zip")


def standard(exchange: Exchange, leg: Leg) -> dict[str, str]:
    """What is sent always; empty where the carrier sends empty strings."""
    params = {
        "AccountSid": exchange.account_sid,
        "ApiVersion": "2010-04-01",
        "CallSid": leg.sid,
        "CallStatus": leg.status,
        "Called": leg.called,
        "Caller": leg.caller,
        "Direction": leg.direction,
        "From": leg.caller,
        "To": leg.called,
    }
    if leg.parent is not None:
        params["ParentCallSid"] = leg.parent.sid
    for who, phone in (("From", leg.caller), ("Caller", leg.caller), ("To", leg.called), ("Called", leg.called)):
        params |= places(who, phone)
    return params | leg.extra


def places(who: str, phone: str) -> dict[str, str]:
    """Where a number seems to be: `who` is From, To, Caller or Called."""
    country = next((code for prefix, code in COUNTRIES.items() if phone.startswith(prefix)), "")
    return {f"{who}{place}": "" for place in PLACES} | {f"{who}Country": country}
