package io.linksocks.cli;

import java.util.List;
import java.util.Map;

/** The members of JSON objects that a server answers with. Values that are absent or of another type count as empty. */
final class Members {
    private Members() {}

    static String text(Map<?, ?> members, String name) {
        Object value = members.get(name);
        return value == null ? "" : String.valueOf(value);
    }

    static long number(Map<?, ?> members, String name) {
        return members.get(name) instanceof Long number ? number : 0;
    }

    static Map<?, ?> members(Map<?, ?> members, String name) {
        return members.get(name) instanceof Map<?, ?> inner ? inner : Map.of();
    }

    static List<String> texts(Map<?, ?> members, String name) {
        return members.get(name) instanceof List<?> texts ? texts.stream().map(String::valueOf).toList() : List.of();
    }

    static List<Map<?, ?>> list(Map<?, ?> members, String name) {
        return members.get(name) instanceof List<?> elements
                ? elements.stream().<Map<?, ?>>map(Members::row).toList()
                : List.of();
    }

    private static Map<?, ?> row(Object element) {
        return element instanceof Map<?, ?> row ? row : Map.of();
    }
}
