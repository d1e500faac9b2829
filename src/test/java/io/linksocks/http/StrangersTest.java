package io.linksocks.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.net.Socket;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class StrangersTest {
    private static final int PLACES = 4;

    private final Strangers strangers = new Strangers(PLACES);

    /** A connection as far as strangers look at it. */
    private static final class Connection extends Socket {
        private final InetAddress address;

        Connection(String address) throws UnknownHostException {
            this.address = InetAddress.getByName(address);
        }

        @Override
        public InetAddress getInetAddress() {
            return address;
        }
    }

    private Connection enter(String address) throws UnknownHostException {
        Connection connection = new Connection(address);
        strangers.enter(connection);
        return connection;
    }

    private List<Connection> enter(int count, String address) throws UnknownHostException {
        List<Connection> all = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            all.add(enter(address));
        }
        return all;
    }

    private void assertPresent(Connection... connections) {
        for (Connection connection : connections) {
            assertTrue(strangers.include(connection) && !connection.isClosed());
        }
    }

    private void assertEvicted(Connection connection) {
        assertTrue(connection.isClosed());
        assertFalse(strangers.include(connection));
    }

    @Test
    void aNewcomerTakesThePlaceOfTheOldestOfTheAddressWithMost() throws Exception {
        Connection honest = enter("192.0.2.1");
        List<Connection> crowd = enter(3, "192.0.2.2");
        Connection newcomer = enter("192.0.2.3");
        assertEvicted(crowd.get(0));
        assertPresent(honest, crowd.get(1), crowd.get(2), newcomer);
        assertEquals(1, strangers.evictions());
    }

    @Test
    void aCrowdFromOneAddressTakesOnlyItsOwnPlaces() throws Exception {
        Connection honest = enter("192.0.2.1");
        List<Connection> crowd = enter(100, "192.0.2.2");
        assertPresent(honest, crowd.get(97), crowd.get(98), crowd.get(99));
        assertEquals(97, strangers.evictions());
    }

    @Test
    void oneNetworkOfIpv6CountsAsOneAddress() throws Exception {
        Connection neighbour = enter("2001:db8:0:1::1");
        Connection first = enter("2001:db8::1");
        Connection second = enter("2001:db8::2");
        Connection third = enter("2001:db8:0:2::1");
        enter("2001:db8:0:0:ffff::1");
        assertEvicted(first);
        assertPresent(neighbour, second, third);
    }

    @Test
    void whoeverLeavesIsNotClosedAndFreesAPlace() throws Exception {
        List<Connection> all = enter(PLACES, "192.0.2.1");
        strangers.leave(all.get(0));
        strangers.leave(all.get(0));
        enter("192.0.2.1");
        assertFalse(strangers.include(all.get(0)) || all.get(0).isClosed());
        assertEquals(0, strangers.evictions());
        assertPresent(all.get(1), all.get(2), all.get(3));
    }

    @Test
    void roomIsMadeOnlyAtTheExpenseOfAnAddressWithSeveral() throws Exception {
        assertFalse(strangers.makeRoom());
        Connection single = enter("192.0.2.1");
        assertFalse(strangers.makeRoom());
        List<Connection> two = enter(2, "192.0.2.2");
        assertTrue(strangers.makeRoom());
        assertEvicted(two.get(0));
        assertFalse(strangers.makeRoom());
        assertPresent(single, two.get(1));
    }
}
