package io.linksocks.tls;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;

/** Reads the certificates of a PEM file. */
final class Certificates {
    private static final String LABEL = "CERTIFICATE";

    private Certificates() {}

    /** @throws IOException naming the file when there is none in it or one is damaged */
    static List<X509Certificate> read(PemFile pem) throws IOException {
        List<X509Certificate> certificates = new ArrayList<>();
        for (PemFile.Block block : pem.blocks()) {
            if (block.label().equals(LABEL)) {
                certificates.add(parse(pem, block));
            }
        }
        if (certificates.isEmpty()) {
            throw new IOException(pem.file() + " holds no certificate");
        }
        return certificates;
    }

    private static X509Certificate parse(PemFile pem, PemFile.Block block) throws IOException {
        try {
            return (X509Certificate) CertificateFactory.getInstance("X.509")
                    .generateCertificate(new ByteArrayInputStream(block.der()));
        } catch (CertificateException e) {
            throw new IOException(pem.file() + ": a certificate in it is damaged; copy the file again", e);
        }
    }
}
