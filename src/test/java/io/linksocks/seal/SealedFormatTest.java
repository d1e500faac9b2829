package io.linksocks.seal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.linksocks.protocol.Slice;
import io.linksocks.protocol.Transport;
import io.linksocks.util.Endpoint;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The examples of docs/sealed.md, byte for byte. */
class SealedFormatTest {
    private static final String SECRET = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8";
    private static final String CONNECTOR_KEY = "893e28b9dc6ca8d611ab664754b8ceb7bac5117349a4439a6b0569da977c464a";
    private static final String PROVIDER_KEY = "bbdb4cdbd309f1a1f2e1456967fe288cadd6f712d65dc7b7793d5e63da6b375b";

    @Test
    void examplesAreWhatIsSent() throws IOException {
        String page = Files.readString(Path.of("docs/sealed.md")).replaceAll("\\s+", "");
        for (Map.Entry<String, String> example : examples().entrySet()) {
            assertTrue(page.contains(example.getKey().replace(" ", "") + "=" + example.getValue()),
                    () -> example.getKey() + " = " + example.getValue());
        }
    }

    private static Map<String, String> examples() throws SealException {
        CipherState.CIPHERS.clear();
        Secret secret = Secret.of(SECRET);
        Map<String, String> examples = new LinkedHashMap<>();
        examples.put("secret", SECRET);
        examples.put("psk", hex(secret.psk()));
        examples.put("key id", hex(secret.id()));
        examples.put("connector's private key", CONNECTOR_KEY);
        examples.put("provider's private key", PROVIDER_KEY);

        SealedConnect connect = SealedConnect.to(secret, Transport.TCP, new Endpoint("target.example", 443),
                Conversation.key(CONNECTOR_KEY));
        examples.put("address", connect.address().host());
        assertEquals(1, connect.address().port());
        SealedRequest request = read(secret, connect);
        byte[] answer = request.answer("", Conversation.key(PROVIDER_KEY));
        examples.put("answer", hex(answer));
        assertEquals("", connect.verdict(answer));
        RecordWriter up = connect.records().writer();
        RecordWriter down = request.records().writer();
        examples.put("connector's first record", hex(Conversation.record(up, "hello".getBytes(StandardCharsets.US_ASCII))));
        examples.put("connector's second record", hex(up.end().toBytes()));
        examples.put("provider's first record", hex(Conversation.record(down, "welcome".getBytes(StandardCharsets.US_ASCII))));
        CipherState.CIPHERS.clear();
        SealedRequest again = read(secret, connect);
        again.answer("", Conversation.key(PROVIDER_KEY));
        RecordWriter datagrams = again.records().writer();
        examples.put("datagram record", hex(datagrams.datagram(
                Slice.of("query".getBytes(StandardCharsets.US_ASCII)), new Endpoint("192.0.2.1", 53)).toBytes()));
        return examples;
    }

    private static SealedRequest read(Secret secret, SealedConnect connect) throws SealException {
        SecretRing ring = new SecretRing();
        ring.add(new SealedToken("home", secret));
        return ring.read(connect.address().host());
    }

    private static String hex(byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }
}
