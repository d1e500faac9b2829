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
        InetAddress address = new Endpoint(host, 0).isLiteral() ? address(host) : null;
        return host.equals("localhost")
                || address != null && address.isLoopbackAddress()
                || entries.stream().anyMatch(entry -> matches(entry, host, address));
    }

    /** Without brackets, leading dot, trailing dot and capitals. */
    private static String normalize(String name) {
        String plain = name.toLowerCase(Locale.ROOT).replace("[", "").replace("]", "");
        int start = plain.startsWith(".") ? 1 : 0;
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
        if (!new Endpoint(name, 0).isLiteral()) {
            return false;
        }
        byte[] network = address(name).getAddress();
        int bits = slash < 0 ? network.length * Byte.SIZE : prefix(entry.substring(slash + 1));
        return startsAlike(network, address.getAddress(), bits);
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
            int shift = 7 - i % Byte.SIZE;
            if ((a[i / Byte.SIZE] ^ b[i / Byte.SIZE]) >> shift % Byte.SIZE << 31 != 0) {
                return false;
            }
        }
        return true;
    }

    private static InetAddress address(String literal) {
        try {
            return InetAddress.getByName(literal);
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException("not an address: " + literal, e);
        }
    }
}
