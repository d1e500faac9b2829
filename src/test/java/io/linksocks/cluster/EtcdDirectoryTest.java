package io.linksocks.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.linksocks.protocol.TokenHash;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A directory on an etcd that is well, or not. */
@Timeout(240)
class EtcdDirectoryTest {
    private static final String SECRET = "a secret of a cluster for tests only";
    /** Never takes a machine under load for an etcd that hangs. */
    private static final Timing CALM = new Timing(Duration.ofSeconds(20), Duration.ofSeconds(3), Duration.ofMillis(50),
            Duration.ofSeconds(30), Duration.ofSeconds(30), Duration.ofMillis(20), Duration.ZERO);
    /** Notices soon that etcd hangs. */
    private static final Timing QUICK = new Timing(Duration.ofSeconds(2), Duration.ofSeconds(3), Duration.ofMillis(50),
            Duration.ofSeconds(1), Duration.ZERO, Duration.ofMillis(20), Duration.ZERO);
    private static final Sealer SEALER = new Sealer(new ClusterKey(SECRET, "test"), "test");
    private static final UUID GROUP = new UUID(0, 0);
    private static final String HASH = TokenHash.of("token");
    private static final Map<String, Object> TOKEN = Map.of("type", "forward", "token", "token");

    @TempDir
    private Path folder;

    private FakeEtcd etcd;
    private Timing timing = CALM;
    private final List<Member> members = new ArrayList<>();

    /** A directory and what it has told. */
    private static final class Member implements Directory.Listener {
        private final EtcdDirectory directory;
        private final Map<String, Map<?, ?>> tokens = new ConcurrentHashMap<>();
        private final Map<String, Map<Integer, Integer>> providers = new ConcurrentHashMap<>();
        private final AtomicInteger told = new AtomicInteger();
        /** Whether a token was there before it was told. */
        private volatile boolean early;

        Member(EtcdDirectory directory) {
            this.directory = directory;
        }

        @Override
        public void onToken(String hash, Map<?, ?> token) {
            told.incrementAndGet();
            early |= directory.hasToken(hash) && !tokens.containsKey(hash);
            tokens.put(hash, token);
        }

        @Override
        public void onTokenRemoved(String hash) {
            told.incrementAndGet();
            tokens.remove(hash);
        }

        @Override
        public void onProviders(String hash, UUID group, Map<Integer, Integer> present) {
            providers.put(hash, present);
        }

        @Override
        public void onNodes() {}
    }

    @BeforeEach
    void start() throws IOException {
        etcd = new FakeEtcd();
    }

    @AfterEach
    void stop() {
        members.forEach(member -> member.directory.close());
        members.forEach(member -> assertFalse(member.early));
        etcd.close();
    }

    private Member member(String secret, RecordFile cache, EtcdGateway.Login login, int... ports) throws IOException {
        List<URI> endpoints = Arrays.stream(ports.length == 0 ? new int[] {etcd.port()} : ports)
                .mapToObj(port -> URI.create("http://127.0.0.1:" + port)).toList();
        EtcdGateway gateway = new EtcdGateway(endpoints, null, login, timing.attempt());
        Member member = new Member(new EtcdDirectory("test", new ClusterKey(secret, "test"), new EtcdClient(gateway), cache,
                timing));
        members.add(member);
        return member;
    }

    private Member join(int tag) throws IOException {
        Member member = member(SECRET, null, null);
        while (!starts(member)) {
            member = member(SECRET, null, null);
        }
        show(member, tag);
        return member;
    }

    /** False when a machine under load was not as quick as an impatient node wants it. */
    private boolean starts(Member member) throws IOException {
        try {
            member.directory.start(member);
            return true;
        } catch (IOException e) {
            if (timing != QUICK) {
                throw e;
            }
            return false;
        }
    }

    private static void show(Member member, int tag) {
        member.directory.publish(new Node(tag, "node-" + tag, URI.create("ws://node-" + tag), 1, "1.0", null));
        await(() -> member.directory.find(tag).isPresent() && member.directory.staleness().isEmpty());
    }

    private static void await(BooleanSupplier condition) {
        while (!condition.getAsBoolean()) {
            Thread.onSpinWait();
            Thread.yield();
        }
    }

    private static boolean isStale(Member member) {
        return member.directory.staleness().isPresent();
    }

    // --- tokens ------------------------------------------------------------------------------------------------------

    @Test
    void aTokenMadeAtOneNodeHoldsAtTheOther() throws IOException {
        Member a = join(1);
        Member b = join(2);
        assertTrue(a.directory.createToken(HASH, TOKEN));
        assertEquals(TOKEN, a.tokens.get(HASH));
        await(() -> TOKEN.equals(b.tokens.get(HASH)));
        assertTrue(b.directory.removeToken(HASH));
        assertFalse(b.directory.hasToken(HASH));
        await(() -> a.tokens.isEmpty());
    }

    @Test
    void onlyOneOfTwoNodesMakesTheSameToken() throws IOException {
        Member a = join(1);
        Member b = join(2);
        assertTrue(a.directory.createToken(HASH, TOKEN));
        assertFalse(b.directory.createToken(HASH, Map.of("type", "reverse", "token", "token")));
        assertEquals(TOKEN, b.tokens.get(HASH));
        assertTrue(a.directory.removeToken(HASH));
        assertFalse(a.directory.removeToken(HASH));
        assertFalse(a.directory.replaceToken(HASH, TOKEN));
    }

    @Test
    void aChangedTokenReachesTheOtherNode() throws IOException {
        Member a = join(1);
        Member b = join(2);
        a.directory.createToken(HASH, TOKEN);
        Map<String, Object> changed = Map.of("type", "forward", "token", "token", "name", "changed");
        assertTrue(a.directory.replaceToken(HASH, changed));
        await(() -> changed.equals(b.tokens.get(HASH)));
    }

    @Test
    void aNodeThatStartsLaterLoadsAllPages() throws IOException {
        Member a = join(1);
        for (int i = 0; i < 1200; i++) {
            assertTrue(a.directory.createToken(TokenHash.of("token " + i), TOKEN));
        }
        assertEquals(1200, join(2).tokens.size());
    }

    @Test
    void aTokenOfWhichNoEventHasComeIsReadOnce() throws IOException {
        Member a = join(1);
        Member b = join(2);
        etcd.tellNothing(true);
        assertTrue(a.directory.createToken(HASH, TOKEN));
        assertTrue(b.directory.fetchToken(HASH));
        assertEquals(TOKEN, b.tokens.get(HASH));
    }

    @Test
    void guessedTokensAreNotAskedForOnAndOn() throws IOException {
        Member a = join(1);
        for (int i = 0; i < 1000; i++) {
            assertFalse(a.directory.fetchToken(TokenHash.of("guess")));
        }
        int reads = etcd.reads.get();
        long began = System.nanoTime();
        for (int i = 0; i < 1000; i++) {
            assertFalse(a.directory.fetchToken(TokenHash.of("guess " + i)));
        }
        double seconds = (System.nanoTime() - began) / 1e9;
        assertTrue(etcd.reads.get() - reads <= Inquiries.BURST + Inquiries.PER_SECOND * seconds,
                () -> etcd.reads.get() - reads + " reads in " + seconds + " s");
    }

    @Test
    void repeatedEventsAreToldOnce() throws IOException {
        Member a = join(1);
        Member b = join(2);
        etcd.repeat(true);
        a.directory.createToken(HASH, TOKEN);
        a.directory.createToken(TokenHash.of("another"), TOKEN);
        await(() -> b.tokens.size() == 2);
        a.directory.removeToken(HASH);
        await(() -> b.tokens.size() == 1);
        assertEquals(3, b.told.get());
    }

    @Test
    void aTokenTooLongForARecordIsRefused() throws IOException {
        Member a = join(1);
        Map<String, Object> huge = Map.of("token", "x".repeat(Sealer.MAX_RECORD));
        assertThrows(IllegalArgumentException.class, () -> a.directory.createToken(HASH, huge));
    }

    // --- nodes and providers -----------------------------------------------------------------------------------------

    @Test
    void nodesSeeEachOtherAndGo() throws IOException {
        timing = QUICK;
        Member a = join(1);
        Member b = join(2);
        await(() -> a.directory.all().size() == 2);
        b.directory.publish(b.directory.find(2).orElseThrow().withDraining(new Node.Draining(3, 4, 5)));
        await(() -> new Node.Draining(3, 4, 5).equals(a.directory.find(2).map(Node::draining).orElse(null)));
        b.directory.close();
        await(() -> a.directory.all().size() == 1);
    }

    @Test
    void providersAreCountedAtOtherNodes() throws IOException {
        Member a = join(1);
        Member b = join(2);
        a.directory.publishProviders(HASH, GROUP, 2);
        await(() -> Map.of(1, 2).equals(b.providers.get(HASH)));
        assertEquals(Map.of(1, 2), b.directory.providers(HASH, GROUP));
        assertEquals(Map.of(), a.directory.providers(HASH, GROUP));
        a.directory.publishProviders(HASH, GROUP, 0);
        await(() -> Map.of().equals(b.providers.get(HASH)));
    }

    @Test
    void aNodeWhoseLeaseIsGoneShowsItselfAgain() throws IOException {
        Member a = join(1);
        Member b = join(2);
        a.directory.publishProviders(HASH, GROUP, 2);
        await(() -> Map.of(1, 2).equals(b.providers.get(HASH)));
        b.providers.clear();
        List<String> keys = etcd.keys("/");
        etcd.expireLeases();
        await(() -> etcd.keys("/").equals(keys));
        a.directory.createToken(HASH, TOKEN);
        await(() -> b.directory.hasToken(HASH));
        assertEquals(Map.of(1, 2), b.directory.providers(HASH, GROUP));
        assertEquals(2, b.directory.all().size());
        assertEquals(Map.of(), b.providers, "nobody has noticed");
    }

    /** As after the restore of a backup, which may also bring back what has changed since. */
    @Test
    void whatEtcdHasLostOfProvidersIsWrittenAgain() throws IOException {
        Member a = join(1);
        a.directory.publishProviders(HASH, GROUP, 2);
        String entry = SEALER.providerKey(HASH, GROUP, 1);
        await(() -> shows(entry, 2));
        etcd.remove(entry);
        await(() -> shows(entry, 2));
        etcd.put(entry, SEALER.providers(HASH, GROUP, 1, 1));
        await(() -> shows(entry, 2));
        etcd.put(entry, new byte[] {1});
        await(() -> shows(entry, 2));
        a.directory.publishProviders(HASH, GROUP, 0);
        await(() -> etcd.value(entry) == null);
        etcd.put(entry, SEALER.providers(HASH, GROUP, 1, 1));
        await(() -> etcd.value(entry) == null);
    }

    private boolean shows(String entry, int sessions) {
        try {
            byte[] value = etcd.value(entry);
            return value != null && SEALER.open(entry, value) instanceof Sealer.Providers some && some.sessions() == sessions;
        } catch (IOException e) {
            return false;
        }
    }

    // --- an etcd that is not well ------------------------------------------------------------------------------------

    @Test
    void aHungEtcdIsNoticedAndTokensStay() throws IOException {
        timing = QUICK;
        Member a = join(1);
        create(a, HASH);
        etcd.hang(true);
        await(() -> isStale(a));
        assertTrue(a.directory.hasToken(HASH));
        assertThrows(UnavailableException.class, () -> a.directory.createToken(TokenHash.of("another"), TOKEN));
        assertThrows(UnavailableException.class, () -> a.directory.removeToken(HASH));
        etcd.hang(false);
        await(() -> !isStale(a));
        create(a, TokenHash.of("another"));
    }

    @Test
    void aWatchThatTellsNothingIsNoticed() throws IOException {
        timing = QUICK;
        Member a = join(1);
        etcd.tellNothing(true);
        await(() -> isStale(a));
        etcd.tellNothing(false);
        await(() -> !isStale(a));
    }

    @Test
    void aWatchThatDoesNotBeginIsAskedForAgain() throws IOException {
        timing = QUICK;
        Member a = join(1);
        etcd.beginNoWatch(true);
        etcd.cut();
        await(() -> isStale(a));
        int requests = etcd.watches.get();
        await(() -> etcd.watches.get() > requests);
        etcd.beginNoWatch(false);
        await(() -> !isStale(a));
    }

    @Test
    void whatWasRemovedMeanwhileDoesNotComeBack() throws IOException {
        timing = QUICK;
        Member a = join(1);
        create(a, HASH);
        etcd.hang(true);
        await(() -> isStale(a));
        etcd.remove(etcd.keys("/linksocks/test/token/").getFirst());
        etcd.compact();
        etcd.hang(false);
        await(() -> !isStale(a));
        assertFalse(a.directory.hasToken(HASH));
        assertEquals(Map.of(), a.tokens);
    }

    @Test
    void aCompactedHistoryIsLoadedAgain() throws IOException {
        Member a = join(1);
        Member b = join(2);
        etcd.tellNothing(true);
        a.directory.createToken(HASH, TOKEN);
        etcd.compact();
        etcd.tellNothing(false);
        await(() -> b.tokens.containsKey(HASH) && !isStale(b));
    }

    @Test
    void aCutWatchGoesOn() throws IOException {
        Member a = join(1);
        Member b = join(2);
        for (int i = 0; i < 20; i++) {
            String hash = TokenHash.of("token " + i);
            etcd.cut();
            create(a, hash);
            await(() -> b.tokens.containsKey(hash));
        }
    }

    /** Creates a token as soon as that is possible. */
    private static void create(Member member, String hash) {
        await(() -> tryCreate(member, hash));
    }

    private static boolean tryCreate(Member member, String hash) {
        try {
            return member.directory.createToken(hash, TOKEN) || member.directory.hasToken(hash);
        } catch (UnavailableException e) {
            return false;
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void garbageChangesNothing() throws IOException {
        Member a = join(1);
        a.directory.createToken(HASH, TOKEN);
        for (String garbage : List.of("", "<html>", "[]", "{\"kvs\":7}", "{\"header\":[]}", "{\"kvs\":[{\"key\":\"%\"}]}",
                "{\"kvs\":[1]}", "x".repeat(100_000))) {
            etcd.answer(garbage);
            etcd.cut();
            await(() -> isStale(a));
            assertTrue(a.directory.hasToken(HASH));
            assertThrows(UnavailableException.class, () -> a.directory.removeToken(HASH));
            etcd.answer(null);
            await(() -> !isStale(a));
        }
        assertEquals(Map.of(HASH, TOKEN), a.tokens);
    }

    @Test
    void aFullEtcdSaysSo() throws IOException {
        timing = QUICK;
        Member a = join(1);
        etcd.refuseWrites("etcdserver: mvcc: database space exceeded", 8);
        await(() -> a.directory.staleness().map(stale -> stale.reason().contains("database space exceeded")).orElse(false));
        assertTrue(assertThrows(UnavailableException.class, () -> a.directory.createToken(HASH, TOKEN)).getMessage()
                .contains("database space exceeded"));
        etcd.refuseWrites(null, 0);
        await(() -> !isStale(a));
    }

    @Test
    void anEtcdThatHasLostItsDataTakesNoTokenAway() throws IOException {
        timing = QUICK;
        Member a = join(1);
        create(a, HASH);
        loseData(a, () -> {});
        assertTrue(a.directory.hasToken(HASH));
    }

    private void loseData(Member a, Runnable meanwhile) {
        etcd.hang(true);
        await(() -> isStale(a));
        etcd.clear();
        meanwhile.run();
        etcd.compact();
        etcd.hang(false);
        await(() -> a.directory.staleness().map(stale -> stale.reason().contains("has lost")).orElse(false));
    }

    /** A node that was restarted meanwhile, for instance, has begun it. */
    @Test
    void aClusterThatWasBegunAnewTakesNoTokenAway() throws IOException {
        timing = QUICK;
        Member a = join(1);
        create(a, HASH);
        loseData(a, () -> etcd.put(SEALER.markerKey(), SEALER.marker()));
        assertTrue(a.directory.hasToken(HASH));
        assertEquals(Map.of(HASH, TOKEN), a.tokens);
    }

    /** It would have no tokens, and refuse all clients. */
    @Test
    void aNodeDoesNotBeginAnewWhatOthersStillHave() throws IOException {
        timing = QUICK;
        Member a = join(1);
        create(a, HASH);
        loseData(a, () -> {});
        await(() -> !etcd.keys("/linksocks/test/node/").isEmpty());
        Member b = member(SECRET, null, null);
        assertTrue(assertThrows(IOException.class, () -> b.directory.start(b)).getMessage().contains("has lost cluster test"));
        assertTrue(a.directory.hasToken(HASH));
    }

    @Test
    void anotherEndpointTakesOver() throws IOException {
        timing = QUICK;
        try (FakeEtcd hung = new FakeEtcd()) {
            hung.hang(true);
            Member a = member(SECRET, null, null, hung.port(), etcd.port());
            a.directory.start(a);
            show(a, 1);
            create(a, HASH);
        }
    }

    @Test
    void aUserLogsInAndAgainWhenItsTicketExpires() throws IOException {
        etcd.requirePassword("first");
        Member a = member(SECRET, null, new EtcdGateway.Login("linksocks", "first"));
        a.directory.start(a);
        show(a, 1);
        assertTrue(a.directory.createToken(HASH, TOKEN));
        Member wrong = member(SECRET, null, new EtcdGateway.Login("linksocks", "second"));
        assertTrue(assertThrows(IOException.class, () -> wrong.directory.start(wrong)).getMessage()
                .contains("authentication failed"));
    }

    // --- a start without etcd ----------------------------------------------------------------------------------------

    @Test
    void withItsCacheANodeStartsWithoutEtcd() throws IOException {
        RecordFile cache = cacheOfTwoTokens();
        assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.resolve("cache"))));
        assertFalse(Files.readString(folder.resolve("cache")).contains(HASH));

        byte[] marker = etcd.value(SEALER.markerKey());
        Member b = startWithoutEtcd(cache);
        assertEquals(2, b.tokens.size());
        b.directory.publish(new Node(2, "node-2", URI.create("ws://node-2"), 1, "1.0", null));
        startEtcdAgain(marker);
        await(() -> !isStale(b) && Map.of(HASH, TOKEN).equals(b.tokens));
    }

    private Member startWithoutEtcd(RecordFile cache) throws IOException {
        etcd.close();
        Member member = member(SECRET, cache, null);
        member.directory.start(member);
        assertTrue(isStale(member));
        return member;
    }

    private void startEtcdAgain(byte[] marker) throws IOException {
        etcd = new FakeEtcd(etcd.port());
        etcd.put(SEALER.tokenKey(HASH), SEALER.token(HASH, TOKEN));
        etcd.put(SEALER.markerKey(), marker);
    }

    /** Makes two tokens, of which etcd has one after {@link #startEtcdAgain}. */
    private RecordFile cacheOfTwoTokens() throws IOException {
        RecordFile cache = new RecordFile(folder.resolve("cache"), "test");
        Member member = member(SECRET, cache, null);
        member.directory.start(member);
        show(member, 1);
        member.directory.createToken(HASH, TOKEN);
        member.directory.createToken(TokenHash.of("another"), TOKEN);
        member.directory.close();
        return cache;
    }

    /** A node without a cache has begun it meanwhile; its tokens are no word on those of the cache. */
    @Test
    void aNodeFromItsCacheDoesNotTakeOverAClusterBegunAnewMeanwhile() throws IOException {
        RecordFile cache = cacheOfTwoTokens();
        Member a = startWithoutEtcd(cache);
        startEtcdAgain(SEALER.marker());
        await(() -> a.directory.staleness().orElseThrow().reason().contains("has another of that name"));
        assertEquals(2, a.tokens.size());
        a.directory.close();
        assertEquals(3, cache.read().size(), "two tokens and the marker of their cluster");
    }

    @Test
    void aNodeWithACacheDoesNotJoinAClusterBegunAnew() throws IOException {
        RecordFile cache = cacheOfTwoTokens();
        etcd.clear();
        etcd.put(SEALER.markerKey(), SEALER.marker());
        Member a = member(SECRET, cache, null);
        a.directory.start(a);
        assertEquals(2, a.tokens.size());
        assertTrue(a.directory.staleness().orElseThrow().reason().contains("has another of that name"));
        a.directory.close();

        Files.delete(folder.resolve("cache"));
        Member b = member(SECRET, cache, null);
        b.directory.start(b);
        assertEquals(Map.of(), b.tokens, "the operator's word");
        assertFalse(isStale(b));
    }

    /** Of a version that did not keep the marker. */
    @Test
    void aCacheWithoutMarkerIsReconciledWithAnyCluster() throws IOException {
        RecordFile cache = cacheOfTwoTokens();
        cache.write(cache.read().stream().filter(entry -> SEALER.isToken(entry.key())).toList());
        Member a = startWithoutEtcd(cache);
        assertEquals(2, a.tokens.size());
        startEtcdAgain(SEALER.marker());
        await(() -> Map.of(HASH, TOKEN).equals(a.tokens));
    }

    @Test
    void withItsCacheANodeKeepsWhatEtcdHasLost() throws IOException {
        RecordFile cache = new RecordFile(folder.resolve("cache"), "test");
        Member a = member(SECRET, cache, null);
        a.directory.start(a);
        show(a, 1);
        a.directory.createToken(HASH, TOKEN);
        a.directory.close();
        etcd.clear();
        Member b = member(SECRET, cache, null);
        b.directory.start(b);
        assertEquals(Map.of(HASH, TOKEN), b.tokens);
        assertTrue(isStale(b));
    }

    @Test
    void withoutCacheAndEtcdANodeDoesNotStart() throws IOException {
        etcd.close();
        Member a = member(SECRET, new RecordFile(folder.resolve("cache"), "test"), null);
        assertTrue(assertThrows(IOException.class, () -> a.directory.start(a)).getMessage().contains("can't be reached"));
    }

    @Test
    void aDamagedCacheIsNamed() throws IOException {
        Path file = folder.resolve("cache");
        RecordFile cache = new RecordFile(file, "test");
        cache.write(List.of(new EtcdClient.Entry("key", new byte[100], 0)));
        String text = Files.readString(file);
        for (String damaged : List.of("", "something else\n", text.replace("test", "other"), text.replace(" AAAA", ""),
                text.replace("AAAA", "%%%%"))) {
            Files.writeString(file, damaged);
            assertTrue(assertThrows(IOException.class, cache::read).getMessage().startsWith(file.toString()));
        }
    }

    // --- attacks -----------------------------------------------------------------------------------------------------

    @Test
    void aSwappedRecordIsRefused() throws IOException {
        Member a = join(1);
        String other = TokenHash.of("another");
        a.directory.createToken(HASH, TOKEN);
        a.directory.createToken(other, Map.of("type", "forward", "token", "another", "rules", List.of()));
        etcd.put(SEALER.tokenKey(HASH), etcd.value(SEALER.tokenKey(other)));
        await(() -> !a.tokens.containsKey(HASH));
        assertFalse(a.directory.hasToken(HASH));
        assertTrue(a.directory.hasToken(other));
        assertEquals(1, join(2).tokens.size());
    }

    @Test
    void aTokenOfWhoeverHasNotTheKeyIsRefused() throws IOException {
        Member a = join(1);
        Sealer forged = new Sealer(new ClusterKey("a secret of somebody else, of length 32", "test"), "test");
        etcd.put(SEALER.tokenKey(HASH), forged.token(HASH, TOKEN));
        etcd.put(forged.nodeKey(7), forged.node(new Node(7, "evil", URI.create("ws://evil"), 1, "1.0", null)));
        a.directory.createToken(TokenHash.of("another"), TOKEN);
        assertFalse(a.directory.fetchToken(HASH));
        assertEquals(1, a.directory.all().size());
    }

    @Test
    void aNodeWithAnotherKeyDoesNotJoin() throws IOException {
        join(1);
        Member other = member("another secret of a cluster for tests", null, null);
        assertTrue(assertThrows(IOException.class, () -> other.directory.start(other)).getMessage().contains("another key"));
    }

    @Test
    void recordsRevealNeitherTokenNorHash() throws IOException {
        Member a = join(1);
        a.directory.createToken(HASH, TOKEN);
        String all = String.join(" ", etcd.keys("/")) + Stream.of(etcd.keys("/linksocks/test/token/")).map(keys ->
                new String(etcd.value(keys.getFirst()), StandardCharsets.ISO_8859_1)).findFirst().orElseThrow();
        assertFalse(all.contains(HASH));
        assertFalse(all.contains("forward"));
    }
}
