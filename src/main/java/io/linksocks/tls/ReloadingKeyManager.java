package io.linksocks.tls;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
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

    /** What tells that a file has changed. */
    private record Stamp(FileTime modified, long size, Object file) {
        static Stamp of(Path path) {
            try {
                BasicFileAttributes now = Files.readAttributes(path, BasicFileAttributes.class);
                return new Stamp(now.lastModifiedTime(), now.size(), now.fileKey());
            } catch (IOException e) {
                // As good as any other change: reading the file will say what is the matter with it.
                return new Stamp(null, 0, e.getClass());
            }
        }
    }

    /** Which contents of the two files are meant. */
    private record Stamps(Stamp certificate, Stamp key) {}

    /** A key manager that answers to an alias of its own, so that chain and key of one handshake belong together. */
    private record Generation(String alias, X509ExtendedKeyManager manager) {}

    private final Path certificate;
    private final Path key;
    private final Duration interval;
    private volatile Generation current;
    private volatile Generation previous;

    /** Guards the fields below; the one who holds it looks at the files, the others don't wait. */
    private final ReentrantLock looking = new ReentrantLock();
    private Stamps seen;
    private long looked;
    private int generations;

    /**
     * Reads both files.
     *
     * @param interval how long a look at the files is good for
     * @throws IOException naming the file and the cure
     */
    ReloadingKeyManager(Path certificate, Path key, Duration interval) throws IOException {
        this.certificate = certificate;
        this.key = key;
        this.interval = interval;
        this.seen = stamps();
        this.looked = System.nanoTime();
        load();
        this.previous = current;
    }

    private Stamps stamps() {
        return new Stamps(Stamp.of(certificate), Stamp.of(key));
    }

    private void load() throws IOException {
        ServerIdentity identity = ServerIdentity.read(certificate, key);
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
        Stamps now = stamps();
        if (now.equals(seen)) {
            return;
        }
        seen = now;
        try {
            load();
        } catch (IOException e) {
            LOG.log(Level.WARNING, "the old certificate stays in use: {0}", e.getMessage());
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
