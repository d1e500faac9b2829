package io.linksocks.cluster;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import io.linksocks.json.Json;
import io.linksocks.util.QuietPort;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import javax.net.ssl.SSLContext;

/** What a directory needs of etcd's gateway, with the faults of an etcd that is not well. */
public final class FakeEtcd implements AutoCloseable {
    private record Value(String text, long created, long modified, long lease) {}

    /** @param value null when the key was deleted */
    private record Change(String key, Value value, long revision) {}

    private final HttpServer http;
    private final int port;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final TreeMap<String, Value> store = new TreeMap<>();
    private final List<Change> history = new ArrayList<>();
    private final List<Long> leases = new ArrayList<>();
    private long revision = 1;
    private long compacted;
    private int generation;
    private boolean hangs;
    private boolean tellsNothing;
    private boolean repeats;
    private boolean beginsNoWatch;
    private String garbage;
    private Map<String, Object> refusal;
    private String password;
    private boolean closed;
    final AtomicInteger requests = new AtomicInteger();
    final AtomicInteger reads = new AtomicInteger();
    final AtomicInteger watches = new AtomicInteger();

    public FakeEtcd() throws IOException {
        this(QuietPort.next());
    }

    FakeEtcd(int port) throws IOException {
        this(HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0));
    }

    /** One that speaks TLS. */
    FakeEtcd(SSLContext tls) throws IOException {
        this(withTls(tls));
    }

    private static HttpServer withTls(SSLContext tls) throws IOException {
        HttpsServer https = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        https.setHttpsConfigurator(new HttpsConfigurator(tls));
        return https;
    }

    private FakeEtcd(HttpServer http) {
        this.http = http;
        this.port = http.getAddress().getPort();
        http.setExecutor(threads);
        http.createContext("/", this::serve);
        http.start();
    }

    /** The same after {@link #close}. */
    public int port() {
        return port;
    }

    // --- faults ------------------------------------------------------------------------------------------------------

    private void with(Runnable change) {
        lock.lock();
        try {
            change.run();
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Answers nothing, while connections are taken. */
    void hang(boolean value) {
        with(() -> hangs = value);
    }

    /** Takes writes, but tells no watch of them. */
    void tellNothing(boolean value) {
        with(() -> tellsNothing = value);
    }

    /** Tells each event twice. */
    void repeat(boolean value) {
        with(() -> repeats = value);
    }

    /** Takes requests to watch, and leaves them at that. */
    void beginNoWatch(boolean value) {
        with(() -> beginsNoWatch = value);
    }

    /** Answers this to everything; null to be well again. */
    void answer(String text) {
        with(() -> garbage = text);
    }

    /** Refuses writes; null to be well again. */
    void refuseWrites(String message, int code) {
        with(() -> refusal = message == null ? null : failure(message, code));
    }

    void requirePassword(String value) {
        with(() -> password = value);
    }

    /** Ends all watches. */
    void cut() {
        with(() -> generation++);
    }

    /** Forgets what was before now. */
    void compact() {
        with(() -> {
            history.clear();
            compacted = revision;
            generation++;
        });
    }

    /** Ends all leases. */
    void expireLeases() {
        with(() -> {
            leases.clear();
            List.copyOf(store.entrySet()).stream().filter(entry -> entry.getValue().lease() != 0)
                    .forEach(entry -> delete(entry.getKey()));
        });
    }

    // --- the store ---------------------------------------------------------------------------------------------------

    void put(String key, byte[] value) {
        with(() -> put(key, Base64.getEncoder().encodeToString(value), 0));
    }

    void remove(String key) {
        with(() -> delete(key));
    }

    void clear() {
        with(() -> List.copyOf(store.keySet()).forEach(this::delete));
    }

    byte[] value(String key) {
        lock.lock();
        try {
            Value value = store.get(key);
            return value == null ? null : Base64.getDecoder().decode(value.text());
        } finally {
            lock.unlock();
        }
    }

    public List<String> keys(String prefix) {
        lock.lock();
        try {
            return store.keySet().stream().filter(key -> key.startsWith(prefix)).toList();
        } finally {
            lock.unlock();
        }
    }

    private void put(String key, String text, long lease) {
        revision++;
        Value before = store.get(key);
        record(key, new Value(text, before == null ? revision : before.created(), revision, lease));
    }

    private void delete(String key) {
        revision++;
        record(key, null);
    }

    private void record(String key, Value value) {
        if (value == null) {
            store.remove(key);
        } else {
            store.put(key, value);
        }
        history.add(new Change(key, value, revision));
    }

    // --- requests ----------------------------------------------------------------------------------------------------

    private void serve(HttpExchange exchange) throws IOException {
        requests.incrementAndGet();
        try (exchange) {
            Map<?, ?> body = (Map<?, ?>) Json.parse(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
            String path = exchange.getRequestURI().getPath();
            if (path.equals("/v3/watch")) {
                watch(exchange, (Map<?, ?>) body.get("create_request"));
                return;
            }
            Map<String, Object> answer = new LinkedHashMap<>();
            String strange;
            lock.lock();
            try {
                awaitWell();
                strange = garbage;
                if (strange == null) {
                    answer(exchange, path, body, answer);
                    changed.signalAll();
                }
            } finally {
                lock.unlock();
            }
            byte[] bytes = (strange == null ? Json.write(answer) : strange).getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(answer.containsKey("code") ? 400 : 200, bytes.length);
            exchange.getResponseBody().write(bytes);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void awaitWell() throws InterruptedException {
        while (hangs && !closed) {
            changed.await();
        }
    }

    private static Map<String, Object> failure(String message, int code) {
        return Map.of("error", message, "message", message, "code", code);
    }

    private void answer(HttpExchange exchange, String path, Map<?, ?> body, Map<String, Object> answer) {
        answer.put("header", Map.of("revision", Long.toString(revision)));
        if (path.equals("/v3/auth/authenticate")) {
            if (body.get("password").equals(password)) {
                answer.put("token", "ticket of " + password);
            } else {
                answer.putAll(failure("etcdserver: authentication failed, invalid user ID or password", 3));
            }
            return;
        }
        if (password != null && !("ticket of " + password).equals(exchange.getRequestHeaders().getFirst("Authorization"))) {
            answer.putAll(failure("etcdserver: invalid auth token", 16));
            return;
        }
        if (refusal != null && !path.endsWith("range")) {
            answer.putAll(refusal);
            return;
        }
        switch (path) {
            case "/v3/kv/range" -> {
                reads.incrementAndGet();
                answer.putAll(range(body));
            }
            case "/v3/kv/put" -> answer.putAll(put(body));
            case "/v3/kv/deleterange" -> answer.putAll(deleteRange(body));
            case "/v3/kv/txn" -> answer.putAll(transaction(body));
            case "/v3/lease/grant" -> {
                leases.add(1_000L + leases.size() + revision);
                answer.putAll(Map.of("ID", Long.toString(leases.getLast()), "TTL", body.get("TTL").toString()));
            }
            case "/v3/lease/keepalive" -> answer.put("result",
                    leases.contains(body.get("ID")) ? Map.of("ID", body.get("ID"), "TTL", "10") : Map.of("ID", body.get("ID")));
            case "/v3/lease/revoke" -> List.copyOf(store.entrySet()).stream()
                    .filter(entry -> body.get("ID").equals(entry.getValue().lease())).forEach(entry -> delete(entry.getKey()));
            default -> answer.putAll(failure("unknown " + path, 12));
        }
        answer.put("header", Map.of("revision", Long.toString(revision)));
    }

    private static String key(Map<?, ?> body, String name) {
        return new String(Base64.getDecoder().decode((String) body.get(name)), StandardCharsets.UTF_8);
    }

    private Map<String, Object> range(Map<?, ?> body) {
        String from = key(body, "key");
        Map<String, Value> found = body.containsKey("range_end") ? store.subMap(from, key(body, "range_end"))
                : store.subMap(from, true, from, true);
        long limit = body.get("limit") instanceof Long number ? number : Long.MAX_VALUE;
        List<Object> kvs = new ArrayList<>();
        found.entrySet().stream().limit(limit).forEach(entry -> kvs.add(kv(entry.getKey(), entry.getValue(), 0)));
        return Map.of("kvs", kvs, "more", found.size() > limit);
    }

    private static Map<String, Object> kv(String key, Value value, long revision) {
        String name = Base64.getEncoder().encodeToString(key.getBytes(StandardCharsets.UTF_8));
        return value == null ? Map.of("key", name, "mod_revision", Long.toString(revision))
                : Map.of("key", name, "value", value.text(), "mod_revision", Long.toString(value.modified()));
    }

    private Map<String, Object> put(Map<?, ?> body) {
        long lease = body.get("lease") instanceof Long number ? number : 0;
        if (lease != 0 && !leases.contains(lease)) {
            return failure("etcdserver: requested lease not found", 5);
        }
        put(key(body, "key"), (String) body.get("value"), lease);
        return Map.of();
    }

    private Map<String, Object> deleteRange(Map<?, ?> body) {
        if (!store.containsKey(key(body, "key"))) {
            return Map.of();
        }
        delete(key(body, "key"));
        return Map.of("deleted", "1");
    }

    private Map<String, Object> transaction(Map<?, ?> body) {
        Map<?, ?> compare = (Map<?, ?>) ((List<?>) body.get("compare")).getFirst();
        boolean present = store.containsKey(key(compare, "key"));
        boolean succeeds = compare.get("result").equals("GREATER") == present;
        if (succeeds) {
            put((Map<?, ?>) ((Map<?, ?>) ((List<?>) body.get("success")).getFirst()).get("request_put"));
            return Map.of("succeeded", true);
        }
        Map<?, ?> read = (Map<?, ?>) ((Map<?, ?>) ((List<?>) body.get("failure")).getFirst()).get("request_range");
        return Map.of("responses", List.of(Map.of("response_range", range(read))));
    }

    // --- the watch ---------------------------------------------------------------------------------------------------

    private void watch(HttpExchange exchange, Map<?, ?> request) throws IOException, InterruptedException {
        watches.incrementAndGet();
        long next = (Long) request.get("start_revision");
        exchange.sendResponseHeaders(200, 0);
        OutputStream out = exchange.getResponseBody();
        int began = generation;
        if (holds(out)) {
            return;
        }
        send(out, Map.of("header", Map.of("revision", Long.toString(revision)), "created", true));
        while (true) {
            List<Object> events = new ArrayList<>();
            boolean gone;
            lock.lock();
            try {
                while (!closed && generation == began && (hangs || tellsNothing || revision < next)) {
                    changed.await();
                }
                gone = closed || generation != began;
                if (!gone && next <= compacted) {
                    send(out, Map.of("canceled", true, "compact_revision", Long.toString(compacted)));
                    return;
                }
                long from = next;
                history.stream().filter(change -> change.revision() >= from).forEach(change -> events.add(event(change)));
                next = revision + 1;
                if (repeats) {
                    events.addAll(List.copyOf(events));
                }
            } finally {
                lock.unlock();
            }
            if (gone) {
                return;
            }
            send(out, Map.of("events", events));
        }
    }

    /** Keeps a watch that is not to begin, until the end. */
    private boolean holds(OutputStream out) throws IOException, InterruptedException {
        lock.lock();
        try {
            if (beginsNoWatch) {
                out.flush();
                while (!closed) {
                    changed.await();
                }
            }
            return closed;
        } finally {
            lock.unlock();
        }
    }

    private static Map<String, Object> event(Change change) {
        Map<String, Object> kv = kv(change.key(), change.value(), change.revision());
        return change.value() == null ? Map.of("type", "DELETE", "kv", kv) : Map.of("kv", kv);
    }

    private static void send(OutputStream out, Map<String, Object> result) throws IOException {
        out.write((Json.write(Map.of("result", result)) + "\n").getBytes(StandardCharsets.UTF_8));
        out.flush();
    }

    @Override
    public void close() {
        with(() -> closed = true);
        http.stop(0);
        threads.shutdownNow();
    }
}
