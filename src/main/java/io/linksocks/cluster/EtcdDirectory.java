package io.linksocks.cluster;

import static java.lang.System.Logger.Level.ERROR;
import static java.lang.System.Logger.Level.INFO;

import io.linksocks.tls.ClientTls;
import io.linksocks.util.RateLimitedLogger;
import io.linksocks.util.Reason;
import io.linksocks.util.TextFile;
import io.linksocks.util.Threads;
import io.linksocks.util.TimeText;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import javax.net.ssl.SSLContext;

/** A directory on etcd v3. A thread follows it by a watch; another one shows this server to the others ({@link Presence}). */
public final class EtcdDirectory implements Directory {
    private static final int MAX_PASSWORD = 4096;

    private static final System.Logger LOG = System.getLogger(EtcdDirectory.class.getName());

    private final ClusterKey key;
    private final Sealer sealer;
    private final EtcdClient client;
    private final Timing timing;
    private final Health health;
    private final Presence presence;
    private final Inquiries inquiries = new Inquiries(System::nanoTime);
    /** Null for none. */
    private final RecordFile cache;
    private final RateLimitedLogger unwritten = new RateLimitedLogger(LOG);
    private final RateLimitedLogger unasked = new RateLimitedLogger(LOG);
    private final View view;
    private final ClusterMarker marker;
    private volatile boolean closed;
    private Thread follower;

    EtcdDirectory(String name, ClusterKey key, EtcdClient client, RecordFile cache, Timing timing) {
        this.key = key;
        this.sealer = new Sealer(key, name);
        this.client = client;
        this.marker = new ClusterMarker(name, sealer, client);
        this.cache = cache;
        this.timing = timing;
        this.health = new Health(timing.silence());
        this.presence = new Presence(client, sealer, health, timing, this::afterRound);
        this.view = new View(sealer, presence::own, presence::onProviders);
    }

    /**
     * Reads the files that the options name; contacts nobody.
     *
     * @throws IOException naming the file that can't be used
     */
    public static EtcdDirectory of(ClusterOptions options) throws IOException {
        ClusterKey key = ClusterKey.read(options.key(), options.name());
        SSLContext tls = ClientTls.DEFAULT.withAuthorities(options.authorities()).context();
        EtcdGateway.Login login = options.user() == null ? null : new EtcdGateway.Login(options.user(), password(options));
        EtcdGateway gateway = new EtcdGateway(options.endpoints(), tls, login, Timing.DEFAULT.attempt());
        return new EtcdDirectory(options.name(), key, new EtcdClient(gateway),
                options.cache() == null ? null : new RecordFile(options.cache(), options.name()), Timing.DEFAULT);
    }

    private static String password(ClusterOptions options) throws IOException {
        try {
            return new TextFile(options.passwordFile(), MAX_PASSWORD).read().strip();
        } catch (IOException e) {
            throw new IOException(options.passwordFile() + ": " + Reason.of(e), e);
        }
    }

    @Override
    public byte[] key() {
        return key.links();
    }

    // --- following ---------------------------------------------------------------------------------------------------

    @Override
    public void start(Listener own) throws IOException {
        view.listen(own);
        boolean loaded = loadFirst(readCache());
        follower = Threads.start("cluster watch", () -> follow(loaded));
        presence.start();
        if (loaded) {
            health.awaitWatching(timing.attempt());
        }
    }

    /** Whether etcd was loaded, not the cache. */
    private boolean loadFirst(List<EtcdClient.Entry> cached) throws IOException {
        long began = System.nanoTime();
        marker.recall(cached);
        while (true) {
            try {
                load(true, !cached.isEmpty());
                LOG.log(INFO, () -> view.tokenCount() + " tokens of the cluster loaded in "
                        + TimeText.of(Duration.ofNanos(System.nanoTime() - began)));
                return true;
            } catch (ClusterMarker.ForeignClusterException e) {
                throw e;
            } catch (IOException e) {
                health.onBroken(Reason.of(e));
                if (loadCache(cached)) {
                    return false;
                }
                // At the start of a host the first answers may take their time.
                if (System.nanoTime() - began > timing.start().toNanos()) {
                    throw new IOException("the cluster can't be joined: " + Reason.of(e)
                            + "; with the file of cache(...) from an earlier run the server starts without etcd", e);
                }
            }
            pause();
        }
    }

    private void pause() throws InterruptedIOException {
        try {
            Thread.sleep(timing.retry());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("stopped");
        }
    }

    private void follow(boolean loaded) {
        boolean current = loaded;
        while (!closed) {
            try {
                if (!current) {
                    load(false, view.tokenCount() > 0);
                }
                current = false;
                client.watch(sealer.prefix(), view.revision() + 1, health::onWatching, new Events());
            } catch (IOException e) {
                if (!closed) {
                    health.onBroken(Reason.of(e));
                }
            } catch (RuntimeException e) {
                LOG.log(ERROR, "the cluster can't be followed", e);
                health.onBroken(Reason.of(e));
            }
            try {
                pause();
            } catch (InterruptedIOException e) {
                return;
            }
        }
    }

    /**
     * Takes over what etcd has, if that is the cluster of the tokens that are here.
     *
     * @param first whether this server only starts
     * @param inUse whether it has tokens, be it in its cache
     */
    private void load(boolean first, boolean inUse) throws IOException {
        EtcdClient.Snapshot snapshot = client.list(sealer.prefix());
        marker.check(snapshot, first, inUse);
        view.change(mirror -> mirror.load(snapshot));
    }

    /** What the watch tells. */
    private final class Events implements EtcdClient.Watcher {
        @Override
        public void onPut(EtcdClient.Entry entry) {
            Node own = presence.own();
            if (own != null && entry.key().equals(sealer.nodeKey(own.tag()))) {
                health.onHeard();
            }
            view.change(mirror -> mirror.put(entry));
        }

        @Override
        public void onDelete(String entry, long revision) {
            view.change(mirror -> mirror.delete(entry, revision));
        }
    }

    private void afterRound() {
        view.settle(timing.absence(), health.staleness().isEmpty());
        writeCache();
    }

    // --- the cache ---------------------------------------------------------------------------------------------------

    /** The marker of the cluster and its tokens; nothing when there are none. */
    private List<EtcdClient.Entry> readCache() throws IOException {
        List<EtcdClient.Entry> entries = cache == null ? List.of() : cache.read();
        return entries.stream().anyMatch(entry -> sealer.isToken(entry.key())) ? entries : List.of();
    }

    private boolean loadCache(List<EtcdClient.Entry> cached) {
        view.change(mirror -> mirror.load(new EtcdClient.Snapshot(cached, 0)));
        return view.tokenCount() > 0;
    }

    private void writeCache() {
        List<EtcdClient.Entry> tokens = cache == null ? null : view.changedTokens();
        if (tokens == null) {
            return;
        }
        List<EtcdClient.Entry> entries = new ArrayList<>(tokens);
        marker.addTo(entries);
        try {
            cache.write(entries);
        } catch (IOException e) {
            unwritten.warn("the cluster's cache can't be written: " + Reason.of(e));
        }
    }

    // --- servers -----------------------------------------------------------------------------------------------------

    @Override
    public void publish(Node node) {
        presence.show(node);
    }

    @Override
    public void withdraw(int tag) {
        presence.show(null);
    }

    @Override
    public Optional<Node> find(int tag) {
        return Optional.ofNullable(view.node(tag));
    }

    @Override
    public List<Node> all() {
        return view.nodes();
    }

    // --- tokens ------------------------------------------------------------------------------------------------------

    @Override
    public boolean createToken(String hash, Map<String, Object> token) throws IOException {
        byte[] sealed = sealer.token(hash, token);
        return adopt(hash, sealed, write(() -> client.create(sealer.tokenKey(hash), sealed)));
    }

    @Override
    public boolean replaceToken(String hash, Map<String, Object> token) throws IOException {
        byte[] sealed = sealer.token(hash, token);
        return adopt(hash, sealed, write(() -> client.replace(sealer.tokenKey(hash), sealed)));
    }

    /** Takes over what was written, or was there before; true also when the answer to an earlier attempt was lost. */
    private boolean adopt(String hash, byte[] sealed, EtcdClient.Outcome outcome) {
        EtcdClient.Entry present = outcome.done()
                ? new EtcdClient.Entry(sealer.tokenKey(hash), sealed, outcome.revision()) : outcome.present();
        if (present != null) {
            view.change(mirror -> mirror.putAhead(present, outcome.revision()));
        }
        return present != null && Arrays.equals(present.value(), sealed);
    }

    @Override
    public boolean removeToken(String hash) throws IOException {
        String entry = sealer.tokenKey(hash);
        EtcdClient.Outcome outcome = write(() -> client.delete(entry));
        boolean known = view.hasToken(hash);
        view.change(mirror -> mirror.deleteAhead(entry, outcome.revision()));
        // Known, but not there: another attempt or another server has just removed it.
        return outcome.done() || known;
    }

    private interface Write {
        EtcdClient.Outcome done() throws IOException;
    }

    private EtcdClient.Outcome write(Write write) throws UnavailableException {
        Optional<Staleness> stale = staleness();
        if (stale.isPresent()) {
            throw new UnavailableException("the cluster can't be changed: stale for " + TimeText.of(stale.get().time())
                    + ", " + stale.get().reason());
        }
        try {
            return write.done();
        } catch (IOException e) {
            throw new UnavailableException("the cluster can't be changed: " + Reason.of(e));
        }
    }

    @Override
    public boolean hasToken(String hash) {
        return view.hasToken(hash);
    }

    @Override
    public boolean fetchToken(String hash) {
        // An answer that does not come would delay every wrong token.
        boolean away = staleness().filter(stale -> stale.time().compareTo(timing.silence()) > 0).isPresent();
        if (!hasToken(hash) && !away && inquiries.admit(hash)) {
            try {
                EtcdClient.Snapshot answer = client.get(sealer.tokenKey(hash));
                view.change(mirror -> answer.entries().forEach(entry -> mirror.putAhead(entry, answer.revision())));
            } catch (IOException e) {
                unasked.warn("a token can't be looked for in the cluster: " + Reason.of(e));
            }
        }
        return hasToken(hash);
    }

    // --- providers ---------------------------------------------------------------------------------------------------

    @Override
    public void publishProviders(String hash, UUID group, int sessions) {
        presence.show(new GroupId(hash, group), sessions);
    }

    @Override
    public Map<Integer, Integer> providers(String hash, UUID group) {
        return view.providers(new GroupId(hash, group));
    }

    // --- state -------------------------------------------------------------------------------------------------------

    @Override
    public Optional<Staleness> staleness() {
        return health.staleness();
    }

    @Override
    public void close() {
        closed = true;
        if (follower != null) {
            follower.interrupt();
            presence.close();
            writeCache();
        }
        client.close();
        Threads.join(follower);
    }
}
