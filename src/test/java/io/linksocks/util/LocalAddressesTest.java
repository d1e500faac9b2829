package io.linksocks.util;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class LocalAddressesTest {
    private final AtomicLong clock = new AtomicLong(5);
    private Set<InetAddress> present = Set.of();
    private int asked;
    private final LocalAddresses addresses = new LocalAddresses(clock::get, this::ask);

    private Set<InetAddress> ask() {
        asked++;
        return present;
    }

    @Test
    void oneAnswerOfTheSystemServesManySessions() {
        for (int i = 0; i < 2000; i++) {
            assertEquals(Set.of(), addresses.recent());
        }
        assertEquals(1, asked);
    }

    @Test
    void aChangeIsSeenAMomentLater() {
        addresses.recent();
        present = Set.of(InetAddress.getLoopbackAddress());
        clock.addAndGet(LocalAddresses.MOMENT.toNanos() - 1);
        assertEquals(Set.of(), addresses.recent());
        clock.addAndGet(1);
        assertEquals(present, addresses.recent());
        assertEquals(2, asked);
    }

    @Test
    void theLoopbackAddressIsThere() {
        assertTrue(LocalAddresses.present().stream().anyMatch(InetAddress::isLoopbackAddress));
    }
}
