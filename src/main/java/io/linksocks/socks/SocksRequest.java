package io.linksocks.socks;

import io.linksocks.util.Endpoint;
import java.io.IOException;
import java.io.InputStream;

/**
 * A request of a client (RFC 1928, section 4).
 *
 * @param destination the host as received, unresolved
 */
public record SocksRequest(Command command, Endpoint destination) {
    /** The commands of RFC 1928. */
    public enum Command {
        CONNECT(0x01),
        BIND(0x02),
        UDP_ASSOCIATE(0x03);

        private final int code;

        Command(int code) {
            this.code = code;
        }

        int code() {
            return code;
        }

        private static Command of(int code) throws SocksException {
            return switch (code) {
                case 0x01 -> CONNECT;
                case 0x02 -> BIND;
                case 0x03 -> UDP_ASSOCIATE;
                default -> throw new SocksException(SocksReply.COMMAND_NOT_SUPPORTED, "unknown SOCKS command " + code);
            };
        }
    }

    /**
     * Reads one request and not a byte more.
     *
     * @throws SocksException with the reply to send when the request is malformed or unknown
     * @throws java.io.EOFException when the stream ends within it
     */
    public static SocksRequest read(InputStream in) throws IOException {
        byte[] head = SocksAddress.read(in, SocksAddress.PREFIX + 1);
        if (head[0] != SocksAddress.VERSION) {
            throw new SocksException(SocksReply.GENERAL_FAILURE, "SOCKS request of version " + (head[0] & 0xFF));
        }
        // The whole request is read before its command is refused: unread bytes could turn the reply into a reset.
        Endpoint destination = SocksAddress.readAddress(in, head[3] & 0xFF);
        return new SocksRequest(Command.of(head[1] & 0xFF), destination);
    }
}
