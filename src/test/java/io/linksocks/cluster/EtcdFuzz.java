package io.linksocks.cluster;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.linksocks.fuzz.FuzzTarget;
import io.linksocks.protocol.TokenHash;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * Answers of etcd that are damaged, or mean no good. The first byte says to which request, as a digit; a letter with the same
 * low bits answers with status 400:
 *
 * <pre>
 *   0 all entries    1 one entry    2 a new entry    3 a deletion    4 a lease    5 its renewal    6 a watch    7 a log-in
 * </pre>
 *
 * <p>Nothing but an {@link IOException} with a short text comes of it, and no token or server that only a holder of the key
 * could have written.
 */
public final class EtcdFuzz implements FuzzTarget {
    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final int REFUSED = 0x40;
    private static final String TOKEN = "token";
    private static final Sealer SEALER = new Sealer(new ClusterKey("a secret of a cluster for tests only", "test"), "test");

    private final AnsweringClient http = new AnsweringClient();
    private final EtcdClient client = client(null);
    private final EtcdClient user = client(new EtcdGateway.Login("linksocks", "its password"));

    private EtcdClient client(EtcdGateway.Login login) {
        return new EtcdClient(new EtcdGateway(List.of(URI.create("http://192.0.2.1:2379")), login, LIMIT, http));
    }

    @Override
    public Outcome run(byte[] input) {
        int first = input.length == 0 ? '0' : input[0];
        http.answer((first & REFUSED) == 0 ? 200 : 400, Arrays.copyOfRange(input, Math.min(1, input.length), input.length));
        View view = new View(SEALER, () -> null, (group, sessions) -> { });
        view.listen(new Hearer());
        try {
            return Outcome.accepted(ask(first & 7, view));
        } catch (IOException e) {
            String text = String.valueOf(e.getMessage());
            assertTrue(text.length() < 400, "an error is short, whatever the answer");
            return Outcome.rejected(e);
        }
    }

    private String ask(int request, View view) throws IOException {
        String key = SEALER.tokenKey(TokenHash.of(TOKEN));
        return switch (request) {
            case 0 -> "entries " + load(client.list(SEALER.prefix()), view);
            case 1 -> "entry " + load(client.get(key), view);
            case 2 -> {
                EtcdClient.Outcome outcome = client.create(key, new byte[1]);
                yield "creation " + outcome.done() + (outcome.present() == null ? "" : load(new EtcdClient.Snapshot(
                        List.of(outcome.present()), outcome.revision()), view));
            }
            case 3 -> "deletion " + client.delete(key).done();
            case 4 -> "lease " + (client.grant(LIMIT) > 0);
            case 5 -> "renewal " + client.keepAlive(1);
            case 6 -> {
                client.watch(SEALER.prefix(), 1, () -> {}, new EtcdClient.Watcher() {
                    @Override
                    public void onPut(EtcdClient.Entry entry) {
                        view.change(mirror -> mirror.put(entry));
                    }

                    @Override
                    public void onDelete(String deleted, long revision) {
                        view.change(mirror -> mirror.delete(deleted, revision));
                    }
                });
                yield "watch";
            }
            default -> "log-in " + user.keepAlive(1);
        };
    }

    private static String load(EtcdClient.Snapshot snapshot, View view) {
        view.change(mirror -> mirror.load(snapshot));
        return view.tokenCount() + " of " + Math.min(3, snapshot.entries().size());
    }

    /** Hears of the one token that the seeds have. */
    private static final class Hearer implements Directory.Listener {
        @Override
        public void onToken(String hash, Map<?, ?> token) {
            assertTrue(hash.equals(TokenHash.of(TOKEN)), "a token without the key");
        }

        @Override
        public void onTokenRemoved(String hash) {}

        @Override
        public void onProviders(String hash, UUID group, Map<Integer, Integer> present) {
            throw new AssertionError("providers without the key");
        }

        @Override
        public void onNodes() {
            throw new AssertionError("a server without the key");
        }
    }

    @Override
    public List<String> dictionary() {
        return List.of("{\"header\":{\"revision\":\"7\"},", "\"kvs\":[", "{\"kv\":", "\"more\":true", "\"mod_revision\":\"",
                "9223372036854775807", "9999999999999999999", "{\"result\":{\"created\":true}}\n", "\"canceled\":true",
                "\"events\":[", "\"type\":\"DELETE\"", "\"code\":5", "\"token\":\"", "\\r\\n", "[],", "{},");
    }
}
