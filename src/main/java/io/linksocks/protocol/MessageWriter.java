package io.linksocks.protocol;

import io.linksocks.json.Json;
import io.linksocks.util.Endpoint;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;

/** Encodes messages, each with {@link #HEADROOM} free bytes in front. */
public final class MessageWriter {
    /** Room for the longest WebSocket frame header (14 bytes; RFC 6455, section 5.2), rounded up. */
    public static final int HEADROOM = 16;

    /** Bytes of a TCP Data message from Version to DataLen. */
    public static final int DATA_HEADER = 24;

    /** What a buffer must leave free in front of the payload that {@link #frameTcpData} frames. */
    public static final int DATA_ROOM = HEADROOM + DATA_HEADER;

    private static final int ONE = 1;

    private MessageWriter() {}

    /**
     * Encodes into a new array. An error of more than 255 bytes is cut at the end of a character.
     *
     * @throws IllegalArgumentException for a token or an address of more than 255 bytes and for {@link Message.Unknown}
     */
    public static Slice write(Message message) {
        return switch (message) {
            case Message.Auth m -> auth(m);
            case Message.AuthResponse m -> authResponse(m);
            case Message.Connect m -> connect(m);
            case Message.Data m -> m.transport() == Transport.TCP ? tcpData(m) : udpData(m);
            case Message.ConnectResponse m -> connectResponse(m);
            case Message.Disconnect m -> disconnect(m);
            case Message.Connector m -> connector(m);
            case Message.ConnectorResponse m -> connectorResponse(m);
            case Message.Log m -> log(m);
            case Message.Partners m -> json(WireFormat.PARTNERS, Map.of("count", m.count()));
            case Message.Signal m -> json(m.type(), m.json());
            case Message.Begin m -> WireOutput.message(WireFormat.BEGIN, WireFormat.UUID_LENGTH + Long.BYTES + Integer.BYTES)
                    .uuid(m.session()).number(m.received()).number(m.window()).end();
            case Message.Begun m -> WireOutput.message(WireFormat.BEGUN, WireFormat.UUID_LENGTH + Long.BYTES)
                    .uuid(m.session()).number(m.received()).end();
            case Message.Ack m -> WireOutput.message(WireFormat.ACK, Long.BYTES + Integer.BYTES)
                    .number(m.received()).number(m.delayMicros()).end();
            case Message.Credit m -> WireOutput.message(WireFormat.CREDIT, WireFormat.UUID_LENGTH + Integer.BYTES)
                    .uuid(m.channel()).number(m.bytes()).end();
            case Message.Fin m ->
                WireOutput.message(WireFormat.FIN, WireFormat.UUID_LENGTH).uuid(m.channel()).end();
            case Message.End m -> end(WireOutput.cutUtf8(m.error()));
            case Message.Unknown m -> throw new IllegalArgumentException("type " + m.type() + " has no known fields");
        };
    }

    /**
     * Writes the header of a TCP Data message right in front of its payload, where it already lies.
     *
     * @param payloadOffset at least {@link #DATA_ROOM}
     * @return the whole message
     */
    public static Slice frameTcpData(
            UUID channel, Compression compression, byte[] array, int payloadOffset, int payloadLength) {
        Objects.checkFromIndexSize(payloadOffset, payloadLength, array.length);
        int start = payloadOffset - DATA_HEADER;
        if (start < HEADROOM) {
            throw new IllegalArgumentException(
                    "payload at " + payloadOffset + " leaves less than " + DATA_ROOM + " bytes");
        }
        Slice message = new Slice(array, start, DATA_HEADER + payloadLength);
        WireOutput.at(array, start, WireFormat.DATA)
                .putByte(Transport.TCP.code())
                .uuid(channel)
                .putByte(compression.code())
                .number(payloadLength);
        return message;
    }

    private static Slice auth(Message.Auth m) {
        byte[] token = WireOutput.utf8("token", m.token());
        return WireOutput.message(WireFormat.AUTH, ONE + token.length + ONE + WireFormat.UUID_LENGTH)
                .string(token)
                .flag(m.reverse())
                .uuid(m.instance())
                .end();
    }

    private static Slice authResponse(Message.AuthResponse m) {
        if (m.offer() != null) {
            return WireOutput.message(WireFormat.AUTH_RESPONSE, ONE + WireFormat.OFFER_LENGTH)
                    .flag(true)
                    .putByte(WireFormat.OFFER_MARK)
                    .putByte(WireFormat.OFFER_REVISION)
                    .putByte(m.offer().features().bits())
                    .uuid(m.offer().session())
                    .number(m.offer().window())
                    .number(m.offer().graceSeconds())
                    .end();
        }
        if (m.success()) {
            return WireOutput.message(WireFormat.AUTH_RESPONSE, ONE).flag(true).end();
        }
        byte[] error = WireOutput.cutUtf8(m.error());
        return WireOutput.message(WireFormat.AUTH_RESPONSE, ONE + ONE + error.length).flag(false).string(error).end();
    }

    private static Slice connect(Message.Connect m) {
        int length = ONE + WireFormat.UUID_LENGTH;
        if (m.transport() == Transport.UDP) {
            return WireOutput.message(WireFormat.CONNECT, length).putByte(m.transport().code()).uuid(m.channel()).end();
        }
        byte[] host = WireOutput.host(m.target());
        return WireOutput.message(WireFormat.CONNECT, length + endpointLength(host))
                .putByte(m.transport().code())
                .uuid(m.channel())
                .endpoint(host, m.target().port())
                .end();
    }

    private static Slice tcpData(Message.Data m) {
        Slice payload = m.payload();
        byte[] array = new byte[Math.addExact(DATA_ROOM, payload.length())];
        System.arraycopy(payload.array(), payload.offset(), array, DATA_ROOM, payload.length());
        return frameTcpData(m.channel(), m.compression(), array, DATA_ROOM, payload.length());
    }

    private static Slice udpData(Message.Data m) {
        Slice payload = m.payload();
        byte[] source = WireOutput.host(m.source());
        byte[] target = WireOutput.host(m.target());
        int header = DATA_HEADER - WireFormat.PREFIX;
        int trailer = endpointLength(source) + endpointLength(target);
        return WireOutput.message(WireFormat.DATA, Math.addExact(header + trailer, payload.length()))
                .putByte(m.transport().code())
                .uuid(m.channel())
                .putByte(m.compression().code())
                .data(payload.array(), payload.offset(), payload.length())
                .endpoint(source, port(m.source()))
                .endpoint(target, port(m.target()))
                .end();
    }

    private static Slice connectResponse(Message.ConnectResponse m) {
        int length = ONE + WireFormat.UUID_LENGTH;
        if (m.success()) {
            return WireOutput.message(WireFormat.CONNECT_RESPONSE, length).flag(true).uuid(m.channel()).end();
        }
        byte[] error = WireOutput.cutUtf8(m.error());
        return WireOutput.message(WireFormat.CONNECT_RESPONSE, length + ONE + error.length)
                .flag(false)
                .uuid(m.channel())
                .string(error)
                .end();
    }

    private static Slice disconnect(Message.Disconnect m) {
        int length = WireFormat.UUID_LENGTH;
        if (m.error().isEmpty()) {
            return WireOutput.message(WireFormat.DISCONNECT, length).uuid(m.channel()).end();
        }
        byte[] error = WireOutput.cutUtf8(m.error());
        return WireOutput.message(WireFormat.DISCONNECT, length + ONE + error.length)
                .uuid(m.channel())
                .string(error)
                .end();
    }

    private static Slice connector(Message.Connector m) {
        byte[] token = WireOutput.utf8("token", m.token());
        return WireOutput.message(WireFormat.CONNECTOR, WireFormat.UUID_LENGTH + ONE + token.length + ONE)
                .uuid(m.channel())
                .string(token)
                .putByte(m.operation().code())
                .end();
    }

    private static Slice connectorResponse(Message.ConnectorResponse m) {
        int length = WireFormat.UUID_LENGTH + ONE;
        if (m.success() && m.token().isEmpty()) {
            return WireOutput.message(WireFormat.CONNECTOR_RESPONSE, length).uuid(m.channel()).flag(true).end();
        }
        byte[] text = m.success() ? WireOutput.utf8("token", m.token()) : WireOutput.cutUtf8(m.error());
        return WireOutput.message(WireFormat.CONNECTOR_RESPONSE, length + ONE + text.length)
                .uuid(m.channel())
                .flag(m.success())
                .string(text)
                .end();
    }

    private static Slice end(byte[] error) {
        return WireOutput.message(WireFormat.END, ONE + error.length).string(error).end();
    }

    private static Slice log(Message.Log m) {
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("level", m.level());
        members.put("msg", m.text());
        return json(WireFormat.LOG, members);
    }

    private static Slice json(int type, Map<String, Object> members) {
        return json(type, Slice.of(Json.write(members).getBytes(StandardCharsets.UTF_8)));
    }

    private static Slice json(int type, Slice text) {
        return WireOutput.message(type, Math.addExact(WireFormat.LENGTH_LENGTH, text.length()))
                .data(text.array(), text.offset(), text.length())
                .end();
    }

    private static int endpointLength(byte[] host) {
        return ONE + host.length + WireFormat.PORT_LENGTH;
    }

    private static int port(Endpoint endpoint) {
        return endpoint == null ? 0 : endpoint.port();
    }
}
