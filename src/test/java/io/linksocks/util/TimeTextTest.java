package io.linksocks.util;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TimeTextTest {
    @ParameterizedTest
    @CsvSource({"0, 0 s", "59, 59 s", "60, 1 min", "61, 1 min 1 s", "3599, 59 min 59 s", "3600, 1 h", "3659, 1 h",
        "7500, 2 h 5 min", "86399, 23 h 59 min", "86400, 1 d", "190800, 2 d 5 h", "31536000, 365 d"})
    void secondsAreSaidInTheTwoLargestUnits(long seconds, String text) {
        assertEquals(text, TimeText.ofSeconds(seconds));
    }

    @ParameterizedTest
    @CsvSource({"PT0S, 0 ms", "PT0.0009S, 0 ms", "PT0.094S, 94 ms", "PT0.9999S, 999 ms", "PT1S, 1 s", "PT1.5S, 1.5 s",
        "PT1.04S, 1 s", "PT9.99S, 10 s", "PT10.9S, 11 s", "PT9.94S, 9.9 s", "PT59.9S, 1 min", "PT10M, 10 min",
        "PT2H5M, 2 h 5 min", "PT-90S, -1 min 30 s"})
    void fractionsAreSaidWhereTheyCount(Duration time, String text) {
        assertEquals(text, TimeText.of(time));
    }
}
