package io.linksocks.tls;

import io.linksocks.util.FollowedFile;
import io.linksocks.util.Threads;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.lang.System.Logger;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Date;
import java.util.concurrent.locks.ReentrantLock;
import javax.net.ssl.SSLContext;

/**
 * The TLS context of the certificate and key in two files, which are read again when a handshake finds them changed. A pair
 * that can't be used is logged, and the old one stays in use.
 */
final class ReloadingContext {
    private static final Logger LOG = System.getLogger(ReloadingContext.class.getName());

    private final FollowedFile certificate;
    private final FollowedFile key;
    private final Duration interval;
    private volatile SSLContext current;

    /** Guards the fields below; one handshake checks the files, the others don't wait for it. */
    private final ReentrantLock checking = new ReentrantLock();
    /** Whether one file has a new text that waits for the other file. */
    private boolean outdated;
    private String problem = "";
    private long checkedAt;

    /**
     * Reads both files.
     *
     * @param interval between two checks of the files
     * @throws IOException naming the file and what to do
     */
    ReloadingContext(Path certificate, Path key, Duration interval) throws IOException {
        this.certificate = follow(certificate, interval);
        this.key = follow(key, interval);
        this.interval = interval;
        this.checkedAt = System.nanoTime();
        load();
    }

    private static FollowedFile follow(Path file, Duration interval) throws IOException {
        try {
            return new FollowedFile(PemFile.source(file), interval);
        } catch (IOException e) {
            throw PemFile.unreadable(file, e);
        }
    }

    private void load() throws IOException {
        ServerIdentity identity = ServerIdentity.of(PemFile.parse(certificate.path(), certificate.text()),
                PemFile.parse(key.path(), key.text()));
        current = identity.context();
        X509Certificate own = identity.chain().getFirst();
        boolean expired = own.getNotAfter().before(new Date());
        LOG.log(expired ? Level.WARNING : Level.INFO, "certificate of {0} {1} {2}", own.getSubjectX500Principal(),
                expired ? "has expired on" : "is good until", own.getNotAfter().toInstant());
    }

    /** The context for the next handshake. */
    SSLContext get() {
        if (checking.tryLock()) {
            try {
                check();
            } finally {
                checking.unlock();
            }
        }
        return current;
    }

    private void check() {
        if (System.nanoTime() - checkedAt < interval.toNanos()) {
            return;
        }
        checkedAt = System.nanoTime();
        try {
            outdated |= refresh(certificate);
            outdated |= refresh(key);
            if (certificate.isChanging() || key.isChanging()) {
                // The next handshake may come long after, and must get the new certificate.
                Threads.later(interval, () -> Threads.start("certificate", this::get));
            } else if (outdated) {
                outdated = false;
                load();
            }
            problem = "";
        } catch (IOException e) {
            report(e.getMessage());
        }
    }

    private static boolean refresh(FollowedFile file) throws IOException {
        try {
            return file.refresh();
        } catch (IOException e) {
            throw PemFile.unreadable(file.path(), e);
        }
    }

    /** Logs a problem once, not at each check. */
    private void report(String what) {
        if (!what.equals(problem)) {
            problem = what;
            LOG.log(Level.WARNING, "the old certificate stays in use: {0}", what);
        }
    }
}
