package io.linksocks.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The addresses of servers as people write them. */
class ServerUrlTest {
    @ParameterizedTest
    @CsvSource({
        "server.example, wss://server.example/socket",
        "http://server.example/, ws://server.example/socket",
        "wss://server.example:1/path?k=v, wss://server.example:1/path?k=v",
        "ws://server.example:65535, ws://server.example:65535/socket",
        "ws://b\u00fccher.example, ws://xn--bcher-kva.example/socket",
        "ws://\u4f8b\u5b50.example:8765/, ws://xn--fsqu00a.example:8765/socket",
        "ws://my_server:8765, ws://my_server:8765/socket", "ws:8765, wss://ws:8765/socket",
        "ws://server.example.:8765, ws://server.example.:8765/socket",
        "ws://[::1]:8765, ws://[::1]:8765/socket"
    })
    void namesThatPeopleHaveAreTaken(String written, String dialled) {
        assertEquals(dialled, ServerUrl.parse(written).toString());
    }

    @ParameterizedTest
    @CsvSource({
        "ws://h:0, port 0 is not between 1 and 65535", "ws://h:65536, port 65536 is not between 1 and 65535",
        "ws://h:99999999999, is not between 1 and 65535", "ftp://h, the scheme must be",
        "ws://-x:y, its port is no number", "localhost:abc, its port is no number", "'a b:c', Illegal character",
        "::1, an IPv6 address needs brackets", "ws://::1:8765, an IPv6 address needs brackets",
        "fe80::1%eth0, an IPv6 address needs brackets", "ws://fe80::1%eth0:8765/path, an IPv6 address needs brackets",
        "fe80::1, an IPv6 address needs brackets", "ws://, Expected authority", "ws:127.0.0.1:1, two slashes follow the scheme",
        "https:/server.example, two slashes follow", "wss//server.example, a colon follows the scheme"
    })
    void whatIsNoneIsRefused(String written, String why) {
        String message = assertThrows(IllegalArgumentException.class, () -> ServerUrl.parse(written)).getMessage();
        assertTrue(message.contains(why), message);
    }

    @Test
    void aUserIsRefusedWithoutThePassword() {
        for (String written : new String[] {"ws://me:hunter2@h", "wss://me:hunter2@h:1/p", "me:hunter2@h",
                "ws://me:hunter2@h:0"}) {
            String message = assertThrows(IllegalArgumentException.class, () -> ServerUrl.parse(written)).getMessage();
            assertFalse(message.contains("hunter2"), message);
        }
    }
}
