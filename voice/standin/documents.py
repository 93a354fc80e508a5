"""A TwiML document: fetched, parsed, held against the carrier's schema."""

from dataclasses import dataclass
from urllib.parse import urljoin
from xml.etree.ElementTree import Element, ParseError, fromstring

from voice.standin import schema
from voice.standin.callers import standard
from voice.standin.delivery import DocumentError, Reply, deliver
from voice.standin.exchange import Exchange
from voice.standin.legs import HungUp, Inline, Leg, Request

LONGEST_INLINE = 4000  # characters of TwiML in a REST request
XML_TYPES = ("text/xml", "application/xml", "text/html")


@dataclass(frozen=True, slots=True)
class Document:
    """`url` is what relative addresses count from; None for TwiML given in a REST request."""

    url: str | None
    verbs: list[Element]


def load(exchange: Exchange, leg: Leg, start: Request | Inline, purpose: schema.Purpose) -> Document:
    """The document, checked. Warnings become refusals and are left out of it; errors raise DocumentError."""
    if isinstance(start, Inline):
        url, root = None, parse(start.twiml)
    else:
        reply = ask(exchange, leg, start)
        url, root = reply.url, _read(reply)
    if root.tag != "Response":
        raise DocumentError(12102, f"the root is <{root.tag}>, not <Response>")
    for problem in schema.check(root, purpose, has_base=url is not None):
        if problem.fatal:
            raise DocumentError(problem.code, problem.text)
        exchange.journal.refuse(problem.code, problem.text, phone=leg.phone, call_sid=leg.sid)
    return Document(url, list(root))


def ask(exchange: Exchange, leg: Leg, request: Request) -> Reply:
    """Post to a conversation address with everything that is said about the leg. Raises DocumentError, HungUp."""
    if leg.silent:
        raise HungUp
    whole = Request(request.url, request.method, standard(exchange, leg) | request.params)
    return deliver(exchange, whole, cookies=leg.cookies)


def parse(text: str | bytes) -> Element:
    """XML without a doctype, so that no entity can grow. Raises DocumentError 12100."""
    if b"<!DOCTYPE" in (text.encode() if isinstance(text, str) else text):
        raise DocumentError(12100, "a document type is not taken")
    try:
        return fromstring(text)  # noqa: S314 - no doctype, and the sender is the application under test
    except (ParseError, ValueError) as error:
        raise DocumentError(12100, f"the document does not parse: {error}") from error


def _read(reply: Reply) -> Element:
    kind = reply.content_type.partition(";")[0].strip().lower()
    if kind in XML_TYPES:
        return parse(reply.body)
    if kind.startswith("audio/"):
        return _single("Play", reply.url)
    if kind == "text/plain":
        return _plain(reply.body)
    raise DocumentError(12300 if kind else 11200, f"the content type is {kind!r}")


def _plain(body: bytes) -> Element:
    try:
        return parse(body)
    except DocumentError:
        return _single("Say", body.decode(errors="replace"))


def _single(tag: str, text: str) -> Element:
    root, verb = Element("Response"), Element(tag)
    verb.text = text
    root.append(verb)
    return root


def resolve(document: Document, address: str | None) -> str:
    """An address in a document, made absolute; none or an empty one is the document itself."""
    if document.url is None:
        if not address:
            raise DocumentError(11100, "TwiML given by REST has no address of its own")
        return address
    return urljoin(document.url, address) if address else document.url
