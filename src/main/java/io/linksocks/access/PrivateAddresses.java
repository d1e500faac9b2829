package io.linksocks.access;

import io.linksocks.util.IpLiteral;
import java.util.Arrays;
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

    /** IPv6 addresses that embed the IPv4 address to which a gateway forwards their packets. */
    private static final List<Embedding> EMBEDDINGS = List.of(
            new Embedding("2002::/16", 2, false),       // 6to4: RFC 3056, section 2
            new Embedding("2001::/32", 12, true),       // Teredo: RFC 4380, section 4
            new Embedding("64:ff9b::/96", 12, false),   // NAT64: RFC 6052, section 2.1
            new Embedding("::/96", 12, false),          // IPv4-compatible: RFC 4291, section 2.5.5.1
            new Embedding("::ffff:0:0:0/96", 12, false)); // IPv4-translated: RFC 2765, section 2.1

    /** @param inverted whether the IPv4 address has all bits flipped */
    private record Embedding(AddressRange range, int offset, boolean inverted) {
        Embedding(String range, int offset, boolean inverted) {
            this(AddressRange.parse(range), offset, inverted);
        }

        byte[] embedded(byte[] address) {
            byte[] embedded = Arrays.copyOfRange(address, offset, offset + IpLiteral.IPV4_LENGTH);
            for (int i = 0; inverted && i < embedded.length; i++) {
                embedded[i] = (byte) ~embedded[i];
            }
            return embedded;
        }
    }

    private PrivateAddresses() {}

    static boolean contain(byte[] address) {
        return isListed(address) || EMBEDDINGS.stream().anyMatch(embedding ->
                embedding.range.contains(address) && isListed(embedding.embedded(address)));
    }

    private static boolean isListed(byte[] address) {
        return RANGES.stream().anyMatch(range -> range.contains(address));
    }
}
