package io.linksocks.server;

import io.linksocks.access.AddressRange;
import io.linksocks.http.Headers;
import io.linksocks.util.Endpoint;
import io.linksocks.util.IpLiteral;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;

/**
 * Finds the address of a client behind reverse proxies. Anyone can send the header, so only entries that trusted proxies
 * have added count: each proxy appends the address of its peer, so the list is read from its end, up to the first address
 * that is not a trusted proxy.
 */
final class TrustedProxies {
    private static final String FORWARDED_FOR = "X-Forwarded-For";
    /** Cloudflare's header with a single address; used when there is no X-Forwarded-For. */
    private static final String CONNECTING_IP = "CF-Connecting-IP";

    private final List<AddressRange> trusted;

    TrustedProxies(List<AddressRange> trusted) {
        this.trusted = List.copyOf(trusted);
    }

    Visitor visitor(Headers headers, InetSocketAddress remote) {
        InetAddress client = remote.getAddress();
        String name = Endpoint.of(remote).toString();
        if (!isTrusted(client)) {
            return new Visitor(client, name);
        }
        List<String> hops = hops(headers);
        for (int i = hops.size() - 1; i >= 0 && isTrusted(client); i--) {
            InetAddress before = address(hops.get(i).strip());
            if (before == null) {
                break;
            }
            client = before;
        }
        return new Visitor(client, client.equals(remote.getAddress()) ? name
                : Endpoint.of(client, 0).host() + " by way of " + name);
    }

    boolean isTrusted(InetAddress address) {
        return trusted.stream().anyMatch(range -> range.contains(address));
    }

    private static List<String> hops(Headers headers) {
        List<String> hops = new ArrayList<>();
        headers.all(FORWARDED_FOR).forEach(line -> hops.addAll(List.of(line.split(","))));
        String single = headers.first(CONNECTING_IP);
        return hops.isEmpty() && single != null ? List.of(single) : hops;
    }

    /** Parses an entry, which may have a port, and then brackets around an IPv6 address; null when it is no address. */
    private static InetAddress address(String hop) {
        int bracket = hop.indexOf(']');
        int colon = hop.indexOf(':');
        String host = hop;
        if (hop.startsWith("[") && bracket > 0) {
            host = hop.substring(1, bracket);
        } else if (colon >= 0 && colon == hop.lastIndexOf(':')) {
            host = hop.substring(0, colon);
        }
        return IpLiteral.address(host.replaceFirst("%.*", ""));
    }
}
