package io.linksocks.protocol;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.linksocks.fuzz.FuzzTarget;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Messages: what is read comes out again when it is written anew, and one that can't be read names the channel it belongs to. */
public final class MessageFuzz implements FuzzTarget {
    private static final int SHORTEST_WITH_CHANNEL = WireFormat.DATA_CHANNEL + WireFormat.UUID_LENGTH;

    @Override
    public Outcome run(byte[] input) throws ProtocolException {
        byte[] original = input.clone();
        Message message;
        try {
            message = MessageReader.read(Slice.of(input));
        } catch (ProtocolException e) {
            boolean data = input.length >= SHORTEST_WITH_CHANNEL && input[0] >> 4 == 0 && input[1] == WireFormat.DATA;
            assertEquals(data ? WireInput.uuidAt(ByteBuffer.wrap(input), WireFormat.DATA_CHANNEL) : null, e.channel());
            return Outcome.rejected(e);
        } finally {
            assertArrayEquals(original, input, "left as it was");
        }
        assertEquals(comparable(message), comparable(Messages.readBehindHeadroom(input)), "wherever it lies");
        assertTrue(message.toString().length() < 2000 + 4 * input.length);
        if (!(message instanceof Message.Unknown)) {
            checkAnew(message);
        }
        return Outcome.accepted(message.getClass().getSimpleName() + MessageReader.minorVersion(Slice.of(input)));
    }

    private static void checkAnew(Message message) throws ProtocolException {
        Slice written = MessageWriter.write(message);
        assertEquals(MessageWriter.HEADROOM, written.offset());
        Message again = MessageReader.read(written);
        assertEquals(comparable(message), comparable(again), "written anew");
        assertArrayEquals(written.toBytes(), MessageWriter.write(again).toBytes(), "in one form only");
    }

    /** What an error says may be cut, where a peer's malformed character became a longer one. */
    private static Object comparable(Message message) {
        return switch (message) {
            case Message.AuthResponse m -> new Message.AuthResponse(m.success(), cut(m.error()), m.offer());
            case Message.ConnectResponse m -> new Message.ConnectResponse(m.success(), m.channel(), cut(m.error()));
            case Message.Disconnect m -> new Message.Disconnect(m.channel(), cut(m.error()));
            case Message.ConnectorResponse m ->
                new Message.ConnectorResponse(m.channel(), m.success(), cut(m.error()), m.token());
            case Message.End m -> new Message.End(cut(m.error()));
            case Message.Signal m -> List.of(m.type(), m.json().toBuffer());
            default -> Messages.fields(message);
        };
    }

    private static String cut(String error) {
        return new String(WireOutput.cutUtf8(error), StandardCharsets.UTF_8);
    }

    @Override
    public List<String> dictionary() {
        return List.of("\1\1", "\1\2\1", "\1\3\1", "\1\3\2", "\1\4\1", "\1\4\2", "\1\5\0", "\1\6", "\1\7", "\1\u0008",
                "\1\t\0\0\0", "\1\n\0\0\0", "\1\u000b\0\0\0", "\1\u00e1", "\1\u00e2", "\1\u00e3", "\1\u00e4", "\1\u00e5",
                "\1\u00e6", "\u00e0\1\u000f", "{\"level\":\"info\",\"msg\":\"\"}", "{\"count\":1}", "\u00c3\u00a4",
                "\u00ef\u00bf\u00bd", "\u00ed\u00a0\u0080", "\u0009127.0.0.1\0P");
    }
}
