package io.linksocks.util;

import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.HashSet;
import java.util.Set;

/** The addresses of this machine. */
public final class LocalAddresses {
    private LocalAddresses() {}

    /** Those of all interfaces that are up; empty when the system does not say. */
    public static Set<InetAddress> present() {
        Set<InetAddress> present = new HashSet<>();
        try {
            for (NetworkInterface each : NetworkInterface.networkInterfaces().toList()) {
                if (each.isUp()) {
                    each.inetAddresses().forEach(present::add);
                }
            }
        } catch (SocketException e) {
            present.clear();
        }
        return present;
    }
}
