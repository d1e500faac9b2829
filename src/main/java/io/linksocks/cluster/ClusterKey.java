package io.linksocks.cluster;

import io.linksocks.util.Reason;
import io.linksocks.util.TextFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.Provider;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.HexFormat;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * What the servers of a cluster derive from its secret with HKDF (RFC 5869): names that reveal no token, records that only
 * they can read or write, and the key of the links between them. Thread-safe.
 */
final class ClusterKey {
    /** A generated secret has 64 hexadecimal digits; a shorter one might be guessed. */
    private static final int MIN_SECRET = 32;
    private static final int MAX_FILE = 4096;

    private static final String MAC = "HmacSHA256";
    private static final String CIPHER = "AES/GCM/NoPadding";
    private static final byte FORMAT = 1;
    private static final int NONCE = 12;
    private static final int TAG_BITS = 128;

    private final byte[] secret;
    private final SecretKeySpec names;
    private final SecretKeySpec records;
    private final byte[] links;
    private final SecureRandom random = new SecureRandom();
    private final Provider provider;

    /** @param cluster the name of the cluster; each has keys of its own */
    ClusterKey(String secret, String cluster) {
        this.secret = mac(new SecretKeySpec("linksocks cluster".getBytes(StandardCharsets.UTF_8), MAC),
                secret.getBytes(StandardCharsets.UTF_8));
        this.names = new SecretKeySpec(expand("names of " + cluster), MAC);
        this.records = new SecretKeySpec(expand("records of " + cluster), "AES");
        this.links = expand("links of " + cluster);
        try {
            this.provider = Cipher.getInstance(CIPHER).getProvider();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has " + CIPHER, e);
        }
    }

    /**
     * Reads the secret.
     *
     * @throws IOException naming the file and what to do
     */
    static ClusterKey read(Path file, String cluster) throws IOException {
        String secret;
        try {
            secret = new TextFile(file, MAX_FILE).read().strip();
        } catch (IOException e) {
            throw new IOException(file + ": " + Reason.of(e), e);
        }
        if (secret.length() < MIN_SECRET) {
            throw new IOException(file + ": a cluster key has at least " + MIN_SECRET
                    + " characters; make one with: openssl rand -hex 32");
        }
        return new ClusterKey(secret, cluster);
    }

    private byte[] expand(String purpose) {
        byte[] info = purpose.getBytes(StandardCharsets.UTF_8);
        byte[] block = Arrays.copyOf(info, info.length + 1);
        block[info.length] = 1;
        return mac(new SecretKeySpec(secret, MAC), block);
    }

    /** For the links between servers. */
    byte[] links() {
        return links.clone();
    }

    /** The name of a token in the directory, from its hash. */
    String nameOf(String hash) {
        return HexFormat.of().formatHex(mac(names, hash.getBytes(StandardCharsets.UTF_8)));
    }

    private static byte[] mac(SecretKeySpec key, byte[] data) {
        try {
            Mac mac = Mac.getInstance(MAC);
            mac.init(key);
            return mac.doFinal(data);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has " + MAC, e);
        }
    }

    /** Encrypts a record; it can be opened only under this name. */
    byte[] seal(String name, byte[] record) {
        byte[] nonce = new byte[NONCE];
        random.nextBytes(nonce);
        try {
            byte[] sealed = cipher(Cipher.ENCRYPT_MODE, nonce, name).doFinal(record);
            byte[] whole = new byte[1 + NONCE + sealed.length];
            whole[0] = FORMAT;
            System.arraycopy(nonce, 0, whole, 1, NONCE);
            System.arraycopy(sealed, 0, whole, 1 + NONCE, sealed.length);
            return whole;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has " + CIPHER, e);
        }
    }

    /**
     * Decrypts a record.
     *
     * @throws IOException when it was not sealed under this name with this key
     */
    byte[] open(String name, byte[] sealed) throws IOException {
        if (sealed.length <= 1 + NONCE || sealed[0] != FORMAT) {
            throw new IOException("not a sealed record");
        }
        try {
            return cipher(Cipher.DECRYPT_MODE, Arrays.copyOfRange(sealed, 1, 1 + NONCE), name)
                    .doFinal(sealed, 1 + NONCE, sealed.length - 1 - NONCE);
        } catch (GeneralSecurityException e) {
            throw new IOException("sealed with another key, or moved from another name", e);
        }
    }

    private Cipher cipher(int mode, byte[] nonce, String name) throws GeneralSecurityException {
        // Finding one takes longer than opening a record.
        Cipher cipher = Cipher.getInstance(CIPHER, provider);
        cipher.init(mode, records, new GCMParameterSpec(TAG_BITS, nonce));
        cipher.updateAAD(name.getBytes(StandardCharsets.UTF_8));
        return cipher;
    }
}
