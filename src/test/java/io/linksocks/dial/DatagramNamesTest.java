package io.linksocks.dial;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.linksocks.protocol.Slice;
import io.linksocks.session.Waiting;
import io.linksocks.util.Endpoint;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(240)
class DatagramNamesTest {
    private static final Endpoint NAME = new Endpoint("dyn.example", 1);
    private static final Endpoint SLOW = new Endpoint("slow.example", 1);

    private final Map<String, String> zone = new ConcurrentHashMap<>(Map.of("dyn.example", "192.0.2.1"));
    private final AtomicInteger lookUps = new AtomicInteger();
    private final CountDownLatch slowAnswer = new CountDownLatch(1);
    private final AtomicLong now = new AtomicLong();
    private final TestAccount account = new TestAccount();
    private final DatagramNames names = new DatagramNames(this::resolve, account, now::get);
    private final BlockingQueue<String> sent = new LinkedBlockingQueue<>();

    private InetAddress[] resolve(Endpoint target, Duration timeout) throws IOException {
        try {
            if (target.host().startsWith("slow")) {
                slowAnswer.await();
            }
            String address = zone.get(target.host());
            if (address == null) {
                throw new UnknownHostException(target.host());
            }
            return new InetAddress[] {InetAddress.getByName(address)};
        } catch (InterruptedException e) {
            throw new IOException(e);
        } finally {
            lookUps.incrementAndGet();
        }
    }

    private void send(Endpoint target, int content) throws IOException {
        byte[] reused = {(byte) content};
        DatagramNames.Use use = (addresses, payload) ->
                sent.add(addresses.get(0).getHostAddress() + " " + payload.array()[payload.offset()]);
        List<InetAddress> known = names.known(target, Slice.of(reused), use);
        if (!known.isEmpty()) {
            use.with(known, Slice.of(reused));
        }
        reused[0] = -1;
    }

    @Test
    void aNameWithoutAnAnswerHoldsUpNoOtherTarget() throws Exception {
        send(SLOW, 1);
        send(new Endpoint("192.0.2.9", 1), 2);
        assertEquals("192.0.2.9 2", sent.take());
        send(NAME, 3);
        assertEquals("192.0.2.1 3", sent.take());
        zone.put("slow.example", "192.0.2.7");
        slowAnswer.countDown();
        assertEquals("192.0.2.7 1", sent.take());
    }

    @Test
    void aNameIsLookedUpAgainAfterAWhile() throws Exception {
        send(NAME, 1);
        assertEquals("192.0.2.1 1", sent.take());
        zone.put("dyn.example", "192.0.2.2");
        send(NAME, 2);
        assertEquals("192.0.2.1 2", sent.take());
        now.addAndGet(DatagramNames.LIFE.toNanos());
        send(NAME, 3);
        assertEquals("192.0.2.1 3", sent.take());
        Waiting.until("new address", () -> {
            try {
                send(NAME, 4);
                return sent.take().equals("192.0.2.2 4");
            } catch (IOException | InterruptedException e) {
                throw new AssertionError(e);
            }
        });
        assertEquals(2, lookUps.get());
    }

    @Test
    void theAddressKnownSoFarStaysWhenItCantBeLookedUpAgain() throws Exception {
        send(NAME, 1);
        assertEquals("192.0.2.1 1", sent.take());
        zone.clear();
        now.addAndGet(DatagramNames.LIFE.toNanos());
        send(NAME, 2);
        Waiting.until("looked up again", () -> lookUps.get() == 2);
        send(NAME, 3);
        assertEquals("192.0.2.1 2", sent.take());
        assertEquals("192.0.2.1 3", sent.take());
    }

    @Test
    void onlySoManyDatagramsWaitForNames() throws Exception {
        zone.put("slow.example", "192.0.2.7");
        for (int i = 0; i < DatagramNames.MAX_WAITING + 10; i++) {
            send(SLOW, i);
        }
        assertEquals(DatagramNames.MAX_WAITING, account.taken.get());
        slowAnswer.countDown();
        for (int i = 0; i < DatagramNames.MAX_WAITING; i++) {
            assertEquals("192.0.2.7 " + (byte) i, sent.take());
        }
        send(SLOW, 100);
        assertEquals("192.0.2.7 100", sent.take());
        Waiting.until("given back", () -> account.taken.get() == 0);
    }

    /** Before a resolver has answered, a sender may have sent all that it had. */
    @Test
    void aBurstOfAThousandFullFramesWaitsForAName() throws Exception {
        zone.put("slow.example", "192.0.2.7");
        byte[] frame = new byte[1472];
        for (int i = 0; i < 1000; i++) {
            names.known(SLOW, Slice.of(frame), (addresses, payload) -> sent.add("one"));
        }
        slowAnswer.countDown();
        for (int i = 0; i < 1000; i++) {
            sent.take();
        }
    }

    @Test
    void noDatagramWaitsForWhichThereIsNoMemory() throws Exception {
        zone.put("slow.example", "192.0.2.7");
        account.limit = 2;
        for (int i = 0; i < 5; i++) {
            send(SLOW, i);
        }
        slowAnswer.countDown();
        assertEquals("192.0.2.7 0", sent.take());
        assertEquals("192.0.2.7 1", sent.take());
        account.limit = 1;
        send(SLOW, 9);
        assertEquals("192.0.2.7 9", sent.take());
    }

    @Test
    void onlySoManyNamesAreLookedUpAtOnce() throws Exception {
        for (int i = 0; i < DatagramNames.MAX_NAMES + 10; i++) {
            send(new Endpoint("slow" + i + ".example", 1), i);
        }
        slowAnswer.countDown();
        Waiting.until("room for a name", () -> {
            try {
                send(NAME, 1);
                return !sent.isEmpty();
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        });
        assertEquals("192.0.2.1 1", sent.take());
        Waiting.until("all looked up", () -> lookUps.get() >= DatagramNames.MAX_NAMES + 1);
        assertEquals(DatagramNames.MAX_NAMES + 1, lookUps.get());
    }
}
