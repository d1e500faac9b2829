package io.linksocks.seal;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.spec.NamedParameterSpec;
import java.security.spec.XECPrivateKeySpec;
import java.security.spec.XECPublicKeySpec;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import javax.crypto.KeyAgreement;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The vectors of RFC 7748, and the JDK's implementation as the judge of everything else. */
class X25519Test {
    private static final String ONES = "ff".repeat(31);

    private static byte[] bytes(String hex) {
        return HexFormat.of().parseHex(hex);
    }

    private static String hex(byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }

    @ParameterizedTest
    @CsvSource({
        "a546e36bf0527c9d3b16154b82465edd62144c0ac1fc5a18506a2244ba449ac4,"
            + "e6db6867583030db3594c1a424b15f7c726624ec26b3353b10a903a6d0ab1c4c,"
            + "c3da55379de9c6908e94ea4df28d084f32eccf03491c71f754b4075577a28552",
        "4b66e9d4d1b4673c5ad22691957d6af5c11b6421e0ea01d42ca4169e7918ba0d,"
            + "e5210f12786811d3f4b7959d0538ae2c31dbe7106fc03c3efc4cd549c715a493,"
            + "95cbde9476e8907d7aade45cb4b873f88b595a68799fa152e6f8f7647aac7957"})
    void vectorsOfSection52(String scalar, String u, String result) {
        assertEquals(result, hex(X25519.multiply(bytes(scalar), bytes(u))));
    }

    @Test
    void thousandIterationsOfSection52() {
        byte[] k = new byte[32];
        k[0] = 9;
        byte[] u = k.clone();
        for (int i = 0; i < 1000; i++) {
            byte[] result = X25519.multiply(k, u);
            u = k;
            k = result;
        }
        assertEquals("684cf59ba83309552800ef566f2f4d3c1c3887c49360e3875f2eb94d99532c51", hex(k));
    }

    @Test
    void agreesWithTheJdkForRandomKeys() throws GeneralSecurityException {
        Random random = new Random(25519);
        byte[] k = new byte[32];
        byte[] u = new byte[32];
        for (int i = 0; i < 500; i++) {
            random.nextBytes(k);
            random.nextBytes(u);
            assertArrayEquals(byJdk(k, u), X25519.multiply(k, u), () -> hex(k) + " * " + hex(u));
        }
    }

    /** Numbers around p, 2^255 and the limits of limbs. */
    private static List<String> edges() {
        return List.of("02", "ea" + ONES.substring(2) + "7f",
                "f0" + ONES.substring(2) + "7f", ONES + "7f", ONES + "ff", "ffffffffffff07", "000000000000f8ffffffffffff3f");
    }

    @ParameterizedTest
    @MethodSource("edges")
    void agreesWithTheJdkForNumbersAtTheEdges(String start) throws GeneralSecurityException {
        byte[] u = bytes(start + "00".repeat(32 - start.length() / 2));
        for (String scalar : new String[] {"00".repeat(32), "ff".repeat(32), "55".repeat(32), "aa".repeat(32)}) {
            assertArrayEquals(byJdk(bytes(scalar), u), X25519.multiply(bytes(scalar), u), scalar);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"00", "01", "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800"})
    void pointsOfSmallOrderGiveZero(String start) {
        byte[] u = bytes(start + "00".repeat(32 - start.length() / 2));
        assertArrayEquals(new byte[32], X25519.multiply(bytes("a5".repeat(32)), u));
    }

    private static byte[] byJdk(byte[] k, byte[] u) throws GeneralSecurityException {
        byte[] bigEndian = new byte[32];
        for (int i = 0; i < 32; i++) {
            bigEndian[i] = u[31 - i];
        }
        bigEndian[0] &= 0x7F;
        KeyFactory keys = KeyFactory.getInstance("X25519");
        PrivateKey scalar = keys.generatePrivate(new XECPrivateKeySpec(NamedParameterSpec.X25519, k));
        KeyAgreement agreement = KeyAgreement.getInstance("X25519");
        agreement.init(scalar);
        agreement.doPhase(keys.generatePublic(
                new XECPublicKeySpec(NamedParameterSpec.X25519, new BigInteger(1, bigEndian))), true);
        return agreement.generateSecret();
    }
}
