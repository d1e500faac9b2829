package io.linksocks.http;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Header fields in the order in which they came; names are compared without regard to case (RFC 9110, section 5.1). */
public final class Headers {
    /** No field at all. */
    public static final Headers NONE = new Headers(List.of());

    /** Fields for one connection only (RFC 9110, section 7.6.1), and those of the framing. */
    private static final Set<String> OF_THE_CONNECTION = Set.of("connection", "content-length", "keep-alive",
            "proxy-authenticate", "proxy-authentication-info", "proxy-authorization", "proxy-connection", "te", "trailer",
            "transfer-encoding", "upgrade");

    /** One field line. */
    record Field(String name, String value) {}

    private final List<Field> fields;

    Headers(List<Field> fields) {
        this.fields = List.copyOf(fields);
    }

    /** All field lines in order. */
    List<Field> fields() {
        return fields;
    }

    /** The value of the first field of this name, or null. */
    public String first(String name) {
        for (Field field : fields) {
            if (field.name().equalsIgnoreCase(name)) {
                return field.value();
            }
        }
        return null;
    }

    /** The values of all fields of this name, one per line. */
    public List<String> all(String name) {
        return fields.stream().filter(field -> field.name().equalsIgnoreCase(name)).map(Field::value).toList();
    }

    /** Whether a comma-separated list field contains a token, without regard to case (RFC 9110, section 5.6.1). */
    public boolean hasToken(String name, String token) {
        return elements(name).contains(token.toLowerCase(Locale.ROOT));
    }

    /** The elements of a comma-separated list field in lower case, each once; those of a field with empty values are empty. */
    Set<String> elements(String name) {
        return all(name).stream().flatMap(value -> Stream.of(value.split(",", -1)))
                .map(element -> element.strip().toLowerCase(Locale.ROOT)).collect(Collectors.toCollection(HashSet::new));
    }

    /**
     * These fields and one more.
     *
     * @throws IllegalArgumentException when name or value have characters that a field must not have
     */
    public Headers with(String name, String value) {
        if (!Syntax.isToken(name) || !Syntax.isFieldValue(value)) {
            throw new IllegalArgumentException("not a header field: " + name);
        }
        List<Field> more = new ArrayList<>(fields);
        more.add(new Field(name, value));
        return new Headers(more);
    }

    /**
     * The fields that a proxy forwards: all but those of the connection and those that Connection names.
     *
     * @param dropped matches further names to leave out, in lower case
     */
    Headers endToEnd(Predicate<String> dropped) {
        Set<String> named = elements("Connection");
        return new Headers(fields.stream().filter(field -> {
            String name = field.name().toLowerCase(Locale.ROOT);
            return !OF_THE_CONNECTION.contains(name) && !named.contains(name) && !dropped.test(name);
        }).toList());
    }

    /**
     * The name or address in a value of Host (RFC 9110, section 7.2): in lower case, without port, brackets and the dot of a full
     * name.
     */
    public static String hostName(String host) {
        String text = host.strip().toLowerCase(Locale.ROOT);
        if (text.startsWith("[")) {
            return text.substring(1, Math.max(1, text.indexOf(']')));
        }
        int colon = text.indexOf(':');
        String name = colon < 0 ? text : text.substring(0, colon);
        return name.endsWith(".") ? name.substring(0, name.length() - 1) : name;
    }

    /** Appends the field lines. */
    void write(StringBuilder head) {
        fields.forEach(field -> head.append(field.name()).append(": ").append(field.value()).append("\r\n"));
    }
}
