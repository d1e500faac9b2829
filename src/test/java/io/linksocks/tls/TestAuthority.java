package io.linksocks.tls;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.math.BigInteger;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.Signature;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Base64;
import java.util.Collection;
import java.util.HexFormat;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;

/** Issues certificates for tests (X.509, RFC 5280), each valid since a day ago. */
public final class TestAuthority {
    private static final AtomicInteger SERIAL = new AtomicInteger();
    private static final Duration DAY = Duration.ofDays(1);
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("yyyyMMddHHmmss'Z'").withZone(ZoneOffset.UTC);
    private static final byte[] TRUE = {1, 1, -1};
    /** ecdsa-with-SHA256 (RFC 5758). */
    private static final byte[] SIGNATURE = Der.element(Der.SEQUENCE, oid("2a8648ce3d040302"));

    private final Path folder;
    private final String name;
    private final KeyPair keys = generate("EC");
    private final byte[] certificate;
    /** The certificates between this authority and the root, in PEM form. */
    private final String chain;

    /** A certificate, with those of the authorities up to the root, and its key. */
    public record Issued(Path certificate, Path key) {
        /** Of a server that has them. */
        public SSLContext context() throws IOException {
            KeyManager keys = CertifiedKey.of(PemFile.read(certificate), PemFile.read(key)).keyManager();
            return ServerTls.context(new KeyManager[] {keys}, null);
        }
    }

    /** A root whose files go into this folder. */
    public TestAuthority(Path folder, String name) throws GeneralSecurityException {
        this(folder, name, Instant.now().plus(DAY));
    }

    /** One whose own certificate ends at some time. */
    public TestAuthority(Path folder, String name, Instant end) throws GeneralSecurityException {
        this.folder = folder;
        this.name = name;
        this.certificate = certificate(name, keys, keys, name, end, authority());
        this.chain = "";
    }

    private TestAuthority(TestAuthority parent, String name) throws GeneralSecurityException {
        this.folder = parent.folder;
        this.name = name;
        this.certificate = certificate(name, keys, parent.keys, parent.name, Instant.now().plus(DAY), authority());
        this.chain = pem("CERTIFICATE", certificate) + parent.chain;
    }

    /** Another one that this one vouches for. */
    public TestAuthority intermediate(String other) throws GeneralSecurityException {
        return new TestAuthority(this, other);
    }

    /** Its own certificate in a file. */
    public Path file() throws IOException {
        return Files.writeString(folder.resolve(name + ".pem"), pem("CERTIFICATE", certificate));
    }

    /** A key store that holds its own certificate. */
    public KeyStore store() throws GeneralSecurityException, IOException {
        KeyStore store = emptyStore();
        store.setCertificateEntry("authority", certificates(certificate).iterator().next());
        return store;
    }

    /** A key store that holds an EC key and its certificate. */
    public static KeyStore keys(Issued issued, char[] password) throws GeneralSecurityException, IOException {
        KeyStore store = emptyStore();
        String key = Files.readString(issued.key()).replaceAll("-----[^-]+-----|\\s", "");
        store.setKeyEntry("own", KeyFactory.getInstance("EC")
                        .generatePrivate(new PKCS8EncodedKeySpec(Base64.getDecoder().decode(key))),
                password, certificates(Files.readAllBytes(issued.certificate())).toArray(Certificate[]::new));
        return store;
    }

    private static KeyStore emptyStore() throws GeneralSecurityException, IOException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        return store;
    }

    private static Collection<? extends Certificate> certificates(byte[] encoded) throws GeneralSecurityException {
        return CertificateFactory.getInstance("X.509").generateCertificates(new ByteArrayInputStream(encoded));
    }

    public Issued issue(String file, String... hosts) throws GeneralSecurityException, IOException {
        return issue(file, generate("EC"), Instant.now().plus(DAY), hosts);
    }

    /** Writes FILE.pem and FILE.key; hosts are names or IPv4 addresses. */
    public Issued issue(String file, KeyPair own, Instant end, String... hosts) throws GeneralSecurityException, IOException {
        byte[] leaf = certificate(file, own, keys, name, end, hosts(hosts));
        Issued issued = new Issued(folder.resolve(file + ".pem"), folder.resolve(file + ".key"));
        Files.writeString(issued.key(), pem("PRIVATE KEY", own.getPrivate().getEncoded()));
        Files.writeString(issued.certificate(), pem("CERTIFICATE", leaf) + chain);
        return issued;
    }

    public static KeyPair generate(String algorithm) throws GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance(algorithm);
        if (!algorithm.equals("Ed25519")) {
            generator.initialize(algorithm.equals("EC") ? 256 : 2048);
        }
        return generator.generateKeyPair();
    }

    static String pem(String label, byte[] der) {
        return "-----BEGIN " + label + "-----\n"
                + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der) + "\n-----END " + label + "-----\n";
    }

    private static byte[] certificate(String subject, KeyPair own, KeyPair issuer, String issuerName, Instant end,
            byte[] extension) throws GeneralSecurityException {
        Instant start = end.isBefore(Instant.now()) ? end.minus(DAY) : Instant.now().minus(DAY);
        byte[] body = Der.element(Der.SEQUENCE,
                Der.element(Der.CONTEXT_0, new byte[] {Der.INTEGER, 1, 2}),
                Der.element(Der.INTEGER, BigInteger.valueOf(SERIAL.incrementAndGet()).toByteArray()),
                SIGNATURE,
                name(issuerName),
                Der.element(Der.SEQUENCE, time(start), time(end)),
                name(subject),
                own.getPublic().getEncoded(),
                Der.element(0xA3, Der.element(Der.SEQUENCE, extension)));
        Signature signature = Signature.getInstance("SHA256withECDSA");
        signature.initSign(issuer.getPrivate());
        signature.update(body);
        return Der.element(Der.SEQUENCE, body, SIGNATURE, Der.element(0x03, new byte[1], signature.sign()));
    }

    private static byte[] name(String commonName) {
        byte[] text = Der.element(0x0C, commonName.getBytes(StandardCharsets.UTF_8));
        return Der.element(Der.SEQUENCE, Der.element(0x31, Der.element(Der.SEQUENCE, oid("550403"), text)));
    }

    private static byte[] time(Instant instant) {
        return Der.element(0x18, TIME.format(instant).getBytes(StandardCharsets.US_ASCII));
    }

    /** Basic constraints (RFC 5280, section 4.2.1.9). */
    private static byte[] authority() {
        return extension("551d13", Der.element(Der.SEQUENCE, TRUE));
    }

    /** Subject alternative names (RFC 5280, section 4.2.1.6). */
    private static byte[] hosts(String... hosts) throws IOException {
        byte[][] names = new byte[hosts.length][];
        for (int i = 0; i < hosts.length; i++) {
            boolean address = Character.isDigit(hosts[i].charAt(0));
            names[i] = address
                    ? Der.element(0x87, InetAddress.getByName(hosts[i]).getAddress())
                    : Der.element(0x82, hosts[i].getBytes(StandardCharsets.US_ASCII));
        }
        return extension("551d11", Der.element(Der.SEQUENCE, names));
    }

    private static byte[] extension(String identifier, byte[] value) {
        return Der.element(Der.SEQUENCE, oid(identifier), TRUE, Der.element(Der.OCTET_STRING, value));
    }

    private static byte[] oid(String digits) {
        return Der.element(Der.OBJECT_IDENTIFIER, HexFormat.of().parseHex(digits));
    }
}
