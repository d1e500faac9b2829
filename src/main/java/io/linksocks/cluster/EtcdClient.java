package io.linksocks.cluster;

import io.linksocks.json.Json;
import io.linksocks.util.Threads;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.atomic.AtomicReference;

/** The requests to etcd v3 that a directory needs. Thread-safe. */
final class EtcdClient implements AutoCloseable {
    /** With records of the largest size a page stays below {@link EtcdGateway#MAX_ANSWER}. */
    private static final int PAGE = 200;
    /** The part of the heap that entries may take: more would end the process. */
    private static final int PART_OF_HEAP = 8;
    private static final int READ_AHEAD = 8192;

    private static final String KEY = "key";
    private static final String VALUE = "value";
    private static final String RANGE_END = "range_end";
    private static final String REVISION = "revision";
    private static final String LEASE = "lease";

    /**
     * A key and its value.
     *
     * @param revision of the change that it comes from
     */
    record Entry(String key, byte[] value, long revision) {}

    /**
     * Entries as they were at one revision.
     *
     * @param revision of the whole store
     */
    record Snapshot(List<Entry> entries, long revision) {}

    /**
     * The result of a write that depends on a condition.
     *
     * @param done whether the condition was true
     * @param present the entry that there is otherwise; null when there is none
     * @param revision of the whole store
     */
    record Outcome(boolean done, Entry present, long revision) {}

    /** Hears of changes in their order. */
    interface Watcher {
        void onPut(Entry entry);

        void onDelete(String key, long revision);
    }

    private final EtcdGateway gateway;
    private final long mostBytes;
    /** The answer that {@link #watch} reads; null when it isn't called. */
    private final AtomicReference<InputStream> watched = new AtomicReference<>();

    EtcdClient(EtcdGateway gateway) {
        this(gateway, Runtime.getRuntime().maxMemory() / PART_OF_HEAP);
    }

    /** @param mostBytes of keys and values that {@link #list} takes */
    EtcdClient(EtcdGateway gateway, long mostBytes) {
        this.gateway = gateway;
        this.mostBytes = mostBytes;
    }

    // --- reading -----------------------------------------------------------------------------------------------------

    /** All entries whose keys begin with a prefix. */
    Snapshot list(String prefix) throws IOException {
        List<Entry> entries = new ArrayList<>();
        String end = encode(end(prefix));
        String from = prefix;
        long revision = 0;
        long bytes = 0;
        while (true) {
            Map<?, ?> page = gateway.ask("/v3/kv/range", Map.of(KEY, encode(from), RANGE_END, end, "limit", PAGE,
                    REVISION, revision));
            revision = revision == 0 ? revision(page) : revision;
            List<Entry> read = entries(page);
            bytes += read.stream().mapToLong(entry -> entry.key().length() + entry.value().length).sum();
            if (bytes > mostBytes) {
                throw new IOException("etcd has more than " + mostBytes / 1024 + " KiB below " + prefix
                        + "; remove what is not of this cluster, or give the server more memory");
            }
            entries.addAll(read);
            if (!Boolean.TRUE.equals(page.get("more")) || read.isEmpty()) {
                return new Snapshot(entries, revision);
            }
            String next = read.getLast().key() + "\0";
            if (next.compareTo(from) <= 0) {
                throw new IOException("etcd sent entries out of their order");
            }
            from = next;
        }
    }

    /** One entry, or none. */
    Snapshot get(String key) throws IOException {
        Map<?, ?> answer = gateway.ask("/v3/kv/range", Map.of(KEY, encode(key)));
        return new Snapshot(entries(answer), revision(answer));
    }

    /** The first key behind all that begin with a prefix. */
    private static String end(String prefix) {
        int last = prefix.length() - 1;
        return prefix.substring(0, last) + (char) (prefix.charAt(last) + 1);
    }

    // --- writing -----------------------------------------------------------------------------------------------------

    /** @param lease 0 for none */
    void put(String key, byte[] value, long lease) throws IOException {
        gateway.ask("/v3/kv/put", putRequest(key, value, lease));
    }

    private static Map<String, Object> putRequest(String key, byte[] value, long lease) {
        return Map.of(KEY, encode(key), VALUE, Base64.getEncoder().encodeToString(value), LEASE, lease);
    }

    /** Adds an entry unless there is one. */
    Outcome create(String key, byte[] value) throws IOException {
        return write(compare(key, "EQUAL"), key, value);
    }

    /** Replaces an entry if there is one. */
    Outcome replace(String key, byte[] value) throws IOException {
        return write(compare(key, "GREATER"), key, value);
    }

    private static Map<String, Object> compare(String key, String result) {
        return Map.of("target", "CREATE", KEY, encode(key), "create_revision", 0, "result", result);
    }

    private Outcome write(Map<String, Object> condition, String key, byte[] value) throws IOException {
        Map<?, ?> answer = gateway.ask("/v3/kv/txn", Map.of("compare", List.of(condition),
                "success", List.of(Map.of("request_put", putRequest(key, value, 0))),
                "failure", List.of(Map.of("request_range", Map.of(KEY, encode(key))))));
        boolean done = Boolean.TRUE.equals(answer.get("succeeded"));
        Entry present = null;
        for (Object response : done ? List.of() : list(answer, "responses")) {
            present = entries(object(response, "response_range")).stream().findFirst().orElse(null);
        }
        return new Outcome(done, present, revision(answer));
    }

    /** Removes an entry; not done when there is none. */
    Outcome delete(String key) throws IOException {
        Map<?, ?> answer = gateway.ask("/v3/kv/deleterange", Map.of(KEY, encode(key)));
        return new Outcome(number(answer, "deleted") > 0, null, revision(answer));
    }

    // --- leases ------------------------------------------------------------------------------------------------------

    /** A new lease. Entries with it disappear when it is not kept alive for this time. */
    long grant(Duration time) throws IOException {
        long lease = number(gateway.ask("/v3/lease/grant", Map.of("TTL", time.toSeconds())), "ID");
        if (lease == 0) {
            throw new IOException("etcd grants no lease");
        }
        return lease;
    }

    /** Whether the lease is still there. */
    boolean keepAlive(long lease) throws IOException {
        return number(object(gateway.ask("/v3/lease/keepalive", Map.of("ID", lease)), "result"), "TTL") > 0;
    }

    /** Removes a lease and its entries. */
    void revoke(long lease) throws IOException {
        gateway.ask("/v3/lease/revoke", Map.of("ID", lease));
    }

    // --- watching ----------------------------------------------------------------------------------------------------

    /**
     * Tells changes of entries whose keys begin with a prefix, until that fails. By one thread at a time.
     *
     * @param from the first revision of interest
     * @param onBegin called when etcd has begun to watch
     * @throws IOException always
     */
    void watch(String prefix, long from, Runnable onBegin, Watcher watcher) throws IOException {
        InputStream answer = gateway.open("/v3/watch", Map.of("create_request",
                Map.of(KEY, encode(prefix), RANGE_END, encode(end(prefix)), "start_revision", from)));
        watched.set(answer);
        ScheduledFuture<?> limit = Threads.later(gateway.timeout(), this::breakWatch);
        try (answer) {
            LineReader lines = new LineReader(answer);
            for (String line = lines.next(); line != null; line = lines.next()) {
                Map<?, ?> result = result(line);
                if (Boolean.TRUE.equals(result.get("created"))) {
                    limit.cancel(false);
                    onBegin.run();
                }
                for (Object event : list(result, "events")) {
                    tell(event, watcher);
                }
            }
            throw new IOException("etcd ended the watch");
        } finally {
            limit.cancel(false);
            watched.set(null);
        }
    }

    private static Map<?, ?> result(String line) throws IOException {
        Object message = Json.parse(line, EtcdGateway.MAX_ANSWER);
        Map<?, ?> result = object(message, "result");
        if (result.isEmpty() || Boolean.TRUE.equals(result.get("canceled"))) {
            throw new IOException("etcd ended the watch"
                    + (result.containsKey("compact_revision") ? ": its history was compacted" : ""));
        }
        return result;
    }

    private static void tell(Object event, Watcher watcher) throws IOException {
        Entry entry = entry(object(event, "kv"));
        if (event instanceof Map<?, ?> members && "DELETE".equals(members.get("type"))) {
            watcher.onDelete(entry.key(), entry.revision());
        } else {
            watcher.onPut(entry);
        }
    }

    /** Ends {@link #watch} and lets it begin at another endpoint. */
    void breakWatch() {
        InputStream answer = watched.get();
        if (answer != null) {
            gateway.turnAway();
            try {
                answer.close();
            } catch (IOException e) {
                // The watch ends in any case.
                return;
            }
        }
    }

    @Override
    public void close() {
        gateway.close();
    }

    /** Splits a stream into lines of bounded length. */
    private static final class LineReader {
        private final InputStream in;
        private final byte[] ahead = new byte[READ_AHEAD];
        private int position;
        private int limit;

        LineReader(InputStream in) {
            this.in = in;
        }

        private int read() throws IOException {
            try {
                return in.read(ahead);
            } catch (IOException e) {
                Threads.reportError(e);
                throw new IOException("the connection to etcd was lost", e);
            }
        }

        /** Null at the end. */
        String next() throws IOException {
            ByteArrayOutputStream line = new ByteArrayOutputStream();
            while (true) {
                int start = position;
                while (position < limit && ahead[position] != '\n') {
                    position++;
                }
                line.write(ahead, start, position - start);
                if (position < limit) {
                    position++;
                    return line.toString(StandardCharsets.UTF_8);
                }
                if (line.size() > EtcdGateway.MAX_ANSWER) {
                    throw new IOException("an event of etcd is longer than " + EtcdGateway.MAX_ANSWER + " bytes");
                }
                position = 0;
                limit = Math.max(0, read());
                if (limit == 0) {
                    return null;
                }
            }
        }
    }

    // --- JSON --------------------------------------------------------------------------------------------------------

    private static String encode(String key) {
        return Base64.getEncoder().encodeToString(key.getBytes(StandardCharsets.UTF_8));
    }

    private static byte[] decode(Object text) throws IOException {
        try {
            return text instanceof String encoded ? Base64.getDecoder().decode(encoded) : new byte[0];
        } catch (IllegalArgumentException e) {
            throw new IOException("etcd sent something else than base64", e);
        }
    }

    private static List<Entry> entries(Map<?, ?> range) throws IOException {
        List<Entry> entries = new ArrayList<>();
        for (Object kv : list(range, "kvs")) {
            entries.add(entry(kv));
        }
        return entries;
    }

    private static Entry entry(Object kv) throws IOException {
        if (kv instanceof Map<?, ?> members && members.get(KEY) instanceof String) {
            return new Entry(new String(decode(members.get(KEY)), StandardCharsets.UTF_8), decode(members.get(VALUE)),
                    number(members, "mod_revision"));
        }
        throw new IOException("etcd sent something else than an entry");
    }

    private static long revision(Map<?, ?> answer) throws IOException {
        long revision = number(object(answer, "header"), REVISION);
        if (revision <= 0) {
            // Otherwise it would pass for an empty store.
            throw new IOException("etcd sent an answer without a revision");
        }
        return revision;
    }

    private static Map<?, ?> object(Object members, String name) {
        return members instanceof Map<?, ?> map && map.get(name) instanceof Map<?, ?> object ? object : new HashMap<>();
    }

    private static List<?> list(Map<?, ?> members, String name) {
        return members.get(name) instanceof List<?> list ? list : List.of();
    }

    /** The gateway writes 64-bit numbers as text, and leaves out zero. */
    private static long number(Map<?, ?> members, String name) throws IOException {
        try {
            return switch (members.get(name)) {
                case Long number -> number;
                case String digits -> Long.parseLong(digits);
                case null, default -> 0;
            };
        } catch (NumberFormatException e) {
            throw new IOException("etcd sent something else than a number", e);
        }
    }
}
