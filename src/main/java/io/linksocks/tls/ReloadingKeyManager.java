package io.linksocks.tls;

import io.linksocks.util.FollowedFile;
import io.linksocks.util.Threads;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.lang.System.Logger;
import java.net.Socket;
import java.nio.file.Path;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Date;
import java.util.concurrent.locks.ReentrantLock;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedKeyManager;

/**
 * Shows the certificate that stands in a file, and looks now and then, when somebody wants to see it, whether there is
 * a new one. One that can't be used is logged, and the old one stays.
 */
final class ReloadingKeyManager extends X509ExtendedKeyManager {
    private static final Logger LOG = System.getLogger(ReloadingKeyManager.class.getName());

    /** A key manager that answers to an alias of its own, so that chain and key of one handshake belong together. */
    private record Generation(String alias, X509ExtendedKeyManager manager) {}

    private final FollowedFile certificate;
    private final FollowedFile key;
    private final Duration interval;
    private volatile Generation current;
    private volatile Generation previous;

    /** Guards the fields below; the one who holds it looks at the files, the others don't wait. */
    private final ReentrantLock looking = new ReentrantLock();
    /** Whether there is a new text of one file that waits for the other. */
    private boolean unused;
    private String problem = "";
    private long looked;
    private int generations;

    /**
     * Reads both files.
     *
     * @param interval how long a look at the files is good for
     * @throws IOException naming the file and what to do
     */
    ReloadingKeyManager(Path certificate, Path key, Duration interval) throws IOException {
        this.certificate = follow(certificate, interval);
        this.key = follow(key, interval);
        this.interval = interval;
        this.looked = System.nanoTime();
        load();
        this.previous = current;
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
        String alias = "generation-" + ++generations;
        Generation next = new Generation(alias, identity.keyManager(alias));
        previous = current;
        current = next;
        report(identity.chain().getFirst());
    }

    private void report(X509Certificate own) {
        boolean expired = own.getNotAfter().before(new Date());
        LOG.log(expired ? Level.WARNING : Level.INFO, "certificate of {0} {1} {2}", own.getSubjectX500Principal(),
                expired ? "has expired on" : "is good until", own.getNotAfter().toInstant());
    }

    private Generation current() {
        if (looking.tryLock()) {
            try {
                look();
            } finally {
                looking.unlock();
            }
        }
        return current;
    }

    private void look() {
        if (System.nanoTime() - looked < interval.toNanos()) {
            return;
        }
        looked = System.nanoTime();
        try {
            unused |= refresh(certificate);
            unused |= refresh(key);
            if (certificate.isChanging() || key.isChanging()) {
                // The next handshake may be long after, and must get the new one.
                Threads.later(interval, () -> Threads.start("certificate", this::current));
            }
            if (unused && !certificate.isChanging() && !key.isChanging()) {
                unused = false;
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

    /** Once, and not with every look. */
    private void report(String what) {
        if (!what.equals(problem)) {
            problem = what;
            LOG.log(Level.WARNING, "the old certificate stays in use: {0}", what);
        }
    }

    private X509ExtendedKeyManager manager(String alias) {
        Generation now = current;
        return (now.alias.equals(alias) ? now : previous).manager;
    }

    @Override
    public String chooseServerAlias(String keyType, Principal[] issuers, Socket socket) {
        return current().manager.chooseServerAlias(keyType, issuers, socket);
    }

    @Override
    public String chooseEngineServerAlias(String keyType, Principal[] issuers, SSLEngine engine) {
        return current().manager.chooseEngineServerAlias(keyType, issuers, engine);
    }

    @Override
    public X509Certificate[] getCertificateChain(String alias) {
        return manager(alias).getCertificateChain(alias);
    }

    @Override
    public PrivateKey getPrivateKey(String alias) {
        return manager(alias).getPrivateKey(alias);
    }

    @Override
    public String[] getServerAliases(String keyType, Principal[] issuers) {
        return current().manager.getServerAliases(keyType, issuers);
    }

    @Override
    public String[] getClientAliases(String keyType, Principal[] issuers) {
        return null;
    }

    @Override
    public String chooseClientAlias(String[] keyTypes, Principal[] issuers, Socket socket) {
        return null;
    }
}
