package io.linksocks.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetSocketAddress;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ListeningPortTest {
    @ParameterizedTest
    @CsvSource({"9100, 127.0.0.1, 9100", "0, 127.0.0.1, 0", "0.0.0.0:65535, 0.0.0.0, 65535", "[::1]:9100, ::1, 9100"})
    void understood(String text, String host, int port) {
        assertEquals(new InetSocketAddress(host, port), ListeningPort.parse(text));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ":", "x", ":9100", "65536", "99999999", "-1", "a:", "a:b", "::1", "::1:9100", "[]:1", "[::1]",
        "٣"})
    void refusedWithWhatWouldDo(String text) {
        String message = assertThrows(IllegalArgumentException.class, () -> ListeningPort.parse(text)).getMessage();
        assertTrue(message.contains("'" + text + "'") && message.contains("127.0.0.1:9100"), message);
    }
}
