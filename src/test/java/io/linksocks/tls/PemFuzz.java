package io.linksocks.tls;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.linksocks.fuzz.FuzzTarget;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.PrivateKey;
import java.util.Base64;
import java.util.List;

/** PEM files, as chains and as keys: an error has no word of the file in it. */
public final class PemFuzz implements FuzzTarget {
    private static final Path FILE = Path.of("file.pem");

    @Override
    public Outcome run(byte[] input) throws IOException {
        String text = new String(input, StandardCharsets.ISO_8859_1);
        PemFile pem;
        try {
            pem = PemFile.parse(FILE, text);
        } catch (IOException e) {
            return refused(e);
        }
        for (PemFile.Block block : pem.blocks()) {
            assertNotNull(block.label());
            checkAnew(block);
        }
        String kinds = "";
        IOException refusal = null;
        try {
            kinds += pem.certificates().size() > 0 ? "certificate " : "";
        } catch (IOException e) {
            refusal = e;
        }
        try {
            PrivateKey key = PrivateKeyReader.read(pem);
            kinds += key.getAlgorithm();
        } catch (IOException e) {
            assertNull(e.getCause(), "nothing that could show the key");
            refusal = e;
        }
        return kinds.isEmpty() ? refused(refusal) : Outcome.accepted(kinds);
    }

    private static void checkAnew(PemFile.Block block) throws IOException {
        if (!block.encrypted()) {
            String written = "-----BEGIN " + block.label() + "-----\n" + Base64.getMimeEncoder().encodeToString(block.der())
                    + "\n-----END " + block.label() + "-----\n";
            PemFile.Block again = PemFile.parse(FILE, written).blocks().getFirst();
            assertArrayEquals(block.der(), again.der(), "written anew");
        }
    }

    private static Outcome refused(IOException e) {
        assertFalse(e.getMessage().contains("MIG"), "shows the file: " + e.getMessage());
        return Outcome.rejected(e);
    }

    @Override
    public List<String> dictionary() {
        return List.of("-----BEGIN ", "-----END ", "-----", "\n", "\r\n", "CERTIFICATE", "PRIVATE KEY", "RSA PRIVATE KEY",
                "EC PRIVATE KEY", "EC PARAMETERS", "ENCRYPTED PRIVATE KEY", "Proc-Type: 4,ENCRYPTED\n", "MIG", "AAAA", "====",
                "MA==", "MIP/////", "-----BEGIN CERTIFICATE-----\n", "-----END CERTIFICATE-----\n",
                "-----BEGIN PRIVATE KEY-----\n", "-----END PRIVATE KEY-----\n", " ", "\0");
    }

    /** The platform's readers of certificates and keys build much. */
    @Override
    public long memory(int length) {
        return (32 << 20) + 4000L * length;
    }
}
