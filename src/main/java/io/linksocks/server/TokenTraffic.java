package io.linksocks.server;

import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The traffic of tokens in each of the last 90 days (UTC). With a folder it survives a restart; servers that share the folder
 * add theirs together. Tokens are known by their hash, so the file holds no secret.
 */
final class TokenTraffic {
    private static final int DAYS = 90;

    /**
     * The bytes of one day, as the server saw them.
     *
     * @param in  from clients
     * @param out to clients
     */
    record Day(LocalDate date, long in, long out) {
        Day plus(Day other) {
            return new Day(date, in + other.in, out + other.out);
        }
    }

    /** Null without a folder. */
    private final StateFile file;
    private final InstantSource time;

    /** Guards all below. */
    private final ReentrantLock lock = new ReentrantLock();
    /** By hash and date. */
    private Map<String, TreeMap<LocalDate, Day>> all = new HashMap<>();
    /** What is not in the file yet. */
    private Map<String, TreeMap<LocalDate, Day>> unsaved = new HashMap<>();

    /** @param folder null to forget all at the end */
    TokenTraffic(Path folder, InstantSource time) {
        this.file = folder == null ? null : new StateFile(folder, "traffic");
        this.time = time;
    }

    private LocalDate date() {
        return time.instant().atZone(ZoneOffset.UTC).toLocalDate();
    }

    void count(String hash, long in, long out) {
        if (in + out > 0) {
            lock.lock();
            try {
                Day day = new Day(date(), in, out);
                add(all, hash, day);
                add(unsaved, hash, day);
            } finally {
                lock.unlock();
            }
        }
    }

    private static void add(Map<String, TreeMap<LocalDate, Day>> days, String hash, Day day) {
        days.computeIfAbsent(hash, first -> new TreeMap<>()).merge(day.date(), day, Day::plus);
    }

    /** The days with traffic, the oldest first. */
    List<Day> days(String hash) {
        lock.lock();
        try {
            return List.copyOf(all.getOrDefault(hash, new TreeMap<>()).values());
        } finally {
            lock.unlock();
        }
    }

    Day today(String hash) {
        LocalDate date = date();
        lock.lock();
        try {
            return all.getOrDefault(hash, new TreeMap<>()).getOrDefault(date, new Day(date, 0, 0));
        } finally {
            lock.unlock();
        }
    }

    /** The traffic in both directions in the present day or month; not what was counted while the clock was ahead. */
    long used(String hash, TokenSettings.Quota.Period period) {
        LocalDate today = date();
        LocalDate first = period == TokenSettings.Quota.Period.DAY ? today : today.withDayOfMonth(1);
        lock.lock();
        try {
            return all.getOrDefault(hash, new TreeMap<>()).subMap(first, true, today, true).values().stream()
                    .mapToLong(day -> day.in() + day.out()).sum();
        } finally {
            lock.unlock();
        }
    }

    // --- the file ----------------------------------------------------------------------------------------------------

    /**
     * Loads what was saved.
     *
     * @throws IOException naming the file that can't be read
     */
    void load() throws IOException {
        if (file != null) {
            try {
                adopt(read(file.read()));
            } catch (IllegalArgumentException e) {
                throw file.damaged(e.getMessage());
            }
        }
    }

    private void adopt(Map<String, TreeMap<LocalDate, Day>> saved) {
        lock.lock();
        try {
            all = saved;
            unsaved.forEach((hash, days) -> days.values().forEach(day -> add(all, hash, day)));
        } finally {
            lock.unlock();
        }
    }

    /** Adds what was counted since the last time to the file, without days that are too old. */
    void save() throws IOException {
        Map<String, TreeMap<LocalDate, Day>> counted = take();
        if (file == null || counted.isEmpty()) {
            return;
        }
        Map<String, TreeMap<LocalDate, Day>> merged = new HashMap<>();
        try {
            file.update(stored -> {
                merged.putAll(read(stored));
                counted.forEach((hash, days) -> days.values().forEach(day -> add(merged, hash, day)));
                dropOld(merged);
                return write(merged);
            });
            adopt(merged);
        } catch (IOException e) {
            giveBack(counted);
            throw e;
        }
    }

    private Map<String, TreeMap<LocalDate, Day>> take() {
        lock.lock();
        try {
            Map<String, TreeMap<LocalDate, Day>> counted = unsaved;
            unsaved = new HashMap<>();
            dropOld(all);
            return counted;
        } finally {
            lock.unlock();
        }
    }

    private void dropOld(Map<String, TreeMap<LocalDate, Day>> days) {
        LocalDate oldest = date().minusDays(DAYS - 1L);
        days.values().forEach(ofToken -> ofToken.headMap(oldest).clear());
        days.values().removeIf(Map::isEmpty);
    }

    private void giveBack(Map<String, TreeMap<LocalDate, Day>> counted) {
        lock.lock();
        try {
            counted.forEach((hash, days) -> days.values().forEach(day -> add(unsaved, hash, day)));
        } finally {
            lock.unlock();
        }
    }

    private static Map<String, TreeMap<LocalDate, Day>> read(List<JsonMembers> objects) {
        Map<String, TreeMap<LocalDate, Day>> days = new HashMap<>();
        for (JsonMembers object : objects) {
            try {
                LocalDate date = LocalDate.parse(String.valueOf(object.text("day")));
                add(days, String.valueOf(object.text("token")),
                        new Day(date, object.count("in", Long.MAX_VALUE), object.count("out", Long.MAX_VALUE)));
            } catch (DateTimeParseException e) {
                throw new IllegalArgumentException("a day is not a date", e);
            }
        }
        return days;
    }

    private static List<JsonMembers> write(Map<String, TreeMap<LocalDate, Day>> days) {
        List<JsonMembers> objects = new ArrayList<>();
        days.forEach((hash, ofToken) -> ofToken.values().forEach(day -> {
            Map<String, Object> members = new LinkedHashMap<>();
            members.put("token", hash);
            members.put("day", day.date().toString());
            members.put("in", day.in());
            members.put("out", day.out());
            objects.add(new JsonMembers(members));
        }));
        return objects;
    }
}
