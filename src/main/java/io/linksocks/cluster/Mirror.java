package io.linksocks.cluster;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A copy of the entries of a store whose changes have revisions. Snapshots, events and own writes may arrive in any order; the
 * newest change of an entry wins. Not thread-safe.
 */
final class Mirror {
    /** Hears of what changes in the copy. */
    interface Changes {
        /** Returns false for an entry that is of no use, which the copy does without. */
        boolean onPut(String key, byte[] value);

        void onDelete(String key);
    }

    private final Map<String, EtcdClient.Entry> entries = new HashMap<>();
    /** Revisions of own deletions that events have not confirmed. */
    private final Map<String, Long> deleted = new HashMap<>();
    private final Changes changes;
    /** All changes up to this revision have been seen. */
    private long revision;

    Mirror(Changes changes) {
        this.changes = changes;
    }

    long revision() {
        return revision;
    }

    List<EtcdClient.Entry> entries() {
        return List.copyOf(entries.values());
    }

    /** Takes over a snapshot of the whole store. */
    void load(EtcdClient.Snapshot snapshot) {
        if (snapshot.revision() < revision) {
            // The store was restored from a backup.
            entries.replaceAll((key, entry) -> new EtcdClient.Entry(key, entry.value(), 0));
            deleted.clear();
        }
        Set<String> present = new HashSet<>();
        snapshot.entries().forEach(entry -> present.add(entry.key()));
        for (EtcdClient.Entry entry : new ArrayList<>(entries.values())) {
            if (!present.contains(entry.key()) && entry.revision() <= snapshot.revision()) {
                entries.remove(entry.key());
                changes.onDelete(entry.key());
            }
        }
        snapshot.entries().forEach(this::take);
        revision = snapshot.revision();
        deleted.values().removeIf(at -> at <= revision);
    }

    /** Takes over an event. */
    void put(EtcdClient.Entry entry) {
        take(entry);
        revision = Math.max(revision, entry.revision());
    }

    /** Takes over an event. */
    void delete(String key, long at) {
        drop(key, at);
        revision = Math.max(revision, at);
        deleted.values().removeIf(own -> own <= revision);
    }

    /** Takes over an entry that was read or written beside the events, when the store was at this revision. */
    void putAhead(EtcdClient.Entry entry, long at) {
        // Otherwise the events have told what became of it.
        if (at > revision) {
            take(entry);
        }
    }

    /** Takes over an own deletion. */
    void deleteAhead(String key, long at) {
        drop(key, at);
        if (at > revision) {
            deleted.put(key, at);
        }
    }

    private void take(EtcdClient.Entry entry) {
        EtcdClient.Entry known = entries.get(entry.key());
        boolean old = known != null && known.revision() >= entry.revision()
                || deleted.getOrDefault(entry.key(), 0L) > entry.revision();
        if (!old) {
            entries.put(entry.key(), entry);
            if (!changes.onPut(entry.key(), entry.value())) {
                entries.remove(entry.key());
            }
        }
    }

    private void drop(String key, long at) {
        EtcdClient.Entry known = entries.get(key);
        if (known != null && known.revision() < at) {
            entries.remove(key);
            changes.onDelete(key);
        }
    }
}
