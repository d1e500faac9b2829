package io.linksocks.cluster;

import static java.lang.System.Logger.Level.DEBUG;
import static java.lang.System.Logger.Level.ERROR;
import static java.lang.System.Logger.Level.INFO;

import io.linksocks.util.RateLimitedLogger;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.ObjIntConsumer;
import java.util.function.Supplier;

/** What a server sees of its cluster: the opened entries of its {@link Mirror}, whose changes a listener is told. Thread-safe. */
final class View {
    private static final System.Logger LOG = System.getLogger(View.class.getName());

    private final Sealer sealer;
    private final Supplier<Node> own;
    private final ObjIntConsumer<GroupId> ownProviders;
    private final RateLimitedLogger strange = new RateLimitedLogger(LOG);

    /** Guards all below but the concurrent maps; held while the listener is told, so that it hears changes in order. */
    private final ReentrantLock lock = new ReentrantLock();
    private final Mirror mirror = new Mirror(new Changes());
    private final Map<String, Sealer.Content> contents = new HashMap<>();
    /** Entries of servers that are in {@link #contents} no more than for a while, and since when. */
    private final Map<String, Long> missing = new HashMap<>();
    private Directory.Listener listener;
    private boolean tokensChanged;

    private final Map<Integer, Node> nodes = new ConcurrentHashMap<>();
    private final Set<String> tokens = ConcurrentHashMap.newKeySet();
    /** Numbers of providers by the tag of their server. */
    private final Map<GroupId, Map<Integer, Integer>> providers = new ConcurrentHashMap<>();

    /**
     * @param own          this server; null before it is shown
     * @param ownProviders hears what etcd has of the providers of this server
     */
    View(Sealer sealer, Supplier<Node> own, ObjIntConsumer<GroupId> ownProviders) {
        this.sealer = sealer;
        this.own = own;
        this.ownProviders = ownProviders;
    }

    /** Called before all others. */
    void listen(Directory.Listener hearer) {
        listener = hearer;
    }

    /** Applies a change to the mirror. */
    interface Change {
        void apply(Mirror mirror);
    }

    void change(Change change) {
        lock.lock();
        try {
            change.apply(mirror);
        } finally {
            lock.unlock();
        }
    }

    long revision() {
        lock.lock();
        try {
            return mirror.revision();
        } finally {
            lock.unlock();
        }
    }

    /** Null when there is none. */
    Node node(int tag) {
        return nodes.get(tag);
    }

    List<Node> nodes() {
        return List.copyOf(nodes.values());
    }

    boolean hasToken(String hash) {
        return tokens.contains(hash);
    }

    int tokenCount() {
        return tokens.size();
    }

    /** At other servers. */
    Map<Integer, Integer> providers(GroupId group) {
        Map<Integer, Integer> others = new TreeMap<>(providers.getOrDefault(group, Map.of()));
        Node node = own.get();
        if (node != null) {
            others.remove(node.tag());
        }
        return others;
    }

    /** The entries of all tokens if one has changed since the last call, else null. */
    List<EtcdClient.Entry> changedTokens() {
        lock.lock();
        try {
            if (!tokensChanged) {
                return null;
            }
            tokensChanged = false;
            return mirror.entries().stream().filter(entry -> contents.get(entry.key()) instanceof Sealer.Token).toList();
        } finally {
            lock.unlock();
        }
    }

    // --- telling -----------------------------------------------------------------------------------------------------

    /** Opens what is new in the mirror, and tells the listener. */
    private final class Changes implements Mirror.Changes {
        @Override
        public boolean onPut(String entry, byte[] value) {
            missing.remove(entry);
            Sealer.Content content;
            try {
                content = sealer.open(entry, value);
            } catch (IOException e) {
                strange.warn("etcd has an entry that no server of this cluster has written, " + sealer.label(entry) + ": "
                        + e.getMessage());
                tellOwn(contents.get(entry), false);
                forget(entry);
                return false;
            }
            tellOwn(content, true);
            Sealer.Content before = contents.put(entry, content);
            if (!content.equals(before)) {
                tell(content, true);
            }
            return true;
        }

        @Override
        public void onDelete(String entry) {
            tellOwn(contents.get(entry), false);
            switch (contents.get(entry)) {
                case Sealer.Server server -> missing.put(entry, System.nanoTime());
                case Sealer.Providers some when some.sessions() > 0 -> missing.put(entry, System.nanoTime());
                case null, default -> forget(entry);
            }
        }
    }

    private void tellOwn(Sealer.Content content, boolean present) {
        Node node = own.get();
        if (node != null && content instanceof Sealer.Providers some && some.node() == node.tag()) {
            ownProviders.accept(new GroupId(some.hash(), some.group()), present ? some.sessions() : 0);
        }
    }

    private void forget(String entry) {
        Sealer.Content before = contents.remove(entry);
        if (before != null) {
            tell(before, false);
        }
    }

    /**
     * Forgets servers whose entries have been missing for some time.
     *
     * @param followed whether changes come; else the time begins anew
     */
    void settle(Duration absence, boolean followed) {
        lock.lock();
        try {
            long now = System.nanoTime();
            if (!followed) {
                missing.replaceAll((entry, since) -> now);
                return;
            }
            List<String> gone = missing.entrySet().stream().filter(entry -> now - entry.getValue() >= absence.toNanos())
                    .map(Map.Entry::getKey).toList();
            gone.forEach(missing::remove);
            gone.forEach(this::forget);
        } finally {
            lock.unlock();
        }
    }

    private void tell(Sealer.Content content, boolean present) {
        try {
            switch (content) {
                case Sealer.Marker marker -> LOG.log(DEBUG, "the cluster is there");
                case Sealer.Server server -> tell(server.node(), present);
                case Sealer.Token token -> tell(token, present);
                case Sealer.Providers some -> tell(some, present);
            }
        } catch (RuntimeException e) {
            LOG.log(ERROR, "a change of the cluster can't be applied", e);
        }
    }

    private void tell(Node node, boolean present) {
        Node before = present ? nodes.put(node.tag(), node) : nodes.remove(node.tag());
        if (before == null || !present) {
            LOG.log(INFO, () -> "node " + node.name() + (present ? " is in the cluster" : " has left the cluster"));
        }
        listener.onNodes();
    }

    private void tell(Sealer.Token token, boolean present) {
        tokensChanged = true;
        if (present) {
            // In this order: whoever sees that it is there relies on the listener.
            listener.onToken(token.hash(), token.members());
            tokens.add(token.hash());
        } else {
            tokens.remove(token.hash());
            listener.onTokenRemoved(token.hash());
        }
    }

    private void tell(Sealer.Providers some, boolean present) {
        GroupId group = new GroupId(some.hash(), some.group());
        Map<Integer, Integer> counts = new TreeMap<>(providers.getOrDefault(group, Map.of()));
        if (present && some.sessions() > 0) {
            counts.put(some.node(), some.sessions());
        } else {
            counts.remove(some.node());
        }
        if (counts.isEmpty()) {
            providers.remove(group);
        } else {
            providers.put(group, counts);
        }
        listener.onProviders(some.hash(), some.group(), providers(group));
    }
}
