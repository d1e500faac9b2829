package io.linksocks.util;

import java.net.InetAddress;
import java.nio.ByteBuffer;

/**
 * The unit of limits per client: an IPv4 address, or the /64 network of an IPv6 address, of which a subscriber has all (RFC
 * 6177).
 */
public record Subscriber(boolean v4, long bits) {
    /** The subscriber that an address belongs to. */
    public static Subscriber of(InetAddress address) {
        ByteBuffer bytes = ByteBuffer.wrap(address.getAddress());
        boolean v4 = bytes.remaining() == Integer.BYTES;
        return new Subscriber(v4, v4 ? bytes.getInt() : bytes.getLong());
    }

    /** This and hashCode spare a server that starts from generating those of the record. */
    @Override
    public boolean equals(Object other) {
        return other instanceof Subscriber one && v4 == one.v4 && bits == one.bits;
    }

    @Override
    public int hashCode() {
        return Long.hashCode(bits);
    }
}
