package io.linksocks.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** A copy of a store that hears of changes in any order, more than once, or not at all. */
class MirrorTest {
    private final Map<String, String> seen = new TreeMap<>();
    private final Mirror.Changes changes = new Mirror.Changes() {
        @Override
        public boolean onPut(String key, byte[] value) {
            seen.put(key, new String(value));
            return true;
        }

        @Override
        public void onDelete(String key) {
            seen.remove(key);
        }
    };
    private final Mirror mirror = new Mirror(changes);

    private static EtcdClient.Entry entry(String key, long revision) {
        return new EtcdClient.Entry(key, (key + revision).getBytes(), revision);
    }

    private static EtcdClient.Snapshot snapshot(long revision, EtcdClient.Entry... entries) {
        return new EtcdClient.Snapshot(List.of(entries), revision);
    }

    @Test
    void anAnswerThatComesLateBringsNothingBack() {
        mirror.load(snapshot(5, entry("a", 3)));
        EtcdClient.Entry late = entry("b", 6);
        mirror.put(late);
        mirror.delete("b", 7);
        mirror.putAhead(late, 6);
        assertEquals(Map.of("a", "a3"), seen);
    }

    @Test
    void anAnswerAheadOfTheEventsCounts() {
        mirror.load(snapshot(5));
        mirror.putAhead(entry("a", 7), 7);
        assertEquals(Map.of("a", "a7"), seen);
        mirror.put(entry("b", 6));
        mirror.put(entry("a", 7));
        mirror.delete("a", 8);
        assertEquals(Map.of("b", "b6"), seen);
    }

    @Test
    void anOwnDeletionIsNotUndoneByAnOlderSnapshotOrEvent() {
        mirror.load(snapshot(5, entry("a", 3)));
        mirror.deleteAhead("a", 9);
        mirror.load(snapshot(7, entry("a", 6)));
        mirror.put(entry("a", 8));
        assertEquals(Map.of(), seen);
        mirror.delete("a", 9);
        mirror.put(entry("a", 10));
        assertEquals(Map.of("a", "a10"), seen);
    }

    @Test
    void aSnapshotTakesAwayWhatIsGoneButNotWhatIsNewer() {
        mirror.load(snapshot(5, entry("a", 3), entry("b", 4)));
        mirror.putAhead(entry("c", 9), 9);
        mirror.load(snapshot(8, entry("a", 3)));
        assertEquals(Map.of("a", "a3", "c", "c9"), seen);
    }

    @Test
    void aStoreThatWasRestoredFromABackupIsBelieved() {
        mirror.load(snapshot(50, entry("a", 30), entry("b", 40)));
        mirror.load(snapshot(20, entry("a", 10)));
        assertEquals(Map.of("a", "a10"), seen);
        mirror.put(entry("a", 21));
        assertEquals(Map.of("a", "a21"), seen);
    }

    @Test
    void anyOrderOfAnswersEndsInTheStateOfTheStore() {
        for (int seed = 0; seed < 500; seed++) {
            Random random = new Random(seed);
            seen.clear();
            Mirror copy = new Mirror(changes);
            copy.load(snapshot(1));
            Map<String, String> store = new TreeMap<>();
            List<Runnable> ahead = new ArrayList<>();
            List<Runnable> events = new ArrayList<>();
            for (long revision = 2; revision < 30; revision++) {
                String key = "k" + random.nextInt(4);
                long at = revision;
                if (store.containsKey(key) && random.nextBoolean()) {
                    store.remove(key);
                    events.add(() -> copy.delete(key, at));
                    ahead.add(() -> copy.deleteAhead(key, at));
                } else {
                    EtcdClient.Entry put = entry(key, revision);
                    store.put(key, key + revision);
                    events.add(() -> copy.put(put));
                    ahead.add(() -> copy.putAhead(put, at));
                }
            }
            Collections.shuffle(ahead, random);
            while (!events.isEmpty()) {
                List<Runnable> from = ahead.isEmpty() || random.nextBoolean() ? events : ahead;
                from.removeFirst().run();
            }
            assertEquals(store, seen, "seed " + seed);
        }
    }
}
