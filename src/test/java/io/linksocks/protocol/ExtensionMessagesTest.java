package io.linksocks.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The bytes of docs/protocol-extensions.md. */
class ExtensionMessagesTest {
    private static final UUID ID = UUID.fromString("00112233-4455-6677-8899-aabbccddeeff");
    private static final String ID_HEX = "00112233445566778899aabbccddeeff";
    private static final Message.Offer OFFER = new Message.Offer(Features.ALL, ID, 256 << 10, 60);
    private static final String OFFER_HEX = "0102 01 e0 01 1f" + ID_HEX + "00040000 0000003c";

    record Example(String hex, Message message) {
        byte[] bytes() {
            return HexFormat.of().parseHex(hex.replace(" ", ""));
        }
    }

    static Stream<Example> examples() {
        return Stream.of(
                new Example(OFFER_HEX, new Message.AuthResponse(true, "", OFFER)),
                new Example("01e1" + ID_HEX + "0000000000000007 00040000", new Message.Begin(ID, 7, 256 << 10)),
                new Example("01e2" + ID_HEX + "0000000000000005", new Message.Begun(ID, 5)),
                new Example("01e3 0000000000000102 000007d0", new Message.Ack(258, 2000)),
                new Example("01e4" + ID_HEX + "00020000", new Message.Credit(ID, 128 << 10)),
                new Example("01e5" + ID_HEX, new Message.Fin(ID)),
                new Example("01e6 0c 7365727665722073746f7073", new Message.End("server stops")),
                new Example("01e6 00", new Message.End("")),
                new Example("01e7 00000e10", new Message.Leave(3600)));
    }

    @ParameterizedTest
    @MethodSource("examples")
    void isWrittenAndReadAsDocumented(Example example) throws ProtocolException {
        Slice written = MessageWriter.write(example.message());
        assertEquals(HexFormat.of().formatHex(example.bytes()), HexFormat.of().formatHex(written.toBytes()));
        assertEquals(MessageWriter.HEADROOM, written.offset());
        assertEquals(written.capacity(), written.offset() + written.length(), "nothing left over");
        assertEquals(example.message(), Messages.readBehindHeadroom(example.bytes()));
    }

    @ParameterizedTest
    @MethodSource("examples")
    void ignoresWhatFollows(Example example) throws ProtocolException {
        byte[] bytes = example.bytes();
        assertEquals(example.message(), Messages.readBehindHeadroom(Arrays.copyOf(bytes, bytes.length + 5)));
    }

    @ParameterizedTest
    @MethodSource("examples")
    void refusesWhatIsCut(Example example) {
        byte[] bytes = example.bytes();
        int shortest = example.message() instanceof Message.AuthResponse ? bytes.length : 2;
        for (int length = shortest; length < bytes.length; length++) {
            byte[] cut = Arrays.copyOf(bytes, length);
            assertThrows(ProtocolException.class, () -> Messages.readBehindHeadroom(cut), () -> cut.length + " bytes");
        }
    }

    @Test
    void refusesNumbersThatAreTooLarge() {
        for (String hex : new String[] {
            "01e1" + ID_HEX + "8000000000000000 00000001", "01e1" + ID_HEX + "0000000000000000 80000000",
            "01e2" + ID_HEX + "ffffffffffffffff", "01e3 8000000000000000 00000000", "01e3 0000000000000000 ffffffff",
            "01e4" + ID_HEX + "80000000", "01e7 80000000"}) {
            assertThrows(ProtocolException.class, () -> Messages.readBehindHeadroom(new Example(hex, null).bytes()), hex);
        }
    }

    /** What stands in the place of an offer may be anything: other implementations add other things. */
    @Test
    void anAnswerWithoutAnOfferIsOfTheBaseProtocol() throws ProtocolException {
        byte[] offered = new Example(OFFER_HEX, null).bytes();
        for (int length = 3; length < offered.length; length++) {
            assertNull(offer(Arrays.copyOf(offered, length)), "cut to " + length + " bytes");
        }
        byte[] otherMark = offered.clone();
        otherMark[3] = 0x55;
        assertNull(offer(otherMark));
        byte[] otherRevision = offered.clone();
        otherRevision[4] = 2;
        assertNull(offer(otherRevision));
    }

    private static Message.Offer offer(byte[] answer) throws ProtocolException {
        return ((Message.AuthResponse) Messages.readBehindHeadroom(answer)).offer();
    }

    @Test
    void anOfferMayHoldFeaturesOfALaterRevision() throws ProtocolException {
        byte[] more = new Example(OFFER_HEX, null).bytes();
        more[5] = (byte) 0xF2;
        assertEquals(new Features(false, true, false, false, true), offer(more).features());
    }

    @Test
    void aRefusalOffersNothing() throws ProtocolException {
        Slice written = MessageWriter.write(new Message.AuthResponse(false, "invalid token"));
        assertNull(((Message.AuthResponse) MessageReader.read(written)).offer());
    }

    @Test
    void aLongErrorIsCut() throws ProtocolException {
        Message.End end = (Message.End) MessageReader.read(MessageWriter.write(new Message.End("ü".repeat(200))));
        assertEquals("ü".repeat(127), end.error());
    }

    @Test
    void noSessionIdReachesALog() {
        examples().map(Example::message)
                .filter(message -> !(message instanceof Message.Credit || message instanceof Message.Fin))
                .forEach(message -> assertFalse(message.toString().contains(ID.toString()), message.toString()));
    }

    @Test
    void randomOnesSurviveTheRoundTrip() throws ProtocolException {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int i = 0; i < 5_000; i++) {
            Message message = random(random);
            Slice written = MessageWriter.write(message);
            assertEquals(written.capacity(), written.offset() + written.length(), "seed " + seed);
            assertEquals(message, MessageReader.read(written), "seed " + seed);
        }
    }

    private static Message random(Random random) {
        UUID id = new UUID(random.nextLong(), random.nextLong());
        int number = random.nextInt() >>> 1;
        long count = random.nextLong() >>> 1;
        return switch (random.nextInt(7)) {
            case 0 -> new Message.Begin(id, count, number);
            case 1 -> new Message.Begun(id, count);
            case 2 -> new Message.Ack(count, number);
            case 3 -> new Message.Credit(id, number);
            case 4 -> new Message.Fin(id);
            case 5 -> new Message.End("because " + number);
            default -> new Message.AuthResponse(true, "",
                    new Message.Offer(Features.of(random.nextInt(16)), id, number, random.nextInt(1000)));
        };
    }
}
