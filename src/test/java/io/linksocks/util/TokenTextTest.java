package io.linksocks.util;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TokenTextTest {
    @ParameterizedTest
    @CsvSource({"0123456789abcdef0123456789abcdef, 0123…", "sixteen letters., sixt…", "my-token, my…", "abcd, a…", "abc, …",
        "\ud83d\ude00\ud83d\ude01\ud83d\ude02\ud83d\ude03, \ud83d\ude00…"})
    void noMoreThanAQuarterIsShown(String token, String label) {
        assertEquals(label, TokenText.label(token));
    }
}
