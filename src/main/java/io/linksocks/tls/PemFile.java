package io.linksocks.tls;

import io.linksocks.util.TextFile;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/**
 * The blocks of a PEM file (RFC 7468); text around them is ignored. No exception contains any content of the file.
 *
 * @param file   for messages
 * @param blocks in their order
 */
record PemFile(Path file, List<PemFile.Block> blocks) {
    /** Enough for all authorities of a system. */
    private static final int MAX_MEBIBYTES = 4;
    private static final String BEGIN = "-----BEGIN ";
    private static final String END = "-----END ";
    private static final String DASHES = "-----";
    private static final String CERTIFICATE = "CERTIFICATE";

    /**
     * One block.
     *
     * @param label     such as {@code CERTIFICATE}
     * @param der       the content; empty when it is encrypted
     * @param encrypted whether it can be read with a password only
     */
    record Block(String label, byte[] der, boolean encrypted) {}

    /** @throws IOException naming the file and what is wrong with it */
    static PemFile read(Path file) throws IOException {
        String text;
        try {
            text = source(file).read();
        } catch (IOException e) {
            throw unreadable(file, e);
        }
        return parse(file, text);
    }

    static PemFile parse(Path file, String text) throws IOException {
        List<Block> blocks = new ArrayList<>();
        List<String> body = new ArrayList<>();
        String label = null;
        for (String line : text.lines().map(String::strip).toList()) {
            if (label == null) {
                label = labelBegunBy(line);
            } else if (line.equals(END + label + DASHES)) {
                blocks.add(block(file, label, body));
                body.clear();
                label = null;
            } else {
                body.add(line);
            }
        }
        if (label != null) {
            throw new IOException(file + " ends in the middle of a block; copy the file again");
        }
        if (blocks.isEmpty()) {
            throw new IOException(file + " is not in PEM form, which begins with " + BEGIN.strip()
                    + "; convert DER with openssl, option -inform der");
        }
        return new PemFile(file, blocks);
    }

    /** Null when the line begins no block. */
    private static String labelBegunBy(String line) {
        boolean begins = line.startsWith(BEGIN) && line.endsWith(DASHES) && line.length() > BEGIN.length() + DASHES.length();
        return begins ? line.substring(BEGIN.length(), line.length() - DASHES.length()) : null;
    }

    /** Only the blocks must be ASCII. */
    static TextFile source(Path file) {
        return new TextFile(file, MAX_MEBIBYTES << 20, StandardCharsets.ISO_8859_1);
    }

    /** Why {@link #source} could not be read, with the file's name. */
    static IOException unreadable(Path file, IOException e) {
        return new IOException(switch (e.getCause()) {
            case NoSuchFileException none -> "there is no file " + file;
            case AccessDeniedException denied -> "no permission to read " + file;
            case null, default -> "can't read " + file + ": " + (e instanceof TextFile.TooLongException
                    ? "it has more than " + MAX_MEBIBYTES + " MiB; leave only what is needed in it" : e.getMessage());
        }, e);
    }

    /** Older encrypted keys say so in a header of their own (RFC 1421, section 4.6.1.1), newer ones in the label. */
    private static Block block(Path file, String label, List<String> lines) throws IOException {
        StringBuilder body = new StringBuilder();
        boolean encrypted = label.startsWith("ENCRYPTED ");
        for (String line : lines) {
            if (line.indexOf(':') < 0) {
                body.append(line);
            } else {
                encrypted |= line.contains("ENCRYPTED");
            }
        }
        try {
            return new Block(label, encrypted ? new byte[0] : Base64.getDecoder().decode(body.toString()), encrypted);
        } catch (IllegalArgumentException e) {
            throw new IOException(file + ": a block is damaged, it is no base64; copy the file again");
        }
    }

    /** @throws IOException naming the file when it has no certificate or a damaged one */
    List<X509Certificate> certificates() throws IOException {
        List<X509Certificate> certificates = new ArrayList<>();
        for (Block block : blocks) {
            if (block.label().equals(CERTIFICATE)) {
                certificates.add(certificate(block));
            }
        }
        if (certificates.isEmpty()) {
            throw new IOException(file + " holds no certificate");
        }
        return certificates;
    }

    private X509Certificate certificate(Block block) throws IOException {
        try {
            return (X509Certificate) CertificateFactory.getInstance("X.509")
                    .generateCertificate(new ByteArrayInputStream(block.der()));
        } catch (CertificateException e) {
            throw new IOException(file + ": a certificate in it is damaged; copy the file again", e);
        }
    }
}
