package io.linksocks.protocol;

import io.linksocks.json.Json;
import io.linksocks.util.Endpoint;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;

/** Encodes messages, each with {@link #HEADROOM} free bytes in front. */
public final class MessageWriter {
    /** Room for the longest WebSocket frame header (14 bytes; RFC 6455, section 5.2), rounded up. */
    public static final int HEADROOM = 16;

    /** Bytes of a TCP Data message from Version to DataLen. */
    public static final int DATA_HEADER = 24;

    /** Free bytes that {@link #frameTcpData} needs in front of the payload. */
    public static final int DATA_ROOM = HEADROOM + DATA_HEADER;

    /** Bytes of a UDP Data message around its payload, with two address literals. */
    private static final int UDP_FIELDS = 128;

    private MessageWriter() {}

    /**
     * Encodes into a new array. Cuts an error text of more than 255 bytes at a character boundary.
     *
     * @throws IllegalArgumentException for a token or an address of more than 255 bytes and for {@link Message.Unknown}
     */
    public static Slice write(Message message) {
        return switch (message) {
            case Message.Auth m ->
                WireOutput.message(WireFormat.AUTH).string("token", m.token()).flag(m.reverse()).uuid(m.instance()).end();
            case Message.AuthResponse m -> authResponse(m);
            case Message.Connect m -> connect(m);
            case Message.Data m -> m.transport() == Transport.TCP ? tcpData(m) : udpData(m);
            case Message.ConnectResponse m -> connectResponse(m);
            case Message.Disconnect m -> disconnect(m);
            case Message.Connector m -> WireOutput.message(WireFormat.CONNECTOR)
                    .uuid(m.channel()).string("token", m.token()).putByte(code(m.operation())).end();
            case Message.ConnectorResponse m -> connectorResponse(m);
            case Message.Log m -> log(m);
            case Message.Partners m -> json(WireFormat.PARTNERS, Map.of("count", m.count()));
            case Message.Signal m -> json(m.type(), m.json());
            case Message.Begin m ->
                WireOutput.message(WireFormat.BEGIN).uuid(m.session()).number(m.received()).number(m.window()).end();
            case Message.Begun m -> WireOutput.message(WireFormat.BEGUN).uuid(m.session()).number(m.received()).end();
            case Message.Ack m -> WireOutput.message(WireFormat.ACK).number(m.received()).number(m.delayMicros()).end();
            case Message.Credit m -> WireOutput.message(WireFormat.CREDIT).uuid(m.channel()).number(m.bytes()).end();
            case Message.Fin m -> WireOutput.message(WireFormat.FIN).uuid(m.channel()).end();
            case Message.End m -> WireOutput.message(WireFormat.END).error(m.error()).end();
            case Message.Leave m -> WireOutput.message(WireFormat.LEAVE).number(m.seconds()).end();
            case Message.Unknown m -> throw new IllegalArgumentException("type " + m.type() + " has no known fields");
        };
    }

    /**
     * Writes the header of a TCP Data message in front of its payload, without a copy.
     *
     * @param payload at {@link #DATA_ROOM} or behind it
     * @return the whole message
     */
    public static Slice frameTcpData(UUID channel, Compression compression, Slice payload) {
        int start = payload.offset() - DATA_HEADER;
        if (start < HEADROOM) {
            throw new IllegalArgumentException(
                    "payload at " + payload.offset() + " leaves less than " + DATA_ROOM + " bytes");
        }
        payload.buffer()
                .put(start, (byte) WireFormat.VERSION)
                .put(start + 1, (byte) WireFormat.DATA)
                .put(start + WireFormat.PREFIX, (byte) Transport.TCP.code())
                .putLong(start + WireFormat.DATA_CHANNEL, channel.getMostSignificantBits())
                .putLong(start + WireFormat.DATA_CHANNEL + Long.BYTES, channel.getLeastSignificantBits())
                .put(start + WireFormat.DATA_CHANNEL + WireFormat.UUID_LENGTH, (byte) compression.code())
                .putInt(payload.offset() - WireFormat.LENGTH_LENGTH, payload.length());
        return new Slice(payload.buffer(), start, DATA_HEADER + payload.length());
    }

    /** Encodes an uncompressed UDP Data message into a new array; the endpoint that does not apply is null. */
    public static Slice frameDatagram(UUID channel, Slice payload, Endpoint source, Endpoint destination) {
        return udpData(new Message.Data(Transport.UDP, channel, Compression.NONE, payload, source, destination));
    }

    private static Slice authResponse(Message.AuthResponse m) {
        WireOutput out = WireOutput.message(WireFormat.AUTH_RESPONSE).flag(m.success());
        if (m.offer() != null) {
            out.putByte(WireFormat.OFFER_MARK)
                    .putByte(WireFormat.OFFER_REVISION)
                    .putByte(m.offer().features().bits())
                    .uuid(m.offer().session())
                    .number(m.offer().window())
                    .number(m.offer().graceSeconds());
        }
        return (m.success() ? out : out.error(m.error())).end();
    }

    private static Slice connect(Message.Connect m) {
        WireOutput out = WireOutput.message(WireFormat.CONNECT).putByte(m.transport().code()).uuid(m.channel());
        return (m.transport() == Transport.UDP ? out : out.endpoint(m.target())).end();
    }

    private static Slice tcpData(Message.Data m) {
        Slice payload = m.payload();
        byte[] array = new byte[Math.addExact(DATA_ROOM, payload.length())];
        payload.copyTo(array, DATA_ROOM);
        return frameTcpData(m.channel(), m.compression(), new Slice(array, DATA_ROOM, payload.length()));
    }

    private static Slice udpData(Message.Data m) {
        return WireOutput.message(WireFormat.DATA, Math.addExact(m.payload().length(), UDP_FIELDS))
                .putByte(m.transport().code())
                .uuid(m.channel())
                .putByte(m.compression().code())
                .data(m.payload())
                .endpoint(m.source())
                .endpoint(m.target())
                .end();
    }

    private static Slice connectResponse(Message.ConnectResponse m) {
        WireOutput out = WireOutput.message(WireFormat.CONNECT_RESPONSE).flag(m.success()).uuid(m.channel());
        return (m.success() ? out : out.error(m.error())).end();
    }

    private static Slice disconnect(Message.Disconnect m) {
        WireOutput out = WireOutput.message(WireFormat.DISCONNECT).uuid(m.channel());
        return (m.error().isEmpty() ? out : out.error(m.error())).end();
    }

    private static int code(Message.Operation operation) {
        return operation == Message.Operation.ADD ? WireFormat.ADD : WireFormat.REMOVE;
    }

    private static Slice connectorResponse(Message.ConnectorResponse m) {
        WireOutput out = WireOutput.message(WireFormat.CONNECTOR_RESPONSE).uuid(m.channel()).flag(m.success());
        if (!m.success()) {
            return out.error(m.error()).end();
        }
        return (m.token().isEmpty() ? out : out.string("token", m.token())).end();
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
        return WireOutput.message(type, Math.addExact(WireFormat.LENGTH_LENGTH, text.length())).data(text).end();
    }
}
