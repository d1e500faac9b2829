package io.linksocks.websocket;

import io.linksocks.access.AddressRange;
import io.linksocks.util.IpLiteral;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The hosts of {@code no_proxy}: {@code *}, names with all names below them, addresses, and CIDR ranges. */
final class NoProxy {
    private final List<String> names = new ArrayList<>();
    private final List<AddressRange> ranges = new ArrayList<>();

    NoProxy(String list) {
        for (String entry : list.split("[,\\s]+")) {
            String normal = normalize(entry);
            if (!normal.isEmpty()) {
                add(normal);
            }
        }
    }

    private void add(String entry) {
        try {
            ranges.add(AddressRange.parse(entry));
        } catch (IllegalArgumentException e) {
            names.add(entry);
        }
    }

    /** Whether a host is reached directly, as loopback always is. */
    boolean contains(String uriHost) {
        String host = normalize(uriHost);
        InetAddress address = IpLiteral.address(host.replaceFirst("%.*", ""));
        if (names.contains("*") || host.equals("localhost")) {
            return true;
        }
        return address == null
                ? names.stream().anyMatch(name -> host.equals(name) || host.endsWith("." + name))
                : address.isLoopbackAddress() || ranges.stream().anyMatch(range -> range.contains(address));
    }

    /** Without brackets, leading dot or {@code *.}, trailing dot and capitals. */
    private static String normalize(String name) {
        String plain = name.toLowerCase(Locale.ROOT).replace("[", "").replace("]", "");
        int start = plain.startsWith(".") ? 1 : plain.startsWith("*.") ? 2 : 0;
        int end = plain.length() - (plain.endsWith(".") ? 1 : 0);
        return plain.substring(start, Math.max(start, end));
    }
}
