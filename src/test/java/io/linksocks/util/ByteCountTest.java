package io.linksocks.util;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ByteCountTest {
    @ParameterizedTest
    @CsvSource({"0, 0", "65536, 65536", "64KiB, 65536", "1M, 1048576", "10g, 10737418240", "8388607T, 9223370937343148032"})
    void unitsArePowersOf1024(String text, long bytes) {
        assertEquals(bytes, ByteCount.parse(text));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "-1", "1.5M", "1 M", "1MB", "1KK", "1000000000"})
    void otherTextIsRefused(String text) {
        assertThrows(IllegalArgumentException.class, () -> ByteCount.parse(text));
    }

    /** Such a rate would pass for none, and such a quota for a negative number. */
    @ParameterizedTest
    @ValueSource(strings = {"8388608T", "16777216T", "999999999t"})
    void aSizeThatNoNumberHoldsIsRefused(String text) {
        assertThrows(IllegalArgumentException.class, () -> ByteCount.parse(text));
    }
}
