package io.linksocks.relay;

import io.linksocks.util.Endpoint;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/** Finds the addresses of a host. */
@FunctionalInterface
interface NameLookup {
    /** All addresses in order of preference, at least one. */
    InetAddress[] resolve(Endpoint target, Duration timeout) throws UnknownHostException;

    /** The same look-up for the many datagrams of one thread, which remembers the answers to the latest questions. */
    default NameLookup remembering() {
        int remembered = 64;
        Map<String, InetAddress[]> answers = new LinkedHashMap<>() {
            private static final long serialVersionUID = 1L;

            @Override
            protected boolean removeEldestEntry(Map.Entry<String, InetAddress[]> eldest) {
                return size() > remembered;
            }
        };
        return (target, timeout) -> {
            InetAddress[] known = answers.get(target.host());
            if (known == null) {
                known = resolve(target, timeout);
                answers.put(target.host(), known);
            }
            return known;
        };
    }
}
