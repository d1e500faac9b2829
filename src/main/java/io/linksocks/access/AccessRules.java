package io.linksocks.access;

import java.util.List;

/**
 * An allow list: a destination is allowed when one rule matches it; without any rule, all are.
 *
 * @param rules none to allow everything
 */
public record AccessRules(List<AccessRule> rules) {
    /** Allows everything. */
    public static final AccessRules NONE = new AccessRules(List.of());

    /** Copies the list. */
    public AccessRules {
        rules = List.copyOf(rules);
    }

    /**
     * Reads rules.
     *
     * @param texts one for each
     * @return an allow list of them
     * @throws IllegalArgumentException when one can't be read by {@link AccessRule#parse}
     */
    public static AccessRules parse(List<String> texts) {
        return new AccessRules(texts.stream().map(AccessRule::parse).toList());
    }

    /**
     * Whether there is no rule, so that everything is allowed.
     *
     * @return true for {@link #NONE}
     */
    public boolean isEmpty() {
        return rules.isEmpty();
    }

    boolean allow(byte[] address, int port) {
        return isEmpty() || rules.stream().anyMatch(rule -> rule.matches(address, port));
    }
}
