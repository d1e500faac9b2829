package io.linksocks.tls;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whom a client trusts when the certificates of {@code --ca} have their own end. */
class ValidAuthoritiesTest {
    @TempDir
    private Path folder;
    private TestAuthority authority;
    private X509Certificate own;
    private X509Certificate[] chain;
    private Instant now = Instant.now();

    @BeforeEach
    void prepare() throws Exception {
        authority = new TestAuthority(folder, "authority", now.plus(Duration.ofHours(1)));
        own = read(authority.file());
        chain = new X509Certificate[] {read(authority.issue("server", "localhost").certificate())};
    }

    private static X509Certificate read(Path file) throws IOException {
        return PemFile.read(file).certificates().getFirst();
    }

    private ValidAuthorities trusted(X509Certificate... more) {
        List<X509Certificate> all = new ArrayList<>(List.of(own));
        all.addAll(List.of(more));
        return new ValidAuthorities(all, () -> now);
    }

    @Test
    void anAuthorityIsTrustedUntilItsEnd() throws Exception {
        ValidAuthorities trusted = trusted();
        trusted.checkServerTrusted(chain, "ECDHE_ECDSA");
        now = now.plus(Duration.ofHours(2));
        CertificateException e =
                assertThrows(CertificateException.class, () -> trusted.checkServerTrusted(chain, "ECDHE_ECDSA"));
        assertTrue(e.getMessage().contains("CN=authority expired at "), e.getMessage());
        assertTrue(TlsFailure.describe(e).contains("ca(...)"), TlsFailure.describe(e));
    }

    @Test
    void anAuthorityIsNotTrustedBeforeItsBeginning() {
        now = now.minus(Duration.ofDays(2));
        assertThrows(ValidAuthorities.InvalidAuthorityException.class, () -> trusted().check());
    }

    @Test
    void oneThatHasExpiredDoesNotSpoilTheOthers() throws Exception {
        X509Certificate other = read(new TestAuthority(folder, "other").file());
        now = now.plus(Duration.ofHours(2));
        ValidAuthorities trusted = trusted(other);
        assertDoesNotThrow(trusted::check);
        assertThrows(ValidAuthorities.InvalidAuthorityException.class, () -> trusted.checkServerTrusted(chain, "ECDHE_ECDSA"));
    }

    @Test
    void aServersOwnCertificateIsTrustedUntilItsEndToo() throws Exception {
        ValidAuthorities trusted = new ValidAuthorities(List.of(chain[0]), () -> now);
        trusted.checkServerTrusted(chain, "ECDHE_ECDSA");
        now = now.plus(Duration.ofDays(2));
        assertThrows(ValidAuthorities.InvalidAuthorityException.class, () -> trusted.checkServerTrusted(chain, "ECDHE_ECDSA"));
    }

    @Test
    void aFileWithNothingElseIsRefusedByName() throws Exception {
        Path expired = new TestAuthority(folder, "old", Instant.now().minus(Duration.ofDays(1))).file();
        IOException e = assertThrows(IOException.class, () -> ClientTls.DEFAULT.withAuthorities(expired).context());
        assertTrue(e.getMessage().startsWith(expired + ": the trusted certificate of CN=old expired at "), e.getMessage());
        Path both = Files.writeString(folder.resolve("both.pem"), Files.readString(expired) + Files.readString(authority.file()));
        assertDoesNotThrow(() -> ClientTls.DEFAULT.withAuthorities(both).context());
    }
}
