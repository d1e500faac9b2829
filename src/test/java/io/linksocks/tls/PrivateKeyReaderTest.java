package io.linksocks.tls;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.PrivateKey;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** All forms of keys, as openssl writes them. */
class PrivateKeyReaderTest {
    @TempDir
    private Path folder;

    /** Runs the openssl command, whose output file is the last argument. */
    private Path openssl(String command) throws Exception {
        Path out = folder.resolve("key" + folder.toFile().list().length + ".pem");
        List<String> words = new java.util.ArrayList<>(List.of("openssl"));
        words.addAll(List.of(command.replace("{}", out.toString()).split(" ")));
        Process process;
        try {
            process = new ProcessBuilder(words).redirectErrorStream(true).redirectOutput(folder.resolve("log").toFile()).start();
        } catch (IOException e) {
            throw new AssertionError("this test needs the openssl command", e);
        }
        assertTrue(process.waitFor(60, TimeUnit.SECONDS));
        assertEquals(0, process.exitValue(), () -> command + " failed");
        return out;
    }

    private static PrivateKey read(Path file) throws IOException {
        return PrivateKeyReader.read(PemFile.read(file));
    }

    @ParameterizedTest
    @CsvSource({
        "RSA, PRIVATE KEY, genpkey -algorithm RSA -out {}",
        "EC, PRIVATE KEY, genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-384 -out {}",
        "EdDSA, PRIVATE KEY, genpkey -algorithm ed25519 -out {}",
        "RSA, RSA PRIVATE KEY, genrsa -traditional -out {} 2048",
        "EC, EC PARAMETERS, ecparam -name prime256v1 -genkey -out {}",
        "EC, EC PRIVATE KEY, ecparam -name secp521r1 -genkey -noout -out {}"
    })
    void readsEveryForm(String algorithm, String label, String command) throws Exception {
        Path file = openssl(command);
        assertTrue(Files.readString(file).startsWith("-----BEGIN " + label + "-----"));
        PrivateKey key = read(file);
        assertEquals(algorithm, key.getAlgorithm());
        if (!algorithm.equals("EdDSA")) {
            Path same = folder.resolve("same.pem");
            Files.writeString(same, TestAuthority.pem("PRIVATE KEY", key.getEncoded()));
            assertArrayEquals(key.getEncoded(), read(same).getEncoded());
        }
    }

    @Test
    void theCurveMayStandInABlockOfItsOwn() throws Exception {
        Path pkcs8 = openssl("genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out {}");
        Der key = new Der(PemFile.read(pkcs8).blocks().getFirst().der()).enter(Der.SEQUENCE);
        key.read(Der.INTEGER);
        Der algorithm = key.enter(Der.SEQUENCE);
        algorithm.read(Der.OBJECT_IDENTIFIER);
        byte[] curve = Der.element(Der.OBJECT_IDENTIFIER, algorithm.read(Der.OBJECT_IDENTIFIER));
        byte[] bare = key.read(Der.OCTET_STRING);
        Path file = folder.resolve("bare.pem");
        Files.writeString(file, TestAuthority.pem("EC PARAMETERS", curve) + TestAuthority.pem("EC PRIVATE KEY", bare));
        assertEquals(read(pkcs8), read(file));
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "genpkey -algorithm RSA -aes-128-cbc -pass pass:secret -out {}",
        "genrsa -traditional -aes128 -passout pass:secret -out {} 2048"
    })
    void anEncryptedKeyIsRefusedWithTheCure(String command) throws Exception {
        Path file = openssl(command);
        String message = assertThrows(IOException.class, () -> read(file)).getMessage();
        assertTrue(message.contains("openssl pkey -in " + file), message);
    }

    @ParameterizedTest
    @CsvSource({
        "there is no file, ",
        "is not in PEM form, nothing",
        "is damaged, -----BEGIN PRIVATE KEY-----|c2Vj!mV0|-----END PRIVATE KEY-----",
        "ends in the middle, -----BEGIN PRIVATE KEY-----|c2VjcmV0",
        "damaged or of an unknown kind, -----BEGIN PRIVATE KEY-----|c2VjcmV0|-----END PRIVATE KEY-----",
        "damaged or of an unknown kind, -----BEGIN EC PRIVATE KEY-----|c2VjcmV0|-----END EC PRIVATE KEY-----",
        "damaged or of an unknown kind, -----BEGIN PRIVATE KEY-----|-----END PRIVATE KEY-----",
        "holds no private key, -----BEGIN CERTIFICATE-----|c2VjcmV0|-----END CERTIFICATE-----",
    })
    void anErrorNamesTheFileAndNothingInIt(String reason, String content) throws Exception {
        Path file = folder.resolve("broken.key");
        if (content != null) {
            Files.writeString(file, content.replace('|', '\n'));
        }
        String message = assertThrows(IOException.class, () -> read(file)).getMessage();
        assertTrue(message.contains(reason) && message.contains(file.toString()), message);
        assertFalse(message.contains("c2V"), message);
    }

    /** What stood behind the limit would be missing without a word. */
    @Test
    void aFileThatIsTooLongIsRefused() throws Exception {
        Path file = openssl("ecparam -name prime256v1 -genkey -noout -out {}");
        Files.writeString(file, "\n".repeat(4 << 20), StandardOpenOption.APPEND);
        assertEquals("can't read " + file + ": it has more than 4 MiB; leave only what is needed in it",
                assertThrows(IOException.class, () -> read(file)).getMessage());
    }

    /** Whatever happens to a key, there is a key or an IOException about the file. */
    @Test
    void noDamageIsAnyOtherError() throws Exception {
        byte[] good = Files.readAllBytes(openssl("ecparam -name prime256v1 -genkey -noout -out {}"));
        byte[] der = PemFile.parse(folder, new String(good, java.nio.charset.StandardCharsets.US_ASCII)).blocks().getFirst()
                .der();
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int i = 0; i < 2000; i++) {
            byte[] damaged = java.util.Arrays.copyOf(der, random.nextInt(der.length + 1));
            for (int flips = random.nextInt(4); flips > 0 && damaged.length > 0; flips--) {
                damaged[random.nextInt(damaged.length)] = (byte) random.nextInt();
            }
            String label = random.nextBoolean() ? "EC PRIVATE KEY" : "PRIVATE KEY";
            PemFile pem = new PemFile(folder, List.of(new PemFile.Block(label, damaged, false)));
            try {
                PrivateKeyReader.read(pem);
            } catch (IOException e) {
                assertTrue(e.getMessage().startsWith(folder.toString()), "seed " + seed);
            } catch (RuntimeException e) {
                throw new AssertionError("seed " + seed + ", round " + i, e);
            }
        }
    }
}
