package io.linksocks.server;

import io.linksocks.access.AccessRule;
import io.linksocks.access.AccessRules;
import io.linksocks.access.AddressRange;
import io.linksocks.access.PortRange;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Access rules as the HTTP API has them: {@code [{"addrs":["192.168.1.0/24"],"ports":[22,[90,150]]}]}. */
final class AccessRuleJson {
    private static final String ADDRESSES = "addrs";
    private static final String PORTS = "ports";
    /** Far above hand-written rules; bounds what a program can send. */
    private static final int MAX_PARTS = 10_000;

    private AccessRuleJson() {}

    /**
     * Reads a list of rules.
     *
     * @param value of the JSON member; null when absent
     * @return null when absent
     * @throws IllegalArgumentException saying what is wrong, also for unknown members: ignoring a misspelt one would
     *     make the rule allow too much
     */
    static AccessRules read(Object value) {
        if (value == null) {
            return null;
        }
        List<AccessRule> rules = new ArrayList<>();
        for (Object element : list(value, "rules")) {
            if (!(element instanceof Map<?, ?> rule) || !Set.of(ADDRESSES, PORTS).containsAll(rule.keySet())) {
                throw new IllegalArgumentException("a rule is an object with \"addrs\" and \"ports\"");
            }
            rules.add(new AccessRule(
                    list(rule.get(ADDRESSES), ADDRESSES).stream().map(AccessRuleJson::address).toList(),
                    list(rule.get(PORTS), PORTS).stream().map(AccessRuleJson::ports).toList()));
        }
        return new AccessRules(rules);
    }

    private static List<?> list(Object value, String name) {
        return switch (value) {
            case null -> List.of();
            case List<?> list when list.size() <= MAX_PARTS -> list;
            default -> throw new IllegalArgumentException(name + ": not a list, or longer than " + MAX_PARTS);
        };
    }

    private static AddressRange address(Object value) {
        if (value instanceof String text) {
            return AddressRange.parse(text);
        }
        throw new IllegalArgumentException("an address is a string");
    }

    private static PortRange ports(Object value) {
        if (value instanceof Long port) {
            return new PortRange(port(port), port(port));
        }
        if (value instanceof List<?> range && range.size() == 2
                && range.get(0) instanceof Long first && range.get(1) instanceof Long last) {
            return new PortRange(port(first), port(last));
        }
        throw new IllegalArgumentException("a port is a number, or a list of the first and last port of a range");
    }

    /** Clamps to an int, so that a number out of range stays out of range. */
    private static int port(long number) {
        return Math.clamp(number, -1, Integer.MAX_VALUE);
    }

    static List<Object> write(AccessRules rules) {
        List<Object> written = new ArrayList<>();
        for (AccessRule rule : rules.rules()) {
            Map<String, Object> members = new LinkedHashMap<>();
            members.put(ADDRESSES, rule.addresses().stream().map(AddressRange::toString).toList());
            members.put(PORTS, rule.ports().stream().map(AccessRuleJson::write).toList());
            written.add(members);
        }
        return written;
    }

    private static Object write(PortRange range) {
        Object first = (long) range.first();
        return range.first() == range.last() ? first : List.of(first, (long) range.last());
    }
}
