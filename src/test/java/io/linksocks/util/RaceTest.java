package io.linksocks.util;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(240)
class RaceTest {
    private final BlockingQueue<String> events = new LinkedBlockingQueue<>();
    private final CountDownLatch never = new CountDownLatch(1);

    private static List<InetAddress> addresses(String literals) {
        return Arrays.stream(literals.split(" ")).map(RaceTest::address).toList();
    }

    private static InetAddress address(String literal) {
        try {
            return InetAddress.getByName(literal);
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException(e);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "10.0.0.1, 10.0.0.1",
        "10.0.0.1 10.0.0.2, 10.0.0.1 10.0.0.2",
        "::1 10.0.0.1, ::1 10.0.0.1",
        "10.0.0.1 ::1, 10.0.0.1 ::1",
        "::1 ::2 ::3 10.0.0.1 10.0.0.2, ::1 10.0.0.1 ::2 10.0.0.2 ::3",
        "10.0.0.1 10.0.0.2 10.0.0.3 ::1, 10.0.0.1 ::1 10.0.0.2 10.0.0.3",
        "10.0.0.1 ::1 ::2 10.0.0.2, 10.0.0.1 ::1 10.0.0.2 ::2",
    })
    void familiesTakeTurnsBeginningWithTheFirst(String resolved, String order) {
        assertEquals(addresses(order),
                Race.interleave(addresses(resolved)));
    }

    /** Waits for an interrupt. */
    private String silent(String candidate) throws IOException {
        try {
            never.await();
            return candidate;
        } catch (InterruptedException e) {
            events.add("interrupted " + candidate);
            throw new InterruptedIOException();
        }
    }

    @Test
    void theOnesThatLoseAreInterrupted() throws Exception {
        assertEquals("b", Race.first(List.of("a", "b"),
                candidate -> candidate.equals("a") ? silent(candidate) : candidate, events::add));
        assertEquals("interrupted a", events.take());
    }

    @Test
    void aResultThatComesTooLateIsDiscarded() throws Exception {
        CountDownLatch over = new CountDownLatch(1);
        Race.Attempt<String, String> attempt = candidate -> {
            if (candidate.equals("a")) {
                while (over.getCount() > 0) {
                    try {
                        over.await();
                    } catch (InterruptedException e) {
                        events.add("interrupted " + candidate);
                    }
                }
            }
            return candidate;
        };
        assertEquals("b", Race.first(List.of("a", "b"), attempt, late -> events.add("discarded " + late)));
        assertEquals("interrupted a", events.take());
        over.countDown();
        assertEquals("discarded a", events.take());
    }

    @Test
    void anInterruptOfTheCallerEndsAllAttempts() throws Exception {
        CountDownLatch started = new CountDownLatch(2);
        Thread caller = Thread.ofVirtual().start(() -> {
            try {
                Race.first(List.of("a", "b"), candidate -> {
                    started.countDown();
                    return silent(candidate);
                }, events::add);
            } catch (IOException e) {
                events.add(e.getMessage());
            }
        });
        started.await();
        caller.interrupt();
        assertEquals(List.of("interrupted", "interrupted a", "interrupted b"),
                List.of(events.take(), events.take(), events.take()).stream().sorted().toList());
    }

    @Test
    void theLastErrorIsThrownWhenAllFail() {
        assertEquals("b refused", assertThrows(IOException.class, () -> Race.first(List.of("a", "b"), candidate -> {
            throw new ConnectException(candidate + " refused");
        }, events::add)).getMessage());
    }
}
