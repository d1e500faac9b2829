package io.linksocks.util;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * A text file whose changes are followed. Many programs write in place: the file is empty first, then incomplete for a
 * while. So a change counts only when it is found again after some time, and an empty file is none. What is no regular
 * file, such as a pipe, is read once. For one thread at a time.
 */
public final class FollowedFile {
    /** How long a change must stay the same: less than the time between two looks, more than a pause of a writer. */
    public static final Duration SETTLE_TIME = Duration.ofSeconds(1);

    private final TextFile file;
    private final long settleNanos;
    private final LongSupplier nanos;
    private final boolean readOnce;
    private String text;
    private String candidate;
    private long since;

    /** @param settleTime how long a change must stay the same */
    public FollowedFile(TextFile file, Duration settleTime) throws IOException {
        this(file, settleTime, System::nanoTime);
    }

    /**
     * Reads the file for the first time.
     *
     * @param nanos the time, as {@link System#nanoTime}
     * @throws IOException as {@link TextFile#read} does
     */
    FollowedFile(TextFile file, Duration settleTime, LongSupplier nanos) throws IOException {
        this.file = file;
        this.settleNanos = settleTime.toNanos();
        this.nanos = nanos;
        this.readOnce = !Files.isRegularFile(file.path());
        this.text = file.read();
    }

    public Path path() {
        return file.path();
    }

    /** The latest text that counts. */
    public String text() {
        return text;
    }

    /** Whether a change was found that does not count yet. */
    public boolean isChanging() {
        return candidate != null;
    }

    /**
     * Looks at the file.
     *
     * @return whether there is a new {@link #text}
     * @throws IOException as {@link TextFile#read} does, and when the file stays empty
     */
    public boolean refresh() throws IOException {
        if (readOnce) {
            return false;
        }
        String now = file.read();
        if (now.equals(text)) {
            candidate = null;
            return false;
        }
        if (!now.equals(candidate)) {
            candidate = now;
            since = nanos.getAsLong();
        }
        if (nanos.getAsLong() - since < settleNanos) {
            return false;
        }
        if (now.isBlank()) {
            throw new IOException("empty, which changes nothing");
        }
        accept(now);
        return true;
    }

    /** Reads the file as it is now, without waiting for it to settle: the user says that it is complete. */
    public void reread() throws IOException {
        if (!readOnce) {
            accept(file.read());
        }
    }

    private void accept(String now) {
        text = now;
        candidate = null;
    }
}
