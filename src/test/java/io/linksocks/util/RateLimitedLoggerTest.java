package io.linksocks.util;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import java.util.ResourceBundle;
import org.junit.jupiter.api.Test;

class RateLimitedLoggerTest {
    private final List<String> said = new ArrayList<>();
    private long now = Long.MAX_VALUE - 1;
    private final RateLimitedLogger warning = new RateLimitedLogger(new Log(), 1, () -> now);

    private final class Log implements System.Logger {
        @Override
        public String getName() {
            return "test";
        }

        @Override
        public boolean isLoggable(Level level) {
            return level == Level.WARNING;
        }

        @Override
        public void log(Level level, ResourceBundle bundle, String message, Throwable thrown) {
            said.add(level + " " + message);
        }

        @Override
        public void log(Level level, ResourceBundle bundle, String format, Object... parameters) {
            said.add(level + " " + format);
        }
    }

    @Test
    void saysItOnceAMinuteAndHowOftenItDidNot() {
        warning.warn("a");
        now += RateLimitedLogger.PAUSE.toNanos() - 1;
        warning.warn("b");
        warning.warn("c");
        assertEquals(List.of("WARNING a", "DEBUG b", "DEBUG c"), said);
        now++;
        warning.warn("d");
        now += RateLimitedLogger.PAUSE.toNanos();
        warning.warn("e");
        assertEquals(List.of("WARNING a", "DEBUG b", "DEBUG c", "WARNING d (2 more times since the last warning)", "WARNING e"),
                said);
    }

    @Test
    void informsInTheSameWay() {
        warning.info("a");
        warning.info("b");
        now += RateLimitedLogger.PAUSE.toNanos();
        warning.info("c");
        assertEquals(List.of("INFO a", "DEBUG b", "INFO c (1 more since the last such line)"), said);
    }

    @Test
    void saysAsManyAMinuteAsItMay() {
        RateLimitedLogger two = new RateLimitedLogger(new Log(), 2, () -> now);
        for (String message : List.of("a", "b", "c")) {
            two.info(message);
        }
        now += RateLimitedLogger.PAUSE.toNanos();
        two.info("d");
        two.info("e");
        two.info("f");
        assertEquals(List.of("INFO a", "INFO b", "DEBUG c", "INFO d (1 more since the last such line)", "INFO e", "DEBUG f"),
                said);
    }
}
