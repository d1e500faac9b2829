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
import java.util.List;
import java.util.Objects;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;

/**
 * The TLS context of the certificate and key in two files, and the authorities of clients in a third one. All are read again
 * when a handshake finds one changed. Files that can't be used are logged, and the old ones stay in use.
 */
final class ReloadingContext {
    private static final Logger LOG = System.getLogger(ReloadingContext.class.getName());

    private final FollowedFile certificate;
    private final FollowedFile key;
    /** Null when clients need no certificate. */
    private final FollowedFile clientAuthorities;
    private final List<FollowedFile> files;
    private final Duration interval;
    private volatile Loaded current;

    /** Guards the fields below; one handshake checks the files, the others don't wait for it. */
    private final ReentrantLock checking = new ReentrantLock();
    /** Whether one file has a new text that waits for another file. */
    private boolean outdated;
    private String problem = "";
    private long checkedAt;

    /**
     * What was read from the files.
     *
     * @param authorities of clients; null when they need no certificate
     */
    record Loaded(SSLContext context, ValidAuthorities authorities) {}

    /**
     * Reads the files.
     *
     * @param clientAuthorities null when clients need no certificate
     * @param interval between two checks of the files
     * @throws IOException naming the file and what to do
     */
    ReloadingContext(Path certificate, Path key, Path clientAuthorities, Duration interval) throws IOException {
        this.certificate = follow(certificate, interval);
        this.key = follow(key, interval);
        this.clientAuthorities = clientAuthorities == null ? null : follow(clientAuthorities, interval);
        this.files = Stream.of(this.certificate, this.key, this.clientAuthorities).filter(Objects::nonNull).toList();
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
        CertifiedKey pair = CertifiedKey.of(parse(certificate), parse(key));
        ValidAuthorities clients = clientAuthorities == null ? null : ValidAuthorities.of(parse(clientAuthorities));
        current = new Loaded(ServerTls.context(new KeyManager[] {pair.keyManager()}, clients), clients);
        X509Certificate own = pair.chain().getFirst();
        boolean expired = own.getNotAfter().before(new Date());
        LOG.log(expired ? Level.WARNING : Level.INFO, "certificate of {0} {1} {2}", own.getSubjectX500Principal(),
                expired ? "has expired on" : "is good until", own.getNotAfter().toInstant());
    }

    private static PemFile parse(FollowedFile file) throws IOException {
        return PemFile.parse(file.path(), file.text());
    }

    /** What is in effect for the next handshake. */
    Loaded get() {
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
            for (FollowedFile file : files) {
                outdated |= refresh(file);
            }
            if (files.stream().anyMatch(FollowedFile::isChanging)) {
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
