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
 * Finds the client behind reverse proxies. Only proxies that are known are believed, because anybody may write into the
 * header: each one appends whom it was called by, so the list is read from its end, for as long as its authors are known.
 */
final class TrustedProxies {
    private static final String FORWARDED_FOR = "X-Forwarded-For";
    /** Cloudflare's, which holds one address; for a front that sends nothing else. */
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

    private boolean isTrusted(InetAddress address) {
        return trusted.stream().anyMatch(range -> range.contains(address));
    }

    private static List<String> hops(Headers headers) {
        List<String> hops = new ArrayList<>();
        headers.all(FORWARDED_FOR).forEach(line -> hops.addAll(List.of(line.split(","))));
        String single = headers.first(CONNECTING_IP);
        return hops.isEmpty() && single != null ? List.of(single) : hops;
    }

    /** Some proxies write a port, and then brackets around an IPv6 address. Null when it is no address. */
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
