package io.linksocks.protocol;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.linksocks.util.Endpoint;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class MessageCodecTest {
    private static final UUID CHANNEL = UUID.fromString("00112233-4455-6677-8899-aabbccddeeff");
    private static final String CHANNEL_HEX = "00112233445566778899aabbccddeeff";

    private static Message read(String hex) throws ProtocolException {
        return Messages.readBehindHeadroom(HexFormat.of().parseHex(hex));
    }

    private static ProtocolException refused(String hex) {
        return assertThrows(ProtocolException.class, () -> read(hex), hex);
    }

    private static String write(Message message) {
        return HexFormat.of().formatHex(MessageWriter.write(message).toBytes());
    }

    @Test
    void randomMessagesSurviveTheRoundTripWithNothingLeftOver() throws ProtocolException {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int i = 0; i < 5000; i++) {
            Message message = Messages.random(random);
            Slice bytes = MessageWriter.write(message);
            assertEquals(bytes.capacity(), bytes.offset() + bytes.length(), "seed " + seed);
            assertEquals(Messages.fields(message), Messages.fields(MessageReader.read(bytes)), "seed " + seed);
        }
    }

    @Test
    void bytesBehindTheLastFieldAreIgnored() throws ProtocolException {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int i = 0; i < 2000; i++) {
            Message message = Messages.random(random);
            if (message instanceof Message.Disconnect || message instanceof Message.ConnectorResponse) {
                continue;
            }
            byte[] bytes = MessageWriter.write(message).toBytes();
            byte[] longer = Arrays.copyOf(bytes, bytes.length + 1 + random.nextInt(9));
            assertEquals(
                    Messages.fields(message), Messages.fields(Messages.readBehindHeadroom(longer)), "seed " + seed);
        }
    }

    @Test
    void truncatedMessagesAreRefused() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int i = 0; i < 3000; i++) {
            Message message = Messages.random(random);
            byte[] bytes = MessageWriter.write(message).toBytes();
            int length = random.nextInt(bytes.length);
            if (!endsBeforeOptionalPart(message, length)) {
                assertThrows(
                        ProtocolException.class,
                        () -> Messages.readBehindHeadroom(Arrays.copyOf(bytes, length)),
                        () -> "seed " + seed + ", " + length + " bytes of " + message);
            }
        }
    }

    /** Where the lenient rules make a shorter message of its own out of a cut one. */
    private static boolean endsBeforeOptionalPart(Message message, int length) {
        return switch (message) {
            case Message.AuthResponse m -> length == 3;
            case Message.Disconnect m -> length == 18;
            case Message.ConnectorResponse m -> m.success() && length == 19;
            case Message.Data m -> m.transport() == Transport.UDP && length == MessageWriter.DATA_HEADER
                    + m.payload().length() + 3 + (m.source() == null ? 0 : m.source().host().getBytes(UTF_8).length);
            default -> false;
        };
    }

    @Test
    void randomBytesNeverFailOtherwise() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int i = 0; i < 50_000; i++) {
            byte[] bytes = new byte[random.nextInt(60)];
            random.nextBytes(bytes);
            if (bytes.length > 4) {
                bytes[0] = 1;
                bytes[1] = (byte) random.nextInt(16);
                bytes[2] = (byte) random.nextInt(3);
            }
            assertTrue(readsOrRefuses(bytes), () -> "seed " + seed + ", " + HexFormat.of().formatHex(bytes));
        }
    }

    private static boolean readsOrRefuses(byte[] bytes) {
        try {
            return Messages.readBehindHeadroom(bytes) != null;
        } catch (ProtocolException e) {
            return !e.getMessage().isEmpty();
        }
    }

    @Test
    void payloadIsAView() throws ProtocolException {
        Slice message = MessageWriter.write(
                new Message.Data(Transport.TCP, CHANNEL, Compression.NONE, Slice.of(new byte[9]), null, null));
        Slice payload = ((Message.Data) MessageReader.read(message)).payload();
        assertSame(message.array(), payload.array());
        assertEquals(MessageWriter.DATA_ROOM, payload.offset());
        assertEquals(9, payload.toBuffer().remaining());
    }

    @Test
    void framesAPayloadInPlace() throws ProtocolException {
        byte[] array = new byte[MessageWriter.DATA_ROOM + 7];
        Slice message = MessageWriter.frameTcpData(CHANNEL, Compression.GZIP, new Slice(array, MessageWriter.DATA_ROOM, 5));
        assertSame(array, message.array());
        assertEquals(MessageWriter.HEADROOM, message.offset());
        assertEquals("010401" + CHANNEL_HEX + "0100000005" + "0000000000", HexFormat.of().formatHex(message.toBytes()));
        assertThrows(IllegalArgumentException.class,
                () -> MessageWriter.frameTcpData(CHANNEL, Compression.NONE, new Slice(array, MessageWriter.DATA_ROOM - 1, 1)));
        assertThrows(IndexOutOfBoundsException.class,
                () -> MessageWriter.frameTcpData(CHANNEL, Compression.NONE, new Slice(array, MessageWriter.DATA_ROOM, 8)));
    }

    @Test
    void otherMajorVersionIsRefusedByName() {
        ProtocolException refusal = refused("120201");
        assertEquals("peer speaks protocol version 1.x, this side 0.x", refusal.getMessage());
        assertEquals(2, refusal.type());
        assertNull(refusal.channel());
    }

    @Test
    void minorVersionIsTold() {
        assertEquals(1, MessageReader.minorVersion(Slice.of(new byte[] {0x01, 0x7f})));
        assertEquals(2, MessageReader.minorVersion(new Slice(new byte[] {0, 0x02, 0x7f}, 1, 2)));
    }

    @Test
    void damagedDataNamesItsChannelAndNothingElseDoes() {
        for (String tail : new String[] {"", "07", "00", "00ffffffff", "0000000001"}) {
            ProtocolException refusal = refused("010401" + CHANNEL_HEX + tail);
            assertEquals(CHANNEL, refusal.channel(), tail);
            assertEquals(4, refusal.type());
        }
        assertEquals(CHANNEL, refused("010409" + CHANNEL_HEX + "0000000000").channel());
        assertNull(refused("010401" + CHANNEL_HEX.substring(2)).channel());
        assertNull(refused("0106" + CHANNEL_HEX + "01").channel());
    }

    @Test
    void signalsAreCarriedAndOtherTypesUnknown() throws ProtocolException {
        Message.Signal signal = (Message.Signal) read("010c000000027b7d");
        assertEquals("010c000000027b7d", write(signal));
        refused("010d000000037b7d");
        for (int type : new int[] {0x00, 0x0E, 0xE0, 0xEF, 0xFF}) {
            assertEquals(new Message.Unknown(type), read("01%02xffff".formatted(type)));
        }
        assertThrows(IllegalArgumentException.class, () -> MessageWriter.write(new Message.Unknown(0x0E)));
    }

    @Test
    void flagsAreZeroOrOne() {
        refused("010202");
        refused("0105ff" + CHANNEL_HEX);
        refused("0108" + CHANNEL_HEX + "02");
        refused("01010161" + "02" + CHANNEL_HEX);
    }

    @Test
    void partnersAreANaturalNumber() throws ProtocolException {
        assertEquals(new Message.Partners(0), read(json(0x0A, "{\"count\":0}")));
        for (String text : new String[] {"{\"count\":-1}", "{\"count\":1.0}", "{\"count\":\"1\"}", "{}", "3", "[]"}) {
            refused(json(0x0A, text));
        }
    }

    @Test
    void logNeedsBothTexts() {
        refused(json(0x09, "{\"level\":\"info\"}"));
        refused(json(0x09, "{\"level\":1,\"msg\":\"\"}"));
        refused("0109000000017b00");
        refused("010900000003" + "22ff22");
    }

    private static String json(int type, String text) {
        return "01%02x%08x".formatted(type, text.length()) + HexFormat.of().formatHex(text.getBytes(UTF_8));
    }

    @Test
    void addressesAreRealText() {
        refused("010301" + CHANNEL_HEX + "00" + "0050");
        refused("010301" + CHANNEL_HEX + "01ff" + "0050");
        refused("010301" + CHANNEL_HEX + "010a" + "0050");
        refused("0101" + "02c328" + "00" + CHANNEL_HEX);
    }

    @Test
    void errorsCutInsideACharacterAreRead() throws ProtocolException {
        assertEquals(new Message.Disconnect(CHANNEL, "a\uFFFD"), read("0106" + CHANNEL_HEX + "0261c3"));
    }

    @Test
    void longTokensAndAddressesAreRefusedWhenWriting() {
        String longest = "\u00e9".repeat(127) + "a";
        assertTrue(write(new Message.Auth(longest, false, CHANNEL)).startsWith("0101ff"));
        IllegalArgumentException refusal = assertThrows(IllegalArgumentException.class,
                () -> write(new Message.Auth(longest + "a", false, CHANNEL)));
        assertEquals("token of 256 bytes is over the limit of 255", refusal.getMessage());
        assertThrows(IllegalArgumentException.class,
                () -> write(new Message.Connect(Transport.TCP, CHANNEL, new Endpoint(longest + "a", 1))));
        assertThrows(IllegalArgumentException.class,
                () -> write(new Message.Connector(CHANNEL, longest + "a", Message.Operation.ADD)));
    }

    @Test
    void longErrorsAreCutAtTheEndOfACharacter() throws ProtocolException {
        for (String unit : new String[] {"a", "\u00e9", "\u20ac", "\ud83d\ude00"}) {
            for (String front : new String[] {"", "x", "xx", "xxx"}) {
                Slice bytes = MessageWriter.write(new Message.Disconnect(CHANNEL, front + unit.repeat(255)));
                String error = ((Message.Disconnect) MessageReader.read(bytes)).error();
                int unitLength = unit.getBytes(UTF_8).length;
                assertEquals(front + unit.repeat((255 - front.length()) / unitLength), error);
            }
        }
    }

    @Test
    void tokensStayOutOfLogs() {
        String secret = "hunter2";
        assertFalse(new Message.Auth(secret, true, CHANNEL).toString().contains(secret));
        assertFalse(new Message.Connector(CHANNEL, secret, Message.Operation.ADD).toString().contains(secret));
        assertFalse(new Message.ConnectorResponse(CHANNEL, true, "", secret).toString().contains(secret));
    }
}
