package io.linksocks.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TokenTrafficTest {
    private static final LocalDate TODAY = LocalDate.parse("2026-11-29");

    @TempDir
    Path folder;
    private Instant now = Instant.parse("2026-11-29T23:59:59Z");

    private TokenTraffic start() throws IOException {
        TokenTraffic traffic = new TokenTraffic(folder, () -> now);
        traffic.load();
        return traffic;
    }

    @Test
    void daysAreCountedOverRestarts() throws IOException {
        TokenTraffic first = start();
        first.count("a", 1, 2);
        first.count("a", 3, 4);
        first.count("b", 5, 0);
        first.save();
        now = now.plus(Duration.ofSeconds(1));
        first.count("a", 10, 20);
        first.save();
        first.save();
        TokenTraffic second = start();
        second.count("a", 100, 200);
        assertEquals(List.of(new TokenTraffic.Day(TODAY, 4, 6), new TokenTraffic.Day(TODAY.plusDays(1), 110, 220)),
                second.days("a"));
        assertEquals(new TokenTraffic.Day(TODAY.plusDays(1), 0, 0), second.today("b"));
        assertEquals(List.of(), second.days("c"));
    }

    @Test
    void serversThatShareTheFolderAddTheirTrafficTogether() throws IOException {
        TokenTraffic one = start();
        TokenTraffic other = start();
        one.count("a", 1, 0);
        one.save();
        other.count("a", 2, 0);
        other.save();
        one.count("a", 4, 0);
        one.save();
        assertEquals(7, start().today("a").in());
        assertEquals(7, one.today("a").in());
    }

    private void countFor100Days(TokenTraffic traffic) throws IOException {
        for (int day = 0; day < 100; day++) {
            traffic.count("a", 1, 1);
            now = now.plus(Duration.ofDays(1));
        }
        traffic.count("a", 1, 1);
        traffic.save();
    }

    @Test
    void ninetyDaysAreKept() throws IOException {
        TokenTraffic traffic = start();
        countFor100Days(traffic);
        assertEquals(90, traffic.days("a").size());
        assertEquals(90, start().days("a").size());
    }

    @Test
    void ninetyDaysAreKeptWithoutAFolderToo() throws IOException {
        TokenTraffic traffic = new TokenTraffic(null, () -> now);
        countFor100Days(traffic);
        assertEquals(90, traffic.days("a").size());
    }

    @Test
    void aQuotaIsForACalendarDayOrMonth() throws IOException {
        TokenTraffic traffic = start();
        traffic.count("a", 1, 2);
        now = now.plus(Duration.ofSeconds(1));
        traffic.count("a", 10, 20);
        assertEquals(30, traffic.used("a", TokenSettings.Quota.Period.DAY));
        assertEquals(33, traffic.used("a", TokenSettings.Quota.Period.MONTH));
        now = Instant.parse("2026-12-01T00:00:00Z");
        assertEquals(0, traffic.used("a", TokenSettings.Quota.Period.MONTH));
    }

    /** With a day counted for next year, a daily quota would be used up until then. */
    @Test
    void aClockThatIsSetBackGivesTheQuotaBack() throws IOException {
        TokenTraffic traffic = start();
        traffic.count("a", 1, 0);
        Instant right = now;
        now = now.plus(Duration.ofDays(40));
        traffic.count("a", 100, 0);
        now = right;
        assertEquals(1, traffic.used("a", TokenSettings.Quota.Period.DAY));
        assertEquals(1, traffic.used("a", TokenSettings.Quota.Period.MONTH));
    }

    @Test
    void aDamagedFileIsNamed() throws IOException {
        TokenTraffic traffic = start();
        traffic.count("a", 1, 2);
        traffic.save();
        Path file = folder.resolve("traffic.jsonl");
        Files.writeString(file, Files.readString(file).replace("2026-11-29", "2026-13-29"));
        String error = assertThrows(IOException.class, this::start).getMessage();
        assertTrue(error.startsWith(file + " is damaged (a day is not a date)"), error);
        assertFalse(Files.exists(folder.resolve("traffic.new")));
    }

    @Test
    void aFileThatIsDamagedMeanwhileIsNamedAndTheTrafficKept() throws IOException {
        TokenTraffic traffic = start();
        traffic.count("a", 1, 0);
        traffic.save();
        Path file = folder.resolve("traffic.jsonl");
        String good = Files.readString(file);
        Files.writeString(file, good.replace("2026-11-29", "2026-13-29"));
        traffic.count("a", 2, 0);
        String error = assertThrows(IOException.class, traffic::save).getMessage();
        assertTrue(error.startsWith(file + " is damaged (a day is not a date)"), error);
        Files.writeString(file, good);
        traffic.save();
        assertEquals(3, start().today("a").in());
    }
}
