package io.linksocks.seal;

import io.linksocks.protocol.Slice;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.concurrent.ArrayBlockingQueue;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * A key and its nonce counter, as CipherState of the Noise specification, section 5.1, with AES-256-GCM (section 12.4).
 *
 * <p>The JDK's ciphers take several KiB each. An idle channel holds none: they are shared, and taken for one operation.
 */
final class CipherState {
    static final int TAG = 16;
    private static final int KEY = 32;
    private static final int NONCE = 12;
    private static final int TAG_BITS = 8 * TAG;
    private static final String ALGORITHM = "AES";
    private static final byte[] ZEROS = new byte[KEY];
    private static final long REKEY_NONCE = -1;

    /** Idle ones. Tests that use a key twice clear it: a cipher refuses to encrypt with the nonce of the last time. */
    static final ArrayBlockingQueue<Cipher> CIPHERS =
            new ArrayBlockingQueue<>(2 * Runtime.getRuntime().availableProcessors());

    private SecretKeySpec key;
    private long counter;

    /** @param key of 32 bytes or more, of which the first 32 count */
    CipherState(byte[] key) {
        this.key = new SecretKeySpec(key, 0, KEY, ALGORITHM);
    }

    /**
     * Encrypts; the counter moves on.
     *
     * @param ad authenticated besides the plaintext; null for none
     * @param out may be the same array, if the output starts at or before the input
     * @return the number of bytes, {@link #TAG} more than there were
     */
    int encrypt(byte[] ad, byte[] in, int offset, int length, byte[] out, int outOffset) {
        try {
            return run(Cipher.ENCRYPT_MODE, ad, cipher -> cipher.doFinal(in, offset, length, out, outOffset));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("encryption can't fail", e);
        }
    }

    /**
     * Decrypts; the counter moves on.
     *
     * @param out another buffer
     * @return the number of bytes, {@link #TAG} fewer than there were
     * @throws SealException when it is not what was encrypted with this key at this count
     */
    int decrypt(byte[] ad, Slice in, byte[] out, int outOffset) throws SealException {
        ByteBuffer target = ByteBuffer.wrap(out, outOffset, out.length - outOffset);
        try {
            return run(Cipher.DECRYPT_MODE, ad, cipher -> cipher.doFinal(in.toBuffer(), target));
        } catch (GeneralSecurityException e) {
            throw new SealException("not authentic");
        }
    }

    /** Replaces the key, section 11.3; the counter goes on. */
    void rekey() {
        byte[] next = new byte[KEY + TAG];
        try {
            // A cipher of its own: both ends may be in this process, and do the same.
            init(newCipher(), Cipher.ENCRYPT_MODE, REKEY_NONCE, null).doFinal(ZEROS, 0, KEY, next, 0);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("encryption can't fail", e);
        }
        key = new SecretKeySpec(next, 0, KEY, ALGORITHM);
        Arrays.fill(next, (byte) 0);
    }

    private interface Step {
        int with(Cipher cipher) throws GeneralSecurityException;
    }

    private int run(int mode, byte[] ad, Step step) throws GeneralSecurityException {
        Cipher idle = CIPHERS.poll();
        Cipher cipher = idle == null ? newCipher() : idle;
        int count = step.with(init(cipher, mode, counter, ad));
        counter++;
        CIPHERS.offer(cipher);
        return count;
    }

    private Cipher init(Cipher cipher, int mode, long nonce, byte[] ad) throws GeneralSecurityException {
        byte[] iv = ByteBuffer.allocate(NONCE).putLong(NONCE - Long.BYTES, nonce).array();
        cipher.init(mode, key, new GCMParameterSpec(TAG_BITS, iv));
        if (ad != null) {
            cipher.updateAAD(ad);
        }
        return cipher;
    }

    private static Cipher newCipher() throws GeneralSecurityException {
        return Cipher.getInstance("AES/GCM/NoPadding");
    }
}
