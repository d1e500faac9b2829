package io.linksocks.proxy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PortForwardTest {
    @ParameterizedTest
    @CsvSource({
        "8080:intranet.example:80, 127.0.0.1:8080:intranet.example:80",
        "0:10.0.0.1:65535, 127.0.0.1:0:10.0.0.1:65535",
        "0.0.0.0:1:a_b:2, 0.0.0.0:1:a_b:2",
        "[::]:1:[fd00::1]:2, [::]:1:[fd00::1]:2",
        "udp/5353:[::1]:53, udp/127.0.0.1:5353:[::1]:53",
        "udp/host:5353:8.8.8.8:53, udp/host:5353:8.8.8.8:53",
        "'443:web:443,proxy=v2', '127.0.0.1:443:web:443,proxy=v2'",
        "[fe80::2%eth0]:1:[fe80::1%25]:2, [fe80::2%eth0]:1:[fe80::1%25]:2",
        "'[::]:1:[fd00::1]:2,proxy=v2', '[::]:1:[fd00::1]:2,proxy=v2'",
    })
    void understands(String text, String meaning) {
        PortForward forward = PortForward.parse(text);
        assertEquals(meaning, forward.toString());
        assertEquals(forward, PortForward.parse(forward.toString()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "80", "80:a", "80:a:0", "80:a:65536", "65536:a:1", "-1:a:1", "80:a b:1", "80::1:1", "::1:80:a:1",
        "80:a:1:", "tcp/80:a:1", "80:[a]:1", "[::1%]:80:a:1", "[::1:80:a:1", "80:a:1/udp", "*:80:a:1:2"})
    void refusesAndShowsHowItIsWritten(String text) {
        String message = assertThrows(IllegalArgumentException.class, () -> PortForward.parse(text)).getMessage();
        assertTrue(message.startsWith("invalid forward \"" + text + "\": ") && message.contains("; write it like 8080:"),
                message);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "80:a:1,proxy=v1 | only ,proxy=v2 may follow the target",
        "80:a:1,proxy=v2,proxy=v2 | only ,proxy=v2 may follow the target",
        "80:a:1, | only ,proxy=v2 may follow the target",
        "udp/80:a:1,proxy=v2 | the PROXY protocol is for TCP, so udp/ and ,proxy=v2 exclude each other",
    })
    void saysWhichHeaderItCanSend(String text, String why) {
        String message = assertThrows(IllegalArgumentException.class, () -> PortForward.parse(text)).getMessage();
        assertTrue(message.startsWith("invalid forward \"" + text + "\": " + why + "; write it like "), message);
    }

    @Test
    void boundsTheName() {
        assertEquals(255, PortForward.parse("1:" + "a".repeat(255) + ":1").target().host().length());
        assertThrows(IllegalArgumentException.class, () -> PortForward.parse("1:" + "a".repeat(256) + ":1"));
    }
}
