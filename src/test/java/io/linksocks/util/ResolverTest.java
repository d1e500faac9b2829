package io.linksocks.util;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.linksocks.session.Waiting;
import java.io.IOException;
import java.net.InetAddress;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(240)
class ResolverTest {
    private static final Duration LONG = Duration.ofSeconds(20);

    private final NameLookup names = Resolver.SYSTEM.client();

    /** Name servers that keep silent about some names until they are allowed to answer. */
    private static final class SlowNames implements Resolver.Source {
        final List<String> asked = new CopyOnWriteArrayList<>();
        final CountDownLatch silence = new CountDownLatch(1);

        @Override
        public InetAddress[] lookUp(String host) {
            asked.add(host);
            if (host.startsWith("slow")) {
                try {
                    silence.await();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            }
            return new InetAddress[] {InetAddress.getLoopbackAddress()};
        }
    }

    private final SlowNames source = new SlowNames();
    private final Resolver resolver = new Resolver(source, 8);
    private final List<Thread> askers = new ArrayList<>();

    @AfterEach
    void letSlowNamesAnswer() throws InterruptedException {
        source.silence.countDown();
        for (Thread asker : askers) {
            asker.join();
        }
    }

    private void ask(Resolver.Client client, String host) {
        askers.add(Thread.ofVirtual().start(() -> {
            try {
                client.resolve(new Endpoint(host, 1), LONG);
            } catch (IOException e) {
                source.asked.add("interrupted " + host);
            }
        }));
    }

    private void occupy(String prefix, int expected) {
        Resolver.Client client = resolver.client();
        for (int i = 0; i < 20; i++) {
            ask(client, prefix + i);
        }
        await(prefix, expected);
    }

    private void await(String prefix, int expected) {
        Waiting.until(expected + " of " + prefix,
                () -> source.asked.stream().filter(host -> host.startsWith(prefix)).count() == expected);
    }

    @Test
    void silentNamesOfSomeClientsHoldUpNoOther() throws IOException {
        occupy("slow-a", 4);
        occupy("slow-b", 2);
        occupy("slow-c", 1);
        resolver.client().resolve(new Endpoint("good", 1), LONG);
        assertEquals(8, source.asked.size());
    }

    @Test
    void oneClientsLookUpsWaitForEachOtherAndAreAllMade() throws IOException {
        occupy("slow", 4);
        source.silence.countDown();
        await("slow", 20);
    }

    @Test
    void aNameIsLookedUpOnceForAllWhoAskMeanwhile() {
        Resolver.Client client = resolver.client();
        for (int i = 0; i < 10; i++) {
            ask(client, "slow");
        }
        await("slow", 1);
        ask(client, "slow2");
        await("slow", 2);
    }

    @Test
    void aLookUpThatNobodyWaitsForDoesNotStart() throws Exception {
        occupy("slow", 4);
        askers.forEach(Thread::interrupt);
        await("interrupted", 20);
        source.silence.countDown();
        resolver.client().resolve(new Endpoint("good", 1), LONG);
        assertEquals(4 + 20 + 1, source.asked.size());
    }

    @Test
    void givesUpWhenTheTimeIsOver() {
        assertEquals("no answer to the look-up of slow", assertThrows(SocketTimeoutException.class,
                () -> resolver.client().resolve(new Endpoint("slow", 1), Duration.ofMillis(1))).getMessage());
    }

    @ParameterizedTest
    @ValueSource(strings = {"192.0.2.1", "2001:db8::1", "::ffff:192.0.2.1"})
    void aLiteralTakesNoTime(String literal) throws IOException {
        assertArrayEquals(InetAddress.getAllByName(literal), names.resolve(new Endpoint(literal, 1), Duration.ZERO));
    }

    @Test
    void findsNames() throws IOException {
        InetAddress[] found = names.resolve(new Endpoint("localhost", 1), LONG);
        assertTrue(found.length > 0 && Arrays.stream(found).allMatch(InetAddress::isLoopbackAddress),
                Arrays.toString(found));
    }

    @ParameterizedTest
    @ValueSource(strings = {"nowhere.invalid", "a name with spaces.invalid"})
    void namesTheHostThatIsUnknown(String name) {
        assertEquals("unknown host " + name, assertThrows(UnknownHostException.class,
                () -> names.resolve(new Endpoint(name, 1), LONG)).getMessage());
    }

    @Test
    void aBadLiteralIsUnknown() {
        assertThrows(UnknownHostException.class, () -> names.resolve(new Endpoint("1:2", 1), LONG));
    }
}
