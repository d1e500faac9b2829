package io.linksocks.protocol;

import io.linksocks.util.Endpoint;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.UUID;

/** Messages for tests. */
final class Messages {
    private Messages() {}

    /** Reads from the middle of a larger array, as off a WebSocket; what lies around must not matter. */
    static Message readBehindHeadroom(byte[] message) throws ProtocolException {
        byte[] array = new byte[MessageWriter.HEADROOM + message.length + 64];
        Arrays.fill(array, (byte) 0x5A);
        System.arraycopy(message, 0, array, MessageWriter.HEADROOM, message.length);
        return MessageReader.read(new Slice(array, MessageWriter.HEADROOM, message.length));
    }

    /** All fields as comparable values: a payload by its content, not by where it lies. */
    static List<Object> fields(Message message) {
        return message instanceof Message.Data d
                ? Arrays.asList(
                        d.transport(), d.channel(), d.compression(), d.payload().toBuffer(), d.source(), d.target())
                : List.of(message);
    }

    static Message random(Random random) {
        UUID channel = new UUID(random.nextLong(), random.nextLong());
        boolean success = random.nextBoolean();
        String error = success ? "" : text(random);
        return switch (random.nextInt(10)) {
            case 0 -> new Message.Auth(text(random), random.nextBoolean(), channel);
            case 1 -> new Message.AuthResponse(success, error);
            case 2 -> new Message.Connect(Transport.TCP, channel, endpoint(random));
            case 3 -> new Message.Connect(Transport.UDP, channel, null);
            case 4 -> data(random, channel);
            case 5 -> new Message.ConnectResponse(success, channel, error);
            case 6 -> new Message.Disconnect(channel, error);
            case 7 ->
                new Message.Connector(channel, text(random), random.nextBoolean()
                        ? Message.Operation.ADD : Message.Operation.REMOVE);
            case 8 -> new Message.ConnectorResponse(channel, success, error, success ? text(random) : "");
            default -> random.nextBoolean()
                    ? new Message.Log(text(random), text(random)) : new Message.Partners(random.nextLong() >>> 1);
        };
    }

    private static Message data(Random random, UUID channel) {
        byte[] payload = new byte[random.nextInt(100)];
        random.nextBytes(payload);
        Slice slice = new Slice(payload, payload.length / 3, payload.length / 2);
        return random.nextBoolean()
                ? new Message.Data(Transport.TCP, channel, Compression.NONE, slice, null, null)
                : new Message.Data(Transport.UDP, channel, Compression.GZIP, slice, mostly(random), mostly(random));
    }

    private static Endpoint mostly(Random random) {
        return random.nextInt(4) == 0 ? null : endpoint(random);
    }

    private static Endpoint endpoint(Random random) {
        return new Endpoint("h" + text(random), random.nextInt(0x10000));
    }

    /** Fewer than 64 characters of at most 3 bytes, U+FFFD among them. */
    private static String text(Random random) {
        StringBuilder text = new StringBuilder();
        random.ints(random.nextInt(64), 0xA0, 0xD800).forEach(text::appendCodePoint);
        return random.nextBoolean() ? text.toString() : text.append('\uFFFD').toString();
    }
}
