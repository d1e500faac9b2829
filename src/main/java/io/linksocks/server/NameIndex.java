package io.linksocks.server;

import io.linksocks.protocol.TokenHash;
import java.util.Collection;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * Finds tokens or groups by the names that servers with the same key give them, each of which costs an HMAC. The timing of a
 * look-up reveals nothing: only a server with the key asks, and nobody else can make a name. Thread-safe.
 */
final class NameIndex<T> {
    private final Function<T, byte[]> naming;
    private final Predicate<T> isPresent;
    private final Supplier<? extends Collection<T>> present;

    /** Guards both maps. */
    private final ReentrantLock lock = new ReentrantLock();
    private Map<T, String> names = Map.of();
    private Map<String, T> byName = Map.of();

    /**
     * @param naming called once for each
     * @param isPresent whether one that was there before still is
     * @param present all that there are
     */
    NameIndex(Function<T, byte[]> naming, Predicate<T> isPresent, Supplier<? extends Collection<T>> present) {
        this.naming = naming;
        this.isPresent = isPresent;
        this.present = present;
    }

    /** Of the tokens of a server. */
    static NameIndex<Token> ofTokens(NodeKey key, TokenRegistry tokens) {
        return new NameIndex<>(key::nameOf, token -> has(tokens, token), tokens::all);
    }

    private static boolean has(TokenRegistry tokens, Token token) {
        return tokens.find(TokenHash.of(token.value())) == token;
    }

    /** Of the groups of providers of a server. */
    static NameIndex<ProviderGroup> ofGroups(NodeKey key, TokenRegistry tokens) {
        return new NameIndex<>(key::nameOf, group -> has(tokens, group.owner()) && group.owner().groups().contains(group),
                () -> tokens.all().stream().filter(ReverseToken.class::isInstance)
                        .flatMap(token -> ((ReverseToken) token).groups().stream()).toList());
    }

    Optional<T> find(byte[] name) {
        String wanted = HexFormat.of().formatHex(name);
        lock.lock();
        try {
            T known = byName.get(wanted);
            if (known == null || !isPresent.test(known)) {
                update();
                known = byName.get(wanted);
            }
            return Optional.ofNullable(known);
        } finally {
            lock.unlock();
        }
    }

    private void update() {
        Map<T, String> earlier = names;
        names = new HashMap<>();
        byName = new HashMap<>();
        for (T each : present.get()) {
            String name = earlier.containsKey(each) ? earlier.get(each) : HexFormat.of().formatHex(naming.apply(each));
            names.put(each, name);
            byName.put(name, each);
        }
    }
}
