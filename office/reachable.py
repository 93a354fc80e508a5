"""Which addresses of the network we send something to that somebody else named. Pure.

A name that anybody may own can be made to lead into our own network; nothing of ours may be reached through us.
"""

from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address

WORLD = IPv6Network("2000::/3")
"""All that is handed out of IPv6 (RFC 4291); what lies outside of it is of old or special use."""

TRANSLATED = IPv6Network("64:ff9b::/96")
"""IPv4 as seen from a network that has only IPv6 (RFC 6052): the last four bytes say whom it really reaches."""


def is_loopback(host: str) -> bool:
    """Whether a host as written is this very machine: localhost, 127.0.0.1 and its like, ::1. No name is looked up."""
    address = _literal(host)
    return host.casefold() == "localhost" if address is None else address.is_loopback


def is_inside(host: str) -> bool:
    """Whether a host is written as an address that nobody outside could mean. A name never is: it must be looked up."""
    address = _literal(host)
    return address is not None and not _is_outside(address)


def may_send_to(address: str, *, loopback: bool) -> bool:
    """Whether an address that a host was found at may be sent to: out in the world, or, if so written, this machine."""
    found = _literal(address)
    return found is not None and (found.is_loopback if loopback else _is_outside(found))


def _literal(host: str) -> IPv4Address | IPv6Address | None:
    try:
        return ip_address(host.strip("[]"))
    except ValueError:
        return None


def _is_outside(address: IPv4Address | IPv6Address) -> bool:
    if isinstance(address, IPv6Address) and address in TRANSLATED:
        return _is_outside(IPv4Address(int(address) & 0xFFFF_FFFF))
    in_use = isinstance(address, IPv4Address) or (address in WORLD and not _is_wrapped(address))
    return in_use and address.is_global and not address.is_multicast


def _is_wrapped(address: IPv6Address) -> bool:
    """IPv4 in the clothes of IPv6: where it leads is up to the machines on the way, so it is not believed."""
    return bool(address.sixtofour or address.teredo)
