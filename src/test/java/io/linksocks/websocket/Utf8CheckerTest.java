package io.linksocks.websocket;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;

class Utf8CheckerTest {
    private static boolean isValid(byte[] text, int cut) {
        Utf8Checker checker = new Utf8Checker();
        return checker.accept(text, 0, cut) && checker.accept(text, cut, text.length - cut) && checker.isComplete();
    }

    private static boolean isValidToTheJdk(byte[] text) {
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(text)) != null;
        } catch (CharacterCodingException e) {
            return false;
        }
    }

    @Test
    void agreesWithTheJdk() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        int[] edges = {0x41, 0x7F, 0x80, 0x8F, 0x90, 0x9F, 0xA0, 0xBF, 0xC0, 0xC1, 0xC2, 0xDF, 0xE0, 0xED, 0xEF, 0xF0, 0xF4, 0xF5,
                0xFF};
        for (int round = 0; round < 100_000; round++) {
            byte[] text = new byte[random.nextInt(6)];
            for (int i = 0; i < text.length; i++) {
                text[i] = (byte) edges[random.nextInt(edges.length)];
            }
            assertEquals(isValidToTheJdk(text), isValid(text, random.nextInt(text.length + 1)),
                    () -> "seed " + seed + ": " + FrameKit.HEX.formatHex(text));
        }
    }

    @Test
    void acceptsEveryCharacter() {
        for (int c = 0; c <= Character.MAX_CODE_POINT; c++) {
            if (c < Character.MIN_SURROGATE || c > Character.MAX_SURROGATE) {
                byte[] text = Character.toString(c).getBytes(StandardCharsets.UTF_8);
                assertEquals(true, isValid(text, text.length / 2), Integer.toHexString(c));
            }
        }
    }
}
