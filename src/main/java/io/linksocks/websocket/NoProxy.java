package io.linksocks.websocket;

import io.linksocks.util.Endpoint;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** Hosts that are reached without a proxy: {@code *}, names with all below them, addresses, and CIDR ranges. */
final class NoProxy {
    private final List<String> entries;

    NoProxy(String list) {
        entries = Stream.of(list.split("[,\\s]+")).map(NoProxy::normalize).filter(entry -> !entry.isEmpty()).toList();
    }

    boolean contain(String uriHost) {
        String host = normalize(uriHost);
        InetAddress address = address(host);
        return host.equals("localhost")
                || address != null && address.isLoopbackAddress()
                || entries.stream().anyMatch(entry -> matches(entry, host, address));
    }

    /** Without brackets, leading dot or {@code *.}, trailing dot and capitals. */
    private static String normalize(String name) {
        String plain = name.toLowerCase(Locale.ROOT).replace("[", "").replace("]", "");
        int start = plain.startsWith(".") ? 1 : plain.startsWith("*.") ? 2 : 0;
        int end = plain.length() - (plain.endsWith(".") ? 1 : 0);
        return plain.substring(start, Math.max(start, end));
    }

    private static boolean matches(String entry, String host, InetAddress address) {
        if (entry.equals("*")) {
            return true;
        }
        int slash = entry.indexOf('/');
        String name = slash < 0 ? entry : entry.substring(0, slash);
        if (address == null) {
            return host.equals(entry) || host.endsWith("." + entry);
        }
        InetAddress network = address(name);
        if (network == null) {
            return false;
        }
        byte[] bytes = network.getAddress();
        int bits = slash < 0 ? bytes.length * Byte.SIZE : prefix(entry.substring(slash + 1));
        return startsAlike(bytes, address.getAddress(), bits);
    }

    /** A prefix that is no number matches nothing. */
    private static int prefix(String digits) {
        return digits.matches("[0-9]{1,3}") ? Integer.parseInt(digits) : Integer.MAX_VALUE;
    }

    private static boolean startsAlike(byte[] a, byte[] b, int bits) {
        if (a.length != b.length || bits > a.length * Byte.SIZE) {
            return false;
        }
        for (int i = 0; i < bits; i++) {
            int difference = a[i / Byte.SIZE] ^ b[i / Byte.SIZE];
            if ((difference >> 7 - i % Byte.SIZE & 1) != 0) {
                return false;
            }
        }
        return true;
    }

    /** The address that a literal stands for; null for a name, which is not resolved. */
    private static InetAddress address(String host) {
        try {
            return new Endpoint(host, 0).isLiteral() ? InetAddress.getByName(host) : null;
        } catch (UnknownHostException e) {
            return null;
        }
    }
}
