package io.linksocks.websocket;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.linksocks.protocol.CloseCode;
import io.linksocks.protocol.Link;
import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FrameReaderTest {
    private static int refusal(boolean masked, int limit, String digits) {
        FrameReader reader = new FrameReader(new ByteArrayInputStream(FrameKit.hex(digits)), masked, limit);
        return assertThrows(WebSocketException.class, () -> {
            while (reader.read() != null) {
                // what comes before the violation is valid
            }
        }, digits).code();
    }

    private static int refusal(String digits) {
        return refusal(FrameKit.UNMASKED, Link.MESSAGE_LIMIT, digits);
    }

    private static List<String> read(String digits) throws IOException {
        return FrameKit.events(FrameKit.UNMASKED, digits);
    }

    /** RFC 6455, section 5.7, with binary messages in place of text. */
    @Test
    void readsTheExamplesOfTheRfc() throws IOException {
        assertEquals(List.of("BINARY 48656c6c6f"), read("82 05 48 65 6c 6c 6f"));
        assertEquals(List.of("BINARY 48656c6c6f"), FrameKit.events(FrameKit.MASKED, "82 85 37 fa 21 3d 7f 9f 4d 51 58"));
        assertEquals(List.of("BINARY 48656c6c6f"), read("02 03 48 65 6c  80 02 6c 6f"));
        assertEquals(List.of("PING 48656c6c6f"), read("89 05 48 65 6c 6c 6f"));
        assertEquals(List.of("PONG 48656c6c6f"), FrameKit.events(FrameKit.MASKED, "8a 85 37 fa 21 3d 7f 9f 4d 51 58"));
        String long256 = "ab".repeat(256);
        assertEquals(List.of("BINARY " + long256), read("82 7e 0100" + long256));
        String long64k = "cd".repeat(0x10000);
        assertEquals(List.of("BINARY " + long64k), read("82 7f 0000000000010000" + long64k));
    }

    @Test
    void readsControlFramesBetweenFragments() throws IOException {
        assertEquals(List.of("PING 01", "PONG ", "BINARY aabbcc", "BINARY ", "CLOSE 1000 bye"),
                read("02 01 aa  89 01 01  00 01 bb  8a 00  80 01 cc  82 00  88 05 03e8 627965"));
        assertEquals(List.of("BINARY "), read("02 00 00 00 80 00"));
        assertEquals(List.of("CLOSE 1005 "), read("88 00"));
    }

    @ParameterizedTest
    @CsvSource({
        "c2 00", "a2 00", "92 00", // reserved bits
        "83 00", "87 00", "8b 00", "8f 00", // reserved opcodes
        "82 80 00000000", // masked
        "09 00", "08 00", // fragmented control
        "89 7e 007e", "88 7e 0000", // long control
        "80 00", "00 00", // continuation of nothing
        "02 00 82 00", "02 00 01 00", // start within a message
        "82 7e 007d", "82 7f 000000000000ffff", "82 7f 8000000000000000", // lengths
        "88 01 03", "88 02 03e7", "88 02 03ec", "88 02 03ed", "88 02 03ee", "88 02 03f7", "88 02 0bb7", "88 02 1388", "88 02 ffff"
    })
    void refusesViolations(String digits) {
        assertEquals(CloseCode.PROTOCOL_ERROR, refusal(digits));
    }

    @Test
    void aServerWantsMasks() {
        assertEquals(CloseCode.PROTOCOL_ERROR, refusal(FrameKit.MASKED, 10, "82 00"));
    }

    @ParameterizedTest
    @CsvSource({"81 00", "81 01 41", "81 01 80", "01 01 41", "01 00 80 00", "81 7e", "89 00 82 00 81 00"})
    void refusesTextByItsHeader(String digits) {
        assertEquals(CloseCode.UNSUPPORTED_DATA, refusal(digits));
    }

    @Test
    void refusesAReasonThatIsNotText() {
        assertEquals(CloseCode.INVALID_DATA, refusal("88 03 03e8 ff"));
    }

    @Test
    void limitsTheDeclaredLengthOfAllFragmentsTogether() throws IOException {
        assertEquals(CloseCode.TOO_BIG, refusal(FrameKit.UNMASKED, 10, "82 0b"));
        assertEquals(CloseCode.TOO_BIG, refusal(FrameKit.UNMASKED, 10, "02 05 0102030405 80 06"));
        assertEquals(CloseCode.TOO_BIG, refusal("82 7f 0000000002000001"));
        assertEquals(CloseCode.TOO_BIG, refusal("82 7f 7fffffffffffffff"));
        assertEquals(List.of("BINARY 00112233445566778899", "PING "), FrameKit.events(FrameKit.UNMASKED, 10,
                new ByteArrayInputStream(FrameKit.hex("02 05 0011223344 00 00 80 05 5566778899 89 00"))));
    }

    @Test
    void aFalseLengthCostsLittle() {
        byte[] header = FrameKit.hex("82 7f 0000000002000000 00");
        long before = allocated();
        assertThrows(EOFException.class,
                () -> new FrameReader(new ByteArrayInputStream(header), FrameKit.UNMASKED, Link.MESSAGE_LIMIT).read());
        long used = allocated() - before;
        assertTrue(used < 4 << 20, used + " bytes");
    }

    private static long allocated() {
        com.sun.management.ThreadMXBean threads = assertInstanceOf(
                com.sun.management.ThreadMXBean.class, java.lang.management.ManagementFactory.getThreadMXBean());
        return threads.getCurrentThreadAllocatedBytes();
    }

    @Test
    void everyTruncationIsAnEarlyEnd() {
        byte[] bytes = FrameKit.hex("02 81 01020304 aa  89 80 01020304  80 fe 0080 01020304" + "00".repeat(128)
                + "88 82 00000000 03e8");
        for (int length = 0; length < bytes.length; length++) {
            FrameReader reader = new FrameReader(new ByteArrayInputStream(bytes, 0, length), FrameKit.MASKED, 1000);
            assertThrows(EOFException.class, () -> {
                while (!(reader.read() instanceof FrameEvent.Close)) {
                    // the Close is never whole
                }
            }, "length " + length);
        }
    }

    @Test
    void randomBytesOnlyFailAsDeclared() throws IOException {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        byte[] valid = FrameKit.hex("02 83 00000000 c3a441  89 81 00000000 01  80 fe 0080 00000000" + "41".repeat(128)
                + "88 82 00000000 03e8");
        for (int i = 0; i < 20_000; i++) {
            byte[] bytes = i % 2 == 0 ? valid.clone() : new byte[random.nextInt(40)];
            int changes = i % 2 == 0 ? 1 + random.nextInt(3) : bytes.length;
            for (int j = 0; j < changes; j++) {
                bytes[i % 2 == 0 ? random.nextInt(bytes.length) : j] = (byte) random.nextInt();
            }
            String round = "seed " + seed + ", round " + i;
            try {
                assertNotNull(FrameKit.events(FrameKit.MASKED, 1000, new ByteArrayInputStream(bytes)));
            } catch (WebSocketException e) {
                assertTrue(CloseCode.mayBeSent(e.code()), round);
            } catch (EOFException e) {
                assertNotNull(e.getMessage());
            } catch (RuntimeException e) {
                throw new AssertionError(round, e);
            }
        }
    }
}
