package io.linksocks.util;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * A text file that is reloaded after changes. A program that writes in place leaves it empty or incomplete for a while, so a
 * change takes effect only when it is still the same after some time, and never if the file is empty. Other files than regular
 * ones, such as pipes, are read once. Not thread-safe.
 */
public final class FollowedFile {
    /** How long a change must stay the same: less than the time between two checks, more than a pause of a writer. */
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

    /** The text in effect. */
    public String text() {
        return text;
    }

    /** Whether a change was found that is not in effect yet. */
    public boolean isChanging() {
        return candidate != null;
    }

    /**
     * Checks the file.
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

    /** Reads the file without waiting for it to settle, for a user who knows that it is complete. */
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
