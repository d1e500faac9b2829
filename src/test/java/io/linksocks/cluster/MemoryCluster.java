package io.linksocks.cluster;

import io.linksocks.json.Json;
import io.linksocks.json.JsonException;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BiConsumer;
import java.util.function.BooleanSupplier;

/**
 * A cluster within the process, for tests: each {@link #join} is the directory of one node. Every change has reached all
 * listeners when it returns, unless the node is cut off.
 */
public final class MemoryCluster {
    private record Group(String hash, UUID group) {}

    private final byte[] key;
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<Integer, Node> nodes = new TreeMap<>();
    private final Map<String, String> tokens = new TreeMap<>();
    /** Numbers of providers by group and tag. */
    private final Map<Group, Map<Integer, Integer>> providers = new HashMap<>();
    private final Map<Member, Directory.Listener> listeners = new HashMap<>();

    public MemoryCluster() {
        this(new byte[32]);
    }

    public MemoryCluster(byte[] key) {
        this.key = key.clone();
    }

    /** The directory of a node; it has the tag of the first server that it publishes. */
    public Member join() {
        return new Member();
    }

    private void tell(BiConsumer<Member, Directory.Listener> change) {
        Map.copyOf(listeners).forEach((member, listener) -> {
            if (!member.away) {
                change.accept(member, listener);
            }
        });
    }

    /** One node's view. */
    public final class Member implements Directory {
        private volatile boolean away;
        private Integer tag;

        /** Cuts the node off: it hears of nothing, and can't write, until {@link #heal}. */
        public void cutOff() {
            away = true;
        }

        /** Tells the listener all that there is. */
        public void heal(List<String> removed) {
            away = false;
            removed.forEach(listeners.get(this)::onTokenRemoved);
            tellAll(listeners.get(this));
        }

        @Override
        public byte[] key() {
            return key.clone();
        }

        @Override
        public void start(Listener listener) {
            lock.lock();
            try {
                listeners.put(this, listener);
                tellAll(listener);
            } finally {
                lock.unlock();
            }
        }

        private void tellAll(Listener listener) {
            // In the order of etcd's keys.
            providers.keySet().forEach(group -> listener.onProviders(group.hash(), group.group(),
                    providers(group.hash(), group.group())));
            tokens.forEach((hash, token) -> listener.onToken(hash, read(token)));
            listener.onNodes();
        }

        private static Map<?, ?> read(String json) {
            try {
                return (Map<?, ?>) Json.parse(json);
            } catch (JsonException e) {
                throw new IllegalStateException(e);
            }
        }

        @Override
        public void publish(Node node) {
            locked(() -> {
                tag = node.tag();
                nodes.put(node.tag(), node);
                tell((member, listener) -> listener.onNodes());
                return true;
            });
        }

        @Override
        public void withdraw(int gone) {
            locked(() -> {
                nodes.remove(gone);
                tell((member, listener) -> listener.onNodes());
                List.copyOf(providers.keySet()).forEach(group -> count(group, gone, 0));
                return true;
            });
        }

        @Override
        public Optional<Node> find(int wanted) {
            return all().stream().filter(node -> node.tag() == wanted).findFirst();
        }

        @Override
        public List<Node> all() {
            lock.lock();
            try {
                return List.copyOf(nodes.values());
            } finally {
                lock.unlock();
            }
        }

        @Override
        public boolean createToken(String hash, Map<String, Object> token) throws IOException {
            return write(() -> tokens.putIfAbsent(hash, Json.write(token)) == null && tellToken(hash));
        }

        @Override
        public boolean replaceToken(String hash, Map<String, Object> token) throws IOException {
            return write(() -> tokens.replace(hash, Json.write(token)) != null && tellToken(hash));
        }

        private boolean tellToken(String hash) {
            tell((member, listener) -> listener.onToken(hash, read(tokens.get(hash))));
            return true;
        }

        @Override
        public boolean removeToken(String hash) throws IOException {
            return write(() -> {
                boolean removed = tokens.remove(hash) != null;
                if (removed) {
                    tell((member, listener) -> listener.onTokenRemoved(hash));
                }
                return removed;
            });
        }

        private boolean write(BooleanSupplier change) throws IOException {
            if (away) {
                throw new UnavailableException("the cluster's directory is away");
            }
            return locked(change);
        }

        private boolean locked(BooleanSupplier change) {
            lock.lock();
            try {
                return change.getAsBoolean();
            } finally {
                lock.unlock();
            }
        }

        @Override
        public boolean hasToken(String hash) {
            lock.lock();
            try {
                return tokens.containsKey(hash);
            } finally {
                lock.unlock();
            }
        }

        @Override
        public boolean fetchToken(String hash) {
            return !away && hasToken(hash);
        }

        @Override
        public void publishProviders(String hash, UUID group, int sessions) {
            lock.lock();
            try {
                count(new Group(hash, group), tag, sessions);
            } finally {
                lock.unlock();
            }
        }

        private void count(Group group, Integer node, int sessions) {
            Map<Integer, Integer> counts = providers.computeIfAbsent(group, absent -> new TreeMap<>());
            Integer before = sessions == 0 ? counts.remove(node) : counts.put(node, sessions);
            if (before == null ? sessions != 0 : before != sessions) {
                tell((member, listener) -> {
                    if (member.tag == null || !member.tag.equals(node)) {
                        listener.onProviders(group.hash(), group.group(), member.providers(group.hash(), group.group()));
                    }
                });
            }
        }

        @Override
        public Map<Integer, Integer> providers(String hash, UUID group) {
            lock.lock();
            try {
                Map<Integer, Integer> others = new TreeMap<>(providers.getOrDefault(new Group(hash, group), Map.of()));
                if (tag != null) {
                    others.remove(tag);
                }
                return others;
            } finally {
                lock.unlock();
            }
        }

        @Override
        public Optional<Staleness> staleness() {
            return away ? Optional.of(new Staleness(Duration.ofSeconds(1), "cut off by the test")) : Optional.empty();
        }

        @Override
        public void close() {
            listeners.remove(this);
            if (tag != null) {
                withdraw(tag);
            }
        }
    }
}
