package io.linksocks.server;

import io.linksocks.access.AccessRules;
import io.linksocks.json.Json;
import io.linksocks.json.JsonException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A JSON object of the HTTP API or of a store. The getters throw an {@link IllegalArgumentException} for a value of a wrong
 * type, which they don't repeat: it may be a secret.
 *
 * @param members as {@link Json#parse} returns them
 */
record JsonMembers(Map<?, ?> members) {
    private static final int MAX_PORT = 0xFFFF;

    /** @throws IllegalArgumentException when the text is no JSON object */
    static JsonMembers parse(byte[] text) {
        try {
            return parse(StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(text)).toString());
        } catch (CharacterCodingException e) {
            throw invalid();
        }
    }

    /** @throws IllegalArgumentException when the text is no JSON object */
    static JsonMembers parse(String text) {
        try {
            if (Json.parse(text) instanceof Map<?, ?> object) {
                return new JsonMembers(object);
            }
        } catch (JsonException e) {
            throw invalid();
        }
        throw invalid();
    }

    private static IllegalArgumentException invalid() {
        return new IllegalArgumentException("invalid request body");
    }

    /**
     * Returns this object if it has no other members. Ignoring a misspelt one would do less than was asked for, or more.
     *
     * @throws IllegalArgumentException naming one that is not known, and those that are
     */
    JsonMembers only(List<String> known) {
        members.keySet().stream().filter(name -> !known.contains(name)).findFirst().ifPresent(name -> {
            throw new IllegalArgumentException("unknown member \"" + name + "\"; expected " + String.join(", ", known));
        });
        return this;
    }

    /** All members but this one. */
    JsonMembers without(String name) {
        Map<Object, Object> others = new LinkedHashMap<>(members);
        others.remove(name);
        return new JsonMembers(others);
    }

    /** Whether there is a member of this name, perhaps null. */
    boolean has(String name) {
        return members.containsKey(name);
    }

    /** Null when absent or null. */
    AccessRules rules(String name) {
        try {
            return AccessRuleJson.read(members.get(name));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(name + ": " + e.getMessage(), e);
        }
    }

    /** Null when absent, null or empty, which the reference treats alike. */
    String text(String name) {
        return switch (members.get(name)) {
            case null -> null;
            case String text -> text.isEmpty() ? null : text;
            default -> throw invalid();
        };
    }

    /** Empty when absent or null. */
    List<String> texts(String name) {
        return switch (members.get(name)) {
            case null -> List.of();
            case List<?> list when list.stream().allMatch(String.class::isInstance) ->
                list.stream().map(String.class::cast).toList();
            default -> throw new IllegalArgumentException(name + ": expected a list of strings");
        };
    }

    /** False when absent or null. */
    boolean flag(String name) {
        return switch (members.get(name)) {
            case null -> false;
            case Boolean flag -> flag;
            default -> throw invalid();
        };
    }

    /** 0 when absent or null. */
    int port(String name) {
        return switch (members.get(name)) {
            case null -> 0;
            case Long number when number >= 0 && number <= MAX_PORT -> number.intValue();
            default -> throw invalid();
        };
    }

    /** 0 when absent or null. */
    long count(String name, long max) {
        return switch (members.get(name)) {
            case null -> 0;
            case Long number when number >= 0 && number <= max -> number;
            default -> throw new IllegalArgumentException(name + ": expected a whole number from 0 to " + max);
        };
    }
}
