package io.linksocks.tls;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.HexFormat;
import java.util.List;

/** Reads the private key in a PEM file: PKCS#8 (RFC 5958), RSA (RFC 8017) or EC (RFC 5915). */
final class PrivateKeyReader {
    private static final byte[] VERSION_0 = {Der.INTEGER, 1, 0};
    private static final byte[] NULL = {5, 0};
    private static final byte[] RSA_ENCRYPTION = HexFormat.of().parseHex("2a864886f70d010101");
    private static final byte[] EC_PUBLIC_KEY = HexFormat.of().parseHex("2a8648ce3d0201");

    private static final List<String> ALGORITHMS = List.of("RSA", "EC", "EdDSA");

    private PrivateKeyReader() {}

    /** @throws IOException naming the file and what to do, never any of its content */
    static PrivateKey read(PemFile pem) throws IOException {
        for (PemFile.Block block : pem.blocks()) {
            if (block.label().endsWith("PRIVATE KEY")) {
                return read(pem, block);
            }
        }
        throw new IOException(pem.file() + " holds no private key");
    }

    /** Exceptions have no cause, whose message could contain parts of the key. */
    private static PrivateKey read(PemFile pem, PemFile.Block block) throws IOException {
        if (block.encrypted()) {
            throw new IOException(pem.file() + ": the key is encrypted; decrypt it with openssl pkey -in " + pem.file()
                    + " -out NEW-FILE");
        }
        try {
            return key(new PKCS8EncodedKeySpec(pkcs8(pem, block)));
        } catch (GeneralSecurityException e) {
            throw new IOException(pem.file() + ": the key is damaged or of an unknown kind;"
                    + " RSA, EC and Ed25519 keys are known");
        }
    }

    private static PrivateKey key(PKCS8EncodedKeySpec pkcs8) throws GeneralSecurityException {
        for (String algorithm : ALGORITHMS) {
            try {
                return KeyFactory.getInstance(algorithm).generatePrivate(pkcs8);
            } catch (InvalidKeySpecException e) {
                // A key of another algorithm.
                continue;
            }
        }
        throw new InvalidKeySpecException();
    }

    private static byte[] pkcs8(PemFile pem, PemFile.Block block) throws InvalidKeyException {
        return switch (block.label()) {
            case "RSA PRIVATE KEY" -> pkcs8(RSA_ENCRYPTION, NULL, block.der());
            case "EC PRIVATE KEY" -> pkcs8(EC_PUBLIC_KEY, curve(pem, block.der()), block.der());
            default -> block.der();
        };
    }

    private static byte[] pkcs8(byte[] algorithm, byte[] parameters, byte[] key) {
        byte[] identifier = Der.element(Der.SEQUENCE, Der.element(Der.OBJECT_IDENTIFIER, algorithm), parameters);
        return Der.element(Der.SEQUENCE, VERSION_0, identifier, Der.element(Der.OCTET_STRING, key));
    }

    /** The curve is in the key (RFC 5915, section 3) or, in some files, only in a block of its own. */
    private static byte[] curve(PemFile pem, byte[] ecPrivateKey) throws InvalidKeyException {
        Der key = new Der(ecPrivateKey).enter(Der.SEQUENCE);
        key.read(Der.INTEGER);
        key.read(Der.OCTET_STRING);
        if (key.isNext(Der.CONTEXT_0)) {
            return key.read(Der.CONTEXT_0);
        }
        for (PemFile.Block block : pem.blocks()) {
            if (block.label().equals("EC PARAMETERS")) {
                return block.der();
            }
        }
        throw new InvalidKeyException("no curve");
    }
}
