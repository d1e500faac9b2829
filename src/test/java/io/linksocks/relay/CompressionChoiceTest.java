package io.linksocks.relay;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.linksocks.protocol.Slice;
import java.util.Random;
import org.junit.jupiter.api.Test;

class CompressionChoiceTest {
    private static final int PIECE = 64 << 10;
    private static final int MIB = 1 << 20;

    private final CompressionChoice choice = new CompressionChoice();
    private final byte[] zeros = new byte[PIECE];
    private final byte[] noise = new byte[PIECE];

    CompressionChoiceTest() {
        new Random(1).nextBytes(noise);
    }

    private boolean ask(byte[] piece) {
        return !choice.skips(piece.length) && choice.isPromising(Slice.of(piece));
    }

    /** How many bytes of a stream that would compress well pass before somebody notices. */
    private long unnoticed() {
        long bytes = 0;
        while (!ask(zeros)) {
            bytes += PIECE;
        }
        return bytes;
    }

    @Test
    void compressibleBytesArePromising() {
        for (int i = 0; i < 100; i++) {
            assertTrue(ask(zeros));
            choice.onResult(true);
        }
    }

    @Test
    void incompressibleBytesAreLeftAloneForLongerEachTime() {
        for (long pause = MIB; pause <= 64 * MIB; pause *= 2) {
            assertFalse(ask(noise));
            assertEquals(pause, unnoticed());
        }
    }

    @Test
    void noPauseIsLongerThanTwoHundredAndFiftySixMebibytes() {
        for (int i = 0; i < 12; i++) {
            assertFalse(ask(noise));
            unnoticed();
        }
        assertFalse(ask(noise));
        assertEquals(256L * MIB, unnoticed());
    }

    @Test
    void aBrokenPromiseCountsLikeNone() {
        assertTrue(ask(zeros));
        choice.onResult(false);
        assertEquals(MIB, unnoticed());
        choice.onResult(false);
        assertEquals(2 * MIB, unnoticed());
        choice.onResult(true);
        assertFalse(ask(noise));
        assertEquals(MIB, unnoticed());
    }

    @Test
    void judgesByTheMiddle() {
        byte[] mixed = zeros.clone();
        System.arraycopy(noise, 0, mixed, PIECE / 2 - 2048, 4096);
        assertFalse(ask(mixed));
    }

    @Test
    void looksOnlyAtItsRegion() {
        byte[] mixed = noise.clone();
        System.arraycopy(zeros, 0, mixed, 1000, 100);
        assertTrue(choice.isPromising(new Slice(mixed, 1000, 100)));
    }

    @Test
    void paysWhenATenthIsSaved() {
        assertTrue(CompressionChoice.pays(1000, 900));
        assertFalse(CompressionChoice.pays(1000, 901));
    }
}
