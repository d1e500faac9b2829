package io.linksocks.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.linksocks.client.ClientListener;
import io.linksocks.client.LinkSocksClient;
import io.linksocks.client.LinkSocksException;
import io.linksocks.json.Json;
import io.linksocks.util.QuietPort;
import io.linksocks.wire.WireSettings;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tokens of the HTTP API with all that an operator may set for them (docs/operations.md). */
@Timeout(240)
class TokenAccountsIT extends HttpApiHarness {
    @TempDir
    Path folder;

    @Test
    void clientsComeBackToATokenOfTheApiAfterARestart() throws Exception {
        network.close();
        int port = QuietPort.next();
        network = new Network(options -> options.stateDirectory(folder).port(port));
        added("{\"type\":\"forward\",\"token\":\"f\"}");
        try (Targets.Tcp echo = new Targets.Tcp("127.0.0.1", Targets::echo);
                LinkSocksClient client = network.builder("f").build()) {
            client.start();
            reach(client, echo);
            network.close();
            network = new Network(options -> options.stateDirectory(folder).port(port));
            network.awaitStatus("\"clients_count\":1");
            reach(client, echo);
        }
        assertEquals(200, call("DELETE", "/api/token/f", null).statusCode());
    }

    @Test
    void aDisabledTokenDisconnectsItsClientsAndTellsThemWhy() throws Exception {
        added("{\"type\":\"forward\",\"token\":\"f\",\"name\":\"Ann's laptop\"}");
        LinkSocksClient client = network.start(network.builder("f").build());
        change("f", "{\"disabled\":true}");
        LinkSocksException refusal = assertThrows(LinkSocksException.class, client::awaitClosed);
        assertTrue(refusal.getMessage().endsWith(" refused this client: the token is disabled; ask the owner of the server"),
                refusal.getMessage());
        // A client that noticed the loss late may have asked over a second connection as well.
        Await.until("a counted refusal", () -> !network.status().contains("\"disabled_tokens\":0"));
        network.awaitStatus("\"name\":\"Ann's laptop\",\"disabled\":true");
        change("f", "{\"disabled\":false}");
        network.start(network.builder("f").build());
    }

    @Test
    void aTokenExpiresWhileItsClientIsConnected() throws Exception {
        added("{\"type\":\"forward\",\"token\":\"f\",\"expires\":\"2100-01-01\"}");
        LinkSocksClient client = network.start(network.builder("f").build());
        change("f", "{\"expires\":\"2020-01-01T00:00:00Z\"}");
        LinkSocksException refusal = assertThrows(LinkSocksException.class, client::awaitClosed);
        assertTrue(refusal.getMessage().contains("the token expired at 2020-01-01T00:00:00Z"), refusal.getMessage());
    }

    @Test
    void aTokenMayBeUsedFromItsAddressesOnly() throws Exception {
        added("{\"type\":\"forward\",\"token\":\"f\",\"sources\":[\"192.0.2.0/24\"]}");
        LinkSocksException refusal = assertThrows(LinkSocksException.class,
                () -> network.start(network.builder("f").build()));
        assertTrue(refusal.getMessage().contains("the token may not be used from 127.0.0.1"), refusal.getMessage());
        change("f", "{\"sources\":[\"192.0.2.0/24\",\"127.0.0.0/8\"]}");
        network.start(network.builder("f").build());
    }

    @Test
    void aClientAboveTheLimitOfItsTokenIsToldSoAndComesInWhenAnotherLeaves() throws Exception {
        added("{\"type\":\"forward\",\"token\":\"f\",\"max_clients\":1}");
        LinkSocksClient first = network.start(network.builder("f").build());
        network.awaitStatus("\"clients_count\":1");
        try (LinkSocksClient second = network.builder("f").build()) {
            second.start();
            Await.until("the reason", () -> whyNotReady(second).contains("the token has its limit of 1 client"));
            first.close();
            reach(second);
        }
    }

    private static String whyNotReady(LinkSocksClient client) {
        try {
            client.awaitReady(Duration.ofMillis(1));
            throw new AssertionError("ready");
        } catch (Exception e) {
            return e.getMessage();
        }
    }

    @Test
    void channelsAboveTheLimitOfTheirTokenAreRefusedInEveryMode() throws Exception {
        added("{\"type\":\"forward\",\"token\":\"f\",\"max_channels\":1}");
        holdsOneChannel(network.start(network.builder("f").build()).socksAddress());

        int port = ((Long) added("{\"type\":\"reverse\",\"token\":\"" + Network.PROVIDER_TOKEN + "\"}").get("port"))
                .intValue();
        network.provider();
        added("{\"type\":\"connector\",\"token\":\"" + Network.CONNECTOR_TOKEN + "\",\"max_channels\":1,"
                + "\"reverse_token\":\"" + Network.PROVIDER_TOKEN + "\"}");
        holdsOneChannel(network.connector().socksAddress());

        change(Network.PROVIDER_TOKEN, "{\"max_channels\":1}");
        change(Network.CONNECTOR_TOKEN, "{\"max_channels\":null}");
        holdsOneChannel(new InetSocketAddress("127.0.0.1", port));
        holdsOneChannel(new InetSocketAddress("127.0.0.1", network.socksPort()));
    }

    /** A channel that has just been closed counts until both ends know. */
    private static void holdsOneChannel(InetSocketAddress proxy) throws Exception {
        try (Targets.Tcp echo = new Targets.Tcp("127.0.0.1", Targets::echo)) {
            AtomicReference<Socket> held = new AtomicReference<>();
            Await.until("one channel", () -> {
                try {
                    held.set(new SocksTestClient(proxy).connect("127.0.0.1", echo.port()));
                    return true;
                } catch (IOException e) {
                    return false;
                }
            });
            try (Socket socket = held.get()) {
                assertFalse(reaches(proxy, echo), "two channels");
                socket.getOutputStream().write(1);
                assertEquals(1, socket.getInputStream().read());
            }
            Await.until("one channel again", () -> reaches(proxy, echo));
        }
    }

    @Test
    void aTokenThatHasUsedUpItsQuotaLosesItsChannelsAndGetsNoNewOnes() throws Exception {
        added("{\"type\":\"forward\",\"token\":\"f\",\"quota\":100000,\"quota_period\":\"day\"}");
        LinkSocksClient client = network.start(network.builder("f").build());
        try (Targets.Tcp target = new Targets.Tcp("127.0.0.1", Targets::give)) {
            assertTrue(isServedUntilItIsCutOff(client, target));
            // Not at once when a day has just begun.
            Await.until("refused", () -> !isServedUntilItIsCutOff(client, target));
            change("f", "{\"quota\":null}");
            new SocksTestClient(client.socksAddress()).connect("127.0.0.1", target.port()).close();
        }
    }

    /** Downloads without end; false when the connection is refused. */
    private static boolean isServedUntilItIsCutOff(LinkSocksClient client, Targets.Tcp target) {
        try (Socket socket = new SocksTestClient(client.socksAddress()).connect("127.0.0.1", target.port())) {
            try {
                DataOutputStream out = new DataOutputStream(socket.getOutputStream());
                out.writeLong(1);
                out.writeLong(Long.MAX_VALUE);
                Targets.Stream.verify(socket.getInputStream(), 1, Long.MAX_VALUE);
            } catch (IOException e) {
                return true;
            }
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    @Test
    void trafficIsShownByDayAndInMetricsByName() throws Exception {
        network.close();
        network = new Network(options -> options.stateDirectory(folder).metricsByToken(true));
        added("{\"type\":\"forward\",\"token\":\"s3cret\",\"name\":\"laptop\"}");
        added("{\"type\":\"forward\",\"token\":\"unnamed\"}");
        LinkSocksClient client = network.start(network.builder("s3cret").build());
        verify(client, 1 << 20, false);
        Await.until("counted", () -> sentBytes() >= 1 << 20);
        String metrics = call("GET", "/metrics", null).body();
        assertTrue(metrics.contains("linksocks_token_clients{token=\"laptop\"} 1\n"), metrics);
        assertTrue(metrics.contains("linksocks_token_sent_bytes_total{token=\"laptop\"} "), metrics);
        assertFalse(metrics.contains("s3cret") || metrics.contains("unnamed"));
        client.close();
        network.close();
        network = new Network(options -> options.stateDirectory(folder));
        assertTrue(sentBytes() >= 1 << 20, "after a restart");
        assertFalse(Files.readString(folder.resolve("traffic.jsonl")).contains("s3cret"));
        assertFalse(call("GET", "/metrics", null).body().contains("laptop"));
    }

    /** On all days, as the test may run across midnight. */
    private long sentBytes() {
        try {
            Map<?, ?> answer = (Map<?, ?>) Json.parse(call("GET", "/api/traffic", null).body());
            Map<?, ?> token = (Map<?, ?>) ((List<?>) answer.get("tokens")).getFirst();
            assertEquals("laptop", token.get("name"));
            List<?> days = (List<?>) token.get("days");
            return days.stream().mapToLong(day -> (Long) ((Map<?, ?>) day).get("bytes_out")).sum();
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void streamsOfATokenWithALimitedRateAreWhole(boolean extensions) throws Exception {
        network.close();
        network = new Network(options -> options.wire(extensions ? WireSettings.DEFAULT : ModesIT.WITHOUT_EXTENSIONS));
        added("{\"type\":\"forward\",\"token\":\"f\",\"rate_up\":4000000,\"rate_down\":4000000}");
        LinkSocksClient client = network.start(network.builder("f").build());
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Object>> streams = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                boolean up = i % 2 == 0;
                streams.add(threads.submit(() -> {
                    verify(client, 1 << 20, up);
                    return null;
                }));
            }
            for (Future<Object> stream : streams) {
                stream.get();
            }
        }
    }

    private static void verify(LinkSocksClient client, long length, boolean up) throws Exception {
        try (Targets.Tcp target = new Targets.Tcp("127.0.0.1", up ? Targets::take : Targets::give);
                Socket socket = new SocksTestClient(client.socksAddress()).connect("127.0.0.1", target.port())) {
            DataOutputStream out = new DataOutputStream(socket.getOutputStream());
            out.writeLong(7);
            out.writeLong(length);
            if (up) {
                Targets.Stream.send(out, 7, length);
            }
            assertEquals(length, up ? new DataInputStream(socket.getInputStream()).readLong()
                    : Targets.Stream.verify(socket.getInputStream(), 7, length));
        }
    }

    @Test
    void theOperatorDisconnectsAClientWhichMayComeBack() throws Exception {
        added("{\"type\":\"forward\",\"token\":\"f\"}");
        BlockingQueue<String> reasons = new LinkedBlockingQueue<>();
        LinkSocksClient client = network.start(network.builder("f").listener(new ClientListener() {
            @Override
            public void disconnected(String server, String why) {
                reasons.add(why);
            }
        }).build());
        network.awaitStatus("\"clients_count\":1");
        assertAnswer(200, "{\"success\":true}", call("DELETE", "/api/clients/1", null));
        assertEquals("closed by the operator of the server", reasons.take());
        reach(client);
        assertAnswer(404, "{\"success\":false,\"error\":\"client does not exist\"}",
                call("DELETE", "/api/clients/1", null));
        assertEquals(401, call("DELETE", "/api/clients/2", null, null).statusCode());
    }

    @Test
    void theOperatorClosesAChannelAndNoOther() throws Exception {
        added("{\"type\":\"forward\",\"token\":\"f\"}");
        LinkSocksClient client = network.start(network.builder("f").build());
        try (Targets.Tcp echo = new Targets.Tcp("127.0.0.1", Targets::echo);
                Socket first = new SocksTestClient(client.socksAddress()).connect("127.0.0.1", echo.port())) {
            String id = channels().getFirst();
            try (Socket second = new SocksTestClient(client.socksAddress()).connect("127.0.0.1", echo.port())) {
                assertAnswer(200, "{\"success\":true}", call("DELETE", "/api/channels/" + id, null));
                assertThrows(IOException.class, () -> {
                    if (first.getInputStream().read() < 0) {
                        throw new IOException("end");
                    }
                });
                second.getOutputStream().write(9);
                assertEquals(9, second.getInputStream().read());
            }
            Await.until("it is gone", () -> !channels().contains(id));
            assertEquals(404, call("DELETE", "/api/channels/" + id, null).statusCode());
        }
    }

    private List<String> channels() {
        try {
            Map<?, ?> answer = (Map<?, ?>) Json.parse(call("GET", "/api/channels", null).body());
            return ((List<?>) answer.get("channels")).stream().map(channel -> (String) ((Map<?, ?>) channel).get("id")).toList();
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void whatCanNotBeChangedIsSaid() throws Exception {
        added("{\"type\":\"forward\",\"token\":\"f\"}");
        assertAnswer(400, "{\"success\":false,\"error\":\"port can't be changed; delete the token and add another\"}",
                call("PATCH", "/api/token/f", "{\"port\":1}"));
        assertAnswer(400, "{\"success\":false,\"error\":\"max_clients: expected a whole number from 0 to 2147483647\"}",
                call("PATCH", "/api/token/f", "{\"max_clients\":-1}"));
        assertAnswer(404, "{\"success\":false,\"error\":\"token does not exist\"}",
                call("PATCH", "/api/token/g", "{\"name\":\"x\"}"));
        assertAnswer(200, "{\"success\":true,\"token\":\"f\"}",
                call("PATCH", "/api/token", "{\"token\":\"f\",\"name\":\"x\"}"));
        assertAnswer(400, "{\"success\":false,\"error\":\"token not specified\"}", call("PATCH", "/api/token", "{}"));
        assertAnswer(400, "{\"success\":false,\"error\":\"invalid request body\"}",
                call("PATCH", "/api/token", "{\"token\":7}"));
        assertAnswer(400, "{\"success\":false,\"error\":\"token can't be changed; delete the token and add another\"}",
                call("PATCH", "/api/token/f", "{\"token\":\"g\"}"));
    }

    @Test
    void aChangeThatARestartTakesBackIsSaidToBeOne() throws Exception {
        network.close();
        network = new Network(options -> options.stateDirectory(folder));
        network.server.addForwardToken("of the command line");
        added("{\"type\":\"forward\",\"token\":\"f\"}");
        assertAnswer(200, "{\"success\":true,\"token\":\"f\"}", call("PATCH", "/api/token", "{\"token\":\"f\",\"name\":\"x\"}"));
        assertAnswer(200, "{\"success\":true,\"token\":\"f\"}", call("DELETE", "/api/token/f", null));
        String answer = "{\"success\":true,\"token\":\"of the command line\","
                + "\"note\":\"until the restart: the server is given this token anew at each start\"}";
        assertAnswer(200, answer, call("PATCH", "/api/token", "{\"token\":\"of the command line\",\"name\":\"x\"}"));
        assertAnswer(200, answer, call("DELETE", "/api/token", "{\"token\":\"of the command line\"}"));
    }

    private void change(String token, String settings) throws Exception {
        String path = "/api/token/" + token.replace(" ", "%20").replace("'", "%27");
        assertEquals(200, call("PATCH", path, settings).statusCode());
    }

    private static void reach(LinkSocksClient client) throws Exception {
        try (Targets.Tcp echo = new Targets.Tcp("127.0.0.1", Targets::echo)) {
            reach(client, echo);
        }
    }

    private static void reach(LinkSocksClient client, Targets.Tcp echo) throws Exception {
        client.awaitReady(Duration.ofSeconds(30));
        try (Socket socket = new SocksTestClient(client.socksAddress()).connect("127.0.0.1", echo.port())) {
            socket.getOutputStream().write(9);
            assertEquals(9, socket.getInputStream().read());
        }
    }
}
