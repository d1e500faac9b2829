package io.linksocks.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.linksocks.client.LinkSocksClient;
import io.linksocks.protocol.TokenHash;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Overload is answered, and those who are inside do not suffer from it. */
@Timeout(240)
class FloodIT {
    private static final int ROOM = 100;
    private static final int CALLERS = 32;
    private static final int CALLS = 50;
    private static final int LIMIT = 60;
    private static final String GUESS = "GET /socket?token=TOKEN HTTP/1.1\r\nHost: a\r\n"
            + "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
            + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";
    private static final List<String> CALLS_OF_ALL_KINDS =
            List.of(GUESS, "GET / HTTP/1.1\r\nHost: a\r\n\r\n", "nonsense\r\n\r\n",
                    "GET /api/status HTTP/1.1\r\nHost: a\r\n\r\n");
    private static final String CLOSED = "closed";

    private Network network;
    private final AtomicInteger guesses = new AtomicInteger();
    private final Map<String, LongAdder> answers = new ConcurrentHashMap<>();

    @AfterEach
    void close() {
        network.close();
    }

    /** Every seat is taken by a client, so that all others find the server full. */
    @Test
    void aFullServerSaysSoAndGoesOnForThoseInside() throws Exception {
        network = new Network(server -> server.maxConnections(ROOM));
        String token = network.server.addForwardToken(null);
        LinkSocksClient inside = network.start(network.builder(token).build());
        List<Socket> seats = new ArrayList<>();
        try (Targets.Tcp echo = new Targets.Tcp("127.0.0.1", Targets::echo);
                Socket talk = new SocksTestClient(inside.socksAddress()).connect("127.0.0.1", echo.port())) {
            for (int seat = 1; seat < ROOM - 1; seat++) {
                seats.add(client(token));
            }
            network.awaitStatus("\"clients\":" + (ROOM - 1) + ",");
            seats.add(client(token));
            flood(talk);
            assertTrue(Set.of("503", CLOSED).containsAll(answers.keySet()), answers.toString());
            assertTrue(answers.containsKey("503"), answers.toString());
            try (Socket another = new SocksTestClient(inside.socksAddress()).connect("127.0.0.1", echo.port())) {
                Relayed.checkEcho(another, 1, "a new channel of an old client");
            }
            leave(seats);
            network.start(network.builder(token).build());
            network.awaitStatus("\"refused\":");
            assertFalse(network.status().contains("\"connections\":0,"), network.status());
        } finally {
            leave(seats);
        }
    }

    /** There is room for all, and most of them guess tokens until nobody from their address may try any more. */
    @Test
    void guessersAreAnsweredAndThoseInsideGoOn() throws Exception {
        network = new Network(server -> server.maxConnections(10 * ROOM));
        LinkSocksClient inside = network.start(network.builder(network.server.addForwardToken(null)).build());
        try (Targets.Tcp echo = new Targets.Tcp("127.0.0.1", Targets::echo);
                Socket talk = new SocksTestClient(inside.socksAddress()).connect("127.0.0.1", echo.port())) {
            flood(talk);
            Set<String> expected = Set.of("101", "200", "400", "401", "429", "503");
            assertTrue(expected.containsAll(answers.keySet()), answers.toString());
            assertTrue(answers.keySet().containsAll(Set.of("200", "400", "429")), answers.toString());
        }
    }

    /** A connection whose token was accepted. */
    private Socket client(String token) throws IOException {
        Socket socket = new Socket("127.0.0.1", network.server.port());
        socket.getOutputStream().write(GUESS.replace("TOKEN", TokenHash.of(token)).getBytes(StandardCharsets.ISO_8859_1));
        assertEquals('H', socket.getInputStream().read());
        return socket;
    }

    private static void leave(List<Socket> seats) throws IOException {
        for (Socket seat : seats) {
            seat.close();
        }
    }

    /** All callers call again and again; meanwhile the talk goes on without an error. */
    private void flood(Socket talk) throws Exception {
        try (ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> calls = new ArrayList<>();
            for (int caller = 0; caller < CALLERS; caller++) {
                calls.add(callers.submit(() -> {
                    for (int call = 0; call < CALLS; call++) {
                        answers.computeIfAbsent(call(CALLS_OF_ALL_KINDS.get(call % CALLS_OF_ALL_KINDS.size())),
                                answer -> new LongAdder()).increment();
                    }
                    return null;
                }));
            }
            for (int round = 0; !calls.stream().allMatch(Future::isDone); round++) {
                Relayed.checkEcho(talk, round, "during the flood");
            }
            for (Future<?> call : calls) {
                call.get(LIMIT, TimeUnit.SECONDS);
            }
        }
        assertEquals(CALLERS * CALLS, answers.values().stream().mapToLong(LongAdder::sum).sum(), answers.toString());
    }

    /** The status of the answer; a caller who waits in vain for one fails. */
    private String call(String request) throws IOException {
        try (Socket socket = new Socket("127.0.0.1", network.server.port())) {
            socket.setSoTimeout((int) Duration.ofSeconds(LIMIT).toMillis());
            String guess = TokenHash.of("guess " + guesses.incrementAndGet());
            socket.getOutputStream().write(request.replace("TOKEN", guess).getBytes(StandardCharsets.ISO_8859_1));
            String line = new BufferedReader(
                    new InputStreamReader(socket.getInputStream(), StandardCharsets.ISO_8859_1)).readLine();
            return line == null ? CLOSED : line.split(" ")[1];
        } catch (SocketException e) {
            return CLOSED;
        }
    }
}
