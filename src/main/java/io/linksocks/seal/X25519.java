package io.linksocks.seal;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * The function X25519 of RFC 7748, section 5. The JDK's takes three times as long, and a sealed channel needs four of them.
 *
 * <p>Numbers modulo p = 2^255 - 19 are five limbs of 51 bits, a little more between carries. No branch and no index
 * depends on a secret. An instance is the scratch space of one call.
 */
final class X25519 {
    static final int LENGTH = 32;
    private static final int LIMBS = 5;
    private static final int BITS = 51;
    private static final long MASK = (1L << BITS) - 1;
    /** The limbs of 2p, which keep differences positive. */
    private static final long TWO_P_0 = 2 * (MASK - 18);
    private static final long TWO_P = 2 * MASK;
    private static final long A24 = 121_665;
    private static final byte[] BASE_POINT = new byte[LENGTH];

    static {
        BASE_POINT[0] = 9;
    }

    private final long[] x2 = {1, 0, 0, 0, 0};
    private final long[] z2 = new long[LIMBS];
    private final long[] x3 = new long[LIMBS];
    private final long[] z3 = {1, 0, 0, 0, 0};
    private final long[] a = new long[LIMBS];
    private final long[] b = new long[LIMBS];
    private final long[] c = new long[LIMBS];
    private final long[] d = new long[LIMBS];

    private X25519() {}

    /** The public key of a private key. */
    static byte[] publicKey(byte[] privateKey) {
        return multiply(privateKey, BASE_POINT);
    }

    /** X25519(k, u), which is zero for a u of small order. */
    static byte[] multiply(byte[] k, byte[] u) {
        byte[] scalar = k.clone();
        scalar[0] &= (byte) 0xF8;
        scalar[LENGTH - 1] = (byte) (scalar[LENGTH - 1] & 0x7F | 0x40);
        return new X25519().ladder(scalar, decode(u));
    }

    private byte[] ladder(byte[] scalar, long[] x1) {
        System.arraycopy(x1, 0, x3, 0, LIMBS);
        long swapped = 0;
        for (int t = 254; t >= 0; t--) {
            long bit = scalar[t >> 3] >> (t & 7) & 1;
            swap(bit ^ swapped);
            swapped = bit;
            step(x1);
        }
        swap(swapped);
        invert(z2, a, b, c, d);
        multiply(x2, x2, a);
        return encode(x2);
    }

    /** A = a, B = b, C = c, D = d in the names of the RFC; each is overwritten when it is not needed any more. */
    private void step(long[] x1) {
        add(a, x2, z2);
        subtract(b, x2, z2);
        add(c, x3, z3);
        subtract(d, x3, z3);
        multiply(d, d, a);
        multiply(c, c, b);
        add(x3, d, c);
        subtract(z3, d, c);
        square(x3, x3);
        square(z3, z3);
        multiply(z3, z3, x1);
        square(a, a);
        square(b, b);
        multiply(x2, a, b);
        subtract(b, a, b);
        multiplySmall(c, b, A24);
        add(c, c, a);
        multiply(z2, b, c);
    }

    /** Exchanges both points if the bit is 1. */
    private void swap(long bit) {
        long mask = -bit;
        for (int i = 0; i < LIMBS; i++) {
            long x = mask & (x2[i] ^ x3[i]);
            x2[i] ^= x;
            x3[i] ^= x;
            long z = mask & (z2[i] ^ z3[i]);
            z2[i] ^= z;
            z3[i] ^= z;
        }
    }

    // --- numbers modulo p ------------------------------------------------------------------------------------------

    private static void add(long[] sum, long[] f, long[] g) {
        for (int i = 0; i < LIMBS; i++) {
            sum[i] = f[i] + g[i];
        }
    }

    private static void subtract(long[] difference, long[] f, long[] g) {
        difference[0] = f[0] + TWO_P_0 - g[0];
        for (int i = 1; i < LIMBS; i++) {
            difference[i] = f[i] + TWO_P - g[i];
        }
    }

    /** The part of a product above 51 bits; factors have less than 54. */
    private static long high(long f, long g) {
        return Math.multiplyHigh(f << 6, g << 7);
    }

    private static long low(long f, long g) {
        return f * g & MASK;
    }

    private static void multiply(long[] product, long[] f, long[] g) {
        long f0 = f[0];
        long f1 = f[1];
        long f2 = f[2];
        long f3 = f[3];
        long f4 = f[4];
        long g0 = g[0];
        long g1 = g[1];
        long g2 = g[2];
        long g3 = g[3];
        long g4 = g[4];
        long c0 = low(f0, g0);
        long c1 = high(f0, g0) + low(f0, g1) + low(f1, g0);
        long c2 = high(f0, g1) + high(f1, g0) + low(f0, g2) + low(f1, g1) + low(f2, g0);
        long c3 = high(f0, g2) + high(f1, g1) + high(f2, g0) + low(f0, g3) + low(f1, g2) + low(f2, g1) + low(f3, g0);
        long c4 = high(f0, g3) + high(f1, g2) + high(f2, g1) + high(f3, g0)
                + low(f0, g4) + low(f1, g3) + low(f2, g2) + low(f3, g1) + low(f4, g0);
        long c5 = high(f0, g4) + high(f1, g3) + high(f2, g2) + high(f3, g1) + high(f4, g0)
                + low(f1, g4) + low(f2, g3) + low(f3, g2) + low(f4, g1);
        long c6 = high(f1, g4) + high(f2, g3) + high(f3, g2) + high(f4, g1) + low(f2, g4) + low(f3, g3) + low(f4, g2);
        long c7 = high(f2, g4) + high(f3, g3) + high(f4, g2) + low(f3, g4) + low(f4, g3);
        long c8 = high(f3, g4) + high(f4, g3) + low(f4, g4);
        long c9 = high(f4, g4);
        carry(product, c0 + 19 * c5, c1 + 19 * c6, c2 + 19 * c7, c3 + 19 * c8, c4 + 19 * c9);
    }

    private static void square(long[] product, long[] f) {
        long f0 = f[0];
        long f1 = f[1];
        long f2 = f[2];
        long f3 = f[3];
        long f4 = f[4];
        long c0 = low(f0, f0);
        long c1 = high(f0, f0) + 2 * low(f0, f1);
        long c2 = 2 * (high(f0, f1) + low(f0, f2)) + low(f1, f1);
        long c3 = 2 * (high(f0, f2) + low(f0, f3) + low(f1, f2)) + high(f1, f1);
        long c4 = 2 * (high(f0, f3) + high(f1, f2) + low(f0, f4) + low(f1, f3)) + low(f2, f2);
        long c5 = 2 * (high(f0, f4) + high(f1, f3) + low(f1, f4) + low(f2, f3)) + high(f2, f2);
        long c6 = 2 * (high(f1, f4) + high(f2, f3) + low(f2, f4)) + low(f3, f3);
        long c7 = 2 * (high(f2, f4) + low(f3, f4)) + high(f3, f3);
        long c8 = 2 * high(f3, f4) + low(f4, f4);
        long c9 = high(f4, f4);
        carry(product, c0 + 19 * c5, c1 + 19 * c6, c2 + 19 * c7, c3 + 19 * c8, c4 + 19 * c9);
    }

    private static void multiplySmall(long[] product, long[] f, long g) {
        carry(product, low(f[0], g) + 19 * high(f[4], g), high(f[0], g) + low(f[1], g), high(f[1], g) + low(f[2], g),
                high(f[2], g) + low(f[3], g), high(f[3], g) + low(f[4], g));
    }

    private static void carry(long[] reduced, long h0, long h1, long h2, long h3, long h4) {
        long c1 = h1 + (h0 >>> BITS);
        long c2 = h2 + (c1 >>> BITS);
        long c3 = h3 + (c2 >>> BITS);
        long c4 = h4 + (c3 >>> BITS);
        long c0 = (h0 & MASK) + 19 * (c4 >>> BITS);
        reduced[0] = c0 & MASK;
        reduced[1] = (c1 & MASK) + (c0 >>> BITS);
        reduced[2] = c2 & MASK;
        reduced[3] = c3 & MASK;
        reduced[4] = c4 & MASK;
    }

    /** z^(p - 2), by the powers of z with 2^5, 2^10, 2^20, ... ones; the result is in r, the others are scratch space. */
    private static void invert(long[] z, long[] r, long[] t, long[] z11, long[] s) {
        square(t, z);
        power(s, t, 2);
        multiply(s, s, z);
        multiply(z11, s, t);
        square(t, z11);
        multiply(t, t, s);
        power(s, t, 5);
        multiply(t, s, t);
        long[] ten = t.clone();
        power(s, t, 10);
        multiply(t, s, t);
        power(s, t, 20);
        multiply(s, s, t);
        power(s, s, 10);
        multiply(t, s, ten);
        long[] fifty = t.clone();
        power(s, t, 50);
        multiply(t, s, t);
        power(s, t, 100);
        multiply(s, s, t);
        power(s, s, 50);
        multiply(s, s, fifty);
        power(s, s, 5);
        multiply(r, s, z11);
    }

    /** f^(2^n). */
    private static void power(long[] result, long[] f, int n) {
        square(result, f);
        for (int i = 1; i < n; i++) {
            square(result, result);
        }
    }

    private static long[] decode(byte[] u) {
        ByteBuffer words = ByteBuffer.wrap(u).order(ByteOrder.LITTLE_ENDIAN);
        long w0 = words.getLong();
        long w1 = words.getLong();
        long w2 = words.getLong();
        long w3 = words.getLong();
        return new long[] {w0 & MASK, (w0 >>> 51 | w1 << 13) & MASK, (w1 >>> 38 | w2 << 26) & MASK,
            (w2 >>> 25 | w3 << 39) & MASK, w3 >>> 12 & MASK};
    }

    private static byte[] encode(long[] f) {
        carry(f, f[0], f[1], f[2], f[3], f[4]);
        // 1 if the number is p or more.
        long over = f[0] + 19 >>> BITS;
        for (int i = 1; i < LIMBS; i++) {
            over = f[i] + over >>> BITS;
        }
        long h0 = f[0] + 19 * over;
        long h1 = f[1] + (h0 >>> BITS);
        long h2 = f[2] + (h1 >>> BITS);
        long h3 = f[3] + (h2 >>> BITS);
        long h4 = f[4] + (h3 >>> BITS) & MASK;
        h0 &= MASK;
        h1 &= MASK;
        h2 &= MASK;
        h3 &= MASK;
        return ByteBuffer.allocate(LENGTH).order(ByteOrder.LITTLE_ENDIAN)
                .putLong(h0 | h1 << 51).putLong(h1 >>> 13 | h2 << 38).putLong(h2 >>> 26 | h3 << 25)
                .putLong(h3 >>> 39 | h4 << 12).array();
    }
}
