"""Runs the stand-in carrier in a process of its own, until it is told to stop."""

import argparse
import signal
import threading
from pathlib import Path

from voice.standin.exchange import Exchange, Number
from voice.standin.pace import Pace
from voice.standin.server import serve


def main() -> None:
    """Serve until SIGTERM or SIGINT."""
    args = _arguments()
    token = args.auth_token_file.read_text().strip()
    exchange = Exchange(args.account_sid, token, Pace(args.speed, args.by_hand))
    if args.number:
        exchange.numbers[args.number] = number_of(args.number, args.app_url.rstrip("/"))
    server = serve(exchange, port=args.port)
    stop = threading.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: stop.set())
    threading.Thread(target=server.serve_forever, daemon=True).start()
    stop.wait()


def number_of(phone: str, app_url: str) -> Number:
    """One of our numbers, with the addresses that the application promises to have."""
    return Number(
        phone,
        voice_url=f"{app_url}/voice/incoming",
        fallback_url=f"{app_url}/voice/fallback",
        status_url=f"{app_url}/voice/status",
        sms_url=f"{app_url}/texts/incoming",
    )


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m voice.standin", description=__doc__)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--account-sid", required=True)
    parser.add_argument("--auth-token-file", type=Path, required=True, help="the token itself is never an argument")
    parser.add_argument("--speed", type=float, default=1.0, help="stand-in seconds in one real second")
    parser.add_argument("--by-hand", type=float, default=1.0, help="the same while people hold phones in their hands")
    parser.add_argument("--number", help="the business's number, in E.164")
    parser.add_argument("--app-url", default="http://127.0.0.1:8000")
    return parser.parse_args()


if __name__ == "__main__":
    main()
