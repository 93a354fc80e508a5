"""A telephone in the terminal: ring the business by hand, or be one of its staff.

    python -m voice.standin.terminal --carrier http://127.0.0.1:8001 --from +447700900123 --to +442071838750
    python -m voice.standin.terminal --carrier http://127.0.0.1:8001 --answer +447700900101

Digits are pressed, `say ...` speaks, `a` answers, `d` declines, `h` or Ctrl-C hangs up.
"""

import argparse
import sys
import threading

import requests

from voice.standin.client import ByHand, Event, StandIn

LINES = {
    "hears": "  hears: {text}",
    "plays": "  plays: {text}",
    "rings": "RINGS, from {from} (a answers, d declines)",
    "answers": "(the call is up)",
    "bridged": "(you are through to {text})",
    "texted": "  text from {from}: {text}",
    "ended": "(the call is over: {status})",
}


def line(event: Event, phone: str) -> str | None:
    """What the person at `phone` notices of an event; None when nothing."""
    shape = LINES.get(event["kind"])
    return shape.format(**event) if shape and event["phone"] == phone else None


def command(typed: str) -> dict[str, str | bool] | None:
    """What a typed line does with the phone; None when it means nothing."""
    word = typed.strip()
    if word and set(word) <= set("0123456789*#"):
        return {"press": word}
    if word.startswith("say "):
        return {"say": word.removeprefix("say ")}
    meaning = {"a": "answer", "d": "decline", "h": "hang_up"}.get(word)
    return {meaning: True} if meaning else None


def main() -> int:
    """One phone by hand, until its call is over; what its exit status is."""
    args = _arguments()
    carrier, phone = StandIn(args.carrier), args.answer or args.from_
    last = carrier.events()[-1:]
    over = threading.Event()
    if args.answer:
        carrier.phone(phone, ByHand())
        _print(f"{phone} waits to ring; Ctrl-C ends")
    else:
        carrier.dial(phone, args.to)
        _print(f"{phone} rings {args.to}")
    shown = (carrier, phone, last[0]["n"] if last else 0, over, not args.answer)
    threading.Thread(target=_show, args=shown, daemon=True).start()
    threading.Thread(target=_listen, args=(carrier, phone), daemon=True).start()
    try:
        over.wait()
    except KeyboardInterrupt:
        _act(carrier, phone, {"hang_up": True})
    return 0


def _show(carrier: StandIn, phone: str, after: int, over: threading.Event, once: bool) -> None:  # noqa: FBT001 - a thread's
    """Print what the phone notices as it notices it, until the call is over (or for ever)."""
    while not over.is_set():
        for event in carrier.events(after, wait=5.0):
            after = event["n"]
            if seen := line(event, phone):
                _print(seen)
            if once and event["kind"] == "ended" and event["phone"] == phone:
                over.set()


def _listen(carrier: StandIn, phone: str) -> None:
    for typed in sys.stdin:
        what = command(typed)
        if what is None:
            _print("digits are pressed; say ...; a answers, d declines, h hangs up")
        else:
            _act(carrier, phone, what)


def _act(carrier: StandIn, phone: str, what: dict[str, str | bool]) -> None:
    try:
        carrier.act(phone, **what)
    except requests.RequestException:
        _print("(the phone is in no call)")


def _print(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m voice.standin.terminal", description=__doc__)
    parser.add_argument("--carrier", default="http://127.0.0.1:8001", help="where the stand-in is served")
    parser.add_argument("--from", dest="from_", default="+447700900123", help="the phone that you hold")
    parser.add_argument("--to", default="+442071838750", help="the business's number")
    parser.add_argument("--answer", metavar="PHONE", help="hold this phone instead, and wait for it to ring")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
