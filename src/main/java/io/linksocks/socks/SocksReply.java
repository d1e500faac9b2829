package io.linksocks.socks;

import io.linksocks.util.Endpoint;
import java.net.InetSocketAddress;

/** The answer to a request (RFC 1928, section 6), named as there. */
public enum SocksReply {
    SUCCEEDED(0x00, "succeeded"),
    GENERAL_FAILURE(0x01, "general SOCKS server failure"),
    NOT_ALLOWED(0x02, "connection not allowed by ruleset"),
    NETWORK_UNREACHABLE(0x03, "network unreachable"),
    HOST_UNREACHABLE(0x04, "host unreachable"),
    CONNECTION_REFUSED(0x05, "connection refused"),
    TTL_EXPIRED(0x06, "TTL expired"),
    COMMAND_NOT_SUPPORTED(0x07, "command not supported"),
    ADDRESS_TYPE_NOT_SUPPORTED(0x08, "address type not supported");

    private static final SocksReply[] BY_CODE = values();
    private static final Endpoint UNSPECIFIED = new Endpoint("0.0.0.0", 0);

    private final int code;
    private final String text;

    SocksReply(int code, String text) {
        this.code = code;
        this.text = text;
    }

    /** The byte on the wire. */
    public int code() {
        return code;
    }

    /** The reply with a code; a code that RFC 1928 leaves unassigned is a general failure. */
    static SocksReply of(int code) {
        return code < BY_CODE.length ? BY_CODE[code] : GENERAL_FAILURE;
    }

    /** Encodes this reply with the address that was bound for the client. */
    public byte[] encode(InetSocketAddress bound) {
        return encode(Endpoint.of(bound));
    }

    /** Encodes this reply without a bound address, as 0.0.0.0:0. */
    public byte[] encode() {
        return encode(UNSPECIFIED);
    }

    private byte[] encode(Endpoint bound) {
        byte[] address = SocksAddress.encode(bound);
        byte[] reply = new byte[SocksAddress.PREFIX + address.length];
        reply[0] = SocksAddress.VERSION;
        reply[1] = (byte) code;
        System.arraycopy(address, 0, reply, SocksAddress.PREFIX, address.length);
        return reply;
    }

    @Override
    public String toString() {
        return text;
    }
}
