"""Whether a limit leaves more open than it did: networks, hours, times. What is empty limits nothing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from ipaddress import collapse_addresses, ip_network

from .facts import LoginHours, Network

Hours = Mapping[str, Iterable[str]]


def networks(before: str, after: str) -> bool:
    """Whether an address lies in the networks ``after`` (one a line) that did not lie in ``before``."""
    old, new = _networks(before), _networks(after)
    return bool(old) and (not new or any(not _is_inside(each, old) for each in new))


def hours(before: Hours, after: Hours) -> bool:
    """Whether a minute of the week is open in ``after`` that was closed in ``before``."""
    if not before or not after:
        return bool(before)
    old, new = LoginHours.parse(before).days, LoginHours.parse(after).days
    return any(day not in old or start < old[day][0] or end > old[day][1] for day, (start, end) in new.items())


def limit(before: int, after: int) -> bool:
    """Whether ``after`` allows longer than ``before``, both in the same unit."""
    return after > before


def _networks(lines: str) -> list[Network]:
    return [ip_network(line) for line in lines.split()]


def _is_inside(network: Network, others: list[Network]) -> bool:
    # Neighbours count as the one network that they make together.
    same = [each for each in others if each.version == network.version]
    return any(network.subnet_of(each) for each in collapse_addresses(same))  # type: ignore[arg-type, type-var]
