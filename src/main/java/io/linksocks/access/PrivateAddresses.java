package io.linksocks.access;

import java.util.List;
import java.util.stream.Stream;

/** Loopback, private, link-local, multicast and reserved addresses, and IPv6 addresses that embed such an IPv4 one. */
final class PrivateAddresses {
    private static final List<AddressRange> RANGES = Stream.of(
            "0.0.0.0/8",            // this network (RFC 1122, section 3.2.1.3); 0.0.0.0 leads to this host
            "10.0.0.0/8",           // RFC 1918
            "100.64.0.0/10",        // behind a carrier's NAT, RFC 6598
            "127.0.0.0/8",
            "169.254.0.0/16",       // link-local, RFC 3927; clouds keep their metadata there
            "172.16.0.0/12",        // RFC 1918
            "192.168.0.0/16",       // RFC 1918
            "224.0.0.0/4",          // multicast
            "255.255.255.255",
            "::/128",
            "::1",
            "64:ff9b:1::/48",       // NAT64 of a local network, RFC 8215
            "fc00::/7",             // unique local, RFC 4193
            "fe80::/10",            // link-local
            "fec0::/10",            // site-local, given up by RFC 3879 and still in use
            "ff00::/8").map(AddressRange::parse).toList();

    private static final long TEREDO = 0x2001_0000L;
    private static final long SIX_TO_FOUR = 0x2002L;
    private static final long NAT64 = 0x0064_FF9B_0000_0000L;
    private static final long TRANSLATED = 0xFFFF_0000L;

    private PrivateAddresses() {}

    static boolean contain(IpNumber address) {
        IpNumber embedded = embedded(address);
        return isListed(address) || embedded != null && isListed(embedded);
    }

    private static boolean isListed(IpNumber address) {
        return RANGES.stream().anyMatch(range -> range.contains(address));
    }

    /** The IPv4 address to which a gateway would pass a packet on; null when there is none. */
    private static IpNumber embedded(IpNumber address) {
        if (address.v4()) {
            return null;
        }
        long high = address.high();
        long low = address.low();
        if (high >>> 48 == SIX_TO_FOUR) {
            return IpNumber.v4(high >>> 16); // RFC 3056, section 2
        }
        if (high >>> 32 == TEREDO) {
            return IpNumber.v4(~low); // RFC 4380, section 4
        }
        boolean nat64 = high == NAT64 && low >>> 32 == 0; // RFC 6052, section 2.1
        boolean compatible = high == 0 && low >>> 32 == 0; // RFC 4291, section 2.5.5.1
        boolean translated = high == 0 && low >>> 32 == TRANSLATED; // RFC 2765, section 2.1
        return nat64 || compatible || translated ? IpNumber.v4(low) : null;
    }
}
