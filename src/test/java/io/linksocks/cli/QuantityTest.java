package io.linksocks.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class QuantityTest {
    @ParameterizedTest
    @CsvSource({"0, 0 B", "1023, 1023 B", "1024, 1.0 KiB", "1536, 1.5 KiB", "102348, 99.9 KiB", "102399, 100 KiB",
        "1048575, 1.0 MiB", "1048064, 1.0 MiB", "1048063, 1023 KiB", "5368709120, 5.0 GiB",
        "9223372036854775807, 8192 PiB"})
    void bytes(long count, String text) {
        assertEquals(text, Quantity.bytes(count));
    }
}
