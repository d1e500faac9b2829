package io.linksocks.relay;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.linksocks.util.Endpoint;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class ResolverTest {
    private static final Duration LONG = Duration.ofSeconds(20);

    @ParameterizedTest
    @ValueSource(strings = {"192.0.2.1", "2001:db8::1", "::ffff:192.0.2.1"})
    void aLiteralTakesNoTime(String literal) throws UnknownHostException {
        assertArrayEquals(InetAddress.getAllByName(literal), Resolver.resolve(new Endpoint(literal, 1), Duration.ZERO));
    }

    @Test
    void findsNames() throws UnknownHostException {
        InetAddress[] found = Resolver.resolve(new Endpoint("localhost", 1), LONG);
        assertTrue(found.length > 0 && Arrays.stream(found).allMatch(InetAddress::isLoopbackAddress),
                Arrays.toString(found));
    }

    @ParameterizedTest
    @ValueSource(strings = {"nowhere.invalid", "a name with spaces.invalid"})
    void namesTheHostThatIsUnknown(String name) {
        assertEquals("unknown host " + name, assertThrows(UnknownHostException.class,
                () -> Resolver.resolve(new Endpoint(name, 1), LONG)).getMessage());
    }

    @Test
    void aBadLiteralIsUnknown() {
        assertThrows(UnknownHostException.class, () -> Resolver.resolve(new Endpoint("1:2", 1), LONG));
    }
}
