package io.linksocks.socks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;

class SocksHandshakeTest {
    private static final HexFormat HEX = HexFormat.of();
    private static final SocksCredentials CREDENTIALS = new SocksCredentials("user", "pass");
    private static final String LOGIN = "01" + "0475736572" + "0470617373";

    /** Runs a handshake and returns what was written, checking what was left unread. */
    private static String accept(String input, SocksCredentials credentials, String left) throws IOException {
        ByteArrayInputStream in = new ByteArrayInputStream(HEX.parseHex(input));
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        assertNull(SocksHandshake.accept(in, out, credentials, false));
        assertEquals(left, HEX.formatHex(in.readAllBytes()));
        return HEX.formatHex(out.toByteArray());
    }

    /** Runs a handshake that must fail and returns what was written and what is to be sent. */
    private static String refuse(String input, SocksCredentials credentials) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        SocksException refusal = assertThrows(SocksException.class,
                () -> SocksHandshake.accept(new ByteArrayInputStream(HEX.parseHex(input)), out, credentials, false));
        return HEX.formatHex(out.toByteArray()) + "|" + HEX.formatHex(refusal.answer());
    }

    @Test
    void anybodyMayComeIn() throws IOException {
        assertEquals("0500", accept("050100", null, ""));
        assertEquals("0500", accept("0503010200" + "05010001", null, "05010001"));
    }

    @Test
    void thePasswordOpens() throws IOException {
        assertEquals("05020100", accept("050102" + LOGIN, CREDENTIALS, ""));
        assertEquals("05020100", accept("05020002" + LOGIN + "0501", CREDENTIALS, "0501"));
    }

    @Test
    void textIsComparedAsUtf8() throws IOException {
        SocksCredentials credentials = new SocksCredentials("\u00fc", "");
        assertEquals("05020100", accept("050102" + "0102c3bc00", credentials, ""));
    }

    @Test
    void noAcceptableMethod() {
        assertEquals("|05ff", refuse("0500", null));
        assertEquals("|05ff", refuse("050102", null));
        assertEquals("|05ff", refuse("050100", CREDENTIALS));
        assertEquals("|05ff", refuse("0503000180", CREDENTIALS));
    }

    @Test
    void otherVersionsGetNoAnswer() {
        assertEquals("|", refuse("040100", null));
        assertEquals("|", refuse("474554202f", CREDENTIALS));
    }

    @Test
    void wrongPasswordsAreDenied() {
        String user = "010475736572";
        assertEquals("0502|0101", refuse("050102" + user + "0471617373", CREDENTIALS));
        assertEquals("0502|0101", refuse("050102" + user + "00", CREDENTIALS));
        assertEquals("0502|0101", refuse("050102" + "0100" + "0470617373", CREDENTIALS));
        assertEquals("0502|0101", refuse("050102" + "010475736573" + "0470617373", CREDENTIALS));
        assertEquals("0502|0101", refuse("050102" + "05" + LOGIN.substring(2), CREDENTIALS));
    }

    @Test
    void everyTruncationIsAnEarlyEnd() {
        byte[] whole = HEX.parseHex("050102" + LOGIN);
        for (int length = 0; length < whole.length; length++) {
            byte[] cut = Arrays.copyOf(whole, length);
            assertThrows(EOFException.class, () -> SocksHandshake.accept(
                    new ByteArrayInputStream(cut), new ByteArrayOutputStream(), CREDENTIALS, false));
        }
    }

    @Test
    void anyUserIsToldApartWhereNoneIsRequired() throws IOException {
        assertEquals("05020100 user", acceptAny("050102" + LOGIN));
        assertEquals("05020100 user", acceptAny("05020002" + LOGIN));
        assertEquals("05020100 null", acceptAny("05020002" + "01" + "00" + "00"));
        assertEquals("0500 null", acceptAny("050100"));
    }

    private static String acceptAny(String input) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        String user = SocksHandshake.accept(new ByteArrayInputStream(HEX.parseHex(input)), out, null, true);
        return HEX.formatHex(out.toByteArray()) + " " + user;
    }

    @Test
    void credentialsFitTheirFields() {
        String longest = "\u00e9".repeat(127) + "a";
        assertEquals(255, new SocksCredentials(longest, longest).userBytes().length);
        assertThrows(IllegalArgumentException.class, () -> new SocksCredentials("", "x"));
        assertThrows(IllegalArgumentException.class, () -> new SocksCredentials(longest + "a", ""));
        assertThrows(IllegalArgumentException.class, () -> new SocksCredentials("a", longest + "a"));
        assertFalse(new SocksCredentials("user", "hunter2").toString().contains("hunter2"));
    }

    @Test
    void randomBytesNeverFailOtherwise() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int i = 0; i < 20_000; i++) {
            byte[] bytes = new byte[random.nextInt(24)];
            for (int b = 0; b < bytes.length; b++) {
                bytes[b] = (byte) random.nextInt(random.nextInt(5) == 0 ? 256 : 6);
            }
            boolean handled = handlesOrRefuses(bytes, random.nextBoolean(), random.nextBoolean());
            assertTrue(handled, () -> "seed " + seed + ", " + HEX.formatHex(bytes));
        }
    }

    private static boolean handlesOrRefuses(byte[] bytes, boolean open, boolean anyUser) {
        ByteArrayInputStream in = new ByteArrayInputStream(bytes);
        try {
            SocksHandshake.accept(in, new ByteArrayOutputStream(), open ? null : CREDENTIALS, anyUser);
            return SocksRequest.read(in) != null;
        } catch (SocksException | EOFException e) {
            return !e.getMessage().isEmpty();
        } catch (IOException e) {
            return false;
        }
    }
}
