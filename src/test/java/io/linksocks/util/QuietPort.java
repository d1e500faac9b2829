package io.linksocks.util;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** TCP ports for tests that close a port and expect nobody behind it, or open it again. */
public final class QuietPort {
    /** Below the ports from which the system takes those of outgoing connections. */
    private static final int FIRST = 20_000;
    private static final int COUNT = 10_000;
    /** Held until the JVM ends: each says to all JVMs of this machine that the TCP port of the same number was given. */
    private static final Set<DatagramSocket> CLAIMS = ConcurrentHashMap.newKeySet();

    private QuietPort() {}

    /** Returns a port that is free now and is given to nobody else on this machine. */
    public static int next() {
        Random random = new Random();
        while (true) {
            int port = FIRST + random.nextInt(COUNT);
            if (isFree(port) && claim(port)) {
                return port;
            }
        }
    }

    private static boolean isFree(int port) {
        try {
            new ServerSocket(port).close();
            return true;
        } catch (BindException e) {
            return false;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static boolean claim(int port) {
        try {
            return CLAIMS.add(new DatagramSocket(port, InetAddress.getLoopbackAddress()));
        } catch (BindException e) {
            return false;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
