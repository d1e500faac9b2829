package io.linksocks.util;

import java.net.InetAddress;
import java.nio.ByteBuffer;

/**
 * What limits per address count as one peer: an IPv4 address, or the network of an IPv6 one, as a subscriber has at least all
 * of a /64 (RFC 6177).
 */
public record Subscriber(boolean v4, long bits) {
    /** The one that an address belongs to. */
    public static Subscriber of(InetAddress address) {
        ByteBuffer bytes = ByteBuffer.wrap(address.getAddress());
        boolean v4 = bytes.remaining() == Integer.BYTES;
        return new Subscriber(v4, v4 ? bytes.getInt() : bytes.getLong());
    }
}
