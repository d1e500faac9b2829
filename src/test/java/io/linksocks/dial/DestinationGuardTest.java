package io.linksocks.dial;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.linksocks.access.AccessPolicy;
import io.linksocks.access.AccessRules;
import io.linksocks.access.DenyRule;
import io.linksocks.protocol.Slice;
import io.linksocks.util.Endpoint;
import io.linksocks.util.RecordedLog;
import io.linksocks.util.Threads;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

class DestinationGuardTest {
    private static final Duration LIMIT = Duration.ofSeconds(5);
    private static final Endpoint NAME = new Endpoint("a.example", 80);

    private final RelayCounters counters = new RelayCounters();
    private final List<String> asked = new ArrayList<>();
    private final List<String> dialled = new CopyOnWriteArrayList<>();
    /** What the next look-ups find, as a hostile name server would have it. */
    private final List<List<String>> answers = new ArrayList<>();

    private InetAddress[] resolve(Endpoint target, Duration timeout) throws UnknownHostException {
        if (target.isLiteral()) {
            return new InetAddress[] {InetAddress.getByName(target.host())};
        }
        asked.add(target.host());
        if (answers.isEmpty()) {
            throw new UnknownHostException("unknown host " + target.host());
        }
        List<InetAddress> found = new ArrayList<>();
        for (String text : answers.remove(0)) {
            found.add(InetAddress.getByName(text));
        }
        return found.toArray(InetAddress[]::new);
    }

    private DestinationGuard guard(AccessPolicy policy) {
        return new DestinationGuard(() -> policy, counters, this::resolve, false);
    }

    private static AccessPolicy allow(String... rules) {
        return new AccessPolicy(AccessRules.parse(List.of(rules)), List.of(), false);
    }

    private static final AccessPolicy NO_PRIVATE = new AccessPolicy(AccessRules.NONE, List.of(), true);

    /** Writes down what it would dial. */
    private final Dialer dialer = new Dialer() {
        @Override
        public Socket connect(Endpoint target, Duration timeout) throws IOException {
            dialled.add(target.toString());
            throw new ConnectException("not really");
        }

        @Override
        public DatagramPath openDatagramPath(Duration timeout) throws IOException {
            throw new ConnectException("not really");
        }
    };

    @Test
    void withoutRulesANameStaysAName() throws IOException {
        assertEquals(List.of(NAME), guard(AccessPolicy.OPEN).admit(NAME, "test", LIMIT));
        assertEquals(List.of(NAME), guard(allow(":80")).admit(NAME, "test", LIMIT));
        assertEquals(List.of(), asked);
    }

    @Test
    void allAddressesThatWereCheckedGoOn() throws IOException {
        answers.add(List.of("10.0.0.1", "8.8.8.8", "9.9.9.9"));
        answers.add(List.of("127.0.0.1"));
        assertEquals(List.of(new Endpoint("8.8.8.8", 80), new Endpoint("9.9.9.9", 80)),
                guard(NO_PRIVATE).admit(NAME, "test", LIMIT));
        assertEquals(List.of("a.example"), asked);
    }

    @Test
    void theAddressThatWasCheckedIsDialled() {
        answers.add(List.of("10.0.0.1", "8.8.8.8"));
        answers.add(List.of("127.0.0.1"));
        assertThrows(ConnectException.class, () -> guard(NO_PRIVATE).connect(dialer, NAME, "test", LIMIT));
        assertEquals(List.of("8.8.8.8:80"), dialled);
        assertEquals(List.of("a.example"), asked);
    }

    @Test
    void allAddressesThatWereCheckedAreAskedForThroughAProxy() {
        answers.add(List.of("10.0.0.1", "8.8.8.8", "2001:4860::8", "9.9.9.9"));
        assertThrows(ConnectException.class, () -> guard(NO_PRIVATE).connect(dialer, NAME, "test", LIMIT));
        assertEquals(List.of("8.8.8.8:80", "[2001:4860::8]:80", "9.9.9.9:80"), dialled);
    }

    @Test
    void aNameIsDialledAsItIsWhenItsAddressDoesNotMatter() {
        assertThrows(ConnectException.class, () -> guard(allow(":80")).connect(dialer, NAME, "test", LIMIT));
        assertEquals(List.of("a.example:80"), dialled);
        assertEquals(List.of(), asked);
    }

    @Test
    void refusalsAreCountedAndNotDialled() {
        answers.add(List.of("10.0.0.1", "::1"));
        assertDenied(() -> guard(NO_PRIVATE).connect(dialer, NAME, "test", LIMIT));
        assertDenied(() -> guard(allow("10.0.0.0/8:22")).admit(NAME, "test", LIMIT));
        for (String disguise : List.of("127.0.0.1", "::ffff:127.0.0.1", "0:0:0:0:0:ffff:7f00:1", "64:ff9b::7f00:1")) {
            Endpoint target = new Endpoint(disguise, 80);
            assertDenied(() -> guard(NO_PRIVATE).connect(dialer, target, "test", LIMIT));
        }
        assertEquals(List.of(), dialled);
        assertEquals(6, counters.refusedTargets.sum());
    }

    private static void assertDenied(Executable attempt) {
        assertEquals(DialError.RULE, assertThrows(DialException.class, attempt).kind());
    }

    @Test
    void aNameThatDoesNotResolveIsRefused() {
        assertThrows(UnknownHostException.class, () -> guard(NO_PRIVATE).admit(NAME, "test", LIMIT));
    }

    @Test
    void aDeniedNameIsNotLookedUp() {
        AccessPolicy policy = new AccessPolicy(AccessRules.NONE, List.of(DenyRule.parse("*.example")), true);
        assertDenied(() -> guard(policy).admit(NAME, "test", LIMIT));
        assertEquals(List.of(), asked);
    }

    @Test
    void datagramsRememberNamesButAreJudgedEach() throws Exception {
        List<AccessPolicy> current = new ArrayList<>(List.of(NO_PRIVATE));
        BlockingQueue<Endpoint> sent = new LinkedBlockingQueue<>();
        DatagramGuard guard = new DestinationGuard(current::getFirst, counters, this::resolve, false)
                .forDatagrams(new TestAccount(), (payload, choices) -> sent.add(choices.get(0)));
        Slice payload = Slice.of(new byte[1]);
        answers.add(List.of("8.8.8.8"));
        for (int i = 0; i < 3; i++) {
            guard.pass(payload, NAME, "test");
            assertEquals(new Endpoint("8.8.8.8", 80), sent.take());
        }
        assertEquals(1, asked.size());
        current.set(0, allow("9.9.9.9:"));
        guard.pass(payload, NAME, "test");
        guard.pass(payload, null, "test");
        assertEquals(List.of(), List.copyOf(sent));
        assertEquals(1, counters.refusedDatagrams.sum());
        assertEquals(0, counters.refusedTargets.sum());
    }

    @Test
    void aDatagramThatWouldWaitForAnotherIsNotForwarded() throws Exception {
        CountDownLatch sending = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        DatagramGuard guard = new DestinationGuard(() -> AccessPolicy.OPEN, counters, this::resolve, false)
                .forDatagrams(new TestAccount(), (payload, choices) -> {
                    sending.countDown();
                    await(goOn);
                });
        Slice payload = Slice.of(new byte[1]);
        Thread slow = Threads.start("slow", () -> assertDoesNotThrow(() -> guard.pass(payload, NAME, "test")));
        await(sending);
        assertFalse(guard.tryPass(payload, NAME, "test", (content, choices) -> true));
        goOn.countDown();
        slow.join();
        assertTrue(guard.tryPass(payload, NAME, "test", (content, choices) -> true));
        assertFalse(guard.tryPass(payload, NAME, "test", (content, choices) -> false));
    }

    private static void await(CountDownLatch latch) throws IOException {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
    }

    /** A client could fill the disk with lines otherwise, each with a target of its choice. */
    @Test
    void logsOnlySomeRefusalsOfAClientEachMinute() throws Exception {
        String asker = "whoever floods the log";
        try (RecordedLog log = new RecordedLog(DestinationGuard.class.getName())) {
            DestinationGuard guard = guard(NO_PRIVATE);
            for (int i = 0; i < DestinationGuard.LOGGED; i++) {
                Endpoint target = new Endpoint("10.0.0.1", i + 1);
                assertThrows(DialException.class, () -> guard.admit(target, asker, LIMIT));
                guard.forDatagrams(new TestAccount(), (payload, choices) -> { }).pass(Slice.of(new byte[1]), target, asker);
            }
            assertEquals(DestinationGuard.LOGGED, log.messages().stream().filter(line -> line.endsWith(asker)).count());
        }
        assertEquals(DestinationGuard.LOGGED, counters.refusedTargets.sum());
        assertEquals(DestinationGuard.LOGGED, counters.refusedDatagrams.sum());
    }
}
