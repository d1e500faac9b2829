package io.linksocks.protocol;

import io.linksocks.json.Json;
import io.linksocks.json.JsonException;
import io.linksocks.util.Endpoint;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.UUID;

/**
 * Decodes messages. Known fields are checked strictly; bytes after the last known field and unknown types are ignored, so newer
 * peers can add both.
 */
public final class MessageReader {
    /** The minor version of this implementation. */
    public static final int MINOR_VERSION = WireFormat.VERSION & 0x0F;

    private MessageReader() {}

    /**
     * Decodes one message. Payloads are views of its array, still compressed.
     *
     * @throws ProtocolException when the message is truncated, of another major version, or has an invalid value
     */
    public static Message read(Slice message) throws ProtocolException {
        if (message.length() < WireFormat.PREFIX) {
            throw new ProtocolException("message of " + message.length() + " bytes has no type");
        }
        WireInput in = new WireInput(message);
        int major = in.unsignedByte() >> 4;
        int type = in.unsignedByte();
        if (major != WireFormat.MAJOR) {
            throw new ProtocolException(type, null,
                    "peer speaks protocol version " + major + ".x, this side " + WireFormat.MAJOR + ".x");
        }
        try {
            return fields(type, in);
        } catch (ProtocolException e) {
            throw new ProtocolException(type, dataChannel(type, message), e.getMessage());
        }
    }

    /** The minor version of a message that {@link #read} accepted; one that differs from ours is only logged. */
    public static int minorVersion(Slice message) {
        return message.buffer().get(message.offset()) & 0x0F;
    }

    /**
     * The length that a Data message of a stream declares at its front, so that its buffer can be allocated at once.
     *
     * @param front of a message, from the buffer's position on
     * @return 0 for other messages, without the whole header, and above the limit
     */
    public static int declaredLength(ByteBuffer front, int limit) {
        int start = front.position();
        if (front.remaining() < MessageWriter.DATA_HEADER || front.get(start + 1) != WireFormat.DATA) {
            return 0;
        }
        int data = front.getInt(start + MessageWriter.DATA_HEADER - WireFormat.LENGTH_LENGTH);
        return data < 0 || data > limit - MessageWriter.DATA_HEADER ? 0 : MessageWriter.DATA_HEADER + data;
    }

    private static Message fields(int type, WireInput in) throws ProtocolException {
        return switch (type) {
            case WireFormat.AUTH -> new Message.Auth(in.exactString(), in.flag(), in.uuid());
            case WireFormat.AUTH_RESPONSE -> authResponse(in);
            case WireFormat.CONNECT -> connect(in);
            case WireFormat.DATA -> data(in);
            case WireFormat.CONNECT_RESPONSE -> connectResponse(in);
            case WireFormat.DISCONNECT -> new Message.Disconnect(in.uuid(), optionalError(in));
            case WireFormat.CONNECTOR ->
                new Message.Connector(in.uuid(), in.exactString(), operation(in.unsignedByte()));
            case WireFormat.CONNECTOR_RESPONSE -> connectorResponse(in);
            case WireFormat.LOG -> log(in);
            case WireFormat.PARTNERS -> partners(in);
            case WireFormat.BEGIN -> new Message.Begin(in.uuid(), in.naturalLong(), in.natural());
            case WireFormat.BEGUN -> new Message.Begun(in.uuid(), in.naturalLong());
            case WireFormat.ACK -> new Message.Ack(in.naturalLong(), in.natural());
            case WireFormat.CREDIT -> new Message.Credit(in.uuid(), in.natural());
            case WireFormat.FIN -> new Message.Fin(in.uuid());
            case WireFormat.END -> new Message.End(in.errorString());
            case WireFormat.LEAVE -> new Message.Leave(in.natural());
            default -> type >= WireFormat.FIRST_SIGNAL && type <= WireFormat.LAST_SIGNAL
                    ? new Message.Signal(type, in.data()) : new Message.Unknown(type);
        };
    }

    private static Message authResponse(WireInput in) throws ProtocolException {
        return in.flag()
                ? new Message.AuthResponse(true, "", offer(in))
                : new Message.AuthResponse(false, optionalError(in));
    }

    /** Null if what follows is not an offer, because other implementations append other data. */
    private static Message.Offer offer(WireInput in) throws ProtocolException {
        boolean present = in.remaining() >= WireFormat.OFFER_LENGTH
                && in.unsignedByte() == WireFormat.OFFER_MARK
                && in.unsignedByte() == WireFormat.OFFER_REVISION;
        return present ? new Message.Offer(Features.of(in.unsignedByte()), in.uuid(), in.natural(), in.natural()) : null;
    }

    private static Message connect(WireInput in) throws ProtocolException {
        Transport transport = Transport.of(in.unsignedByte());
        UUID channel = in.uuid();
        if (transport == Transport.UDP) {
            return new Message.Connect(transport, channel, null);
        }
        Endpoint target = in.endpoint();
        // The resolver takes an empty name for this machine, which would bypass the access rules.
        if (target == null) {
            throw new ProtocolException("empty target address");
        }
        return new Message.Connect(transport, channel, target);
    }

    private static Message data(WireInput in) throws ProtocolException {
        Transport transport = Transport.of(in.unsignedByte());
        UUID channel = in.uuid();
        Compression compression = Compression.of(in.unsignedByte());
        Slice payload = in.data();
        if (transport == Transport.TCP) {
            return new Message.Data(transport, channel, compression, payload, null, null);
        }
        Endpoint source = in.endpoint();
        Endpoint target = in.remaining() > 0 ? in.endpoint() : null;
        // Datagram sockets take arrays.
        return new Message.Data(transport, channel, compression, payload.onHeap(), source, target);
    }

    private static Message connectResponse(WireInput in) throws ProtocolException {
        boolean success = in.flag();
        UUID channel = in.uuid();
        return new Message.ConnectResponse(success, channel, success ? "" : in.errorString());
    }

    private static Message.Operation operation(int code) throws ProtocolException {
        return switch (code) {
            case WireFormat.ADD -> Message.Operation.ADD;
            case WireFormat.REMOVE -> Message.Operation.REMOVE;
            default -> throw new ProtocolException("unknown operation " + code);
        };
    }

    private static Message connectorResponse(WireInput in) throws ProtocolException {
        UUID channel = in.uuid();
        if (!in.flag()) {
            return new Message.ConnectorResponse(channel, false, in.errorString(), "");
        }
        return new Message.ConnectorResponse(channel, true, "", in.remaining() > 0 ? in.exactString() : "");
    }

    private static String optionalError(WireInput in) throws ProtocolException {
        return in.remaining() > 0 ? in.errorString() : "";
    }

    private static Message log(WireInput in) throws ProtocolException {
        Map<?, ?> members = json(in.data());
        return new Message.Log(text(members, "level"), text(members, "msg"));
    }

    private static Message partners(WireInput in) throws ProtocolException {
        if (json(in.data()).get("count") instanceof Long count && count >= 0) {
            return new Message.Partners(count);
        }
        throw new ProtocolException("count is not a natural number");
    }

    private static String text(Map<?, ?> members, String name) throws ProtocolException {
        if (members.get(name) instanceof String text) {
            return text;
        }
        throw new ProtocolException(name + " is not a string");
    }

    private static Map<?, ?> json(Slice data) throws ProtocolException {
        if (data.length() > Json.MAX_LENGTH) {
            throw new ProtocolException("JSON of " + data.length() + " bytes is over the limit of " + Json.MAX_LENGTH);
        }
        try {
            String text = WireInput.exactText(data.toBytes());
            if (Json.parse(text) instanceof Map<?, ?> members) {
                return members;
            }
        } catch (JsonException e) {
            throw new ProtocolException(e.getMessage());
        }
        throw new ProtocolException("JSON is not an object");
    }

    private static UUID dataChannel(int type, Slice message) {
        boolean readable = message.length() >= WireFormat.DATA_CHANNEL + WireFormat.UUID_LENGTH;
        return type == WireFormat.DATA && readable
                ? WireInput.uuidAt(message.buffer(), message.offset() + WireFormat.DATA_CHANNEL) : null;
    }
}
