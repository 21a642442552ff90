"""Which network an IP address belongs to: what one household, office or attacker can choose from at will."""

from ipaddress import IPv4Address, IPv6Address, ip_address

_PREFIX = {4: 24, 6: 48}


def network_of(address: str) -> str:
    """`203.0.113.0/24` for 203.0.113.9, /48 of IPv6; '' for what is no address."""
    try:
        read: IPv4Address | IPv6Address = ip_address(address.strip())
    except ValueError:
        return ""
    if isinstance(read, IPv6Address) and read.ipv4_mapped:
        read = read.ipv4_mapped
    prefix = _PREFIX[read.version]
    spare = read.max_prefixlen - prefix
    return f"{type(read)(int(read) >> spare << spare)}/{prefix}"
